from __future__ import annotations

import numpy as np
import pytest

from faqsearch import FaqEntry, KnowledgeBase
from faqsearch.assist.features import FEATURES
from faqsearch.assist.observations import LabelledQuestion, Observation, laid_out, observe

ENTRIES = (
    FaqEntry(id="return", question="返品の送料は誰が払いますか", answer="お客様です。", category="返品"),
    FaqEntry(id="receipt", question="領収書は発行できますか", answer="できます。", category="支払い"),
    FaqEntry(id="point", question="ポイントの有効期限はいつですか", answer="一年です。", category="会員"),
)
TWO = (
    "お世話になります。\n1. 返品の送料は誰が払いますか。\n2. 領収書は発行できますか。\nよろしくお願いします。"
)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES, preset="lexical")


def label(text: str, *right: str) -> LabelledQuestion:
    return LabelledQuestion(text=text, right=frozenset(right))


def test_an_observation_holds_the_evidence_and_the_truth(base: KnowledgeBase) -> None:
    suggestion = base.suggest("領収書がほしい", "mail")
    [one] = observe("q1", suggestion, [label("領収書がほしい", "receipt")])
    values = {item.feature: item.value for item in suggestion.evidence}
    assert one == Observation(
        inquiry="q1",
        channel="mail",
        preset="lexical",
        features=tuple(values[name] for name in FEATURES),
        score=suggestion.candidates[0].score,
        right=frozenset({"receipt"}),
        first_right=True,
        three_right=True,
    )


def test_what_nothing_answers_is_wrong_whatever_comes_first(base: KnowledgeBase) -> None:
    [one] = observe("q1", base.suggest("領収書がほしい"), [label("領収書がほしい")])
    assert (one.first_right, one.three_right, one.right) == (False, False, frozenset())


def test_an_inquiry_that_finds_nothing_is_observed(base: KnowledgeBase) -> None:
    [one] = observe("q1", base.suggest(""), [label("", "receipt")])
    assert (one.score, one.first_right, one.features) == (0.0, False, (0.0,) * len(FEATURES))


def test_each_question_is_judged_by_its_own_label(base: KnowledgeBase) -> None:
    suggestion = base.suggest(TWO, "mail")
    labels = [label("領収書は発行できますか。", "receipt"), label("返品の送料は誰が 払いますか。", "point")]
    first, second = observe("q1", suggestion, labels)
    assert (first.right, first.first_right) == (frozenset({"point"}), False)
    assert (second.right, second.first_right) == (frozenset({"receipt"}), True)


def test_a_label_of_the_whole_counts_for_each_of_its_questions(base: KnowledgeBase) -> None:
    found = observe("q1", base.suggest(TWO, "mail"), [label(TWO, "return", "receipt")])
    assert [one.first_right for one in found] == [True, True]


def test_a_question_that_no_label_names_is_judged_by_all(base: KnowledgeBase) -> None:
    found = observe("q1", base.suggest(TWO, "mail"), [label("別の質問", "return"), label("他", "receipt")])
    assert [one.right for one in found] == [frozenset({"return", "receipt"})] * 2


def test_observations_are_laid_out_as_arrays(base: KnowledgeBase) -> None:
    rows = [
        *observe("q1", base.suggest("領収書"), [label("", "receipt")]),
        *observe("q2", base.suggest("ポイント"), [label("")]),
    ]
    data = laid_out(rows, ["a", "b"])
    assert data.features.tolist() == [list(row.features) for row in rows]
    assert data.first_right.tolist() == data.three_right.tolist() == [True, False]
    assert data.answerable.tolist() == [True, False]
    assert data.groups == ["a", "b"]
    assert laid_out([], []).features.shape == (0, len(FEATURES))
    assert data.first_right.dtype == np.bool_
