"""The index on disk as a base uses it: read once, at its start, and written when it is asked to."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from faqsearch.analysis import Analyzer
from faqsearch.confirmations import PrivateVariants
from faqsearch.entry import FaqEntry
from faqsearch.index.snapshot import Snapshot
from faqsearch.index.storage.entries import EntryTable, SourcedEntries, StoredEntries
from faqsearch.index.storage.folder import Written, read_index, write_index
from faqsearch.index.storage.stored import EntryFacts, StoredSegment, fits_whole, fitting_snapshot, storable

_log: Final = logging.getLogger(__name__)


class IndexCache:
    """The index in a folder, for the first snapshot of each audience.

    Args:
        folder: The folder; it need not exist.
        analyzer: The analyzer in use. An index that was made otherwise, or is damaged, is taken for missing;
            damage is logged as a warning.

    Attributes:
        vectors: Fingerprints of the encoder and the word vectors whose vectors are in it, for every audience.
    """

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._folder = folder
        self._analyzer = analyzer
        found = read_index(folder, analyzer.fingerprint)
        if found.state == "damaged":
            _log.warning("the index in %s is damaged and is made anew: %s", folder, found.reason)
        elif found.state != "right":
            _log.info("the index in %s is not used: %s", folder, found.reason)
        self.vectors = found.vectors
        self._stored: dict[str, StoredSegment] = dict(found.segments)
        self._table: EntryTable | None = found.table
        self._facts = EntryFacts()
        self._whole: dict[str, weakref.ref[Snapshot]] = {}
        self._unlearnt: list[tuple[StoredSegment, Snapshot]] = []

    def entries(self, source: str) -> StoredEntries | None:
        """Return the entries of a file as they were read before; None if they are not stored.

        Args:
            source: What tells the file.
        """
        if self._table is None or self._table.source != source:
            return None
        return StoredEntries(self._table)

    def first_snapshot(
        self, audience: str, entries: Mapping[str, FaqEntry], private: Mapping[str, PrivateVariants]
    ) -> Snapshot | None:
        """Return a snapshot of those entries that are stored as they are; None if it was asked for before.

        Args:
            audience: The audience.
            entries: What it may see, by id.
            private: The confirmed inquiries that count, by entry.
        """
        stored = self._stored.pop(audience, None)
        if stored is None:
            return None
        # Who sees the same is served with the same object: it holds what they see, and nothing else.
        shared = [one for other, one in self._unlearnt if other is stored and not private]
        if shared and fits_whole(stored, entries, self._facts):
            snapshot = shared[0]
        else:
            snapshot = fitting_snapshot(stored, entries, private, self._analyzer, self._facts)
        if snapshot.n_docs == stored.n_docs:
            self._whole[audience] = weakref.ref(snapshot)
            if not private:
                self._unlearnt.append((stored, snapshot))
        if not self._stored:
            self._facts, self._table, self._unlearnt = EntryFacts(), None, []  # nobody will ask again
        return snapshot

    def vectors_of(self, audience: str, entries: Mapping[str, FaqEntry]) -> frozenset[str]:
        """Return the fingerprints of the vectors that are stored for an audience; nothing for other entries.

        What others may see has no say in it, as it has in ``vectors``.

        Args:
            audience: The audience, whose first snapshot has not been asked for yet.
            entries: Entries by id.
        """
        stored = self._stored.get(audience)
        if stored is None or stored.n_docs != len(entries) or not fits_whole(stored, entries, self._facts):
            return frozenset()
        return stored.vectors

    def is_whole(self, audience: str, snapshot: Snapshot) -> bool:
        """Tell whether a snapshot is all that was stored for an audience, and nothing else."""
        whole = self._whole.get(audience)
        return whole is not None and whole() is snapshot


def save_index(
    folder: Path,
    analyzer: Analyzer,
    served: Mapping[str, tuple[Snapshot, Mapping[str, FaqEntry]]],
    entries: Mapping[str, FaqEntry],
) -> Written:
    """Write an index into a folder.

    Args:
        folder: The folder; made if it is missing.
        analyzer: The analyzer in use.
        served: For each audience its snapshot, as ``storable_snapshot`` returns it, and its entries by id.
        entries: All entries by id; if they are those of a file just as they were read, they are kept too.

    Raises:
        InputError: If it cannot be written; what was there before still counts.
    """
    sourced = entries if isinstance(entries, SourcedEntries) and _are_of(served, entries) else None
    rows = None if sourced is None else {entry_id: row for row, entry_id in enumerate(sourced)}
    stored = {audience: storable(snapshot, seen, rows) for audience, (snapshot, seen) in served.items()}
    return write_index(folder, analyzer.fingerprint, stored, sourced)


def _are_of(
    served: Mapping[str, tuple[Snapshot, Mapping[str, FaqEntry]]], entries: Mapping[str, FaqEntry]
) -> bool:
    """Tell whether what is served is of these entries: an edit may have come in between."""
    return all(
        entries.get(entry_id) == seen[entry_id]
        for snapshot, seen in served.values()
        for entry_id in snapshot.doc_ids
    )
