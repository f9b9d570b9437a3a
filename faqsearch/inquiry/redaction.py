"""Redaction: personal data out of a text before it is stored or logged, reversible only by the caller.

What is found gives way to placeholders such as ［氏名1］; the same words get the same number. Only who
holds the ``Redacted`` object can put them back, and its ``repr`` shows nothing of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import MappingProxyType
from typing import Final

from faqsearch.errors import InputError
from faqsearch.inquiry.name_words import NameWords
from faqsearch.inquiry.personal_addresses import find_addresses
from faqsearch.inquiry.personal_names import find_names, known_names
from faqsearch.inquiry.personal_numbers import DEFAULT_ORDER_IDS, OrderIds, find_emails, find_numbers
from faqsearch.inquiry.personal_text import (
    LABELS,
    PLACEHOLDER,
    PersonalKind,
    PersonalSpan,
    apart,
    fold,
    hide,
)

__all__ = ["DEFAULT_ORDER_IDS", "PersonalKind", "PersonalSpan", "Redacted", "Redactor"]

# What was hidden can show a rule something it did not see before; this ends after two rounds or three.
_MAX_ROUNDS: Final = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Redacted:
    """A text without its personal data.

    Attributes:
        text: The text with placeholders.
        spans: What was taken out, in order; offsets count in the original text.
        originals: Placeholder to what it stands for. Personal data: keep it apart from the text.
    """

    text: str
    spans: tuple[PersonalSpan, ...]
    originals: Mapping[str, str] = field(repr=False)

    def restore(self, text: str) -> str:
        """Put the originals back into a text with these placeholders, such as an edited draft.

        Raises:
            InputError: If the text is no string.
        """
        if not isinstance(text, str):
            raise InputError(f"text came as {type(text).__name__}; give a string")
        return PLACEHOLDER.sub(lambda match: self.originals.get(match[0], match[0]), text)


class Redactor:
    """Finds personal data in texts; safe to share between threads.

    Args:
        order_ids: Regular expressions, each for a whole id of an order, contract or member: 4 to 40
            letters, digits and hyphens, matched in half width.

    Raises:
        SettingsError: If one is no regular expression.
    """

    def __init__(self, order_ids: Sequence[str] = DEFAULT_ORDER_IDS) -> None:
        self._order_ids = OrderIds(order_ids)

    def find(self, text: str, names: Sequence[str] = ()) -> tuple[PersonalSpan, ...]:
        """Find personal data: spans in order that do not overlap, in time proportional to the length.

        Args:
            text: Any text.
            names: Names that are known from elsewhere, such as ``Reading.sender`` or a customer's record.

        Raises:
            InputError: If the text is no string, or the names are no sequence of strings.
        """
        if not isinstance(text, str):
            raise InputError(f"text came as {type(text).__name__}; give a string")
        if isinstance(names, str) or not all(isinstance(name, str) for name in names):
            raise InputError("names must be a sequence of strings")
        known = known_names(names)
        words = NameWords()
        folded, found = fold(text), list[PersonalSpan]()
        for _ in range(_MAX_ROUNDS):
            rest, new = self._round(folded, words, known)
            if not new:
                break
            folded, found = rest, found + new
        return tuple(sorted(found, key=lambda span: span.start))

    def redact(self, text: str, names: Sequence[str] = ()) -> Redacted:
        """Put placeholders in the place of personal data; placeholders that the text holds stay as they are.

        Args:
            text: Any text.
            names: Names that are known from elsewhere; see ``find``.

        Raises:
            InputError: If the text is no string, or the names are no sequence of strings.
        """
        spans = self.find(text, names)
        numbers = {kind: _unused(kind, text) for kind in PersonalKind}
        placeholders: dict[tuple[PersonalKind, str], str] = {}
        pieces: list[str] = []
        position = 0
        for span in spans:
            original = text[span.start : span.end]
            key = span.kind, original
            if key not in placeholders:
                placeholders[key] = next(numbers[span.kind])
            pieces += (text[position : span.start], placeholders[key])
            position = span.end
        originals = {placeholder: original for (_, original), placeholder in placeholders.items()}
        return Redacted(
            text="".join((*pieces, text[position:])), spans=spans, originals=MappingProxyType(originals)
        )

    def remove(self, text: str) -> str:
        """Cut personal data out of a text that is to be learnt from: placeholders would be words of it.

        Raises:
            InputError: If the text is no string.
        """
        pieces, position = [], 0
        for span in self.find(text):
            pieces.append(text[position : span.start])
            position = span.end
        return " ".join((*pieces, text[position:])).strip() if pieces else text

    def _round(
        self, text: str, words: NameWords, known: re.Pattern[str] | None
    ) -> tuple[str, list[PersonalSpan]]:
        """Find once, the surest first; return the text with what was found hidden, and what it was."""
        found: list[PersonalSpan] = []
        for step in (find_emails, self._order_ids.find, find_numbers, find_addresses):
            spans = apart(_trimmed(text, step(text)))
            text, found = hide(text, spans), found + spans
        spans = apart(_trimmed(text, find_names(text, words, known)))
        return hide(text, spans), found + spans


def _trimmed(text: str, spans: Iterable[PersonalSpan]) -> Iterator[PersonalSpan]:
    """Take spaces off the ends of spans, and leave out what is nothing else."""
    for span in spans:
        piece = text[span.start : span.end]
        start, end = (
            span.start + len(piece) - len(piece.lstrip()),
            span.end - len(piece) + len(piece.rstrip()),
        )
        if start < end:
            yield PersonalSpan(kind=span.kind, start=start, end=end)


def _unused(kind: PersonalKind, text: str) -> Iterator[str]:
    """Yield placeholders of a kind that a text does not hold yet."""
    taken = {match[0] for match in re.finditer(PLACEHOLDER, text)}
    for number in count(1):
        placeholder = f"［{LABELS[kind]}{number}］"
        if placeholder not in taken:
            yield placeholder
