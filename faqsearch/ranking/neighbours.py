"""Rescoring: the best entries borrow a little from those that are about the same matter.

Where many entries near to each other match a query, the matter is right, and an entry amid them is a likelier
answer than one that stands alone (score regularisation: Diaz, "Regularizing ad hoc retrieval scores", CIKM
2005).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from faqsearch.errors import SettingsError
from faqsearch.index import Snapshot
from faqsearch.ranking.base import Ranker, Scores
from faqsearch.ranking.checks import check_weight
from faqsearch.ranking.entry_vectors import EntryVectors, live_by_id
from faqsearch.ranking.explanation import Explanation, scaled, summed
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources

FloatArray = npt.NDArray[np.float64]


class VectorRanker(Ranker, Protocol):
    """A ranker that has a vector of every entry."""

    def entries(self, snapshot: Snapshot, resources: Resources) -> EntryVectors | None:
        """Return the vectors of the documents; None if a resource is missing."""
        ...


@dataclass(frozen=True, slots=True)
class _Borrowed:
    """What the candidates borrow.

    Attributes:
        candidates: Shape (n,); documents, the best first.
        scores: Shape (n,); their own scores.
        lenders: Shape (n, k); positions of the nearest candidates, the nearest first.
        shares: Shape (n, k); share of each lender, summing to at most 1.
        amounts: Shape (n,); the weighted means of the scores of the lenders.
    """

    candidates: npt.NDArray[np.int64]
    scores: FloatArray
    lenders: npt.NDArray[np.int64]
    shares: FloatArray
    amounts: FloatArray


@dataclass(frozen=True, kw_only=True)
class NeighbourRanker:
    """Adds to the scores of the best entries a part of those of the entries nearest to them among the best.

    Attributes:
        ranker: Scores the entries; its scores are at least 0.
        vectors: Says which entries are near to each other.
        weight: What an entry borrows, as a share of the weighted mean of its neighbours' scores, 0.000001 to
            1,000,000.
        neighbours: From how many an entry borrows, at least 1.
        candidates: How many of the best entries are rescored, 2 to 1,000.

    Raises:
        SettingsError: If a value is outside its range.
    """

    ranker: Ranker
    vectors: VectorRanker
    weight: float
    neighbours: int = 10
    candidates: int = 200

    def __post_init__(self) -> None:
        check_weight("weight of neighbours", self.weight)
        for name, value, lowest, highest in (
            ("neighbours", self.neighbours, 1, 100),
            ("candidates", self.candidates, 2, 1_000),
        ):
            if isinstance(value, bool) or not isinstance(value, int) or not lowest <= value <= highest:
                raise SettingsError(
                    f"{name} came as {value!r}; give a whole number from {lowest} to {highest:,}"
                )

    @property
    def requires(self) -> frozenset[Resource]:
        """What both rankers require."""
        return self.ranker.requires | self.vectors.requires

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Prepare both rankers."""
        self.ranker.prepare(snapshot, resources)
        self.vectors.prepare(snapshot, resources)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return scores, shape (n_slots,): those of the ranker and, for the best, what they borrow."""
        scores = self.ranker.score(snapshot, query)
        borrowed = self._borrowed(snapshot, query, scores)
        if borrowed is None:
            return scores
        raised = scores.copy()
        raised[borrowed.candidates] += self.weight * borrowed.amounts
        return raised

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one score: its own, and what it borrows from which entries."""
        own = self.ranker.explain(snapshot, query, doc)
        borrowed = self._borrowed(snapshot, query, self.ranker.score(snapshot, query))
        if borrowed is None or doc not in borrowed.candidates:
            return own
        position = int(np.flatnonzero(borrowed.candidates == doc)[0])
        lent = [
            scaled(
                share,
                "share",
                Explanation(value=score, description="its score"),
                f"entry {snapshot.doc_ids[lender]}",
            )
            for share, score, lender in zip(
                borrowed.shares[position].tolist(),
                borrowed.scores[borrowed.lenders[position]].tolist(),
                borrowed.candidates[borrowed.lenders[position]].tolist(),
                strict=True,
            )
            if share > 0
        ]
        mean = summed(lent, float(borrowed.amounts[position]), "weighted mean of near entries")
        loan = scaled(self.weight, "weight", mean, "borrowed from near entries")
        return summed((own, loan), own.value + loan.value, "score with what near entries lend")

    def _borrowed(self, snapshot: Snapshot, query: Query, scores: Scores) -> _Borrowed | None:
        entries = self.vectors.entries(snapshot, query.resources)
        if entries is None:
            return None
        chosen = _best(snapshot, scores, self.candidates)
        if len(chosen) < 2:
            return None
        cosines = entries.among(chosen)
        np.fill_diagonal(cosines, -1.0)
        k = min(self.neighbours, len(chosen) - 1)
        lenders = _nearest(cosines, k)
        near = np.maximum(np.take_along_axis(cosines, lenders, axis=1), 0.0)
        shares = near / np.maximum(_sum_of_columns(near), _LEAST_NEAR)[:, None]
        amounts = _sum_of_columns(shares * scores[chosen][lenders])
        return _Borrowed(chosen, scores[chosen], lenders, shares, amounts)


_LEAST_NEAR = 0.5
"""Total nearness below which an entry borrows less: one that has nothing near stands for itself."""


def _nearest(cosines: FloatArray, k: int) -> npt.NDArray[np.int64]:
    """Return the positions of the k largest values of each row, the largest first, of equals the first."""
    least = np.partition(cosines, cosines.shape[1] - k, axis=1)[:, -k, None]
    chosen = cosines >= least
    if np.count_nonzero(chosen) > k * len(cosines):  # of those as near as the last one only the first
        larger, equal = cosines > least, cosines == least
        room = k - larger.sum(axis=1, keepdims=True)
        chosen = larger | (equal & (np.cumsum(equal, axis=1) <= room))
    places = (np.flatnonzero(chosen) % cosines.shape[1]).reshape(-1, k)
    order = np.argsort(-np.take_along_axis(cosines, places, axis=1), axis=1, kind="stable")
    return np.take_along_axis(places, order, axis=1)


def _sum_of_columns(values: FloatArray) -> FloatArray:
    """Add up the columns from 0 and in order: a row's sum depends on that row alone."""
    total = np.zeros(len(values))
    for column in values.T:
        total += column
    return total


def _best(snapshot: Snapshot, scores: Scores, k: int) -> npt.NDArray[np.int64]:
    """Return the k best documents with a score above 0, by (-score, id)."""
    found = np.flatnonzero(scores > 0)
    if len(found) > k:
        threshold = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= threshold]
    ranks = snapshot.memo.get("ranks of ids", lambda: _ranks(snapshot))
    return found[np.lexsort((ranks[found], -scores[found]))[:k]]


def _ranks(snapshot: Snapshot) -> npt.NDArray[np.int64]:
    """Return the place of each live document by id, shape (n_slots,); 0 for dead ones."""
    ranks = np.zeros(snapshot.n_slots, np.int64)
    live = live_by_id(snapshot)
    ranks[live] = np.arange(len(live))
    return ranks
