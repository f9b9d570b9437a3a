"""What of an index is kept on disk, and how much of it is still right for given entries.

Kept are the layers of the analyzer: a function of entries and analyzer alone. Confirmed inquiries are
customers' words and can be forgotten for good, so they are never kept: their layers are made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from faqsearch.analysis import Analyzer
from faqsearch.confirmations import PrivateVariants
from faqsearch.entry import FaqEntry
from faqsearch.index.carried import carry_over
from faqsearch.index.derived import Derived, Key, put_together, taken_apart
from faqsearch.index.document import NO_TEXTS, EntryTexts, is_private_layer
from faqsearch.index.learnt import learnt_layers
from faqsearch.index.merging import merge_segments
from faqsearch.index.segment import IntArray, LayerIndex, Segment
from faqsearch.index.snapshot import BoolArray, Snapshot
from faqsearch.index.statistics import recall
from faqsearch.index.storage.entries import RowTexts, StoredEntries

DIGEST_SIZE: Final = 16
"""Bytes of the digest of an entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSegment:
    """A segment as it is kept on disk: without texts, and without what confirmed inquiries teach.

    Attributes:
        doc_ids: Ids of the entries; the position is the document number.
        digests: For each entry the digest of what was indexed of it, one behind the other.
        layers: Layer name to its index.
        rows: Shape (n_docs,); where each entry stands in the table of entries that is kept beside it; None
            without such a table.
        derived: Values derived from it.
        texts: The texts of the rows of the table; None without one.
    """

    doc_ids: Sequence[str]
    digests: bytes
    layers: Mapping[str, LayerIndex]
    rows: IntArray | None = None
    derived: tuple[Derived, ...] = ()
    texts: RowTexts | None = None

    @property
    def n_docs(self) -> int:
        """Number of entries."""
        return len(self.doc_ids)

    @property
    def derived_keys(self) -> frozenset[tuple[str, Key]]:
        """Class and key of the values derived from it."""
        return frozenset((one.kind, one.key) for one in self.derived)

    @property
    def vectors(self) -> frozenset[str]:
        """Fingerprints of the vectors that values derived from it were made with."""
        return frozenset(one.vectors for one in self.derived if one.vectors is not None)

    @property
    def content(self) -> str:
        """Digest of the entries, order included, in hexadecimal."""
        return hashlib.sha256(self.digests).hexdigest()


def entry_digest(entry: FaqEntry) -> bytes:
    """Return a digest of all that is indexed of an entry, its id included."""
    # No text of an entry holds these two control characters.
    texts = ("\1".join(entry.variants), "\1".join(entry.tags))
    joined = "\0".join((entry.id, entry.question, entry.answer, entry.category, *texts))
    return hashlib.blake2b(joined.encode(), digest_size=DIGEST_SIZE).digest()


class EntryFacts:
    """Digests and texts of entries, made once for all audiences that see them."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[FaqEntry, bytes, EntryTexts]] = {}

    def digest(self, entry: FaqEntry) -> bytes:
        """Return the digest of an entry."""
        return self._of(entry)[1]

    def texts(self, entry: FaqEntry) -> EntryTexts:
        """Return the texts of an entry, the same object each time."""
        return self._of(entry)[2]

    def _of(self, entry: FaqEntry) -> tuple[FaqEntry, bytes, EntryTexts]:
        found = self._known.get(entry.id)
        if found is None or found[0] is not entry:
            found = entry, entry_digest(entry), EntryTexts(entry.question, entry.variants, entry.answer)
            self._known[entry.id] = found
        return found


def storable_snapshot(snapshot: Snapshot, analyzer: Analyzer) -> Snapshot:
    """Return a snapshot with what is to be kept of another: one segment, which learnt nothing.

    Whatever is derived from it is a function of entries and analyzer alone.
    """
    [segment, *others] = snapshot.segments
    learnt = [
        index for name, index in segment.layers.items() if is_private_layer(name) and index.lengths.any()
    ]
    if not others and not learnt and snapshot.live_mask.all():
        return snapshot
    if others or not snapshot.live_mask.all():
        segment = merge_segments(snapshot.segments, snapshot.live)
    layers = {name: index for name, index in segment.layers.items() if not is_private_layer(name)}
    plain = Segment(
        segment.doc_ids, {**layers, **learnt_layers(segment.doc_ids, {}, analyzer)}, segment.texts
    )
    carry_over([(segment.memo, np.ones(segment.n_docs, np.bool_))], plain.memo)
    return _whole(plain)


def storable(
    snapshot: Snapshot, entries: Mapping[str, FaqEntry], rows: Mapping[str, int] | None = None
) -> StoredSegment:
    """Return what is to be kept of a snapshot.

    Args:
        snapshot: The snapshot, as ``storable_snapshot`` returns it.
        entries: Its entries by id.
        rows: Where each entry stands in the table that is kept beside it.
    """
    [segment] = snapshot.segments
    return StoredSegment(
        doc_ids=segment.doc_ids,
        digests=b"".join(entry_digest(entries[doc_id]) for doc_id in segment.doc_ids),
        layers={name: index for name, index in segment.layers.items() if not is_private_layer(name)},
        rows=None if rows is None else np.array([rows[doc_id] for doc_id in segment.doc_ids], np.int32),
        derived=tuple(taken_apart(segment.memo)),
    )


def fitting_snapshot(
    stored: StoredSegment,
    entries: Mapping[str, FaqEntry],
    private: Mapping[str, PrivateVariants],
    analyzer: Analyzer,
    facts: EntryFacts,
) -> Snapshot:
    """Make a snapshot of those entries that are stored just as they are now; all of them is the usual case.

    Args:
        stored: What was stored with the same analyzer.
        entries: Entries by id.
        private: The confirmed inquiries that count, by entry.
        analyzer: Analyses the confirmed inquiries.
        facts: Of the entries.
    """
    kept = _kept(stored, entries, facts)
    texts: Sequence[EntryTexts] | None = _texts_of(stored, entries)
    if texts is None:
        texts = tuple(
            facts.texts(entries[key]) if fits else NO_TEXTS
            for key, fits in zip(stored.doc_ids, kept, strict=True)
        )
    segment = Segment(stored.doc_ids, stored.layers, texts)
    for one in stored.derived:
        with contextlib.suppress(TypeError):  # its class has other fields by now: it is derived anew
            put_together(one, segment.memo)
    if not kept.all():
        segment = merge_segments((segment,), (kept,))
    learnt = learnt_layers(segment.doc_ids, private, analyzer)
    whole = Segment(segment.doc_ids, {**segment.layers, **learnt}, segment.texts)
    for key, value in segment.memo.items():
        whole.memo.put(key, value)
    snapshot = _whole(whole)
    recall(snapshot)  # before an edit changes them
    return snapshot


def fits_whole(stored: StoredSegment, entries: Mapping[str, FaqEntry], facts: EntryFacts) -> bool:
    """Tell whether all that was stored is of entries as they are now."""
    return bool(_kept(stored, entries, facts).all())


def _whole(segment: Segment) -> Snapshot:
    return Snapshot((segment,), (np.ones(segment.n_docs, np.bool_),))


def n_differing(stored: StoredSegment, entries: Mapping[str, FaqEntry]) -> int:
    """Count the entries that are new, changed or gone since a segment was stored."""
    kept = int(_kept(stored, entries, EntryFacts()).sum())
    changed = sum(doc_id in entries for doc_id in stored.doc_ids) - kept
    return (len(stored.doc_ids) - kept) + (len(entries) - kept) - changed


def _kept(stored: StoredSegment, entries: Mapping[str, FaqEntry], facts: EntryFacts) -> BoolArray:
    """Shape (n_docs,): which entries are indexed as they are now."""
    texts = _texts_of(stored, entries)
    if texts is not None and isinstance(entries, StoredEntries):
        kept: BoolArray = entries.mask[texts.rows]
        return kept
    digests = (stored.digests[at : at + DIGEST_SIZE] for at in range(0, len(stored.digests), DIGEST_SIZE))
    found = [
        (entry := entries.get(doc_id)) is not None and facts.digest(entry) == digest
        for doc_id, digest in zip(stored.doc_ids, digests, strict=True)
    ]
    return np.array(found, np.bool_)


def _texts_of(stored: StoredSegment, entries: Mapping[str, FaqEntry]) -> RowTexts | None:
    """Return the texts of a segment if entries are of the table that it was written with, else None."""
    if (
        isinstance(entries, StoredEntries)
        and stored.texts is not None
        and stored.texts.table is entries.table
    ):
        return stored.texts
    return None
