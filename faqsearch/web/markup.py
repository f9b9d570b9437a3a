"""Texts with marks: from offsets to escaped HTML, from matches to a Japanese line of reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from faqsearch.engine import Hit
from faqsearch.entry import FieldName
from faqsearch.highlight import Highlight, merge_spans
from faqsearch.index import IndexField
from faqsearch.wording import FIELD_LABELS, reason_text

_MAX_TERMS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class ReasonGroup:
    """Words that matched in the same fields.

    Attributes:
        terms: The words in Japanese, each with how it matched, the most important one first.
        fields: Japanese names of the fields they were found in.
    """

    terms: tuple[str, ...]
    fields: tuple[str, ...]


def highlighted(hit: Hit, field: FieldName) -> Markup:
    """Return the whole question or answer of a hit as HTML, with ``<mark>`` around what matched."""
    spans = [(span.start, span.end) for span in hit.highlights if span.field == field]
    return marked(hit.entry.field_text(field), spans)


def snippet(hit: Hit) -> Markup:
    """Return the snippet of a hit as HTML, with an ellipsis where the answer goes on."""
    cut = hit.snippet
    before = "…" if cut.start > 0 else ""
    after = "…" if cut.end < len(hit.entry.answer) else ""
    return before + marked(cut.text, _shifted(cut.highlights, cut.start)) + after


def marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """Return a text as HTML, escaped, with ``<mark>`` around the spans.

    Args:
        text: Plain text of n characters.
        spans: Start and end offsets; they may overlap, touch or reach beyond the text.
    """
    html = Markup()
    done = 0
    inside = ((max(0, start), min(end, len(text))) for start, end in spans)
    for start, end in merge_spans(span for span in inside if span[0] < span[1]):
        html += escape(text[done:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        done = end
    return html + escape(text[done:])


def reasons(hit: Hit) -> tuple[ReasonGroup, ...]:
    """Say which words matched how and where; the words of one group share their fields."""
    groups: dict[tuple[IndexField, ...], list[str]] = {}
    for reason in hit.reasons[:_MAX_TERMS]:
        groups.setdefault(reason.fields, []).append(reason_text(reason))
    return tuple(
        ReasonGroup(terms=tuple(terms), fields=tuple(FIELD_LABELS[field] for field in fields))
        for fields, terms in groups.items()
    )


def _shifted(highlights: Iterable[Highlight], start: int) -> Iterator[tuple[int, int]]:
    return ((span.start - start, span.end - start) for span in highlights)
