"""Fits the shipped confidence models on the labelled sample inquiries, and measures them.

    python benchmarks/fit_confidence.py                    # measure and print
    python benchmarks/fit_confidence.py --write            # also write faqsearch/assist/confidence.json
    python benchmarks/fit_confidence.py --presets lexical  # not all of them

Models are fitted on the bare inquiries and the ``dev`` half of the raw ones, question by question. Figures
are by cross-validation: a question is judged by models that saw neither it nor another one about the same
entry. "Other base" is stricter: the model has seen only the other sample base; shipped thresholds hold there,
too. With ``--write`` the models of presets that are not asked for, or not ready, stay as they are.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from _labelled import (
    FloatArray,
    Observed,
    chosen,
    data_hash,
    inquiries,
    measured,
    observed,
    unfitted_model,
)
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from faqsearch import ConfidenceModel, load_confidence_model
from faqsearch.assist import PresetModel
from faqsearch.assist.calibration import fit_preset_model
from faqsearch.assist.confidence import CurvePoint
from faqsearch.assist.fitting import (
    LabelledFeatures,
    cross_validated,
    expected_calibration_error,
    fit_logistic,
    threshold_for_precision,
)
from faqsearch.assist.risk_coverage import precision_curve
from faqsearch.errors import SettingsError
from faqsearch.sample import SAMPLES

ROOT: Final = Path(__file__).resolve().parents[1]
MODEL: Final = ROOT / "faqsearch" / "assist" / "confidence.json"
RESULTS: Final = ROOT / "benchmarks" / "results" / "confidence.json"
COMMAND: Final = "python benchmarks/fit_confidence.py --write"
PRESETS: Final = ("lexical", "semantic", "hybrid")
PRECISION: Final = 0.9
FITTED_ON: Final = ("bare", "dev")
_err: Final = Console(stderr=True)


def observe_preset(preset: str) -> Observed:
    """Suggest for every labelled inquiry under a preset.

    Raises:
        SettingsError: If the preset needs what is not installed.
    """
    total = sum(len(inquiries(name)) for name in SAMPLES)
    with Progress(console=_err) as progress:
        task = progress.add_task(f"suggesting, {preset}", total=total)
        return observed(preset, unfitted_model(preset), lambda: progress.advance(task))


def fitted_rows(seen: Observed) -> LabelledFeatures:
    """Return what models are fitted on."""
    return chosen(seen.data, seen.where(split=FITTED_ON))


def fit(seen: Observed) -> PresetModel:
    """Fit the model of a preset."""
    data = fitted_rows(seen)
    provenance = {"command": COMMAND, "data_sha256": data_hash(), "questions": len(data.groups)}
    model = fit_preset_model(data, seen.preset, PRECISION, provenance)
    return replace(model, curve=careful_curve(seen, model)).at_precision(PRECISION)


def careful_curve(seen: Observed, model: PresetModel) -> tuple[CurvePoint, ...]:
    """Raise thresholds until each base keeps the precision under a model that knows only the other bases.

    What ships is for bases that nobody has seen; one calibrated on its own base need not be so careful.
    """
    data = fitted_rows(seen)
    of = np.array(seen.inquiries, dtype=object)[seen.where(split=FITTED_ON)]
    foreign = other_base(seen)
    predicted = cross_validated(data.features, data.first_right, data.groups)
    wanted = [point.precision for point in model.curve]
    curves = [model.curve]
    for name in SAMPLES:
        here = np.array([one.base == name for one in of])
        curves.append(precision_curve(foreign[here], data.first_right[here], wanted))
    points = []
    for same in zip(*curves, strict=True):
        answer_at = max(point.answer_at for point in same)
        covered = float((predicted >= answer_at).mean()) if answer_at < 1 else 0.0
        points.append(CurvePoint(precision=same[0].precision, answer_at=answer_at, coverage=covered))
    return tuple(points)


def report(seen: Observed) -> dict[str, Any]:
    """Measure the model of a preset out of fold."""
    data, mask = fitted_rows(seen), seen.where(split=FITTED_ON)
    predicted = cross_validated(data.features, data.first_right, data.groups)
    predicted_three = cross_validated(data.features, data.three_right, data.groups)
    model = fit(seen)
    score = np.array([one.score for one, kept in zip(seen.observations, mask, strict=True) if kept])
    score_threshold, score_coverage = threshold_for_precision(score, data.first_right, PRECISION)
    return {
        "inquiries": len({one.id for one, kept in zip(seen.inquiries, mask, strict=True) if kept}),
        "questions": len(data.groups),
        "unanswerable": int((~data.answerable).sum()),
        "first hit right": float(data.first_right.mean()),
        "cross-validated": measured(predicted, data),
        "other base": measured(other_base(seen), data),
        "other base, answers of the shipped threshold": other_base_answers(seen, model.answer_at),
        "raw, test split": test_split(seen),
        "one of three, calibration error": expected_calibration_error(predicted_three, data.three_right),
        "naive score threshold": {"coverage at 90% precision": score_coverage, "threshold": score_threshold},
        "answer_at": model.answer_at,
        "decisions": decisions(predicted, predicted_three, data, model),
        "calibration error by channel": by_channel(seen, predicted, data),
    }


def other_base(seen: Observed) -> FloatArray:
    """Predict what models are fitted on, each base by a model fitted on the others."""
    data, mask = seen.data, seen.where(split=FITTED_ON)
    predicted = np.zeros(len(mask))
    for name in SAMPLES:
        here = seen.where(base=name)
        model = fit_logistic(data.features[mask & ~here], data.first_right[mask & ~here])
        predicted[here] = [model.probability(row) for row in data.features[here]]
    return predicted[mask]


def other_base_answers(seen: Observed, answer_at: float) -> dict[str, dict[str, float]]:
    """Tell how a threshold does on each base, under a model that has seen only the others."""
    data, foreign = fitted_rows(seen), other_base(seen)
    of = [one for one, kept in zip(seen.inquiries, seen.where(split=FITTED_ON), strict=True) if kept]
    found = {}
    for name in SAMPLES:
        here = np.array([one.base == name for one in of])
        answered = here & (foreign >= answer_at)
        right = float(data.first_right[answered].mean()) if answered.any() else 1.0
        found[name] = {"share": float(answered.sum() / here.sum()), "right": right}
    return found


def predict_test_split(seen: Observed) -> FloatArray:
    """Predict the raw test inquiries by models fitted on the rest, without what shares an entry with them."""
    data = seen.data
    groups = np.array(data.groups)
    used, test = seen.where(split=FITTED_ON), seen.where(split="test")
    predicted = np.zeros(len(groups))
    for fold in np.array_split(np.random.default_rng(0).permutation(np.unique(groups[test])), 10):
        here = test & np.isin(groups, fold)
        rest = used & ~np.isin(groups, fold)
        model = fit_logistic(data.features[rest], data.first_right[rest])
        predicted[here] = [model.probability(row) for row in data.features[here]]
    return predicted[test]


def test_split(seen: Observed) -> dict[str, float]:
    """Measure the raw test inquiries, which no model is fitted on."""
    return measured(predict_test_split(seen), chosen(seen.data, seen.where(split="test")))


def by_channel(seen: Observed, predicted: FloatArray, data: LabelledFeatures) -> dict[str, dict[str, float]]:
    """Measure the calibration of each channel, and of bare and raw inquiries."""
    of = [one for one, kept in zip(seen.inquiries, seen.where(split=FITTED_ON), strict=True) if kept]
    labels = {
        f"{kind}": np.array([one.channel == kind for one in of]) for kind in sorted({o.channel for o in of})
    }
    labels |= {
        "bare": np.array([one.split == "bare" for one in of]),
        "raw": np.array([one.split != "bare" for one in of]),
    }
    return {
        name: {
            "questions": int(rows.sum()),
            "mean confidence": float(predicted[rows].mean()),
            "first hit right": float(data.first_right[rows].mean()),
            "expected calibration error": expected_calibration_error(predicted[rows], data.first_right[rows]),
        }
        for name, rows in labels.items()
    }


def decisions(
    predicted: FloatArray, predicted_three: FloatArray, data: LabelledFeatures, model: PresetModel
) -> dict[str, dict[str, float]]:
    """Tell how the decisions fall, and how often each is right (a hand-over is, where nothing answers)."""
    answer = predicted >= model.answer_at
    choose = ~answer & (predicted_three >= model.choose_at)
    hand_over = ~answer & ~choose
    right = {"answer": data.first_right, "choose": data.three_right, "hand_over": ~data.answerable}
    return {
        name: {"share": float(mask.mean()), "right": float(right[name][mask].mean()) if mask.any() else 0.0}
        for name, mask in (("answer", answer), ("choose", choose), ("hand_over", hand_over))
    }


def show(preset: str, found: dict[str, Any]) -> None:
    """Print the report on a preset as a table."""
    table = Table("figure", "value", title=f"Confidence of suggestions ranked by {preset}, out of fold")
    for key, value in found.items():
        if not isinstance(value, dict):
            table.add_row(key, f"{value:.3f}" if isinstance(value, float) else str(value))
            continue
        for inner, number in value.items():
            cell = (
                ", ".join(f"{name} {one:.3g}" for name, one in number.items())
                if isinstance(number, dict)
                else f"{number:.3f}"
            )
            table.add_row(f"{key}: {inner}", cell)
    Console().print(table)


def shipped_models() -> dict[str, PresetModel]:
    """Return the models that are there; none if they are of another version."""
    try:
        return dict(load_confidence_model().by_preset)
    except (SettingsError, OSError):
        return {}


def main() -> None:
    """Measure; with ``--write`` also fit on everything and write the shipped models."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write the shipped models and the results file")
    parser.add_argument("--presets", default=",".join(PRESETS), help="names, separated by commas")
    options = parser.parse_args()
    models = shipped_models()
    reports = json.loads(RESULTS.read_text(encoding="utf-8")).get("presets", {}) if RESULTS.exists() else {}
    for preset in options.presets.split(","):
        try:
            seen = observe_preset(preset)
        except SettingsError as error:
            _err.print(f"{preset} is not ready, its model stays as it is: {error}", soft_wrap=True)
            continue
        reports[preset] = report(seen)
        models[preset] = fit(seen)
        show(preset, reports[preset])
    if options.write:
        ordered = {name: models[name] for name in (*PRESETS, *sorted(models)) if name in models}
        MODEL.write_text(ConfidenceModel(by_preset=ordered).to_json(), encoding="utf-8")
        RESULTS.parent.mkdir(exist_ok=True)
        known = {name: reports[name] for name in ordered if name in reports}
        written = {"command": COMMAND, "data_sha256": data_hash(), **known["lexical"], "presets": known}
        RESULTS.write_text(json.dumps(written, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
