"""Texts with their readings."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faqsearch.analysis import Analyzer, NgramAnalyzer, Reader, ReadText, SudachiAnalyzer, read_kana
from faqsearch.analysis.read_text import MOST_READ

SUDACHI = SudachiAnalyzer()


def pieces(read: ReadText) -> list[tuple[str, str, bool]]:
    if not read.words:
        return []
    ends = [*zip(read.text_starts[1:], read.kana_starts[1:], strict=True), (len(read.text), len(read.kana))]
    starts = zip(read.text_starts, read.kana_starts, strict=True)
    return [
        (read.text[start:end], read.kana[first:last], bool(word))
        for (start, first), (end, last), word in zip(starts, ends, read.words, strict=True)
    ]


def test_a_reading_is_shared_out_among_kanji_and_kana() -> None:
    assert pieces(SUDACHI.read("引っ越しの転居届")) == [
        ("引", "ひ", True),
        ("っ", "っ", False),
        ("越", "こ", False),
        ("し", "し", False),
        ("の", "の", False),
        ("転居", "てんきょ", True),
        ("届", "とどけ", True),
    ]


def test_a_long_unit_is_cut_where_its_parts_are_read_as_it_is() -> None:
    assert pieces(SUDACHI.read("申込書")) == [("申込", "もうしこみ", True), ("書", "しょ", True)]


def test_what_has_no_reading_to_trust_is_said_as_it_is_written() -> None:
    assert SUDACHI.read("2段階 qxjv！").kana == "2だんかい qxjv!"


def test_width_and_case_do_not_matter() -> None:
    assert SUDACHI.read("ｸﾚｼﾞｯﾄカードとＷｉＦｉ") == SUDACHI.read("クレジットカードとwifi")
    assert SUDACHI.read("ｸﾚｼﾞｯﾄ").kana == "くれじっと"


def test_words_of_the_owner_are_read_as_the_owner_says(with_own_words: SudachiAnalyzer) -> None:
    assert with_own_words.read("匠庵の予約").kana == "たくみあんのよやく"


def test_without_a_dictionary_kana_alone_are_read() -> None:
    assert pieces(read_kana("パスワードの再設定 A1")) == [
        ("パスワード", "ぱすわーど", True),
        ("の", "の", False),
        ("再設定", "再設定", True),
        (" ", " ", True),
        ("a", "a", True),
        ("1", "1", True),
    ]


@pytest.mark.parametrize(("analyzer", "reads"), [(SUDACHI, True), (NgramAnalyzer(), False)])
def test_an_analyzer_may_be_a_reader(analyzer: Analyzer, reads: bool) -> None:
    assert isinstance(analyzer, Reader) is reads


@pytest.mark.parametrize("read", [SUDACHI.read, read_kana])
def test_a_long_text_is_read_from_its_beginning(read: Reader) -> None:
    for text in ("転" * 500, "カ" * 500, "あ" * 500, "返品の送料は?" * 80):
        found = read(text)  # type: ignore[operator]
        assert text.startswith(found.text)
        assert 100 < max(len(found.text), len(found.kana)) <= MOST_READ


@pytest.mark.parametrize(
    ("kana_end", "written"),
    [(1, "引"), (2, "引っ"), (3, "引っ越"), (4, "引っ越し"), (6, "引っ越しの転居"), (13, "引っ越しの転居届")],
)
def test_what_is_said_ends_behind_whole_kanji(kana_end: int, written: str) -> None:
    read = SUDACHI.read("引っ越しの転居届")
    assert read.text[: read.text_end(min(kana_end, len(read.kana)))] == written


@given(st.text(max_size=80))
@example("")
@example("\ud800㌔か\u3099👨‍👩‍👧")
@example("ア・イ・ウ・エ・オ")
def test_any_text_is_read_in_pieces_that_cover_it(text: str) -> None:
    for read in (SUDACHI.read(text), read_kana(text)):
        found = pieces(read)
        assert "".join(one for one, _, _ in found) == read.text
        assert "".join(one for _, one, _ in found) == read.kana
        assert all(written and said for written, said, _ in found)
        assert not found or found[0][2]
        ends = [read.text_end(end) for end in range(1, len(read.kana) + 1)]
        assert ends == sorted(ends)
        assert not ends or (ends[0] > 0 and ends[-1] == len(read.text))
