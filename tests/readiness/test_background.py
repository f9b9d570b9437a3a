"""A base while its vectors are made in the background: what ranks, what is encoded, what may fail."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gc
import logging
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from faqsearch import FaqEntry, FaqSearchError, KnowledgeBase, preparation
from faqsearch.encoders import CachedEncoder, VectorCache
from faqsearch.entry import JAPAN, Audience
from faqsearch.errors import EncoderError
from faqsearch.preparation import RETRY_AFTER, Preparation
from faqsearch.readiness import MOST_AT_ONCE, Readiness
from faqsearch.vectors import StaticWordVectors

PATIENCE = 60.0
SHIP = FaqEntry(id="ship", question="送料はいくらですか", answer="550円です。", category="配送")
RETURN = FaqEntry(id="return", question="返品の送料は誰が払いますか", answer="お客様のご負担です。")
PASS = FaqEntry(id="pass", question="パスワードを忘れました", answer="再設定できます。")
OPS = FaqEntry(id="ops", question="送料を負担する基準", answer="裁量です。", audience="operator")
FEW = (SHIP, RETURN, PASS)
AWAY = FaqSearchError("the embeddings server cannot be reached")
MAKE = Callable[..., KnowledgeBase]


def many(count: int = MOST_AT_ONCE, **options: Any) -> tuple[FaqEntry, ...]:
    """Entries with more texts than an edit encodes itself."""
    return tuple(
        FaqEntry(id=f"n{number}", question=f"質問{number}の送料", answer=f"答え{number}", **options)
        for number in range(count)
    )


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2026, 4, 1, 9, tzinfo=JAPAN)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(words: StaticWordVectors, watched, cached: Callable[..., CachedEncoder], clock: Clock) -> MAKE:
    def build(entries: tuple[FaqEntry, ...] = (), **options: Any) -> KnowledgeBase:
        chosen = {"word_vectors": words, "encoder": cached(watched), "clock": clock, **options}
        return KnowledgeBase(entries, **chosen)

    return build


def ranks(base: KnowledgeBase, audience: str = "public") -> str:
    return base.search("送料", audience=audience).preset


# --- From the fallback to the wanted preset


def test_few_entries_are_ready_at_once(make: MAKE) -> None:
    base = make(FEW)
    assert base.readiness() == Readiness(preset="hybrid", wanted="hybrid", missing=0)
    assert (ranks(base), base.wait_until_ready(0)) == ("hybrid", True)


def test_many_entries_are_searchable_at_once_by_the_next_best_preset_and_then_by_the_wanted_one(
    make: MAKE, watched
) -> None:
    watched.gate.clear()
    base = make(many())
    assert base.readiness() == Readiness(preset="semantic", wanted="hybrid", missing=2 * MOST_AT_ONCE)
    result = base.search("質問3の送料")
    assert (result.preset, result.hits[0].id, result.revision) == ("semantic", "n3", 1)
    assert base.wait_until_ready(0) is False
    watched.gate.set()
    assert base.wait_until_ready(PATIENCE) is True
    assert base.readiness() == Readiness(preset="hybrid", wanted="hybrid", missing=0)
    result = base.search("質問3の送料")
    assert (result.preset, result.revision) == ("hybrid", 1)
    assert base.preset.name == "hybrid"


def test_both_audiences_become_ready_the_public_first(make: MAKE, watched) -> None:
    base = make((*many(), *(dataclasses.replace(OPS, id=f"o{n}", answer=f"基準{n}") for n in range(40))))
    assert base.wait_until_ready(PATIENCE) is True
    assert (ranks(base), ranks(base, "operator")) == ("hybrid", "hybrid")
    public = {text for entry in many() for text in (entry.question, entry.answer)}
    assert set(watched.passages[: len(public)]) == public


def test_a_suggestion_says_which_preset_ranked(make: MAKE, watched) -> None:
    watched.gate.clear()
    base = make(many())
    assert base.suggest("質問3の送料").preset == "semantic"
    watched.gate.set()
    base.wait_until_ready(PATIENCE)
    assert base.suggest("質問3の送料").preset == "hybrid"


def test_an_edit_of_few_texts_is_encoded_before_it_is_published(make: MAKE, watched) -> None:
    base = make(FEW)
    watched.passages.clear()
    base.upsert(dataclasses.replace(SHIP, answer="660円です。"))
    assert (ranks(base), ranks(base, "operator")) == ("hybrid", "hybrid")
    assert watched.passages == ["660円です。"]


def test_what_texts_do_not_change_is_not_encoded(make: MAKE, watched) -> None:
    base = make(FEW)
    watched.passages.clear()
    base.upsert(dataclasses.replace(SHIP, category="料金", tags=("送料",)))
    base.delete("pass")
    base.upsert(PASS)
    base.confirm("ship", "運賃を知りたい", "op-1")
    assert (ranks(base), watched.passages) == ("hybrid", [])


def test_a_bulk_edit_falls_back_and_comes_back(make: MAKE, watched) -> None:
    base = make(FEW)
    watched.passages.clear()
    watched.gate.clear()
    base.upsert(*many())
    assert ranks(base) == "semantic"
    assert base.readiness().missing == 2 * MOST_AT_ONCE
    base.upsert(dataclasses.replace(SHIP, answer="660円です。"))  # does not wait for the encoder
    assert base.get("ship").answer == "660円です。"
    watched.gate.set()
    assert base.wait_until_ready(PATIENCE) is True
    assert ranks(base) == "hybrid"
    expected = [text for entry in many() for text in (entry.question, entry.answer)]
    assert sorted(watched.passages) == sorted([*expected, "660円です。"])


def test_what_is_deleted_while_it_is_made_does_no_harm(make: MAKE, watched) -> None:
    watched.gate.clear()
    base = make((*FEW, *many()))
    base.delete(*(entry.id for entry in many()))
    watched.gate.set()
    assert base.wait_until_ready(PATIENCE) is True
    assert {hit.id for hit in base.search("送料").hits} >= {"ship", "return"}
    assert ranks(base) == "hybrid"


def test_a_second_base_finds_the_vectors_of_the_first(make: MAKE, watched) -> None:
    make(many()).wait_until_ready(PATIENCE)
    watched.passages.clear()
    base = make(many())
    assert (ranks(base), watched.passages) == ("hybrid", [])


def test_a_new_day_that_brings_an_entry_does_not_make_its_first_search_wait(
    make: MAKE, watched, clock: Clock
) -> None:
    tomorrow = dataclasses.replace(SHIP, id="tomorrow", answer="明日から", valid_from=dt.date(2026, 4, 2))
    base = make((*FEW, tomorrow))
    watched.gate.clear()
    clock.now += dt.timedelta(days=1)
    assert ranks(base) == "semantic"
    watched.gate.set()
    assert base.wait_until_ready(PATIENCE) is True
    assert (ranks(base), ranks(base, "operator")) == ("hybrid", "hybrid")


def test_a_score_is_explained_by_the_preset_that_gave_it(make: MAKE, watched) -> None:
    watched.gate.clear()
    base = make((*FEW, *many()))
    before = base.search("返品の送料").hits
    watched.gate.set()
    base.wait_until_ready(PATIENCE)
    after = base.search("返品の送料").hits
    assert [hit.score for hit in before] != [hit.score for hit in after]
    for hit in (*before, *after):
        assert hit.explanation.value == hit.score
    assert base.explain("返品の送料", after[0].id).value == after[0].score


# --- Failures


def test_an_encoder_that_is_away_breaks_neither_load_nor_edit_nor_search(
    make: MAKE, watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.failure = watched.query_failure = AWAY
    with caplog.at_level(logging.WARNING):
        base = make(FEW)
        base.upsert(OPS)
        base.delete("pass")
        assert base.wait_until_ready(PATIENCE) is False
    assert (ranks(base), ranks(base, "operator")) == ("semantic", "semantic")
    assert [hit.id for hit in base.search("返品の送料").hits] == ["return", "ship"]
    assert base.readiness() == Readiness(preset="semantic", wanted="hybrid", missing=4)
    assert (
        "searches go on without them: vectors of entries cannot be made: the embeddings server" in caplog.text
    )
    assert "an edit goes on without dense vectors" in caplog.text


def test_it_is_tried_again_with_the_next_edit(make: MAKE, watched) -> None:
    watched.failure = AWAY
    base = make(FEW)
    base.wait_until_ready(PATIENCE)
    watched.failure = None
    base.upsert(dataclasses.replace(SHIP, answer="660円です。"))
    assert base.wait_until_ready(PATIENCE) is True
    assert ranks(base) == "hybrid"


def test_it_is_tried_again_by_a_search_some_time_later(make: MAKE, watched, clock: Clock) -> None:
    watched.failure = AWAY
    base = make(FEW)
    base.wait_until_ready(PATIENCE)
    watched.failure = None
    clock.now += RETRY_AFTER - dt.timedelta(seconds=1)
    assert ranks(base) == "semantic"
    assert base.wait_until_ready(PATIENCE) is False
    clock.now += dt.timedelta(seconds=1)
    ranks(base)
    ranks(base, "operator")
    assert base.wait_until_ready(PATIENCE) is True
    assert ranks(base) == "hybrid"


def test_a_failing_encoder_is_not_asked_by_every_edit(make: MAKE, watched) -> None:
    watched.failure = AWAY
    base = make(FEW)
    base.wait_until_ready(PATIENCE)
    watched.gate.clear()
    base.upsert(dataclasses.replace(SHIP, answer="660円です。"))  # would wait at the gate
    assert base.get("ship").answer == "660円です。"
    watched.gate.set()


def test_an_error_that_is_not_ours_breaks_nothing_and_its_message_is_kept_back(
    make: MAKE, watched, caplog: pytest.LogCaptureFixture
) -> None:
    watched.failure = RuntimeError("送料はいくらですか")
    with caplog.at_level(logging.WARNING):
        base = make(FEW)
        base.wait_until_ready(PATIENCE)
    assert ranks(base) == "semantic"
    assert "the encoder failed with RuntimeError" in caplog.text
    assert "いくら" not in caplog.text


def test_a_query_that_cannot_be_encoded_is_answered_by_the_next_best_preset_which_says_so(
    make: MAKE, watched, words: StaticWordVectors
) -> None:
    base = make(FEW)
    watched.query_failure = AWAY
    result = base.search("返品の送料")
    plain = KnowledgeBase(FEW, word_vectors=words).search("返品の送料")
    assert (result.preset, plain.preset) == ("semantic", "semantic")
    assert [(hit.id, hit.score) for hit in result.hits] == [(hit.id, hit.score) for hit in plain.hits]
    for hit in result.hits:
        assert hit.explanation.value == hit.score
        assert base.explain("返品の送料", hit.id).value == hit.score
    assert base.suggest("返品の送料").preset == "semantic"
    assert base.readiness().preset == "hybrid"
    watched.query_failure = None
    assert ranks(base) == "hybrid"


def test_a_hit_is_explained_even_when_the_encoder_has_gone_since(make: MAKE, watched) -> None:
    base = make(FEW)
    hits = base.search("返品の送料").hits
    for number in range(300):  # more queries than are remembered
        base.search(f"送料{number}", k=1)
    watched.query_failure = AWAY
    assert [hit.explanation.value for hit in hits] == [hit.score for hit in hits]
    assert [match.term for match in hits[0].matches][:1] == ["返品"]


def test_vectors_that_vanish_are_made_again_or_done_without(
    words: StaticWordVectors, watched, tmp_path
) -> None:
    with VectorCache(tmp_path / "v.sqlite") as cache:
        base = KnowledgeBase(FEW, word_vectors=words, encoder=CachedEncoder(watched, cache))
        cache.prune("another")
        watched.failure = AWAY
        assert ranks(base) == "semantic"
        watched.failure = None
        assert ranks(base) == "hybrid"


def test_a_query_without_a_fallback_that_cannot_be_encoded_is_an_error(make: MAKE, watched) -> None:
    base = make(FEW)
    engine = base._audiences[Audience.PUBLIC]
    alone = dataclasses.replace(engine.view, fallback=None)
    watched.query_failure = AWAY
    with pytest.raises(EncoderError, match="the query cannot be encoded: the embeddings server"):
        engine.search("返品", 3, view=alone)
    engine.publish(alone)
    with pytest.raises(EncoderError):
        engine.explain("返品", "ship")


# --- What operators alone can see


def test_a_bulk_of_hidden_entries_in_the_same_edit_does_not_take_the_wanted_preset_from_the_public(
    make: MAKE, watched
) -> None:
    base = make()
    base.upsert(*FEW, *many(audience="operator"))
    assert ranks(base) == "hybrid"
    assert base.readiness().missing == 0
    base.upsert(
        *(dataclasses.replace(entry, answer=f"{entry.answer}改") for entry in many(audience="operator"))
    )
    assert ranks(base) == "hybrid"


def test_hidden_edits_do_not_try_again_for_the_public(make: MAKE, watched) -> None:
    watched.failure = AWAY
    base = make(FEW)
    base.wait_until_ready(PATIENCE)
    watched.failure = None
    base.upsert(OPS)
    base.wait_until_ready(PATIENCE)
    assert (ranks(base), ranks(base, "operator")) == ("semantic", "hybrid")


# --- Threads


def test_searches_and_edits_go_on_while_vectors_are_made(make: MAKE, watched) -> None:
    base = make(FEW)
    watched.gate.clear()
    base.upsert(*many(200))
    assert watched.entered.wait(PATIENCE)

    def work(number: int) -> set[str]:
        seen = set()
        for step in range(10):
            base.upsert(FaqEntry(id=f"w{number}", question="送料の話", answer=f"{number}と{step}"))
            seen.add(base.search("送料").preset)
            assert base.get(f"w{number}").answer == f"{number}と{step}"
            if step == 5:
                watched.gate.set()
        return seen

    with ThreadPoolExecutor(max_workers=8) as pool:
        seen = set().union(*pool.map(work, range(8)))
    assert "semantic" in seen
    assert seen <= {"semantic", "hybrid"}
    assert base.wait_until_ready(PATIENCE) is True
    assert base.readiness("operator") == Readiness(preset="hybrid", wanted="hybrid", missing=0)
    assert len(watched.passages) == len(set(watched.passages))


def test_an_edit_during_the_last_step_is_not_forgotten(make: MAKE, watched, monkeypatch) -> None:
    """An edit between the last vector and the change of presets brings texts that are missing again."""
    base = make()
    audiences = base._audiences
    complete = audiences._ladder.wanted.ranker.prepare
    edited = threading.Event()

    def prepare(ranker: object, snapshot: Any, resources: Any) -> None:
        if not edited.is_set():
            edited.set()
            base.upsert(*(dataclasses.replace(entry, answer=f"{entry.answer}改") for entry in many()))
        complete(snapshot, resources)

    monkeypatch.setattr(type(audiences._ladder.wanted.ranker), "prepare", prepare)
    base.upsert(*many())
    assert base.wait_until_ready(PATIENCE) is True
    assert edited.is_set()
    assert base.readiness() == Readiness(preset="hybrid", wanted="hybrid", missing=0)


def workers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "faqsearch vectors"]


def test_the_worker_ends_when_there_is_nothing_to_do_and_starts_again(make: MAKE, watched) -> None:
    base = make(FEW)
    assert workers() == []
    for answer in ("一", "二"):
        watched.gate.clear()
        base.upsert(*(dataclasses.replace(entry, answer=f"{entry.answer}{answer}") for entry in many(40)))
        (worker,) = workers()
        watched.gate.set()
        worker.join(PATIENCE)
        assert workers() == []
        assert ranks(base) == "hybrid"


def test_a_worker_that_died_of_a_bug_is_replaced(make: MAKE, watched, monkeypatch) -> None:
    base = make(FEW)
    died = []
    monkeypatch.setattr(threading, "excepthook", lambda arguments: died.append(arguments.exc_type))
    with monkeypatch.context() as patch:
        patch.setattr(Preparation, "_serve", lambda self, audience: 1 / 0)
        base.upsert(*many())
        assert base.wait_until_ready(PATIENCE) is False
    assert set(died) == {ZeroDivisionError}
    base.upsert(*many(40))
    assert base.wait_until_ready(PATIENCE) is True


def test_a_base_out_of_use_is_given_up_even_while_its_vectors_are_made(make: MAKE, watched) -> None:
    base = make(FEW)
    watched.gate.clear()
    base.upsert(*many(200))
    assert watched.entered.wait(PATIENCE)
    (worker,) = workers()
    gone = weakref.ref(base)
    del base
    gc.collect()
    assert gone() is None
    watched.passages.clear()
    watched.gate.set()
    worker.join(PATIENCE)
    assert len(watched.passages) <= MOST_AT_ONCE  # the part that was being made, no other


def test_a_base_that_is_ready_can_be_collected(make: MAKE) -> None:
    base = make(many())
    base.wait_until_ready(PATIENCE)
    gone = weakref.ref(base)
    del base
    gc.collect()
    assert gone() is None


def test_at_the_end_of_the_program_the_worker_stops_after_the_part_it_is_making(
    make: MAKE, watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "_exiting", threading.Event())
    monkeypatch.setattr(preparation, "_PATIENCE", 0.0)
    watched.gate.clear()
    base = make(many(200))
    assert watched.entered.wait(PATIENCE)
    (worker,) = workers()
    preparation._finish()
    assert worker.is_alive()
    watched.gate.set()
    worker.join(PATIENCE)
    assert not worker.is_alive()
    assert base.readiness().missing == 400 - MOST_AT_ONCE
    assert ranks(base) == "semantic"


def test_without_vectors_to_make_there_is_nothing_to_do(make: MAKE) -> None:
    audiences = make()._audiences
    idle = Preparation(None, audiences._passages, audiences._complete, audiences._now)
    idle.start(Audience.PUBLIC)
    idle.retry(Audience.PUBLIC)
    idle.wait(None)
    assert workers() == []


PROGRAM = """
import hashlib, sys, threading
import numpy as np
from faqsearch import FaqEntry, KnowledgeBase
from faqsearch.vectors import StaticWordVectors

entered = threading.Event()

class Encoder:
    fingerprint, dimensions = "slow-1", 64

    def encode(self, texts, kind):
        entered.set()
        rows = [np.random.default_rng(list(hashlib.sha256(t.encode()).digest())).random(64) for t in texts]
        return np.array([row / np.sqrt(row @ row) for row in rows], np.float32).reshape(-1, 64)

entries = [FaqEntry(id=f"n{n}", question=f"質問{n}", answer=f"答え{n}") for n in range(3000)]
base = KnowledgeBase(entries, word_vectors=StaticWordVectors({"質問": [1.0]}), encoder=Encoder())
assert entered.wait(60)
print(base.search("質問3").preset, [t.name for t in threading.enumerate()][1:])
"""


def test_the_interpreter_ends_while_vectors_are_made(home) -> None:
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", PROGRAM],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "semantic ['faqsearch vectors']\n"
