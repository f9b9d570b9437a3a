"""What a customer typed, made safe to keep: one bounded text without characters that nobody sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from faqsearch.analysis.normalize import normalize

MAX_TEXT: Final = 2_000
"""Characters of one turn; the rest is cut off, and the customer is told."""

_LONGEST_READ: Final = 4 * MAX_TEXT
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_UNSEEN: Final = re.compile(
    "[\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPACES: Final = re.compile(r"[^\S\n]+")
_LINES: Final = re.compile(r"\s*\n\s*")
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")
_MARKS: Final = re.compile(r"[^\w]+|_+|[〜~ー]+$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """A turn of the customer.

    Attributes:
        text: At most 2,000 characters, without control and invisible characters, spaces and lines tidied.
        cut: Whether more was sent than is read.
    """

    text: str
    cut: bool


def hear(raw: str) -> Heard:
    """Clean a text of any length and content, in time that does not grow with what is cut off."""
    text = clean(raw[:_LONGEST_READ])
    return Heard(text=text[:MAX_TEXT].rstrip(), cut=len(text) > MAX_TEXT or len(raw) > _LONGEST_READ)


def clean(text: str) -> str:
    """Take out what nobody sees (controls, zero width, direction marks) and tidy the white space."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    visible = _UNSEEN.sub("", _CONTROLS.sub(" ", lines))
    return _LINES.sub("\n", _SPACES.sub(" ", visible)).strip()


def folded(text: str) -> str:
    """Return a text for comparing: normalised as queries are, no marks at its ends."""
    return _EDGES.sub("", normalize(text).text)


def essence(text: str) -> str:
    """Return a text for telling repeats: normalised, without any marks and spaces."""
    return _MARKS.sub("", normalize(text).text)
