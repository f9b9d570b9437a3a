"""Where a query stands in an entry, in offsets of the original text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from faqsearch.analysis import Analyzer, Terms
from faqsearch.entry import FaqEntry
from faqsearch.ranking import Query

ShownField = Literal["question", "answer"]
SHOWN_FIELDS: Final[tuple[ShownField, ...]] = ("question", "answer")
SNIPPET_LENGTH: Final = 120
_BOUNDARY: Final = re.compile(r"(?<=[。！？!?\n])")
_NGRAM_LAYER: Final = "ngram"
_SHORTEST_NGRAM: Final = 2

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


def find_highlights(analyzer: Analyzer, entry: FaqEntry, query: Query) -> tuple[Highlight, ...]:
    """Locate the terms of a query in question and answer.

    Words come first; only where no word of the query stands in the entry, common n-grams are marked instead.

    Returns:
        Sorted by field (question first) and offset; disjoint within a field.
    """
    analyzed = {field: analyzer.analyze(getattr(entry, field)) for field in SHOWN_FIELDS}
    for ngrams in (False, True):
        found = tuple(
            Highlight(field=field, start=start, end=end)
            for field, terms in analyzed.items()
            for start, end in _matched_spans(terms, query, ngrams=ngrams)
        )
        if found:
            return found
    return ()


def _matched_spans(terms: Terms, query: Query, *, ngrams: bool) -> list[Span]:
    spans = [
        terms.original_span(layer, position)
        for layer, layer_terms in terms.layers.items()
        if (layer == _NGRAM_LAYER) is ngrams
        for position, term in enumerate(layer_terms.terms)
        if term in query.terms(layer)
        and layer_terms.ends[position] > layer_terms.starts[position]
        and (not ngrams or len(term) >= _SHORTEST_NGRAM)
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


def cut_snippet(analyzer: Analyzer, answer: str, highlights: Sequence[Highlight]) -> Snippet:
    """Cut the part of an answer that shows most of its highlights.

    The part begins at a sentence, has about 120 characters, and never splits a character.
    """
    marked = [highlight for highlight in highlights if highlight.field == "answer"]
    start, end = _best_window(answer, marked)
    if end < len(answer):
        end = _cluster_start(analyzer, answer, end)
    inside = tuple(mark for mark in marked if start <= mark.start and mark.end <= end)
    return Snippet(text=answer[start:end], start=start, end=end, highlights=inside)


def _best_window(answer: str, marked: Sequence[Highlight]) -> Span:
    """Choose the sentence start from which a window covers most highlights, the first of equals."""
    bounds = [0, *(match.start() for match in _BOUNDARY.finditer(answer)), len(answer)]
    starts = [first for first, second in pairwise(bounds) if answer[first:second].strip()] or [0]
    # In a sentence longer than the window a highlight may lie too far in; then the window starts before it.
    starts += [max(mark.start - SNIPPET_LENGTH // 4, 0) for mark in marked]
    best = max(starts, key=lambda start: (_covered(start, marked), start in bounds, -start))
    if best not in bounds:
        best = next((mark.start for mark in marked if mark.start >= best), best)
    return best, min(best + SNIPPET_LENGTH, len(answer))


def _covered(start: int, marked: Sequence[Highlight]) -> int:
    end = start + SNIPPET_LENGTH
    return sum(mark.end - mark.start for mark in marked if start <= mark.start and mark.end <= end)


def _cluster_start(analyzer: Analyzer, text: str, offset: int) -> int:
    """Move an offset back to where the character that it falls into begins."""
    normalized = analyzer.analyze(text).text
    return max(
        (s for s, e in zip(normalized.starts, normalized.ends, strict=True) if s < offset < e), default=offset
    )
