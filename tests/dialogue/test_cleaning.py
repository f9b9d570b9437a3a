from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.dialogue.cleaning import MAX_TEXT, clean, essence, folded, hear


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("送\u200b料\ufeffは\u202eいくら\u2069", "送料はいくら"),
        ("\x1b[31m送料\x00は\x07", "[31m送料 は"),
        ("  送料 \t は\u3000いくら  ", "送料 は いくら"),
        ("一行目 \r\n\r\n  二行目\r三行目", "一行目\n二行目\n三行目"),
        ("\ud800送料\udfff\uffff\ufffd", "送料"),
        ("\u200b\u202e\x00 \n", ""),
        ("<script>alert(1)</script> {{ 7*7 }}", "<script>alert(1)</script> {{ 7*7 }}"),
    ],
)
def test_what_nobody_sees_is_taken_out(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(st.text(st.characters(codec=None)))
def test_a_cleaned_text_is_clean(raw: str) -> None:
    heard = hear(raw)
    assert clean(heard.text) == heard.text
    assert not any("\ud800" <= character <= "\udfff" for character in heard.text)


def test_a_turn_is_cut_at_its_longest_and_says_so() -> None:
    fits, longer, flood = hear("あ" * MAX_TEXT), hear("あ" * (MAX_TEXT + 1)), hear("あ" * 1_000_000)
    assert (len(fits.text), fits.cut) == (MAX_TEXT, False)
    assert (len(longer.text), longer.cut) == (MAX_TEXT, True)
    assert (len(flood.text), flood.cut) == (MAX_TEXT, True)


def test_a_flood_of_nothing_leaves_nothing() -> None:
    heard = hear("\x00" * 1_000_000 + "送料")
    assert (heard.text, heard.cut) == ("", True)


def test_texts_are_compared_without_case_width_and_marks() -> None:
    assert folded("「ＯＫ！」") == folded("ok") == "ok"
    assert essence("送料は、いくら？？") == essence("送料はいくら") != essence("送料はいくつ")
