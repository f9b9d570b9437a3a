"""What confirmed inquiries count, as a pure rule."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.confirmations import (
    MAX_SOURCE,
    MAX_TEXT,
    Confirmation,
    ConfirmationLimits,
    PrivateVariants,
    private_variants,
)
from faqsearch.entry import JAPAN
from faqsearch.errors import InputError

NOON = dt.datetime(2026, 4, 1, 12, tzinfo=JAPAN)
TODAY = NOON.date()


def confirmation(**values: Any) -> Confirmation:
    given = {"entry_id": "faq-1", "text": "秘密の文", "source": "op-1", "kind": "operator", "at": NOON}
    return Confirmation(**given | values)


def later(minutes: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "秘密の文"}, "kind came as str of length 4; allowed are operator, customer"),
        ({"text": "あ" * (MAX_TEXT + 1)}, "text has 2,001 characters; allowed are 1 to 2,000"),
        ({"text": ""}, "text has 0 characters; allowed are 1 to 2,000"),
        ({"text": " \n　"}, "text holds nothing but white space; give the inquiry"),
        ({"text": b"x"}, "text came as bytes; give a string"),
        ({"source": "s" * (MAX_SOURCE + 1)}, "source has 201 characters; allowed are 1 to 200"),
        ({"entry_id": ""}, "entry_id has 0 characters; allowed are 1 to 200"),
        ({"id": ""}, "id has 0 characters; allowed are 1 to 200"),
        ({"at": dt.datetime(2026, 4, 1)}, "at is no time with a time zone; give datetime.now"),  # noqa: DTZ001
        ({"at": TODAY}, "at is no time with a time zone; give datetime.now"),
    ],
)
def test_a_broken_attribute_is_refused_without_repeating_the_text(
    values: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        confirmation(**values)
    assert str(caught.value).startswith(message)
    assert "秘密" not in str(caught.value)


def test_no_representation_shows_text_or_source() -> None:
    item = confirmation(source="大声さん")
    shown = repr(item) + str(private_variants([item], TODAY))
    assert "秘密" not in shown
    assert "大声" not in shown


def test_confirmations_have_ids_of_their_own() -> None:
    assert confirmation().id != confirmation().id


@pytest.mark.parametrize("value", [0, -1, 1.5, True, "3"])
def test_limits_are_whole_numbers_of_at_least_one(value: Any) -> None:
    with pytest.raises(InputError, match="days came as"):
        ConfirmationLimits(days=value)


def test_an_operators_confirmation_counts_alone_and_a_customers_with_another_one() -> None:
    first, second = (
        confirmation(kind="customer", source=source, text=source, at=later(minute))
        for minute, source in enumerate(("a", "b"))
    )
    assert private_variants([confirmation()], TODAY) == {"faq-1": PrivateVariants(operator=("秘密の文",))}
    assert private_variants([first], TODAY) == {}
    assert private_variants([first, second], TODAY) == {"faq-1": PrivateVariants(customer=("b", "a"))}


@pytest.mark.parametrize(("days", "counts"), [(0, True), (365, True), (366, False)])
def test_a_confirmation_expires_after_a_year(days: int, counts: bool) -> None:
    assert bool(private_variants([confirmation()], TODAY + dt.timedelta(days=days))) is counts


def test_the_day_of_a_confirmation_is_the_one_in_japan() -> None:
    item = confirmation(at=dt.datetime(2026, 3, 31, 15, tzinfo=dt.UTC))
    limits = ConfirmationLimits(days=1)
    assert item.day == TODAY
    assert private_variants([item], TODAY + dt.timedelta(days=1), limits)
    assert not private_variants([item], TODAY + dt.timedelta(days=2), limits)


def test_the_first_days_of_the_calendar_expire_nothing() -> None:
    item = confirmation(at=dt.datetime(1, 1, 2, tzinfo=JAPAN))
    assert private_variants([item], dt.date(1, 1, 2))


def test_the_newest_three_texts_of_an_operator_count_for_an_entry() -> None:
    items = [confirmation(text=f"text {number}", at=later(number)) for number in range(6)]
    assert private_variants(items, TODAY)["faq-1"].operator == ("text 5", "text 4", "text 3")


def test_the_same_text_takes_one_place_of_operators() -> None:
    items = [
        confirmation(text=text, source=source, at=later(number))
        for number, (text, source) in enumerate([("x", "op-1"), ("x", "op-2"), ("y", "op-1"), ("y", "op-1")])
    ]
    assert private_variants(items, TODAY)["faq-1"].operator == ("y", "x")


def test_the_newest_eight_texts_count_for_an_entry() -> None:
    items = [
        confirmation(text=f"text {number}", source=f"op-{number}", at=later(number)) for number in range(12)
    ]
    assert private_variants(items, TODAY)["faq-1"].operator == tuple(
        f"text {number}" for number in range(11, 3, -1)
    )


def test_a_customer_counts_once_for_an_entry_with_the_newest_text() -> None:
    items = [
        confirmation(kind="customer", source=source, text=f"{source} {number}", at=later(number))
        for number, source in enumerate(["loud", "quiet", "loud", "loud"])
    ]
    assert private_variants(items, TODAY)["faq-1"].customer == ("loud 3", "quiet 1")


@pytest.mark.parametrize(("kind", "allowed"), [("customer", 5), ("operator", 100)])
def test_a_source_counts_for_so_many_entries_a_day_the_first_ones(kind: str, allowed: int) -> None:
    limits = ConfirmationLimits(customers=1)
    items = [
        confirmation(entry_id=f"faq-{number:03}", kind=kind, at=later(number))
        for number in range(allowed + 3)
    ]
    again = [confirmation(entry_id="faq-000", kind=kind, text="again", at=later(300))]
    tomorrow = [confirmation(entry_id="faq-999", kind=kind, at=NOON + dt.timedelta(days=1))]
    counted = private_variants(items + again + tomorrow, TODAY + dt.timedelta(days=1), limits)
    assert list(counted) == [*(f"faq-{number:03}" for number in range(allowed)), "faq-999"]


CONFIRMATIONS = st.lists(
    st.builds(
        confirmation,
        id=st.text("abcdef", min_size=1, max_size=6),
        entry_id=st.sampled_from(["faq-1", "faq-2", "faq-3"]),
        text=st.sampled_from(["x", "y", "z"]),
        source=st.sampled_from(["a", "b", "c"]),
        kind=st.sampled_from(["operator", "customer"]),
        at=st.sampled_from([later(minutes) for minutes in (-600_000, -60, 0, 1, 1_440)]),
    ),
    unique_by=lambda item: item.id,
    max_size=25,
)
TIGHT = ConfirmationLimits(texts_per_operator=2, entries_per_operator=2, entries_per_customer=1)


@given(items=CONFIRMATIONS, data=st.data())
def test_the_order_of_arrival_does_not_matter(items: list[Confirmation], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(items))
    for limits in (ConfirmationLimits(), TIGHT):
        first, second = (private_variants(given, TODAY, limits) for given in (items, shuffled))
        assert first == second
        assert list(first) == list(second)


@given(items=CONFIRMATIONS, loud=CONFIRMATIONS)
def test_one_customer_alone_counts_nothing_however_often(
    items: list[Confirmation], loud: list[Confirmation]
) -> None:
    """Where no other customer confirmed; with another one, it is two who agree."""
    quiet = [item for item in items if item.kind == "operator"]
    more = [
        confirmation(
            id=f"loud {item.id}",
            entry_id=item.entry_id,
            text=item.text,
            at=item.at,
            kind="customer",
            source="!",
        )
        for item in loud
    ]
    assert private_variants(quiet + more, TODAY, TIGHT) == private_variants(quiet, TODAY, TIGHT)
