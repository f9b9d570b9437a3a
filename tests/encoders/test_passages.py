from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.encoders import cut_passages
from faqsearch.encoders.passages import _joins
from faqsearch.errors import InputError

MIXED = st.text(
    st.sampled_from("あア漢a1。！？、.・」) \n\r\u3000\u0301か゚ﾞ👨\u200d👩🏽🇯🇵\ufe0f\0\ud800"), max_size=300
) | st.text(max_size=300)
SIZES = st.integers(1, 60)


@pytest.mark.parametrize(
    ("text", "size", "overlap", "passages"),
    [
        ("", 10, 0, ()),
        (" \n\u3000", 10, 0, ()),
        ("短い。", 10, 0, ("短い。",)),
        ("一番目。二番目。三番目。", 8, 0, ("一番目。二番目。", "三番目。")),
        ("一番目。二番目。三番目。", 8, 4, ("一番目。二番目。", "二番目。三番目。")),
        ("「一番目。」二番目。", 6, 0, ("「一番目。」", "二番目。")),
        ("一行目\n\n二行目\r\n三行目", 5, 0, ("一行目", "二行目", "三行目")),
        ("Ver.2.0です. 次の文", 12, 0, ("Ver.2.0です.", "次の文")),
        ("本当に！？はい。", 5, 0, ("本当に！？", "はい。")),
        ("長い文は、読点で、切ります", 6, 0, ("長い文は、", "読点で、", "切ります")),
        ("あいうえおかき", 3, 0, ("あいう", "えおか", "き")),
        ("かか\u309aか", 2, 0, ("か", "か\u309a", "か")),
        ("あ🇯🇵🇺🇸", 2, 0, ("あ", "🇯🇵", "🇺🇸")),
        ("あ。\u0301い。", 3, 0, ("あ。\u0301", "い。")),
        ("あい👍🏽", 3, 0, ("あい", "👍🏽")),
        ("a" + "\u0301" * 4, 2, 0, ("a\u0301", "\u0301\u0301", "\u0301")),
    ],
)
def test_a_text_is_cut_where_a_reader_would(
    text: str, size: int, overlap: int, passages: tuple[str, ...]
) -> None:
    assert cut_passages(text, size, overlap) == passages


@given(MIXED, SIZES)
def test_passages_together_hold_every_character_but_blanks_at_their_ends(text: str, size: int) -> None:
    passages = cut_passages(text, size)
    assert "".join("".join(passages).split()) == "".join(text.split())
    position = 0
    for passage in passages:
        found = text.find(passage, position)
        assert text[position:found].strip() == ""
        position = found + len(passage)
    assert text[position:].strip() == ""


@given(MIXED, SIZES, st.integers(0, 59))
def test_no_passage_is_blank_or_too_long(text: str, size: int, overlap: int) -> None:
    for passage in cut_passages(text, size, min(overlap, size - 1)):
        assert 0 < len(passage) <= size
        assert passage == passage.strip()


@given(MIXED, st.integers(30, 60), st.integers(1, 29))
def test_with_an_overlap_passages_stand_in_the_text_and_leave_nothing_out(
    text: str, size: int, overlap: int
) -> None:
    covered, position = 0, 0
    for passage in cut_passages(text, size, overlap):
        position = text.find(passage, position)
        assert position >= 0
        assert text[covered : max(position, covered)].strip() == ""
        covered = max(covered, position + len(passage))
    assert text[covered:].strip() == ""


@given(MIXED)
def test_no_cut_falls_inside_a_character(text: str) -> None:
    position = 0
    for passage in cut_passages(text, 400):
        position = text.find(passage, position)
        assert not _joins(text, position) or text[position - 1].isspace()
        position += len(passage)


def test_a_very_long_text_is_cut_in_proportion_to_its_length() -> None:
    assert len(cut_passages("あ" * 1_000_000, 100)) == 10_000
    assert cut_passages("\n" * 1_000_000, 100) == ()


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (-1, 0), (10, 10), (10, -1), (1.5, 0), (10, "1")])
def test_a_size_or_overlap_out_of_range_is_an_input_error(size: int, overlap: int) -> None:
    with pytest.raises(InputError):
        cut_passages("text", size, overlap)
