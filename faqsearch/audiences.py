"""What each audience is served with: an engine over what it may see, and the best preset that is ready."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faqsearch.analysis import Analyzer
from faqsearch.completion import prepare_completion
from faqsearch.confirmations import (
    NO_VARIANTS,
    Confirmation,
    ConfirmationLimits,
    PrivateVariants,
    private_variants,
)
from faqsearch.engine import Engine
from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import SettingsError
from faqsearch.index import (
    BulkBuild,
    BulkIndex,
    Document,
    Memo,
    Overlay,
    Snapshot,
    analyze_entry,
    prepare_edits,
)
from faqsearch.index.storage import IndexCache, Written, save_index, storable_snapshot, visible_entries
from faqsearch.index.tiers import Fold, due
from faqsearch.preparation import Folding, Preparation
from faqsearch.readiness import Ladder, Readiness, passages_of
from faqsearch.view import View


class Documents(dict[tuple[str, PrivateVariants], Document]):
    """Analysed entries of one edit, by id and the confirmed inquiries in them.

    Attributes:
        made: What was made of them for one audience. Another takes the same where it would be made of the
            very same documents, and thus knows nothing of what it may not see.
    """

    def __init__(self) -> None:
        super().__init__()
        self.made = Memo()


@dataclass(frozen=True, kw_only=True)
class NextView:
    """What an audience is served with after an edit.

    Attributes:
        view: The view.
        indexed: The confirmed inquiries in it, by entry.
    """

    view: View
    indexed: Mapping[str, PrivateVariants]


class Audiences:
    """The engines of all audiences. Nothing an audience may not see changes anything about its own.

    Args:
        analyzer: The analyzer of entries and queries.
        ladder: Presets that may rank, and what they use.
        limits: How much confirmations can count.
        clock: Tells the time, with a time zone.
        cache: An index on disk; the first view of an audience takes from it what still fits.
        bulk: How to make the first views where there is no such index; None to make them as any edit.

    Attributes:
        editing: Held by whoever calls ``next_view`` and ``publish``.

    Raises:
        SettingsError: If the wanted preset cannot rank with this analyzer.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        ladder: Ladder,
        limits: ConfirmationLimits,
        clock: Callable[[], dt.datetime],
        cache: IndexCache | None = None,
        bulk: BulkBuild | None = None,
    ) -> None:
        self.editing = threading.Lock()
        self._analyzer = analyzer
        self._ladder = ladder
        self._limits = limits
        self._clock = clock
        self._engines = {
            audience: Engine(audience, analyzer, ladder.wanted, ladder.resources, ladder.waiting)
            for audience in Audience
        }
        self._check()
        self._indexed: dict[Audience, Mapping[str, PrivateVariants]] = {audience: {} for audience in Audience}
        self._cache = cache
        self._bulk = bulk
        self._made: BulkIndex | None = None
        self._serving = False
        self._preparation = Preparation(ladder.prepared, self._passages, self._complete, self._now)
        self._folding = Folding(self._fold)

    def __getitem__(self, audience: Audience) -> Engine:
        return self._engines[audience]

    def analyze(self, entries: Iterable[FaqEntry]) -> Documents:
        """Analyse entries with the confirmed inquiries that count for operators."""
        documents = Documents()
        self._analyzed(entries, self._indexed[Audience.OPERATOR], documents)
        return documents

    def make_few(self, entries: Iterable[FaqEntry], days: Mapping[Audience, dt.date]) -> None:
        """Make the vectors of entries that are about to be published, for each audience that is ready.

        Who is not ready waits for the background anyway; an edit shall not wait for a server that is away.
        """
        for audience, engine in self._engines.items():
            if engine.view.preset is self._ladder.wanted:
                seen = (entry for entry in entries if entry.is_visible(audience, days[audience]))
                self._ladder.make_few(passages_of(seen))

    def next_view(
        self,
        audience: Audience,
        entries: Overlay[str, FaqEntry],
        day: dt.date,
        confirmations: Iterable[Confirmation],
        documents: Documents,
        changed: Collection[str] | None = None,
    ) -> NextView:
        """Work out what an audience is to be served with; nothing is published yet.

        Args:
            audience: The audience.
            entries: All entries by id.
            day: The day in Japan.
            confirmations: All confirmations.
            documents: Entries that have been analysed; those that are analysed here are added.
            changed: Ids of the entries that were edited, if neither day nor confirmations are others than
                those served now: the work is then proportional to them.
        """
        engine, indexed = self._engines[audience], self._indexed[audience]
        view = engine.view
        if changed is None:
            visible = visible_entries(entries.unchanged, audience, day)
            # Of visible entries only: others must not use up what a source may confirm on a day.
            known = (item for item in confirmations if item.entry_id in visible)
            private: Mapping[str, PrivateVariants] = private_variants(known, day, self._limits)
            cached = self._cache.first_snapshot(audience, visible, private) if self._cache else None
            if cached is None and self._bulk is not None:
                cached = self._in_bulk(entries, day, self._bulk).snapshot(visible, private)
        else:
            found = ((key, entries.get(key)) for key in changed)
            visible = {key: entry for key, entry in found if entry and entry.is_visible(audience, day)}
            turned = {key for key in changed if (key in visible) != (key in view.entries)}
            if any(item.entry_id in turned for item in confirmations):
                return self.next_view(audience, entries, day, confirmations, documents)
            private, cached = indexed, None
        if cached is not None:
            view, indexed = _begun(view, cached, visible), private
        old = view.entries
        if cached is not None and old.unchanged is visible:
            return NextView(view=self._ranked(view, view.snapshot), indexed=private)
        gone = [key for key in (old if changed is None else changed) if key in old and key not in visible]
        new = [
            entry
            for key, entry in visible.items()
            if _differ(old.get(key), entry) or indexed.get(key) != private.get(key)
        ]
        view = engine.changed(new, self._analyzed(new, private, documents), gone, view, documents.made)
        if view is not engine.view:
            # Once all are ready, only what is new can be missing.
            ready = view.preset is self._ladder.wanted and cached is None
            view = self._ranked(view, passages_of(new) if ready else view.snapshot)
        return NextView(view=view, indexed=private)

    def _analyzed(
        self, entries: Iterable[FaqEntry], private: Mapping[str, PrivateVariants], documents: Documents
    ) -> list[Document]:
        """Return the documents of entries; those that are analysed here are added to the known ones."""
        found = []
        for entry in entries:
            confirmed = private.get(entry.id, NO_VARIANTS)
            if (entry.id, confirmed) not in documents:
                documents[entry.id, confirmed] = analyze_entry(self._analyzer, entry, confirmed)
            found.append(documents[entry.id, confirmed])
        return found

    def _ranked(self, view: View, needed: Snapshot | Sequence[str]) -> View:
        """Return a view with the best preset for which all is ready that it needs."""
        if not self._serving:  # nobody waits yet
            self._ladder.make_few(needed)
        return replace(view, preset=self._ladder.preset_for(needed))

    def _in_bulk(self, entries: Mapping[str, FaqEntry], day: dt.date, bulk: BulkBuild) -> BulkIndex:
        """Return the analysed entries, those of all audiences; the first who asks makes them."""
        if self._made is None:
            seen = (one for one in entries.values() if any(one.is_visible(who, day) for who in Audience))
            self._made = BulkIndex(self._analyzer, seen, bulk)
        return self._made

    @property
    def from_cache(self) -> bool:
        """Whether all that is served came from the cache as it stood there, vectors of entries too."""
        cache, views = self._cache, {audience: engine.view for audience, engine in self._engines.items()}
        return cache is not None and all(
            cache.is_whole(audience, view.snapshot)
            and view.resources.fingerprints(view.preset.ranker.requires) <= cache.vectors
            for audience, view in views.items()
        )

    def save_index(self, folder: str | Path, entries: Mapping[str, FaqEntry]) -> Written:
        """Keep the index of all audiences in a folder, and what searches would have to derive from it first.

        Args:
            folder: The folder.
            entries: All entries by id.

        Raises:
            InputError: If it cannot be written.
        """
        served = {}
        for audience, engine in self._engines.items():
            view = engine.view
            snapshot = storable_snapshot(view.snapshot, self._analyzer)
            view.preset.ranker.prepare(snapshot, view.resources)
            prepare_edits(snapshot)
            served[audience.value] = (snapshot, view.entries)
        return save_index(Path(folder), self._analyzer, served, entries)

    def publish(self, views: Mapping[Audience, NextView]) -> None:
        """Serve audiences with their next views from now on, and begin to make what these lack."""
        self._bulk = self._made = None  # what follows are edits
        self._serving = True
        for audience, new in views.items():
            engine = self._engines[audience]
            changed = new.view is not engine.view
            engine.publish(new.view)
            self._indexed[audience] = new.indexed
            if changed and new.view.preset is not self._ladder.wanted:
                self._preparation.start(audience)
            if changed and due(new.view.snapshot):
                self._folding.start(audience)

    def readiness(self, audience: Audience) -> Readiness:
        """Tell with which preset an audience is served now, and what is still being made."""
        view = self._engines[audience].view
        return self._ladder.readiness(view.preset, view.snapshot)

    def retry(self, audience: Audience) -> None:
        """Begin again what an encoder failed at some time ago."""
        self._preparation.retry(audience)

    def wait(self, timeout: float | None) -> bool:
        """Wait until the background has nothing to do, or so many seconds have passed.

        Returns:
            Whether all vectors are made.
        """
        started = time.monotonic()
        self._preparation.wait(timeout)
        left = None if timeout is None else max(0.0, started + timeout - time.monotonic())
        self._folding.wait(left)
        return all(engine.view.preset is self._ladder.wanted for engine in self._engines.values())

    def _check(self) -> None:
        """Fail here, not in the first search, if a preset ranks by a layer the analyzer does not fill."""
        engine, wanted, waiting = self._engines[Audience.PUBLIC], self._ladder.wanted, self._ladder.waiting
        engine.search("", k=1)
        try:
            engine.search("", k=1, view=replace(engine.view, preset=waiting))
        except SettingsError as error:
            raise SettingsError(
                f"preset {wanted.name} needs vectors of texts, and while they are being made preset"
                f" {waiting.name} cannot rank with this analyzer: {error}"
            ) from error

    def _now(self) -> dt.datetime:
        return self._clock()

    def _passages(self, audience: Audience) -> tuple[str, ...]:
        return self._ladder.to_encode(self._engines[audience].view.snapshot)

    def _complete(self, audience: Audience) -> None:
        """Let an audience have the wanted preset if all it needs is ready."""
        engine, wanted = self._engines[audience], self._ladder.wanted
        view = engine.view
        if self._ladder.preset_for(view.snapshot) is not wanted:
            return  # an edit came meanwhile, which has also ordered what it needs
        wanted.ranker.prepare(view.snapshot, view.resources)  # here, so that no search has to wait for it
        with self.editing:
            if engine.view is view:
                engine.publish(replace(view, preset=wanted))

    def _fold(self, audience: Audience, between: Callable[[], None]) -> bool:
        """Merge the segments that are due first, while searches and edits go on; tell whether any were."""
        engine = self._engines[audience]
        view = engine.view
        run = due(view.snapshot)
        if run is None:
            return False
        fold = Fold.of(view.snapshot, *run, between)
        # Here, so that no search has to wait for it.
        view.preset.ranker.prepare(fold.new, view.resources)
        prepare_completion(view.snapshot, fold.new, self._analyzer)
        with self.editing:
            view = engine.view
            snapshot = fold.caught_up(view.snapshot)
            if snapshot is not None:
                # Who was served with the very same goes on being so.
                alike = [who for who, one in self._engines.items() if one.view.snapshot is view.snapshot]
                self.publish({who: self._folded(who, snapshot) for who in alike})
        return True

    def _folded(self, audience: Audience, snapshot: Snapshot) -> NextView:
        view = replace(self._engines[audience].view, snapshot=snapshot)
        return NextView(view=view, indexed=self._indexed[audience])


def _differ(one: FaqEntry | None, other: FaqEntry) -> bool:
    return one is not other and one != other  # mostly they are the same object, which is seen at once


def _begun(empty: View, snapshot: Snapshot, visible: Mapping[str, FaqEntry]) -> View:
    """Return a first view with what is in a snapshot; its revision is as if all had been analysed."""
    complete = bool(visible) and snapshot.n_docs == len(visible)
    if complete:
        return replace(empty, snapshot=snapshot, entries=Overlay(visible), revision=empty.revision + 1)
    found = set(snapshot.doc_ids)
    entries = Overlay({key: entry for key, entry in visible.items() if key in found})
    return replace(empty, snapshot=snapshot, entries=entries)
