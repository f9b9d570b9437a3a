"""Several rankers as one: the weighted sum of their scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from faqsearch.errors import SettingsError
from faqsearch.index import Snapshot
from faqsearch.ranking.base import Ranker, Scores
from faqsearch.ranking.checks import check_weight
from faqsearch.ranking.clauses import SparseScores, WeightedSum, sparse_scores
from faqsearch.ranking.explanation import Explanation, scaled, summed
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources


@dataclass(frozen=True, kw_only=True, slots=True)
class WeightedRanker:
    """One part of a fusion.

    Attributes:
        name: Names the part in explanations.
        ranker: The ranker; its scores should lie in [0, 1].
        weight: Its weight, 0.000001 to 1,000,000.
    """

    name: str
    ranker: Ranker
    weight: float

    def __post_init__(self) -> None:
        check_weight(f"weight of {self.name}", self.weight)


@dataclass(frozen=True, slots=True)
class FusionRanker:
    """The weighted sum of the scores of its parts.

    Attributes:
        parts: At least one.
    """

    parts: tuple[WeightedRanker, ...]

    def __post_init__(self) -> None:
        if not self.parts:
            raise SettingsError("a fusion needs at least one ranker")

    @property
    def requires(self) -> frozenset[Resource]:
        """What any of its parts requires."""
        return frozenset[Resource]().union(*(part.ranker.requires for part in self.parts))

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Prepare every part."""
        for part in self.parts:
            part.ranker.prepare(snapshot, resources)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return summed scores, shape (n_slots,)."""
        total = np.zeros(snapshot.n_slots)
        for part in self.parts:
            total += part.weight * part.ranker.score(snapshot, query)
        return total

    def sparse(self, snapshot: Snapshot, query: Query) -> SparseScores | None:
        """Return summed scores as a sum over few terms, if those of all parts are."""
        found = []
        for part in self.parts:
            scores = sparse_scores(part.ranker, snapshot, query)
            if scores is None:
                return None
            found.append((part.weight, scores))
        return WeightedSum(tuple(found))

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one score, part by part."""
        details = []
        total = 0.0
        for part in self.parts:
            inner = part.ranker.explain(snapshot, query, doc)
            details.append(scaled(part.weight, "ranker weight", inner, f"weighted {part.name}"))
            total += details[-1].value
        return summed(details, total, "sum over rankers")
