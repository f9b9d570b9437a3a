"""The content words of a text: what Sudachi's morphemes are indexed as.

What a morpheme is indexed as depends on the morpheme and the one before it alone, so it is worked out once
and kept: most of the time of an analysis is Sudachi's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

from sudachipy import Morpheme, MorphemeList, SplitMode

from faqsearch.analysis.dictionary import DictionaryWords, reading, synonym_groups
from faqsearch.analysis.kana import KATAKANA
from faqsearch.analysis.stopwords import AUXILIARY_FORMS, STOP_FORMS, stop_phrase_spans
from faqsearch.analysis.word_forms import (
    counted,
    is_compound_verb,
    is_kanji_number,
    latin_words,
    loanword,
    noun_of,
)

_MOST_KEPT: Final = 65_536
_LONGEST_KEPT: Final = 32
"""Morphemes, and characters of one, of which it is kept what they are indexed as: about 40 MB."""

Tokenized = Sequence[tuple[int, str, MorphemeList]]
"""Offset, text and morphemes of each part of a text that Sudachi accepts."""


class Unit(NamedTuple):
    """A content word where it stands.

    Attributes:
        term: The form it is indexed under.
        start: Offset into the normalised text, or into the morpheme where it is kept.
        end: Where it ends (exclusive).
        reading: In katakana; empty where it is not known or not asked for.
        groups: Its groups of synonyms; empty where they are not asked for.
    """

    term: str
    start: int
    end: int
    reading: str = ""
    groups: tuple[int, ...] = ()


class _Units(NamedTuple):
    """The short units of a morpheme, and the long unit that consists of several."""

    short: tuple[Unit, ...]
    long: tuple[Unit, ...]


@cache
def is_content_part_of_speech(part_of_speech: tuple[str, ...]) -> bool:
    """Tell content words (and word-forming affixes) from function words by part of speech."""
    major, minor = part_of_speech[:2]
    if major in {"名詞", "形状詞"}:
        return minor != "助動詞語幹"
    return major in {"動詞", "形容詞", "副詞", "接頭辞", "接尾辞"} or (major, minor) == ("記号", "文字")


def is_unknown_word(morpheme: Morpheme) -> bool:
    """Tell whether Sudachi takes a word for a symbol for its script alone (rare kanji, hangul, Thai)."""
    return morpheme.is_oov() and any(c.isalnum() and c != "ー" for c in morpheme.surface())


class UnitFinder:
    """Finds the content words of texts. Safe to share between threads.

    Args:
        dictionary: Looks single words up.
        facts: Whether readings and synonym groups of the units are wanted too.
    """

    def __init__(self, dictionary: DictionaryWords, *, facts: bool) -> None:
        self._dictionary = dictionary
        self._facts = facts
        self._kept: dict[tuple[str, int, int, bool], _Units] = {}

    def find(self, text: str, parts: Tokenized) -> tuple[list[Unit], list[Unit]]:
        """Return the short units of a normalised text, and the long units that consist of several."""
        stopped = bytearray(len(text))
        for start, end in stop_phrase_spans(text):
            stopped[start:end] = b"\1" * (end - start)
        short: list[Unit] = []
        long: list[Unit] = []
        for offset, part, morphemes in parts:
            after_te = False
            end = offset
            for morpheme in morphemes:
                surface = morpheme.surface()
                start, end = end, end + len(surface)
                if stopped.find(0, start, end) >= 0:
                    units = self._of(morpheme, surface, after_te=after_te)
                    short += _moved(units.short, start)
                    long += _moved(units.long, start)
                after_te = surface in {"て", "で"} and morpheme.part_of_speech()[1] == "接続助詞"
            if joined := latin_words(part, self._dictionary):
                short = self._with_joined(short, [(term, offset + s, offset + e) for term, s, e in joined])
        return short, long

    def _of(self, morpheme: Morpheme, surface: str, *, after_te: bool) -> _Units:
        if len(surface) > _LONGEST_KEPT:
            return self._cut(morpheme, after_te=after_te)
        key = (surface, morpheme.word_id(), morpheme.part_of_speech_id(), after_te)
        units = self._kept.get(key)
        if units is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept = {}
            units = self._kept[key] = self._cut(morpheme, after_te=after_te)
        return units

    def _cut(self, morpheme: Morpheme, *, after_te: bool) -> _Units:
        """Cut a morpheme into its units, with offsets into it."""
        pieces = () if is_compound_verb(morpheme) else tuple(morpheme.split(SplitMode.A, add_single=False))
        short = [
            unit
            for piece in pieces or (morpheme,)
            for unit in self._units_of(piece, piece.begin() - morpheme.begin(), after_te=after_te)
        ]
        return _Units(tuple(short), tuple(self._units_of(morpheme, 0, after_te=after_te) if pieces else ()))

    def _units_of(self, morpheme: Morpheme, start: int, *, after_te: bool) -> Sequence[Unit]:
        """Return the unit a morpheme makes: none for a function word, two for a number with its counter."""
        if not is_content_part_of_speech(morpheme.part_of_speech()) and not is_unknown_word(morpheme):
            return ()
        form = morpheme.normalized_form()
        if form in STOP_FORMS or (after_te and form in AUXILIARY_FORMS) or not form.strip():
            return ()
        end = start + len(morpheme.surface())
        if cut := counted(form):
            number = self._dictionary.number(form[:cut])
            return (self._unit(number, start, end - 1), self._unit(form[cut:], end - 1, end))
        if KATAKANA.fullmatch(form) and morpheme.surface().isascii():
            # check-in is チェックイン, which is チェック and イン where it is written so.
            parts = self._dictionary.short_units(form)
            whole = morpheme if len(parts) == 1 else None
            return [self._unit(part, start, end, whole) for part in parts]
        return (self._unit(self._form(morpheme, form), start, end, morpheme),)

    def _form(self, morpheme: Morpheme, form: str) -> str:
        """Return the form under which a morpheme is indexed."""
        if is_compound_verb(morpheme):
            return noun_of(morpheme, self._dictionary)
        if is_kanji_number(form) and morpheme.part_of_speech()[1] == "数詞":
            return self._dictionary.number(form)
        return loanword(form, self._dictionary) if morpheme.is_oov() else form

    def _unit(self, term: str, start: int, end: int, morpheme: Morpheme | None = None) -> Unit:
        """Make a unit, with what the dictionary knows of it where that is asked for."""
        if not self._facts:
            return Unit(term, start, end)
        # An inflected word is read as its term is (ひっこし, とどく), a noun as it stands where it is.
        inflected = morpheme is not None and morpheme.part_of_speech()[0] in {"動詞", "形容詞"}
        if morpheme is None or morpheme.is_oov() or inflected:
            read = self._dictionary.word(term).reading
        else:
            read = reading(morpheme)
        groups = synonym_groups(morpheme) if morpheme is not None else frozenset[int]()
        if morpheme is None or (not groups and is_compound_verb(morpheme)):
            groups = self._dictionary.word(term).synonym_groups
        return Unit(term, start, end, read, tuple(sorted(groups)))

    def _with_joined(self, units: Iterable[Unit], joined: Iterable[tuple[str, int, int]]) -> list[Unit]:
        """Put latin words written in several parts in the place of their parts, unless a part reaches out."""
        kept = list(units)
        for term, start, end in joined:
            inside = [unit for unit in kept if unit.start < end and start < unit.end]
            if inside and all(start <= unit.start and unit.end <= end for unit in inside):
                place = kept.index(inside[0])
                kept[place : place + len(inside)] = [self._unit(term, start, end)]
        return kept


def _moved(units: Iterable[Unit], by: int) -> Iterator[Unit]:
    return (Unit(term, by + start, by + end, said, groups) for term, start, end, said, groups in units)
