"""Reading a text file line by line so that every bad line is reported, not only the first."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable
from pathlib import Path

from faqsearch.errors import EvaluationError, FormatError, Problem


class BadLineError(Exception):
    """What one line breaks; :func:`read_lines` turns it into a ``Problem`` with file and row.

    Attributes:
        column: Column or key at fault; empty for the line as a whole.
        message: What came, what is allowed.
    """

    def __init__(self, column: str, message: str) -> None:
        super().__init__(column, message)
        self.column = column
        self.message = message


def read_lines(path: str | os.PathLike[str], take: Callable[[int, str], None]) -> None:
    r"""Hand every line that is not blank to ``take``, in file order.

    Lines end at ``\n`` or ``\r\n`` only; the encoding is UTF-8, with or without a byte order mark.

    Args:
        path: The file.
        take: Called with the row (from 1) and the text of the line; raises ``BadLineError`` for a bad one.

    Raises:
        FormatError: If the file cannot be opened, or with all problems of all lines.
    """
    name = os.fspath(path)
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"cannot be read ({reason}); give the path of a readable file"
        raise FormatError([Problem(file=name, row=0, column="", message=message)]) from error
    problems = []
    for row, line in enumerate(content.removeprefix(codecs.BOM_UTF8).split(b"\n"), start=1):
        try:
            _take_line(row, line, take)
        except BadLineError as bad:
            problems.append(Problem(file=name, row=row, column=bad.column, message=bad.message))
    if problems:
        raise FormatError(problems)


def check_id(kind: str, value: object) -> str:
    """Return ``value`` if it can be an id in a TREC file: visible characters without white space.

    Args:
        kind: What the id names, such as ``"query"``; used in the message.
        value: What came.

    Raises:
        EvaluationError: If it is no such id; the message says what came and what is allowed.
    """
    if not isinstance(value, str):
        raise EvaluationError(f"the {kind} id came as {type(value).__name__}; give a string")
    if not value or any(character.isspace() or not character.isprintable() for character in value):
        shown = repr(value) if len(value) <= 80 else f"{value[:80]!r}..."
        raise EvaluationError(
            f"the {kind} id came as {shown}; allowed are visible characters without white space"
        )
    return value


def _take_line(row: int, line: bytes, take: Callable[[int, str], None]) -> None:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"holds a byte at position {error.start + 1} that is not UTF-8; save the file as UTF-8"
        raise BadLineError("", message) from None
    if text.strip():
        take(row, text.removesuffix("\r"))
