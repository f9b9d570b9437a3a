"""An analysed query: weighted terms for each layer, and what they may be matched with."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from faqsearch.analysis import Analyzer, Lexicon
from faqsearch.analysis.terms import LayerTerms
from faqsearch.ranking.phrases import find_phrases
from faqsearch.ranking.resources import NO_RESOURCES, Phrase, Resources

Span = tuple[int, int]

LONG_LAYER: Final = "c"
"""The layer of long units, which consist of several terms of the main layer."""
LEAST_KANA_WORD: Final = 3
"""Shorter stretches of kana are not compared with readings: too many words are read alike."""


@dataclass(frozen=True, slots=True)
class KanaWord:
    """A stretch of kana that may be one word, whatever pieces the analyzer cut it into.

    Attributes:
        katakana: The stretch in katakana.
        start: Where it begins in the normalised query.
        end: Where it ends (exclusive).
        pieces: The terms of the main layer inside it; none if they all were taken for function words.
    """

    katakana: str
    start: int
    end: int
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LongWord:
    """A long unit of a query.

    Attributes:
        term: The unit, a term of the layer of long units.
        pieces: The terms of the main layer inside it.
    """

    term: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a query.

    Attributes:
        layers: Layer name to term to weight (its number of occurrences), in order of first occurrence.
        text: The query as it came.
        sequence: The terms of the main layer in text order.
        kana: Stretches of kana, the longest first.
        long: Its long units in text order.
        resources: What its terms may be matched with beyond themselves.
    """

    layers: Mapping[str, Mapping[str, float]]
    text: str = ""
    sequence: Phrase = ()
    kana: tuple[KanaWord, ...] = ()
    long: tuple[LongWord, ...] = ()
    resources: Resources = NO_RESOURCES

    def terms(self, layer: str) -> Mapping[str, float]:
        """Return the weighted terms of a layer; empty for a layer the analyzer does not have."""
        return self.layers.get(layer, {})

    @property
    def main_layer(self) -> str:
        """The layer of words, which dictionaries and vectors know."""
        return next(iter(self.layers), "")


def analyze_query(analyzer: Analyzer, text: str, resources: Resources = NO_RESOURCES) -> Query:
    """Analyse the text of a query as the texts of entries are analysed, the owner's stop phrases left out."""
    terms = analyzer.analyze(text)
    main = next(iter(terms.layers))
    found = terms.layers[main]
    stopped = [
        (found.starts[first], found.ends[last - 1])
        for first, last in find_phrases(tuple(found.terms), resources.stop_phrases)
    ]
    sequence = tuple(_outside(found, stopped))
    kept = [span for _, span in sequence]
    long = tuple(_outside(terms.layers[LONG_LAYER], stopped)) if LONG_LAYER in terms.layers else ()
    return Query(
        {
            name: Counter([term for term, _ in _outside(layer, stopped, kept)] if stopped else layer.terms)
            for name, layer in terms.layers.items()
        },
        text,
        tuple(term for term, _ in sequence),
        kana=_kana_words(resources.lexicon, text, sequence, stopped),
        long=tuple(LongWord(term, _pieces(sequence, span)) for term, span in long),
        resources=resources,
    )


def _outside(
    found: LayerTerms, stopped: Collection[Span], kept: Collection[Span] | None = None
) -> Iterator[tuple[str, Span]]:
    """Yield the terms of a layer that do not stand in stopped stretches, with their offsets.

    A term that reaches out of a stopped stretch (an n-gram over its end) stays, unless the words that were
    kept are given and it touches none of them.
    """
    if not stopped:
        yield from zip(found.terms, zip(found.starts, found.ends, strict=True), strict=True)
        return
    for term, start, end in zip(found.terms, found.starts, found.ends, strict=True):
        if any(first <= start and end <= last for first, last in stopped):
            continue
        if kept is None or not _touches(stopped, start, end) or _touches(kept, start, end):
            yield term, (start, end)


def _pieces(sequence: Sequence[tuple[str, Span]], span: Span) -> tuple[str, ...]:
    return tuple(term for term, (start, end) in sequence if span[0] <= start and end <= span[1])


def _kana_words(
    lexicon: Lexicon | None, text: str, sequence: Sequence[tuple[str, Span]], stopped: Collection[Span]
) -> tuple[KanaWord, ...]:
    found = []
    starts = [start for _, (start, _) in sequence]
    ends = [end for _, (_, end) in sequence]
    for katakana, start, end in lexicon.kana_words(text) if lexicon is not None else ():
        touched = sequence[bisect_right(ends, start) : bisect_left(starts, end)]
        # A stretch that cuts through a term is not a word of its own, nor is one the owner has stopped.
        cuts = any(first < start or end < last for _, (first, last) in touched)
        if not cuts and len(katakana) >= LEAST_KANA_WORD and not _touches(stopped, start, end):
            found.append(KanaWord(katakana, start, end, tuple(term for term, _ in touched)))
    return tuple(found)


def _touches(spans: Collection[Span], start: int, end: int) -> bool:
    return any(first < end and start < last for first, last in spans)
