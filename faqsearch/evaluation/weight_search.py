"""Searching weights on a lattice of their logarithms, by coordinate ascent.

The objective is a smooth nDCG less a penalty for leaving the weights that came. Fitting nDCG@10 itself, a
step function of the weights, did worse on unseen queries: it finds the weights at which near ties of the
fitted queries happen to fall right. On a lattice, the weights that different folds try are mostly the same
ones, whose values are kept.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import InputError
from faqsearch.evaluation.part_scores import FloatArray, PartScores

Point: TypeAlias = tuple[int, ...]
"""Steps of a quarter octave away from the weights that came, one an active part; the first is 0.

Only the proportions of weights rank, so the first part's weight can stay what it is.
"""

STEPS_PER_OCTAVE: Final = 4
FURTHEST: Final = 4 * STEPS_PER_OCTAVE
"""No weight moves by more than a factor of 16 against the first."""

_STRIDES: Final = (8, 4, 2, 1)
_MEMO_BYTES: Final = 64_000_000
_BETTER: Final = 1e-9


class WeightSearch:
    """Finds weights for subsets of the queries of one :class:`PartScores`.

    A part that scores nothing at all, such as one of confirmed inquiries on a base that has none, keeps its
    weight: there is nothing to learn about it.

    Attributes:
        scores: The scores of the parts.
        active: Shape (n_parts,); which parts score anything. Points have a place for each of these.

    Raises:
        InputError: If fewer than two parts score anything.
    """

    def __init__(self, scores: PartScores) -> None:
        self.scores = scores
        self.active = scores.scores.any(axis=(1, 2))
        if np.count_nonzero(self.active) < 2:
            raise InputError(
                "fewer than two parts of the preset score anything on these queries; nothing to fit"
            )
        self._memo: dict[Point, FloatArray] = {}
        self._room = max(1, _MEMO_BYTES // (8 * len(scores.queries)))

    @property
    def origin(self) -> Point:
        """The point of the weights that came."""
        return (0,) * int(np.count_nonzero(self.active))

    def weights(self, point: Point) -> FloatArray:
        """Return the weights of a point, shape (n_parts,); those of the active parts sum up as they came."""
        weights = self.scores.weights.copy()
        moved = weights[self.active] * 2.0 ** (np.array(point) / STEPS_PER_OCTAVE)
        weights[self.active] = moved * (weights[self.active].sum() / moved.sum())
        return weights

    def _values(self, point: Point) -> FloatArray:
        found = self._memo.get(point)
        if found is None:
            if len(self._memo) >= self._room:
                self._memo.clear()
            found = self._memo[point] = self.scores.soft_ndcg(self.weights(point))
        return found

    def fit(self, chosen: NDArray[np.int64], strength: float) -> Point:
        """Return the point that is best for some of the queries.

        Args:
            chosen: Places of the queries to fit on.
            strength: Of the penalty; 0 for none. Doubling one weight costs about ``strength`` queries'
                worth of nDCG: the more queries, the less the penalty weighs against their mean.
        """
        best = self.origin
        value = self._objective(best, chosen, strength)
        for stride in _STRIDES:
            while True:
                around = _neighbours(best, stride)
                values = [self._objective(point, chosen, strength) for point in around]
                steepest = int(np.argmax(values))
                if values[steepest] <= value + _BETTER:
                    break
                best, value = around[steepest], values[steepest]
        return best

    def _objective(self, point: Point, chosen: NDArray[np.int64], strength: float) -> float:
        return float(self._values(point)[chosen].mean()) - strength * spread(point) / len(chosen)


def spread(point: Point) -> float:
    """Return how far a point is from the weights that came: the sum of squared octaves about their mean.

    About the mean, because doubling all weights changes nothing.
    """
    octaves = np.array(point) / STEPS_PER_OCTAVE
    return float(((octaves - octaves.mean()) ** 2).sum())


def _neighbours(point: Point, stride: int) -> list[Point]:
    """Return the points one stride away along each part, the first part's (all others) included."""
    found = []
    for part in range(len(point)):
        for move in (stride, -stride):
            moved = [steps - move * (part == 0) for steps in point]
            moved[part] = point[part] + move * (part != 0)
            if max(map(abs, moved)) <= FURTHEST:
                found.append(tuple(moved))
    return found
