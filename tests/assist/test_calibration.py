from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from faqsearch.assist import LogisticModel, PresetModel
from faqsearch.assist.calibration import (
    LEAST_GROUPS,
    LEAST_OF_EACH,
    LEAST_QUESTIONS,
    Calibration,
    calibrate,
    check_labels,
)
from faqsearch.assist.features import FEATURES
from faqsearch.assist.fitting import LabelledFeatures, expected_calibration_error
from faqsearch.errors import InputError

N = len(FEATURES)
SEED = 20260402


def drawn(
    size: int, slope: float, intercept: float, *, weights: tuple[float, ...] = (1.0,) * N
) -> LabelledFeatures:
    """Labels whose log-odds are ``slope`` times those of the model that came, plus ``intercept``."""
    random = np.random.default_rng(SEED)
    features = random.normal(size=(size, N))
    right = random.random(size) < 1 / (1 + np.exp(-(slope * (features @ np.array(weights)) + intercept)))
    return LabelledFeatures(
        features=features,
        first_right=right,
        three_right=right | (random.random(size) < 0.3),
        answerable=np.ones(size, np.bool_),
        groups=[number // 2 for number in range(size)],
    )


def came(answer_at: float = 0.7) -> PresetModel:
    logistic = LogisticModel(means=(0.0,) * N, scales=(1.0,) * N, weights=(1.0,) * N, intercept=0.0)
    return PresetModel(
        preset="lexical",
        first=logistic,
        among_three=logistic,
        answer_at=answer_at,
        choose_at=0.5,
        precision=0.9,
        curve=(),
        provenance={},
    )


def run(data: LabelledFeatures, **changes: Any) -> Calibration:
    return calibrate(data, came(), "lexical", **{"provenance": {"faq": "faq.csv"}, **changes})


# --- By channel


def test_every_named_channel_has_its_figures() -> None:
    data = drawn(400, 0.5, -1.0)
    channels = [("mail", "chat", "chat", None)[number % 4] for number in range(400)]
    found = run(data, channels=channels)
    chat, mail = found.channels
    assert [(one.channel, one.questions) for one in found.channels] == [("chat", 200), ("mail", 100)]
    of_mail = np.arange(400) % 4 == 0
    assert mail.first_right == pytest.approx(data.first_right[of_mail].mean())
    sure = np.array([came().first.probability(row) for row in data.features[of_mail]])
    assert mail.before.value == pytest.approx(expected_calibration_error(sure, data.first_right[of_mail]))
    assert chat.after.value < chat.before.value
    assert chat.before.low <= chat.before.value
    assert found.to_dict()["channels"][1]["before"]["value"] == mail.before.value


def test_labels_without_channels_have_none() -> None:
    assert run(drawn(200, 1.0, 0.0)).channels == ()
    assert run(drawn(200, 1.0, 0.0), channels=[None] * 200).channels == ()


# --- Too few labels


@pytest.mark.parametrize(
    ("questions", "groups", "right"),
    [
        (LEAST_QUESTIONS - 1, LEAST_QUESTIONS - 1, 60),
        (LEAST_QUESTIONS, LEAST_GROUPS - 1, 60),
        (LEAST_QUESTIONS, LEAST_QUESTIONS, LEAST_OF_EACH - 1),
        (LEAST_QUESTIONS, LEAST_QUESTIONS, LEAST_QUESTIONS - LEAST_OF_EACH + 1),
        (0, 1, 0),
    ],
)
def test_too_few_labels_are_refused_with_the_numbers(questions: int, groups: int, right: int) -> None:
    data = LabelledFeatures(
        features=np.zeros((questions, N)),
        first_right=np.arange(questions) < right,
        three_right=np.arange(questions) < right,
        answerable=np.ones(questions, np.bool_),
        groups=[number % groups for number in range(questions)],
    )
    named = (
        rf"^{questions} labelled questions in {min(groups, questions)} groups came.*needs 150 .* in 50 .* 25"
    )
    with pytest.raises(InputError, match=named):
        run(data)


def test_just_enough_labels_are_taken() -> None:
    right = np.arange(LEAST_QUESTIONS) < LEAST_OF_EACH
    check_labels(
        LabelledFeatures(
            features=np.zeros((LEAST_QUESTIONS, N)),
            first_right=right,
            three_right=right,
            answerable=right,
            groups=[number % LEAST_GROUPS for number in range(LEAST_QUESTIONS)],
        )
    )


# --- Three ways


def test_a_model_that_is_right_is_kept_and_only_its_threshold_moves() -> None:
    found = run(drawn(400, slope=1.0, intercept=0.0))
    assert found.way == "as it came"
    assert found.model.first == came().first
    assert found.before.brier_score == found.after.brier_score
    assert found.model.answer_at != came().answer_at


def test_a_model_that_claims_too_much_is_rescaled() -> None:
    found = run(drawn(300, slope=0.5, intercept=-1.0))
    assert found.way == "rescaled"
    assert found.model.first.weights == pytest.approx((0.5,) * N, abs=0.15)
    assert found.model.first.intercept == pytest.approx(-1.0, abs=0.3)
    assert found.after.calibration_error.value < found.before.calibration_error.value
    assert found.after.brier_score.value < found.before.brier_score.value


def test_a_model_with_the_wrong_evidence_is_fitted_anew() -> None:
    found = run(drawn(400, slope=1.0, intercept=0.0, weights=(-1.0, *([1.0] * (N - 1)))))
    assert found.way == "fitted anew"
    assert found.model.first.weights[0] < 0 < found.model.first.weights[1]
    assert found.after.brier_score.value < found.before.brier_score.value


def test_labels_that_say_the_reverse_do_not_turn_the_order_round() -> None:
    from faqsearch.assist.calibration import _platt

    log_odds = np.linspace(-2, 2, 50)
    slope, _ = _platt(log_odds, log_odds < 0)
    assert slope == 0.05


# --- What comes out


def test_the_model_answers_as_precisely_as_wanted_on_questions_it_has_not_seen() -> None:
    strict, loose = (run(drawn(1000, 1.0, 0.0), precision=precision) for precision in (0.9, 0.7))
    assert strict.after.precision.value >= 0.88
    assert loose.after.precision.value >= 0.68
    assert loose.after.coverage.value > strict.after.coverage.value
    assert loose.model.answer_at < strict.model.answer_at
    assert (strict.model.precision, loose.model.precision) == (0.9, 0.7)


def test_a_precision_between_those_kept_gets_a_point_of_its_own() -> None:
    found = run(drawn(300, 1.0, 0.0), precision=0.83)
    assert 0.83 in [point.precision for point in found.model.curve]
    assert found.model.at_precision(0.83) == found.model


def test_intervals_hold_their_values_within_their_range() -> None:
    found = run(drawn(200, 0.5, -1.0))
    for side in (found.before, found.after):
        for name in ("calibration_error", "brier_score", "precision", "coverage"):
            interval = getattr(side, name)
            assert 0 <= interval.low <= interval.high <= 1
    coverage = found.before.coverage
    assert coverage.low < coverage.value < coverage.high


def test_the_same_labels_give_the_same_result() -> None:
    data = drawn(200, 0.5, -1.0)
    assert run(data, seed=3) == run(data, seed=3)


def test_the_result_is_plain_json() -> None:
    found = run(drawn(200, 0.5, -1.0))
    written = json.loads(json.dumps(found.to_dict()))
    assert (written["preset"], written["way"], written["questions"]) == ("lexical", found.way, 200)
    assert written["groups"] == 100
    assert written["after"]["precision"]["value"] == found.after.precision.value
    assert math.isclose(written["risk_coverage"][-1]["coverage"], 1.0)
    assert written["thresholds"][0]["precision"] == 0.5


def test_the_provenance_says_how_the_model_was_made() -> None:
    found = run(drawn(200, 0.5, -1.0))
    assert found.model.provenance == {"way": found.way, "faq": "faq.csv"}
