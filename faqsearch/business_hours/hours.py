"""Weekly opening times, and how long something takes that is only done in them."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from faqsearch.business_hours.holidays import calendar, is_public_holiday
from faqsearch.entry import JAPAN
from faqsearch.errors import InputError, SettingsError, shown

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Names of the days of the week, from Monday."""

MAX_WORKING_HOURS: Final = 1_000
MAX_CLOSED_DAYS: Final = 2_000
MAX_YEARLY_DAYS: Final = 60

_USUAL: Final = "usual"
_FIRST_YEAR, _LAST_YEAR = 1986, 2900  # the laws on holidays as jpholiday and others agree on them
_SPAN: Final = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY: Final = dt.timedelta(days=1)
_FARTHEST_CLOSING: Final = dt.timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of opening time in minutes from midnight of the day on which it begins.

    Attributes:
        start: First minute, 0 to 1,439.
        end: Minute at which it is over, after ``start``; beyond 1,440 it is on the next day, to 2,160 (noon).

    Raises:
        SettingsError: If the minutes are no such span.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < 1_440:
            raise SettingsError("a span begins from 0:00 to 23:59")
        if not self.start < self.end <= 2_160:
            raise SettingsError(
                "a span ends after it begins, at 36:00 at the latest; across midnight write 22:00-26:00"
            )

    @classmethod
    def parse(cls, text: object) -> Span:
        """Read a span such as ``9:00-18:00``.

        Raises:
            SettingsError: If it is none.
        """
        found = _SPAN.fullmatch(text) if isinstance(text, str) else None
        if not found:
            raise SettingsError(f"a span came as {shown(text)}; write it like 9:00-18:00")
        hours, minutes, end_hours, end_minutes = map(int, found.groups())
        if minutes > 59 or end_minutes > 59:
            raise SettingsError(f"a span came as {shown(text)}; minutes go from 00 to 59")
        return cls(start=hours * 60 + minutes, end=end_hours * 60 + end_minutes)


@dataclass(frozen=True, kw_only=True, slots=True)
class BusinessHours:
    """Weekly opening times with holidays and closed days.

    Moments are datetimes with a time zone, from 1986 to 2900; those that come back are in Japan's.

    Attributes:
        week: The spans of each day from Monday, sorted and without overlap on a day; at least one in all.
        holidays: The spans on a Japanese public holiday, none if closed; None to open as on the weekday.
        closed: Days on which no span begins; 2,000 at most.
        closed_yearly: Months and days of every year on which no span begins; 60 at most.

    Raises:
        SettingsError: If a rule above is broken, or jpholiday is not installed and ``holidays`` is not None.
    """

    week: tuple[tuple[Span, ...], ...]
    holidays: tuple[Span, ...] | None = ()
    closed: frozenset[dt.date] = frozenset()
    closed_yearly: frozenset[tuple[int, int]] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != len(DAYS):
            raise SettingsError(f"week holds {len(self.week)} days; give the spans of all 7")
        if not any(self.week):
            raise SettingsError("the week has no opening time; give at least one span")
        for day, spans in zip((*DAYS, "holidays"), (*self.week, self.holidays or ()), strict=True):
            if any(after.start < before.end for before, after in pairwise(spans)):
                raise SettingsError(f"{day}: spans overlap or are out of order; write each minute once")
        if len(self.closed) > MAX_CLOSED_DAYS:
            raise SettingsError(
                f"closed holds {len(self.closed):,} days; allowed are {MAX_CLOSED_DAYS:,}; drop past ones"
            )
        if len(self.closed_yearly) > MAX_YEARLY_DAYS:
            raise SettingsError(
                f"closed holds {len(self.closed_yearly)} days of every year; allowed are {MAX_YEARLY_DAYS}"
            )
        if self.holidays is not None:
            calendar()

    @classmethod
    def parse(cls, table: Mapping[str, object]) -> BusinessHours:
        """Read opening times as the table ``[hours]`` of a file has them.

        Args:
            table: Days (``mon``, or a range such as ``mon-fri``) to lists of spans; ``holidays``; ``closed``.

        Raises:
            SettingsError: If a key is unknown, a day is given twice, or a value cannot be read.
        """
        week: dict[str, tuple[Span, ...]] = {}
        for key, value in table.items():
            if key in {"holidays", "closed"}:
                continue
            for day in _days_of(key):
                if day in week:
                    raise SettingsError(f"{day} is given twice; leave it out of one key")
                week[day] = _spans(key, value)
        holidays = table.get("holidays", [])
        closed = tuple(_closed_days(table.get("closed", [])))
        return cls(
            week=tuple(week.get(day, ()) for day in DAYS),
            holidays=None if holidays == _USUAL else _spans("holidays", holidays),
            closed=frozenset(day for day in closed if isinstance(day, dt.date)),
            closed_yearly=frozenset(day for day in closed if isinstance(day, tuple)),
        )

    def is_open(self, at: dt.datetime) -> bool:
        """Tell whether somebody is there; at the minute of closing nobody is."""
        return self.open_until(at) is not None

    def open_until(self, at: dt.datetime) -> dt.datetime | None:
        """Return when the opening time around a moment ends, or None if nobody is there.

        Where opening times touch day after day, the last moment that is told lies some 7 days ahead.
        """
        moment = _in_japan(at)
        until: dt.datetime | None = None
        for start, end in self._openings(moment):
            if start > (until or moment) or end - moment > _FARTHEST_CLOSING:
                break
            until = end
        return until

    def next_open(self, at: dt.datetime) -> dt.datetime:
        """Return the first moment from ``at`` on at which somebody is there; ``at`` itself if so then."""
        moment = _in_japan(at)
        return self._after(moment, dt.timedelta())

    def reply_by(self, at: dt.datetime, working_hours: float) -> dt.datetime:
        """Return the first moment by which so many hours of opening time have passed since ``at``.

        Args:
            at: The moment of the inquiry.
            working_hours: From 0 (the next moment of opening time) to 1,000.

        Raises:
            InputError: If an argument is out of range.
        """
        return self._after(_in_japan(at), working_time(working_hours))

    def open_time(self, start: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """Return how much of the time from ``start`` to ``end`` is opening time; 0 if ``end`` is before."""
        first, last = _in_japan(start), _in_japan(end)
        total = dt.timedelta()
        for opening, closing in self._openings(first):
            if opening >= last:
                break
            total += max(min(closing, last) - max(opening, first), dt.timedelta())
        return total

    def _after(self, moment: dt.datetime, wanted: dt.timedelta) -> dt.datetime:
        for opening, closing in self._openings(moment):
            begin = max(opening, moment)
            if closing - begin >= wanted:
                return begin + wanted
            wanted -= closing - begin
        raise InputError(f"there is no opening time left before the year {_LAST_YEAR + 1}")

    def _openings(self, moment: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Yield the stretches of opening time that end after a moment, in order, none overlapping another."""
        last = dt.datetime.min.replace(tzinfo=JAPAN)
        # A span reaches to noon of the day after it began, at most.
        for start, end in self._spans_from(moment.date() - _DAY):
            if end > max(moment, last):
                yield max(start, last), end
            last = max(last, end)

    def _spans_from(self, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        while day.year <= _LAST_YEAR + 1:
            midnight = dt.datetime.combine(day, dt.time(), JAPAN)
            for span in self._spans_on(day):
                yield (midnight + dt.timedelta(minutes=span.start), midnight + dt.timedelta(minutes=span.end))
            day += _DAY

    def _spans_on(self, day: dt.date) -> tuple[Span, ...]:
        if day in self.closed or (day.month, day.day) in self.closed_yearly:
            return ()
        if self.holidays is not None and is_public_holiday(day):
            return self.holidays
        return self.week[day.weekday()]


def _days_of(key: str) -> tuple[str, ...]:
    first, dash, last = key.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        raise SettingsError(
            f"the key {shown(key)} is no day; allowed are {', '.join(DAYS)}, ranges such as mon-fri, "
            "holidays and closed"
        )
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return DAYS[begin : end + 1] if begin <= end else DAYS[begin:] + DAYS[: end + 1]


def _spans(key: str, value: object) -> tuple[Span, ...]:
    if not isinstance(value, list):
        usual = f' or "{_USUAL}"' if key == "holidays" else ""
        raise SettingsError(f'{key}: must be a list of spans{usual}, such as ["9:00-18:00"]')
    try:
        return tuple(sorted((Span.parse(text) for text in value), key=lambda span: span.start))
    except SettingsError as error:
        raise SettingsError(f"{key}: {error}") from error


def _closed_days(value: object) -> Iterator[dt.date | tuple[int, int]]:
    """Yield days, and months with days for those of every year."""
    if not isinstance(value, list):
        raise SettingsError('closed: must be a list of days, such as ["2026-08-13", "12-29..01-03"]')
    for item in value:
        first, last, yearly = _closed_range(item)
        if not 0 <= (last - first).days < MAX_CLOSED_DAYS:
            raise SettingsError(f"closed: {shown(item)} must go forward, {MAX_CLOSED_DAYS:,} days at most")
        for day in (first + number * _DAY for number in range((last - first).days + 1)):
            yield (day.month, day.day) if yearly else day


def _closed_range(item: object) -> tuple[dt.date, dt.date, bool]:
    if isinstance(item, dt.date) and not isinstance(item, dt.datetime):  # TOML has dates of its own
        return item, item, False
    first, _, last = str(item).partition("..")
    last = last or first
    yearly = len(first) == len("12-29")
    if yearly:  # any leap year, and the one after it for a range over New Year
        first, last = f"2024-{first}", f"{2025 if last < first else 2024}-{last}"
    with contextlib.suppress(ValueError):
        if _DATE.fullmatch(first) and _DATE.fullmatch(last):
            return dt.date.fromisoformat(first), dt.date.fromisoformat(last), yearly
    raise SettingsError(
        f"closed: a day came as {shown(item)}; write 2026-08-13, 12-31 for every year, or a range: "
        "2026-08-13..2026-08-16"
    )


def working_time(hours: object) -> dt.timedelta:
    """Return a number of hours from 0 to 1,000.

    Raises:
        InputError: If it is none.
    """
    if isinstance(hours, bool) or not isinstance(hours, int | float):
        raise InputError(f"hours of work came as {type(hours).__name__}; give a number")
    if not (math.isfinite(hours) and 0 <= hours <= MAX_WORKING_HOURS):
        raise InputError(f"hours of work must be from 0 to {MAX_WORKING_HOURS:,}")
    return dt.timedelta(hours=hours)


def _in_japan(at: object) -> dt.datetime:
    if not isinstance(at, dt.datetime):
        raise InputError(f"a moment came as {type(at).__name__}; give a datetime")
    if at.tzinfo is None or at.utcoffset() is None:
        raise InputError("a moment came without a time zone; give datetime.now(timezone), say")
    if not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        raise InputError(f"a moment is of the year {at.year}; allowed are {_FIRST_YEAR} to {_LAST_YEAR}")
    return at.astimezone(JAPAN)
