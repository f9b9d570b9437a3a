"""The seam that every ranker implements."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from faqsearch.index import Snapshot
from faqsearch.ranking.explanation import Explanation
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources

Scores = npt.NDArray[np.float64]
"""Shape (n_slots,): one score for each document number of a snapshot; 0 where nothing matched."""


@runtime_checkable
class Ranker(Protocol):
    """Scores all documents of a snapshot for a query."""

    @property
    def requires(self) -> frozenset[Resource]:
        """Resources without which it cannot rank as it says."""
        ...

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Compute what searches of the snapshot will need, so that none has to wait for it."""
        ...

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return one score for each document number; 0 where nothing matched."""
        ...

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain the score of one document number; the value equals ``score(...)[doc]`` exactly."""
        ...
