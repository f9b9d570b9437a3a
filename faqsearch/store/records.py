"""From raw values to entries: one collector gathers every problem of a file before any entry leaves it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Final

from faqsearch.entry import FaqEntry
from faqsearch.errors import EntryError, FormatError, Problem

COLUMNS: Final = tuple(field.name for field in dataclasses.fields(FaqEntry))
"""All columns in the order in which they are written."""

REQUIRED: Final = ("id", "question", "answer")
"""The columns no file may lack."""

LISTS: Final = ("variants", "tags")
"""The columns that hold several texts."""

DATES: Final = ("valid_from", "valid_until")
"""The columns that hold a day."""

_PLACEHOLDERS: Final = dict.fromkeys(REQUIRED, "-")
_POSITIONS: Final = {name: position for position, name in enumerate(COLUMNS)}
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})-([0-9]{2})|/([0-9]{1,2})/([0-9]{1,2}))")
_SHOWN: Final = 80
_LONGEST_REASON: Final = 400


class RecordCollector:
    """Builds the entries of one file and remembers everything that is wrong with it.

    Args:
        file: Name of the file as the caller gave it.
        progress: Called after each record with the number of records so far.
    """

    def __init__(self, file: str, progress: Callable[[int], None] | None = None) -> None:
        self._file = file
        self._progress = progress
        self._count = 0
        self._entries: list[FaqEntry] = []
        self._problems: list[Problem] = []
        self._rows_by_id: dict[str, int] = {}

    def report(self, row: int, column: str, message: str) -> None:
        """Note a problem; ``row`` 0 means the whole file, an empty ``column`` the whole row."""
        self._problems.append(Problem(file=self._file, row=row, column=column, message=message))

    def add(self, row: int, values: Mapping[str, object], broken: AbstractSet[str] = frozenset()) -> None:
        """Build one entry and note every field of it that breaks a rule.

        Args:
            row: Where the record stands in the file.
            values: Typed values by field name; a field left out takes its default.
            broken: Fields whose problem was reported before; they are judged no further.
        """
        usable: dict[str, Any] = {name: value for name, value in values.items() if name not in broken}
        self._note_id(row, usable.get("id"))
        for name in REQUIRED:
            if name not in usable and name not in broken:
                self.report(row, name, f"is missing; every entry needs {', '.join(REQUIRED)}")
        while True:
            try:
                entry = FaqEntry(**{**_PLACEHOLDERS, **usable})
            except EntryError as error:
                self.report(row, error.field, _shortened(error.reason))
                del usable[error.field]
            else:
                break
        # A mended entry never gets out: whoever called report() has made finish() raise.
        self._entries.append(entry)
        self.count()

    def count(self) -> None:
        """Count one record as read, for the progress callback; ``add`` has done it for its own."""
        self._count += 1
        if self._progress is not None:
            self._progress(self._count)

    def finish(self) -> tuple[FaqEntry, ...]:
        """Return all entries in file order.

        Raises:
            FormatError: If anything was reported; it holds every problem by row, then by column.
        """
        if self._problems:
            raise FormatError(
                sorted(self._problems, key=lambda problem: (problem.row, _POSITIONS.get(problem.column, -1)))
            )
        return tuple(self._entries)

    def _note_id(self, row: int, entry_id: object) -> None:
        if not isinstance(entry_id, str) or not entry_id:
            return
        first = self._rows_by_id.setdefault(entry_id, row)
        if first != row:
            self.report(
                row,
                "id",
                f"came as {shown(entry_id)}, which row {first} has already; give each entry its own",
            )


def parse_date(text: str) -> dt.date:
    """Read a day written ``2026-04-01``, or ``2026/4/1`` as Excel in Japan writes it.

    Raises:
        ValueError: If the text is something else or no such day exists; the message says so.
    """
    match = _DATE.fullmatch(text)
    if match:
        year, *rest = (int(number) for number in match.groups() if number is not None)
        try:
            return dt.date(year, rest[0], rest[1])
        except ValueError:
            pass
    raise ValueError(f"came as {shown(text)}; write an existing day as 2026-04-01 or 2026/4/1")


def unknown_name(name: str, kind: str) -> str:
    """Say that ``name`` is no known column or key (``kind``), and which one may have been meant."""
    near = difflib.get_close_matches(name.strip().lower(), COLUMNS, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return f"is not a known {kind}; {hint}Allowed are {', '.join(COLUMNS)}"


def shown(value: object) -> str:
    """Return ``value`` as a message shows it: on one line, unambiguous, and never long."""
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _shortened(reason: str) -> str:
    """Cut the middle out of a very long reason; what came stands at its start, what is allowed at its end."""
    if len(reason) <= _LONGEST_REASON:
        return reason
    half = _LONGEST_REASON // 2
    return f"{reason[:half]} … {reason[-half:]}"
