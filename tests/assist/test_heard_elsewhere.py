"""Where what was kept finds no answer, what was taken for somebody else's words is looked at."""

from __future__ import annotations

from faqsearch import Decision, KnowledgeBase, load, sample_path

BASE: KnowledgeBase = load(sample_path("shop"), preset="lexical")
QUOTED = "> 返品の送料はどちらが負担しますか\n\n"


def test_a_question_in_a_quote_is_offered_where_nothing_else_is_found_but_never_answered() -> None:
    found = BASE.suggest(f"{QUOTED}上記の件、まだでしょうか。", "mail")
    assert found.decision is Decision.CHOOSE
    assert found.offers[0].id == found.candidates[0].id == "shop-087"
    assert [question.text for question in found.questions] == [
        "返品の送料はどちらが負担しますか",
        "上記の件、まだでしょうか。",
    ]
    assert found.reading.text[found.questions[0].start : found.questions[0].end] == QUOTED
    assert found.confidence == found.questions[0].confidence


def test_a_quote_stays_out_where_the_inquiry_itself_is_answered() -> None:
    alone = BASE.suggest("ポイントの有効期限はいつまでですか。", "mail")
    found = BASE.suggest(f"{QUOTED}ポイントの有効期限はいつまでですか。", "mail")
    assert found.decision is alone.decision is Decision.ANSWER
    assert [hit.id for hit in found.candidates] == [hit.id for hit in alone.candidates]


def test_a_quote_that_finds_nothing_either_changes_nothing() -> None:
    found = BASE.suggest("> 御社の株を買いたい\n\n上記の件、まだでしょうか。", "mail")
    assert found.decision is Decision.HAND_OVER
    assert found.offers == ()
