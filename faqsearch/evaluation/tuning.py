"""Fitting the weights of a preset's parts to the labels of one base, and saying honestly whether it pays.

The estimate is by nested cross-validation (Varma & Simon 2006): the weights that rank a query, and the
strength of the pull towards the weights that came, are chosen without that query and without any that shares
a relevant entry with it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import InputError
from faqsearch.evaluation.folds import IntArray, assign_folds, groups_by_shared_entries
from faqsearch.evaluation.part_scores import FloatArray, PartScores, reweighted
from faqsearch.evaluation.searched import Measure, of_sums
from faqsearch.evaluation.significance import bootstrap_interval, randomisation_test
from faqsearch.evaluation.trec import Qrels
from faqsearch.evaluation.weight_search import WeightSearch
from faqsearch.ranking import Preset

STRENGTHS: Final = (math.inf, 8.0, 2.0, 0.5, 0.125)
"""Strengths of the pull towards the weights that came; the first keeps them, and wins ties."""

LEAST_QUERIES: Final = 100
LEAST_GROUPS: Final = 40
"""Fewer labels than these are refused: docs/tuning.md has the experiment."""

OUTER_FOLDS: Final = 5
INNER_FOLDS: Final = 4

Progress = Callable[[], None]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CrossValidation:
    """Measures of each query under the weights that came and under weights fitted without it.

    Attributes:
        queries: Ids of the n queries.
        groups: Number of groups of queries that share relevant entries.
        before: Measure (``nDCG@10``, ``recall@10``) -> shape (n,), under the weights that came.
        after: Measure -> shape (n,), out of fold.
        strengths: The strength that each outer fold chose.
    """

    queries: tuple[str, ...]
    groups: int
    before: Mapping[str, FloatArray]
    after: Mapping[str, FloatArray]
    strengths: tuple[float, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A mean over queries and its 95 % bootstrap confidence interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One measure before and after.

    Attributes:
        before: Under the weights that came.
        after: Under fitted weights, out of fold.
        gain: The paired difference, after minus before.
        p: Two-sided p value of the paired randomisation test of the gain.
    """

    before: Interval
    after: Interval
    gain: Interval
    p: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Tuning:
    """What a tuning found.

    Attributes:
        queries: Number of labelled queries.
        groups: Number of groups of queries that share relevant entries.
        names: Names of the parts.
        before: The weights that came, one a part.
        fitted: The weights fitted on all queries, of three significant digits; in sum as the ones before,
            but for the rounding. A part that scored nothing keeps its weight.
        strength: Strength of the pull towards the weights that came, chosen on all queries; infinite
            where leaving them never paid.
        figures: ``nDCG@10`` and ``recall@10``.
        pays: Whether nDCG@10 rises out of fold, and its interval includes no loss.
        seed: Seed of folds, intervals and tests.
    """

    queries: int
    groups: int
    names: tuple[str, ...]
    before: tuple[float, ...]
    fitted: tuple[float, ...]
    strength: float
    figures: Mapping[str, Figure]
    pays: bool
    seed: int

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain JSON values; an infinite strength is None."""
        return {
            "queries": self.queries,
            "groups": self.groups,
            "parts": [
                {"name": name, "before": before, "fitted": fitted}
                for name, before, fitted in zip(self.names, self.before, self.fitted, strict=True)
            ],
            "strength": self.strength if math.isfinite(self.strength) else None,
            "figures": {measure: asdict(figure) for measure, figure in self.figures.items()},
            "pays": self.pays,
            "seed": self.seed,
        }


def check_labels(queries: Sequence[str], qrels: Qrels) -> None:
    """Refuse to fit on too few labels.

    Args:
        queries: Ids of the usable queries (``usable_queries``).
        qrels: The judgements.

    Raises:
        InputError: Naming how many queries and groups came and how many are needed.
    """
    groups = len(np.unique(groups_by_shared_entries(queries, qrels)))
    if len(queries) < LEAST_QUERIES or groups < LEAST_GROUPS:
        raise InputError(
            f"{len(queries)} usable queries in {groups} groups came; fitting needs {LEAST_QUERIES} queries "
            f"with a relevant entry that the audience can see, in {LEAST_GROUPS} groups that share none; "
            "label more queries about other entries, or keep the preset"
        )


def nested_cross_validation(
    scores: PartScores,
    qrels: Qrels,
    *,
    seed: int = 0,
    outer: int = OUTER_FOLDS,
    inner: int = INNER_FOLDS,
    progress: Progress | None = None,
    measure: Measure | None = None,
) -> CrossValidation:
    """Measure each query under weights that were chosen without it and without its group.

    Args:
        scores: The scores of the parts.
        qrels: The judgements; they group the queries.
        seed: Seed of the folds.
        outer: Number of folds of the estimate, at least 2.
        inner: Number of folds, inside each training part, that choose the strength.
        progress: Called after each outer fold.
        measure: Measures the queries; by default as the sum of the parts ranks them.

    Raises:
        EvaluationError: If there are fewer groups than folds, in all or in a training part.
    """
    return _cross_validate(
        WeightSearch(scores), qrels, seed, (outer, inner), progress, measure or of_sums(scores)
    )


def tune(
    scores: PartScores,
    qrels: Qrels,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    measure: Measure | None = None,
) -> Tuning:
    """Estimate what fitting gains by nested cross-validation, then fit on everything.

    Args:
        scores: The scores of the parts.
        qrels: The judgements.
        seed: Seed of folds, intervals and tests; the same arguments always give the same result.
        progress: Called ``OUTER_FOLDS + 1`` times.
        measure: Measures the queries for the figures (``measure_of``); by default as the sum of the parts
            ranks them. The fit always climbs the sum.

    Raises:
        InputError: If there are too few labels: :func:`check_labels`.
    """
    check_labels(scores.queries, qrels)
    groups = groups_by_shared_entries(scores.queries, qrels)
    search = WeightSearch(scores)
    folds = (OUTER_FOLDS, INNER_FOLDS)
    validated = _cross_validate(search, qrels, seed, folds, progress, measure or of_sums(scores))
    everything = np.arange(len(scores.queries))
    strength = _choose_strength(search, everything, groups, INNER_FOLDS, seed)
    fitted = _fit(search, everything, strength)
    if progress is not None:
        progress()
    figures = {
        measure: _figure(validated.before[measure], validated.after[measure], seed)
        for measure in validated.before
    }
    gain = figures["nDCG@10"].gain
    return Tuning(
        queries=len(scores.queries),
        groups=validated.groups,
        names=scores.names,
        before=tuple(scores.weights.tolist()),
        fitted=tuple(_rounded(weight) for weight in fitted.tolist()),
        strength=strength,
        figures=figures,
        pays=not np.array_equal(fitted, scores.weights) and gain.mean > 0 and gain.low >= 0,
        seed=seed,
    )


def with_weights(preset: Preset, weights: tuple[float, ...], *, name: str, description: str) -> Preset:
    """Return a preset with other weights of its parts; all else, ``neighbours`` too, stays.

    Raises:
        InputError: If its ranker has no two parts.
    """
    return Preset(name=name, description=description, ranker=reweighted(preset.ranker, weights))


def _cross_validate(
    search: WeightSearch,
    qrels: Qrels,
    seed: int,
    folds: tuple[int, int],
    progress: Progress | None,
    measure: Measure,
) -> CrossValidation:
    scores = search.scores
    groups = groups_by_shared_entries(scores.queries, qrels)
    fold_of = assign_folds(groups, folds[0], seed)
    before = measure(scores.weights, np.arange(len(scores.queries)))
    after = {name: np.zeros(len(scores.queries)) for name in before}
    strengths = []
    for fold in range(folds[0]):
        inside, outside = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        strengths.append(_choose_strength(search, inside, groups, folds[1], seed))
        for name, values in measure(_fit(search, inside, strengths[-1]), outside).items():
            after[name][outside] = values
        if progress is not None:
            progress()
    return CrossValidation(
        queries=scores.queries,
        groups=len(np.unique(groups)),
        before=before,
        after=after,
        strengths=tuple(strengths),
    )


def _choose_strength(
    search: WeightSearch, chosen: NDArray[np.int64], groups: IntArray, folds: int, seed: int
) -> float:
    """Return the strength under which queries left out rank best; the stronger of equal ones."""
    fold_of = assign_folds(groups[chosen], folds, seed)
    means = []
    for strength in STRENGTHS:
        values = np.zeros(len(chosen))
        for fold in range(folds):
            weights = _fit(search, chosen[fold_of != fold], strength)
            outside = fold_of == fold
            values[outside] = search.scores.ndcg(weights)[chosen[outside]]
        means.append(values.mean())
    # Sums of the same values in another order may differ in their last bits.
    return next(
        strength for strength, mean in zip(STRENGTHS, means, strict=True) if mean >= max(means) - 1e-9
    )


def _fit(search: WeightSearch, chosen: NDArray[np.int64], strength: float) -> FloatArray:
    if math.isinf(strength):
        return search.scores.weights
    return search.weights(search.fit(chosen, strength))


def _rounded(weight: float) -> float:
    return float(f"{weight:.3g}")


def _figure(before: FloatArray, after: FloatArray, seed: int) -> Figure:
    gains = after - before
    gains[np.abs(gains) < 1e-9] = 0.0
    return Figure(
        before=_interval(before, seed),
        after=_interval(after, seed),
        gain=_interval(gains, seed),
        p=randomisation_test(gains, seed=seed),
    )


def _interval(values: FloatArray, seed: int) -> Interval:
    low, high = bootstrap_interval(values, seed=seed)
    return Interval(mean=float(values.mean()), low=low, high=high)
