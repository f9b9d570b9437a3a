"""What refers back is answered only where suggesting is sure of it, on the sample base of a shop."""

from __future__ import annotations

import datetime as dt

import pytest

from faqsearch import KnowledgeBase, read_entries, sample_path
from faqsearch.dialogue import Dialogue, Outcome, Say, Turn
from faqsearch.entry import JAPAN

NOW = dt.datetime(2026, 12, 1, 12, tzinfo=JAPAN)
GUEST, MEMBER = "注文をキャンセルしたい（ゲスト購入の方）", "注文をキャンセルしたい（会員の方）"


@pytest.fixture(scope="module")
def shop() -> Dialogue:
    base = KnowledgeBase(read_entries(sample_path("shop")), preset="lexical", clock=lambda: NOW)
    return Dialogue(base, clock=lambda: NOW)


def talk(dialogue: Dialogue, *texts: str) -> Turn:
    turn = dialogue.start()
    for text in texts:
        turn = dialogue.reply(turn.state, text)
    return turn


def said(turn: Turn) -> list[Say]:
    return [one.say for one in turn.state.lines[-1].bot if one.say is not Say.OPTION]


def offered(turn: Turn) -> list[str]:
    return [choice.label for choice in turn.choices if choice.entry_id]


@pytest.mark.parametrize(
    "texts",
    [
        ("アイス", "ab"),
        ("あいうえお7", "あいうえお8"),
        ("-1", "{{7*7}} {% import os %}"),
        ("送料はいくらですか", "ab"),
        ("送料はいくらですか", "ζξψω"),
    ],
)
def test_what_may_not_refer_back_at_all_is_no_answer(shop: Dialogue, texts: tuple[str, str]) -> None:
    assert talk(shop, *texts).messages[0].entry_id == ""


def test_a_follow_up_that_nothing_is_sure_of_is_a_choice(shop: Dialogue) -> None:
    turn = talk(shop, "注文をキャンセルしたい", "会員です", "じゃあゲストの場合は？", "それって送料かかる？")
    assert said(turn) == [Say.CHOOSE]
    assert "送料はいくらですか？何円以上で無料になりますか？" in offered(turn)


def test_a_follow_up_that_suggesting_is_sure_of_is_an_answer(shop: Dialogue) -> None:
    turn = talk(shop, "注文をキャンセルしたい", "会員です", "じゃあゲストの場合は？")
    assert said(turn) == [Say.ANSWER, Say.SOLVED]
    assert turn.messages[0].text.startswith(f"「{GUEST}」")


def test_what_has_no_choice_of_its_own_gets_the_one_of_the_completed_question(shop: Dialogue) -> None:
    turn = talk(shop, "置き配にしたい", "なくなってたらどうなる？")
    assert said(turn) == [Say.CHOOSE]
    assert "置き配で届いたはずの荷物が見当たりません" in offered(turn)


@pytest.mark.parametrize("text", ["それはいくら？", "それはいつまで？"])
def test_what_a_choice_ruled_out_is_not_offered_again(shop: Dialogue, text: str) -> None:
    turn = talk(shop, "注文をキャンセルしたい", "ゲスト", text)
    assert said(turn) == [Say.CHOOSE]
    assert MEMBER not in offered(turn)


def test_what_a_choice_ruled_out_comes_back_when_it_is_named(shop: Dialogue) -> None:
    turn = talk(shop, "注文をキャンセルしたい", "ゲスト", "じゃあ会員の場合は？")
    assert turn.messages[0].text.startswith(f"「{MEMBER}」")


def test_still_not_clear_after_other_words_were_asked_for_brings_a_person(shop: Dialogue) -> None:
    turn = talk(shop, "じゃあ海外は？", "いいえ", "まだわからない")
    assert turn.outcome is Outcome.HAND_OVER
