"""The shipped model, the data it was fitted on and the figures reported for it belong together.

Of the presets, lexical alone needs nothing that may be missing; the others are checked by their provenance.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from faqsearch.assist import LogisticModel, load_confidence_model
from faqsearch.assist.fitting import LabelledFeatures, cross_validated, expected_calibration_error

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    folder = str(ROOT / "benchmarks")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    return importlib.import_module("fit_confidence")


@pytest.fixture(scope="module")
def seen(benchmark: ModuleType) -> Any:
    return benchmark.observe_preset("lexical")


@pytest.fixture(scope="module")
def data(benchmark: ModuleType, seen: Any) -> LabelledFeatures:
    rows: LabelledFeatures = benchmark.fitted_rows(seen)
    return rows


@pytest.fixture(scope="module")
def predicted(data: LabelledFeatures) -> Any:
    return cross_validated(data.features, data.first_right, data.groups)


def numbers(model: LogisticModel) -> list[float]:
    return [*model.means, *model.scales, *model.weights, model.intercept]


def test_there_is_a_model_for_each_preset_that_may_rank_by_itself() -> None:
    assert list(load_confidence_model().by_preset) == ["lexical", "semantic", "hybrid"]


@pytest.mark.parametrize("preset", ["lexical", "semantic", "hybrid"])
def test_the_shipped_models_say_which_data_they_were_fitted_on_and_how(
    benchmark: ModuleType, preset: str
) -> None:
    model = load_confidence_model().for_preset(preset)
    assert model.provenance["data_sha256"] == benchmark.data_hash()
    assert model.provenance["command"] == benchmark.COMMAND == "python benchmarks/fit_confidence.py --write"
    assert model.at_precision(0.9) == model


def test_fitting_again_gives_the_shipped_model(benchmark: ModuleType, seen: Any) -> None:
    shipped, again = load_confidence_model().for_preset("lexical"), benchmark.fit(seen)
    assert numbers(shipped.first) == pytest.approx(numbers(again.first), abs=1e-6)
    assert numbers(shipped.among_three) == pytest.approx(numbers(again.among_three), abs=1e-6)
    assert shipped.provenance == again.provenance
    assert shipped.answer_at == pytest.approx(again.answer_at, abs=1e-3)


def test_confidence_is_calibrated_on_inquiries_the_model_has_not_seen(
    data: LabelledFeatures, predicted: Any
) -> None:
    assert expected_calibration_error(predicted, data.first_right) <= 0.05


def test_confidence_is_calibrated_on_a_base_the_model_has_not_seen(
    benchmark: ModuleType, seen: Any, data: LabelledFeatures
) -> None:
    assert expected_calibration_error(benchmark.other_base(seen), data.first_right) <= 0.07


def test_no_unanswerable_inquiry_is_answered_at_ninety_five_per_cent(
    data: LabelledFeatures, predicted: Any
) -> None:
    assert (~data.answerable).sum() >= 100
    assert np.flatnonzero(~data.answerable & (predicted >= 0.95)).tolist() == []


def test_the_shipped_threshold_keeps_its_promise_on_bases_the_model_has_not_seen(
    benchmark: ModuleType, seen: Any, data: LabelledFeatures, predicted: Any
) -> None:
    answer_at = load_confidence_model().for_preset("lexical").answer_at
    assert data.first_right[predicted >= answer_at].mean() >= 0.9
    answers = benchmark.other_base_answers(seen, answer_at)
    assert [found["right"] >= 0.9 for found in answers.values()] == [True, True]


def test_the_reported_figures_are_those_of_a_fresh_computation(benchmark: ModuleType, seen: Any) -> None:
    reported = json.loads((ROOT / "benchmarks" / "results" / "confidence.json").read_text(encoding="utf-8"))
    assert reported["data_sha256"] == benchmark.data_hash()
    fresh = benchmark.report(seen)
    assert reported["presets"]["lexical"]["cross-validated"] == reported["cross-validated"]
    for name in ("cross-validated", "other base"):
        assert reported[name] == pytest.approx(fresh[name], abs=1e-6)
