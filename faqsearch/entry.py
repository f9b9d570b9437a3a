"""The FAQ entry: the one record that is the truth; every index is derived from it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeVar, get_args

from faqsearch.errors import EntryError, InputError, shown

FieldName = Literal["question", "variants", "answer", "category", "tags"]
"""A field of an entry whose text is searched."""

FIELDS: Final[tuple[FieldName, ...]] = get_args(FieldName)
"""The searched fields, in the order in which the index stores them."""

JAPAN: Final = dt.timezone(dt.timedelta(hours=9), "JST")
"""Japan Standard Time; a validity day begins and ends in it."""

MAX_ID_LENGTH: Final = 200

_E = TypeVar("_E", bound=StrEnum)
_FORBIDDEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Audience(StrEnum):
    """Who may see an entry. Operators see public entries too; the public never sees operators' ones."""

    PUBLIC = "public"
    OPERATOR = "operator"

    @classmethod
    def parse(cls, value: Audience | str) -> Audience:
        """Return the audience of a name.

        Raises:
            InputError: If there is no such audience.
        """
        try:
            return cls(value)
        except ValueError:
            allowed = ", ".join(member.value for member in cls)
            raise InputError(f"audience came as {shown(value)}; allowed are {allowed}") from None

    def may_see(self, other: Audience) -> bool:
        """Tell whether a reader of this audience may see an entry made for ``other``."""
        return self is Audience.OPERATOR or other is Audience.PUBLIC


class Status(StrEnum):
    """Where an entry stands in its life; only a published one is ever found."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True, kw_only=True, slots=True)
class FaqEntry:
    r"""A question with its answer, and everything that decides who finds it how.

    Attributes:
        id: Unique key, 1 to 200 printable characters without white space.
        question: The question as the page shows it.
        answer: The answer, plain text; line breaks are kept (as ``\n``, here and in every field).
        variants: Other ways in which people ask the question; searched, never shown.
        category: One category name, or empty.
        tags: Short labels, without duplicates.
        audience: Who may see the entry.
        status: Only ``published`` entries are found.
        valid_from: First day on which the entry is found (Japan time), or None.
        valid_until: Last day on which the entry is found (Japan time, inclusive), or None.
        url: Where the entry is published (http or https, percent-encoded), or empty.

    Raises:
        EntryError: If a field breaks its rule; the error names the field.
    """

    id: str
    question: str
    answer: str
    variants: tuple[str, ...] = ()
    category: str = ""
    tags: tuple[str, ...] = ()
    audience: Audience = Audience.PUBLIC
    status: Status = Status.PUBLISHED
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    url: str = ""

    def __post_init__(self) -> None:
        _set(self, "audience", _member(Audience, "audience", self.audience))
        _set(self, "status", _member(Status, "status", self.status))
        _set(self, "variants", _texts("variants", self.variants))
        _set(self, "tags", _texts("tags", self.tags))
        for field in ("id", "question", "answer", "category", "url"):
            _set(self, field, _text(field, getattr(self, field)))
        for field in ("question", "answer"):
            if _is_invisible(getattr(self, field)):
                raise EntryError(field, "is empty; write at least one visible character")
        _check_id(self.id)
        _check_window(self.valid_from, self.valid_until)
        _check_url(self.url)

    def is_visible(self, audience: Audience, today: dt.date) -> bool:
        """Tell whether a reader of ``audience`` may find this entry on the day ``today`` (Japan time)."""
        return (
            self.status is Status.PUBLISHED
            and audience.may_see(self.audience)
            and (self.valid_from is None or self.valid_from <= today)
            and (self.valid_until is None or today <= self.valid_until)
        )

    def field_text(self, field: FieldName) -> str:
        """Return the text of one searched field; parts of a repeated field are joined by line breaks."""
        value: str | tuple[str, ...] = getattr(self, field)
        return value if isinstance(value, str) else "\n".join(value)


def _set(entry: FaqEntry, field: str, value: object) -> None:
    object.__setattr__(entry, field, value)


def _member(kind: type[_E], field: str, value: str) -> _E:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(member.value for member in kind)
        raise EntryError(field, f"came as {value!r}; allowed are {allowed}") from None


def _texts(field: str, values: object) -> tuple[str, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise EntryError(field, f"came as {type(values).__name__}; give a sequence of strings")
    texts = tuple(_text(field, value) for value in values)
    for text in texts:
        if not text.strip():
            raise EntryError(field, "holds an empty text; leave it out")
    if len(set(texts)) < len(texts):
        raise EntryError(field, "holds the same text twice; keep one")
    return texts


def _text(field: str, value: object) -> str:
    if not isinstance(value, str):
        raise EntryError(field, f"came as {type(value).__name__}; give a string")
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    forbidden = _FORBIDDEN.search(value)
    if forbidden:
        code = f"U+{ord(forbidden[0]):04X}"
        raise EntryError(field, f"holds the control character {code}; only line breaks and tabs are allowed")
    return value


def _check_id(entry_id: str) -> None:
    if not 1 <= len(entry_id) <= MAX_ID_LENGTH:
        raise EntryError("id", f"has {len(entry_id)} characters; allowed are 1 to {MAX_ID_LENGTH}")
    if any(character.isspace() or not character.isprintable() for character in entry_id):
        raise EntryError("id", f"came as {entry_id!r}; white space and invisible characters are not allowed")


def _check_url(url: str) -> None:
    if url and not url.startswith(("http://", "https://")):
        raise EntryError("url", f"came as {url!r}; it must begin with http:// or https://")
    for character in url:
        if character in '"<>' or character.isspace() or not character.isprintable():
            raise EntryError(
                "url",
                f"holds U+{ord(character):04X}; white space, double quotes, angle brackets and invisible "
                "characters must be percent-encoded",
            )


def _is_invisible(text: str) -> bool:
    """Tell whether a text is nothing but white space and format characters (zero-width space, say)."""
    return all(character.isspace() or unicodedata.category(character) == "Cf" for character in text)


def _check_window(first: object, last: object) -> None:
    for field, day in (("valid_from", first), ("valid_until", last)):
        if day is not None and (not isinstance(day, dt.date) or isinstance(day, dt.datetime)):
            raise EntryError(field, f"came as {type(day).__name__}; give a datetime.date or None")
    if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
        raise EntryError("valid_until", f"{last} is before valid_from {first}; exchange or mend them")
