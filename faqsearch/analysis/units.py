"""The content words of a text: what Sudachi's morphemes are indexed as.

What a morpheme is indexed as depends on the morpheme and the one before it alone, so it is worked out once
and kept: most of the time of an analysis is Sudachi's own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain, compress
from operator import attrgetter
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

MOST_KEPT: Final = 65_536
LONGEST_KEPT: Final = 32
"""Morphemes, and characters of one, of which it is kept what they are indexed as: about 60 MB."""

_WORD_ID: Final = Morpheme.word_id
_END: Final = Morpheme.end

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


class Units(NamedTuple):
    """What a morpheme is indexed as.

    Attributes:
        short: Its short units.
        long: The long unit that consists of several.
        short_terms: The terms of the short units.
        long_terms: The term of the long unit.
        content: A byte for each of its characters, 1 where a short unit stands.
        is_te: Whether an auxiliary may follow: て or で after a verb.
    """

    short: tuple[Unit, ...]
    long: tuple[Unit, ...]
    short_terms: tuple[str, ...]
    long_terms: tuple[str, ...]
    content: bytes
    is_te: bool


_SHORT_TERMS: Final = attrgetter("short_terms")
_LONG_TERMS: Final = attrgetter("long_terms")
_CONTENT: Final = attrgetter("content")
_IS_TE: Final = attrgetter("is_te")


def _units(short: Sequence[Unit], long: Sequence[Unit], length: int, *, is_te: bool) -> Units:
    return Units(
        short=tuple(short),
        long=tuple(long),
        short_terms=tuple(unit.term for unit in short),
        long_terms=tuple(unit.term for unit in long),
        content=bytes(marked(length, ((unit.start, unit.end) for unit in short))),
        is_te=is_te,
    )


@cache
def nothing(length: int) -> Units:
    """What a morpheme is indexed as that is part of a set phrase."""
    return Units((), (), (), (), bytes(length), is_te=False)


class UnitTerms(NamedTuple):
    """The terms of a text, without their places.

    Attributes:
        short: Those of the short units, in text order.
        long: Those of the long units.
        content: A byte for each character of the text, 1 where it belongs to a short unit.
    """

    short: list[str]
    long: list[str]
    content: bytes


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
        self.dictionary = dictionary
        self._facts = facts
        self._kept: dict[bool, dict[tuple[str, int], Units]] = {False: {}, True: {}}

    def find(self, text: str, parts: Tokenized) -> tuple[list[Unit], list[Unit]]:
        """Return the short units of a normalised text, and the long units that consist of several."""
        stopped = _joined(stop_phrase_spans(text))
        short: list[Unit] = []
        long: list[Unit] = []
        for offset, part, morphemes in parts:
            start = offset
            for units in self._units_in(part, list(morphemes), offset, stopped):
                if units.short:
                    short += _moved(units.short, start)
                if units.long:
                    long += _moved(units.long, start)
                start += len(units.content)
            if joined := latin_words(part, self.dictionary):
                short = self._with_joined(short, [(term, offset + s, offset + e) for term, s, e in joined])
        return short, long

    def terms(self, text: str, parts: Tokenized) -> UnitTerms:
        """Return the terms of what ``find`` finds, in half the time."""
        if any(latin_words(part, self.dictionary) for _, part, _ in parts):
            whole = self.whole(text, parts)
            return UnitTerms(list(whole.short_terms), list(whole.long_terms), whole.content)
        stopped = _joined(stop_phrase_spans(text))
        found: list[Units] = []
        for offset, part, morphemes in parts:
            found += self._units_in(part, list(morphemes), offset, stopped)
        return UnitTerms(
            list(chain.from_iterable(map(_SHORT_TERMS, found))),
            list(chain.from_iterable(map(_LONG_TERMS, found))),
            b"".join(map(_CONTENT, found)),
        )

    def whole(self, text: str, parts: Tokenized) -> Units:
        """Return the units of a text, as if it were one morpheme."""
        short, long = self.find(text, parts)
        return _units(short, long, len(text), is_te=False)

    def _units_in(
        self, part: str, words: Sequence[Morpheme], offset: int, stopped: Iterable[tuple[int, int]]
    ) -> list[Units]:
        """Return what each morpheme of a part is indexed as; nothing where set phrases stand.

        Whatever is done for each of millions of morphemes is left to functions that are compiled.
        """
        ends = list(map(_END, words))
        starts = [0, *ends[:-1]]
        keys = list(zip(map(part.__getitem__, map(slice, starts, ends)), map(_WORD_ID, words), strict=True))
        kept: list[Units | None] = list(map(self._kept[False].get, keys))
        found = [
            units or self.of(words[place], keys[place], after_te=False) for place, units in enumerate(kept)
        ]
        for place in compress(range(1, len(words)), map(_IS_TE, found)):
            found[place] = self.of(words[place], keys[place], after_te=True)
        for start, end in stopped:
            for place in range(bisect_left(starts, start - offset), bisect_right(ends, end - offset)):
                found[place] = nothing(ends[place] - starts[place])
        return found

    def of(self, morpheme: Morpheme, key: tuple[str, int], *, after_te: bool) -> Units:
        """Return what a morpheme, known by its surface and number, is indexed as.

        The number of a word that the dictionary does not have is that of its part of speech.
        """
        kept = self._kept[after_te]
        units = kept.get(key)
        if units is None:
            units = self._cut(morpheme, after_te=after_te)
            if len(key[0]) <= LONGEST_KEPT:
                if len(kept) >= MOST_KEPT:
                    kept.clear()
                kept[key] = units
        return units

    def _cut(self, morpheme: Morpheme, *, after_te: bool) -> Units:
        """Cut a morpheme into its units, with offsets into it."""
        pieces = () if is_compound_verb(morpheme) else tuple(morpheme.split(SplitMode.A, add_single=False))
        short = [
            unit
            for piece in pieces or (morpheme,)
            for unit in self._units_of(piece, piece.begin() - morpheme.begin(), after_te=after_te)
        ]
        long = self._units_of(morpheme, 0, after_te=after_te) if pieces else ()
        surface = morpheme.surface()
        is_te = surface in {"て", "で"} and morpheme.part_of_speech()[1] == "接続助詞"
        return _units(short, long, len(surface), is_te=is_te)

    def _units_of(self, morpheme: Morpheme, start: int, *, after_te: bool) -> Sequence[Unit]:
        """Return the unit a morpheme makes: none for a function word, two for a number with its counter."""
        if not is_content_part_of_speech(morpheme.part_of_speech()) and not is_unknown_word(morpheme):
            return ()
        form = morpheme.normalized_form()
        if form in STOP_FORMS or (after_te and form in AUXILIARY_FORMS) or not form.strip():
            return ()
        end = start + len(morpheme.surface())
        if cut := counted(form):
            number = self.dictionary.number(form[:cut])
            return (self._unit(number, start, end - 1), self._unit(form[cut:], end - 1, end))
        if KATAKANA.fullmatch(form) and morpheme.surface().isascii():
            # check-in is チェックイン, which is チェック and イン where it is written so.
            parts = self.dictionary.short_units(form)
            whole = morpheme if len(parts) == 1 else None
            return [self._unit(part, start, end, whole) for part in parts]
        return (self._unit(self._form(morpheme, form), start, end, morpheme),)

    def _form(self, morpheme: Morpheme, form: str) -> str:
        """Return the form under which a morpheme is indexed."""
        if is_compound_verb(morpheme):
            return noun_of(morpheme, self.dictionary)
        if is_kanji_number(form) and morpheme.part_of_speech()[1] == "数詞":
            return self.dictionary.number(form)
        return loanword(form, self.dictionary) if morpheme.is_oov() else form

    def _unit(self, term: str, start: int, end: int, morpheme: Morpheme | None = None) -> Unit:
        """Make a unit, with what the dictionary knows of it where that is asked for."""
        if not self._facts:
            return Unit(term, start, end)
        # An inflected word is read as its term is (ひっこし, とどく), a noun as it stands where it is.
        inflected = morpheme is not None and morpheme.part_of_speech()[0] in {"動詞", "形容詞"}
        if morpheme is None or morpheme.is_oov() or inflected:
            read = self.dictionary.word(term).reading
        else:
            read = reading(morpheme)
        groups = synonym_groups(morpheme) if morpheme is not None else frozenset[int]()
        if morpheme is None or (not groups and is_compound_verb(morpheme)):
            groups = self.dictionary.word(term).synonym_groups
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


def marked(length: int, spans: Iterable[tuple[int, int]]) -> bytearray:
    """Return so many bytes, 1 inside of the spans and 0 elsewhere."""
    found = bytearray(length)
    for start, end in spans:
        found[start:end] = b"\1" * (end - start)
    return found


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch; they come in text order."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        touches = bool(found) and found[-1][1] == start
        found.append((found.pop()[0] if touches else start, end))
    return found


def _moved(units: Iterable[Unit], by: int) -> Iterator[Unit]:
    return (Unit(term, by + start, by + end, said, groups) for term, start, end, said, groups in units)
