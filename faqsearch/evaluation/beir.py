"""The folders of BEIR: a corpus, queries and judgements side by side.

A folder holds ``corpus.jsonl`` (``_id``, ``title``, ``text``, ``metadata``), ``queries.jsonl`` (``_id``,
``text``) and one ``qrels/<split>.tsv`` a split, with the header ``query-id``, ``corpus-id``, ``score``. The
title of a document is the question of an entry and its text the answer; what else an entry holds stands in
``metadata`` under the names of its fields, left out where it is the default.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from faqsearch.entry import FaqEntry
from faqsearch.errors import EntryError, EvaluationError, FormatError, InputError, Problem, shown
from faqsearch.evaluation.lines import BadLineError, check_id, read_lines
from faqsearch.evaluation.objects import came, read_object, take_id
from faqsearch.evaluation.queries import Query
from faqsearch.evaluation.trec import Qrels, whole_number
from faqsearch.store import atomic

CORPUS: Final = "corpus.jsonl"
QUERIES: Final = "queries.jsonl"
QRELS: Final = "qrels"

_HEADER: Final = ["query-id", "corpus-id", "score"]
_TITLED: Final = ("id", "question", "answer")
_LISTS: Final = ("variants", "tags")
_DAYS: Final = ("valid_from", "valid_until")
_EXTRAS: Final = {
    field.name: field.default for field in dataclasses.fields(FaqEntry) if field.name not in _TITLED
}
_SPLIT: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True, kw_only=True, slots=True)
class BeirFolder:
    """What a BEIR folder holds.

    Attributes:
        entries: The corpus, in file order, with distinct ids.
        queries: The queries, in file order, with distinct ids; also those that the split does not judge.
        qrels: The judgements of one split: query id -> entry id -> grade, in file order.
    """

    entries: tuple[FaqEntry, ...]
    queries: tuple[Query, ...]
    qrels: Qrels


def read_beir(folder: str | os.PathLike[str], split: str = "test") -> BeirFolder:
    """Read a BEIR folder.

    Of the keys of a document ``metadata`` may be left out, and keys in it that are no field of an entry
    are ignored, as is ``metadata`` of queries. Where a document has no title, the first line of its text
    is the question; where it has no text, its title is the answer.

    Args:
        folder: The folder.
        split: Name of the judgements to read, ``qrels/<split>.tsv``: ``test``, ``dev`` or ``train``, say.

    Raises:
        FormatError: With every bad line of all three files. Messages never carry the text of a query.
        InputError: If the split is no name of 1 to 40 letters, digits, ``_`` and ``-``.
    """
    path = Path(folder)
    judgements = _qrels_path(path, split)
    entries: list[FaqEntry] = []
    queries: list[Query] = []
    qrels: dict[str, dict[str, int]] = {}
    entry_rows: dict[str, int] = {}
    query_rows: dict[str, int] = {}

    def take_entry(row: int, line: str) -> None:
        entries.append(_entry(read_object(line), row, entry_rows))

    def take_query(row: int, line: str) -> None:
        queries.append(_query(read_object(line), row, query_rows))

    def take_judgement(row: int, line: str) -> None:
        _judge(qrels, row, line)

    problems: list[Problem] = []
    for file, take in (
        (path / CORPUS, take_entry),
        (path / QUERIES, take_query),
        (judgements, take_judgement),
    ):
        try:
            read_lines(file, take)
        except FormatError as error:
            problems.extend(error.problems)
    if problems:
        raise FormatError(problems)
    return BeirFolder(entries=tuple(entries), queries=tuple(queries), qrels=qrels)


def write_beir(
    folder: str | os.PathLike[str],
    entries: Iterable[FaqEntry],
    queries: Iterable[Query],
    qrels: Qrels,
    split: str = "test",
) -> None:
    """Write a BEIR folder; :func:`read_beir` gives equal entries, queries and judgements back.

    Each of the three files appears whole or not at all; judgements of other splits stay as they are. A
    query with no judgement leaves no line in the judgements.

    Args:
        folder: The folder; made if it does not exist.
        entries: The entries, with distinct ids.
        queries: The queries, with distinct ids.
        qrels: Query id -> entry id -> grade.
        split: Name of the judgements.

    Raises:
        EvaluationError: If two entries or two queries share an id, or an id in the judgements is none.
        InputError: If the split is no name, or the folder or a file cannot be written; the file is then
            unchanged.
    """
    path = Path(folder)
    judgements = _qrels_path(path, split)
    # Everything is rendered before the file system is touched: an error leaves an old folder as it was.
    contents = {
        path / CORPUS: _render_entries(entries),
        path / QUERIES: _render_queries(queries),
        judgements: _render_qrels(qrels),
    }
    try:
        judgements.parent.mkdir(parents=True, exist_ok=True)
        for file, content in contents.items():
            atomic.write_bytes(file, content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{os.fspath(folder)} cannot be written: {reason}; give a folder you may write to"
        ) from error


def _qrels_path(folder: Path, split: str) -> Path:
    if not isinstance(split, str) or not _SPLIT.fullmatch(split):
        raise InputError(
            f"split came as {shown(split)}; give a name of 1 to 40 letters, digits, _ and -, such as test"
        )
    return folder / QRELS / f"{split}.tsv"


def _entry(record: Mapping[str, object], row: int, rows: dict[str, int]) -> FaqEntry:
    entry_id = take_id("entry", record, "_id", row, rows)
    title = _string(record, "title") if "title" in record else ""
    text = _string(record, "text")
    if not title.strip():
        title = next((line for line in text.splitlines() if line.strip()), "")
    try:
        return FaqEntry(
            id=entry_id, question=title, answer=text if text.strip() else title, **_extras(record)
        )
    except EntryError as error:
        raise BadLineError(_column(error.field), error.reason) from None


def _query(record: Mapping[str, object], row: int, rows: dict[str, int]) -> Query:
    return Query(id=take_id("query", record, "_id", row, rows), text=_string(record, "text"))


def _judge(qrels: dict[str, dict[str, int]], row: int, line: str) -> None:
    # BEIR reads these files with a csv reader: an id that begins with a quotation mark is quoted.
    try:
        columns = next(csv.reader([line], delimiter="\t", strict=True))
    except csv.Error as error:
        raise BadLineError("", f"cannot be read ({error}); separate by tabs and close every quote") from None
    if row == 1:
        if columns != _HEADER:
            raise BadLineError("", f"is no header; write {', '.join(_HEADER)}, separated by tabs")
        return
    if len(columns) != len(_HEADER):
        message = f"has {len(columns)} columns; write {len(_HEADER)}, separated by tabs: {', '.join(_HEADER)}"
        raise BadLineError("", message)
    query_id, entry_id, score = columns
    try:
        check_id("query", query_id)
        check_id("entry", entry_id)
    except EvaluationError as error:
        raise BadLineError("", str(error)) from None
    judged = qrels.setdefault(query_id, {})
    if entry_id in judged:
        message = f"entry {entry_id!r} is judged twice for query {query_id!r}; keep one line"
        raise BadLineError("corpus-id", message)
    judged[entry_id] = whole_number("score", score)


def _string(record: Mapping[str, object], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise BadLineError(key, came(record, key, "a string"))
    return value


def _extras(record: Mapping[str, object]) -> dict[str, Any]:
    metadata = record.get("metadata", {})
    if not isinstance(metadata, dict):
        raise BadLineError("metadata", came(record, "metadata", "an object"))
    return {name: _extra(metadata, name) for name in _EXTRAS if name in metadata}


def _extra(metadata: Mapping[str, object], name: str) -> object:
    value = metadata[name]
    if name in _LISTS:
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            raise BadLineError(f"metadata.{name}", came(metadata, name, "an array of strings"))
        return tuple(value)
    if not isinstance(value, str):
        raise BadLineError(f"metadata.{name}", came(metadata, name, "a string"))
    if name in _DAYS:
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            message = f"came as {value[:80]!r}; write an existing day as 2026-04-01"
            raise BadLineError(f"metadata.{name}", message) from None
    return value


def _column(field: str) -> str:
    return {"id": "_id", "question": "title", "answer": "text"}.get(field, f"metadata.{field}")


def _render_entries(entries: Iterable[FaqEntry]) -> bytes:
    seen: set[str] = set()
    return b"".join(
        _line(
            {
                "_id": _distinct("entry", entry.id, seen),
                "title": entry.question,
                "text": entry.answer,
                "metadata": {
                    name: _plain(value)
                    for name, default in _EXTRAS.items()
                    if (value := getattr(entry, name)) != default
                },
            }
        )
        for entry in entries
    )


def _render_queries(queries: Iterable[Query]) -> bytes:
    seen: set[str] = set()
    return b"".join(
        _line({"_id": _distinct("query", query.id, seen), "text": query.text}) for query in queries
    )


def _render_qrels(qrels: Qrels) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter="\t", lineterminator="\n")
    writer.writerow(_HEADER)
    for query_id, judged in qrels.items():
        for entry_id, grade in judged.items():
            writer.writerow([check_id("query", query_id), check_id("entry", entry_id), _grade(grade)])
    return file.getvalue().encode("utf-8")


def _grade(grade: int) -> int:
    if isinstance(grade, bool) or not isinstance(grade, int) or abs(grade) >= 10**9:
        raise EvaluationError(f"a grade came as {grade!r:.80}; give a whole number of at most 9 digits")
    return grade


def _distinct(kind: str, value: str, seen: set[str]) -> str:
    if value in seen:
        raise EvaluationError(f"the {kind} id {value!r} comes twice; give every {kind} its own")
    seen.add(value)
    return value


def _line(record: Mapping[str, object]) -> bytes:
    try:
        return (json.dumps(record, ensure_ascii=False) + "\n").encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, which JSON can hold and UTF-8 cannot
        return (json.dumps(record) + "\n").encode("ascii")


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else str(value)
