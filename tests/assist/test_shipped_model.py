"""The shipped model, the data it was fitted on and the figures reported for it belong together."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from faqsearch.assist import LogisticModel, load_confidence_model
from faqsearch.assist.fitting import (
    LabelledFeatures,
    as_arrays,
    cross_validated,
    expected_calibration_error,
    fit_logistic,
)
from faqsearch.sample import SAMPLES

ROOT = Path(__file__).parents[2]
# One process computes the features of all inquiries, not each.
pytestmark = pytest.mark.xdist_group("shipped model")


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    path = ROOT / "benchmarks" / "fit_confidence.py"
    spec = importlib.util.spec_from_file_location("fit_confidence", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def data(benchmark: ModuleType) -> LabelledFeatures:
    rows: list[dict[str, Any]] = [row for name in SAMPLES for row in benchmark.labelled_rows(name)]
    return as_arrays(rows)


@pytest.fixture(scope="module")
def predicted(data: LabelledFeatures) -> Any:
    return cross_validated(data.features, data.first_right, data.groups)


def numbers(model: LogisticModel) -> list[float]:
    return [*model.means, *model.scales, *model.weights, model.intercept]


def test_the_shipped_model_says_which_data_it_was_fitted_on_and_how(benchmark: ModuleType) -> None:
    provenance = load_confidence_model().provenance
    assert provenance["data_sha256"] == benchmark.data_hash()
    assert provenance["command"] == benchmark.COMMAND == "python benchmarks/fit_confidence.py --write"
    assert load_confidence_model().preset == benchmark.PRESET


def test_fitting_again_gives_the_shipped_model(data: LabelledFeatures) -> None:
    shipped = load_confidence_model()
    assert numbers(shipped.first) == pytest.approx(
        numbers(fit_logistic(data.features, data.first_right)), abs=1e-6
    )
    assert numbers(shipped.among_three) == pytest.approx(
        numbers(fit_logistic(data.features, data.three_right)), abs=1e-6
    )
    assert shipped.provenance["inquiries"] == len(data.groups)


def test_confidence_is_calibrated_on_inquiries_the_model_has_not_seen(
    data: LabelledFeatures, predicted: Any
) -> None:
    assert expected_calibration_error(predicted, data.first_right) <= 0.08


def test_no_unanswerable_inquiry_is_answered_at_ninety_per_cent(
    data: LabelledFeatures, predicted: Any
) -> None:
    assert (~data.answerable).sum() >= 100
    assert np.flatnonzero(~data.answerable & (predicted >= 0.9)).tolist() == []


def test_the_shipped_threshold_keeps_its_promise_of_ninety_per_cent(
    data: LabelledFeatures, predicted: Any
) -> None:
    answered = predicted >= load_confidence_model().answer_at
    assert data.first_right[answered].mean() >= 0.9


def test_the_reported_figures_are_those_of_a_fresh_computation(
    benchmark: ModuleType, data: LabelledFeatures, predicted: Any
) -> None:
    reported = json.loads((ROOT / "benchmarks" / "results" / "confidence.json").read_text(encoding="utf-8"))
    assert reported["data_sha256"] == benchmark.data_hash()
    assert reported["cross-validated"] == pytest.approx(benchmark.measure(predicted, data), abs=1e-6)
