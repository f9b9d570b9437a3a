"""The TF-IDF vectors of a segment as if it were all there is, and by how much others may differ from them."""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.index import DocumentFrequencies, Memo
from faqsearch.index.derived import kept_with_segment
from faqsearch.ranking.clauses import Rough
from faqsearch.ranking.occurrences import Part
from faqsearch.ranking.rows import CodedMatrix, FloatArray, Numbers

Counts: TypeAlias = npt.NDArray[np.signedinteger[Any]]

_MOST_SHIFT: Final = 0.01
"""Beyond such a change of all idfs what was found of them is found again."""


@kept_with_segment("TF-IDF impacts")
@dataclass(frozen=True, slots=True)
class SegmentVectors(Rough):
    """The vectors of a segment as if it were all there is, rounded.

    Attributes:
        counts: Shape (n_terms,); how many of its documents have each term.
        documents: Shape (1,); how many documents it has.
        norms: Shape (n_docs,); lengths of the vectors, not rounded.
    """

    counts: Counts
    documents: Numbers
    norms: FloatArray

    @property
    def n_docs(self) -> int:
        """How many documents the segment has."""
        return int(self.documents[0])

    def grown(self, idf: FloatArray, part: Part) -> list[float]:
        """Return by what the idf of each term of a query that the segment has is multiplied.

        Args:
            idf: Of all terms of the query, now.
            part: The segment.
        """
        (at,) = part.located
        before = smoothed_idf(self.n_docs, self.counts[at.numbers])
        # A term that stands in no searched field has no idf, and no postings either.
        shares = np.where(before > 0, idf[at.asked] / np.where(before > 0, before, 1.0), 0.0)
        return [float(share) for share in shares]

    def idf_grown(
        self, now: DocumentFrequencies, n_docs: int, memo: Memo, key: Hashable
    ) -> tuple[float, float]:
        """Return by what the idf of a term that live documents have is multiplied: at least and at most.

        Args:
            now: How many documents have each term now.
            n_docs: How many documents there are.
            memo: Remembers what was found of counts most of which are those of now.
            key: By which it does.
        """
        then = memo.peek(key)
        if (
            not isinstance(then, _Grown)
            or then.counts is not now.base
            or abs(then.shift(n_docs)) > _MOST_SHIFT
        ):
            then = _Grown(now.base, n_docs, *self._grown(now.base, n_docs))
            memo.put(key, then)
        # The idf of a term that is in as many documents as then is at least 1, and all change by the same.
        shift = then.shift(n_docs)
        low, high = then.low * min(1.0, 1.0 + shift), then.high * max(1.0, 1.0 + shift)
        before = self.counts[now.changed]
        known = (now.counts > 0) & (before > 0)
        grown = smoothed_idf(n_docs, now.counts[known]) / smoothed_idf(self.n_docs, before[known])
        return float(grown.min(initial=low)), float(grown.max(initial=high))

    def _grown(self, counts: Counts, n_docs: int) -> tuple[float, float]:
        changed = np.flatnonzero(counts != self.counts)  # few, of all that there are
        changed = changed[(counts[changed] > 0) & (self.counts[changed] > 0)]
        # Where documents have gone since, changed counts may be too high: all are, where all have gone.
        idf = smoothed_idf(n_docs, np.minimum(counts[changed], max(n_docs, 1)))
        grown = idf / smoothed_idf(self.n_docs, self.counts[changed])
        # Of a term with as many documents as before the idf, at least 1, changes by the same amount.
        others = 1.0 + math.log((1 + n_docs) / (1 + self.n_docs))
        # And no idf can have become less than 1.
        least = max(min(1.0, others), 1.0 / (math.log1p(self.n_docs) + 1.0))
        return float(grown.min(initial=least)), float(grown.max(initial=max(1.0, others)))


@dataclass(frozen=True, slots=True)
class _Grown:
    """By what idfs were multiplied, at least and at most, with such counts in so many documents."""

    counts: Counts
    n_docs: int
    low: float
    high: float

    def shift(self, n_docs: int) -> float:
        """Return by how much an idf has changed since, if its count has not."""
        return math.log((1 + n_docs) / (1 + self.n_docs))


def smoothed_idf(n_docs: int, counts: Counts) -> FloatArray:
    """Return ln((1 + N) / (1 + df)) + 1; 0 for terms that no live document has."""
    return np.where(counts > 0, np.log((1 + n_docs) / (1 + counts)) + 1.0, 0.0)


def vector_lengths(docs: npt.NDArray[Any], values: FloatArray, n_docs: int) -> FloatArray:
    """Return the lengths of vectors, their squares added in order; 1 for those without a value."""
    return _roots(np.bincount(docs, values**2, minlength=n_docs).astype(np.float64, copy=False))


def matrix_lengths(matrix: CodedMatrix, idf: FloatArray, n_docs: int) -> FloatArray:
    """Return the lengths of the vectors of all documents of a matrix, as ``vector_lengths`` would.

    Args:
        matrix: Frequencies.
        idf: Shape (n_terms,); of each term.
        n_docs: Number of documents.
    """
    squares = np.zeros(n_docs)
    for here, values in matrix.times(idf):
        np.add.at(squares, matrix.docs[here], values**2)  # in order, to what is there
    return _roots(squares)


def _roots(squares: FloatArray) -> FloatArray:
    norms = np.sqrt(squares)
    return np.where(norms > 0, norms, 1.0)
