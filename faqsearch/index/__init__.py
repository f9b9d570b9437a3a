"""The inverted index: immutable segments, searched through snapshots."""

from faqsearch.analysis import gather
from faqsearch.index.bulk import BulkBuild, BulkIndex
from faqsearch.index.document import (
    INDEX_FIELDS,
    Document,
    EntryTexts,
    IndexField,
    analyze_entry,
    index_layers,
    private_layer,
)
from faqsearch.index.frequencies import DocumentFrequencies
from faqsearch.index.memo import Memo, Same
from faqsearch.index.overlay import Overlay
from faqsearch.index.segment import N_FIELDS, LayerIndex, Segment, blocks_of_terms, popularities
from faqsearch.index.snapshot import Snapshot, TermPostings, build_snapshot, joined_postings
from faqsearch.index.statistics import document_frequencies, field_lengths, prepare_edits
from faqsearch.index.tiers import update_snapshot

__all__ = [
    "INDEX_FIELDS",
    "N_FIELDS",
    "BulkBuild",
    "BulkIndex",
    "Document",
    "DocumentFrequencies",
    "EntryTexts",
    "IndexField",
    "LayerIndex",
    "Memo",
    "Overlay",
    "Same",
    "Segment",
    "Snapshot",
    "TermPostings",
    "analyze_entry",
    "blocks_of_terms",
    "build_snapshot",
    "document_frequencies",
    "field_lengths",
    "gather",
    "index_layers",
    "joined_postings",
    "popularities",
    "prepare_edits",
    "private_layer",
    "update_snapshot",
]
