from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faqsearch.assist import (
    ConfidenceModel,
    LogisticModel,
    PresetModel,
    load_confidence_model,
    read_confidence_model,
)
from faqsearch.assist.confidence import CurvePoint
from faqsearch.assist.features import FEATURES
from faqsearch.errors import SettingsError

N = len(FEATURES)


def logistic(**changes: Any) -> LogisticModel:
    values = {"means": (0.0,) * N, "scales": (1.0,) * N, "weights": (0.0,) * N, "intercept": 0.0}
    return LogisticModel(**{**values, **changes})


CURVE = (
    CurvePoint(precision=0.8, answer_at=0.6, coverage=0.5),
    CurvePoint(precision=0.9, answer_at=0.7, coverage=0.3),
    CurvePoint(precision=0.95, answer_at=1.0, coverage=0),
)


def preset_model(**changes: Any) -> PresetModel:
    values = {
        "first": logistic(
            means=tuple(n / 7 for n in range(N)), weights=(0.1, *([-0.2] * (N - 1))), intercept=-1 / 3
        ),
        "among_three": logistic(scales=tuple(n / 3 for n in range(1, N + 1)), intercept=2),
        "answer_at": 0.7,
        "choose_at": 1,
        "precision": 0.9,
        "curve": CURVE,
        "preset": "lexical",
        "provenance": {"command": "python fit.py", "questions": 3, "注": "手で書いた"},
    }
    return PresetModel(**{**values, **changes})


def model(*more: PresetModel) -> ConfidenceModel:
    return ConfidenceModel(by_preset={one.preset: one for one in (preset_model(), *more)})


def values(*first: float) -> tuple[float, ...]:
    """A vector of N values of which only the first are not 0."""
    return first + (0.0,) * (N - len(first))


# --- The formula


def test_a_probability_is_the_logistic_function_of_the_weighted_standardised_features() -> None:
    weighed = logistic(
        means=values(0.5, 1.0),
        scales=(0.25, 2.0, *([1.0] * (N - 2))),
        weights=values(2.0, -3.0),
        intercept=0.5,
    )
    features = values(0.75, 2.0)
    # 2 * (0.75 - 0.5) / 0.25 = 2; -3 * (2 - 1) / 2 = -1.5; with the intercept 1.
    assert weighed.contributions(features) == values(2.0, -1.5)
    assert weighed.probability(features) == pytest.approx(1 / (1 + math.exp(-1.0)), abs=1e-15)


def test_without_evidence_the_intercept_decides() -> None:
    assert logistic().probability(values()) == 0.5
    assert logistic(intercept=math.log(3)).probability(values()) == pytest.approx(0.75)


def test_a_feature_at_its_mean_contributes_nothing() -> None:
    weighed = logistic(means=(0.4,) * N, weights=(5.0,) * N)
    assert weighed.contributions((0.4,) * N) == values()


@pytest.mark.parametrize(("intercept", "expected"), [(1e6, 0.99), (10, 0.99), (-10, 0.01), (-1e6, 0.01)])
def test_a_probability_never_claims_certainty(intercept: float, expected: float) -> None:
    assert logistic(intercept=intercept).probability(values()) == pytest.approx(expected, abs=1e-12)


def test_a_vector_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        logistic().probability((0.0,) * (N - 1))


# --- The values


def test_numbers_of_a_model_become_floats() -> None:
    read = logistic(means=[1] * N, scales=[2] * N, weights=range(N))
    assert read.means == (1.0,) * N
    assert read.weights == tuple(float(n) for n in range(N))
    assert all(type(value) is float for value in (*read.means, *read.scales, *read.weights))


@pytest.mark.parametrize("name", ["means", "scales", "weights"])
@pytest.mark.parametrize(
    "wrong", [math.nan, math.inf, -math.inf, "1", None, True, 10**400], ids=lambda value: str(value)[:5]
)
def test_a_value_that_is_no_finite_number_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be {N} numbers, one for each feature"):
        logistic(**{name: (wrong, *([1.0] * (N - 1)))})


@pytest.mark.parametrize("name", ["means", "scales", "weights"])
@pytest.mark.parametrize("length", [0, N - 1, N + 1])
def test_another_number_of_values_is_refused(name: str, length: int) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be {N} numbers"):
        logistic(**{name: (1.0,) * length})


@pytest.mark.parametrize(
    "changes",
    [
        {"scales": (0.0, *([1.0] * (N - 1)))},
        {"scales": (-1.0, *([1.0] * (N - 1)))},
        {"intercept": math.nan},
        {"intercept": None},
        {"intercept": "0"},
    ],
)
def test_a_scale_of_zero_or_an_intercept_that_is_no_number_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="scales must be above 0 and the intercept a number"):
        logistic(**changes)


@pytest.mark.parametrize("name", ["answer_at", "choose_at", "precision"])
@pytest.mark.parametrize("wrong", [0, -0.1, 1.01, math.nan, math.inf, "0.5", None, True])
def test_a_threshold_outside_its_range_is_refused(name: str, wrong: Any) -> None:
    with pytest.raises(SettingsError, match=f"{name} came as .*; allowed are numbers above 0 up to 1"):
        preset_model(**{name: wrong})


@pytest.mark.parametrize(
    "changes", [{"preset": 5}, {"preset": None}, {"provenance": ["x"]}, {"provenance": 1}]
)
def test_a_preset_or_provenance_of_another_type_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="preset must be a string and provenance a mapping"):
        preset_model(**changes)


# --- Files


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_model_survives_writing_and_reading(tmp_path: Path) -> None:
    several = model(preset_model(preset="自社", answer_at=0.5))
    path = write(tmp_path / "model.json", several.to_json())
    assert read_confidence_model(path) == several
    assert read_confidence_model(str(path)).to_json() == several.to_json()


def test_a_written_model_is_readable() -> None:
    text = model().to_json()
    assert text.endswith("}\n")
    assert "手で書いた" in text
    written = json.loads(text)["by_preset"]["lexical"]
    assert written["first"]["features"]["information"] == {"mean": 0.0, "scale": 1.0, "weight": 0.1}
    assert list(written["among_three"]["features"]) == list(FEATURES)
    assert written["curve"][1] == {"precision": 0.9, "answer_at": 0.7, "coverage": 0.3}


def test_the_shipped_model_is_written_as_the_library_writes_it() -> None:
    shipped = load_confidence_model()
    path = Path(__file__).parents[2] / "faqsearch" / "assist" / "confidence.json"
    assert path.read_text(encoding="utf-8") == shipped.to_json()


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("first"), "'first'"),
        (lambda data: data.pop("among_three"), "'among_three'"),
        (lambda data: data.pop("answer_at"), "answer_at"),
        (lambda data: data.pop("choose_at"), "choose_at"),
        (lambda data: data.pop("precision"), "precision"),
        (lambda data: data.pop("curve"), "curve"),
        (lambda data: data.update(curve=[1]), "mapping"),
        (lambda data: data["curve"][0].pop("coverage"), "coverage"),
        (lambda data: data["curve"][0].update(coverage=-0.1), "coverage came as -0.1"),
        (lambda data: data["curve"][0].update(answer_at=0), "answer_at came as 0"),
        (lambda data: data["curve"].reverse(), "by ascending precision"),
        (lambda data: data.pop("provenance"), "provenance"),
        (lambda data: data.update(answr_at=0.5), "answr_at"),
        (lambda data: data.update(first=None), "NoneType"),
        (lambda data: data.update(first=[1]), "list"),
        (lambda data: data["first"].pop("intercept"), "'intercept'"),
        (lambda data: data["first"].pop("features"), "'features'"),
        (lambda data: data["first"].update(features=None), "NoneType"),
        (lambda data: data["first"].update(features=[1, 2]), "int"),
        (lambda data: data["first"].update(features=list(FEATURES)), "no attribute 'values'"),
        (lambda data: data["first"]["features"].pop("margin"), "this version needs information,"),
        (lambda data: data["first"]["features"].update(mood={}), "its features are .*, mood; this version"),
        (
            lambda data: data["first"].update(features=dict(reversed(data["first"]["features"].items()))),
            "its features are context,",
        ),
        (lambda data: data["first"]["features"].update(margin=0.5), "float"),
        (lambda data: data["first"]["features"]["margin"].pop("scale"), "'scale'"),
        (lambda data: data["first"]["features"]["margin"].update(scale=0), "scales must be above 0"),
        (lambda data: data["first"]["features"]["margin"].update(weight="1"), "weights must be"),
        (lambda data: data["first"]["features"]["margin"].update(weight=math.nan), "weights must be"),
        (lambda data: data["first"]["features"]["margin"].update(mean=10**400), "means must be"),
        (lambda data: data["first"].update(intercept=math.inf), "the intercept a number"),
        (lambda data: data.update(answer_at=0), "answer_at came as 0"),
        (lambda data: data.update(choose_at="0.5"), "choose_at came as '0.5'"),
        (lambda data: data.update(preset="hybrid"), "preset"),
        (lambda data: data.update(provenance="me"), "provenance a mapping"),
    ],
)
def test_a_file_with_one_thing_wrong_is_refused_and_named(
    tmp_path: Path, change: Change, message: str
) -> None:
    data = json.loads(model().to_json())
    change(data["by_preset"]["lexical"])
    path = write(tmp_path / "model.json", json.dumps(data))
    with pytest.raises(SettingsError, match=message) as caught:
        load_confidence_model(path)
    assert str(caught.value).startswith(f"confidence model {path}: not such a model: ")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        model().to_json()[:-20].encode(),
        b"null",
        b"5",
        b'"model"',
        b"[]",
        b"{}",
        b"[" * 200_000,
        b"\xff\xfe{}",
        model().to_json().encode("utf-16"),
        b"9" * 5000,
        b"PK\x03\x04",
    ],
    ids=lambda content: repr(content[:8]),
)
def test_a_file_that_is_no_such_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="not such a model"):
        load_confidence_model(path)


@pytest.mark.parametrize("name", ["missing.json", ""])
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=r"cannot be read: (No such file|Is a directory)"):
        load_confidence_model(tmp_path / name)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"by_preset": {}}', "at least one preset"),
        ('{"by_preset": []}', "no attribute 'items'"),
        ('{"by_preset": {}, "first": {}}', "its one key must be by_preset"),
        ('{"first": {}, "among_three": {}}', "faqsearch calibrate"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        read_confidence_model(write(tmp_path / "model.json", text))


# --- Several presets


def test_who_changes_the_shipped_model_changes_it_for_nobody_else() -> None:
    mine, others = load_confidence_model(), load_confidence_model()
    provenance = next(iter(mine.by_preset.values())).provenance
    assert isinstance(provenance, dict)
    provenance["data"] = "mine"
    assert load_confidence_model() == others != mine


def test_each_preset_has_its_own_model() -> None:
    own = preset_model(preset="hybrid", answer_at=0.4)
    assert model(own).for_preset("hybrid") == own
    assert model(own).for_preset("lexical") == preset_model()


def test_a_model_under_the_name_of_another_preset_is_refused() -> None:
    with pytest.raises(SettingsError, match="the model for preset hybrid was fitted on lexical"):
        ConfidenceModel(by_preset={"hybrid": preset_model()})


def test_where_nothing_was_fitted_the_first_model_stands_in_with_care() -> None:
    fitted = preset_model(first=logistic(weights=(1.0,) * N), choose_at=0.5)
    found = ConfidenceModel(by_preset={"lexical": fitted}).for_preset("bm25")
    assert found.preset == "lexical"
    assert (found.answer_at, found.choose_at) == (0.85, 0.75)
    weights = dict(zip(FEATURES, found.first.weights, strict=True))
    assert weights == {**dict.fromkeys(FEATURES, 1.0), "score": 0.0}
    # A score of any size says nothing.
    assert found.first.probability([900.0 * (name == "score") for name in FEATURES]) == 0.5


def test_a_precision_takes_the_next_point_of_the_curve() -> None:
    assert preset_model().at_precision(0.8).answer_at == 0.6
    between = preset_model().at_precision(0.82)
    assert (between.answer_at, between.precision) == (0.7, 0.82)
    assert preset_model().at_precision(0.93).answer_at == 1.0
    both = model(preset_model(preset="hybrid")).at_precision(0.8)
    assert [one.answer_at for one in both.by_preset.values()] == [0.6, 0.6]


def test_a_precision_beyond_the_curve_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"the curve for preset lexical ends at 0\.95"):
        preset_model().at_precision(0.96)
    with pytest.raises(SettingsError, match="precision came as str of length 4; allowed are numbers above 0"):
        preset_model().at_precision("九割です")  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match=r"ends at 0\.0"):
        preset_model(curve=()).at_precision(0.5)


def test_changing_a_threshold_keeps_the_rest() -> None:
    changed = model(preset_model(preset="hybrid")).with_thresholds(answer_at=0.95)
    assert changed.by_preset["hybrid"] == preset_model(preset="hybrid", answer_at=0.95)
    assert changed.for_preset("lexical").choose_at == 1
    assert changed.with_thresholds(choose_at=0.3).for_preset("lexical").choose_at == 0.3
    with pytest.raises(SettingsError, match="choose_at came as 0"):
        changed.with_thresholds(choose_at=0)


def test_log_odds_are_rescaled() -> None:
    own = preset_model().first
    features = tuple(n / 10 for n in range(N))
    assert own.rescaled(2.0, 0.5).log_odds(features) == pytest.approx(2 * own.log_odds(features) + 0.5)


def test_a_file_is_taken_for_its_presets_and_the_shipped_models_for_the_others(tmp_path: Path) -> None:
    shipped = load_confidence_model()
    path = write(tmp_path / "model.json", model(preset_model(preset="own", precision=0.8)).to_json())
    loaded = load_confidence_model(path)
    assert list(loaded.by_preset)[:2] == ["lexical", "own"]
    assert loaded.for_preset("lexical") == preset_model()
    # The file asks for 90 % at most: so do the others, by their own curves.
    assert loaded.for_preset("semantic") == shipped.for_preset("semantic").at_precision(0.9)
    assert set(loaded.by_preset) == {"own", *shipped.by_preset}


def test_a_file_that_asks_for_more_than_the_shipped_curves_reach_gets_the_most_they_have(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "model.json", model(preset_model(preset="own", precision=0.999)).to_json())
    semantic = load_confidence_model(path).for_preset("semantic")
    assert semantic.answer_at == semantic.curve[-1].answer_at
