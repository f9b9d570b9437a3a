"""Scores as sums over few terms, so that the best entries can be found without scoring all of them.

A ranker whose scores are sums over the terms of a query gives them in two ways: roughly, as clauses with
an upper bound, which the compiled loops skip through, and exactly, for the few documents that are left. The
rough ones may be those of an earlier state of the base, as long as it is known by how much they are off.

All of this is for the compiled loops: where they are missing everything is scored. What they read is in
lists, because a query has few terms: an array of so few numbers takes longer to make than to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.index import Snapshot
from faqsearch.ranking import accumulate
from faqsearch.ranking.base import Ranker
from faqsearch.ranking.query import Query
from faqsearch.ranking.rows import DocNumbers, FloatArray, Stretches

_BLOCK: Final = 128
"""Values with a bound of their own; the compiled loops have the same number."""
_ROUNDING: Final = float(np.finfo(np.float32).eps)

Impacts: TypeAlias = Any
"""What each posting adds to a score, roughly: all but what depends on the query; for the compiled loops."""
Row: TypeAlias = tuple[Any, ...]
"""Impacts, the number of a term of theirs, and what a value counts; what follows is not for all to read."""


@dataclass(frozen=True, slots=True)
class Rough:
    """Rounded values, one for each posting of some terms, and their bounds.

    Attributes:
        values: Shape (n,); above 0.
        blocks: Shape (ceil(n / 128),); the highest of each 128 values.
        most: Shape (n_terms,); the highest value of each term, 0 for one without postings.
    """

    values: npt.NDArray[np.float32]
    blocks: npt.NDArray[np.float32]
    most: npt.NDArray[np.float32]

    def impacts(self, postings: Stretches) -> Impacts:
        """Return them as the compiled loops read them."""
        return accumulate.kernel.Impacts(postings.indptr, postings.docs, self.values, self.blocks, self.most)


def rough_values(matrix: Stretches, values: FloatArray) -> Rough:
    """Round values, one for each posting of a matrix and above 0, and bound them."""
    return bounded(matrix, values.astype(np.float32))


def bounded(matrix: Stretches, rough: npt.NDArray[np.float32]) -> Rough:
    """Bound rounded values, one for each posting of a matrix and above 0."""
    present = np.diff(matrix.indptr) > 0
    most = np.zeros(len(present), np.float32)
    blocks = rough
    if len(rough):
        most[present] = np.maximum.reduceat(rough, matrix.indptr[:-1][present])
        blocks = np.maximum.reduceat(rough, np.arange(0, len(rough), _BLOCK))
    return Rough(rough, blocks, most)


@dataclass(kw_only=True, slots=True)
class Clauses:
    """The parts of a sum of scores, for the documents of one segment, as far as they have been added.

    Attributes:
        offset: First document number of the segment.
        n_docs: Number of documents of the segment.
        parts: Rows of several clauses; of how many rows each clause is, in their order, and what it counts;
            a factor for all of them; and their k1: where above 0, f / (k1 + f) counts, f the sum of the
            values of the clause in a document; where 0 the value of the one row that such a clause has.
        low: A score is at least this times the sum of all clauses.
        high: It is at most this times the sum.
    """

    offset: int
    n_docs: int
    parts: list[tuple[list[Row], list[tuple[int, float]], float, float]] = field(default_factory=list)
    low: float = 1.0
    high: float = 1.0

    def widen(self, low: float, high: float) -> None:
        """Note that what was added may be off by these factors."""
        self.low = min(self.low, low)
        self.high = max(self.high, high)

    @property
    def bounds(self) -> tuple[float, float]:
        """``low`` and ``high``, with room for what is lost by rounding to float32."""
        rounding = (sum([len(rows) for rows, _, _, _ in self.parts]) + 8) * _ROUNDING
        return self.low * (1.0 - rounding), self.high * (1.0 + rounding)


def no_clauses(snapshot: Snapshot) -> tuple[Clauses, ...]:
    """Return empty sums, one for each segment."""
    return tuple([Clauses(offset=offset, n_docs=segment.n_docs) for offset, segment, _ in snapshot.parts()])


class SparseScores(Protocol):
    """The scores of a query as a sum over few terms; none has been computed yet."""

    def add_to(self, sums: Sequence[Clauses], factor: float) -> None:
        """Add the parts of the scores, so many times, to the sums of each segment."""
        ...

    def of_documents(self, docs: Sequence[DocNumbers]) -> FloatArray:
        """Return the scores of some documents of each segment, ascending: those of ``Ranker.score``."""
        ...


def sparse_scores(ranker: Ranker, snapshot: Snapshot, query: Query) -> SparseScores | None:
    """Return the scores of a query as a sum over few terms; None where they are not.

    A ranker whose scores may be such a sum has a method ``sparse`` of a snapshot and a query.
    """
    if accumulate.kernel is None:
        return None
    sparse = getattr(ranker, "sparse", None)
    return sparse(snapshot, query) if sparse is not None else None


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """Scores that are the weighted sum of others.

    Attributes:
        parts: Weights and scores, at least one.
    """

    parts: tuple[tuple[float, SparseScores], ...]

    def add_to(self, sums: Sequence[Clauses], factor: float) -> None:
        """Add the clauses of all parts."""
        for weight, scores in self.parts:
            scores.add_to(sums, weight * factor)

    def of_documents(self, docs: Sequence[DocNumbers]) -> FloatArray:
        """Return the scores of some documents of each segment."""
        total = np.zeros(sum(map(len, docs)))
        for weight, scores in self.parts:
            total += weight * scores.of_documents(docs)
        return total
