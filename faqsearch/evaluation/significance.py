"""Is a difference more than chance? Paired tests over the per-query differences of two systems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from faqsearch.errors import EvaluationError

EXACT_UP_TO: Final = 12
"""Number of differing queries up to which all assignments of signs are counted (4,096 at most)."""

_CHUNK: Final = 500
_SLACK: Final = 1e-12


def randomisation_test(differences: ArrayLike, *, permutations: int = 10_000, seed: int = 0) -> float:
    """Return the two-sided p value of Fisher's paired randomisation test.

    Under the null hypothesis the sign of each query's difference is a coin toss; p is the share of
    sign assignments whose mean is at least as far from 0 as the observed one (Smucker, Allan &
    Carterette 2007). With at most ``EXACT_UP_TO`` differing queries all assignments are counted.
    Otherwise ``permutations`` random ones are drawn and the observed one is counted with them.

    Args:
        differences: Shape (n,), n >= 1: value of one system minus value of the other, per query.
        permutations: Number of random assignments, at least 1.
        seed: Seed of the random assignments.

    Returns:
        p in (0, 1]; 1.0 if no query differs.

    Raises:
        EvaluationError: If the differences are not a finite, non-empty vector.
    """
    vector = _vector(differences)
    differing = vector[vector != 0.0]
    if differing.size == 0:
        return 1.0
    # Sums that are equal in exact arithmetic may differ in their last bits.
    bound = abs(differing.sum()) - _SLACK * np.abs(differing).sum()
    if differing.size <= EXACT_UP_TO:
        return float(np.mean(np.abs(_all_signs(differing.size) @ differing) >= bound))
    generator = np.random.default_rng(seed)
    extreme = 0
    for size in _chunks(permutations):
        signs = generator.integers(0, 2, size=(size, differing.size), dtype=np.int8) * 2.0 - 1.0
        extreme += int(np.count_nonzero(np.abs(signs @ differing) >= bound))
    return (extreme + 1) / (permutations + 1)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Correct p values for having made several comparisons at once (Holm 1979, step-down).

    Args:
        p_values: The uncorrected values, each in [0, 1].

    Returns:
        The corrected values in the same order: never below the uncorrected ones, at most 1.
    """
    corrected = [0.0] * len(p_values)
    largest = 0.0
    for step, index in enumerate(sorted(range(len(p_values)), key=lambda place: p_values[place])):
        largest = max(largest, min(1.0, (len(p_values) - step) * p_values[index]))
        corrected[index] = largest
    return tuple(corrected)


def bootstrap_interval(
    differences: ArrayLike, *, level: float = 0.95, resamples: int = 10_000, seed: int = 0
) -> tuple[float, float]:
    """Return the percentile bootstrap confidence interval of the mean difference (Efron 1979).

    Args:
        differences: Shape (n,), n >= 1: differences per query.
        level: Confidence level, in (0, 1).
        resamples: Number of resamples of n queries with replacement, at least 1.
        seed: Seed of the resampling.

    Returns:
        Lower and upper bound.

    Raises:
        EvaluationError: If the differences are not a finite, non-empty vector.
    """
    vector = _vector(differences)
    generator = np.random.default_rng(seed)
    means = np.concatenate(
        [
            vector[generator.integers(0, vector.size, size=(size, vector.size))].mean(axis=1)
            for size in _chunks(resamples)
        ]
    )
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _vector(differences: ArrayLike) -> NDArray[np.float64]:
    vector = np.asarray(differences, dtype=np.float64)
    if vector.ndim != 1 or vector.size == 0 or not np.isfinite(vector).all():
        raise EvaluationError(
            f"the differences came with shape {vector.shape}; give one finite number per query, at least one"
        )
    return vector


def _all_signs(count: int) -> NDArray[np.float64]:
    assignments = np.arange(2**count)[:, np.newaxis]
    bits = (assignments >> np.arange(count)) & 1
    return np.where(bits == 1, np.float64(1.0), np.float64(-1.0))


def _chunks(total: int) -> Iterator[int]:
    # Bounded memory: a chunk of 500 x 5,000 queries is 20 MB.
    for start in range(0, total, _CHUNK):
        yield min(_CHUNK, total - start)
