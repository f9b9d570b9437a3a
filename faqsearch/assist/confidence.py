"""Confidence: the probability that the first hit is right, from the evidence of the match.

Two logistic regressions over the same features: one for "the first hit answers the question", one for "one of
the first three does". Scores of different presets mean different things, so that each preset has its own. The
fitted model is a readable JSON file that says what it was fitted on and how to fit it again; it takes nothing
beyond the standard library to compute with.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from faqsearch.assist.features import FEATURES, SCORE
from faqsearch.errors import SettingsError, shown

HIGHEST: Final = 0.99
"""No probability is above this or below its complement: some hundred labels cannot tell 99 from 100 %."""

_SHIPPED: Final = files("faqsearch") / "assist" / "confidence.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class LogisticModel:
    """A logistic regression over standardised features.

    Attributes:
        means: Mean of each feature, in the order of ``FEATURES``.
        scales: Standard deviation of each feature, above 0.
        weights: Log-odds for one standard deviation of each feature.
        intercept: Log-odds where every feature has its mean.
    """

    means: tuple[float, ...]
    scales: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def __post_init__(self) -> None:
        for name in ("means", "scales", "weights"):
            values = getattr(self, name)
            if len(values) != len(FEATURES) or not all(_is_finite(value) for value in values):
                raise SettingsError(f"{name} must be {len(FEATURES)} numbers, one for each feature")
            object.__setattr__(self, name, tuple(float(value) for value in values))
        if min(self.scales) <= 0 or not _is_finite(self.intercept):
            raise SettingsError("scales must be above 0 and the intercept a number")

    def contributions(self, features: Sequence[float]) -> tuple[float, ...]:
        """Return what each feature adds to the log-odds."""
        return tuple(
            weight * (value - mean) / scale
            for weight, value, mean, scale in zip(
                self.weights, features, self.means, self.scales, strict=True
            )
        )

    def log_odds(self, features: Sequence[float]) -> float:
        """Return the log-odds."""
        return self.intercept + math.fsum(self.contributions(features))

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability, from 0.01 to 0.99."""
        probability = 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, self.log_odds(features)))))
        return min(max(probability, 1.0 - HIGHEST), HIGHEST)

    def rescaled(self, slope: float, intercept: float) -> LogisticModel:
        """Return the model whose log-odds are ``slope`` times these, plus ``intercept``."""
        weights = tuple(slope * weight for weight in self.weights)
        return replace(self, weights=weights, intercept=slope * self.intercept + intercept)


def _is_finite(value: object) -> bool:
    # Compared, not converted: an integer may be too large for a float, and nan is not below anything.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """What a wanted precision costs, out of fold on the labels a model was fitted on.

    Attributes:
        precision: Share of answers that are right, as wanted, in (0, 1].
        answer_at: The confidence from which to answer; 1 where the precision is out of reach.
        coverage: Share of questions that are answered then, in [0, 1].
    """

    precision: float
    answer_at: float
    coverage: float

    def __post_init__(self) -> None:
        for name in ("precision", "answer_at"):
            _check_share(name, getattr(self, name))
        if not _is_finite(self.coverage) or not 0 <= self.coverage <= 1:
            raise SettingsError(f"coverage came as {self.coverage!r}; allowed are numbers from 0 to 1")


@dataclass(frozen=True, kw_only=True, slots=True)
class PresetModel:
    """Everything a suggestion is decided by where one preset ranks.

    Attributes:
        preset: Name of the preset whose results it was fitted on.
        first: Model of "the first hit is right".
        among_three: Model of "one of the first three hits is right".
        answer_at: Answer when ``first`` reaches this, in (0, 1].
        choose_at: Otherwise offer three when ``among_three`` reaches this, in (0, 1].
        precision: The precision that ``answer_at`` was chosen for, in (0, 1].
        curve: What other precisions cost, by ascending precision.
        provenance: Data, figures and the command that fits it again; for people.
    """

    preset: str
    first: LogisticModel
    among_three: LogisticModel
    answer_at: float
    choose_at: float
    precision: float
    curve: tuple[CurvePoint, ...]
    provenance: Mapping[str, Any]

    def __post_init__(self) -> None:
        for name in ("answer_at", "choose_at", "precision"):
            _check_share(name, getattr(self, name))
        if not isinstance(self.preset, str) or not isinstance(self.provenance, Mapping):
            raise SettingsError("preset must be a string and provenance a mapping")
        wanted = [point.precision for point in self.curve]
        if wanted != sorted(set(wanted)):
            raise SettingsError("the points of a curve must stand by ascending precision")

    def at_precision(self, precision: float) -> PresetModel:
        """Return the model with the threshold of the next point of its curve that is as precise.

        Raises:
            SettingsError: If no point of the curve is.
        """
        _check_share("precision", precision)
        point = next((point for point in self.curve if point.precision >= precision - 1e-9), None)
        if point is None:
            highest = max((point.precision for point in self.curve), default=0.0)
            raise SettingsError(
                f"precision came as {precision!r}; the curve for preset {self.preset} ends at {highest}"
            )
        return replace(self, answer_at=point.answer_at, precision=precision)

    def careful(self) -> PresetModel:
        """Return what stands in where another preset ranks, for which nothing was fitted.

        The size of a score says nothing then and is left out, and both thresholds move half way to certainty.
        """
        return replace(
            self,
            first=_without_score(self.first),
            among_three=_without_score(self.among_three),
            answer_at=(1.0 + self.answer_at) / 2,
            choose_at=(1.0 + self.choose_at) / 2,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfidenceModel:
    """Models for the presets that may rank.

    Attributes:
        by_preset: Name of a preset to its model; at least one. Other presets are judged by the first of them,
            with care: see :meth:`for_preset`.
    """

    by_preset: Mapping[str, PresetModel]

    def __post_init__(self) -> None:
        if not self.by_preset:
            raise SettingsError("a confidence model needs the model of at least one preset")
        for name, model in self.by_preset.items():
            if name != model.preset:
                raise SettingsError(f"the model for preset {name} was fitted on {model.preset}; fit it again")

    def for_preset(self, name: str) -> PresetModel:
        """Return the model for what a preset ranks.

        Where there is none, the first one stands in carefully (``PresetModel.careful``); it still names the
        preset it was fitted on, by which the difference can be told.
        """
        known = self.by_preset.get(name)
        return next(iter(self.by_preset.values())).careful() if known is None else known

    def at_precision(self, precision: float) -> ConfidenceModel:
        """Return the model that answers where it reaches a precision, by the curve of each preset.

        Raises:
            SettingsError: If a curve does not reach that far.
        """
        changed = {name: model.at_precision(precision) for name, model in self.by_preset.items()}
        return ConfidenceModel(by_preset=changed)

    def with_thresholds(
        self, *, answer_at: float | None = None, choose_at: float | None = None
    ) -> ConfidenceModel:
        """Return the model with other thresholds, for all presets; None keeps what there is.

        Raises:
            SettingsError: If one is not above 0 up to 1.
        """
        given = {"answer_at": answer_at, "choose_at": choose_at}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        changed = {name: replace(model, **changes) for name, model in self.by_preset.items()}
        return ConfidenceModel(by_preset=changed)

    def updated(self, *models: PresetModel) -> ConfidenceModel:
        """Return the model with those of some presets added or replaced."""
        return ConfidenceModel(by_preset={**self.by_preset, **{model.preset: model for model in models}})

    def to_json(self) -> str:
        """Write the models as readable JSON; features stand by name."""
        data = {"by_preset": {name: _as_json(model) for name, model in self.by_preset.items()}}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def load_confidence_model(path: str | Path | None = None) -> ConfidenceModel:
    """Load a confidence model; without a path the shipped one.

    A file is taken for the presets that it has models of. For the others the shipped ones stay, with the
    threshold that their own curves give for the precision which the file asks for.

    Raises:
        SettingsError: If the file cannot be read or is not such a model.
    """
    shipped = deepcopy(_shipped())  # whoever changes what it holds changes nobody else's
    if path is None:
        return shipped
    own = read_confidence_model(path)
    precision = max(model.precision for model in own.by_preset.values())
    others = (model for name, model in shipped.by_preset.items() if name not in own.by_preset)
    return own.updated(*(model.at_precision(min(precision, _highest(model))) for model in others))


@cache  # every base without a model of its own takes it
def _shipped() -> ConfidenceModel:
    return _read("the shipped model", _SHIPPED.read_text(encoding="utf-8"))


def read_confidence_model(path: str | Path) -> ConfidenceModel:
    """Read a file of models, and nothing but what stands in it.

    Raises:
        SettingsError: If the file cannot be read or is not such a model.
    """
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise SettingsError(f"confidence model {path}: cannot be read: {error.strerror}") from error
    return _read(str(path), text)


def _read(name: str, text: str | bytes) -> ConfidenceModel:
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        data = json.loads(text)
        if list(data) != ["by_preset"]:
            raise SettingsError("its one key must be by_preset; fit it again with `faqsearch calibrate`")
        return ConfidenceModel(
            by_preset={preset: _preset_model(preset, model) for preset, model in data["by_preset"].items()}
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SettingsError(f"confidence model {name}: not such a model: {error}") from error


def _preset_model(preset: str, data: Mapping[str, Any]) -> PresetModel:
    rest = dict(data)
    first, among_three = _logistic(rest.pop("first")), _logistic(rest.pop("among_three"))
    curve = tuple(CurvePoint(**point) for point in rest.pop("curve"))
    return PresetModel(preset=preset, first=first, among_three=among_three, curve=curve, **rest)


def _logistic(data: Mapping[str, Any]) -> LogisticModel:
    features = data["features"]
    if list(features) != list(FEATURES):
        raise SettingsError(
            f"its features are {', '.join(features)}; this version needs {', '.join(FEATURES)}: fit it again"
        )
    columns = {
        plural: tuple(feature[singular] for feature in features.values())
        for plural, singular in (("means", "mean"), ("scales", "scale"), ("weights", "weight"))
    }
    return LogisticModel(**columns, intercept=data["intercept"])


def _as_json(model: PresetModel) -> dict[str, Any]:
    logistic = {}
    for name, part in (("first", model.first), ("among_three", model.among_three)):
        columns = zip(FEATURES, part.means, part.scales, part.weights, strict=True)
        logistic[name] = {
            "intercept": part.intercept,
            "features": {key: {"mean": m, "scale": s, "weight": w} for key, m, s, w in columns},
        }
    return {
        "precision": model.precision,
        "answer_at": model.answer_at,
        "choose_at": model.choose_at,
        "provenance": dict(model.provenance),
        **logistic,
        "curve": [
            {"precision": point.precision, "answer_at": point.answer_at, "coverage": point.coverage}
            for point in model.curve
        ],
    }


def _without_score(model: LogisticModel) -> LogisticModel:
    weights = (0.0 if name == SCORE else weight for name, weight in zip(FEATURES, model.weights, strict=True))
    return replace(model, weights=tuple(weights))


def _highest(model: PresetModel) -> float:
    return max((point.precision for point in model.curve), default=model.precision)


def _check_share(name: str, value: object) -> None:
    if not _is_finite(value) or not 0 < value <= 1:  # type: ignore[operator]
        came = repr(value) if isinstance(value, int | float) else shown(value)
        raise SettingsError(f"{name} came as {came}; allowed are numbers above 0 up to 1")
