"""Slips of the pen: terms of an index that a misspelt word may have been meant to be."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from faqsearch.analysis import Lexicon
from faqsearch.index import Segment
from faqsearch.index.strings import PackedStrings
from faqsearch.ranking.word_facts import word_facts

_LEAST_FOR_ONE_SLIP: Final = 4
_LEAST_FOR_TWO_SLIPS: Final = 8
_LAST_CHARACTER: Final = chr(0x10FFFF)


@lru_cache(maxsize=32_768)
def holds_number(word: str) -> bool:
    """Tell whether a word has a digit or numeral in it: such words are right or wrong, never nearly right."""
    return any(character.isnumeric() for character in word)


def slips(segment: Segment, layer: str, word: str, lexicon: Lexicon | None) -> list[tuple[int, float]]:
    """Find the terms one or two slips away from a word, in writing or in reading; both begin alike.

    A slip is a character left out, put in, changed, or two neighbours swapped (optimal string alignment).
    Words of 4 to 7 characters may have one, longer ones two; shorter words and words with numbers none.

    Returns:
        Term numbers, and for each the share of the word that is right; a term may stand there twice.
    """
    facts = word_facts(segment, layer, lexicon)
    found = facts.slips.peek(word)
    if found is None:
        found = [] if holds_number(word) else _slips_in_writing(word, segment.layer(layer).terms)
        reading = lexicon.word(word).reading if lexicon is not None else ""
        if slips_allowed(reading) and not holds_number(word):
            numbers, readings = facts.read_nearly(reading, slips_allowed(reading))
            found += [(numbers[place], share) for place, share in within_slips(reading, readings)]
        facts.slips.put(word, found)
    return found


def _slips_in_writing(word: str, terms: Sequence[str]) -> list[tuple[int, float]]:
    if not slips_allowed(word):
        return []
    # The vocabulary is sorted: words that begin alike stand together.
    if isinstance(terms, PackedStrings):
        begin, end = map(terms.first_not_below, (word[:1], word[:1] + _LAST_CHARACTER))
        numbers = terms.nearly_as_long(word, slips_allowed(word), begin, end)
        return [(numbers[place], share) for place, share in within_slips(word, terms.some(numbers))]
    first = bisect_left(terms, word[:1])
    behind = bisect_left(terms, word[:1] + _LAST_CHARACTER)
    return [(first + place, share) for place, share in within_slips(word, terms[first:behind])]


def slips_allowed(word: str) -> int:
    """Return how many slips a word of its length may have."""
    return (len(word) >= _LEAST_FOR_ONE_SLIP) + (len(word) >= _LEAST_FOR_TWO_SLIPS)


def within_slips(word: str, choices: Sequence[str]) -> list[tuple[int, float]]:
    """Return positions of the choices within the slips that a word of its length may have, and shares."""
    allowed = slips_allowed(word)
    if not allowed:
        return []
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    return sorted((place, 1.0 - distance / len(word)) for _, distance, place in found if distance > 0)
