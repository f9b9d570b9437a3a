"""Confidence: the probability that the first hit is right, from the evidence of the match.

Two logistic regressions over the same features: one for "the first hit answers the inquiry", one for "one of
the first three does". The fitted model is a readable JSON file that says what it was fitted on and how to fit
it again; computing with it needs no library beyond the standard one.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from faqsearch.assist.features import FEATURES
from faqsearch.errors import SettingsError

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

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability, from 0.01 to 0.99."""
        log_odds = self.intercept + math.fsum(self.contributions(features))
        probability = 1.0 / (1.0 + math.exp(-max(-500.0, min(500.0, log_odds))))
        return min(max(probability, 1.0 - HIGHEST), HIGHEST)


def _is_finite(value: object) -> bool:
    # Compared, not converted: an integer may be too large for a float, and nan is not below anything.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfidenceModel:
    """Everything a suggestion is decided by.

    Attributes:
        first: Model of "the first hit is right".
        among_three: Model of "one of the first three hits is right".
        answer_at: Answer when ``first`` reaches this, in (0, 1].
        choose_at: Otherwise offer three when ``among_three`` reaches this, in (0, 1].
        preset: The preset whose results it was fitted on.
        provenance: Data hash, figures and the command that fits it again; for people.
    """

    first: LogisticModel
    among_three: LogisticModel
    answer_at: float
    choose_at: float
    preset: str
    provenance: Mapping[str, Any]

    def __post_init__(self) -> None:
        for name in ("answer_at", "choose_at"):
            value = getattr(self, name)
            if not _is_finite(value) or not 0 < value <= 1:
                raise SettingsError(f"{name} came as {value!r}; allowed are numbers above 0 up to 1")
        if not isinstance(self.preset, str) or not isinstance(self.provenance, Mapping):
            raise SettingsError("preset must be a string and provenance a mapping")

    def to_json(self) -> str:
        """Write the model as readable JSON; features stand by name."""
        data = asdict(self)
        for name in ("first", "among_three"):
            model: LogisticModel = getattr(self, name)
            columns = zip(FEATURES, model.means, model.scales, model.weights, strict=True)
            data[name] = {
                "intercept": model.intercept,
                "features": {key: {"mean": m, "scale": s, "weight": w} for key, m, s, w in columns},
            }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def load_confidence_model(path: str | Path | None = None) -> ConfidenceModel:
    """Load a confidence model; without a path the shipped one.

    Raises:
        SettingsError: If the file cannot be read or is not such a model.
    """
    name = "the shipped model" if path is None else str(path)
    try:
        text = (_SHIPPED if path is None else Path(path)).read_text(encoding="utf-8")
        data = json.loads(text)
        first, among_three = _logistic(data.pop("first")), _logistic(data.pop("among_three"))
        return ConfidenceModel(first=first, among_three=among_three, **data)
    except OSError as error:
        raise SettingsError(f"confidence model {name}: cannot be read: {error.strerror}") from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise SettingsError(f"confidence model {name}: not such a model: {error}") from error


def _logistic(data: Mapping[str, Any]) -> LogisticModel:
    features = data["features"]
    if list(features) != list(FEATURES):
        raise SettingsError(
            f"its features are {', '.join(features)}; this version needs {', '.join(FEATURES)}"
        )
    columns = {
        plural: tuple(feature[singular] for feature in features.values())
        for plural, singular in (("means", "mean"), ("scales", "scale"), ("weights", "weight"))
    }
    return LogisticModel(**columns, intercept=data["intercept"])
