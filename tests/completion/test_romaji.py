"""Kana and romaji as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faqsearch.completion.romaji import KANA_OF, mended, spellings


def read(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.kana, tuple(sorted(one.endings))) for one in spellings(text)]


@pytest.mark.parametrize(
    ("typed", "kana"),
    [
        ("hikkoshi", "ひっこし"),
        ("hikkosi", "ひっこし"),
        ("ひっこし", "ひっこし"),
        ("ヒッコシ", "ひっこし"),
        ("ひっkoシ", "ひっこし"),
        ("tetsuduki", "てつづき"),
        ("matcha", "まっちゃ"),
        ("shimbun'ya", "しんぶんや"),
        ("sa-ba-", "さーばー"),
        ("kyanseru", "きゃんせる"),
        ("jidou", "じどう"),
        ("xtuxya", "っゃ"),
        ("henkann", "へんかん"),
        ("wo", "を"),
        ("2dannkai", "2だんかい"),
        ("へんぴん・kouかん", "へんぴん・こうかん"),
        ("-a-1-", "-あー1-"),
    ],
)
def test_a_finished_text_is_read_in_one_way(typed: str, kana: str) -> None:
    assert read(typed) == [(kana, ("",))]


@pytest.mark.parametrize(
    ("typed", "kana", "endings"),
    [
        ("hikk", "ひっ", ("か", "き", "く", "け", "こ", "っ")),
        ("しゃt", "しゃ", ("た", "ち", "っ", "つ", "て", "と")),
        # None of them is the beginning of another: し finds しゃ as well.
        ("sh", "", ("し",)),
        ("ky", "", ("きぃ", "きぇ", "きゃ", "きゅ", "きょ")),
        ("n", "", ("な", "に", "ぬ", "ね", "の", "ん")),
        ("hen", "へ", ("な", "に", "ぬ", "ね", "の", "ん")),
        ("henn", "へん", ("",)),
        ("shim", "し", ("ま", "み", "む", "め", "も", "っ", "ん")),
        ("xts", "", ("っ",)),
    ],
)
def test_letters_of_an_unfinished_syllable_become_all_that_they_may(
    typed: str, kana: str, endings: tuple[str, ...]
) -> None:
    assert read(typed) == [(kana, tuple(sorted(endings)))]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("onna", ["おんあ", "おんな"]),
        ("konnyaku", ["こんにゃく", "こんやく"]),
        ("kinnenn", ["きんえん", "きんねん"]),
        ("tannni", ["たんに"]),
    ],
)
def test_nn_before_a_vowel_is_read_both_as_machines_and_as_people_have_it(
    typed: str, found: list[str]
) -> None:
    assert sorted(kana for kana, _ in read(typed)) == found


@pytest.mark.parametrize("text", ["", "引っ越し", "pc", "hkkoshi", "k1", "kか", "q", "é", "k-"])
def test_what_is_neither_kana_nor_romaji_is_not_read(text: str) -> None:
    assert spellings(text) == ()


@pytest.mark.parametrize(
    ("typed", "kana"),
    [("hkkoshi", "ひっこし"), ("hikksohi", "ひっこし"), ("hikkshi", "ひっこし"), ("pasuwqado", "ぱすわど")],
)
def test_unreadable_romaji_is_mended_by_one_slip(typed: str, kana: str) -> None:
    assert kana in {one.kana for one in mended(typed)}


def test_readable_romaji_needs_no_mending() -> None:
    assert mended("hikoshi") == ()


@given(st.lists(st.sampled_from(sorted(KANA_OF)), min_size=1, max_size=8))
def test_syllables_that_are_typed_one_by_one_are_among_the_ways_of_reading_them(syllables: list[str]) -> None:
    # A syllable that ends in n may swallow the beginning of the next one.
    typed = "".join(one + "'" if one == "n" else one for one in syllables)
    if "nn" not in typed and "xn" not in syllables:
        assert "".join(KANA_OF[one] for one in syllables) in {one.kana for one in spellings(typed)}


@given(st.text(st.sampled_from("nakiy'-mptcshxlんっー"), max_size=60))
@example("n" * 200)
@example("nna" * 60 + "q")
def test_any_letters_are_read_in_at_most_four_ways(text: str) -> None:
    found = spellings(text)
    assert len(found) <= 4
    assert len(set(found)) == len(found)
    for one in found:
        assert all(beginning and beginning.startswith(one.kana) for beginning in one.beginnings)


@given(st.text(max_size=40))
def test_any_text_is_read_or_not_and_mended_or_not(text: str) -> None:
    assert not (spellings(text) and mended(text))
