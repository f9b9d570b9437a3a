"""One audience's searchable view of a knowledge base.

An engine knows only the entries its audience may see now: what it has never been given it cannot reveal.
Readers take the current view, an immutable object, and are never blocked by edits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Analyzer
from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import EncoderError, EntryNotFoundError
from faqsearch.highlight import Highlight, Snippet, cut_snippet, find_highlights
from faqsearch.index import (
    INDEX_FIELDS,
    Document,
    IndexField,
    Snapshot,
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
    Scores,
    analyze_query,
    matches,
    strictest_kind,
)


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
    """One found entry. Everything beyond rank, score and entry is computed on first use.

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


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchResult:
    """What a search found, and what it came from.

    Attributes:
        text: The text that was searched for.
        hits: By descending score, ties by id.
        total: Number of entries with a score above 0 that pass the filters, shown or not.
        audience: For whom was searched.
        preset: Name of the preset that ranked.
        revision: Revision of this audience's view; it grows by one with each change the audience can see.
        query: The analysed text, if it is at hand.
    """

    text: str
    hits: tuple[Hit, ...]
    total: int
    audience: Audience
    preset: str
    revision: int
    query: Query | None = field(default=None, repr=False, compare=False)

    @property
    def strict(self) -> bool:
        """Whether an entry of the result has a word of the query itself.

        Vectors nearly always find something; this tells whether the base speaks of the matter in these words.
        """
        return any(hit.kind == "exact" for hit in self.hits)


@dataclass(frozen=True)
class View:
    """An immutable state of an engine.

    Attributes:
        snapshot: The index of the entries.
        entries: The entries by id.
        revision: Grows by one with each change of the entries.
        preset: The preset that ranks.
        resources: What queries are matched with.
        fallback: What ranks a query that the encoder fails to encode; without it that is an error.
    """

    snapshot: Snapshot
    entries: Mapping[str, FaqEntry]
    revision: int
    preset: Preset
    resources: Resources
    fallback: Preset | None = None

    def filter_mask(self, category: str | None, tags: frozenset[str]) -> npt.NDArray[np.bool_]:
        """Shape (n_slots,): live documents of the category that carry all the tags."""
        labels = [("tag", tag) for tag in tags]
        if category is not None:
            labels.append(("category", category))
        passes = self.snapshot.live_mask
        for label in labels:
            labelled = np.zeros(self.snapshot.n_slots, np.bool_)
            labelled[self._documents_by_label.get(label, [])] = True
            passes = passes & labelled
        return passes

    @cached_property
    def _documents_by_label(self) -> Mapping[tuple[str, str], list[int]]:
        """Document numbers of each category and tag: bounded by the entries, whatever searches ask for."""
        found: dict[tuple[str, str], list[int]] = {}
        for number in np.flatnonzero(self.snapshot.live_mask).tolist():
            entry = self.entries[self.snapshot.doc_ids[number]]
            for label in (("category", entry.category), *(("tag", tag) for tag in entry.tags)):
                found.setdefault(label, []).append(number)
        return found


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
        self._view = View(build_snapshot((), index_layers(analyzer)), {}, 0, preset, resources, fallback)

    @property
    def view(self) -> View:
        """The current state."""
        return self._view

    @property
    def analyzer(self) -> Analyzer:
        """The analyzer of entries and queries."""
        return self._analyzer

    def changed(
        self, entries: Collection[FaqEntry], documents: Collection[Document], removed: Collection[str]
    ) -> View:
        """Return the current view with entries added, replaced and removed; nothing is published yet.

        Args:
            entries: Entries this audience may see now.
            documents: Their analysed documents, in the same order.
            removed: Ids of entries it may not see any more.
        """
        old = self._view
        if not entries and not removed:
            return old
        snapshot = update_snapshot(old.snapshot, list(documents), removed)
        gone = set(removed)
        kept = {entry_id: entry for entry_id, entry in old.entries.items() if entry_id not in gone}
        kept.update((entry.id, entry) for entry in entries)
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
    ) -> SearchResult:
        """Rank the entries of a view for a text.

        Args:
            text: The text.
            k: Number of hits wanted, at least 1.
            category: Only entries of this category.
            tags: Only entries that carry all these tags.
            view: What to search; the current view by default.
            context: A longer text of which this is a part, made for the same view.
        """
        view = self._view if view is None else view
        query = analyze_query(self._analyzer, text, view.resources.for_one_query())
        ranker = _ranker(view.preset, context)
        try:
            scores = ranker.score(view.snapshot, query)
        except EncoderError:
            if view.fallback is None:
                raise
            view = replace(view, preset=view.fallback)
            ranker = _ranker(view.preset, context)
            scores = ranker.score(view.snapshot, query)
        found = np.flatnonzero((scores > 0) & view.filter_mask(category, tags))
        hits = tuple(
            self._hit(view, ranker, query, doc, rank, float(scores[doc]))
            for rank, doc in enumerate(top_k(view.snapshot, scores, found, k), start=1)
        )
        return SearchResult(
            text=text,
            hits=hits,
            total=len(found),
            audience=self._audience,
            preset=view.preset.name,
            revision=view.revision,
            query=query,
        )

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

    def get(self, entry_id: str) -> FaqEntry:
        """Return an entry.

        Raises:
            EntryNotFoundError: If the audience sees no such entry.
        """
        try:
            return self._view.entries[entry_id]
        except KeyError:
            raise EntryNotFoundError(entry_id) from None

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


def top_k(snapshot: Snapshot, scores: Scores, found: npt.NDArray[np.int64], k: int) -> list[int]:
    """Return the k best of the found document numbers, by (-score, id)."""
    if len(found) > k:
        threshold = np.partition(scores[found], len(found) - k)[len(found) - k]
        found = found[scores[found] >= threshold]
    ids = snapshot.doc_ids
    ordered = sorted((-float(scores[doc]), ids[doc], int(doc)) for doc in found)
    return [doc for _, _, doc in ordered[:k]]
