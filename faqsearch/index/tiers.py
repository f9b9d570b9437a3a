"""Edits of a snapshot, and when its segments are merged.

A base of up to 2,000 documents has one more segment, which every edit makes anew; once that or the dead
documents exceed a tenth of the base (and 64), both are folded into one. Up to 64 documents stand in the
second one alone, and what is deleted of them is forgotten at once.

A large base has a few more, each of another size: below 8 documents, below 32, below 1,024, and so on. An
edit merges those below 8 only, which takes as long in a base of any size. All else is told by ``due``, made
by ``Fold`` while searches and edits go on, and then put in its place.

Scores do not depend on when any of that happens.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from faqsearch.index.document import Document
from faqsearch.index.memo import Memo, Same
from faqsearch.index.merging import merge_segments
from faqsearch.index.segment import Segment, build_segment
from faqsearch.index.snapshot import BoolArray, Snapshot
from faqsearch.index.statistics import carry_over, carry_over_merged

_SMALL: Final = 2_000
_FOLD_AT_LEAST: Final = 64
_FOLD_SHARE: Final = 0.1
_RATIO: Final = 32
_BY_EDITS: Final = 8

_Parts: TypeAlias = Sequence[tuple[Segment, BoolArray]]


def update_snapshot(
    snapshot: Snapshot, documents: Sequence[Document], removed: Collection[str], made: Memo | None = None
) -> Snapshot:
    """Return a snapshot with documents added or replaced and others removed; the old one stays as it is.

    Args:
        snapshot: The state to start from.
        documents: Documents to add; one with a known id replaces the old one. Ids are distinct.
        removed: Ids to remove; unknown ones are ignored.
        made: What the same edit has made for others so far, and what it makes here: of the very same
            documents and segments everything is made once. Not to be used after the edit.
    """
    made = Memo() if made is None else made
    gone = set(removed).union(document.id for document in documents)
    parts = [(segment, _without(segment, live, gone)) for _, segment, live in snapshot.parts()]
    if documents:
        layers = parts[0][0].layers
        fresh = made.get(("fresh", *map(Same, documents)), lambda: build_segment(documents, layers))
        if not snapshot.n_slots and fresh.n_docs > _FOLD_AT_LEAST:
            parts = []  # a first build shall merge nothing; fewer documents stand behind an empty base
        parts.append((fresh, np.ones(fresh.n_docs, np.bool_)))
    return made.get(("snapshot", *_same(parts)), lambda: _edited(snapshot, parts, made))


def _edited(old: Snapshot, parts: _Parts, made: Memo) -> Snapshot:
    """Return a snapshot of segments, the last of them merged as after every edit."""
    edited = _snapshot(parts)
    carry_over(old, edited)
    begin = _begin_of_edit(edited)
    few, live = edited.segments[begin:], edited.live[begin:]
    if not few or (len(few) == 1 and live[0].all()):
        return edited
    segment = made.get(("merged", *_same(parts[begin:])), lambda: merge_segments(few, live))
    merged = _replaced(edited, begin, len(parts), segment)
    if begin and not segment.n_docs:
        merged = Snapshot(merged.segments[:begin], merged.live[:begin])
    carry_over_merged(edited, merged)
    return merged


def _same(parts: _Parts) -> Iterator[tuple[Same, bytes]]:
    """Yield what tells segments and their live documents from all others."""
    return ((Same(segment), live.tobytes()) for segment, live in parts)


def due(snapshot: Snapshot) -> tuple[int, int] | None:
    """Return the first of the segments that are to be merged apart from edits, and the one behind the last.

    None if all is well.
    """
    end = _settled(snapshot)
    sizes = [segment.n_docs for segment in snapshot.segments[:end]]
    if sizes[0] <= _SMALL:
        return None
    if _exceeds(snapshot, end):
        return 0, end
    for begin in range(1, end - 1):
        if _level(sizes[begin]) <= _level(sum(sizes[begin + 1 :])):
            return begin, end
    return None


@dataclass(frozen=True)
class Fold:
    """A snapshot some segments of which were merged into one.

    Attributes:
        old: The snapshot.
        begin: The first of its segments that were merged.
        end: The one behind the last.
        new: The same documents, with the merged segment.
    """

    old: Snapshot
    begin: int
    end: int
    new: Snapshot

    @classmethod
    def of(cls, snapshot: Snapshot, begin: int, end: int, between: Callable[[], None]) -> Fold:
        """Merge segments of a snapshot, those that ``due`` has told.

        Args:
            snapshot: The snapshot.
            begin: The first segment to merge.
            end: The one behind the last.
            between: Called between the steps of the work; may raise an exception to end it.
        """
        merged = merge_segments(snapshot.segments[begin:end], snapshot.live[begin:end], between)
        new = _replaced(snapshot, begin, end, merged)
        carry_over_merged(snapshot, new, between)
        # What the first edit would have to wait for.
        for layer, _ in new.frequencies.known():
            between()
            new.segments[begin].by_document(layer)
        new.segments[begin].doc_numbers  # noqa: B018
        return cls(snapshot, begin, end, new)

    def caught_up(self, current: Snapshot) -> Snapshot | None:
        """Return the merged segment with all that edits have changed meanwhile.

        Args:
            current: What the snapshot has become.

        Returns:
            None if that has other segments in the place of those that were merged.
        """
        if current is self.old:
            return self.new  # with all that was made ready for searches
        pairs = zip(self.old.segments[: self.end], current.segments, strict=False)
        if len(current.segments) < self.end or any(one is not other for one, other in pairs):
            return None
        still = [
            now[then]
            for now, then in zip(
                current.live[self.begin : self.end], self.old.live[self.begin : self.end], strict=True
            )
        ]
        parts = list(zip(current.segments, current.live, strict=True))
        parts[self.begin : self.end] = [(self.new.segments[self.begin], np.concatenate(still))]
        found = _snapshot(parts)
        carry_over(self.new, found)
        return found


def _begin_of_edit(snapshot: Snapshot) -> int:
    """Return from which on segments are merged before an edit is published."""
    if snapshot.segments[0].n_docs > _SMALL:
        return _settled(snapshot)
    return 0 if _exceeds(snapshot, len(snapshot.segments)) else 1


def _settled(snapshot: Snapshot) -> int:
    """Return how many segments there are before those that edits of a large base merge."""
    number = len(snapshot.segments)
    while number > 1 and snapshot.segments[number - 1].n_docs < _BY_EDITS:
        number -= 1
    return number


def _exceeds(snapshot: Snapshot, end: int) -> bool:
    """Tell whether the segments behind the base, or its dead documents, are too many."""
    sizes = np.array([segment.n_docs for segment in snapshot.segments[:end]])
    alive = np.array([np.count_nonzero(live) for live in snapshot.live[:end]])
    most = max(_FOLD_AT_LEAST, _FOLD_SHARE * sizes[0])
    return bool(alive[1:].sum() > most or (sizes - alive).sum() > most)


def _level(n_docs: int) -> int:
    level = 0
    while n_docs >= _RATIO:
        n_docs //= _RATIO
        level += 1
    return level


def _replaced(snapshot: Snapshot, begin: int, end: int, merged: Segment) -> Snapshot:
    """Return a snapshot with one segment, all of it alive, in the place of some."""
    parts: list[tuple[Segment, BoolArray]] = list(zip(snapshot.segments, snapshot.live, strict=True))
    parts[begin:end] = [(merged, np.ones(merged.n_docs, np.bool_))]
    return _snapshot(parts)


def _snapshot(parts: _Parts) -> Snapshot:
    return Snapshot(tuple(segment for segment, _ in parts), tuple(live for _, live in parts))


def _without(segment: Segment, live: BoolArray, gone: set[str]) -> BoolArray:
    numbers = [segment.doc_numbers[doc_id] for doc_id in gone if doc_id in segment.doc_numbers]
    if not numbers:
        return live
    changed = live.copy()
    changed[numbers] = False
    return changed
