"""Ranking a part of a longer text in the light of the whole of it.

The sentence that asks says what is wanted, the sentences around it say of what: an entry that matches both is
the likelier answer. The whole counts for less than the part: another question beside it decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from faqsearch.index import Snapshot
from faqsearch.ranking.base import Ranker, Scores
from faqsearch.ranking.clauses import SparseScores, WeightedSum, sparse_scores
from faqsearch.ranking.explanation import Explanation, scaled, summed
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources

CONTEXT_WEIGHT: Final = 0.4
"""What the whole counts, as a share of what the part counts."""


@dataclass(frozen=True)
class Context:
    """A whole text, scored once for all its parts.

    Attributes:
        query: The analysed text.
        snapshot: The entries it is compared with.
    """

    query: Query
    snapshot: Snapshot
    _scores: dict[int, tuple[Ranker, Scores]] = field(default_factory=dict, repr=False, compare=False)
    _sparse: dict[int, tuple[Ranker, SparseScores | None]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def scores(self, ranker: Ranker) -> Scores:
        """Return the scores of the whole by a ranker, shape (n_slots,)."""
        # The ranker is kept beside its scores, so that no other can come to have its identity.
        if id(ranker) not in self._scores:
            self._scores[id(ranker)] = (ranker, ranker.score(self.snapshot, self.query))
        return self._scores[id(ranker)][1]

    def sparse(self, ranker: Ranker) -> SparseScores | None:
        """Return the same scores as a sum over few terms, if they are one."""
        if id(ranker) not in self._sparse:
            self._sparse[id(ranker)] = (ranker, sparse_scores(ranker, self.snapshot, self.query))
        return self._sparse[id(ranker)][1]


@dataclass(frozen=True)
class ContextRanker:
    """Adds to the scores of a query a share of those of the text it stands in.

    Attributes:
        ranker: Scores both.
        context: The text, compared with the very snapshot that is scored.
        weight: The share, above 0.
    """

    ranker: Ranker
    context: Context
    weight: float = CONTEXT_WEIGHT

    @property
    def requires(self) -> frozenset[Resource]:
        """What the ranker requires."""
        return self.ranker.requires

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Prepare the ranker."""
        self.ranker.prepare(snapshot, resources)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return scores, shape (n_slots,): of the query, and the share of those of the whole."""
        total: Scores = self.ranker.score(snapshot, query) + self.weight * self.context.scores(self.ranker)
        return total

    def sparse(self, snapshot: Snapshot, query: Query) -> SparseScores | None:
        """Return the same scores as a sum over few terms, if they are one."""
        whole = self.context.sparse(self.ranker)
        own = sparse_scores(self.ranker, snapshot, query) if whole is not None else None
        return (
            WeightedSum(((1.0, own), (self.weight, whole))) if own is not None and whole is not None else None
        )

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one score: that of the query, and that of the whole."""
        own = self.ranker.explain(snapshot, query, doc)
        whole = self.ranker.explain(snapshot, self.context.query, doc)
        share = scaled(self.weight, "weight", whole, "score of the whole inquiry")
        return summed((own, share), own.value + share.value, "score in the light of the whole inquiry")
