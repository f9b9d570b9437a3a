"""The content words of many texts at once.

What a morpheme is indexed as has a number. Texts become arrays of such numbers, and all that follows is done
for a whole array: most of the time of an analysis is Sudachi's own.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from sudachipy import Morpheme, MorphemeList

from faqsearch.analysis.counting import JoinedTexts, Numbers, TermCounts, gather
from faqsearch.analysis.stopwords import AUXILIARY_FORMS, stop_phrase_spans
from faqsearch.analysis.units import LONGEST_KEPT, MOST_KEPT, Tokenized, UnitFinder, Units, nothing
from faqsearch.analysis.word_forms import latin_words

_WORD_ID: Final = Morpheme.word_id
_END: Final = Morpheme.end
_LENGTH_BITS: Final = 16
_MOST_LENGTH: Final = (1 << _LENGTH_BITS) - 1
"""Of a morpheme: Sudachi takes texts of fewer bytes."""


class _Lists:
    """Lists of numbers one behind the other, to which more are added."""

    def __init__(self) -> None:
        self._values = array("q")
        self._ends = array("q", [0])

    def append(self, numbers: Iterable[int]) -> None:
        """Add a list."""
        self._values.extend(numbers)
        self._ends.append(len(self._values))

    def of(self, wanted: Numbers) -> tuple[Numbers, Numbers]:
        """Return the numbers in some of the lists, after the position in ``wanted`` of the list of each."""
        ends = np.array(self._ends)
        which, places = gather(ends[wanted], ends[wanted + 1])
        return which, np.array(self._values)[places]


class _Table:
    """What morphemes are indexed as, by number; number 0 stands behind each text."""

    def __init__(self) -> None:
        self.numbers: dict[tuple[str, int], int] = {}
        self.terms: dict[str, int] = {}
        self.short = _Lists()
        self.long = _Lists()
        self.content: list[bytes] = []
        self.is_te = bytearray()
        self.after_te = array("q")
        self.add(nothing(1))

    def add(self, units: Units) -> int:
        """Add what a morpheme is indexed as, and return its number."""
        number = len(self.content)
        for lists, terms in ((self.short, units.short_terms), (self.long, units.long_terms)):
            lists.append([self.terms.setdefault(term, len(self.terms)) for term in terms])
        self.content.append(units.content)
        self.is_te.append(units.is_te)
        self.after_te.append(number)
        return number


@dataclass(frozen=True, slots=True)
class CountedUnits:
    """The content words of some texts.

    Attributes:
        short: The terms of the short units.
        long: Those of the long units.
        content: Shape (n,), for each character of the joined texts whether it belongs to a short unit.
    """

    short: TermCounts
    long: TermCounts
    content: npt.NDArray[np.bool_]


class _Morphemes:
    """The morphemes of some texts, one text after the other; they cover them and what is behind each.

    Attributes:
        ids: Sudachi's number of each morpheme; -1 - i for number i of a table.
    """

    def __init__(self) -> None:
        self.ids = array("q")
        self._ends = array("q")
        self._firsts = array("q")
        self._behind = array("q")
        self._parts: list[MorphemeList] = []
        self._places = array("q")

    def add(self, part: MorphemeList) -> None:
        """Add what Sudachi says of a part of a text."""
        self._parts.append(part)
        self._places.append(len(self.ids))
        self._firsts.append(len(self.ids))
        words = list(part)
        self.ids.extend(map(_WORD_ID, words))
        self._ends.extend(map(_END, words))

    def add_known(self, number: int, length: int) -> None:
        """Add so many characters that are number i of a table."""
        self._firsts.append(len(self.ids))
        self.ids.append(-1 - number)
        self._ends.append(length)

    def end_text(self) -> None:
        """Say that what was added last ends a text."""
        self._behind.append(len(self.ids))

    def __getitem__(self, place: int) -> Morpheme:
        part = bisect_right(self._places, place) - 1
        return self._parts[part][place - self._places[part]]

    def firsts(self) -> npt.NDArray[np.bool_]:
        """Return which morphemes come first in a part, shape (n,)."""
        found = np.zeros(len(self.ids), np.bool_)
        found[np.array(self._firsts)] = True
        return found

    def begins(self) -> Numbers:
        """Return where each morpheme begins in the joined texts, and where the last ends, shape (n + 1,)."""
        ends = np.array(self._ends)
        lengths = np.diff(ends, prepend=0)
        firsts = np.array(self._firsts)
        lengths[firsts] = ends[firsts]
        return np.concatenate([[0], np.cumsum(lengths)])

    def texts(self) -> Numbers:
        """Return the text of each morpheme, shape (n,)."""
        return np.repeat(np.arange(len(self._behind)), np.diff(np.array(self._behind), prepend=0))


class UnitCounter:
    """Counts the content words of texts; not to be shared between threads.

    Args:
        finder: Tells what a morpheme is indexed as.
    """

    def __init__(self, finder: UnitFinder) -> None:
        self._finder = finder
        self._table = _Table()

    def count(self, texts: JoinedTexts, tokenized: Iterable[Tokenized]) -> CountedUnits:
        """Count the content words of normalised texts, of which the parts are given too."""
        if len(self._table.content) >= MOST_KEPT:
            self._table = _Table()
        morphemes = self._cut(texts, tokenized)
        begins = morphemes.begins()
        numbers = self._numbers(texts, morphemes, begins)
        table = self._table
        is_te = np.frombuffer(bytes(table.is_te), np.bool_)[numbers]
        after = 1 + np.flatnonzero(is_te[:-1] & ~morphemes.firsts()[1:])
        numbers[after] = np.array(table.after_te)[numbers[after]]
        content = np.frombuffer(bytearray().join(map(table.content.__getitem__, numbers.tolist())), np.bool_)
        stopped = _all_inside(_stop_phrases(texts), begins)
        content[np.repeat(stopped, np.diff(begins))] = False
        kept, of_text = numbers[~stopped], morphemes.texts()[~stopped]
        names = tuple(table.terms)
        short, long = (
            TermCounts.of_strings(names, terms, of_text[which])
            for which, terms in (lists.of(kept) for lists in (table.short, table.long))
        )
        return CountedUnits(short, long, content)

    def _cut(self, texts: JoinedTexts, tokenized: Iterable[Tokenized]) -> _Morphemes:
        """List the morphemes; a text with a latin word that is cut is one of its own."""
        found = _Morphemes()
        for text, parts in zip(texts.texts, tokenized, strict=True):
            if any(latin_words(part, self._finder.dictionary) for _, part, _ in parts):
                found.add_known(self._table.add(self._finder.whole(text, parts)), len(text))
            else:
                for _, _, part in parts:
                    found.add(part)
            found.add_known(0, 1)
            found.end_text()
        return found

    def _numbers(self, texts: JoinedTexts, morphemes: _Morphemes, begins: Numbers) -> Numbers:
        """Return the number of each morpheme.

        One of each id and length is looked up. Nearly all others of a word that the dictionary has are the
        same characters; those that are not, and words that it does not have, are looked up one by one.
        """
        lengths = np.diff(begins)
        # Only what is known already can be longer, and is told by its id.
        codes = np.array(morphemes.ids) << _LENGTH_BITS | np.minimum(lengths, _MOST_LENGTH)
        _, examples, which = np.unique(codes, return_index=True, return_inverse=True)
        first = begins[examples[which]]
        of_character, there = gather(first, first + lengths)
        differing = texts.code_points[there] != texts.code_points
        others = np.flatnonzero(np.bincount(of_character[differing], minlength=len(lengths)))

        def number(place: int) -> int:
            return self._number(texts.text[begins.item(place) : begins.item(place + 1)], morphemes, place)

        numbers = np.array(list(map(number, examples.tolist())), np.int64)[which]
        numbers[others] = list(map(number, others.tolist()))
        return numbers

    def _number(self, surface: str, morphemes: _Morphemes, place: int) -> int:
        """Return the number of a morpheme; it gets another for what it is after て where that differs."""
        word_id = morphemes.ids[place]
        if word_id < 0:
            return -1 - word_id
        key = (surface, word_id)
        table, finder = self._table, self._finder
        number = table.numbers.get(key)
        if number is None:
            word = morphemes[place]
            units = finder.of(word, key, after_te=False)
            number = table.add(units)
            if not AUXILIARY_FORMS.isdisjoint(units.short_terms + units.long_terms):
                table.after_te[number] = table.add(finder.of(word, key, after_te=True))
            if len(surface) <= LONGEST_KEPT:
                table.numbers[key] = number
        return number


def _stop_phrases(texts: JoinedTexts) -> npt.NDArray[np.bool_]:
    """Mark the set phrases in joined texts."""
    found = np.zeros(len(texts.text), np.bool_)
    begin = 0
    for text in texts.texts:
        for start, end in stop_phrase_spans(text):
            found[begin + start : begin + end] = True
        begin += len(text) + 1
    return found


def _all_inside(marked: npt.NDArray[np.bool_], begins: Numbers) -> npt.NDArray[np.bool_]:
    """Tell of stretches that follow one another whether they are marked from end to end."""
    inside: npt.NDArray[np.bool_] = np.diff(np.append(0, np.cumsum(marked))[begins]) == np.diff(begins)
    return inside
