"""Fits the shipped confidence model on the labelled sample inquiries, and measures it.

    python benchmarks/fit_confidence.py            # measure and print
    python benchmarks/fit_confidence.py --write    # also write faqsearch/assist/confidence.json

Every figure is by cross-validation: an inquiry is judged by a model that saw neither it nor another inquiry
about the same entry. "Other base" is stricter: the model has seen only the other sample base.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track
from rich.table import Table

import faqsearch
from faqsearch.assist.confidence import ConfidenceModel, LogisticModel
from faqsearch.assist.features import FEATURES
from faqsearch.assist.fitting import (
    LabelledFeatures,
    as_arrays,
    cross_validated,
    expected_calibration_error,
    fit_logistic,
    threshold_for_precision,
)
from faqsearch.sample import SAMPLES

ROOT = Path(__file__).resolve().parents[1]
MODEL = ROOT / "faqsearch" / "assist" / "confidence.json"
RESULTS = ROOT / "benchmarks" / "results" / "confidence.json"
COMMAND = "python benchmarks/fit_confidence.py --write"
PRESET = "lexical"
# The shipped threshold aims above the 90 % it promises, so that another base may be a little harder.
PRECISION, AIMED_PRECISION = 0.90, 0.92
CHOOSE_AT = 0.5

FloatArray = npt.NDArray[np.float64]


def unfitted_model() -> ConfidenceModel:
    """Return a model without knowledge: features are read off suggestions before there is a fitted one."""
    zero = (0.0,) * len(FEATURES)
    logistic = LogisticModel(means=zero, scales=(1.0,) * len(FEATURES), weights=zero, intercept=0.0)
    return ConfidenceModel(
        first=logistic, among_three=logistic, answer_at=1.0, choose_at=1.0, preset=PRESET, provenance={}
    )


def labelled_rows(name: str) -> list[dict[str, Any]]:
    """Suggest for every labelled inquiry of a sample base, and note features, score and truth."""
    entries = faqsearch.read_entries(faqsearch.sample_path(name))
    base = faqsearch.KnowledgeBase(entries, preset=PRESET, confidence_model=unfitted_model())
    lines = faqsearch.sample_path(name, "inquiries.jsonl").read_text(encoding="utf-8").splitlines()
    rows = []
    for line in track(lines, description=f"suggesting ({name})"):
        inquiry = json.loads(line)
        right = {entry for entry, grade in inquiry["relevant"].items() if grade == 2}
        suggestion = base.suggest(inquiry["text"], inquiry["channel"], inquiry["audience"])
        ids = [hit.id for hit in suggestion.candidates]
        values = {item.feature: item.value for item in suggestion.evidence}
        rows.append(
            {
                "id": inquiry["id"],
                "base": name,
                "channel": inquiry["channel"],
                "features": [values[feature] for feature in FEATURES],
                "score": suggestion.candidates[0].score if ids else 0.0,
                "first_right": bool(ids) and ids[0] in right,
                "three_right": bool(right & set(ids[:3])),
                "answerable": bool(right),
                "group": min(right) if right else inquiry["id"],
            }
        )
    return rows


def measure(confidence: FloatArray, data: LabelledFeatures) -> dict[str, float]:
    """Describe predictions for "the first hit is right"."""
    threshold, coverage = threshold_for_precision(confidence, data.first_right, PRECISION)
    return {
        "expected calibration error": expected_calibration_error(confidence, data.first_right),
        f"coverage at {PRECISION:.0%} precision": coverage,
        "threshold": threshold,
        "unanswerable at 0.9 or above": float((confidence[~data.answerable] >= 0.9).sum()),
        "highest confidence of an unanswerable": float(confidence[~data.answerable].max()),
    }


def other_base(data: LabelledFeatures, bases: npt.NDArray[np.str_]) -> FloatArray:
    """Predict each base by a model fitted on the others."""
    predicted = np.zeros(len(bases))
    for name in SAMPLES:
        model = fit_logistic(data.features[bases != name], data.first_right[bases != name])
        predicted[bases == name] = [model.probability(row) for row in data.features[bases == name]]
    return predicted


def data_hash() -> str:
    """Digest of every file the model is fitted on."""
    digest = hashlib.sha256()
    for name in SAMPLES:
        for file in ("faq.csv", "inquiries.jsonl"):
            digest.update(faqsearch.sample_path(name, file).read_bytes())
    return digest.hexdigest()


def main() -> None:
    """Measure; with ``--write`` also fit on everything and write the shipped model."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write the shipped model and the results file")
    write: bool = parser.parse_args().write

    rows = [row for name in SAMPLES for row in labelled_rows(name)]
    data = as_arrays(rows)
    bases = np.array([row["base"] for row in rows])
    predicted = cross_validated(data.features, data.first_right, data.groups)
    predicted_three = cross_validated(data.features, data.three_right, data.groups)
    answer_at, _ = threshold_for_precision(predicted, data.first_right, AIMED_PRECISION)
    answer_at = round(answer_at, 3)
    score = np.array([row["score"] for row in rows])
    score_threshold, score_coverage = threshold_for_precision(score, data.first_right, PRECISION)

    report: dict[str, Any] = {
        "inquiries": len(rows),
        "unanswerable": int((~data.answerable).sum()),
        "first hit right": float(data.first_right.mean()),
        "cross-validated": measure(predicted, data),
        "other base": measure(other_base(data, bases), data),
        "one of three, calibration error": expected_calibration_error(predicted_three, data.three_right),
        "naive score threshold": {"coverage at 90% precision": score_coverage, "threshold": score_threshold},
        "decisions": decisions(predicted, predicted_three, data, answer_at),
        "calibration error by channel": {
            channel: expected_calibration_error(predicted[mask], data.first_right[mask])
            for channel in sorted({row["channel"] for row in rows})
            for mask in [np.array([row["channel"] == channel for row in rows])]
        },
    }
    show(report)
    if write:
        model = ConfidenceModel(
            first=fit_logistic(data.features, data.first_right),
            among_three=fit_logistic(data.features, data.three_right),
            answer_at=answer_at,
            choose_at=CHOOSE_AT,
            preset=PRESET,
            provenance={"command": COMMAND, "data_sha256": data_hash(), "inquiries": len(rows)},
        )
        MODEL.write_text(model.to_json(), encoding="utf-8")
        RESULTS.parent.mkdir(exist_ok=True)
        written = {"command": COMMAND, "data_sha256": data_hash(), **report}
        RESULTS.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def decisions(
    predicted: FloatArray, predicted_three: FloatArray, data: LabelledFeatures, answer_at: float
) -> dict[str, dict[str, float]]:
    """Tell how the decisions fall, and how often each is right (a hand-over is, where nothing answers)."""
    answer = predicted >= answer_at
    choose = ~answer & (predicted_three >= CHOOSE_AT)
    hand_over = ~answer & ~choose
    right = {"answer": data.first_right, "choose": data.three_right, "hand_over": ~data.answerable}
    return {
        name: {"share": float(mask.mean()), "right": float(right[name][mask].mean()) if mask.any() else 0.0}
        for name, mask in (("answer", answer), ("choose", choose), ("hand_over", hand_over))
    }


def show(report: dict[str, Any]) -> None:
    """Print the report as a table."""
    table = Table("figure", "value", title="Confidence of suggestions, cross-validated")
    for key, value in report.items():
        if isinstance(value, dict):
            for inner, number in value.items():
                table.add_row(f"{key}: {inner}", str(number) if isinstance(number, dict) else f"{number:.3f}")
        else:
            table.add_row(key, f"{value:.3f}" if isinstance(value, float) else str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
