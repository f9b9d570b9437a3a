"""Many threads search, suggest and edit at once; every result is the one its revision must give.

``FAQSEARCH_SOAK_SECONDS`` says how long they run.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from faqsearch import (
    Audience,
    EntryNotFoundError,
    FaqEntry,
    KnowledgeBase,
    SearchResult,
    Status,
    Suggestion,
    load_confidence_model,
    read_entries,
    sample_path,
)
from faqsearch.entry import JAPAN

SECONDS = float(os.environ.get("FAQSEARCH_SOAK_SECONDS", "3"))
SEARCHING, SUGGESTING, EDITING = 14, 10, 8
# Each check builds a base afresh.
CHECKED_REVISIONS = 150 if os.environ.get("CI") else 40
CATEGORY = "返品・交換・返金"
MODEL = load_confidence_model()
FIRST_DAY = dt.date(2026, 4, 1)
TEXTS = (
    "返品の送料は誰が払いますか",
    "パスワードを忘れてログインできない",
    "引っ越したので住所を変えたい",
    "領収書",
    "ポイントの有効期限はいつまで",
    "クーポンが使えない",
    "送料",
    "もう二度と買わん、解約したい",
)

State = tuple[tuple[FaqEntry, ...], dt.date]
SearchFigures = tuple[tuple[tuple[int, str, float], ...], int]
SuggestionFigures = tuple[str, float, tuple[str, ...], tuple[tuple[str, float], ...]]


def search_figures(result: SearchResult) -> SearchFigures:
    return tuple((hit.rank, hit.id, hit.score) for hit in result.hits), result.total


def suggestion_figures(suggestion: Suggestion) -> SuggestionFigures:
    return (
        suggestion.decision.value,
        suggestion.confidence,
        tuple(hit.id for hit in suggestion.offers),
        tuple((hit.id, hit.score) for hit in suggestion.candidates),
    )


@dataclass
class World:
    """A base, the state behind each of its revisions, and what the threads saw."""

    entries: tuple[FaqEntry, ...]
    deadline: float
    day: dt.date = FIRST_DAY
    editing: threading.Lock = field(default_factory=threading.Lock)
    states: dict[tuple[Audience, int], State] = field(default_factory=dict)
    searches: dict[tuple[Audience, int], dict[tuple[str, str | None], set[SearchFigures]]] = field(
        default_factory=dict
    )
    suggestions: dict[tuple[Audience, int], dict[str, set[SuggestionFigures]]] = field(default_factory=dict)
    noting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.base = KnowledgeBase(self.entries, clock=self.clock, confidence_model=MODEL)
        self.note_states()

    def clock(self) -> dt.datetime:
        return dt.datetime.combine(self.day, dt.time(9), JAPAN)

    def working(self) -> Iterator[None]:
        while time.monotonic() < self.deadline:
            yield

    def note_states(self) -> None:
        """Keep what each audience's current revision stands for; nobody edits meanwhile."""
        for audience in Audience:
            revision = self.base.revision(audience)
            self.states.setdefault((audience, revision), (self.base.entries(), self.day))

    def search(self, chance: random.Random) -> None:
        for _ in self.working():
            text, audience = chance.choice(TEXTS), chance.choice(tuple(Audience))
            category = chance.choice([None, None, CATEGORY])
            result = self.base.search(text, 5, audience, category)
            if result.hits and chance.random() < 0.2:
                hit = chance.choice(result.hits)
                assert hit.explanation.value == hit.score
                assert hit.entry.answer[hit.snippet.start : hit.snippet.end] == hit.snippet.text
            with self.noting:
                seen = self.searches.setdefault((audience, result.revision), {})
                seen.setdefault((text, category), set()).add(search_figures(result))

    def suggest(self, chance: random.Random) -> None:
        for _ in self.working():
            text, audience = chance.choice(TEXTS), chance.choice(tuple(Audience))
            suggestion = self.base.suggest(text, "chat", audience)
            with self.noting:
                seen = self.suggestions.setdefault((audience, suggestion.revision), {})
                seen.setdefault(text, set()).add(suggestion_figures(suggestion))

    def edit(self, chance: random.Random) -> None:
        for _ in self.working():
            with self.editing:
                self.edit_once(chance)
                self.note_states()
            for text in chance.sample(TEXTS, 3):
                self.base.search(text)

    def edit_once(self, chance: random.Random) -> None:
        known = self.base.entries()
        some = chance.sample(known, 3)
        match chance.randrange(5):
            case 0:
                self.base.upsert(*(dataclasses.replace(e, answer=f"{e.answer} {TEXTS[0]}") for e in some))
            case 1:
                self.base.upsert(
                    *(
                        dataclasses.replace(
                            e, audience=chance.choice(tuple(Audience)), status=chance.choice(tuple(Status))
                        )
                        for e in some
                    )
                )
            case 2 if len(known) > len(self.entries) // 2:
                self.base.delete(*(entry.id for entry in some))
            case 3:
                self.day += dt.timedelta(days=1)
                self.note_states()
                last = self.day + dt.timedelta(days=chance.randrange(3))
                self.base.upsert(dataclasses.replace(some[0], valid_from=None, valid_until=last))
            case _:
                self.base.upsert(*chance.sample(self.entries, 10))
                with pytest.raises(EntryNotFoundError):
                    self.base.delete(some[0].id, "never there")


def check(world: World, revision: tuple[Audience, int]) -> None:
    """Compare everything seen of a revision with a base that is built afresh and used by one thread."""
    audience, _ = revision
    entries, day = world.states[revision]
    now = dt.datetime.combine(day, dt.time(9), JAPAN)
    fresh = KnowledgeBase(entries, clock=lambda: now, confidence_model=MODEL)
    for (text, category), seen in world.searches.get(revision, {}).items():
        assert seen == {search_figures(fresh.search(text, 5, audience, category))}
    for text, suggested in world.suggestions.get(revision, {}).items():
        assert suggested == {suggestion_figures(fresh.suggest(text, "chat", audience))}


@contextmanager
def threads_meeting_often() -> Iterator[None]:
    """Let the interpreter change threads far more often than it does by default."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(5e-4)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)


def test_threads_that_search_suggest_and_edit_get_single_threaded_results() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    with threads_meeting_often():
        world = World(read_entries(sample_path("shop"))[:120], time.monotonic() + SECONDS)
        work = [world.search] * SEARCHING + [world.suggest] * SUGGESTING + [world.edit] * EDITING
        with ThreadPoolExecutor(max_workers=len(work)) as pool:
            futures = [pool.submit(job, random.Random(seed + n)) for n, job in enumerate(work)]
        for future in futures:
            future.result()

    seen = sorted(set(world.searches) | set(world.suggestions))
    assert len(work) == 32
    print(f"{len(world.states)} states, {len(seen)} of them seen")
    assert len(seen) > 1  # edits were seen while they were made, however slow the machine
    assert set(seen) <= set(world.states)
    assert any(
        total > 0
        for searches in world.searches.values()
        for (_, category), figures in searches.items()
        for _, total in figures
        if category == CATEGORY
    )
    for revision in random.Random(seed).sample(seen, min(CHECKED_REVISIONS, len(seen))):
        check(world, revision)


def test_no_edit_is_lost_when_many_threads_edit_at_once() -> None:
    base = KnowledgeBase()

    def add(thread: int) -> None:
        for number in range(20):
            key = f"faq-{thread}-{number}"
            base.upsert(
                FaqEntry(id=key, question=f"質問{number}", answer=TEXTS[thread]),
                FaqEntry(id=f"gone-{thread}", question=f"質問{number}", answer=TEXTS[thread]),
            )
            assert base.get(key).answer == TEXTS[thread]
        base.delete(f"gone-{thread}")

    with threads_meeting_often(), ThreadPoolExecutor(max_workers=len(TEXTS)) as pool:
        list(pool.map(add, range(len(TEXTS))))
    assert {entry.id for entry in base.entries()} == {
        f"faq-{thread}-{number}" for thread in range(len(TEXTS)) for number in range(20)
    }
    assert base.revision() == len(TEXTS) * 21
