from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.assist import LogisticModel, fitting
from faqsearch.assist.features import FEATURES
from faqsearch.assist.fitting import (
    cross_validated,
    expected_calibration_error,
    fit_logistic,
    threshold_for_precision,
)

N = len(FEATURES)
SEED = 20260401


def synthetic(size: int, weights: Sequence[float], intercept: float) -> tuple[Any, Any]:
    """Draw features of several scales, and labels by a known logistic model over them standardised."""
    random = np.random.default_rng(SEED)
    standard = random.normal(size=(size, N))
    probability = 1 / (1 + np.exp(-(standard @ np.array(weights) + intercept)))
    return standard * np.arange(1, N + 1) + 10, random.random(size) < probability


def test_fitting_recovers_known_weights() -> None:
    weights = (1.5, -1.0, 0.5, 0.0, 0.8, -0.3, 0.0, 0.25)[:N]
    features, right = synthetic(40_000, weights, intercept=-0.7)
    model = fit_logistic(features, right)
    assert model.weights == pytest.approx(weights, abs=0.06)
    assert model.intercept == pytest.approx(-0.7, abs=0.06)
    assert model.means == pytest.approx([10] * N, abs=0.2)
    assert model.scales == pytest.approx(np.arange(1, N + 1), rel=0.02)


def test_a_fitted_model_predicts_what_scikit_learn_would() -> None:
    from sklearn.linear_model import LogisticRegression

    features, right = synthetic(300, [1.0] * N, intercept=0.2)
    model = fit_logistic(features, right)
    standardised = (features - features.mean(axis=0)) / features.std(axis=0)
    regression = LogisticRegression(C=fitting.REGULARISATION, tol=1e-9, max_iter=10_000)
    regression.fit(standardised, right)
    expected = np.clip(regression.predict_proba(standardised)[:, 1], 0.01, 0.99)
    assert [model.probability(row) for row in features] == pytest.approx(expected.tolist(), abs=1e-6)


def test_a_feature_that_never_changes_gets_no_weight() -> None:
    features, right = synthetic(200, [1.0] * N, intercept=0.0)
    features[:, 3] = 0.5
    model = fit_logistic(features, right)
    assert (model.means[3], model.scales[3], model.weights[3]) == (0.5, 1.0, 0.0)


# --- Cross-validation


class _Tattler:
    """A model that remembers which groups it was trained on, and refuses to predict for one of them."""

    def __init__(self, trained_on: set[float]) -> None:
        self.trained_on = trained_on

    def probability(self, row: Sequence[float]) -> float:
        group, number = row[0], row[1]
        assert group not in self.trained_on
        return number


@pytest.mark.parametrize("folds", [2, 10])
def test_no_inquiry_is_predicted_by_a_model_that_saw_its_group(
    monkeypatch: pytest.MonkeyPatch, folds: int
) -> None:
    """Feature 0 is the group and feature 1 the row's own number, which the stub returns."""
    random = np.random.default_rng(SEED)
    groups = random.integers(0, 25, 120).tolist()
    features = np.column_stack([groups, np.arange(120) / 120])
    trained: list[set[float]] = []

    def fit(rows: Any, right: Any) -> _Tattler:
        assert len(rows) == len(right) < 120
        trained.append(set(rows[:, 0]))
        return _Tattler(trained[-1])

    monkeypatch.setattr(fitting, "fit_logistic", fit)
    predicted = cross_validated(features, np.arange(120) % 2 == 0, [f"group {n}" for n in groups], folds)
    assert predicted.tolist() == pytest.approx(features[:, 1].tolist())
    assert len(trained) == folds * fitting.REPEATS
    # Everything but a test fold is trained on: each group is left out exactly once in each division.
    for start in range(0, len(trained), folds):
        division = trained[start : start + folds]
        assert all(sum(group not in seen for seen in division) == 1 for group in set(groups))


def test_what_only_a_leak_could_tell_is_not_learnt() -> None:
    """Each group repeats its own coin toss: memorising groups would be right, anything else is guessing."""
    random = np.random.default_rng(SEED)
    groups = np.repeat(np.arange(60), 6)
    right = np.repeat(random.random(60) < 0.5, 6)
    features = np.repeat(random.normal(size=(60, N)), 6, axis=0)
    predicted = cross_validated(features, right, groups.tolist())
    assert ((predicted >= 0.5) == right).mean() < 0.65


def test_groups_may_be_anything_hashable_and_fewer_than_folds() -> None:
    features, right = synthetic(40, [1.0] * N, intercept=0.0)
    names = [("base", n % 4) for n in range(40)]
    predicted = cross_validated(features, right, names, folds=10)
    assert (
        predicted.tolist() == cross_validated(features, right, [n % 4 for n in range(40)], folds=4).tolist()
    )
    assert ((predicted > 0) & (predicted < 1)).all()


# --- Figures


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        ([0.05, 0.15, 0.95, 1.0], [0, 1, 1, 1], (0.05 + 0.85 + 0.05) / 4),
        ([0.5, 0.5], [1, 0], 0.0),
        ([0.9, 0.9, 0.9, 0.9], [1, 0, 0, 0], 0.65),
        ([0.0, 0.0], [1, 1], 1.0),
        # 0.1 begins the second bin: its neighbours do not make up for it.
        ([0.1, 0.09], [0, 0], 0.095),
        ([0.2, 0.29, 0.21], [1, 0, 0], 0.3 / 3),
    ],
)
def test_calibration_error_is_the_weighted_gap_of_its_bins(
    confidence: list[float], right: list[int], expected: float
) -> None:
    error = expected_calibration_error(np.array(confidence), np.array(right, np.bool_))
    assert error == pytest.approx(expected, abs=1e-12)


def test_calibration_error_depends_on_the_bins() -> None:
    confidence, right = np.array([0.1, 0.4]), np.array([False, True])
    assert expected_calibration_error(confidence, right, bins=1) == pytest.approx(0.25)
    assert expected_calibration_error(confidence, right, bins=2) == pytest.approx(0.25)
    assert expected_calibration_error(confidence, right, bins=4) == pytest.approx(0.35)


@pytest.mark.parametrize(
    ("confidence", "right", "precision", "expected"),
    [
        ([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 1], 0.9, (0.8, 0.5)),
        # Below the gap the precision is reached again: 3 of 4.
        ([0.9, 0.8, 0.7, 0.6], [1, 1, 0, 1], 0.75, (0.6, 1.0)),
        ([0.6, 0.9, 0.7, 0.8], [1, 1, 0, 1], 0.9, (0.8, 0.5)),
        # Equal confidences are answered together or not at all.
        ([0.9, 0.5, 0.5, 0.5], [1, 1, 0, 0], 0.9, (0.9, 0.25)),
        ([0.9, 0.5, 0.5, 0.5], [1, 0, 1, 1], 0.75, (0.5, 1.0)),
        ([0.5, 0.5], [1, 0], 0.9, (1.0, 0.0)),
        ([0.9, 0.8], [0, 0], 0.9, (1.0, 0.0)),
        ([0.9, 0.8, 0.7], [0, 1, 1], 0.6, (0.7, 1.0)),
        ([], [], 0.9, (1.0, 0.0)),
    ],
)
def test_the_threshold_is_the_lowest_that_keeps_the_precision(
    confidence: list[float], right: list[int], precision: float, expected: tuple[float, float]
) -> None:
    found = threshold_for_precision(np.array(confidence), np.array(right, np.bool_), precision)
    assert found == pytest.approx(expected)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30), st.floats(0.05, 1.0))
def test_answering_from_the_threshold_up_has_the_precision_and_no_lower_one_does(
    labelled: list[tuple[int, bool]], precision: float
) -> None:
    confidence = np.array([tenths / 10 for tenths, _ in labelled])
    right = np.array([good for _, good in labelled])

    def reached(threshold: float) -> float:
        return float(right[confidence >= threshold].mean())

    threshold, coverage = threshold_for_precision(confidence, right, precision)
    lower = [value for value in set(confidence) if value < threshold or coverage == 0]
    assert not any(reached(value) >= precision for value in lower)
    if coverage:
        assert reached(threshold) >= precision
        assert coverage == (confidence >= threshold).mean()


def test_a_fitted_model_is_an_ordinary_model() -> None:
    features, right = synthetic(50, [1.0] * N, intercept=0.0)
    model = fit_logistic(features, right)
    assert type(model) is LogisticModel
    assert all(math.isfinite(value) for value in (*model.weights, model.intercept))
