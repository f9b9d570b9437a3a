"""One JSON object a line, and the id in it: what the JSONL files of queries, labels and BEIR share."""

from __future__ import annotations

import json
from collections.abc import Mapping

from faqsearch.errors import EvaluationError
from faqsearch.evaluation.lines import BadLineError, check_id


def read_object(line: str) -> dict[str, object]:
    """Return the JSON object that a line holds.

    Raises:
        BadLineError: If it holds none, or one with the same key twice.
    """
    try:
        record = json.loads(line, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        message = f"is not JSON ({error.msg} at character {error.pos + 1}); write one object a line"
        raise BadLineError("", message) from None
    except (RecursionError, ValueError) as error:
        message = f"is JSON that cannot be read ({type(error).__name__}); write one flat object a line"
        raise BadLineError("", message) from None
    if not isinstance(record, dict):
        message = f'came as {type(record).__name__}; write an object such as {{"id": "q1", "text": "..."}}'
        raise BadLineError("", message)
    return record


def take_id(kind: str, record: Mapping[str, object], key: str, row: int, rows: dict[str, int]) -> str:
    """Return the id of a record and note its row.

    Args:
        kind: What the id names, such as ``"query"``; used in messages.
        record: The record.
        key: The key that holds the id.
        row: The row of the record, from 1.
        rows: Id -> row of all records so far; this one is added.

    Raises:
        BadLineError: If there is none, it cannot be an id (``check_id``), or an earlier row has it.
    """
    if key not in record:
        raise BadLineError(key, came(record, key, "a string"))
    try:
        found = check_id(kind, record[key])
    except EvaluationError as error:
        raise BadLineError(key, str(error)) from None
    if found in rows:
        message = f"{found!r} stands in row {rows[found]} already; give every {kind} its own id"
        raise BadLineError(key, message)
    rows[found] = row
    return found


def came(record: Mapping[str, object], key: str, allowed: str) -> str:
    """Word what came under a key, by its type only, and what is allowed."""
    what = f"came as {type(record[key]).__name__}" if key in record else "is missing"
    return f"{what}; give {allowed}"


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    record = dict(pairs)
    if len(record) < len(pairs):
        raise BadLineError("", "holds the same key twice in one object; keep one")
    return record
