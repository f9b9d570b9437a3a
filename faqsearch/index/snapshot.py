"""What readers search: immutable segments with the documents that were deleted from them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, chain
from typing import overload

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import gather
from faqsearch.entry import FieldName
from faqsearch.index.document import Document
from faqsearch.index.frequencies import DocumentFrequencies
from faqsearch.index.memo import Memo, Table
from faqsearch.index.segment import IntArray, LayerIndex, Segment, build_segment

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class FieldLengths:
    """Lengths of the fields of live documents, in terms of one layer.

    Attributes:
        totals: Shape (N_FIELDS,); their sums.
        counts: Shape (N_FIELDS,); in how many documents the field has a term.
    """

    totals: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TermPostings:
    """The postings of one or more terms in the live documents of a snapshot.

    They stand segment after segment, and within a segment by term, document and field; those of one term are
    therefore in the order of documents.

    Attributes:
        terms: Shape (n,); positions among the terms that were asked for.
        docs: Shape (n,); document numbers of the snapshot.
        fields: Shape (n,); field numbers.
        frequencies: Shape (n,); occurrences, at least 1.
    """

    terms: npt.NDArray[np.int64]
    docs: IntArray
    fields: npt.NDArray[np.uint8]
    frequencies: IntArray

    def where(self, kept: BoolArray) -> TermPostings:
        """Return the postings for which ``kept``, shape (n,), is true."""
        return TermPostings(self.terms[kept], self.docs[kept], self.fields[kept], self.frequencies[kept])


@dataclass(frozen=True)
class Snapshot:
    """An immutable state of an index; every statistic is that of its live documents.

    A document number counts through the segments in order, dead documents included, so that arrays of shape
    (n_slots,) can be indexed with postings as they are stored.

    Attributes:
        segments: The segments, the large base first, then smaller ones.
        live: For each segment a mask of shape (n_docs,): False where a document was deleted or replaced.
    """

    segments: tuple[Segment, ...]
    live: tuple[BoolArray, ...]

    @cached_property
    def memo(self) -> Memo:
        """Values derived from this snapshot, such as the norms of document vectors."""
        return Memo()

    @cached_property
    def frequencies(self) -> Table[tuple[str, tuple[FieldName, ...]], tuple[DocumentFrequencies, ...]]:
        """What ``statistics`` knows of the document frequencies of terms, by layer and fields."""
        return Table()

    @cached_property
    def field_lengths(self) -> Table[str, FieldLengths]:
        """What ``statistics`` knows of the lengths of fields, by layer."""
        return Table()

    @cached_property
    def live_mask(self) -> BoolArray:
        """Shape (n_slots,): which document numbers are alive."""
        return np.concatenate(self.live)

    @cached_property
    def n_docs(self) -> int:
        """Number of live documents: the N of every formula."""
        return int(np.count_nonzero(self.live_mask))

    @property
    def n_slots(self) -> int:
        """Number of document numbers, dead ones included."""
        return len(self.live_mask)

    @cached_property
    def doc_ids(self) -> Sequence[str]:
        """Id for each document number, dead ones included."""
        if len(self.segments) == 1:
            return self.segments[0].doc_ids
        return _Joined([segment.doc_ids for segment in self.segments])

    def parts(self) -> Iterator[tuple[int, Segment, BoolArray]]:
        """Yield the first document number, the segment and its live mask, for each segment."""
        offset = 0
        for segment, live in zip(self.segments, self.live, strict=True):
            yield offset, segment, live
            offset += segment.n_docs

    def number_of(self, doc_id: str) -> int | None:
        """Return the document number of a live document, or None."""
        for offset, segment, live in self.parts():
            number = segment.doc_numbers.get(doc_id)
            if number is not None and live[number]:
                return offset + number
        return None

    def postings(self, layer: str, *terms: str) -> TermPostings:
        """Return the postings of terms over all segments, dead documents removed."""
        found = [
            _live_postings(segment, layer, terms, offset, live) for offset, segment, live in self.parts()
        ]
        return joined_postings(found)

    def postings_of(self, doc: int, layer: str, *terms: str) -> TermPostings:
        """Return the postings of terms in one live document, without reading those of others."""
        offset, segment, _ = next(part for part in self.parts() if doc < part[0] + part[1].n_docs)
        index = segment.layer(layer)
        asked, numbers = index.known(terms)
        begins, ends = index.postings.indptr[numbers], index.postings.indptr[numbers + 1]
        for row, (begin, end) in enumerate(zip(begins.tolist(), ends.tolist(), strict=True)):
            docs = index.postings.docs[begin:end]
            begins[row] = begin + np.searchsorted(docs, doc - offset)
            ends[row] = begin + np.searchsorted(docs, doc - offset, side="right")
        return _read(index, asked, begins, ends, offset)

    def lengths(self, layer: str) -> IntArray:
        """Return field lengths in terms, shape (N_FIELDS, n_slots); dead documents have length 0."""

        def compute() -> IntArray:
            parts = [segment.layer(layer).lengths * live for _, segment, live in self.parts()]
            return np.concatenate(parts, axis=1)

        return self.memo.get(("lengths", layer), compute)


class _Joined(Sequence[str]):
    """Strings of several sequences, one behind the other; none is read before it is asked for.

    Args:
        parts: The sequences, at least one.
    """

    __slots__ = ("_ends", "_parts")

    def __init__(self, parts: Sequence[Sequence[str]]) -> None:
        self._parts = parts
        self._ends = list(accumulate(map(len, parts)))

    def __len__(self) -> int:
        return self._ends[-1]

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        numbers = range(len(self))[index]
        if isinstance(numbers, range):
            return tuple(map(self.__getitem__, numbers))
        part = bisect_right(self._ends, numbers)
        return self._parts[part][numbers - self._ends[part]]  # counted from its end

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._parts)


def joined_postings(parts: Sequence[TermPostings]) -> TermPostings:
    """Put postings one behind the other."""
    if len(parts) == 1:
        return parts[0]
    return TermPostings(
        np.concatenate([part.terms for part in parts] or [np.zeros(0, np.int64)]),
        np.concatenate([part.docs for part in parts] or [np.zeros(0, np.int32)]),
        np.concatenate([part.fields for part in parts] or [np.zeros(0, np.uint8)]),
        np.concatenate([part.frequencies for part in parts] or [np.zeros(0, np.int32)]),
    )


def _live_postings(
    segment: Segment, layer: str, terms: Sequence[str], offset: int, live: BoolArray
) -> TermPostings:
    index = segment.layer(layer)
    asked, numbers = index.known(terms)
    indptr = index.postings.indptr
    found = _read(index, asked, indptr[numbers], indptr[numbers + 1], offset)
    return found if live.all() else found.where(live[found.docs - np.int32(offset)])


def _read(
    index: LayerIndex,
    asked: npt.NDArray[np.int64],
    begins: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int64],
    offset: int,
) -> TermPostings:
    """Read stretches of postings, one for each asked term."""
    which, places = gather(begins, ends)
    return TermPostings(
        asked[which],
        index.postings.docs[places] + np.int32(offset),
        index.postings.fields[places],
        index.postings.frequencies[places].astype(np.int32),
    )


def build_snapshot(documents: Sequence[Document], layers: Iterable[str]) -> Snapshot:
    """Index documents from scratch."""
    segment = build_segment(documents, layers)
    return Snapshot((segment,), (np.ones(segment.n_docs, np.bool_),))
