"""Fits the confidence model to labelled inquiries, and measures it by cross-validation."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from faqsearch.assist.confidence import LogisticModel

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
REGULARISATION: Final = 1.0
"""scikit-learn's C. Between 0.3 and 3 nothing changes, on the same base or on one the model has not seen."""
REPEATS: Final = 5
"""Divisions into folds over which predictions out of fold are averaged, so that no figure hangs on one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledFeatures:
    """Features of inquiries with what a person says of their hits.

    Attributes:
        features: Shape (n, number of features).
        first_right: Shape (n,); whether the first hit answers the inquiry.
        three_right: Shape (n,); whether one of the first three does.
        answerable: Shape (n,); whether any entry of the base does.
        groups: n labels; inquiries with the same one are never split between training and test.
    """

    features: FloatArray
    first_right: BoolArray
    three_right: BoolArray
    answerable: BoolArray
    groups: Sequence[Hashable]


def fit_logistic(features: FloatArray, right: BoolArray) -> LogisticModel:
    """Fit a logistic regression with scikit-learn on standardised features (L2, C = 1).

    Args:
        features: Shape (n, number of features).
        right: Shape (n,); both values occur.
    """
    # A second to import: every command would wait for it, and one of them fits.
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(features)
    # Newton's method to the very optimum: fitting again gives the same model, on any machine.
    regression = LogisticRegression(C=REGULARISATION, solver="newton-cholesky", tol=1e-10, max_iter=1000)
    regression.fit(scaler.transform(features), right)
    return LogisticModel(
        means=tuple(scaler.mean_.tolist()),
        scales=tuple(scaler.scale_.tolist()),
        weights=tuple(regression.coef_[0].tolist()),
        intercept=float(regression.intercept_[0]),
    )


def cross_validated(
    features: FloatArray, right: BoolArray, groups: Sequence[Hashable], folds: int = 10, seed: int = 0
) -> FloatArray:
    """Predict every inquiry by models that have not seen it, nor another one of its group.

    Args:
        features: Shape (n, number of features).
        right: Shape (n,).
        groups: n labels.
        folds: Number of folds.
        seed: Seed of the first of ``REPEATS`` divisions into folds; the next ones count up from it.

    Returns:
        Mean probabilities over the divisions, shape (n,).
    """
    from sklearn.model_selection import GroupKFold

    numbers = {group: number for number, group in enumerate(dict.fromkeys(groups))}
    group_of = np.array([numbers[group] for group in groups])
    predicted = np.zeros((REPEATS, len(right)))
    for repeat in range(REPEATS):
        splitter = GroupKFold(n_splits=min(folds, len(numbers)), shuffle=True, random_state=seed + repeat)
        for train, test in splitter.split(features, right, group_of):
            model = fit_logistic(features[train], right[train])
            predicted[repeat, test] = [model.probability(row) for row in features[test]]
    mean: FloatArray = predicted.mean(axis=0)
    return mean


def expected_calibration_error(confidence: FloatArray, right: BoolArray, bins: int = 10) -> float:
    """Mean gap between confidence and accuracy over bins of equal width, weighted by their size.

    Naeini, Cooper & Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning", 2015.

    Returns:
        In [0, 1]; 0 is perfect.
    """
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [abs(confidence[bin_of == number].sum() - right[bin_of == number].sum()) for number in range(bins)]
    return float(sum(gaps) / len(right))


def threshold_for_precision(
    confidence: FloatArray, right: BoolArray, precision: float
) -> tuple[float, float]:
    """Find the lowest confidence at which answers reach a precision, and the share of inquiries answered.

    Returns:
        Threshold (1.0 if the precision is never reached) and coverage, both in [0, 1].
    """
    order = np.argsort(-confidence, kind="stable")
    reached = np.cumsum(right[order]) / np.arange(1, len(right) + 1)
    # Only where the confidence really falls may a threshold stand.
    cut = np.append(confidence[order][:-1] > confidence[order][1:], True)
    good = np.flatnonzero((reached >= precision) & cut)
    if not len(good):
        return 1.0, 0.0
    return float(confidence[order][good[-1]]), float((good[-1] + 1) / len(right))
