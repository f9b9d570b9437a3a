"""Where a query stands in an entry, in offsets of the original text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, Literal

from faqsearch.analysis import Analyzer, Terms, normalize
from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.entry import FaqEntry
from faqsearch.ranking import Match, Query

ShownField = Literal["question", "answer"]
SHOWN_FIELDS: Final[tuple[ShownField, ...]] = ("question", "answer")
SNIPPET_LENGTH: Final = 120
_BOUNDARY: Final = re.compile(r"(?<=[。！？!?\n])")
_PASSES: Final = ((False, 1), (True, 2), (True, 1))
"""Whether n-grams are looked for, and the length of the shortest term that counts; the first to find wins."""

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Highlight:
    """A matched stretch of an entry.

    Attributes:
        field: ``question`` or ``answer``.
        start: Offset of its first character in the field's original text.
        end: Offset behind its last character.
    """

    field: ShownField
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """The part of an answer around the best match.

    Attributes:
        text: ``answer[start:end]``.
        start: Offset of the part in the answer.
        end: Offset behind the part.
        highlights: Highlights inside the part; their offsets count in the answer.
    """

    text: str
    start: int
    end: int
    highlights: tuple[Highlight, ...]


def find_highlights(
    analyzer: Analyzer, entry: FaqEntry, query: Query, matched: Iterable[Match] = ()
) -> tuple[Highlight, ...]:
    """Locate the terms of a query, or what matched in their place, in question and answer.

    Words come first; only where no word of the query stands in the entry, common n-grams are marked instead,
    and single characters only where nothing longer is common.

    Returns:
        Sorted by field (question first) and offset; disjoint within a field.
    """
    others: dict[str, set[str]] = {}
    for match in matched:
        others.setdefault(match.layer, set()).add(match.term)
    wanted = {layer: others.get(layer, set()).union(query.terms(layer)) for layer in query.layers}
    analyzed = {field: analyzer.analyze(getattr(entry, field)) for field in SHOWN_FIELDS}
    for ngrams, shortest in _PASSES:
        found = tuple(
            Highlight(field=field, start=start, end=end)
            for field, terms in analyzed.items()
            for start, end in _matched_spans(terms, wanted, ngrams=ngrams, shortest=shortest)
        )
        if found:
            return found
    return ()


def _matched_spans(
    terms: Terms, wanted: Mapping[str, AbstractSet[str]], *, ngrams: bool, shortest: int
) -> list[Span]:
    spans = [
        terms.original_span(layer, position)
        for layer, layer_terms in terms.layers.items()
        if (layer == NGRAM_LAYER) is ngrams
        for position, term in enumerate(layer_terms.terms)
        if term in wanted.get(layer, ())
        and layer_terms.ends[position] > layer_terms.starts[position]
        and len(term) >= shortest
    ]
    return merge_spans(spans)


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Join overlapping and touching spans; the result is sorted and disjoint."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def cut_snippet(answer: str, highlights: Sequence[Highlight]) -> Snippet:
    """Cut the part of an answer that shows most of its highlights.

    The part begins at a sentence or, in a sentence too long to show, at a highlight. It has at most 120
    characters (more only where a single one has more code points) and never splits a character. Highlights
    that reach beyond its end are cut there.

    Args:
        answer: The answer.
        highlights: Highlights of the entry, sorted and disjoint within a field.
    """
    marked = [(highlight.start, highlight.end) for highlight in highlights if highlight.field == "answer"]
    characters = _long_characters(answer)
    start = _best_start(answer, marked, characters)
    end = start + SNIPPET_LENGTH
    if end < len(answer):
        first, last = _character_at(characters, end)
        end = first if first > start else last
    end = min(end, len(answer))
    inside = tuple(
        Highlight(field="answer", start=max(first, start), end=min(last, end))
        for first, last in marked
        if first < end and last > start
    )
    return Snippet(text=answer[start:end], start=start, end=end, highlights=inside)


def _best_start(answer: str, marked: Sequence[Span], characters: Sequence[Span]) -> int:
    """Choose from where most highlighted text is shown; of equals a sentence start, then the first."""
    ends = (_character_at(characters, match.start())[1] for match in _BOUNDARY.finditer(answer))
    bounds = [0, *ends, len(answer)]
    sentences = [first for first, second in pairwise(bounds) if answer[first:second].strip()]
    starts = [first for first, _ in marked]
    # A highlight too far into its sentence to be shown with the beginning of it.
    far = [first for first, last in marked if last - bounds[bisect_right(bounds, first) - 1] > SNIPPET_LENGTH]
    candidates = [start for start in (*sentences, *far, 0) if _character_at(characters, start)[0] == start]
    totals = list(accumulate((last - first for first, last in marked), initial=0))

    def marked_before(offset: int) -> int:
        count = bisect_left(starts, offset)
        if not count:
            return 0
        first, last = marked[count - 1]
        return totals[count - 1] + min(last, offset) - first

    def shown_from(start: int) -> int:
        return marked_before(start + SNIPPET_LENGTH) - marked_before(start)

    # max takes the first of equals, and the sentences stand first.
    return max(candidates, key=shown_from)


def _long_characters(text: str) -> list[Span]:
    """Find the characters of several code points (か with a voicing mark, joined emoji); sorted."""
    normalized = normalize(text)
    spans = zip(normalized.starts, normalized.ends, strict=True)
    return sorted({(start, end) for start, end in spans if end - start > 1})


def _character_at(characters: Sequence[Span], offset: int) -> Span:
    """Return the character that an offset falls into; an empty span at the offset if it splits none."""
    index = bisect_left(characters, (offset, 0)) - 1
    if index >= 0 and characters[index][1] > offset:
        return characters[index]
    return offset, offset
