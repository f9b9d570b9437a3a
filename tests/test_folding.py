"""Segments of large bases are merged in the background; searches and edits go on and see no difference."""

from __future__ import annotations

import gc
import random
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from faqsearch import Audience, FaqEntry, KnowledgeBase, preparation
from faqsearch.analysis import PlainAnalyzer
from faqsearch.index import tiers
from faqsearch.index.tiers import Fold
from faqsearch.ranking import BM25Ranker, Preset

WORDS = ("返品", "送料", "会員", "領収書", "住所", "期限", "退会", "予約")
PRESET = Preset(
    name="plain",
    description="for tests",
    ranker=BM25Ranker(fields={"question": 2.0, "answer": 1.0}, layers={"words": 1.0}, normalized=True),
)
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def tiny_tiers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What holds for many thousands of entries shall be seen with a few."""
    for name, value in (("_SMALL", 20), ("_FOLD_AT_LEAST", 10), ("_RATIO", 4), ("_BY_EDITS", 2)):
        monkeypatch.setattr(tiers, name, value)


def entry(number: int, chance: random.Random) -> FaqEntry:
    question, answer = (" ".join(chance.choices(WORDS, k=count)) for count in (3, 6))
    audience = Audience.OPERATOR if number % 4 == 0 else Audience.PUBLIC
    category = chance.choice(["", "配送", "会員"])
    tags = ("急ぎ",) if number % 3 == 0 else ()
    return FaqEntry(
        id=f"faq-{number:03}",
        question=question,
        answer=answer,
        audience=audience,
        category=category,
        tags=tags,
    )


def base_of(entries: Any = (), **options: Any) -> KnowledgeBase:
    return KnowledgeBase(
        entries,
        preset=PRESET,
        analyzer=PlainAnalyzer(tokenize=str.split, name="split", layer="words"),
        **options,
    )


def results(base: KnowledgeBase) -> list[object]:
    return [
        (found.total, [(hit.id, hit.score, hit.explanation) for hit in found.hits])
        for audience in Audience
        for word in WORDS
        for category in (None, "配送")
        for tags in ((), ("急ぎ",))
        for found in (base.search(f"{word} 返品 会員", 60, audience, category, tags),)
    ] + [base.complete(word[:1], 60, audience) for audience in Audience for word in WORDS]


def edit(base: KnowledgeBase, chance: random.Random) -> None:
    known = [one.id for one in base.entries()]
    if chance.random() < 0.3:
        base.delete(*chance.sample(known, 2))
    else:
        base.upsert(*(entry(chance.randrange(120), chance) for _ in range(1)))


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "faqsearch segments"]


class Gate:
    """Lets a test hold the background before it merges, or break it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entered, self.open, self.error = threading.Event(), threading.Event(), None
        self.merge = Fold.of
        monkeypatch.setattr(Fold, "of", self)

    def __call__(self, *args: Any) -> Fold:
        self.entered.set()
        assert self.open.wait(PATIENCE)
        if self.error is not None:
            raise self.error
        return self.merge(*args)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    return Gate(monkeypatch)


def test_searches_and_edits_beside_the_background_end_in_what_a_fresh_build_has() -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    base = base_of([entry(number, chance) for number in range(60)])
    first = base.view("operator").snapshot.segments[0]
    done = threading.Event()

    def search(number: int) -> None:
        while not done.is_set():
            results(base)

    with ThreadPoolExecutor(2) as pool:
        searching = [pool.submit(search, number) for number in range(2)]
        try:
            for _ in range(120):
                edit(base, chance)
        finally:
            done.set()
        for one in searching:
            one.result()
    revision = base.revision()
    assert base.wait_until_ready(PATIENCE)

    assert workers() == []
    assert base.revision() == revision
    assert base.view("operator").snapshot.segments[0] is not first
    assert tiers.due(base.view("operator").snapshot) is None
    assert results(base) == results(base_of(base.entries()))


def test_audiences_that_see_the_same_share_what_edits_and_the_background_make() -> None:
    chance = random.Random(11)
    public = [entry(number, chance) for number in range(80) if number % 4]
    base = base_of(public)
    for number in (1, 2, 3, 1, 5, 6, 7, 9, 10, 11, 13, 14):
        base.upsert(entry(number, chance))
        assert base.wait_until_ready(PATIENCE)
        assert base.view("public").snapshot is base.view("operator").snapshot
    base.upsert(entry(4, chance))
    assert base.view("public").snapshot is not base.view("operator").snapshot
    assert base.get("faq-004", "operator").id not in base.view("public").snapshot.doc_ids
    base.upsert(*(entry(number, chance) for number in (15, 17, 18)))

    public_parts, all_parts = (base.view(who).snapshot.segments for who in Audience)
    assert public_parts[-1] is all_parts[-1]
    assert "faq-004" not in {key for segment in public_parts for key in segment.doc_ids}
    assert results(base) == results(base_of(base.entries()))


def test_edits_and_searches_do_not_wait_for_the_background(gate: Gate) -> None:
    chance = random.Random(7)
    base = base_of([entry(number, chance) for number in range(60)])
    while not gate.entered.is_set():
        edit(base, chance)
    old = base.view("operator").snapshot.segments[0]
    for _ in range(12):
        edit(base, chance)
    assert results(base) == results(base_of(base.entries()))
    assert base.view("operator").snapshot.segments[0] is old
    gate.open.set()
    assert base.wait_until_ready(PATIENCE)
    assert results(base) == results(base_of(base.entries()))
    assert len(base.view("operator").snapshot.segments) <= 4


def test_a_failure_in_the_background_changes_nothing_and_the_next_edit_begins_again(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(8)
    base = base_of([entry(number, chance) for number in range(60)])
    gate.open.set()
    gate.error = MemoryError("what a customer wrote")
    for _ in range(30):
        edit(base, chance)
    base.wait_until_ready(PATIENCE)
    assert tiers.due(base.view("operator").snapshot)
    assert results(base) == results(base_of(base.entries()))
    assert "segments could not be merged, searches go on: MemoryError" in caplog.text
    assert "what a customer wrote" not in caplog.text

    gate.error = None
    base.upsert(entry(1, chance), entry(4, chance))
    base.wait_until_ready(PATIENCE)
    assert tiers.due(base.view("operator").snapshot) is None
    assert results(base) == results(base_of(base.entries()))


def test_what_became_other_segments_meanwhile_is_left_alone() -> None:
    chance = random.Random(9)
    base = base_of([entry(number, chance) for number in range(60)])
    snapshot = base.view("operator").snapshot
    fold = Fold.of(snapshot, 0, 1, lambda: None)
    assert fold.caught_up(Fold.of(snapshot, 0, 1, lambda: None).new) is None
    assert fold.caught_up(snapshot) is not None


def test_a_small_base_is_merged_by_its_edits_alone(gate: Gate) -> None:
    chance = random.Random(10)
    base = base_of([entry(number, chance) for number in range(20)])
    for number in range(40):
        edit(base, chance) if number % 2 else base.upsert(entry(number % 20, chance))
        base.delete(*(one.id for one in base.entries()[20:]))
    assert not gate.entered.is_set()
    assert workers() == []
    assert results(base) == results(base_of(base.entries()))


def test_the_end_of_the_program_ends_the_background_between_two_steps(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "_exiting", threading.Event())
    monkeypatch.setattr(preparation, "_PATIENCE", 0.0)
    chance = random.Random(11)
    base = base_of([entry(number, chance) for number in range(60)])
    while not gate.entered.is_set():
        edit(base, chance)
    (worker,) = workers()
    old = base.view("operator").snapshot
    preparation._finish()
    gate.open.set()
    worker.join(PATIENCE)
    assert not worker.is_alive()
    assert base.view("operator").snapshot is old


def test_a_base_out_of_use_is_collected(gate: Gate) -> None:
    chance = random.Random(12)
    base = base_of([entry(number, chance) for number in range(60)])
    while not gate.entered.is_set():
        edit(base, chance)
    (worker,) = workers()
    gone = weakref.ref(base)
    del base
    gate.open.set()
    worker.join(PATIENCE)
    gc.collect()
    assert not worker.is_alive()
    assert gone() is None


PROGRAM = """
import threading
from faqsearch import FaqEntry, KnowledgeBase
from faqsearch.index import tiers

tiers._SMALL = 10
entries = [FaqEntry(id=f"n{n}", question=f"質問{n}", answer=f"答え{n}") for n in range(300)]
base = KnowledgeBase(entries, preset="lexical")
base.upsert(*(FaqEntry(id=f"m{n}", question=f"質問{n}", answer=f"答え{n}") for n in range(100)))
print(base.search("質問3").hits[0].id)
"""


def test_the_interpreter_ends_while_segments_are_merged() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "m3\n")
