"""One audience's searchable view of a knowledge base.

An engine knows only the entries its audience may see now: what it has never been given it cannot reveal.
Readers take the current view, an immutable object, and are never blocked by edits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, partial
from typing import Final

from faqsearch.analysis import Analyzer
from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.completion import Completion, complete
from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import EncoderError, EntryNotFoundError
from faqsearch.highlight import Highlight, Snippet, cut_snippet, find_highlights
from faqsearch.index import (
    INDEX_FIELDS,
    Document,
    IndexField,
    Memo,
    Overlay,
    build_snapshot,
    index_layers,
    update_snapshot,
)
from faqsearch.ranking import (
    NO_RESOURCES,
    Context,
    ContextRanker,
    Explanation,
    Match,
    MatchKind,
    Preset,
    Query,
    Ranker,
    Resources,
    analyze_query,
    matches,
    strictest_kind,
    top_documents,
)
from faqsearch.view import View

_MOST_RELATED: Final = 2_000
"""Characters of an entry by which related ones are found: as many as a search may have over HTTP."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why an entry was found, in one word a person can read.

    Attributes:
        term: A matched word or, where only n-grams matched, the stretch of the entry they mark.
        fields: The fields it stands in.
        kind: How it matched.
        asked: The word of the query that it stands for, where that is another.
    """

    term: str
    fields: tuple[IndexField, ...]
    kind: MatchKind = "exact"
    asked: str | None = None


@dataclass(frozen=True)
class Hit:
    """One found entry. Everything beyond rank, score and entry is computed on first use, or when pickled.

    Attributes:
        rank: Place in the result, from 1.
        score: Score of the entry; comparable within one result only.
        entry: The entry as it was when the search was made.
    """

    rank: int
    score: float
    entry: FaqEntry
    _explain: Callable[[], Explanation] = field(repr=False, compare=False)
    _highlight: Callable[[tuple[Match, ...]], tuple[Highlight, ...]] = field(repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Let the explanation and the highlights travel in place of the index they come from."""
        return _known_hit, (self.rank, self.score, self.entry, self.explanation, self.highlights)

    @property
    def id(self) -> str:
        """Id of the entry."""
        return self.entry.id

    @cached_property
    def explanation(self) -> Explanation:
        """Why the score is what it is; its value equals ``score``."""
        return self._explain()

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """The matched terms, the largest contribution first."""
        return matches(self.explanation)

    @cached_property
    def highlights(self) -> tuple[Highlight, ...]:
        """Where the query, or what matched in its place, stands in question and answer.

        In offsets of the original texts.
        """
        return self._highlight(self.matches)

    @cached_property
    def kind(self) -> MatchKind:
        """The strictest way in which the entry matched: from ``exact`` to ``meaning`` only."""
        return strictest_kind(self.explanation)

    @cached_property
    def snippet(self) -> Snippet:
        """The part of the answer around the best match."""
        return cut_snippet(self.entry.answer, self.highlights)

    @cached_property
    def reasons(self) -> tuple[Reason, ...]:
        """Why the entry was found: each matched word once, the largest contribution first.

        N-grams are pieces of words that nobody reads as a reason; only where no word matched, the marked
        stretches of the entry, or else the n-grams themselves, are named.
        """
        words = [match for match in self.matches if match.layer != NGRAM_LAYER]
        found = [
            Reason(term=match.term, fields=match.fields, kind=match.kind, asked=match.asked)
            for match in words
        ]
        if not words:
            texts = ((mark, self.entry.field_text(mark.field)) for mark in self.highlights)
            found = [
                Reason(term=text[mark.start : mark.end], fields=(mark.field,), kind="fragment")
                for mark, text in texts
            ]
        if not found:
            found = [Reason(term=match.term, fields=match.fields, kind=match.kind) for match in self.matches]
        joined: dict[str, Reason] = {}
        for reason in found:
            where = reason.fields + (joined[reason.term].fields if reason.term in joined else ())
            fields = tuple(name for name in INDEX_FIELDS if name in where)
            joined[reason.term] = replace(joined.get(reason.term, reason), fields=fields)
        return tuple(joined.values())


def _known_hit(
    rank: int, score: float, entry: FaqEntry, explanation: Explanation, highlights: tuple[Highlight, ...]
) -> Hit:
    return Hit(rank, score, entry, lambda: explanation, lambda _matched: highlights)


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchResult:
    """What a search found, and what it came from.

    Attributes:
        text: The text that was searched for.
        hits: By descending score, ties by id.
        counted: Number of entries that match and pass the filters, shown or not, or what counts them.
        audience: For whom was searched.
        preset: Name of the preset that ranked.
        revision: Revision of this audience's view; it grows by one with each change the audience can see.
        query: The analysed text, if it is at hand; never pickled, for it leads to dictionary and encoder.
    """

    text: str
    hits: tuple[Hit, ...]
    counted: int | Callable[[], int] = field(repr=False, compare=False)
    audience: Audience
    preset: str
    revision: int
    query: Query | None = field(default=None, repr=False, compare=False)

    def __reduce__(self) -> tuple[object, ...]:
        """Leave the query behind, and count."""
        kept = {one.name for one in fields(self)} - {"query", "counted"}
        values = {name: getattr(self, name) for name in kept}
        return partial(SearchResult, **values, counted=self.total), ()

    @property
    def total(self) -> int:
        """Number of entries that match and pass the filters, shown or not.

        Counting reads all that the search could skip: it is done when it is asked for.
        """
        return self.counted if isinstance(self.counted, int) else self.counted()

    @property
    def strict(self) -> bool:
        """Whether an entry of the result has a word of the query itself.

        Vectors nearly always find something; this tells whether the base speaks of the matter in these words.
        """
        return any(hit.kind == "exact" for hit in self.hits)


class Engine:
    """Search over the entries that one audience may see.

    Searches may run in any number of threads. Changes are made by one thread at a time (the caller's care)
    and replace the view as a whole.
    """

    def __init__(
        self,
        audience: Audience,
        analyzer: Analyzer,
        preset: Preset,
        resources: Resources = NO_RESOURCES,
        fallback: Preset | None = None,
    ) -> None:
        self._audience = audience
        self._analyzer = analyzer
        nothing = build_snapshot((), index_layers(analyzer))
        self._view = View(nothing, Overlay({}), 0, preset, resources, fallback)

    @property
    def view(self) -> View:
        """The current state."""
        return self._view

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer of entries and queries."""
        return self._analyzer

    def changed(
        self,
        entries: Collection[FaqEntry],
        documents: Sequence[Document],
        removed: Collection[str],
        old: View | None = None,
        made: Memo | None = None,
    ) -> View:
        """Return a view with entries added, replaced and removed; nothing is published yet.

        Args:
            entries: Entries this audience may see now.
            documents: Their analysed documents, in the same order.
            removed: Ids of entries it may not see any more.
            old: The view to start from; the current one by default.
            made: As for ``update_snapshot``.
        """
        old = self._view if old is None else old
        if not entries and not removed:
            return old
        snapshot = update_snapshot(old.snapshot, documents, removed, made)
        kept = old.entries.changed({entry.id: entry for entry in entries}, removed)
        return replace(old, snapshot=snapshot, entries=kept, revision=old.revision + 1)

    def publish(self, view: View) -> None:
        """Make a view the current one: the next search sees it."""
        self._view = view

    def search(
        self,
        text: str,
        k: int,
        category: str | None = None,
        tags: frozenset[str] = frozenset(),
        view: View | None = None,
        context: Context | None = None,
        without: str | None = None,
    ) -> SearchResult:
        """Rank the entries of a view for a text.

        Args:
            text: The text.
            k: Number of hits wanted, at least 1.
            category: Only entries of this category.
            tags: Only entries that carry all these tags.
            view: What to search; the current view by default.
            context: A longer text of which this is a part, made for the same view.
            without: Id of an entry to leave out.
        """
        view = self._view if view is None else view
        query = analyze_query(self._analyzer, text, view.resources.for_one_query())
        ranker = _ranker(view.preset, context)
        passes = view.filter_mask(category, tags, without)
        try:
            best = top_documents(ranker, view.snapshot, query, k, passes)
        except EncoderError:
            if view.fallback is None:
                raise
            view = replace(view, preset=view.fallback)
            ranker = _ranker(view.preset, context)
            best = top_documents(ranker, view.snapshot, query, k, passes)
        hits = tuple(
            self._hit(view, ranker, query, doc, rank, score)
            for rank, (doc, score) in enumerate(zip(best.docs, best.scores, strict=True), start=1)
        )
        return SearchResult(
            text=text,
            hits=hits,
            counted=best.count,
            audience=self._audience,
            preset=view.preset.name,
            revision=view.revision,
            query=query,
        )

    def related(self, entry_id: str, k: int) -> SearchResult:
        """Rank the other entries for what an entry shows: its question and its answer.

        Its other ways of asking stay out of it: they are never shown, and matches would name their words.

        Raises:
            EntryNotFoundError: If the audience sees no such entry.
        """
        view = self._view
        entry = view.entry(entry_id)
        shown = f"{entry.question}\n{entry.answer}"[:_MOST_RELATED]
        return self.search(shown, k, view=view, without=entry_id)

    def explain(self, text: str, entry_id: str) -> Explanation:
        """Explain the score of one entry for a text, found or not.

        Raises:
            EntryNotFoundError: If the audience sees no such entry.
        """
        view = self._view
        doc = view.snapshot.number_of(entry_id)
        if doc is None:
            raise EntryNotFoundError(entry_id)
        query = analyze_query(self._analyzer, text, view.resources)
        try:
            return view.preset.ranker.explain(view.snapshot, query, doc)
        except EncoderError:
            if view.fallback is None:
                raise
            return view.fallback.ranker.explain(view.snapshot, query, doc)

    def complete(self, prefix: str, k: int) -> tuple[Completion, ...]:
        """Complete what somebody has typed so far with at most k questions, the best first."""
        view = self._view
        return complete(view.snapshot, view.entries, self._analyzer, prefix, k)

    def get(self, entry_id: str) -> FaqEntry:
        """Return an entry.

        Raises:
            EntryNotFoundError: If the audience sees no such entry.
        """
        return self._view.entry(entry_id)

    def context(self, text: str, view: View) -> Context:
        """Make a text the context of searches for its parts."""
        return Context(analyze_query(self._analyzer, text, view.resources.for_one_query()), view.snapshot)

    def _hit(self, view: View, ranker: Ranker, query: Query, doc: int, rank: int, score: float) -> Hit:
        entry = view.entries[view.snapshot.doc_ids[doc]]
        return Hit(
            rank,
            score,
            entry,
            lambda: ranker.explain(view.snapshot, query, doc),
            lambda matched: find_highlights(self._analyzer, entry, query, matched),
        )


def _ranker(preset: Preset, context: Context | None) -> Ranker:
    return preset.ranker if context is None else ContextRanker(preset.ranker, context)
