"""A text with its reading beside it: what stands where, and how it is said."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple, Protocol, runtime_checkable

from faqsearch.analysis.kana import to_hiragana
from faqsearch.analysis.normalize import normalize

MOST_READ: Final = 250
"""Characters of a text, and of its reading, that are read; the rest is left out."""

_KANA: Final = re.compile("([ぁ-ゖー]+)")
# Without a dictionary: a word begins where the script changes, except to hiragana, which mostly ends one.
_RUN: Final = re.compile(r"[一-鿿々〆]+|[ァ-ヺー]+|[ぁ-ゖー]+|[a-z]+|[0-9]+|[\s\S]")


class ReadWord(NamedTuple):
    """A piece of a text with its reading.

    Attributes:
        surface: As it is written, at least one character.
        reading: As it is said, in kana; empty if unknown or said as it is written.
        begins_word: Whether a content word begins here.
    """

    surface: str
    reading: str
    begins_word: bool


class ReadText(NamedTuple):
    """A normalised text, its reading, and the places at which both can be cut.

    The three byte strings have a value for each piece; an offset is at most 250, so it fits into a byte.

    Attributes:
        text: The normalised text.
        kana: Its reading in hiragana; what has no known reading stands there as it is written.
        text_starts: Where each piece begins in ``text``.
        kana_starts: Where it begins in ``kana``.
        words: 1 where a content word begins, else 0.
    """

    text: str
    kana: str
    text_starts: bytes
    kana_starts: bytes
    words: bytes

    def text_end(self, kana_end: int) -> int:
        """Return the end in ``text`` of what is said by ``kana[:kana_end]``; kanji are not cut.

        Args:
            kana_end: From 1 to the length of ``kana``.
        """
        piece = bisect_right(self.kana_starts, kana_end - 1) - 1
        text_start, kana_start = self.text_starts[piece], self.kana_starts[piece]
        last = piece + 1 == len(self.text_starts)
        text_stop = len(self.text) if last else self.text_starts[piece + 1]
        kana_stop = len(self.kana) if last else self.kana_starts[piece + 1]
        if text_stop - text_start == kana_stop - kana_start:
            return text_start + kana_end - kana_start
        return text_stop


@runtime_checkable
class Reader(Protocol):
    """Knows how texts are read; an analyzer may be one as well."""

    def read(self, text: str) -> ReadText:
        """Return a text with its reading; any string is accepted."""
        ...


def read_kana(text: str) -> ReadText:
    """Read a text without a dictionary: kana as they are, all else as it is written."""
    runs = _RUN.findall(normalize(text).text[:MOST_READ])
    return read_text(ReadWord(run, "", not _KANA.fullmatch(run)) for run in runs)


def read_text(words: Iterable[ReadWord]) -> ReadText:
    """Put pieces together; what would reach beyond the first 250 characters, in either form, is left out."""
    surfaces, readings = "", ""
    places: list[tuple[int, int, bool]] = []
    for surface, reading, begins_word in words:
        begins = begins_word or not places
        for part, said in _parts(surface, to_hiragana(reading) or to_hiragana(surface)):
            if max(len(surfaces) + len(part), len(readings) + len(said)) > MOST_READ:
                return _placed(surfaces, readings, places)
            places.append((len(surfaces), len(readings), begins))
            surfaces += part
            readings += said
            begins = False
    return _placed(surfaces, readings, places)


def _placed(text: str, kana: str, places: Iterable[tuple[int, int, bool]]) -> ReadText:
    text_starts, kana_starts, words = ([place[column] for place in places] for column in range(3))
    return ReadText(text, kana, bytes(text_starts), bytes(kana_starts), bytes(words))


@lru_cache(maxsize=32_768)
def _parts(surface: str, reading: str) -> tuple[tuple[str, str], ...]:
    """Share a reading out among a word's kana and what stands between (引|ひ, っ|っ, 越|こ, し|し)."""
    parts = [part for part in _KANA.split(to_hiragana(surface)) if part]
    if len(parts) > 1:
        pattern = "".join(f"({part if _KANA.fullmatch(part) else '.+?'})" for part in parts)
        if match := re.fullmatch(pattern, reading):
            ends = [sum(map(len, parts[: number + 1])) for number in range(len(parts))]
            written = [surface[end - len(part) : end] for part, end in zip(parts, ends, strict=True)]
            return tuple(zip(written, match.groups(), strict=True))
    return ((surface, reading),)
