"""The entries of a file as they were read, kept beside the index: each is decoded when it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final, TypeAlias, overload

import numpy as np

from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.index.derived import Column
from faqsearch.index.document import EntryTexts
from faqsearch.index.segment import IntArray
from faqsearch.index.snapshot import BoolArray
from faqsearch.index.strings import NumbersOf, PackedStrings

_TEXTS: Final = ("id", "question", "answer", "category", "url")
_LISTS: Final = ("variants", "tags")
_DAYS: Final = ("valid_from", "valid_until")
_BETWEEN: Final = "\1"
"""Stands between the texts of a list: of control characters, they hold line breaks and tabs only."""
_AUDIENCES: Final = tuple(Audience)
_STATUSES: Final = tuple(Status)
_NEVER_ENDING: Final = dt.date.max.toordinal()


class FileEntries(dict[str, FaqEntry]):
    """The entries of a file by id, in the order of the file.

    Args:
        entries: The entries.
        source: What tells the file, and how it was read, from all others.
    """

    def __init__(self, entries: Iterable[FaqEntry], source: str) -> None:
        super().__init__((entry.id, entry) for entry in entries)
        self.source = source


def entry_columns(entries: Iterable[FaqEntry]) -> dict[str, Column]:
    """Take entries apart into named columns, a row for each entry."""
    rows = tuple(entries)
    columns: dict[str, Column] = {
        name: PackedStrings.pack(getattr(entry, name) for entry in rows) for name in _TEXTS
    }
    for name in _LISTS:
        columns[name] = PackedStrings.pack(_BETWEEN.join(getattr(entry, name)) for entry in rows)
    columns["audience"] = np.array([_AUDIENCES.index(entry.audience) for entry in rows], np.uint8)
    columns["status"] = np.array([_STATUSES.index(entry.status) for entry in rows], np.uint8)
    for name in _DAYS:
        days = (getattr(entry, name) for entry in rows)
        columns[name] = np.array([day.toordinal() if day else 0 for day in days], np.int32)
    ids = [entry.id for entry in rows]
    columns["by id"] = np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int32)
    return columns


class EntryTable:
    """Entries in columns. Each is decoded once, and the same object ever after.

    Args:
        columns: As ``entry_columns`` makes them.
        source: What tells the file that they come from.

    Raises:
        KeyError: If a column is missing.
        TypeError: If a column holds something else.
        ValueError: If the columns have different numbers of rows, or a number in them points outside.
    """

    def __init__(self, columns: Mapping[str, Column], source: str) -> None:
        self.source = source
        self._strings: dict[str, PackedStrings] = {}
        for name in (*_TEXTS, *_LISTS):
            column = columns[name]
            if not isinstance(column, PackedStrings):
                raise TypeError(f"column {name} holds no strings")
            self._strings[name] = column
        self._audience, self._status, *self._days, order = (
            np.asarray(columns[name]) for name in ("audience", "status", *_DAYS, "by id")
        )
        self.ids = self._strings["id"]
        sizes = {len(column) for column in columns.values()}
        if sizes != {len(self.ids)}:
            raise ValueError("the columns are of different lengths")
        for column, most in ((self._audience, _AUDIENCES), (self._status, _STATUSES), (order, self.ids)):
            if len(column) and not 0 <= column.min() <= column.max() < len(most):
                raise ValueError("a number points outside of the table")
        self.rows: Mapping[str, int] = NumbersOf(self.ids, order)
        self._entries: dict[int, FaqEntry] = {}
        self._entry_texts: dict[int, EntryTexts] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def listed(self) -> tuple[str, ...]:
        """Return all ids; who lists them will look many up, so from now on a dictionary does that."""
        ids = tuple(self.ids)
        if not isinstance(self.rows, dict):
            self.rows = {entry_id: row for row, entry_id in enumerate(ids)}
        return ids

    def entry(self, row: int) -> FaqEntry:
        """Return the entry of a row."""
        known = self._entries.get(row)
        if known is None:
            # Of two threads that decode the same entry, both return the object of the first.
            known = self._entries.setdefault(row, self._decoded(row))
        return known

    def texts(self, row: int) -> EntryTexts:
        """Return the texts of a row."""
        known = self._entry_texts.get(row)
        if known is None:
            strings = self._strings
            made = EntryTexts(strings["question"][row], self._list("variants", row), strings["answer"][row])
            known = self._entry_texts.setdefault(row, made)
        return known

    def visible(self, audience: Audience, day: dt.date) -> BoolArray:
        """Shape (n,); what ``FaqEntry.is_visible`` tells of each row."""
        seen = [number for number, other in enumerate(_AUDIENCES) if audience.may_see(other)]
        first, last = self._days
        today = day.toordinal()
        found: BoolArray = np.isin(self._audience, seen) & (self._status == _STATUSES.index(Status.PUBLISHED))
        return found & (first <= today) & (today <= np.where(last == 0, _NEVER_ENDING, last))

    def _decoded(self, row: int) -> FaqEntry:
        values: dict[str, object] = {name: self._strings[name][row] for name in _TEXTS}
        values |= {name: self._list(name, row) for name in _LISTS}
        values["audience"] = _AUDIENCES[self._audience[row]]
        values["status"] = _STATUSES[self._status[row]]
        for name, column in zip(_DAYS, self._days, strict=True):
            values[name] = dt.date.fromordinal(int(column[row])) if column[row] else None
        # Its rules were checked when it was read from the file, and what came since was compared bit for bit.
        entry = object.__new__(FaqEntry)
        for name, value in values.items():
            object.__setattr__(entry, name, value)
        return entry

    def _list(self, name: str, row: int) -> tuple[str, ...]:
        joined = self._strings[name][row]
        return tuple(joined.split(_BETWEEN)) if joined else ()


class StoredEntries(Mapping[str, FaqEntry]):
    """Entries of a table by id, in the order of its rows: all of them, or what an audience sees on a day.

    Args:
        table: The table.
        audience: The audience; by default the owner, who sees all.
        day: The day in Japan.
    """

    def __init__(
        self, table: EntryTable, audience: Audience | None = None, day: dt.date = dt.date.min
    ) -> None:
        self.table = table
        self._audience = audience
        self._day = day

    @property
    def source(self) -> str:
        """What tells the file, and how it was read, from all others."""
        return self.table.source

    @cached_property
    def mask(self) -> BoolArray:
        """Shape (n,); which rows of the table are among these entries."""
        if self._audience is None:
            return np.ones(len(self.table), np.bool_)
        return self.table.visible(self._audience, self._day)

    def visible(self, audience: Audience, day: dt.date) -> StoredEntries:
        """Return those entries that an audience may find on a day."""
        return StoredEntries(self.table, audience, day)

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return int(self.mask.sum())

    def __iter__(self) -> Iterator[str]:
        ids = self.table.listed()
        return (ids[row] for row in np.flatnonzero(self.mask).tolist())

    def __getitem__(self, entry_id: str) -> FaqEntry:
        entry = self.table.entry(self.table.rows[entry_id])
        if self._audience is not None and not entry.is_visible(self._audience, self._day):
            raise KeyError(entry_id)
        return entry


SourcedEntries: TypeAlias = FileEntries | StoredEntries
"""The entries of a file, of which no one has been changed since."""


class RowTexts(Sequence[EntryTexts]):
    """Texts of some rows of a table.

    Args:
        table: The table.
        rows: Shape (n,), int32; the rows.

    Raises:
        ValueError: If one points outside of the table.
    """

    def __init__(self, table: EntryTable, rows: IntArray) -> None:
        if len(rows) and rows.view(np.uint32).max() >= len(table):
            raise ValueError("a row points outside of the table")
        self.table = table
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> EntryTexts: ...

    @overload
    def __getitem__(self, index: slice) -> RowTexts: ...

    def __getitem__(self, index: int | slice) -> EntryTexts | RowTexts:
        if isinstance(index, slice):
            return RowTexts(self.table, self.rows[index])
        return self.table.texts(int(self.rows[index]))

    def __iter__(self) -> Iterator[EntryTexts]:
        return map(self.table.texts, self.rows.tolist())


def visible_entries(
    entries: Mapping[str, FaqEntry], audience: Audience, day: dt.date
) -> Mapping[str, FaqEntry]:
    """Return those entries that an audience may find on a day."""
    if isinstance(entries, StoredEntries):
        return entries.visible(audience, day)
    return {key: entry for key, entry in entries.items() if entry.is_visible(audience, day)}
