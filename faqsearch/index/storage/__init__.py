"""The index on disk: a cache of derived data, which is either exactly right or not used."""

from faqsearch.index.storage.cache import IndexCache, save_index
from faqsearch.index.storage.entries import (
    FileEntries,
    SourcedEntries,
    StoredEntries,
    labels_of,
    visible_entries,
)
from faqsearch.index.storage.folder import OpenedIndex, Written, read_index, vectors_of_source
from faqsearch.index.storage.stored import n_differing, storable_snapshot

__all__ = [
    "FileEntries",
    "IndexCache",
    "OpenedIndex",
    "SourcedEntries",
    "StoredEntries",
    "Written",
    "labels_of",
    "n_differing",
    "read_index",
    "save_index",
    "storable_snapshot",
    "vectors_of_source",
    "visible_entries",
]
