"""Several segments joined into one, without analysing anything again, and without keeping others waiting."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, compress, count
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import gather
from faqsearch.index.carried import carry_over
from faqsearch.index.segment import (
    IntArray,
    LayerIndex,
    Postings,
    Segment,
    blocks_of_terms,
    empty_layer,
    narrow,
)

_TERMS_AT_A_TIME: Final = 1_024
"""Terms that are merged together where others wait: a millisecond's work, if few are frequent."""
_MOST_TERMS: Final = 1 << 16
"""Terms that are merged together where nobody does: what that takes of memory does not grow with the base."""

_Numbers: TypeAlias = npt.NDArray[np.int64]


def merge_segments(
    segments: Sequence[Segment],
    keep: Sequence[npt.NDArray[np.bool_]],
    between: Callable[[], None] | None = None,
) -> Segment:
    """Join the kept documents of several segments into one, without analysing anything again.

    Args:
        segments: Segments with the same layers and, among kept documents, distinct ids.
        keep: For each segment a mask of shape (n_docs,).
        between: Called between the steps of the work; may raise an exception to end it.
    """
    masks = [mask.tolist() for mask in keep]
    ids = [compress(segment.doc_ids, mask) for segment, mask in zip(segments, masks, strict=True)]
    texts = [compress(segment.texts, mask) for segment, mask in zip(segments, masks, strict=True)]
    merged = {
        layer: _merge_layer([segment.layers[layer] for segment in segments], keep, between)
        for layer in segments[0].layers
    }
    joined = Segment(tuple(chain.from_iterable(ids)), merged, tuple(chain.from_iterable(texts)))
    carry_over(zip((segment.memo for segment in segments), keep, strict=True), joined.memo)
    return joined


class _Kept(NamedTuple):
    """What is kept of a stretch of terms of a segment.

    Attributes:
        terms: The terms that still occur.
        counts: How many postings each of them has.
        stretch: Where the postings of all terms of the stretch stand.
        chosen: Which of these are kept.
        docs: The documents of those that are.
    """

    terms: Sequence[str]
    counts: _Numbers
    stretch: slice
    chosen: npt.NDArray[np.bool_] | slice
    docs: IntArray


@dataclass(frozen=True, slots=True)
class _Part:
    """A layer of a segment that is merged with others.

    Attributes:
        index: The layer.
        mask: Shape (n_docs,); which documents are kept; None if all are.
        numbers: Shape (n_docs,); their numbers in the merged segment.
    """

    index: LayerIndex
    mask: npt.NDArray[np.bool_] | None
    numbers: IntArray

    @property
    def n_postings(self) -> int:
        """How many postings are kept."""
        postings, mask = self.index.postings, self.mask
        if mask is None:
            return len(postings)
        return sum(
            int(np.count_nonzero(mask[postings.docs[some]]))
            for _, some, _ in blocks_of_terms(postings.indptr)
        )

    def kept(self, some: slice) -> _Kept:
        """Return what is kept of a stretch of terms."""
        postings, terms = self.index.postings, self.index.terms[some]
        indptr = postings.indptr[some.start : some.stop + 1]
        stretch = slice(int(indptr[0]), int(indptr[-1]))
        docs = postings.docs[stretch]
        if self.mask is None:
            return _Kept(terms, np.diff(indptr), stretch, slice(None), docs)
        chosen = self.mask[docs]
        counts = np.diff(np.append(0, np.cumsum(chosen))[indptr - indptr[0]])
        used = np.flatnonzero(counts)
        return _Kept(list(map(terms.__getitem__, used.tolist())), counts[used], stretch, chosen, docs[chosen])


def _merge_layer(
    indexes: Sequence[LayerIndex], keep: Sequence[npt.NDArray[np.bool_]], between: Callable[[], None] | None
) -> LayerIndex:
    """Merge some terms after the other: while a list of all is sorted, nobody else could go on."""
    n_docs = [int(np.count_nonzero(mask)) for mask in keep]
    if not any(len(index.postings) for index in indexes):
        return empty_layer(sum(n_docs))
    parts = [
        _Part(
            index,
            None if kept == len(mask) else mask,
            np.cumsum(mask, dtype=np.int32) + np.int32(offset - 1),
        )
        for index, mask, kept, offset in zip(
            indexes, keep, n_docs, accumulate(n_docs, initial=0), strict=False
        )
    ]
    n_postings = sum(part.n_postings for part in parts)
    widest = np.result_type(*(index.postings.frequencies for index in indexes))
    docs, fields, frequencies = (np.empty(n_postings, kind) for kind in (np.int32, np.uint8, widest))
    numbers: dict[str, int] = {}
    counts, first = [np.zeros(1, np.int64)], 0
    most = _MOST_TERMS if between is None else _TERMS_AT_A_TIME
    for stretches in _stretches([index.terms for index in indexes], most):
        found = [part.kept(some) for part, some in zip(parts, stretches, strict=True)]
        of_each, places = _merge_terms(found, numbers)
        for part, one, here in zip(parts, found, places, strict=True):
            docs[first + here] = part.numbers[one.docs]
            fields[first + here] = part.index.postings.fields[one.stretch][one.chosen]
            frequencies[first + here] = part.index.postings.frequencies[one.stretch][one.chosen]
        counts.append(of_each)
        first += int(of_each.sum())
        if between:
            between()
    lengths = np.concatenate(
        [index.lengths[:, mask] for index, mask in zip(indexes, keep, strict=True)], axis=1
    )
    postings = Postings(np.cumsum(np.concatenate(counts)), docs, fields, narrow(frequencies))
    return LayerIndex(tuple(numbers), postings, lengths, numbers)


def _stretches(vocabularies: Sequence[Sequence[str]], most: int) -> Iterator[list[slice]]:
    """Cut sorted vocabularies into stretches that precede the next ones: so many terms of the longest."""
    longest = max(vocabularies, key=len)
    starts = [0] * len(vocabularies)
    for behind in range(most, len(longest) + most, most):
        ends = list(map(len, vocabularies))
        if behind < len(longest):
            ends = [bisect_left(terms, longest[behind]) for terms in vocabularies]
        yield list(map(slice, starts, ends))
        starts = ends


def _merge_terms(found: Sequence[_Kept], numbers: dict[str, int]) -> tuple[_Numbers, list[_Numbers]]:
    """Put the postings of each term one behind the other, segment after segment: they are sorted already.

    Args:
        found: What is kept of each segment.
        numbers: The terms so far and their numbers. Those that still occur are added, and no others: a merged
            vocabulary equals that of a fresh build.

    Returns:
        How many postings each of these terms has, and for each segment the places of its postings.
    """
    first = len(numbers)
    # Lists that are sorted already are sorted together in little time.
    terms = dict.fromkeys(sorted(chain.from_iterable(one.terms for one in found)))
    numbers.update(zip(terms, count(first), strict=False))
    new_numbers = [
        np.fromiter(map(numbers.__getitem__, one.terms), np.int64, len(one.terms)) - first for one in found
    ]
    of_each = np.zeros(len(terms), np.int64)
    for one, new in zip(found, new_numbers, strict=True):
        of_each[new] += one.counts
    free = np.cumsum(of_each) - of_each
    places = []
    for one, new in zip(found, new_numbers, strict=True):
        places.append(gather(free[new], free[new] + one.counts)[1])
        free[new] += one.counts
    return of_each, places
