"""Ways to reach a person, and the desk that answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from faqsearch.business_hours.hours import BusinessHours, working_time
from faqsearch.errors import InputError, SettingsError, shown

_LONGEST_TEXT: Final = 1_000


class ContactKind(StrEnum):
    """How a contact is reached."""

    PHONE = "phone"
    MAIL = "mail"
    CHAT = "chat"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """A way to reach a person.

    Attributes:
        name: What customers read, such as ``お電話``; 1 to 1,000 characters on one line.
        kind: How it is reached.
        address: Phone number, mail address or address of the page; on one line, may be empty.
        hours: When somebody is there; None for always.

    Raises:
        SettingsError: If a rule above is broken.
    """

    name: str
    kind: ContactKind
    address: str = ""
    hours: BusinessHours | None = None

    def __post_init__(self) -> None:
        _check_line("name", self.name)
        if not self.name.strip():
            raise SettingsError("name is empty; write what customers shall read")
        _check_line("address", self.address)
        try:
            object.__setattr__(self, "kind", ContactKind(self.kind))
        except ValueError:
            allowed = ", ".join(ContactKind)
            raise SettingsError(f"kind came as {shown(self.kind)}; allowed are {allowed}") from None

    def is_open(self, at: dt.datetime) -> bool:
        """Tell whether somebody is there now."""
        return self.hours is None or self.hours.is_open(at)


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportDesk:
    """Who answers customers, when, and how they are reached.

    Attributes:
        hours: When inquiries are answered; None if no time may be promised.
        contacts: Ways to reach a person.
        reply_within: Hours of work until an inquiry is answered, above 0 to 1,000.
        sender: Name under which replies are sent, on one line; may be empty.
        signature: What ends a mail, on any number of lines; may be empty.

    Raises:
        SettingsError: If a rule above is broken.
    """

    hours: BusinessHours | None = None
    contacts: tuple[Contact, ...] = ()
    reply_within: float = 8
    sender: str = ""
    signature: str = ""

    def __post_init__(self) -> None:
        try:
            if not working_time(self.reply_within):
                raise SettingsError("reply_within must be above 0")
        except InputError as error:
            raise SettingsError(f"reply_within: {error}") from None
        _check_line("sender", self.sender)
        _check_text("signature", self.signature)

    def open_contacts(self, at: dt.datetime) -> tuple[Contact, ...]:
        """Return the contacts where somebody is there now."""
        return open_contacts(self.contacts, at)

    def reply_by(self, at: dt.datetime) -> dt.datetime | None:
        """Return when an inquiry of this moment is answered at the latest, if that may be promised."""
        return self.hours.reply_by(at, self.reply_within) if self.hours else None


def open_contacts(contacts: Iterable[Contact], at: dt.datetime) -> tuple[Contact, ...]:
    """Return the contacts where somebody is there at a moment, in their order."""
    return tuple(contact for contact in contacts if contact.is_open(at))


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise SettingsError(f"{name} came as {type(value).__name__}; give a text")
    if len(value) > _LONGEST_TEXT:
        raise SettingsError(f"{name} has {len(value):,} characters; allowed are {_LONGEST_TEXT:,}")
    if any(not (character.isprintable() or character in "\n\t\u3000") for character in value):
        raise SettingsError(f"{name} holds control or invisible characters; take them out")


def _check_line(name: str, value: object) -> None:
    _check_text(name, value)
    if isinstance(value, str) and ("\n" in value or "\t" in value):
        raise SettingsError(f"{name} has a line break or a tab; write it on one line")
