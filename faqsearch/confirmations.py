"""Learning from use: confirmed pairs of an inquiry and an entry, and what of them counts.

An operator who chose an entry for an inquiry, or a customer who says that it solved theirs, confirms a pair.
Confirmed inquiries become private variants of the entry: matched, never shown, bounded for every source.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from faqsearch.entry import JAPAN, MAX_ID_LENGTH
from faqsearch.errors import InputError, shown

MAX_TEXT: Final = 2_000
"""Characters in a confirmed inquiry; give its heart, not the whole mail."""

MAX_SOURCE: Final = 200
"""Characters in the name of a source."""


class ConfirmationKind(StrEnum):
    """Who confirmed: somebody whose work it is, or anybody."""

    OPERATOR = "operator"
    CUSTOMER = "customer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Confirmation:
    """One confirmed pair. Its text is a customer's: no representation shows it, nor who confirmed.

    Attributes:
        entry_id: The entry that answered.
        text: The inquiry, 1 to 2,000 characters.
        source: Opaque name of who confirmed (an operator's account, a session), 1 to 200 characters. It is
            kept as it comes: whoever has no right to know it gives a keyed hash.
        kind: ``operator`` or ``customer``.
        at: When, with a time zone.
        id: Unique key; a random one by default.

    Raises:
        InputError: If an attribute breaks its rule; the message never repeats the text.
    """

    entry_id: str
    text: str = field(repr=False)
    source: str = field(repr=False)
    kind: ConfirmationKind
    at: dt.datetime
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", parse_kind(self.kind))
        _check_length("entry_id", self.entry_id, MAX_ID_LENGTH)
        _check_length("text", self.text, MAX_TEXT)
        _check_length("source", self.source, MAX_SOURCE)
        _check_length("id", self.id, MAX_ID_LENGTH)
        if not self.text.strip():
            raise InputError("text holds nothing but white space; give the inquiry")
        if not isinstance(self.at, dt.datetime) or self.at.tzinfo is None:
            raise InputError("at is no time with a time zone; give datetime.now(timezone), say")

    @property
    def day(self) -> dt.date:
        """The day on which it was made, in Japan."""
        return self.at.astimezone(JAPAN).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmationLimits:
    """How much anyone's confirmations can count. All are whole numbers of at least 1.

    Attributes:
        days: Days for which a confirmation counts, the one on which it was made not included.
        texts_per_entry: Texts of operators, and as many of customers, that count for an entry: the newest.
        texts_per_operator: Texts of one operator that count for an entry; of a customer, one does.
        entries_per_operator: Entries for which one operator counts on a day: the first ones.
        entries_per_customer: The same for a customer.
        customers: Different customers who must share a word of their texts before it counts.
    """

    days: int = 365
    texts_per_entry: int = 8
    texts_per_operator: int = 3
    entries_per_operator: int = 100
    entries_per_customer: int = 5
    customers: int = 2

    def __post_init__(self) -> None:
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InputError(f"{name} came as {shown(value)}; give a whole number of at least 1")

    def first_day(self, today: dt.date) -> dt.date:
        """Return the day before which confirmations count no more."""
        return today - dt.timedelta(days=min(self.days, (today - dt.date.min).days))

    def of(self, kind: ConfirmationKind) -> tuple[int, int]:
        """Return the texts an entry and the entries a day for which one source of a kind counts."""
        if kind is ConfirmationKind.OPERATOR:
            return self.texts_per_operator, self.entries_per_operator
        return 1, self.entries_per_customer


DEFAULT_LIMITS: Final = ConfirmationLimits()


@dataclass(frozen=True, kw_only=True, slots=True)
class PrivateVariants:
    """The confirmed texts that count for an entry; no representation shows them.

    Attributes:
        operator: Texts that operators confirmed, the newest first.
        customer: Texts of different customers, the newest first; there are at least ``customers`` of them.
        customers: Texts of customers that must hold a word before it counts.
    """

    operator: tuple[str, ...] = field(default=(), repr=False)
    customer: tuple[str, ...] = field(default=(), repr=False)
    customers: int = DEFAULT_LIMITS.customers


NO_VARIANTS: Final = PrivateVariants()


@runtime_checkable
class ConfirmationStore(Protocol):
    """Where confirmations are kept. Called by one thread at a time."""

    def read(self) -> tuple[Confirmation, ...]:
        """Return all confirmations."""
        ...

    def append(self, confirmation: Confirmation) -> None:
        """Keep one more; on return it is safe."""
        ...

    def delete(self, confirmation_ids: Collection[str]) -> None:
        """Delete some for good; unknown ids are ignored."""
        ...


def private_variants(
    confirmations: Iterable[Confirmation], today: dt.date, limits: ConfirmationLimits = DEFAULT_LIMITS
) -> dict[str, PrivateVariants]:
    """Work out which confirmed texts count, by entry; their order of arrival does not matter.

    Expired ones count nothing; a source counts within its limits; a text counts once for an entry; customers
    count for an entry only where enough different ones confirmed it.

    Args:
        confirmations: All of them, with distinct ids.
        today: The day in Japan.
        limits: What counts at most.
    """
    first = limits.first_day(today)
    alive = sorted((item for item in confirmations if item.day >= first), key=_age)
    newest: dict[tuple[str, ConfirmationKind], list[Confirmation]] = defaultdict(list)
    for item in reversed(_within_daily_limits(alive, limits)):
        newest[item.entry_id, item.kind].append(item)
    found = {}
    for entry_id in dict.fromkeys(entry_id for entry_id, _ in sorted(newest)):
        operator = _counted(newest[entry_id, ConfirmationKind.OPERATOR], limits)
        customer = _counted(newest[entry_id, ConfirmationKind.CUSTOMER], limits)
        if len(customer) < limits.customers:
            customer = ()
        if operator or customer:
            found[entry_id] = PrivateVariants(
                operator=operator, customer=customer, customers=limits.customers
            )
    return found


def parse_kind(value: ConfirmationKind | str) -> ConfirmationKind:
    """Return the kind of a name.

    Raises:
        InputError: If there is no such kind.
    """
    try:
        return ConfirmationKind(value)
    except ValueError:
        allowed = ", ".join(ConfirmationKind)
        raise InputError(f"kind came as {shown(value)}; allowed are {allowed}") from None


def chosen(
    confirmations: Iterable[Confirmation],
    ids: Collection[str] = frozenset(),
    source: str | None = None,
    entry_id: str | None = None,
    before: dt.date | None = None,
) -> frozenset[str]:
    """Return the ids of the confirmations that are named, or of this source, entry, or time before a day."""
    return frozenset(
        item.id
        for item in confirmations
        if item.id in ids
        or item.source == source
        or item.entry_id == entry_id
        or (before is not None and item.day < before)
    )


def by_id(confirmations: Iterable[Confirmation]) -> dict[str, Confirmation]:
    """Key confirmations by their ids.

    Raises:
        InputError: If an id occurs twice, or one is no confirmation.
    """
    found: dict[str, Confirmation] = {}
    for item in confirmations:
        if not isinstance(item, Confirmation):
            raise InputError(f"a confirmation came as {type(item).__name__}; give Confirmation objects")
        if item.id in found:
            raise InputError("an id occurs twice among the confirmations; give each id once")
        found[item.id] = item
    return found


def _age(item: Confirmation) -> tuple[dt.datetime, str]:
    return item.at.astimezone(dt.UTC), item.id


def _within_daily_limits(ordered: Iterable[Confirmation], limits: ConfirmationLimits) -> list[Confirmation]:
    """Leave out what a source confirmed on a day for more entries than it may; the oldest stand first."""
    entries: Mapping[tuple[str, ConfirmationKind, dt.date], set[str]] = defaultdict(set)
    kept = []
    for item in ordered:
        named = entries[item.source, item.kind, item.day]
        if item.entry_id in named or len(named) < limits.of(item.kind)[1]:
            named.add(item.entry_id)
            kept.append(item)
    return kept


def _counted(newest: Iterable[Confirmation], limits: ConfirmationLimits) -> tuple[str, ...]:
    """Choose the texts of one kind that count for one entry.

    A text that two customers sent in the same words counts for both: it is the sharing that counts.
    """
    by_source: dict[str, int] = defaultdict(int)
    texts: list[str] = []
    for item in newest:
        repeated = item.kind is ConfirmationKind.OPERATOR and item.text in texts
        if by_source[item.source] < limits.of(item.kind)[0] and not repeated:
            by_source[item.source] += 1
            texts.append(item.text)
    return tuple(texts[: limits.texts_per_entry])


def _check_length(name: str, value: object, longest: int) -> None:
    if not isinstance(value, str):
        raise InputError(f"{name} came as {type(value).__name__}; give a string")
    if not 1 <= len(value) <= longest:
        raise InputError(f"{name} has {len(value):,} characters; allowed are 1 to {longest:,}")
