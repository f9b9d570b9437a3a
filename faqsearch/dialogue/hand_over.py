"""What a person needs to go on where the bot stops."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from faqsearch.business_hours import Contact, ContactKind
from faqsearch.dialogue.messages import LookUp, Message, render
from faqsearch.dialogue.state import Line
from faqsearch.entry import JAPAN

_DAYS = "月火水木金土日"


class Reason(StrEnum):
    """Why a dialogue is handed over."""

    REQUESTED = "requested"
    NOT_FOUND = "not_found"
    UNSOLVED = "unsolved"
    REPEATED = "repeated"
    FRUSTRATED = "frustrated"
    DISTRESSED = "distressed"
    LEFT = "left"
    TOO_LONG = "too_long"


class Speaker(StrEnum):
    """Who said something."""

    CUSTOMER = "customer"
    BOT = "bot"


@dataclass(frozen=True, kw_only=True, slots=True)
class Spoken:
    """One turn of a transcript.

    Attributes:
        speaker: Who said it.
        text: What was said; of the bot, with the choices it offered.
    """

    speaker: Speaker
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactNow:
    """A contact and when it can be reached.

    Attributes:
        name: Its name.
        kind: How it is reached.
        address: Its number, mail address or page; may be empty.
        next_opening: When it opens next; None while it is open, and where no opening is known.
        open: Whether it is open now.
    """

    name: str
    kind: ContactKind
    address: str
    open: bool
    next_opening: dt.datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class HandOver:
    """The record that goes to a person: personal data, the customer's words are in it.

    Attributes:
        reason: Why it is handed over.
        question: The last question, completed by what it referred back to.
        transcript: Everything said so far, and what is kept of earlier dialogues of the same state.
        tried: Ids of the entries that were shown, in order.
        contacts: The contacts of now, the open ones first.
    """

    reason: Reason
    question: str = field(repr=False)
    transcript: tuple[Spoken, ...] = field(repr=False)
    tried: tuple[str, ...]
    contacts: tuple[ContactNow, ...]

    @property
    def next_opening(self) -> dt.datetime | None:
        """When the first contact opens; None if one is open already, or none ever opens."""
        if any(contact.open for contact in self.contacts):
            return None
        return min((one.next_opening for one in self.contacts if one.next_opening), default=None)


def contacts_now(contacts: Iterable[Contact], at: dt.datetime) -> tuple[ContactNow, ...]:
    """Tell which contacts are open at a time, and when the others open; the open ones come first."""
    found = []
    for contact in contacts:
        is_open = contact.is_open(at)
        found.append(
            ContactNow(
                name=contact.name,
                kind=contact.kind,
                address=contact.address,
                open=is_open,
                next_opening=None if is_open or contact.hours is None else contact.hours.next_open(at),
            )
        )
    return tuple(sorted(found, key=lambda one: not one.open))


def contacts_message(contacts: Sequence[ContactNow]) -> Message | None:
    """Word the contacts for the customer; None if there are none."""
    if not contacts:
        return None
    parts = []
    if now := [f"・{_name(one)}" for one in contacts if one.open]:
        parts += ["ただいまご利用いただける窓口はこちらです。", *now]
    if later := [f"・{_name(one)}{_opening(one)}" for one in contacts if not one.open]:
        parts += [
            "次の窓口は、ただいま受付時間外です。" if now else "申し訳ございません。ただいま受付時間外です。",
            *later,
        ]
    return Message(text="\n".join(parts))


def transcript(lines: Iterable[Line], look_up: LookUp) -> tuple[Spoken, ...]:
    """Put the lines of a state into words, as the reader may see them now."""
    return tuple(
        Spoken(speaker=Speaker.BOT, text="\n".join(render(said, look_up).text for said in line.bot))
        if line.bot
        else Spoken(speaker=Speaker.CUSTOMER, text=line.customer)
        for line in lines
    )


def _name(contact: ContactNow) -> str:
    return f"{contact.name}：{contact.address}" if contact.address else contact.name


def _opening(contact: ContactNow) -> str:
    if contact.next_opening is None:
        return ""
    at = contact.next_opening.astimezone(JAPAN)
    minutes = f"{at.minute}分" if at.minute else ""
    return f"（次の受付は{at.month}月{at.day}日（{_DAYS[at.weekday()]}）{at.hour}時{minutes}から）"
