"""The JSON documents of the command line, as dictionaries."""

from __future__ import annotations

from collections.abc import Iterable

from faqsearch.assist import AskBack, Suggestion
from faqsearch.engine import Hit, SearchResult
from faqsearch.highlight import Highlight
from faqsearch.inquiry import Reading


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
        "calibrated": suggestion.calibrated,
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
        "ask": _ask(suggestion.ask),
        "questions": [
            {
                "start": question.start,
                "end": question.end,
                "decision": question.decision.value,
                "confidence": question.confidence,
                "offers": [hit.id for hit in question.offers],
                "candidates": _scores(question.candidates),
                "ask": _ask(question.ask),
            }
            for question in suggestion.questions
        ],
        "reading": _reading(suggestion.reading),
    }


def _ask(ask: AskBack | None) -> dict[str, object] | None:
    if ask is None:
        return None
    return {
        "text": ask.text,
        "choices": [{"label": choice.label, "id": choice.entry_id} for choice in ask.choices],
    }


def _reading(reading: Reading) -> dict[str, object]:
    """Return what was kept and dropped; offsets count in the decoded text."""
    return {
        "parts": [{"kind": part.kind.value, "start": part.start, "end": part.end} for part in reading.parts],
        "attachments": list(reading.attachments),
        "problems": list(reading.problems),
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
