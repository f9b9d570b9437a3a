"""The object people hold: a FAQ base that can be searched, asked and edited from many threads."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from faqsearch.analysis import Analyzer, SudachiAnalyzer
from faqsearch.assist import CHANNELS, ConfidenceModel, Suggestion, load_confidence_model, suggest
from faqsearch.engine import Engine, SearchResult, View
from faqsearch.entry import JAPAN, Audience, FaqEntry
from faqsearch.errors import EntryNotFoundError, InputError, shown
from faqsearch.index import Document, analyze_entry
from faqsearch.ranking import Explanation, Preset, load_preset
from faqsearch.store import read_entries, write_entries

MAX_K = 10_000
"""Largest number of hits a search may ask for."""


def _now() -> dt.datetime:
    return dt.datetime.now(JAPAN)


class KnowledgeBase:
    """A FAQ base: entries, and for each audience an engine over what that audience may see.

    Edits are searchable on return. All methods may be called from any thread. Searches do not wait
    for edits; only the first one of a new day may, while it brings in what that day begins or ends.

    Args:
        entries: The entries, with distinct ids.
        preset: Name of a shipped preset, path of a ``.toml`` file, or a ``Preset``.
        analyzer: Analyzer of entries and queries; Sudachi by default.
        clock: Tells the time, with a time zone; decides which entries are inside their validity window.
        confidence_model: The model behind ``suggest``; the shipped one by default.

    Raises:
        InputError: If two entries have the same id, or the clock tells no time zone.
        SettingsError: If preset or model cannot be used, or the analyzer not with this preset.
    """

    def __init__(
        self,
        entries: Iterable[FaqEntry] = (),
        *,
        preset: str | Path | Preset = "lexical",
        analyzer: Analyzer | None = None,
        clock: Callable[[], dt.datetime] = _now,
        confidence_model: ConfidenceModel | None = None,
    ) -> None:
        self._analyzer: Analyzer = SudachiAnalyzer() if analyzer is None else analyzer
        self._preset = preset if isinstance(preset, Preset) else load_preset(preset)
        self._model = load_confidence_model() if confidence_model is None else confidence_model
        self._clock = clock
        self._edit = threading.Lock()
        self._entries: dict[str, FaqEntry] = {}
        self._engines = {audience: Engine(audience, self._analyzer, self._preset) for audience in Audience}
        # Fails here, not in the first search, if the preset ranks by a layer that the analyzer does not fill.
        self._engines[Audience.PUBLIC].search("", k=1)
        # A day for each engine: what operators look up after midnight must not show in the public's revision.
        self._days = dict.fromkeys(Audience, self._current_day())
        self.upsert(*entries)

    @property
    def preset(self) -> Preset:
        """The preset that ranks."""
        return self._preset

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer of entries and queries."""
        return self._analyzer

    def search(
        self,
        text: str,
        k: int = 10,
        audience: Audience | str = Audience.PUBLIC,
        category: str | None = None,
        tags: Sequence[str] = (),
    ) -> SearchResult:
        """Find the entries that match a text best.

        Args:
            text: Any text, from one character to a whole mail.
            k: Number of hits wanted, 1 to 10,000; fewer are returned where fewer match.
            audience: For whom to search.
            category: Only entries of this category.
            tags: Only entries that carry all these tags.

        Raises:
            InputError: If an argument has the wrong type or range.
        """
        _check_text(text)
        _check_k(k)
        if category is not None and not isinstance(category, str):
            raise InputError(f"category came as {type(category).__name__}; give one name or None")
        return self._engine(audience).search(text, k, category, _tag_set(tags))

    def suggest(
        self, text: str, channel: str = "chat", audience: Audience | str = Audience.PUBLIC
    ) -> Suggestion:
        """Suggest what to do with an inquiry: answer with one entry, offer up to three, or hand over.

        Args:
            text: The inquiry as it came.
            channel: Where it came from: chat, mail, phone, form, sns or search.
            audience: Who will read the suggestion.

        Raises:
            InputError: If an argument has the wrong type or is not allowed.
        """
        _check_text(text)
        if channel not in CHANNELS:
            raise InputError(f"channel came as {shown(channel)}; allowed are {', '.join(CHANNELS)}")
        return suggest(self._engine(audience), self._model, text)

    def get(self, entry_id: str, audience: Audience | str = Audience.PUBLIC) -> FaqEntry:
        """Return an entry that the audience may see now.

        Raises:
            EntryNotFoundError: If there is none; the same error whether it is hidden or does not exist.
            InputError: If an argument has the wrong type or is not allowed.
        """
        _check_id(entry_id)
        return self._engine(audience).get(entry_id)

    def explain(self, text: str, entry_id: str, audience: Audience | str = Audience.PUBLIC) -> Explanation:
        """Explain the score of one entry for a text; 0 where it does not match.

        Raises:
            EntryNotFoundError: If the audience sees no such entry.
            InputError: If an argument has the wrong type or is not allowed.
        """
        _check_text(text)
        _check_id(entry_id)
        return self._engine(audience).explain(text, entry_id)

    def upsert(self, *entries: FaqEntry) -> None:
        """Add entries, or replace those with the same id; all of them or, on an error, none.

        Raises:
            InputError: If an id occurs twice among the arguments, or one is not an entry.
        """
        for entry in entries:
            if not isinstance(entry, FaqEntry):
                raise InputError(f"an entry came as {type(entry).__name__}; give FaqEntry objects")
        changed = {entry.id: entry for entry in entries}
        if len(changed) < len(entries):
            raise InputError("an id occurs twice among the entries; give each id once")
        # Most of the work is analysis; done here, it makes nobody wait.
        known, today = self._entries, set(self._days.values())
        documents = {
            entry.id: analyze_entry(self._analyzer, entry)
            for entry in entries
            if known.get(entry.id) != entry
            and any(entry.is_visible(Audience.OPERATOR, day) for day in today)  # who sees all the public sees
        }
        with self._edit:
            self._publish({**self._entries, **changed}, self._days, documents)

    def delete(self, *entry_ids: str) -> None:
        """Remove entries for all audiences; all of them or, on an error, none.

        Raises:
            EntryNotFoundError: If an id is not in the base.
            InputError: If an id is not a string.
        """
        for entry_id in entry_ids:
            _check_id(entry_id)
        with self._edit:
            for entry_id in entry_ids:
                if entry_id not in self._entries:
                    raise EntryNotFoundError(entry_id)
            gone = set(entry_ids)
            kept = {key: entry for key, entry in self._entries.items() if key not in gone}
            self._publish(kept, self._days, {})

    def entries(self) -> tuple[FaqEntry, ...]:
        """Return all entries, drafts and archived ones included, by id: the owner's view."""
        return tuple(entry for _, entry in sorted(self._entries.items()))

    def categories(self, audience: Audience | str = Audience.PUBLIC) -> tuple[str, ...]:
        """Return the names of the categories in which the audience sees an entry, sorted."""
        entries = self._engine(audience).view.entries.values()
        return tuple(sorted({entry.category for entry in entries if entry.category}))

    def revision(self, audience: Audience | str = Audience.PUBLIC) -> int:
        """Return the revision of the audience's view; it changes only with what the audience can see."""
        return self._engine(audience).view.revision

    def save(self, path: str | Path) -> None:
        """Write all entries to a CSV, JSONL or XLSX file, atomically.

        Raises:
            InputError: If the suffix is not one of those formats.
        """
        write_entries(path, self.entries())

    def _engine(self, audience: Audience | str) -> Engine:
        """Return the engine of an audience, brought up to date if a day has passed."""
        audience = Audience.parse(audience)
        if self._current_day() != self._days[audience]:
            with self._edit:
                # Asked again: while this thread waited, another may have gone on to the next day.
                day = self._current_day()
                if day != self._days[audience]:
                    self._publish(self._entries, {**self._days, audience: day}, {})
        return self._engines[audience]

    def _current_day(self) -> dt.date:
        now = self._clock()
        if now.tzinfo is None:
            raise InputError("the clock told a time without a time zone; give datetime.now(timezone), say")
        return now.astimezone(JAPAN).date()

    def _publish(
        self, entries: dict[str, FaqEntry], days: dict[Audience, dt.date], documents: dict[str, Document]
    ) -> None:
        """Bring every engine to these entries on its day. The caller holds the lock.

        Everything that can fail comes first, so that an error leaves all as it was. Entries without a
        document (their first day has come) are analysed here.
        """
        views: dict[Audience, View] = {}
        for audience, engine in self._engines.items():
            if entries is self._entries and days[audience] == self._days[audience]:
                continue  # another audience's day has passed
            old = engine.view.entries
            visible = {
                key: entry for key, entry in entries.items() if entry.is_visible(audience, days[audience])
            }
            new = [
                entry for key, entry in visible.items() if old.get(key) is not entry and old.get(key) != entry
            ]
            for entry in new:
                if entry.id not in documents:
                    documents[entry.id] = analyze_entry(self._analyzer, entry)
            analyzed = [documents[entry.id] for entry in new]
            views[audience] = engine.changed(new, analyzed, old.keys() - visible.keys())
        for audience, view in views.items():
            self._engines[audience].publish(view)
        self._entries = entries
        self._days = days


def load(
    path: str | Path,
    *,
    preset: str | Path | Preset = "lexical",
    user_dictionary: str | Path | None = None,
) -> KnowledgeBase:
    """Load a FAQ base from a CSV, JSONL or XLSX file.

    Args:
        path: The file; see the documentation of formats.
        preset: Name of a shipped preset, path of a ``.toml`` file, or a ``Preset``.
        user_dictionary: CSV of own words that stay whole.

    Raises:
        FormatError: With every problem of the file, or of the user dictionary.
        InputError: If the suffix is not one of those formats.
        SettingsError: If the preset cannot be used.
        DictionaryError: If the user dictionary cannot be compiled.
    """
    analyzer = SudachiAnalyzer(user_dictionary) if user_dictionary is not None else None
    return KnowledgeBase(read_entries(path), preset=preset, analyzer=analyzer)


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        raise InputError(f"text came as {type(text).__name__}; give a string")


def _check_id(entry_id: object) -> None:
    if not isinstance(entry_id, str):
        raise InputError(f"an entry id came as {type(entry_id).__name__}; give a string")


def _check_k(k: object) -> None:
    # Only a number is repeated in the message: a text may be a query that slipped into the wrong place.
    if isinstance(k, bool) or not isinstance(k, int):
        raise InputError(f"k came as {type(k).__name__}; give a whole number from 1 to {MAX_K:,}")
    if not 1 <= k <= MAX_K:
        came = f"{k:,}" if abs(k) < 10**18 else "a number of more than 18 digits"
        raise InputError(f"k came as {came}; give a whole number from 1 to {MAX_K:,}")


def _tag_set(tags: object) -> frozenset[str]:
    if isinstance(tags, str) or not isinstance(tags, Iterable):
        raise InputError(f"tags came as {type(tags).__name__}; give a sequence of strings")
    found = tuple(tags)
    for tag in found:
        if not isinstance(tag, str):
            raise InputError(f"tags holds a {type(tag).__name__}; give a sequence of strings")
    return frozenset(found)
