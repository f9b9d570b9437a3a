"""Both kinds of vocabulary, a tuple with a dictionary and packed strings with their numbers, answer alike."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.analysis import PackedGrams
from faqsearch.index.segment import LayerIndex, Postings
from faqsearch.index.strings import NumbersOf, PackedStrings

# Any analyzer may make any terms: empty ones, control characters, half of a surrogate pair.
terms = st.text(st.characters(codec=None), max_size=4)
vocabularies = st.sets(terms, max_size=12).map(sorted)
Vocabulary = tuple[Sequence[str], Mapping[str, int]]


def in_memory(words: Sequence[str]) -> Vocabulary:
    return tuple(words), {word: number for number, word in enumerate(words)}


def packed(words: Sequence[str]) -> Vocabulary:
    strings = PackedStrings.pack(words)
    return strings, NumbersOf(strings)


def index_of(strings: Sequence[str], numbers: Mapping[str, int]) -> LayerIndex:
    nothing = Postings(*(np.zeros(0, kind) for kind in (np.int64, np.int32, np.uint8, np.int32)))
    return LayerIndex(strings, nothing, np.zeros((5, 0), np.int32), numbers)


BOTH = pytest.mark.parametrize("kind", [in_memory, packed])


@BOTH
@given(words=vocabularies, other=terms)
def test_a_vocabulary_gives_terms_by_number_and_numbers_by_term(
    kind: Callable[[Sequence[str]], Vocabulary], words: list[str], other: str
) -> None:
    strings, numbers = kind(words)
    assert list(strings) == words
    backwards = np.arange(len(words))[::-1]
    assert index_of(strings, numbers).terms_of(backwards) == words[::-1]
    assert [strings[number] for number in range(len(strings))] == words
    assert [strings[number - len(words)] for number in range(len(strings))] == words
    assert [numbers[word] for word in words] == list(range(len(words)))
    assert (len(strings), len(numbers), list(numbers)) == (len(words), len(words), words)
    assert (other in numbers, numbers.get(other)) == (
        other in words,
        words.index(other) if other in words else None,
    )
    assert bisect_left(strings, other) == bisect_left(words, other)
    assert dict(numbers) == {word: number for number, word in enumerate(words)}


@BOTH
@given(words=vocabularies, first=st.integers(-14, 14), behind=st.integers(-14, 14), step=st.integers(1, 3))
def test_slices_are_those_of_a_tuple(
    kind: Callable[[Sequence[str]], Vocabulary], words: list[str], first: int, behind: int, step: int
) -> None:
    strings, _ = kind(words)
    assert strings[first:behind:step] == tuple(words)[first:behind:step]
    assert strings[::-step] == tuple(words)[::-step]


@BOTH
def test_what_is_not_there_is_an_error(kind: Callable[[Sequence[str]], Vocabulary]) -> None:
    strings, numbers = kind(["会員", "返品"])
    for number in (2, -3):
        with pytest.raises(IndexError):
            strings[number]
    with pytest.raises(KeyError, match="送料"):
        numbers["送料"]
    assert 3 not in numbers


@BOTH
def test_a_layer_knows_its_terms(kind: Callable[[Sequence[str]], Vocabulary]) -> None:
    strings, numbers = kind(["会員", "返品", "送料"])
    nothing = np.zeros(0, np.int32)
    postings = Postings(np.zeros(4, np.int64), nothing, nothing.astype(np.uint8), nothing)
    layer = LayerIndex(strings, postings, np.zeros((5, 0), np.int32), numbers)
    positions, found = layer.known(["送料", "なし", "会員"])
    assert (positions.tolist(), found.tolist()) == ([0, 2], [2, 0])


@given(st.lists(terms, unique=True, max_size=12), terms)
def test_strings_in_any_order_are_found_through_their_order(words: list[str], other: str) -> None:
    order = np.array(sorted(range(len(words)), key=words.__getitem__), np.int32)
    numbers = NumbersOf(PackedStrings.pack(words), order)
    assert {word: numbers[word] for word in words} == {word: number for number, word in enumerate(words)}
    assert (other in numbers) == (other in words)


def test_packed_strings_are_packed_once() -> None:
    strings = PackedStrings.pack(["返品"])
    assert PackedStrings.pack(strings) is strings


def test_packed_grams_become_the_same_packed_strings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faqsearch.index.strings._GRAMS_AT_A_TIME", 3)
    strings = ["a", "ab", "abc", "é1", "送", "送料", "\ud800", "\U00020bb7野家"]
    keys = [sum(ord(c) << 42 - 21 * place for place, c in enumerate(text)) for text in strings]
    found, wanted = PackedStrings.of_grams(PackedGrams(np.array(keys, np.int64))), PackedStrings.pack(strings)
    assert list(found) == strings
    assert found.data.tobytes() == wanted.data.tobytes()
    assert found.ends.tolist() == wanted.ends.tolist()
    assert list(PackedStrings.of_grams(PackedGrams(np.zeros(0, np.int64)))) == []


def test_numbers_are_found_among_many_strings_in_any_order() -> None:
    words = [f"語{number * 37 % 1000:03}" for number in range(1000)]
    ordered = sorted(words)
    order = np.array(sorted(range(1000), key=words.__getitem__), np.int32)
    numbers = NumbersOf(PackedStrings.pack(words), order)
    assert [numbers[word] for word in words] == list(range(1000))
    strings = PackedStrings.pack(ordered)
    for wanted in ("", *ordered, "語0005", "語9999", "語", "誤"):
        assert strings.first_not_below(wanted) == bisect_left(ordered, wanted)
        assert numbers.get(wanted, -1) == (words.index(wanted) if wanted in words else -1)


def test_strings_that_may_be_some_characters_longer_or_shorter_are_told_by_their_length() -> None:
    strings = PackedStrings.pack(["カー", "カード", "カードリーダー", "キー", "ca", "𠮷𠮷"])
    assert strings.nearly_as_long("カート", 1, 0, 6) == [0, 1, 3, 5]
    assert strings.nearly_as_long("カート", 2, 1, 5) == [1, 3, 4]
    assert strings.nearly_as_long("カート", 1, 2, 2) == []
