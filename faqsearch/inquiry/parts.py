"""What an inquiry is made of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class PartKind(StrEnum):
    """What a stretch of an inquiry is. BODY and SUBJECT are kept, all others dropped."""

    BODY = "body"
    SUBJECT = "subject"
    GREETING = "greeting"
    """Salutations and greetings: ご担当者様, お世話になっております."""
    OPENING = "opening"
    """Who writes: 山田と申します, いつも利用しています."""
    CLOSING = "closing"
    """Thanks, pleas and goodbyes: よろしくお願いいたします, 敬具."""
    SIGNATURE = "signature"
    QUOTE = "quote"
    """Earlier mails, with their headers."""
    FOOTER = "footer"
    """What a program adds: iPhoneから送信."""
    DISCLAIMER = "disclaimer"
    OPERATOR = "operator"
    """What the support side says or notes down."""
    LABEL = "label"
    """Labels of forms with values that are no text, time stamps, names of speakers, headers, rules."""


KEPT: Final = frozenset((PartKind.BODY, PartKind.SUBJECT))
OTHERS: Final = frozenset((PartKind.QUOTE, PartKind.OPERATOR))
"""What is taken for somebody else's words."""


_QUOTE_MARKS: Final = re.compile(r"^[ \t　]*(?:[>＞|｜][ \t　]*)+", re.MULTILINE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A stretch of the text, ``[start, end)``, of one kind."""

    kind: PartKind
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question or request, with the sentences that belong to it.

    Attributes:
        text: The kept text between start and end; parts dropped in between are left out.
        start: Where it begins in the text of the reading.
        end: Where it ends, exclusive.
        core: What carries the matter: the salient sentences of the text, one a line, after the subject if
            there is no other question; all that is kept, if all are salient.
    """

    text: str = field(repr=False)
    start: int
    end: int
    core: str = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """An inquiry, read: what it asks, and what was dropped around that.

    Attributes:
        text: The decoded text, which all offsets count in; of a mail: subject (if any), newline, body.
        parts: In order; they cover every character of the text exactly once.
        questions: In order; at least one if anything is kept.
        subject: Subject of a mail, or the value of a subject line in the text; may be empty.
        sender: Who a mail is from, as its header says; may be empty.
        attachments: Names of attachments, or their types where they have no name; they are not read.
        problems: What was wrong or cut, in words without any of the text.
        channel: The channel the caller gave.
    """

    text: str = field(repr=False)
    parts: tuple[Part, ...]
    questions: tuple[Question, ...]
    subject: str = field(default="", repr=False)
    sender: str = field(default="", repr=False)
    attachments: tuple[str, ...] = field(default=(), repr=False)
    problems: tuple[str, ...] = ()
    channel: str = "chat"

    @property
    def kept(self) -> str:
        """What search gets: the kept parts, joined by newlines; a text kept whole stays as it came."""
        return kept_between(self.text, self.parts, 0, len(self.text))

    @property
    def others(self) -> str:
        """What was taken for somebody else's words, quotes and what the support side says; without marks."""
        said = (self.text[part.start : part.end].strip() for part in self.parts if part.kind in OTHERS)
        return _QUOTE_MARKS.sub("", "\n".join(said))


def kept_between(text: str, parts: tuple[Part, ...], start: int, end: int) -> str:
    """Return what is kept of ``text[start:end]``, the parts joined by newlines."""
    if len(parts) == 1 and parts[0].kind in KEPT and (start, end) == (0, len(text)):
        return text
    pieces = (
        text[max(part.start, start) : min(part.end, end)].strip()
        for part in parts
        if part.kind in KEPT and part.start < end and part.end > start
    )
    return "\n".join(piece for piece in pieces if piece)
