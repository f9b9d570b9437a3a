"""Fitting confidence to the labels of one base, and saying honestly what that changes.

Three ways are compared out of fold, and the one with the lowest log loss is taken: the model as it came, with
thresholds of the base's own; that model with its log-odds rescaled (Platt, "Probabilistic Outputs for Support
Vector Machines", 1999), which needs few labels; and a model fitted anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from faqsearch.assist.confidence import LogisticModel, PresetModel
from faqsearch.assist.fitting import (
    BoolArray,
    FloatArray,
    LabelledFeatures,
    cross_validated,
    expected_calibration_error,
    fit_logistic,
    threshold_for_precision,
)
from faqsearch.assist.risk_coverage import PRECISIONS, RiskPoint, aimed, precision_curve, risk_coverage
from faqsearch.errors import InputError

LEAST_QUESTIONS: Final = 150
LEAST_GROUPS: Final = 50
LEAST_OF_EACH: Final = 25
"""Fewer labels than these are refused: docs/suggestions.md has the experiment."""

CHOOSE_AT: Final = 0.5
FOLDS: Final = 10
RESAMPLES: Final = 1_000

Way: TypeAlias = Literal["as it came", "rescaled", "fitted anew"]
_Figure: TypeAlias = Callable[[FloatArray, BoolArray, BoolArray], float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Interval:
    """A figure and its 95 % interval, by a bootstrap over groups (basic: Davison & Hinkley 1997, 5.2)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How far a model can be trusted.

    Attributes:
        calibration_error: Expected calibration error, in [0, 1].
        brier_score: Mean squared difference of confidence and truth, in [0, 1].
        precision: Share of answers that are right; 1 where nothing is answered.
        coverage: Share of questions that are answered.
    """

    calibration_error: Interval
    brier_score: Interval
    precision: Interval
    coverage: Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelFigures:
    """How far a model can be trusted for the questions of one channel.

    Attributes:
        channel: Its name.
        questions: Number of its labelled questions.
        first_right: Share of them whose first hit is right.
        before: Expected calibration error of the model as it came, in [0, 1].
        after: That of the new one, out of fold. Few questions alone make either large: see the intervals.
    """

    channel: str
    questions: int
    first_right: float
    before: Interval
    after: Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """What calibrating found.

    Attributes:
        model: The model to use from now on, with thresholds for the wanted precision.
        way: How it was made.
        questions: Number of labelled questions.
        groups: Number of groups of them that share no entry.
        before: Figures of the model as it came.
        after: Figures of the new one, each question judged by a model and a threshold made without its group.
        curve: The risk-coverage curve, out of fold.
        channels: Figures of every channel that the labels name, by its name.
    """

    model: PresetModel
    way: Way
    questions: int
    groups: int
    before: Figures
    after: Figures
    curve: tuple[RiskPoint, ...]
    channels: tuple[ChannelFigures, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything but the coefficients as plain JSON values."""
        return {
            "preset": self.model.preset,
            "way": self.way,
            "questions": self.questions,
            "groups": self.groups,
            "precision": self.model.precision,
            "answer_at": self.model.answer_at,
            "choose_at": self.model.choose_at,
            "before": asdict(self.before),
            "after": asdict(self.after),
            "channels": [asdict(one) for one in self.channels],
            "thresholds": [asdict(point) for point in self.model.curve],
            "risk_coverage": [asdict(point) for point in self.curve],
        }


def check_labels(data: LabelledFeatures) -> None:
    """Refuse to fit on too few labels.

    Raises:
        InputError: Naming how many came and how many are needed.
    """
    questions, groups, right = len(data.groups), len(set(data.groups)), int(data.first_right.sum())
    if questions < LEAST_QUESTIONS or groups < LEAST_GROUPS or min(right, questions - right) < LEAST_OF_EACH:
        raise InputError(
            f"{questions} labelled questions in {groups} groups came, the first hit right for {right} and "
            f"wrong for {questions - right}; fitting needs {LEAST_QUESTIONS} questions in {LEAST_GROUPS} "
            f"groups that share no entry, and {LEAST_OF_EACH} each right and wrong; label more inquiries as "
            "they come in, those that nothing answers too, or keep the shipped model"
        )


def fit_preset_model(
    data: LabelledFeatures, preset: str, precision: float, provenance: Mapping[str, Any]
) -> PresetModel:
    """Fit a model anew.

    Args:
        data: The labels.
        preset: Name of the preset that ranked.
        precision: The precision wanted of answers, in (0, 1].
        provenance: For the file.
    """
    return _with_thresholds(
        preset,
        (fit_logistic(data.features, data.first_right), fit_logistic(data.features, data.three_right)),
        (cross_validated(data.features, data.first_right, data.groups), data.first_right),
        precision,
        provenance,
    )


def calibrate(
    data: LabelledFeatures,
    came: PresetModel,
    preset: str,
    *,
    precision: float = 0.9,
    provenance: Mapping[str, Any],
    channels: Sequence[str | None] = (),
    seed: int = 0,
) -> Calibration:
    """Fit confidence to labels.

    Args:
        data: The labels.
        came: The model used so far.
        preset: Name of the preset that ranked.
        precision: The precision wanted of answers, in (0, 1].
        provenance: For the file.
        channels: The channel of every question, None where its label names none; may be left out.
        seed: Seed of folds and intervals.

    Raises:
        InputError: If there are too few labels (:func:`check_labels`).
    """
    check_labels(data)
    right = data.first_right
    ways = _ways(data, came, seed)
    way = min(ways, key=lambda name: _log_loss(ways[name], right))
    after = ways[way]
    model = _with_thresholds(
        preset, _fitted(way, data, came), (after, right), precision, {"way": way, **provenance}
    )
    before = ways["as it came"]
    return Calibration(
        model=model,
        way=way,
        questions=len(right),
        groups=len(set(data.groups)),
        before=_figures(before, before >= came.answer_at, data, seed),
        after=_figures(after, _answered_out_of_fold(after, data, precision), data, seed),
        curve=risk_coverage(after, right),
        channels=tuple(_by_channel(channels, before, after, data, seed)),
    )


def _ways(data: LabelledFeatures, came: PresetModel, seed: int) -> dict[Way, FloatArray]:
    """Predict every question out of fold, in each of the three ways."""
    as_it_came = np.array([came.first.probability(row) for row in data.features])
    log_odds = np.array([came.first.log_odds(row) for row in data.features])
    rescaled = np.zeros(len(log_odds))
    for train, test in _folds(data, seed):
        slope, intercept = _platt(log_odds[train], data.first_right[train])
        model = came.first.rescaled(slope, intercept)
        rescaled[test] = [model.probability(row) for row in data.features[test]]
    anew = cross_validated(data.features, data.first_right, data.groups, FOLDS, seed)
    return {"as it came": as_it_came, "rescaled": rescaled, "fitted anew": anew}


def _fitted(way: Way, data: LabelledFeatures, came: PresetModel) -> tuple[LogisticModel, LogisticModel]:
    if way == "as it came":
        return came.first, came.among_three
    pairs = ((came.first, data.first_right), (came.among_three, data.three_right))
    if way == "fitted anew":
        first, three = (fit_logistic(data.features, right) for _, right in pairs)
    else:
        first, three = (
            model.rescaled(*_platt(np.array([model.log_odds(row) for row in data.features]), right))
            for model, right in pairs
        )
    return first, three


def _platt(log_odds: FloatArray, right: BoolArray) -> tuple[float, float]:
    """Return slope and intercept that fit log-odds to labels best."""
    from sklearn.linear_model import LogisticRegression  # see fit_logistic

    regression = LogisticRegression(C=100.0, solver="newton-cholesky", tol=1e-10, max_iter=1000)
    regression.fit(log_odds[:, None], right)
    # A slope that is not above 0 would turn the order round: then the labels say nothing.
    return max(float(regression.coef_[0, 0]), 0.05), float(regression.intercept_[0])


def _with_thresholds(
    preset: str,
    models: tuple[LogisticModel, LogisticModel],
    out_of_fold: tuple[FloatArray, BoolArray],
    precision: float,
    provenance: Mapping[str, Any],
) -> PresetModel:
    curve = precision_curve(*out_of_fold, (*PRECISIONS, precision))
    model = PresetModel(
        preset=preset,
        first=models[0],
        among_three=models[1],
        answer_at=1.0,
        choose_at=CHOOSE_AT,
        precision=precision,
        curve=curve,
        provenance=dict(provenance),
    )
    return model.at_precision(precision)


def _answered_out_of_fold(confidence: FloatArray, data: LabelledFeatures, precision: float) -> BoolArray:
    """Decide about every question by a threshold that was chosen without its group."""
    answered = np.zeros(len(confidence), np.bool_)
    for others, fold in _folds(data, 0):
        threshold, coverage = threshold_for_precision(
            confidence[others], data.first_right[others], aimed(precision)
        )
        answered[fold] = (confidence[fold] >= threshold) & (coverage > 0)
    return answered


def _folds(data: LabelledFeatures, seed: int) -> list[tuple[Any, Any]]:
    from sklearn.model_selection import GroupKFold

    numbers = {group: number for number, group in enumerate(dict.fromkeys(data.groups))}
    group_of = np.array([numbers[group] for group in data.groups])
    splitter = GroupKFold(n_splits=min(FOLDS, len(numbers)), shuffle=True, random_state=seed)
    return list(splitter.split(data.features, data.first_right, group_of))


def _figures(confidence: FloatArray, answered: BoolArray, data: LabelledFeatures, seed: int) -> Figures:
    names: dict[str, _Figure] = {
        "calibration_error": lambda sure, right, _: expected_calibration_error(sure, right),
        "brier_score": lambda sure, right, _: float(((sure - right) ** 2).mean()),
        "precision": lambda _, right, told: float(right[told].mean()) if told.any() else 1.0,
        "coverage": lambda _, __, told: float(told.mean()),
    }
    samples = _resampled(data.groups, seed)
    found = {}
    for name, figure in names.items():
        value = figure(confidence, data.first_right, answered)
        drawn = [figure(confidence[rows], data.first_right[rows], answered[rows]) for rows in samples]
        found[name] = _interval(value, drawn)
    return Figures(**found)


def _by_channel(
    channels: Sequence[str | None], before: FloatArray, after: FloatArray, data: LabelledFeatures, seed: int
) -> Iterator[ChannelFigures]:
    for channel in sorted({one for one in channels if one is not None}):
        rows = np.array([row for row, one in enumerate(channels) if one == channel])
        right, samples = data.first_right[rows], _resampled([data.groups[row] for row in rows], seed)
        came, new = (
            _interval(
                expected_calibration_error(sure, right),
                [expected_calibration_error(sure[drawn], right[drawn]) for drawn in samples],
            )
            for sure in (before[rows], after[rows])
        )
        yield ChannelFigures(
            channel=channel, questions=len(rows), first_right=float(right.mean()), before=came, after=new
        )


def _interval(value: float, drawn: Sequence[float]) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    # Basic rather than percentile: resampling adds to a calibration error, and this takes it off again.
    return Interval(value=value, low=float(max(0.0, 2 * value - high)), high=float(min(1.0, 2 * value - low)))


def _resampled(groups: Sequence[Hashable], seed: int) -> list[Any]:
    """Draw whole groups with replacement; rows of one group are alike."""
    rows: dict[Hashable, list[int]] = {}
    for row, group in enumerate(groups):
        rows.setdefault(group, []).append(row)
    members = [np.array(numbers) for numbers in rows.values()]
    random = np.random.default_rng(seed)
    draws = random.integers(0, len(members), (RESAMPLES, len(members)))
    return [np.concatenate([members[number] for number in draw]) for draw in draws]


def _log_loss(confidence: FloatArray, right: BoolArray) -> float:
    return float(-np.log(np.where(right, confidence, 1.0 - confidence)).mean())
