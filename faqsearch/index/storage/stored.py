"""What of an index is kept on disk, and how much of it is still right for given entries.

Kept are the layers of the analyzer: a function of entries and analyzer alone. Confirmed inquiries are
customers' words and can be forgotten for good, so they are never kept: their layers are made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from faqsearch.analysis import Analyzer
from faqsearch.confirmations import PrivateVariants
from faqsearch.entry import FaqEntry
from faqsearch.index.document import (
    NO_TEXTS,
    EntryTexts,
    analyze_confirmed,
    index_layers,
    is_private_layer,
)
from faqsearch.index.segment import N_FIELDS, LayerIndex, Segment, build_segment, merge_segments
from faqsearch.index.snapshot import BoolArray, Snapshot

DIGEST_SIZE: Final = 16
"""Bytes of the digest of an entry."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSegment:
    """A segment as it is kept on disk: without texts, and without what confirmed inquiries teach.

    Attributes:
        doc_ids: Ids of the entries; the position is the document number.
        digests: For each entry the digest of what was indexed of it.
        layers: Layer name to its index.
    """

    doc_ids: tuple[str, ...]
    digests: tuple[bytes, ...]
    layers: Mapping[str, LayerIndex]

    @property
    def content(self) -> str:
        """Digest of the entries, order included, in hexadecimal."""
        found = hashlib.sha256(b"".join(self.digests))
        return found.hexdigest()


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


def storable(snapshot: Snapshot, entries: Mapping[str, FaqEntry]) -> StoredSegment:
    """Return what is to be kept of a snapshot.

    Args:
        snapshot: The snapshot.
        entries: Its live entries by id.
    """
    if len(snapshot.segments) == 1 and snapshot.live_mask.all():
        segment = snapshot.segments[0]
    else:
        segment = merge_segments(snapshot.segments, snapshot.live)
    return StoredSegment(
        doc_ids=segment.doc_ids,
        digests=tuple(entry_digest(entries[doc_id]) for doc_id in segment.doc_ids),
        layers={name: index for name, index in segment.layers.items() if not is_private_layer(name)},
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
    texts = tuple(
        facts.texts(entries[key]) if fits else NO_TEXTS
        for key, fits in zip(stored.doc_ids, kept, strict=True)
    )
    segment = Segment(stored.doc_ids, stored.layers, texts)
    if not kept.all():
        segment = merge_segments((segment,), (kept,))
    whole = Segment(
        segment.doc_ids, {**segment.layers, **_learnt(segment.doc_ids, private, analyzer)}, segment.texts
    )
    return Snapshot((whole,), (np.ones(whole.n_docs, np.bool_),))


def _learnt(
    doc_ids: Sequence[str], private: Mapping[str, PrivateVariants], analyzer: Analyzer
) -> dict[str, LayerIndex]:
    """Index what confirmed inquiries teach; of most entries there are none."""
    taught = [number for number, doc_id in enumerate(doc_ids) if doc_id in private]
    documents = [analyze_confirmed(analyzer, doc_ids[n], private[doc_ids[n]]) for n in taught]
    few = build_segment(documents, filter(is_private_layer, index_layers(analyzer)))
    numbers = np.array(taught, np.int32)
    found = {}
    for name, index in few.layers.items():
        lengths = np.zeros((N_FIELDS, len(doc_ids)), np.int32)
        lengths[:, numbers] = index.lengths
        postings = replace(index.postings, docs=numbers[index.postings.docs])
        found[name] = replace(index, postings=postings, lengths=lengths)
    return found


def n_differing(stored: StoredSegment, entries: Mapping[str, FaqEntry]) -> int:
    """Count the entries that are new, changed or gone since a segment was stored."""
    kept = int(_kept(stored, entries, EntryFacts()).sum())
    changed = sum(doc_id in entries for doc_id in stored.doc_ids) - kept
    return (len(stored.doc_ids) - kept) + (len(entries) - kept) - changed


def _kept(stored: StoredSegment, entries: Mapping[str, FaqEntry], facts: EntryFacts) -> BoolArray:
    """Shape (n_docs,): which entries are indexed as they are now."""
    kept = [
        (entry := entries.get(doc_id)) is not None and facts.digest(entry) == digest
        for doc_id, digest in zip(stored.doc_ids, stored.digests, strict=True)
    ]
    return np.array(kept, np.bool_)
