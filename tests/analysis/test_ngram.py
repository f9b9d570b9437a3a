"""Character n-grams."""

import pytest

from faqsearch.analysis import NgramAnalyzer
from faqsearch.analysis.ngram import ngrams
from faqsearch.errors import SettingsError


def grams(text: str, *sizes: int, content: list[int] | None = None) -> list[tuple[str, int, int]]:
    layer = ngrams(text, sizes, None if content is None else bytes(content))
    return list(zip(layer.terms, layer.starts, layer.ends, strict=True))


def test_ngrams_of_each_size_in_turn_with_their_offsets() -> None:
    assert grams("返品可能", 2, 3) == [
        ("返品", 0, 2),
        ("品可", 1, 3),
        ("可能", 2, 4),
        ("返品可", 0, 3),
        ("品可能", 1, 4),
    ]


def test_a_run_ends_at_whatever_is_no_letter_or_digit() -> None:
    assert [term for term, _, _ in grams("返品、交換 ab-12_x!サーバー", 2)] == [
        "返品", "交換", "ab", "12", "x", "サー", "ーバ", "バー",
    ]  # fmt: skip


def test_a_run_shorter_than_the_smallest_size_is_a_term() -> None:
    assert grams("税 の か月", 2, 3) == [("税", 0, 1), ("の", 2, 3), ("か月", 4, 6)]
    assert grams("か月", 3) == [("か月", 0, 2)]


def test_single_characters_are_kanji_only() -> None:
    assert grams("税の額a1", 1) == [("税", 0, 1), ("額", 2, 3)]
    assert grams("時々", 1) == [("時", 0, 1), ("々", 1, 2)]


def test_ngrams_without_a_content_character_are_left_out() -> None:
    assert grams("税のこと", 2, content=[1, 0, 0, 0]) == [("税の", 0, 2)]
    assert grams("税のこと", 1, 3, content=[1, 0, 0, 0]) == [("税", 0, 1), ("税のこ", 0, 3)]


def test_a_short_run_without_a_content_character_is_left_out_too() -> None:
    assert grams("税 の", 2, content=[1, 0, 0]) == [("税", 0, 1)]


def test_the_analyzer_normalises_and_maps_back() -> None:
    terms = NgramAnalyzer(sizes=(2,)).analyze("ｻｰﾊﾞｰ")
    assert terms.layers["ngram"].terms == ["サー", "ーバ", "バー"]
    assert [terms.original_span("ngram", position) for position in range(3)] == [(0, 2), (1, 4), (2, 5)]


def test_a_call_gives_the_plain_list() -> None:
    assert NgramAnalyzer()("税率ＵＰ") == ["税率", "率u", "up", "税率u", "率up"]
    assert NgramAnalyzer()("") == []


def test_the_fingerprint_names_the_sizes() -> None:
    assert NgramAnalyzer(sizes=(1, 3)).fingerprint == "ngram/1 normalization=2 sizes=1,3"


@pytest.mark.parametrize("sizes", [(), (0, 1), (-1,), (3, 2), (2, 2)])
def test_sizes_that_make_no_sense_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(SettingsError, match=r"n-gram sizes came as .*; give at least one, from 1, ascending"):
        NgramAnalyzer(sizes=sizes)
