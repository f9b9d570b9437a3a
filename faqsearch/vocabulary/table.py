"""The rows of an owner's vocabulary as they stand in the CSV.

The columns are ``kind``, ``words`` and ``others``. Several words in a cell are separated by ``|``, also in
full width, or by a Japanese comma. As in files of entries, a backslash takes a following ``|`` literally, and
an apostrophe keeps a spreadsheet from running a cell as a formula.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from faqsearch.errors import FormatError, Problem
from faqsearch.store.csv_format import csv_rows
from faqsearch.store.parts import split_parts

COLUMNS: Final = ("kind", "words", "others")
REQUIRED: Final = ("kind", "words")
MAX_WORD_LENGTH: Final = 100
MAX_WORDS: Final = 50
"""Most words in one row: every one of them is paired with every other."""
MAX_ROWS: Final = 20_000
MAX_BYTES: Final = 10_000_000

_SEPARATORS: Final = re.compile(r"[｜、]")


class Kind(StrEnum):
    """What a row says of its words."""

    SYNONYM = "synonym"
    """All words and others stand for each other."""
    ONE_WAY = "one-way"
    """A query with one of the words finds the others too, but not the reverse."""
    STOP = "stop"
    """The words say nothing in a query."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VocabularyRow:
    """One row.

    Attributes:
        row: Where it stands in the file, counted from 1 with the header as row 1.
        kind: What it says.
        words: One word or phrase, or several.
        others: What the words stand for; may be empty but for ``one-way``, and is empty for ``stop``.
    """

    row: int
    kind: Kind
    words: tuple[str, ...]
    others: tuple[str, ...] = ()


def read_rows(path: str | Path) -> tuple[VocabularyRow, ...]:
    """Read a vocabulary CSV, in UTF-8 (with or without a byte order mark) or CP932 as Excel saves it.

    Raises:
        FormatError: With every problem of the file.
    """
    rows, problems = parse_rows(path)
    if problems:
        raise FormatError(problems)
    return rows


def parse_rows(path: str | Path) -> tuple[tuple[VocabularyRow, ...], tuple[Problem, ...]]:
    """Read the rows of a vocabulary CSV that can be read, and the problems of the others.

    Raises:
        FormatError: If none can: no such file, another encoding, another header.
    """
    file = str(path)
    (row, header), *rows = list(csv_rows(_content(path))) or [(1, [])]
    if isinstance(header, str):
        raise FormatError([_problem(file, row, "", header)])
    names = [cell.strip() for cell in header]
    if not set(REQUIRED) <= set(names) <= set(COLUMNS) or len(set(names)) < len(names):
        message = f"the header came as {quoted(','.join(names))}; allowed are {', '.join(COLUMNS)}, "
        raise FormatError([_problem(file, 1, "", f"{message}of which {' and '.join(REQUIRED)} are required")])
    if len(rows) > MAX_ROWS:
        raise FormatError([_problem(file, 0, "", f"has {len(rows):,} rows; allowed are {MAX_ROWS:,}")])
    found: list[VocabularyRow] = []
    problems: list[Problem] = []
    for number, cells in rows:
        if isinstance(cells, str):
            problems.append(_problem(file, number, "", cells))
        elif any(cell.strip() for cell in cells):
            made = _row(file, number, names, cells)
            if isinstance(made, VocabularyRow):
                found.append(made)
            else:
                problems += made
    return tuple(found), tuple(problems)


def _content(path: str | Path) -> bytes:
    try:
        with Path(path).open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError([_problem(str(path), 0, "", f"cannot be read: {error.strerror}")]) from error
    if len(data) > MAX_BYTES:
        message = f"is larger than the {MAX_BYTES:,} bytes that are allowed; is it another file?"
        raise FormatError([_problem(str(path), 0, "", message)])
    return data


def quoted(text: str) -> str:
    """Return an owner's word as messages show it: on one line, at most 40 characters."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return f"'{shown}'" if len(shown) <= 40 else f"'{shown[:40]}...'"


def _row(
    file: str, number: int, header: Sequence[str], cells: Sequence[str]
) -> VocabularyRow | list[Problem]:
    if len(cells) != len(header):
        return [_problem(file, number, "", f"has {len(cells)} cells; the header has {len(header)}")]
    values = dict(zip(header, cells, strict=True))
    words, others = (_words(values.get(name, "")) for name in ("words", "others"))
    kind = values["kind"].strip()
    problems = [("kind", _wrong_kind(kind))]
    problems += [("words", message) for message in _wrong_words(words)]
    problems += [("others", message) for message in _wrong_words(others)]
    problems.append(_wrong_counts(kind, len(words), len(others)))
    listed = [_problem(file, number, column, message) for column, message in problems if message]
    return listed or VocabularyRow(row=number, kind=Kind(kind), words=words, others=others)


def _words(cell: str) -> tuple[str, ...]:
    return split_parts(_SEPARATORS.sub("|", cell))


def _wrong_kind(kind: str) -> str:
    allowed = ", ".join(Kind)
    return "" if kind in set(Kind) else f"came as {quoted(kind)}; allowed are {allowed}"


def _wrong_counts(kind: str, words: int, others: int) -> tuple[str, str]:
    """Return column and message if a row has too few or too many words for its kind."""
    if not words:
        return "words", "is empty; write at least one word"
    if words + others > MAX_WORDS:
        return "", f"holds {words + others} words; allowed are {MAX_WORDS} in one row"
    if kind == Kind.STOP and others:
        return "others", "holds words; a stop phrase stands for nothing else, so leave it empty"
    if kind == Kind.ONE_WAY and not others:
        return "others", "is empty; write what a query with these words finds too"
    if kind == Kind.SYNONYM and words + others < 2:
        return "words", "holds one word only; write its synonym too"
    return "", ""


def _wrong_words(words: Sequence[str]) -> list[str]:
    wrong = []
    for word in words:
        if not word:
            wrong.append("has nothing between two separators; write a word or take one separator out")
        elif len(word) > MAX_WORD_LENGTH:
            message = f"holds a word of {len(word)} characters; allowed are {MAX_WORD_LENGTH}"
            wrong.append(f"{message}, and words are separated by | or 、")
        elif any(unicodedata.category(character) == "Cc" for character in word):
            wrong.append("holds a line break or a tab inside a word; separate words by | or 、")
    return wrong


def _problem(file: str, row: int, column: str, message: str) -> Problem:
    return Problem(file=file, row=row, column=column, message=message)
