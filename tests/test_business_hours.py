from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from faqsearch.business_hours import (
    DAYS,
    BusinessHours,
    Contact,
    ContactKind,
    Span,
    SupportDesk,
    is_public_holiday,
    open_contacts,
    read_support_desk,
)
from faqsearch.entry import JAPAN
from faqsearch.errors import InputError, SettingsError

OFFICE = BusinessHours.parse({"mon-fri": ["9:00-12:00", "13:00-18:00"], "sat": ["10:00-15:00"]})
NIGHT = BusinessHours.parse({"fri": ["22:00-26:00"], "sat": ["1:00-3:00"], "holidays": "usual"})


def at(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("moment", "is_open", "next_open", "open_until"),
    [
        (at(11, 18, 8, 59), False, at(11, 18, 9), None),
        (at(11, 18, 9), True, at(11, 18, 9), at(11, 18, 12)),
        (at(11, 18, 12), False, at(11, 18, 13), None),
        (at(11, 18, 17, 59), True, at(11, 18, 17, 59), at(11, 18, 18)),
        (at(11, 21, 15), False, at(11, 24, 9), None),  # Sunday, then the holiday of 23 November
    ],
)
def test_opening_times_by_day_of_the_week(
    moment: dt.datetime, is_open: bool, next_open: dt.datetime, open_until: dt.datetime | None
) -> None:
    assert OFFICE.is_open(moment) is is_open
    assert OFFICE.next_open(moment) == next_open
    assert OFFICE.open_until(moment) == open_until


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        (at(11, 18, 10), 1, at(11, 18, 11)),
        (at(11, 18, 10), 2, at(11, 18, 12)),
        (at(11, 18, 10), 2.5, at(11, 18, 13, 30)),
        (at(11, 18, 17), 8, at(11, 19, 17)),
        (at(11, 20, 17), 8, at(11, 24, 11)),  # an hour, five on Saturday, two after the long weekend
        (at(11, 22, 3), 0, at(11, 24, 9)),
        (at(11, 18, 12), 0, at(11, 18, 13)),
    ],
)
def test_a_reply_takes_hours_of_work_only(moment: dt.datetime, hours: float, expected: dt.datetime) -> None:
    assert OFFICE.reply_by(moment, hours) == expected


def test_a_moment_of_another_time_zone_is_the_same_moment() -> None:
    utc = at(11, 18, 17).astimezone(dt.UTC)
    assert OFFICE.reply_by(utc, 8) == at(11, 19, 17)
    assert OFFICE.reply_by(utc, 8).tzinfo is JAPAN


def test_a_span_across_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    assert NIGHT.is_open(at(11, 21, 1, 30))
    assert NIGHT.open_until(at(11, 20, 23)) == at(11, 21, 3)  # it goes over into Saturday's
    assert not NIGHT.is_open(at(11, 20, 1))
    assert NIGHT.open_time(at(11, 20, 0), at(11, 22, 0)) == dt.timedelta(hours=5)


def test_the_first_day_decides_whether_a_night_is_a_holiday() -> None:
    eve = BusinessHours.parse({"mon-sun": ["22:00-26:00"]})
    assert eve.is_open(at(11, 23, 1))  # the night of the 22nd, which is none
    assert not eve.is_open(at(11, 23, 23))
    assert not eve.is_open(at(11, 24, 1))


@pytest.mark.parametrize(
    "day",
    [(2026, 5, 6), (2026, 9, 22), (2027, 3, 22), (2026, 1, 1), (2026, 3, 20), (2019, 4, 30), (2021, 7, 23)],
)
def test_substitute_and_moved_holidays_are_known(day: tuple[int, int, int]) -> None:
    assert is_public_holiday(dt.date(*day))


@pytest.mark.parametrize("day", [(2026, 5, 7), (2026, 12, 24), (2026, 12, 31), (2021, 7, 19)])
def test_ordinary_days_are_no_holidays(day: tuple[int, int, int]) -> None:
    assert not is_public_holiday(dt.date(*day))


def test_what_others_register_as_a_holiday_does_not_count_here() -> None:
    code = """
import datetime, jpholiday
from faqsearch.business_hours import is_public_holiday
class Founding(jpholiday.OriginalHolidayCheckerInterface):
    def is_holiday(self, date): return date == datetime.date(2026, 11, 18)
    def holiday_name(self, date): return "x"
jpholiday.register(Founding())
assert jpholiday.is_holiday(datetime.date(2026, 11, 18))
assert not is_public_holiday(datetime.date(2026, 11, 18))
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_holidays_can_have_spans_of_their_own_or_be_as_usual() -> None:
    week = {"mon-fri": ["9:00-18:00"]}
    labour_day = at(11, 23, 11)
    assert BusinessHours.parse(week).open_until(labour_day) is None
    assert BusinessHours.parse({**week, "holidays": ["10:00-12:00"]}).open_until(labour_day) == at(11, 23, 12)
    assert BusinessHours.parse({**week, "holidays": "usual"}).open_until(labour_day) == at(11, 23, 18)


def test_closed_days_of_one_year_and_of_every_year() -> None:
    hours = BusinessHours.parse(
        {"mon-sun": ["9:00-18:00"], "closed": ["12-29..01-03", "2026-08-12..2026-08-14", "02-29"]}
    )
    assert hours.next_open(at(12, 28, 20)) == at(1, 4, 9, year=2027)
    assert hours.next_open(at(12, 28, 20, year=2030)) == at(1, 4, 9, year=2031)
    assert hours.next_open(at(8, 12, 9)) == at(8, 15, 9)
    assert hours.is_open(at(8, 12, 9, year=2027))
    assert hours.next_open(at(2, 28, 18, year=2028)) == at(3, 1, 9, year=2028)


def test_where_it_is_always_open_the_end_that_is_told_lies_a_week_ahead() -> None:
    always = BusinessHours.parse({"mon-sun": ["0:00-24:00"], "holidays": "usual"})
    assert always.open_until(at(11, 18, 10)) == at(11, 25, 0)
    assert always.reply_by(at(11, 18, 10), 1_000) == at(11, 18, 10) + dt.timedelta(hours=1_000)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "the week has no opening time; give at least one span"),
        ({"mon": []}, "the week has no opening time; give at least one span"),
        ({"mon": ["9-18"]}, "mon: a span came as '9-18'; write it like 9:00-18:00"),
        ({"mon": ["９:00-18:00"]}, "mon: a span came as str of length 10; write it like 9:00-18:00"),
        ({"mon": [9]}, "mon: a span came as int; write it like 9:00-18:00"),
        ({"mon": ["9:60-18:00"]}, "mon: a span came as '9:60-18:00'; minutes go from 00 to 59"),
        (
            {"mon": ["18:00-9:00"]},
            "mon: a span ends after it begins, at 36:00 at the latest; across midnight write 22:00-26:00",
        ),
        ({"mon": ["24:00-25:00"]}, "mon: a span begins from 0:00 to 23:59"),
        ({"mon": "9:00-18:00"}, 'mon: must be a list of spans, such as ["9:00-18:00"]'),
        (
            {"mon": ["9:00-12:00", "11:00-13:00"]},
            "mon: spans overlap or are out of order; write each minute once",
        ),
        ({"mon-wed": ["9:00-12:00"], "tue": []}, "tue is given twice; leave it out of one key"),
        (
            {"monday": ["9:00-12:00"]},
            "the key 'monday' is no day; allowed are mon, tue, wed, thu, fri, sat, sun, ranges such as",
        ),
        (
            {"mon": ["9:00-12:00"], "holidays": "open"},
            'holidays: must be a list of spans or "usual", such as ["9:00-18:00"]',
        ),
        (
            {"mon": ["9:00-12:00"], "closed": ["2026-02-30"]},
            "closed: a day came as '2026-02-30'; write 2026-08-13, 12-31 for every year, or a range: ",
        ),
        (
            {"mon": ["9:00-12:00"], "closed": ["12-01..2026-12-31"]},
            "closed: a day came as '12-01..2026-12-31'; write 2026-08-13, 12-31 for every year, or a range: ",
        ),
        (
            {"mon": ["9:00-12:00"], "closed": ["2026-08-16..2026-08-13"]},
            "closed: '2026-08-16..2026-08-13' must go forward, 2,000 days at most",
        ),
        (
            {"mon": ["9:00-12:00"], "closed": "2026-08-16"},
            'closed: must be a list of days, such as ["2026-08-13", "12-29..01-03"]',
        ),
        (
            {"mon": ["9:00-12:00"], "closed": ["01-01..12-31"]},
            "closed holds 366 days of every year; allowed are 60",
        ),
        (
            {"mon": ["9:00-12:00"], "closed": ["2026-01-01..2031-01-01", "2032-01-01..2037-01-01"]},
            "closed holds 3,655 days; allowed are 2,000; drop past ones",
        ),
    ],
)
def test_a_table_that_says_nothing_sensible_is_refused(table: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError) as raised:
        BusinessHours.parse(table)
    assert str(raised.value).startswith(message)


def test_a_week_has_seven_days_and_its_spans_are_in_order() -> None:
    one, other = Span(start=60, end=120), Span(start=180, end=240)
    with pytest.raises(SettingsError, match="week holds 1 days; give the spans of all 7"):
        BusinessHours(week=((one,),))
    with pytest.raises(SettingsError, match="mon: spans overlap or are out of order"):
        BusinessHours(week=((other, one), *[()] * 6))


@pytest.mark.parametrize(
    ("moment", "message"),
    [
        (at(11, 18, 9).replace(tzinfo=None), "came without a time zone"),
        ("2026-11-18", "came as str; give a datetime"),
        (at(1, 1, 1, year=1985), "is of the year 1985; allowed are 1986 to 2900"),
        (at(1, 1, 1, year=2901), "is of the year 2901"),
    ],
)
def test_a_moment_must_be_one_of_our_times_with_a_time_zone(moment: dt.datetime, message: str) -> None:
    for ask in (OFFICE.is_open, OFFICE.next_open, OFFICE.open_until):
        with pytest.raises(InputError, match=message):
            ask(moment)


@pytest.mark.parametrize("hours", [-1, 1_000.5, float("nan"), float("inf"), "8", True])
def test_hours_of_work_are_bounded(hours: float) -> None:
    with pytest.raises(InputError, match="hours of work"):
        OFFICE.reply_by(at(11, 18, 9), hours)


def test_the_end_of_the_calendar_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(InputError, match="there is no opening time left before the year 2901"):
        BusinessHours.parse({"mon": ["0:00-0:01"]}).reply_by(at(1, 1, 0, year=2900), 1_000)


def test_without_jpholiday_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    from faqsearch.business_hours import holidays

    holidays.calendar.cache_clear()
    monkeypatch.setitem(sys.modules, "jpholiday", None)
    try:
        with pytest.raises(SettingsError, match=r"faqsearch\[replies\].*or set holidays = \"usual\""):
            BusinessHours.parse({"mon": ["9:00-18:00"]})
        assert BusinessHours.parse({"mon": ["9:00-18:00"], "holidays": "usual"}).is_open(at(11, 16, 9))
    finally:
        holidays.calendar.cache_clear()


SPANS = st.tuples(st.integers(0, 1_439), st.integers(1, 800)).map(
    lambda pair: Span(start=pair[0], end=min(pair[0] + pair[1], 2_160))
)
MOMENTS = st.integers(0, 100 * 365 * 24 * 60).map(lambda n: at(1, 1, 0, year=1990) + dt.timedelta(minutes=n))
WORK = st.floats(0, 60)


@st.composite
def all_hours(draw: st.DrawFn) -> BusinessHours:
    week = tuple(tuple(_apart(draw(st.lists(SPANS, max_size=3)))) for _ in DAYS)
    assume(any(week))
    holidays = draw(st.one_of(st.none(), st.lists(SPANS, max_size=2).map(lambda spans: tuple(_apart(spans)))))
    closed = draw(st.frozensets(st.dates(dt.date(2026, 11, 1), dt.date(2026, 12, 31)), max_size=20))
    yearly = draw(st.frozensets(st.tuples(st.integers(1, 12), st.integers(1, 28)), max_size=10))
    return BusinessHours(week=week, holidays=holidays, closed=closed, closed_yearly=yearly)


def _apart(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    return kept


@given(hours=all_hours(), moment=MOMENTS, work=WORK)
def test_exactly_the_hours_of_work_lie_between_inquiry_and_reply(
    hours: BusinessHours, moment: dt.datetime, work: float
) -> None:
    by = hours.reply_by(moment, work)
    assert by >= hours.next_open(moment)
    assert hours.open_time(moment, by) == dt.timedelta(hours=work)
    # The first such moment: it lies inside an opening, or where one ends.
    assert hours.is_open(by) or hours.is_open(by - dt.timedelta(microseconds=1))


@given(hours=all_hours(), moment=MOMENTS, later=st.floats(0, 300), work=WORK, more=WORK)
def test_who_writes_later_or_asks_for_more_is_not_answered_earlier(
    hours: BusinessHours, moment: dt.datetime, later: float, work: float, more: float
) -> None:
    after = moment + dt.timedelta(hours=later)
    assert hours.reply_by(moment, work) <= hours.reply_by(after, work)
    assert hours.reply_by(moment, work) <= hours.reply_by(moment, work + more)
    assert hours.next_open(moment) <= hours.next_open(after)


@given(hours=all_hours(), moment=MOMENTS, work=st.floats(0.01, 30), more=st.floats(0.01, 30))
def test_work_done_in_two_parts_ends_when_it_ends_in_one(
    hours: BusinessHours, moment: dt.datetime, work: float, more: float
) -> None:
    first, second = dt.timedelta(hours=work), dt.timedelta(hours=more)
    halfway = hours.reply_by(moment, first / dt.timedelta(hours=1))
    both = hours.reply_by(moment, (first + second) / dt.timedelta(hours=1))
    ended = hours.reply_by(halfway, second / dt.timedelta(hours=1))
    assert abs(hours.open_time(moment, ended) - hours.open_time(moment, both)) <= dt.timedelta(microseconds=3)


@given(hours=all_hours(), moment=MOMENTS)
def test_next_open_and_open_until_agree_with_is_open(hours: BusinessHours, moment: dt.datetime) -> None:
    opening = hours.next_open(moment)
    assert hours.is_open(opening)
    assert hours.is_open(moment) == (opening == moment) == (hours.open_until(moment) is not None)
    until = hours.open_until(opening)
    assert until is not None
    assert opening < until
    assert hours.open_time(opening, until) == until - opening
    if until - opening < dt.timedelta(days=6):
        assert not hours.is_open(until)


def _brute(hours: BusinessHours, moment: dt.datetime) -> bool:
    """Whether some span of this or the day before covers a moment, minute by minute of the definition."""
    for back in (0, 1):
        day = moment.date() - dt.timedelta(days=back)
        spans = hours.week[day.weekday()]
        if hours.holidays is not None and is_public_holiday(day):
            spans = hours.holidays
        if day in hours.closed or (day.month, day.day) in hours.closed_yearly:
            spans = ()
        minutes = (moment - dt.datetime.combine(day, dt.time(), JAPAN)) / dt.timedelta(minutes=1)
        if any(span.start <= minutes < span.end for span in spans):
            return True
    return False


@given(hours=all_hours(), moment=MOMENTS)
def test_is_open_agrees_with_the_definition(hours: BusinessHours, moment: dt.datetime) -> None:
    assert hours.is_open(moment) == _brute(hours, moment)


FILE = """
reply_within = 4
sender = "ポット本舗 お客様係"
signature = \"\"\"
ポット本舗 お客様係
https://shop.example/\"\"\"

[hours]
mon-fri = ["9:00-12:00", "13:00-18:00"]
closed = ["12-29..01-03", 2026-11-18]

[[contacts]]
name = "お電話"
kind = "phone"
address = "0120-000-000"
hours = { mon-sun = ["9:00-21:00"], holidays = "usual" }

[[contacts]]
name = "メール"
kind = "mail"
address = "support@example.com"

[[contacts]]
name = "チャット"
kind = "chat"
hours = "always"
"""


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "support.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_a_file_gives_hours_contacts_and_signature(tmp_path: Path) -> None:
    desk = read_support_desk(write(tmp_path, b"\xef\xbb\xbf" + FILE.encode()))
    assert (desk.sender, desk.signature) == (
        "ポット本舗 お客様係",
        "ポット本舗 お客様係\nhttps://shop.example/",
    )
    assert [(one.name, one.kind, one.address) for one in desk.contacts] == [
        ("お電話", ContactKind.PHONE, "0120-000-000"),
        ("メール", ContactKind.MAIL, "support@example.com"),
        ("チャット", ContactKind.CHAT, ""),
    ]
    assert desk.reply_by(at(11, 17, 16)) == at(11, 19, 11)
    assert [one.name for one in desk.open_contacts(at(11, 19, 20))] == ["お電話", "チャット"]
    assert [one.name for one in desk.open_contacts(at(11, 19, 10))] == ["お電話", "メール", "チャット"]


def test_closed_days_hold_for_contacts_too_unless_they_have_their_own(tmp_path: Path) -> None:
    desk = read_support_desk(write(tmp_path, FILE))
    phone, mail, chat = desk.contacts
    assert [one.is_open(at(11, 18, 10)) for one in (phone, mail, chat)] == [False, False, True]
    own = FILE.replace('holidays = "usual" }', 'holidays = "usual", closed = [] }')
    assert read_support_desk(write(tmp_path, own)).contacts[0].is_open(at(11, 18, 10))


def test_an_empty_file_promises_nothing(tmp_path: Path) -> None:
    desk = read_support_desk(write(tmp_path, ""))
    assert desk == SupportDesk()
    assert desk.reply_by(at(11, 18, 10)) is None
    assert open_contacts((Contact(name="窓口", kind=ContactKind.PHONE),), at(11, 18, 3))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hours = ", "cannot be read as TOML: Invalid value (at end of document)"),
        (b"sender = '\xff'", "cannot be read as TOML: "),
        (
            "hour = 1",
            "the file has a key 'hour'; allowed are contacts, hours, reply_within, sender, signature",
        ),
        ("hours = 1", 'hours: must be a table of days and spans, or "always"'),
        ("[hours]\nmon = ['9-10']", "hours: mon: a span came as '9-10'; write it like 9:00-18:00"),
        ("contacts = 1", "contacts must be [[contacts]] tables"),
        ("contacts = [1]", "contacts 1: must be a table"),
        ("[[contacts]]\nname = '電話'", "contacts 1: a contact lacks the key kind"),
        (
            "[[contacts]]\nname = ' '\nkind = 'phone'",
            "contacts 1: name is empty; write what customers shall read",
        ),
        (
            "[[contacts]]\nname = '電話'\nkind = 'fax'",
            "contacts 1: kind came as 'fax'; allowed are phone, mail, chat",
        ),
        (
            "[[contacts]]\nname = '電話'\nkind = 'phone'\nnumber = '1'",
            "contacts 1: a contact has a key 'number'; allowed are address, hours, kind, name",
        ),
        ("reply_within = 0", "reply_within must be above 0"),
        ("reply_within = '8'", "reply_within: hours of work came as str; give a number"),
        ("sender = 1", "sender came as int; give a text"),
        ('sender = "a\\nb"', "sender has a line break or a tab; write it on one line"),
        ('signature = "a\\u001b"', "signature holds control or invisible characters; take them out"),
        (f"signature = '{'あ' * 1001}'", "signature has 1,001 characters; allowed are 1,000"),
        ("#" * 100_001, "is larger than 100,000 bytes; is it another file?"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_name(
    tmp_path: Path, text: str | bytes, message: str
) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SettingsError) as raised:
        read_support_desk(path)
    assert str(raised.value).startswith(f"{path}: {message}")


def test_a_file_that_is_not_there_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read: No such file"):
        read_support_desk(tmp_path / "none.toml")
