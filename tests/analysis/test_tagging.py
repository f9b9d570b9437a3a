"""Words with their parts of speech, in a text and apart from any."""

from __future__ import annotations

import pytest

from faqsearch.analysis.tagging import DictionaryEntry, entries


def test_a_word_has_every_entry_that_the_dictionary_has_under_it() -> None:
    found = entries("林")
    assert DictionaryEntry(kind="人名", detail="姓", reading="ハヤシ") in found
    assert DictionaryEntry(kind="普通名詞", detail="*", reading="ハヤシ") in found


def test_a_place_that_is_a_surname_too_is_both() -> None:
    assert {(entry.kind, entry.detail) for entry in entries("千葉")} == {("人名", "姓"), ("地名", "一般")}


@pytest.mark.parametrize("text", ["", "ぬるぽがが", "\ud800", "林" * 100_000])
def test_what_the_dictionary_lacks_has_none(text: str) -> None:
    assert entries(text) == frozenset()
