from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pytest

from faqsearch import Audience, EntryNotFoundError, FaqEntry, InputError, KnowledgeBase
from faqsearch.entry import JAPAN

SALE = FaqEntry(
    id="sale",
    question="春の割引はいつまでですか",
    answer="今月末までです。",
    category="催し",
    valid_from=dt.date(2026, 4, 1),
    valid_until=dt.date(2026, 4, 30),
)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now


def at(*moment: int, zone: dt.tzinfo = JAPAN) -> Clock:
    return Clock(dt.datetime(*moment, tzinfo=zone))  # type: ignore[arg-type]


def ids(base: KnowledgeBase, text: str) -> list[str]:
    return [hit.id for hit in base.search(text).hits]


@pytest.mark.parametrize("zone", [JAPAN, dt.UTC, dt.timezone(dt.timedelta(hours=-8))])
def test_an_entry_appears_and_disappears_at_midnight_in_japan(zone: dt.tzinfo) -> None:
    clock = at(2026, 3, 31, 23, 59, 59)
    clock.now = clock.now.astimezone(zone)
    base = KnowledgeBase((SALE,), clock=clock)
    seen = []
    for day in (dt.datetime(2026, 4, 1, tzinfo=JAPAN), dt.datetime(2026, 5, 1, tzinfo=JAPAN)):
        for moment in (day - dt.timedelta(seconds=1), day):
            clock.now = moment.astimezone(zone)
            seen.append((ids(base, "割引"), base.categories(), base.revision()))
    assert seen == [([], (), 0), (["sale"], ("催し",), 1), (["sale"], ("催し",), 1), ([], (), 2)]


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize(
    "look",
    [
        lambda base, audience: base.get("sale", audience).id,
        lambda base, audience: base.search("割引", audience=audience).hits[0].id,
        lambda base, audience: base.suggest("割引", audience=audience).candidates[0].id,
        lambda base, audience: base.explain("割引", "sale", audience).value > 0,
        lambda base, audience: base.categories(audience)[0],
    ],
    ids=["get", "search", "suggest", "explain", "categories"],
)
def test_every_way_of_looking_notices_the_new_day(
    look: Callable[[KnowledgeBase, Audience], object], audience: Audience
) -> None:
    clock = at(2026, 3, 31)
    base = KnowledgeBase((SALE,), clock=clock)
    with pytest.raises((EntryNotFoundError, IndexError)):
        look(base, audience)
    clock.now = dt.datetime(2026, 3, 31, 15, 0, tzinfo=dt.UTC)
    assert look(base, audience)


def test_an_entry_added_on_a_later_day_is_judged_by_that_day() -> None:
    clock = at(2026, 3, 1)
    base = KnowledgeBase(clock=clock)
    clock.now = dt.datetime(2026, 4, 15, tzinfo=JAPAN)
    base.upsert(SALE)
    assert ids(base, "割引") == ["sale"]
    clock.now = dt.datetime(2026, 5, 15, tzinfo=JAPAN)
    base.upsert(dataclasses.replace(SALE, id="sale-2"))
    assert ids(base, "割引") == []


def test_a_clock_that_goes_back_is_believed() -> None:
    clock = at(2026, 5, 1)
    base = KnowledgeBase((SALE,), clock=clock)
    clock.now = dt.datetime(2026, 4, 30, tzinfo=JAPAN)
    assert ids(base, "割引") == ["sale"]


def test_a_clock_without_a_time_zone_is_refused() -> None:
    with pytest.raises(InputError, match="without a time zone"):
        KnowledgeBase(clock=lambda: dt.datetime(2026, 4, 1))  # noqa: DTZ001 (the mistake under test)


def test_a_thread_that_waited_past_midnight_does_not_bring_yesterday_back() -> None:
    """Whoever finds that the day has changed asks the clock again behind the lock: its day may be over."""
    told = iter([dt.date(2026, 5, 1), dt.date(2026, 4, 30), dt.date(2026, 5, 1), dt.date(2026, 5, 1)])
    base = KnowledgeBase((SALE,), clock=lambda: dt.datetime.combine(next(told), dt.time(), JAPAN))
    assert ids(base, "割引") == []
    assert base.revision() == 0
    assert list(told) == []


def test_what_operators_do_after_midnight_does_not_show_in_the_publics_revision() -> None:
    """The public's view follows the days on which the public looks, whoever else looked before."""

    def public_revisions(*, with_operators: bool) -> list[int]:
        clock = at(2026, 3, 31)
        base = KnowledgeBase((SALE,), clock=clock)
        revisions = [base.revision()]
        for day in (dt.date(2026, 4, 1), dt.date(2026, 5, 1)):
            clock.now = dt.datetime.combine(day, dt.time(), JAPAN)
            if with_operators:
                assert base.categories("operator") == (("催し",) if day.month == 4 else ())
                base.upsert(FaqEntry(id="internal", question=f"{day}", answer="済", audience="operator"))
        revisions.append(base.revision())
        return revisions

    assert public_revisions(with_operators=True) == public_revisions(with_operators=False) == [0, 0]
