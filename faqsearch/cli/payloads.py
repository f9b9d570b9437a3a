"""The JSON documents of the command line, as dictionaries."""

from __future__ import annotations

from collections.abc import Iterable

from faqsearch.assist import Suggestion
from faqsearch.engine import Hit, SearchResult
from faqsearch.highlight import Highlight


def search_document(result: SearchResult, *, explain: bool = False) -> dict[str, object]:
    """Return a search result; with ``explain`` every hit carries the whole tree of its score."""
    return {
        "text": result.text,
        "audience": result.audience.value,
        "preset": result.preset,
        "revision": result.revision,
        "total": result.total,
        "strict": result.strict,
        "hits": [hit_document(hit, explain=explain) for hit in result.hits],
    }


def suggestion_document(suggestion: Suggestion) -> dict[str, object]:
    """Return a suggestion with its evidence; the inquiry itself is not repeated."""
    return {
        "decision": suggestion.decision.value,
        "confidence": suggestion.confidence,
        "audience": suggestion.audience.value,
        "preset": suggestion.preset,
        "revision": suggestion.revision,
        "offers": [hit_document(hit) for hit in suggestion.offers],
        "candidates": _scores(suggestion.candidates),
        "evidence": [
            {
                "feature": item.feature,
                "value": item.value,
                "contribution": item.contribution,
                "description": item.description,
            }
            for item in suggestion.evidence
        ],
    }


def batch_line(inquiry_id: str, suggestion: Suggestion) -> dict[str, object]:
    """Return the line of one inquiry of a batch."""
    return {
        "id": inquiry_id,
        "decision": suggestion.decision.value,
        "confidence": suggestion.confidence,
        "candidates": _scores(suggestion.candidates),
    }


def hit_document(hit: Hit, *, explain: bool = False) -> dict[str, object]:
    """Return one hit; all offsets count in the whole question or answer."""
    entry, snippet = hit.entry, hit.snippet
    document: dict[str, object] = {
        "rank": hit.rank,
        "id": hit.id,
        "score": hit.score,
        "kind": hit.kind,
        "question": entry.question,
        "answer": entry.answer,
        "category": entry.category,
        "tags": list(entry.tags),
        "audience": entry.audience.value,
        "url": entry.url,
        "highlights": _spans(hit.highlights),
        "snippet": {
            "text": snippet.text,
            "start": snippet.start,
            "end": snippet.end,
            "highlights": _spans(snippet.highlights),
        },
        "reasons": [
            {
                "term": reason.term,
                "kind": reason.kind,
                "asked": reason.asked,
                "fields": list(reason.fields),
            }
            for reason in hit.reasons
        ],
        "matches": [
            {
                "term": match.term,
                "kind": match.kind,
                "asked": match.asked,
                "layer": match.layer,
                "fields": list(match.fields),
                "value": match.value,
            }
            for match in hit.matches
        ],
    }
    if explain:
        document["explanation"] = hit.explanation.to_dict()
    return document


def _spans(highlights: Iterable[Highlight]) -> list[dict[str, object]]:
    return [{"field": item.field, "start": item.start, "end": item.end} for item in highlights]


def _scores(hits: Iterable[Hit]) -> list[dict[str, object]]:
    return [{"id": hit.id, "score": hit.score} for hit in hits]
