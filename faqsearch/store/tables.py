"""Rows of cells under a header row: what CSV and XLSX have in common."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from faqsearch.entry import FaqEntry
from faqsearch.store.parts import join_parts, split_parts
from faqsearch.store.records import (
    COLUMNS,
    DATES,
    LISTS,
    REQUIRED,
    RecordCollector,
    parse_date,
    shown,
    unknown_name,
)

HEADER_ROW: Final = 1
"""The row that names the columns."""

# A blank cell means the default here. Not for a category: one of spaces only is allowed, if odd.
_BLANK_IS_DEFAULT: Final = frozenset(COLUMNS) - frozenset((*REQUIRED, "category"))


@dataclass(frozen=True, kw_only=True, slots=True)
class BadCell:
    """A cell that holds no text and no day.

    Attributes:
        message: What came, what is allowed.
    """

    message: str


Cell: TypeAlias = str | dt.date | BadCell
"""What a cell can hold; an empty cell holds the empty text."""


class Table:
    """Turns the rows under one header into records.

    Args:
        collector: Takes the records and the problems.
        header: Cells of the header row.
        padded: Whether every row must have as many cells as the header (CSV), or may be shorter (XLSX).
    """

    def __init__(self, collector: RecordCollector, header: Sequence[Cell], *, padded: bool) -> None:
        self._collector = collector
        self._padded = padded
        self._positions: dict[str, int] = {}
        self._unnamed: list[int] = []
        self._width = len(header)
        for position, cell in enumerate(header):
            self._name_column(position, cell)
        self._missing = frozenset(REQUIRED) - self._positions.keys()
        for name in REQUIRED:
            if name in self._missing:
                message = f"is missing in the header; every file needs {', '.join(REQUIRED)}"
                collector.report(HEADER_ROW, name, message)

    @property
    def is_readable(self) -> bool:
        """Whether the header names any known column, so that reading on makes sense."""
        return bool(self._positions)

    def add(self, row: int, cells: Sequence[Cell]) -> None:
        """Hand one row to the collector; a blank row is nothing."""
        if all(_is_blank(cell) for cell in cells):
            return
        if self._has_right_width(row, cells):
            values, broken = self._values(row, cells)
            self._collector.add(row, values, broken | self._missing)
        else:
            self._collector.count()

    def _name_column(self, position: int, cell: Cell) -> None:
        if _is_blank(cell):
            self._unnamed.append(position)
            return
        name = cell.strip() if isinstance(cell, str) else ""
        if not isinstance(cell, str):
            message = cell.message if isinstance(cell, BadCell) else f"came as the day {cell}"
            self._report_header("", f"cell {position + 1}: {message}; write the name of a column as text")
        elif name not in COLUMNS:
            message = unknown_name(name, "column")
            if any(separator in name for separator in "\t;"):
                message += "; separate columns by commas"
            self._report_header(shown(name)[1:-1], message)
        elif name in self._positions:
            first = self._positions[name] + 1
            self._report_header(name, f"stands in cells {first} and {position + 1} of the header; keep one")
        else:
            self._positions[name] = position

    def _report_header(self, column: str, message: str) -> None:
        self._collector.report(HEADER_ROW, column, message)

    def _has_right_width(self, row: int, cells: Sequence[Cell]) -> bool:
        if self._padded and len(cells) < self._width:
            self._collector.report(row, "", f"has {len(cells)} cells; the header has {self._width}")
            return False
        for position in (*self._unnamed, *range(self._width, len(cells))):
            if position < len(cells) and not _is_blank(cells[position]):
                self._collector.report(
                    row, "", f"holds something in cell {position + 1}, where the header names no column"
                )
                return False
        return True

    def _values(self, row: int, cells: Sequence[Cell]) -> tuple[dict[str, object], frozenset[str]]:
        values: dict[str, object] = {}
        broken: set[str] = set()
        for name, position in self._positions.items():
            cell = cells[position] if position < len(cells) else ""
            if name in _BLANK_IS_DEFAULT and _is_blank(cell):
                continue
            value = _value(name, cell)
            if isinstance(value, BadCell):
                self._collector.report(row, name, value.message)
                broken.add(name)
            else:
                values[name] = value
        return values, frozenset(broken)


def cells_of(entry: FaqEntry) -> tuple[str, ...]:
    """Return the cells of an entry as text, in the order of ``COLUMNS``; an absent day is empty."""
    return tuple(_cell(getattr(entry, name)) for name in COLUMNS)


def _cell(value: str | dt.date | tuple[str, ...] | None) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return join_parts(value)
    return str(value)


def _value(name: str, cell: Cell) -> object:
    """Return the typed value of a cell, or a BadCell."""
    if isinstance(cell, BadCell):
        return cell
    if name in DATES:
        return cell if isinstance(cell, dt.date) else _day(cell)
    if isinstance(cell, dt.date):
        return BadCell(message=f"holds the day {cell}; format the cell as text and write what is meant")
    if name in LISTS:
        return split_parts(cell)
    if name in ("audience", "status"):
        return cell.strip()
    return cell


def _day(text: str) -> dt.date | BadCell:
    try:
        return parse_date(text.strip())
    except ValueError as error:
        return BadCell(message=str(error))


def _is_blank(cell: Cell) -> bool:
    return isinstance(cell, str) and not cell.strip()
