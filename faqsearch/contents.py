"""What a knowledge base holds, and every change of it: entries, confirmations, each audience's day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial

from faqsearch.audiences import Audiences, Documents
from faqsearch.confirmations import Confirmation, ConfirmationLimits, ConfirmationStore, by_id, chosen
from faqsearch.engine import Engine
from faqsearch.entry import JAPAN, Audience, FaqEntry
from faqsearch.errors import EntryNotFoundError, InputError
from faqsearch.index import Overlay


def current_day(clock: Callable[[], dt.datetime]) -> dt.date:
    """Return the day in Japan.

    Raises:
        InputError: If the clock tells no time zone.
    """
    now = clock()
    if now.tzinfo is None:
        raise InputError("the clock told a time without a time zone; give datetime.now(timezone), say")
    return now.astimezone(JAPAN).date()


def check_entries(entries: Iterable[FaqEntry]) -> Iterator[FaqEntry]:
    """Yield entries.

    Raises:
        InputError: If one is not an entry.
    """
    for entry in entries:
        if not isinstance(entry, FaqEntry):
            raise InputError(f"an entry came as {type(entry).__name__}; give FaqEntry objects")
        yield entry


class Contents:
    """The entries and confirmations of a base. A change reaches the engines of all audiences, or none.

    All methods may be called from any thread.

    Args:
        audiences: The engines, empty.
        clock: Tells the time, with a time zone.
        day: The day in Japan on which the base begins.
        entries: The entries by id.
        confirmations: What was learnt from use so far, or the store that keeps it and what will be learnt.
        limits: How much confirmations can count.

    Attributes:
        entries: All entries by id; another mapping after each change.
        confirmations: All confirmations by id; replaced as a whole by each change.

    Raises:
        InputError: If two confirmations have the same id.
    """

    def __init__(
        self,
        audiences: Audiences,
        clock: Callable[[], dt.datetime],
        day: dt.date,
        entries: Mapping[str, FaqEntry],
        confirmations: Iterable[Confirmation] | ConfirmationStore,
        limits: ConfirmationLimits,
    ) -> None:
        self._audiences = audiences
        self._clock = clock
        self._limits = limits
        self._store: ConfirmationStore | None = None
        if isinstance(confirmations, ConfirmationStore):
            self._store, confirmations = confirmations, confirmations.read()
        self.entries: Overlay[str, FaqEntry] = Overlay({})
        self.confirmations = by_id(confirmations)
        # A day for each: what operators look up after midnight must not show in the public's revision.
        self._days = dict.fromkeys(Audience, day)
        with self._audiences.editing:
            self._publish(Overlay(entries), self._days, self.confirmations, Documents())

    def engine(self, audience: Audience | str) -> Engine:
        """Return the engine of an audience, brought up to date if a day has passed."""
        return self._audiences[self.up_to_date(audience)]

    def up_to_date(self, audience: Audience | str) -> Audience:
        """Bring what an audience is served with up to date if a day has passed, and return the audience.

        Raises:
            InputError: If there is no such audience.
        """
        audience = Audience.parse(audience)
        if current_day(self._clock) != self._days[audience]:
            with self._audiences.editing:
                # Asked again: while this thread waited, another may have gone on to the next day.
                day = current_day(self._clock)
                if day != self._days[audience]:
                    self._publish(
                        self.entries, {**self._days, audience: day}, self.confirmations, Documents()
                    )
        self._audiences.retry(audience)
        return audience

    def upsert(self, entries: Collection[FaqEntry]) -> None:
        """Add entries, or replace those with the same id.

        Raises:
            InputError: If an id occurs twice, or one is not an entry.
        """
        changed = entries_by_id(entries)
        # Most of the work is analysis; done here, it makes nobody wait.
        known, days = self.entries, self._days
        documents = self._audiences.analyze(
            entry
            for entry in entries
            if known.get(entry.id) != entry
            # Operators see all that the public sees.
            and any(entry.is_visible(Audience.OPERATOR, day) for day in set(days.values()))
        )
        self._audiences.make_few(entries, days)
        with self._audiences.editing:
            edited = self.entries.changed(changed)
            self._publish(edited, self._days, self.confirmations, documents, changed=changed)

    def delete(self, entry_ids: Collection[str]) -> None:
        """Remove entries.

        Raises:
            EntryNotFoundError: If an id is not in the base.
        """
        with self._audiences.editing:
            for entry_id in entry_ids:
                if entry_id not in self.entries:
                    raise EntryNotFoundError(entry_id)
            kept = self.entries.changed({}, entry_ids)
            self._publish(kept, self._days, self.confirmations, Documents(), changed=frozenset(entry_ids))

    def learn(self, made: Confirmation) -> None:
        """Keep a confirmation.

        Raises:
            InputError: If the store cannot be written.
        """
        with self._audiences.editing:
            keep = partial(self._store.append, made) if self._store else None
            self._publish(self.entries, self._days, {**self.confirmations, made.id: made}, Documents(), keep)

    def forget(self, ids: Collection[str], source: str | None, entry_id: str | None, *, expired: bool) -> int:
        """Delete the confirmations that are named, and all that one of the rest applies to; return how many.

        Raises:
            InputError: If the store cannot be written.
        """
        first = self._limits.first_day(current_day(self._clock)) if expired else None
        with self._audiences.editing:
            known = self.confirmations
            gone = chosen(known.values(), ids, source, entry_id, first)
            if gone:
                keep = partial(self._store.delete, gone) if self._store else None
                kept = {key: item for key, item in known.items() if key not in gone}
                self._publish(self.entries, self._days, kept, Documents(), keep)
        return len(gone)

    def _publish(
        self,
        entries: Overlay[str, FaqEntry],
        days: dict[Audience, dt.date],
        confirmations: dict[str, Confirmation],
        documents: Documents,
        keep: Callable[[], None] | None = None,
        changed: Collection[str] | None = None,
    ) -> None:
        """Bring every engine to these entries and confirmations on its day. The caller holds the lock.

        With ``changed`` nothing but the entries of these ids differs from what is served.
        Everything that can fail comes first, ``keep`` last of it, so that an error leaves all as it was.
        Entries without a document (their first day has come) are analysed here.
        """
        edited = entries is not self.entries or confirmations is not self.confirmations
        known = confirmations.values()
        views = {
            audience: self._audiences.next_view(audience, entries, days[audience], known, documents, changed)
            for audience in Audience
            if edited or days[audience] != self._days[audience]  # else: another's day
        }
        if keep:
            keep()
        self._audiences.publish(views)
        self.entries, self._days, self.confirmations = entries, days, confirmations


def entries_by_id(entries: Collection[FaqEntry]) -> dict[str, FaqEntry]:
    """Key entries by their ids.

    Raises:
        InputError: If an id occurs twice, or one is not an entry.
    """
    found = {entry.id: entry for entry in check_entries(entries)}
    if len(found) < len(entries):
        raise InputError("an id occurs twice among the entries; give each id once")
    return found
