"""Scores as sums over few terms, so that the best entries can be found without scoring all of them.

A ranker whose scores are sums over the terms of a query gives them in two ways: roughly, as clauses with
an upper bound, which the compiled loops skip through, and exactly, for the few documents that are left. The
rough ones may be those of an earlier state of the base, as long as it is known by how much they are off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

import numpy as np

from faqsearch.index import Snapshot
from faqsearch.ranking.base import Ranker
from faqsearch.ranking.query import Query
from faqsearch.ranking.rows import FloatArray, Numbers, RoughArray, Rows, Stretches, joined_rows

_BLOCK: Final = 128
"""Values with a bound of their own; the compiled loops have the same number."""
_ROUNDING: Final = float(np.finfo(np.float32).eps)


@dataclass(frozen=True, slots=True)
class Impacts(Stretches):
    """What each posting adds to a score, roughly: all but what depends on the query.

    Attributes:
        values: Shape (n,); above 0.
        blocks: Shape (ceil(n / 128),); the highest of each 128 values.
        most: Shape (n_terms,); the highest value of each term, 0 for one without a document.
    """

    values: RoughArray
    blocks: RoughArray
    most: RoughArray


def impacts(matrix: Stretches, values: FloatArray) -> Impacts:
    """Round values, one for each posting of a matrix, and bound them."""
    rough = values.astype(np.float32)
    present = np.diff(matrix.indptr) > 0
    most = np.zeros(len(present), np.float32)
    blocks = rough
    if len(rough):
        most[present] = np.maximum.reduceat(rough, matrix.indptr[:-1][present])
        blocks = np.maximum.reduceat(rough, np.arange(0, len(rough), _BLOCK))
    return Impacts(matrix.indptr, matrix.docs, rough, blocks, most)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rough:
    """Impacts that may be those of an earlier state of the base.

    Attributes:
        impacts: The impacts.
        low: What they are now is at least this times what they were.
        high: It is at most this times what they were.
    """

    impacts: Impacts
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Clauses:
    """The parts of a sum of scores, for the documents of one segment.

    Attributes:
        rows: The impacts of its terms.
        weights: Shape (n_rows,); what a value of each row counts.
        firsts: Shape (n_clauses + 1,); the first row of each clause.
        worth: Shape (n_clauses,); what each clause counts.
        k1: Shape (n_clauses,); where above 0, f / (k1 + f) counts, f the sum of the values of the clause in a
            document; where 0 the value of the one row that such a clause has.
        low: A score is at least this times the sum of all clauses.
        high: It is at most this times the sum.
    """

    rows: Rows[Impacts]
    weights: FloatArray
    firsts: Numbers
    worth: FloatArray
    k1: FloatArray
    low: float
    high: float

    def times(self, factor: float) -> Clauses:
        """Return the clauses of scores that are so many times as high."""
        return replace(self, worth=self.worth * factor)

    @property
    def most(self) -> RoughArray:
        """Shape (n_rows,); the highest value of each row."""
        found = np.zeros(len(self.weights), np.float32)
        for number, matrix in enumerate(self.rows.matrices):
            mine = self.rows.matrix == number
            found[mine] = matrix.most[self.rows.terms[mine]]
        return found

    @property
    def bounds(self) -> tuple[float, float]:
        """``low`` and ``high``, with room for what is lost by rounding to float32."""
        rounding = (len(self.weights) + 8) * _ROUNDING
        return self.low * (1.0 - rounding), self.high * (1.0 + rounding)


def one_by_one(rows: Rows[Impacts], weights: FloatArray, *, low: float = 1.0, high: float = 1.0) -> Clauses:
    """Make a clause of each row."""
    n_rows = len(weights)
    return Clauses(
        rows=rows,
        weights=weights,
        firsts=np.arange(n_rows + 1, dtype=np.int64),
        worth=np.ones(n_rows),
        k1=np.zeros(n_rows),
        low=low,
        high=high,
    )


def added(parts: Sequence[Clauses]) -> Clauses:
    """Return the clauses of a sum of scores, all of the same segment."""
    if len(parts) == 1:
        return parts[0]
    n_rows = np.cumsum([0, *(len(part.weights) for part in parts)])
    firsts = [part.firsts[:-1] + before for part, before in zip(parts, n_rows[:-1], strict=True)]
    return Clauses(
        rows=joined_rows([part.rows for part in parts]),
        weights=np.concatenate([part.weights for part in parts]),
        firsts=np.concatenate([*firsts, n_rows[-1:]]),
        worth=np.concatenate([part.worth for part in parts]),
        k1=np.concatenate([part.k1 for part in parts]),
        low=min(part.low for part in parts),
        high=max(part.high for part in parts),
    )


class SparseScores(Protocol):
    """The scores of a query as a sum over few terms; none has been computed yet."""

    def clauses(self) -> tuple[Clauses, ...]:
        """Return the parts of the scores, for each segment."""
        ...

    def of_documents(self, docs: Numbers) -> FloatArray:
        """Return the scores of some documents, given in ascending order: those of ``Ranker.score``."""
        ...


@runtime_checkable
class SparseRanker(Protocol):
    """A ranker whose scores may be sums over few terms."""

    def sparse(self, snapshot: Snapshot, query: Query) -> SparseScores | None:
        """Return the scores of a query as such a sum; None where they are not."""
        ...


def sparse_scores(ranker: Ranker, snapshot: Snapshot, query: Query) -> SparseScores | None:
    """Return the scores of a query as a sum over few terms; None where they are not."""
    return ranker.sparse(snapshot, query) if isinstance(ranker, SparseRanker) else None


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """Scores that are the weighted sum of others.

    Attributes:
        parts: Weights and scores, at least one.
    """

    parts: tuple[tuple[float, SparseScores], ...]

    def clauses(self) -> tuple[Clauses, ...]:
        """Return the clauses of all parts, for each segment."""
        of_parts = [[one.times(weight) for one in scores.clauses()] for weight, scores in self.parts]
        return tuple(added(of_segment) for of_segment in zip(*of_parts, strict=True))

    def of_documents(self, docs: Numbers) -> FloatArray:
        """Return the scores of some documents, given in ascending order."""
        total = np.zeros(len(docs))
        for weight, scores in self.parts:
            total += weight * scores.of_documents(docs)
        return total
