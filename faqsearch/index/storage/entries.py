"""The entries of a file as they were read, kept beside the index: each is decoded when it is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cached_property
from itertools import compress
from typing import Any, Final, TypeAlias, overload

import numpy as np
import numpy.typing as npt

from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.index.derived import Column
from faqsearch.index.document import EntryTexts
from faqsearch.index.segment import IntArray
from faqsearch.index.snapshot import BoolArray
from faqsearch.index.strings import NumbersOf, PackedStrings

COLUMNS: Final = tuple(field.name for field in fields(FaqEntry))
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
        self._numbers = {name: np.asarray(columns[name]) for name in _DECODED}
        self.ids, order = self._strings["id"], np.asarray(columns["by id"])
        if {len(column) for column in columns.values()} != {len(self.ids)}:
            raise ValueError("the columns are of different lengths")
        _check_numbers(self._numbers["audience"], len(_AUDIENCES))
        _check_numbers(self._numbers["status"], len(_STATUSES))
        _check_numbers(order, len(self.ids))
        self._rows = NumbersOf(self.ids, order)
        self._values = [self._of_row(name) for name in COLUMNS]
        self._entries: dict[int, FaqEntry] = {}
        self._entry_texts: dict[int, EntryTexts] = {}
        self._all: dict[str, FaqEntry] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def all(self) -> dict[str, FaqEntry]:
        """Return all entries by id, decoded at once; from now on, each of them is looked up there."""
        if len(self._all) < len(self):
            columns = map(self._column, COLUMNS)
            rows = enumerate(zip(*columns, strict=True))
            made = (self._entries.setdefault(row, _entry(values)) for row, values in rows)
            self._all = {entry.id: entry for entry in made}
        return self._all

    def find(self, entry_id: str) -> FaqEntry:
        """Return the entry with an id.

        Raises:
            KeyError: If there is none.
        """
        return self._all[entry_id] if self._all else self.entry(self._rows[entry_id])

    def entry(self, row: int) -> FaqEntry:
        """Return the entry of a row."""
        known = self._entries.get(row)
        if known is None:
            made = _entry([value(row) for value in self._values])
            # Of two threads that decode the same entry, both return the object of the first.
            known = self._entries.setdefault(row, made)
        return known

    def labels(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield id, category and tags of each row."""
        return zip(self.ids, self._strings["category"], self._column("tags"), strict=True)

    def texts(self, row: int) -> EntryTexts:
        """Return the texts of a row."""
        known = self._entry_texts.get(row)
        if known is None:
            strings = self._strings
            made = EntryTexts(
                strings["question"][row], _list(strings["variants"][row]), strings["answer"][row]
            )
            known = self._entry_texts.setdefault(row, made)
        return known

    def visible(self, audience: Audience, day: dt.date) -> BoolArray:
        """Shape (n,); what ``FaqEntry.is_visible`` tells of each row."""
        seen = [number for number, other in enumerate(_AUDIENCES) if audience.may_see(other)]
        audiences, status, first, last = (self._numbers[name] for name in ("audience", "status", *_DAYS))
        today = day.toordinal()
        found: BoolArray = np.isin(audiences, seen) & (status == _STATUSES.index(Status.PUBLISHED))
        return found & (first <= today) & (today <= np.where(last == 0, _NEVER_ENDING, last))

    def _column(self, name: str) -> Iterator[Any]:
        """Yield the values of a field."""
        if name in self._strings:
            strings = self._strings[name]
            return map(_list, strings) if name in _LISTS else iter(strings)
        return map(_DECODED[name], self._numbers[name].tolist())

    def _of_row(self, name: str) -> Callable[[int], object]:
        """Return what gives the value of a field for a row."""
        if name in self._strings:
            string = self._strings[name].__getitem__
            return (lambda row: _list(string(row))) if name in _LISTS else string
        number, decoded = self._numbers[name].item, _DECODED[name]
        return lambda row: decoded(number(row))


def _entry(values: Iterable[Any]) -> FaqEntry:
    # Its rules were checked when it was read from the file, and what came since was compared bit for bit.
    entry = object.__new__(FaqEntry)
    for name, value in zip(COLUMNS, values, strict=True):
        object.__setattr__(entry, name, value)
    return entry


def _list(joined: str) -> tuple[str, ...]:
    return tuple(joined.split(_BETWEEN)) if joined else ()


def _day(number: int) -> dt.date | None:
    return dt.date.fromordinal(number) if number else None


_DECODED: Final[Mapping[str, Callable[[int], object]]] = {
    "audience": _AUDIENCES.__getitem__,
    "status": _STATUSES.__getitem__,
    **dict.fromkeys(_DAYS, _day),
}


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

    def labels(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield id, category and tags of each entry, which is not decoded for that."""
        return compress(self.table.labels(), self.mask.tolist())

    def __len__(self) -> int:
        return self._count

    @cached_property
    def _count(self) -> int:
        return int(self.mask.sum())

    def __iter__(self) -> Iterator[str]:
        return compress(self.table.all(), self.mask.tolist())

    def __getitem__(self, entry_id: str) -> FaqEntry:
        entry = self.table.find(entry_id)
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
        _check_numbers(rows, len(table))
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


def labels_of(entries: Mapping[str, FaqEntry]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield id, category and tags of entries."""
    if isinstance(entries, StoredEntries):
        return entries.labels()
    return ((key, entry.category, entry.tags) for key, entry in entries.items())


def _check_numbers(numbers: npt.NDArray[Any], behind: int) -> None:
    """Raise ValueError if a number is below 0 or not below ``behind``."""
    if len(numbers) and not 0 <= numbers.min() <= numbers.max() < behind:
        raise ValueError("a number points outside of the table")
