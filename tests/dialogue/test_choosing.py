from __future__ import annotations

import pytest

from faqsearch.dialogue import Choice
from faqsearch.dialogue.choosing import is_outside, pick
from faqsearch.dialogue.state import ChoiceKind
from faqsearch.knowledge_base import KnowledgeBase

ENTRIES = (
    Choice(kind=ChoiceKind.ENTRY, label="注文をキャンセルしたい（会員の方）", entry_id="member"),
    Choice(kind=ChoiceKind.ENTRY, label="注文をキャンセルしたい（ゲスト購入の方）", entry_id="guest"),
    Choice(kind=ChoiceKind.ENTRY, label="キャンセルのメールが届きました", entry_id="mail"),
)
NONE = Choice(kind=ChoiceKind.NONE, label="どれにも当てはまらない")
PERSON = Choice(kind=ChoiceKind.PERSON, label="担当者に相談する")
CHOICES = (*ENTRIES, NONE, PERSON)


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1", "member"),
        ("２番です", "guest"),
        ("③", "mail"),
        ("三番目の", "mail"),
        ("その1", "member"),
        ("2でお願いします", "guest"),
        ("一番上の", "member"),
        ("最初のやつ", "member"),
        ("真ん中", "guest"),
        ("いちばん下", "mail"),
        ("最後のです", "mail"),
        ("注文をキャンセルしたい（ゲスト購入の方）", "guest"),
        ("ゲスト購入です", "guest"),
        ("「会員」のほう", "member"),
        ("「メール」", "mail"),
        ("メールが届いた", "mail"),
    ],
)
def test_an_entry_is_picked_by_number_place_label_and_words(
    base: KnowledgeBase, text: str, picked: str
) -> None:
    chosen = pick(CHOICES, text, _terms(base))
    assert chosen is not None
    assert chosen.entry_id == picked


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("4", NONE),
        ("どれでもない", NONE),
        ("どれも違います", NONE),
        ("この中にはないです", NONE),
        ("当てはまらない", NONE),
        ("5", PERSON),
        ("担当者に相談する", PERSON),
    ],
)
def test_the_other_choices_are_picked_too(base: KnowledgeBase, text: str, picked: Choice) -> None:
    assert pick(CHOICES, text, _terms(base)) == picked


@pytest.mark.parametrize(
    "text",
    [
        "キャンセル",
        "注文をキャンセルしたい",
        "6",
        "0",
        "99",
        "-1",
        "－２",
        "−1番です",
        "送料はいくら",
        "",
        "「キャンセル」",
        "1" * 200,
        "ゲストの送料",
    ],
)
def test_what_is_not_certain_picks_nothing(base: KnowledgeBase, text: str) -> None:
    assert pick(CHOICES, text, _terms(base)) is None


def test_nothing_is_picked_where_nothing_is_offered(base: KnowledgeBase) -> None:
    assert pick((), "1", _terms(base)) is None
    assert pick((PERSON,), "一番上", _terms(base)) is None


def test_a_number_beyond_the_choices_is_noticed() -> None:
    texts = ("6", "0番", "-1", "−２番", "5", "- 1", "1つ足りない", "送料")
    assert [is_outside(CHOICES, text) for text in texts] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def _terms(base: KnowledgeBase):
    def terms(text: str) -> tuple[str, ...]:
        return tuple(base.analyzer.analyze(text).layers[base.analyzer.layers[0]].terms)

    return terms
