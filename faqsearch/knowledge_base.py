"""The object people hold: a FAQ base that can be searched, asked and edited from many threads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from faqsearch.analysis import Analyzer
from faqsearch.arguments import MAX_K, check_id, check_k, check_text, tag_set
from faqsearch.assist import ConfidenceModel, Suggestion, load_confidence_model, suggest
from faqsearch.assist.triage import Teams, Triage, triage
from faqsearch.audiences import Audiences
from faqsearch.completion import Completion
from faqsearch.confirmations import (
    DEFAULT_LIMITS,
    Confirmation,
    ConfirmationKind,
    ConfirmationLimits,
    ConfirmationStore,
    parse_kind,
)
from faqsearch.contents import Contents, current_day, entries_by_id
from faqsearch.encoders import Encoder
from faqsearch.engine import SearchResult
from faqsearch.entry import JAPAN, Audience, FaqEntry
from faqsearch.errors import InputError
from faqsearch.index import BulkBuild
from faqsearch.index.storage import IndexCache, SourcedEntries, Written, labels_of, visible_entries
from faqsearch.inquiry import Redactor, read_inquiry
from faqsearch.ranking import Explanation, Preset
from faqsearch.readiness import AUTO, Readiness, analyzer_for, make_ladder
from faqsearch.store import write_entries
from faqsearch.vectors import WordVectors
from faqsearch.view import View
from faqsearch.vocabulary import Vocabulary

__all__ = ["MAX_K", "KnowledgeBase"]


def _now() -> dt.datetime:
    return dt.datetime.now(JAPAN)


class KnowledgeBase:
    """A FAQ base: entries, and for each audience an engine over what that audience may see.

    Edits are searchable on return. All methods may be called from any thread. Searches do not wait
    for edits; only the first one of a new day may, while it brings in what that day begins or ends.

    Args:
        entries: The entries, with distinct ids; or those of a file by id, as ``faqsearch.load`` gives them.
        preset: Name of a shipped preset, path of a ``.toml`` file, or a ``Preset``; by default ``auto``, the
            best of hybrid, semantic and lexical that is installed and ready.
        analyzer: Analyzer of entries and queries; Sudachi by default.
        vocabulary: The owner's synonyms and stop phrases.
        word_vectors: Vectors of words; the installed ones by default.
        encoder: Makes dense vectors of texts, in the background; searches use the next best preset meanwhile.
        clock: Tells the time, with a time zone; decides which entries are inside their validity window.
        confidence_model: The model behind ``suggest``; the shipped one by default.
        confirmations: What was learnt from use so far, or the store that keeps it and what will be learnt.
        limits: How much anyone's confirmations can count.
        redactor: Takes personal data out of what is learnt.
        cache: Folder of an index, or one that is opened; what of it still fits is not analysed again. See
            ``save_index``.
        bulk: How to make the first index where the cache has none; by default this process does. Others
            import the program that starts them: its work must stand behind ``if __name__ == "__main__":``.

    Raises:
        InputError: If two entries or confirmations have the same id, or the clock tells no time zone.
        SettingsError: If preset or model cannot be used, or the analyzer not with this preset.
    """

    def __init__(  # noqa: PLR0913 - all by name, each with a default
        self,
        entries: Iterable[FaqEntry] | SourcedEntries = (),
        *,
        preset: str | Path | Preset = AUTO,
        analyzer: Analyzer | None = None,
        vocabulary: Vocabulary | None = None,
        word_vectors: WordVectors | None = None,
        encoder: Encoder | None = None,
        clock: Callable[[], dt.datetime] = _now,
        confidence_model: ConfidenceModel | None = None,
        confirmations: Iterable[Confirmation] | ConfirmationStore = (),
        limits: ConfirmationLimits = DEFAULT_LIMITS,
        redactor: Redactor | None = None,
        cache: str | Path | IndexCache | None = None,
        bulk: BulkBuild | None = None,
    ) -> None:
        self._analyzer: Analyzer = analyzer_for(preset) if analyzer is None else analyzer
        self._clock = clock
        day = current_day(clock)
        known = entries if isinstance(entries, SourcedEntries) else entries_by_id(tuple(entries))
        if isinstance(cache, str | Path):
            cache = IndexCache(Path(cache), self._analyzer)
        # Of the public alone: what it may not see has no say in how it is served.
        public = visible_entries(known, Audience.PUBLIC, day) if preset == AUTO else {}
        self._ladder = make_ladder(
            preset,
            self._analyzer,
            vocabulary=vocabulary,
            word_vectors=word_vectors,
            encoder=encoder,
            entries=public.values(),
            kept=cache.vectors_of(Audience.PUBLIC, public) if cache is not None else (),
        )
        self._model = load_confidence_model() if confidence_model is None else confidence_model
        self._redactor = Redactor() if redactor is None else redactor
        bulk = BulkBuild.by_default(len(known)) if bulk is None else bulk
        self._audiences = Audiences(self._analyzer, self._ladder, limits, clock, cache, bulk)
        self._contents = Contents(self._audiences, clock, day, known, confirmations, limits)

    @property
    def preset(self) -> Preset:
        """The preset that ranks once everything it needs is ready; see ``readiness``."""
        return self._ladder.wanted

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
        check_text(text)
        check_k(k)
        if category is not None and not isinstance(category, str):
            raise InputError(f"category came as {type(category).__name__}; give one name or None")
        return self._contents.engine(audience).search(text, k, category, tag_set(tags))

    def complete(
        self, prefix: str, k: int = 8, audience: Audience | str = Audience.PUBLIC
    ) -> tuple[Completion, ...]:
        """Complete what somebody is typing with the questions of entries: made to be called at every key.

        The first call sorts all questions; later ones take a few milliseconds, with 100,000 entries too.

        Args:
            prefix: What was typed so far, in kanji, kana or romaji, the last syllable finished or not.
            k: Completions wanted, 1 to 10,000.
            audience: Who is typing.

        Returns:
            The best first; an entry at most once.

        Raises:
            InputError: If an argument has the wrong type or range.
        """
        check_text(prefix)
        check_k(k)
        return self._contents.engine(audience).complete(prefix, k)

    def suggest(
        self, text: str | bytes, channel: str = "chat", audience: Audience | str = Audience.PUBLIC
    ) -> Suggestion:
        """Suggest what to do with an inquiry: answer, offer a choice, ask back, or hand over.

        Args:
            text: The inquiry as it came: a few words, a mail with all that stands around the question, a raw
                mail (``.eml``), a chat, a note of a call. A bare question is taken as it is.
            channel: Where it came from: chat, mail, phone, form, sns or search.
            audience: Who will read the suggestion.

        Raises:
            InputError: If an argument has the wrong type or is not allowed.
        """
        return suggest(self._contents.engine(audience), self._model, read_inquiry(text, channel))

    def triage(
        self,
        text: str | bytes,
        channel: str = "chat",
        audience: Audience | str = Audience.PUBLIC,
        teams: Teams | None = None,
    ) -> Triage:
        """Tell what an inquiry is about, which team should take it, and whether it can wait.

        Raises:
            InputError: If an argument has the wrong type or is not allowed.
        """
        return triage(self._contents.engine(audience), read_inquiry(text, channel), teams)

    def get(self, entry_id: str, audience: Audience | str = Audience.PUBLIC) -> FaqEntry:
        """Return an entry that the audience may see now.

        Raises:
            EntryNotFoundError: If there is none; the same error whether it is hidden or does not exist.
            InputError: If an argument has the wrong type or is not allowed.
        """
        check_id(entry_id)
        return self._contents.engine(audience).get(entry_id)

    def related(self, entry_id: str, k: int = 5, audience: Audience | str = Audience.PUBLIC) -> SearchResult:
        """Find the entries nearest to one, for readers of it: a search for its question and answer.

        Args:
            entry_id: The entry; it is never among the hits.
            k: Number of hits wanted, 1 to 10,000; fewer are returned where fewer match.
            audience: Who reads it.

        Raises:
            EntryNotFoundError: If the audience sees no such entry.
            InputError: If an argument has the wrong type or range.
        """
        check_id(entry_id)
        check_k(k)
        return self._contents.engine(audience).related(entry_id, k)

    def explain(self, text: str, entry_id: str, audience: Audience | str = Audience.PUBLIC) -> Explanation:
        """Explain the score of one entry for a text; 0 where it does not match.

        Raises:
            EntryNotFoundError: If the audience sees no such entry.
            InputError: If an argument has the wrong type or is not allowed.
        """
        check_text(text)
        check_id(entry_id)
        return self._contents.engine(audience).explain(text, entry_id)

    def upsert(self, *entries: FaqEntry) -> None:
        """Add entries, or replace those with the same id; all of them or, on an error, none.

        Raises:
            InputError: If an id occurs twice among the arguments, or one is not an entry.
        """
        self._contents.upsert(entries)

    def delete(self, *entry_ids: str) -> None:
        """Remove entries for all audiences; all of them or, on an error, none.

        Raises:
            EntryNotFoundError: If an id is not in the base.
            InputError: If an id is not a string.
        """
        for entry_id in entry_ids:
            check_id(entry_id)
        self._contents.delete(entry_ids)

    def confirm(
        self,
        entry_id: str,
        text: str,
        source: str,
        kind: ConfirmationKind | str = ConfirmationKind.OPERATOR,
    ) -> Confirmation:
        """Learn that an entry answers an inquiry: its words lead there from now on, within the limits.

        Args:
            entry_id: The entry, one that the confirmer may see: an operator for the kind ``operator``, the
                public for ``customer``.
            text: The inquiry, 1 to 2,000 characters; it is matched and never shown. Personal data in it
                is left out.
            source: Opaque name of who confirmed, 1 to 200 characters.
            kind: ``operator`` or ``customer``.

        Returns:
            The confirmation as it is kept; its id deletes it.

        Raises:
            EntryNotFoundError: If the confirmer sees no such entry.
            InputError: If an argument has the wrong type or is not allowed, or the store cannot be written.
        """
        at = self._clock()
        learnt = self._redactor.remove(text)
        made = Confirmation(entry_id=entry_id, text=learnt, source=source, kind=parse_kind(kind), at=at)
        reader = Audience.OPERATOR if made.kind is ConfirmationKind.OPERATOR else Audience.PUBLIC
        self.get(entry_id, reader)
        self._contents.learn(made)
        return made

    def forget(
        self,
        *confirmation_ids: str,
        source: str | None = None,
        entry_id: str | None = None,
        expired: bool = False,
    ) -> int:
        """Delete confirmations for good, text and all: those named, and all that one of the rest applies to.

        Single words may stay in this process's memory until the index is next folded; nothing finds them.

        Args:
            confirmation_ids: Ids of confirmations; unknown ones are ignored.
            source: All of this source.
            entry_id: All for this entry, which need not exist any more.
            expired: All that count no more because of their age.

        Returns:
            The number of confirmations deleted.

        Raises:
            InputError: If the store cannot be written; then nothing is deleted.
        """
        return self._contents.forget(frozenset(confirmation_ids), source, entry_id, expired=expired)

    def confirmations(self) -> tuple[Confirmation, ...]:
        """Return all confirmations, the oldest first: the owner's view, personal data included."""
        return tuple(sorted(self._contents.confirmations.values(), key=lambda item: (item.at, item.id)))

    def entries(self) -> tuple[FaqEntry, ...]:
        """Return all entries, drafts and archived ones included, by id: the owner's view."""
        return tuple(entry for _, entry in sorted(self._contents.entries.items()))

    def categories(self, audience: Audience | str = Audience.PUBLIC) -> tuple[str, ...]:
        """Return the names of the categories in which the audience sees an entry, sorted."""
        labels = labels_of(self._contents.engine(audience).view.entries)
        return tuple(sorted({category for _, category, _ in labels if category}))

    def revision(self, audience: Audience | str = Audience.PUBLIC) -> int:
        """Return the revision of the audience's view; it changes only with what the audience can see."""
        return self._contents.engine(audience).view.revision

    def view(self, audience: Audience | str = Audience.PUBLIC) -> View:
        """Return what searches of an audience see now: index, entries, preset and its resources."""
        return self._contents.engine(audience).view

    def readiness(self, audience: Audience | str = Audience.PUBLIC) -> Readiness:
        """Tell with which preset an audience is served now, and what is still being made."""
        return self._audiences.readiness(self._contents.up_to_date(audience))

    def wait_until_ready(self, timeout: float | None = None) -> bool:
        """Wait until the background has made all vectors, or has failed to, or so many seconds have passed.

        Args:
            timeout: Seconds to wait at most; without it, as long as it takes.

        Returns:
            Whether every audience is served with the wanted preset.
        """
        return self._audiences.wait(timeout)

    def save(self, path: str | Path) -> None:
        """Write all entries to a CSV, JSONL or XLSX file, atomically.

        Raises:
            InputError: If the suffix is not one of those formats.
        """
        write_entries(path, self.entries())

    @property
    def from_cache(self) -> bool:
        """Whether the index was used just as it stood in the cache, vectors too; False after an edit."""
        return self._audiences.from_cache

    def save_index(self, folder: str | Path) -> Written:
        """Keep the index of what is served now in a folder, for others to begin with (``cache=folder``).

        What searches with the preset of the moment derive from it is computed, and kept too.

        Raises:
            InputError: If it cannot be written; what was kept there before still counts.
        """
        return self._audiences.save_index(folder, self._contents.entries.unchanged)
