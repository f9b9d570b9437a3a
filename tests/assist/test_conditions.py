"""What a base teaches about its conditions, and what a text denies."""

from __future__ import annotations

import pytest

from faqsearch import FaqEntry, KnowledgeBase, PlainAnalyzer
from faqsearch.assist.conditions import condition_kinds, opposite, plain, signed_words
from faqsearch.entry import Audience

ANALYZER = KnowledgeBase((), preset="lexical").analyzer


def kinds(*questions: str) -> dict[str, int]:
    base = KnowledgeBase(
        [FaqEntry(id=f"q-{n}", question=text, answer="はい。") for n, text in enumerate(questions)],
        preset="lexical",
    )
    return dict(condition_kinds(base.analyzer, base._audiences[Audience.PUBLIC].view))


def test_what_stands_in_brackets_after_the_same_question_is_of_one_kind() -> None:
    found = kinds("休みたい（日勤の方）", "休みたい（夜勤の方）", "給与明細（紙）", "給与明細（電子）")
    assert found["日勤"] == found["夜勤"]
    assert found["紙"] == found["電子"]
    assert found["日勤"] != found["紙"]


def test_kinds_that_share_a_word_are_one_and_so_are_they_with_an_everyday_one() -> None:
    found = kinds("休みたい（日勤）", "休みたい（夜勤）", "出たい（夜勤）", "出たい（会員）")
    assert found["日勤"] == found["夜勤"] == found["会員"] == found["法人"]


def test_a_bracket_that_stands_alone_teaches_nothing_and_shared_words_neither() -> None:
    found = kinds("監査の記録（ログ）", "払いたい（カード払い）", "払いたい（コンビニ払い）")
    assert "ログ" not in found
    assert "払い" not in found
    assert found["カード"] == found["コンビニ"]


def test_kinds_are_learnt_anew_after_an_edit() -> None:
    base = KnowledgeBase((), preset="lexical")
    for name in ("日勤", "夜勤"):
        base.upsert(FaqEntry(id=name, question=f"休みたい（{name}）", answer="はい。"))
        known = "日勤" in condition_kinds(base.analyzer, base._audiences[Audience.PUBLIC].view)
        assert known is (name == "夜勤")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("会員ではないのですが", "会員"),
        ("会員登録していません", "会員"),
        ("登録していない場合", "登録"),
        ("未登録の場合", "登録"),
        ("非会員です", "会員"),
        ("会員以外の購入", "会員"),
    ],
)
def test_what_a_text_denies_is_a_word_of_its_own(text: str, word: str) -> None:
    found = signed_words(ANALYZER, text)
    assert opposite(word) in found
    assert word not in found
    assert plain(opposite(word)) == word == opposite(opposite(word))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("会員ですがログインできない", "会員"),
        ("会員なのに入れない", "会員"),
        ("会員になれませんか", "会員"),
        ("登録できないでしょうか", "登録"),
        ("登録している場合", "登録"),
    ],
)
def test_what_is_asked_for_or_denied_of_something_else_is_not_denied(text: str, word: str) -> None:
    assert word in signed_words(ANALYZER, text)


def test_any_analyzer_serves() -> None:
    assert signed_words(PlainAnalyzer(tokenize=str.split, name="split"), "red shoes") == {"red", "shoes"}
