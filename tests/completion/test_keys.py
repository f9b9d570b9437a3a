"""Sorted beginnings, against a search through all of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import faqsearch.completion.keys
from faqsearch.completion.keys import WIDTH, Keys, joined, sorted_keys

ALPHABET = "aあ\U0010ffff"


def keys_of(texts: list[str], words: int) -> tuple[Keys, list[tuple[int, str]]]:
    """Return keys for every place of the texts, the best first, and what stands there."""
    codes, starts = joined(texts)
    places = [
        (int(start) + offset, text[offset:])
        for start, text in zip(starts, texts, strict=True)
        for offset in range(len(text))
    ]
    made = sorted_keys(codes, np.array([place for place, _ in places], np.int64), min(words, len(places)))
    return made, places


@pytest.mark.parametrize(("share", "block", "first"), [(32, 2_048, 256), (0, 2, 1), (10**6, 1, 1)])
@given(
    st.lists(st.text(ALPHABET, max_size=24), max_size=6),
    st.lists(st.text(ALPHABET, min_size=1, max_size=20), min_size=1, max_size=4, unique=True),
    st.integers(0, 60),
)
def test_prefixes_find_what_begins_like_them_the_best_first(
    share: int, block: int, first: int, texts: list[str], prefixes: list[str], words: int
) -> None:
    keys, places = keys_of(texts, words)
    prefixes = sorted(prefixes, key=len)
    expected = []
    for place, rest in places[:words]:
        standing = [prefix for prefix in prefixes if rest.startswith(prefix)]
        if standing:
            expected.append((place, standing[-1]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faqsearch.completion.keys, "_WIDE_SHARE", share)
        patch.setattr(faqsearch.completion.keys, "_BLOCK", block)
        patch.setattr(faqsearch.completion.keys, "_FIRST", first)
        assert list(keys.in_order(prefixes)) == expected


@given(st.lists(st.text(ALPHABET, max_size=12), max_size=5), st.text(ALPHABET, min_size=1, max_size=12))
def test_a_range_holds_all_keys_that_begin_like_the_sorted_part_of_a_prefix(
    texts: list[str], prefix: str
) -> None:
    keys, places = keys_of(texts, 100)
    first, end = keys.ranges([prefix])[0]
    count = sum(rest.startswith(prefix[:WIDTH]) for _, rest in places)
    assert end - first == count
    standing = dict(places)
    assert all(standing[int(place)].startswith(prefix[:WIDTH]) for place in keys.places[first:end])


def test_a_key_ends_with_its_text() -> None:
    keys, _ = keys_of(["aa", "aあ"], 4)
    assert keys.windows.tolist() == ["a", "aa", "aあ", "あ"]
    assert list(keys.in_order(["aaa"])) == []
