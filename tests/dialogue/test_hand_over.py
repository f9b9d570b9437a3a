"""Contacts of now, and the record that goes to a person."""

from __future__ import annotations

import datetime as dt

from faqsearch.business_hours import BusinessHours, Contact
from faqsearch.dialogue import ContactNow, HandOver, Reason, Speaker
from faqsearch.dialogue.hand_over import contacts_message, contacts_now
from faqsearch.entry import JAPAN

TUESDAY = dt.datetime(2026, 12, 1, 12, tzinfo=JAPAN)
SUNDAY = dt.datetime(2026, 12, 6, 12, tzinfo=JAPAN)
PHONE = Contact(
    name="お電話",
    kind="phone",
    address="0120-000-000",
    hours=BusinessHours.parse({"mon-fri": ["9:30-18:00"], "sat": ["10:00-12:00"]}),
)
MAIL = Contact(name="メール", kind="mail", address="support@example.jp")
CHAT = Contact(name="有人チャット", kind="chat", hours=BusinessHours.parse({"wed": ["9:00-10:00"]}))


def text_of(*contacts: Contact, at: dt.datetime) -> str:
    message = contacts_message(contacts_now(contacts, at))
    assert message is not None
    return message.text


def test_open_contacts_come_first_and_closed_ones_say_when_they_open() -> None:
    assert text_of(CHAT, PHONE, MAIL, at=TUESDAY) == (
        "ただいまご利用いただける窓口はこちらです。\n"
        "・お電話：0120-000-000\n"
        "・メール：support@example.jp\n"
        "次の窓口は、ただいま受付時間外です。\n"
        "・有人チャット（次の受付は12月2日（水）9時から）"
    )


def test_where_nothing_is_open_the_next_opening_is_told() -> None:
    assert text_of(PHONE, at=SUNDAY) == (
        "申し訳ございません。ただいま受付時間外です。\n・お電話：0120-000-000（次の受付は12月7日（月）9時30分から）"
    )


def test_without_contacts_there_is_nothing_to_say() -> None:
    assert contacts_message(contacts_now((), TUESDAY)) is None


def test_the_record_knows_the_first_opening() -> None:
    def opening(*contacts: Contact) -> dt.datetime | None:
        now = contacts_now(contacts, SUNDAY)
        return HandOver(
            reason=Reason.REQUESTED, question="", transcript=(), tried=(), contacts=now
        ).next_opening

    assert opening(CHAT, PHONE) == dt.datetime(2026, 12, 7, 9, 30, tzinfo=JAPAN)
    assert opening(PHONE, MAIL) is None
    assert opening() is None


def test_a_contact_of_now_carries_what_a_program_needs() -> None:
    assert contacts_now((PHONE,), SUNDAY) == (
        ContactNow(
            name="お電話",
            kind=PHONE.kind,
            address="0120-000-000",
            open=False,
            next_opening=dt.datetime(2026, 12, 7, 9, 30, tzinfo=JAPAN),
        ),
    )
    assert Speaker.BOT == "bot"
