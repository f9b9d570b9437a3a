"""Queries to be run, and the labels that may stand beside them in the same JSONL file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from faqsearch.errors import EvaluationError
from faqsearch.evaluation.lines import BadLineError, check_id, read_lines
from faqsearch.evaluation.objects import came, read_object, take_id


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One query of a test collection.

    Attributes:
        id: Unique key: visible characters without white space, since TREC files separate by white space.
        text: What is searched for; may be empty (such a query finds nothing and counts 0).

    Raises:
        EvaluationError: If the id or the text breaks its rule.
    """

    id: str
    text: str

    def __post_init__(self) -> None:
        check_id("query", self.id)
        if not isinstance(self.text, str):
            raise EvaluationError(f"the text of query {self.id!r} came as {type(self.text).__name__}")


def read_queries(path: str | os.PathLike[str]) -> tuple[Query, ...]:
    """Read queries from JSONL, one object ``{"id": ..., "text": ...}`` a line.

    Other keys are ignored, and so are blank lines.

    Returns:
        The queries in file order.

    Raises:
        FormatError: With every bad line; messages never carry the text of a query.
    """
    queries: list[Query] = []
    rows: dict[str, int] = {}

    def take(row: int, line: str) -> None:
        record = read_object(line)
        query_id = take_id("query", record, "id", row, rows)
        text = record.get("text")
        if not isinstance(text, str):
            raise BadLineError("text", came(record, "text", "a string"))
        queries.append(Query(id=query_id, text=text))

    read_lines(path, take)
    return tuple(queries)


def read_labels(path: str | os.PathLike[str]) -> Mapping[str, Mapping[str, int]]:
    """Read relevance labels from JSONL, one object ``{"id": ..., "relevant": {entry id: grade}}`` a line.

    This is the form in which labelled inquiries carry their own judgements; other keys are ignored.

    Returns:
        Query id -> entry id -> grade (0 or more), in file order. A query whose ``relevant`` is empty
        has no answer in the base and maps to an empty mapping.

    Raises:
        FormatError: With every bad line.
    """
    labels: dict[str, Mapping[str, int]] = {}
    rows: dict[str, int] = {}

    def take(row: int, line: str) -> None:
        record = read_object(line)
        query_id = take_id("query", record, "id", row, rows)
        labels[query_id] = _grades(record)

    read_lines(path, take)
    return labels


def _grades(record: Mapping[str, object]) -> Mapping[str, int]:
    relevant = record.get("relevant")
    if not isinstance(relevant, dict):
        raise BadLineError("relevant", came(record, "relevant", "an object of entry ids with grades"))
    for entry_id, grade in relevant.items():
        try:
            check_id("entry", entry_id)
        except EvaluationError as error:
            raise BadLineError("relevant", str(error)) from None
        if isinstance(grade, bool) or not isinstance(grade, int) or grade < 0:
            message = f"the grade of {entry_id!r} came as {grade!r:.80}; allowed are whole numbers from 0"
            raise BadLineError("relevant", message)
    return relevant
