"""Drafts from templates alone: what they say stands in the FAQs, word for word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from faqsearch.assist.triage import Finding
from faqsearch.business_hours import Contact
from faqsearch.replies.customer import customer_name
from faqsearch.replies.draft import Draft, DraftKind, DraftRequest
from faqsearch.replies.plan import Offer, Plan, Section, make_plan
from faqsearch.replies.templating import NAMES, Templates
from faqsearch.replies.wording import addressed, moment, one_line, promise

MAX_SUBJECT: Final = 200
MAX_RECEIVED_SUBJECT: Final = 150
MAX_SENDER: Final = 200

_REPLY_MARKS: Final = ("re:", "re：", "ｒｅ：", "fw:", "fwd:")
_WRITTEN_KINDS: Final = frozenset({DraftKind.ANSWER, DraftKind.CHOICES})
_SAMPLE: Final[dict[str, object]] = {
    "kind": "answer",
    "channel": "mail",
    "customer": "見本 花子",
    "addressee": "見本 花子 様",
    "sender": "見本商店",
    "signature": "見本商店",
    "received_subject": "見本",
    "complaint": True,
    "distress": True,
    "urgent": True,
    "promise": "本日15時",
    "is_open": False,
    "number": 1,
    "asked": "見本ですか",
    "questions": ["見本ですか"],
    "text": "どちらですか。",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenContact:
    """A contact where somebody is there now, as templates see it.

    Attributes:
        name: Its name.
        address: Number or address, or empty.
        until: Until when, in words, or empty.
    """

    name: str
    address: str
    until: str


class TemplateComposer:
    """Writes drafts from the shipped templates, or an owner's in place of single ones.

    Args:
        folder: The owner's templates; see the documentation of replies.

    Raises:
        SettingsError: If Jinja is not installed or a template cannot be used, naming file and line.
    """

    def __init__(self, folder: str | Path | None = None) -> None:
        self._templates = Templates(folder)
        offer = Offer(
            id="1", question="見本", answer="見本", summary="見本", url="https://example.com/", label="見本"
        )
        contact = OpenContact(name="見本", address="000", until="本日18時")
        for name in NAMES:  # a misspelt name shows itself here, not in the first letter to a customer
            self._templates.render(name, {**_SAMPLE, "faqs": [offer], "contacts": [contact]})

    def compose(self, request: DraftRequest) -> Draft:
        """Draft the reply that the suggestion calls for.

        Raises:
            SettingsError: If a template fails.
        """
        return self.letter(request, make_plan(request))

    def acknowledge(self, request: DraftRequest) -> Draft:
        """Draft the mail that confirms the arrival; it repeats nothing of the inquiry, and no FAQ.

        Raises:
            SettingsError: If a template fails.
        """
        values = _values(request, DraftKind.ACKNOWLEDGEMENT)
        # Whoever writes under another's address must not get a text or link of his own sent there.
        values["received_subject"] = ""
        blocks = ("salutation", "thanks", "acknowledgement", "closing", "sign_off")
        return Draft(
            subject=self._subject(values),
            body=_joined(self._templates.render(name, values) for name in blocks),
            kind=DraftKind.ACKNOWLEDGEMENT,
        )

    def letter(self, request: DraftRequest, plan: Plan, written: str = "") -> Draft:
        """Write a plan as a letter.

        Args:
            request: What is answered.
            plan: What to say.
            written: A text that stands for the answers and choices; the FAQs are named after it.

        Raises:
            SettingsError: If a template fails.
        """
        values = _values(request, plan.kind)
        return Draft(
            subject=self._subject(values),
            body=_joined(self._blocks(values, plan, written)),
            kind=plan.kind,
            citations=plan.citations,
            notes=plan.notes,
        )

    def _subject(self, values: dict[str, object]) -> str:
        return one_line(self._templates.render("subject", values), MAX_SUBJECT)

    def _blocks(self, values: dict[str, object], plan: Plan, written: str) -> Iterator[str]:
        for name in ("salutation", "thanks", "apology"):
            yield self._templates.render(name, values)
        kept = plan.sections
        if written:
            yield written
            faqs = [offer for section in kept if section.kind in _WRITTEN_KINDS for offer in section.offers]
            yield self._templates.render("sources", {**values, "faqs": faqs})
            kept = tuple(section for section in kept if section.kind not in _WRITTEN_KINDS)
        handed_over = [section for section in kept if section.kind is DraftKind.HAND_OVER]
        answered = [section for section in kept if section.kind is not DraftKind.HAND_OVER]
        for number, section in enumerate(answered, start=1):
            yield from self._section(values, section, number if len(plan.sections) > 1 else 0)
        if handed_over:
            whole = len(handed_over) == len(plan.sections)
            questions = [] if whole else [section.asked for section in handed_over]
            yield self._templates.render("hand_over", {**values, "questions": questions})
        for name in ("closing", "sign_off"):
            yield self._templates.render(name, values)

    def _section(self, values: dict[str, object], section: Section, number: int) -> Iterator[str]:
        if number:
            yield self._templates.render("heading", {**values, "number": number, "asked": section.asked})
        yield self._templates.render(
            section.kind.value, {**values, "faqs": section.offers, "text": section.text}
        )


def _joined(blocks: Iterator[str]) -> str:
    return "\n\n".join(filter(None, blocks)) + "\n"


def _values(request: DraftRequest, kind: DraftKind) -> dict[str, object]:
    """Return what every template gets; what only some have use for is empty."""
    reading, desk, triage = request.suggestion.reading, request.desk, request.triage
    customer = customer_name(reading, request.customer)
    return {
        "kind": kind.value,
        "channel": reading.channel,
        "customer": customer,
        "addressee": addressed(customer),
        "sender": one_line(desk.sender, MAX_SENDER),
        "signature": desk.signature,
        "received_subject": _received_subject(reading.subject),
        "complaint": _found(triage.complaint if triage else None),
        "distress": _found(triage.distress if triage else None),
        "urgent": _found(triage.urgency if triage else None),
        "promise": promise(desk, request.now),
        "is_open": desk.hours is None or desk.hours.is_open(request.now),
        "contacts": [_open_contact(one, request.now) for one in desk.open_contacts(request.now)],
        "number": 0,
        "asked": "",
        "questions": [],
        "faqs": (),
        "text": "",
    }


def _open_contact(contact: Contact, now: dt.datetime) -> OpenContact:
    until = contact.hours.open_until(now) if contact.hours else None
    soon = until is not None and until - now <= dt.timedelta(days=1)
    return OpenContact(
        name=contact.name, address=contact.address, until=moment(until, now) if until and soon else ""
    )


def _found(finding: Finding | None) -> bool:
    return finding is not None and finding.found


def _received_subject(subject: str) -> str:
    """Return the subject of the inquiry on one line, without the marks of earlier replies."""
    bare = one_line(subject, MAX_RECEIVED_SUBJECT)
    while bare.lower().startswith(_REPLY_MARKS):
        bare = bare[bare.replace("：", ":").index(":") + 1 :].strip()
    return bare
