"""The owner's phrases in a query: where they stand, and what each of their words may stand for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from faqsearch.ranking.resources import Phrase


def find_phrases(sequence: Phrase, phrases: Collection[Phrase]) -> list[tuple[int, int]]:
    """Find phrases among terms in text order; one that stands inside a longer one does not count.

    What the owner says of a card does not hold for the card of an identity card, if that is a phrase too.

    Returns:
        Positions of the first term and behind the last one, in text order.
    """
    if not phrases or not sequence:
        return []
    wanted = phrases if isinstance(phrases, Mapping) else frozenset(phrases)
    found: list[tuple[int, int]] = []
    for length in sorted({len(phrase) for phrase in wanted if phrase}, reverse=True):
        for first in range(len(sequence) - length + 1):
            last = first + length
            inside = any(start <= first and last <= end for start, end in found)
            if not inside and sequence[first:last] in wanted:
                found.append((first, last))
    return sorted(found)


def dealt_out(phrase: Phrase, synonym: Phrase) -> Iterator[tuple[str, str, float]]:
    """Deal the terms of a synonym out to the words of a phrase, in order and evenly.

    Words that both have match as they are and take no part, so a synonym that holds the whole phrase yields
    nothing. The terms that fall to one word share its weight: part of a synonym is worth part of a word. A
    synonym of fewer terms than the phrase weighs less by that ratio: it makes a text shorter, which the
    normalisation of lengths would otherwise reward above the phrase itself.

    Yields:
        A word of the phrase, a term of the synonym, and the share of the weight of synonyms, in (0, 1].
    """
    words = [word for word in phrase if word not in synonym]
    if not words:
        return
    terms = [term for term in synonym if term not in phrase] or list(synonym)
    steps = max(len(words), len(terms))
    places = [(step * len(words) // steps, step * len(terms) // steps) for step in range(steps)]
    terms_of = Counter(place for place, _ in places)
    shorter = min(1.0, len(synonym) / len(phrase))
    for place, number in places:
        yield words[place], terms[number], shorter / terms_of[place]
