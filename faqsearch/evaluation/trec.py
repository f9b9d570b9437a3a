"""The file formats of TREC: judgements (qrels) and runs, columns separated by white space.

A qrels line is ``query iteration entry grade``, a run line ``query Q0 entry rank score tag``.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from faqsearch.errors import EvaluationError, InputError
from faqsearch.evaluation.lines import BadLineError, check_id, read_lines
from faqsearch.evaluation.runs import Ranking, Run, check_run
from faqsearch.store import atomic

Qrels: TypeAlias = Mapping[str, Mapping[str, int]]
"""Query id -> entry id -> grade; 1 and above is relevant, more is better."""

_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,9}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def read_qrels(path: str | os.PathLike[str]) -> Qrels:
    """Read judgements.

    Grades are whole numbers; those below 1 mean "not relevant" (TREC marks junk by negative ones).

    Returns:
        Query id -> entry id -> grade, in file order.

    Raises:
        FormatError: With every bad line, including an entry judged twice for one query.
    """
    qrels: dict[str, dict[str, int]] = {}

    def take(_row: int, line: str) -> None:
        query_id, _, entry_id, grade = _columns(line, "query iteration entry grade")
        judged = qrels.setdefault(query_id, {})
        if entry_id in judged:
            message = f"entry {entry_id!r} is judged twice for query {query_id!r}; keep one line"
            raise BadLineError("entry", message)
        judged[entry_id] = whole_number("grade", grade)

    read_lines(path, take)
    return qrels


def read_run(path: str | os.PathLike[str]) -> dict[str, Ranking]:
    """Read a run.

    As everywhere in TREC the scores make the order, whatever the order of the lines; the rank column
    only orders hits of equal score. The tag is not kept.

    Returns:
        Query id -> ranking, queries in file order. A run file has no line for a query that found
        nothing, so such a query is not among them; measures count it as 0 all the same.

    Raises:
        FormatError: With every bad line, including an entry ranked twice for one query.
    """
    found: dict[str, dict[str, tuple[float, int]]] = {}

    def take(_row: int, line: str) -> None:
        query_id, _, entry_id, rank, score, _ = _columns(line, "query Q0 entry rank score tag")
        hits = found.setdefault(query_id, {})
        if entry_id in hits:
            message = f"entry {entry_id!r} is ranked twice for query {query_id!r}; keep one line"
            raise BadLineError("entry", message)
        hits[entry_id] = (-_score(score), whole_number("rank", rank))

    read_lines(path, take)
    return {query_id: _ranked(hits) for query_id, hits in found.items()}


def write_run(path: str | os.PathLike[str], run: Run, tag: str) -> None:
    """Write a run; the file appears whole or not at all.

    Scores are written in the shortest form that reads back as the very same float, so the order
    cannot change by rounding. Programs that ignore the rank column and break equal scores by
    themselves may still order those their own way.

    Args:
        path: The file to write; replaced if it exists.
        run: The run; a query with an empty ranking leaves no line.
        tag: Name of the system, without white space.

    Raises:
        EvaluationError: If the tag or an id holds white space, or the run is no run (``check_run``).
        InputError: If the file cannot be written; an old file is then unchanged.
    """
    check_id("run", tag)
    check_run(run)
    content = "".join(_run_lines(run, tag)).encode("utf-8")
    try:
        atomic.write_bytes(Path(path), content)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{os.fspath(path)} cannot be written: {reason}; give a file in a folder you may write to"
        ) from error


def whole_number(column: str, text: str) -> int:
    """Return the whole number that a column of a file of judgements or of a run holds.

    Raises:
        BadLineError: If it holds something else, or more than 9 digits.
    """
    if not _INTEGER.fullmatch(text):
        raise BadLineError(column, f"came as {text[:80]!r}; write a whole number of at most 9 digits")
    return int(text)


def _run_lines(run: Run, tag: str) -> Iterator[str]:
    for query_id, ranking in run.items():
        for rank, (entry_id, score) in enumerate(ranking, start=1):
            yield f"{query_id} Q0 {entry_id} {rank} {float(score)!r} {tag}\n"


def _ranked(hits: Mapping[str, tuple[float, int]]) -> Ranking:
    ordered = sorted(hits.items(), key=lambda hit: (hit[1], hit[0]))
    return tuple((entry_id, -negated) for entry_id, (negated, _) in ordered)


def _columns(line: str, names: str) -> list[str]:
    parts = line.split()
    expected = len(names.split())
    if len(parts) != expected:
        raise BadLineError("", f"has {len(parts)} columns; write {expected}: {names}")
    try:
        check_id("query", parts[0])
        check_id("entry", parts[2])
    except EvaluationError as error:
        raise BadLineError("", str(error)) from None
    return parts


def _score(text: str) -> float:
    score = float(text) if _NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(score):
        raise BadLineError("score", f"came as {text[:80]!r}; write a finite number such as 12.5")
    return score
