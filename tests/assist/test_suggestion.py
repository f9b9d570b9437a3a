from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from faqsearch import (
    ConfidenceModel,
    Decision,
    FaqEntry,
    KnowledgeBase,
    Suggestion,
    load,
    load_confidence_model,
    sample_path,
)
from faqsearch.assist import LogisticModel, PresetModel
from faqsearch.assist import suggest as suggest_with
from faqsearch.assist.features import FEATURES
from faqsearch.entry import Audience
from faqsearch.errors import EncoderError
from faqsearch.inquiry import read_inquiry
from faqsearch.ranking import Preset
from faqsearch.view import View

N = len(FEATURES)
JUST_ABOVE_HALF = math.nextafter(0.5, 1)
ENTRIES = tuple(
    # Of different categories, so that none is asked back for.
    FaqEntry(
        id=f"faq-{number:02}",
        question=f"送料について{number}",
        answer="送料は550円です。",
        category=f"{number}",
    )
    for number in range(12)
)


def always(probability: float) -> LogisticModel:
    """A model that says the same of everything; one half comes out exactly."""
    intercept = math.log(probability / (1 - probability))
    return LogisticModel(means=(0.0,) * N, scales=(1.0,) * N, weights=(0.0,) * N, intercept=intercept)


def suggest(text: str = "送料", entries: tuple[FaqEntry, ...] = ENTRIES, **model: Any) -> Suggestion:
    base = KnowledgeBase(entries, preset="lexical", confidence_model=model_of(**model))
    return base.suggest(text)


def model_of(**changes: Any) -> ConfidenceModel:
    values = {
        "first": always(0.5),
        "among_three": always(0.5),
        "answer_at": 1.0,
        "choose_at": 1.0,
        "precision": 0.9,
        "curve": (),
        "preset": "lexical",
        "provenance": {},
    }
    model = PresetModel(**{**values, **changes})
    return ConfidenceModel(by_preset={model.preset: model})


@pytest.mark.parametrize(
    ("answer_at", "choose_at", "decision", "offers"),
    [
        (0.5, 0.5, Decision.ANSWER, 1),
        (0.5, 1.0, Decision.ANSWER, 1),
        (JUST_ABOVE_HALF, 0.5, Decision.CHOOSE, 3),
        (JUST_ABOVE_HALF, JUST_ABOVE_HALF, Decision.HAND_OVER, 0),
        (1.0, 0.001, Decision.CHOOSE, 3),
    ],
)
def test_a_threshold_is_reached_by_the_very_value(
    answer_at: float, choose_at: float, decision: Decision, offers: int
) -> None:
    suggestion = suggest(answer_at=answer_at, choose_at=choose_at)
    assert suggestion.decision is decision
    assert suggestion.confidence == 0.5
    assert suggestion.offers == suggestion.candidates[:offers]


def test_the_choice_is_decided_by_the_model_of_three() -> None:
    sure_of_three = suggest(first=always(0.2), among_three=always(0.9), answer_at=0.5, choose_at=0.8)
    assert (sure_of_three.decision, round(sure_of_three.confidence, 12)) == (Decision.CHOOSE, 0.2)
    unsure = suggest(first=always(0.2), among_three=always(0.7), answer_at=0.5, choose_at=0.8)
    assert unsure.decision is Decision.HAND_OVER


def test_two_hits_are_offered_as_two() -> None:
    suggestion = suggest(entries=ENTRIES[:2], choose_at=0.5)
    assert (suggestion.decision, [hit.id for hit in suggestion.offers]) == (
        Decision.CHOOSE,
        ["faq-00", "faq-01"],
    )


def test_a_single_hit_is_never_offered_as_a_choice() -> None:
    assert suggest(entries=ENTRIES[:1], choose_at=0.01).decision is Decision.HAND_OVER
    assert suggest(entries=ENTRIES[:1], choose_at=0.01, answer_at=0.01).decision is Decision.ANSWER


@pytest.mark.parametrize("text", ["", "宇宙船", "教えてください"])
def test_without_a_hit_nothing_is_answered_however_sure_the_model(text: str) -> None:
    sure = {"first": always(0.99), "among_three": always(0.99), "answer_at": 0.001, "choose_at": 0.001}
    suggestion = suggest(text, **sure)
    assert (suggestion.decision, suggestion.confidence) == (Decision.HAND_OVER, 0.0)
    assert (suggestion.offers, suggestion.candidates) == ((), ())
    assert {item.feature for item in suggestion.evidence} == set(FEATURES)


def test_the_candidates_are_the_ten_best_hits_of_a_search() -> None:
    base = KnowledgeBase(ENTRIES)
    suggestion = base.suggest("送料について7")
    assert suggestion.candidates == base.search("送料について7", k=10).hits
    assert suggestion.candidates[0].id == "faq-07"
    assert (suggestion.audience, suggestion.preset, suggestion.revision) == (Audience.PUBLIC, "lexical", 1)


def test_the_evidence_adds_up_to_the_confidence() -> None:
    model = load_confidence_model().for_preset("lexical")
    suggestion = load(sample_path("shop"), preset="lexical").suggest("返品送料")
    log_odds = model.first.intercept + sum(item.contribution for item in suggestion.evidence)
    assert 0.05 < suggestion.confidence < 0.98
    assert suggestion.confidence == pytest.approx(1 / (1 + math.exp(-log_odds)), abs=1e-12)


def test_the_evidence_names_every_feature_once_the_strongest_first() -> None:
    suggestion = KnowledgeBase(ENTRIES).suggest("送料について7")
    assert sorted(item.feature for item in suggestion.evidence) == sorted(FEATURES)
    assert all(item.description == FEATURES[item.feature] for item in suggestion.evidence)
    strengths = [abs(item.contribution) for item in suggestion.evidence]
    assert strengths == sorted(strengths, reverse=True)


def test_equally_strong_evidence_keeps_the_order_of_the_features() -> None:
    assert [item.feature for item in suggest().evidence] == list(FEATURES)


def test_more_of_the_inquiry_in_the_entry_makes_more_confident() -> None:
    base = load(sample_path("shop"), preset="lexical")
    exact = base.suggest("返品送料")
    diluted = base.suggest("返品送料ゼグロフ")
    assert exact.candidates[0].id == diluted.candidates[0].id
    assert exact.confidence > diluted.confidence


def test_search_and_evidence_come_from_one_state_however_soon_an_edit_follows() -> None:
    base = KnowledgeBase(ENTRIES)
    before = base.suggest("送料について7")
    inner = base._audiences[Audience.PUBLIC]

    class EditedAtOnce:
        """An engine whose base is edited as soon as somebody has looked at it."""

        analyzer = inner.analyzer
        search = inner.search
        context = inner.context

        @property
        def view(self) -> View:
            view = inner.view
            base.delete(*(entry.id for entry in ENTRIES[1:]))
            return view

    engine: Any = EditedAtOnce()
    assert suggest_with(engine, load_confidence_model(), read_inquiry("送料について7")) == before
    assert base.revision() == before.revision + 1


# --- Which preset ranked


def test_each_preset_is_judged_by_its_own_model() -> None:
    model = model_of(first=always(0.8)).updated(
        *model_of(first=always(0.3), preset="bm25").by_preset.values()
    )
    for preset, confidence in (("lexical", 0.8), ("bm25", 0.3)):
        suggestion = KnowledgeBase(ENTRIES, preset=preset, confidence_model=model).suggest("送料")
        assert (suggestion.preset, round(suggestion.confidence, 12)) == (preset, confidence)
        assert suggestion.calibrated


def test_a_preset_that_nothing_was_fitted_on_is_judged_with_care_and_told_so() -> None:
    model = model_of(first=always(0.8), among_three=always(0.8), answer_at=0.7, choose_at=0.5)
    fitted = KnowledgeBase(ENTRIES, preset="lexical", confidence_model=model).suggest("送料")
    other = KnowledgeBase(ENTRIES, preset="tfidf", confidence_model=model).suggest("送料")
    assert (fitted.decision, fitted.calibrated) == (Decision.ANSWER, True)
    # The thresholds are 0.85 and 0.75 now.
    assert (other.decision, other.calibrated) == (Decision.CHOOSE, False)


def test_what_ranks_while_the_encoder_is_away_is_judged_by_its_own_model() -> None:
    base = KnowledgeBase(ENTRIES, preset="lexical", confidence_model=model_of(first=always(0.8)))
    engine = base._audiences[Audience.PUBLIC]

    class Away:
        """Ranks nothing: its encoder is away."""

        requires = frozenset[str]()

        def score(self, snapshot: Any, query: Any) -> Any:
            raise EncoderError("away")

    view = engine.view
    hybrid = Preset(name="hybrid", description="x", ranker=Away())  # type: ignore[arg-type]
    engine.publish(dataclasses.replace(view, preset=hybrid, fallback=view.preset))
    model = model_of(first=always(0.8)).updated(
        *model_of(first=always(0.3), preset="hybrid").by_preset.values()
    )
    found = suggest_with(engine, model, read_inquiry("送料"))
    assert (found.preset, round(found.confidence, 12), found.calibrated) == ("lexical", 0.8, True)


# --- Lists


def test_items_of_a_list_are_ranked_with_their_topic() -> None:
    raw = "貴社のギフトカードについてお伺いします。\n・有効期限\n・払い戻しの可否\n以上2点、ご教示ください。"
    suggestion = load(sample_path("shop"), preset="lexical").suggest(raw, channel="mail")
    assert [(one.text, one.candidates[0].id) for one in suggestion.questions] == [
        ("有効期限", "shop-038"),
        ("払い戻しの可否", "shop-038"),
    ]


def test_each_of_several_things_in_one_sentence_finds_its_entry() -> None:
    base = load(sample_path("shop"), preset="lexical")
    found = base.suggest("1.退会方法 2.ポイントの有効期限 3.海外発送の可否を教えてください")
    assert [one.candidates[0].id for one in found.questions] == ["shop-109", "shop-121", "shop-068"]
    pair = base.suggest("退会方法と、ポイントの有効期限を教えてください")
    assert [one.candidates[0].id for one in pair.questions] == ["shop-109", "shop-121"]
    assert pair.decision is Decision.CHOOSE
