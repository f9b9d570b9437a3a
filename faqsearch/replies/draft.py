"""What a reply is drafted from, the draft, and the seam between them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol, runtime_checkable

from faqsearch.assist import Suggestion
from faqsearch.assist.triage import Triage
from faqsearch.business_hours import SupportDesk
from faqsearch.entry import JAPAN
from faqsearch.errors import InputError
from faqsearch.inquiry.redaction import Redacted


class DraftKind(StrEnum):
    """What a draft does."""

    ANSWER = "answer"
    """Answers with one FAQ, or each question with its own."""
    CHOICES = "choices"
    """Offers some FAQs."""
    QUESTION = "question"
    """Asks the customer back."""
    HAND_OVER = "hand_over"
    """Says that a person will answer, and by when; of several questions, at least one."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """Confirms that the inquiry has arrived."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftRequest:
    """What a reply is drafted from.

    Attributes:
        suggestion: What was found for the inquiry, with the reading of it.
        now: The present moment, with a time zone; decides which entries are public, and what is promised.
        triage: What else the inquiry says; decides whether to apologise.
        customer: The customer's name where it is known better than from the inquiry; empty for unknown.
        desk: Opening times, contacts and signature of who answers.

    Raises:
        InputError: If ``now`` has no time zone.
    """

    suggestion: Suggestion
    now: dt.datetime
    triage: Triage | None = None
    customer: str | None = None
    desk: SupportDesk = field(default_factory=SupportDesk)

    def __post_init__(self) -> None:
        if self.now.utcoffset() is None:
            raise InputError("now came without a time zone; give datetime.now(timezone), say")

    @property
    def day(self) -> dt.date:
        """The present day in Japan."""
        return self.now.astimezone(JAPAN).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A reply for a person to look at and send.

    Attributes:
        subject: On one line, at most 200 characters; chats have no use for it.
        body: What the customer reads.
        kind: What it does.
        citations: Ids of the entries it rests on, in order; all public.
        notes: For the operator, in Japanese; never sent.
        redacted: What placeholders such as ［注文番号1］ in the body stand for; see ``restored``.
    """

    subject: str
    body: str
    kind: DraftKind
    citations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    redacted: Redacted | None = field(default=None, repr=False)

    def restored(self) -> Draft:
        """Return the draft with the customer's own data in place of the placeholders."""
        if self.redacted is None:
            return self
        return replace(self, body=self.redacted.restore(self.body), redacted=None)


@runtime_checkable
class Composer(Protocol):
    """Writes drafts."""

    def compose(self, request: DraftRequest) -> Draft:
        """Draft the reply that a suggestion calls for; only with what the public may see today.

        Raises:
            SettingsError: If an owner's template cannot be used.
        """
        ...
