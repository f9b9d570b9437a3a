"""The words of a text with their parts of speech, for those who look for names rather than for terms."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from faqsearch.analysis.dictionary import DictionaryWords

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
# Sudachi refuses texts of more than 49,149 bytes; a character of UTF-8 takes at most 4.
_MAX_CHARACTERS: Final = 12_000


class TaggedWord(NamedTuple):
    """A word where it stands.

    Attributes:
        start: Offset into the text.
        end: Where it ends (exclusive).
        part_of_speech: The first three parts of Sudachi's, such as ("名詞", "固有名詞", "人名").
        detail: The fourth: 姓 or 名 for a person's name.
        is_known: Whether the dictionary has it.
    """

    start: int
    end: int
    part_of_speech: tuple[str, str, str]
    detail: str
    is_known: bool

    @property
    def is_person(self) -> bool:
        """Whether the dictionary takes it for the name of a person."""
        return self.part_of_speech[2] == "人名"


@cache
def _words() -> DictionaryWords:
    return DictionaryWords(())


def tag(text: str) -> list[TaggedWord]:
    """Cut a text into long units with their parts of speech; they cover it, spaces included.

    Takes any string, and time in proportion to its length; safe to call from any thread.

    Raises:
        DictionaryError: If Sudachi's dictionary cannot be opened.
    """
    tokenizer = _words().tokenizer()
    # Sudachi takes no lone surrogates; the stand-in is as long.
    text = _SURROGATE.sub("\ufffd", text)
    found = []
    for offset in range(0, len(text), _MAX_CHARACTERS):
        for word in tokenizer.tokenize(text[offset : offset + _MAX_CHARACTERS]):
            major, minor, kind, detail, *_ = word.part_of_speech()
            start, end = offset + word.begin(), offset + word.end()
            found.append(TaggedWord(start, end, (major, minor, kind), detail, not word.is_oov()))
    return found


class DictionaryEntry(NamedTuple):
    """A word as the dictionary has it, apart from any sentence: 林 is a surname, and a common noun too.

    Attributes:
        kind: The second or third part of Sudachi's part of speech: 普通名詞, 人名, 地名 and others.
        detail: The fourth: 姓 or 名 for a person's name.
        reading: In katakana.
    """

    kind: str
    detail: str
    reading: str


def entries(text: str) -> frozenset[DictionaryEntry]:
    """Return what the dictionary has under a text.

    Takes any string; safe to call from any thread.

    Raises:
        DictionaryError: If Sudachi's dictionary cannot be opened.
    """
    found = set()
    for entry in _words().entries(_SURROGATE.sub("\ufffd", text)):
        _, minor, kind, detail, *_ = entry.part_of_speech()
        found.add(DictionaryEntry(kind if minor == "固有名詞" else minor, detail, entry.reading_form()))
    return frozenset(found)
