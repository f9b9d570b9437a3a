"""A base whose index comes from disk: vectors that are there are used, others are made, and waited for."""

from __future__ import annotations

import dataclasses
import importlib.util
import logging
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import faqsearch
from faqsearch import Audience, FaqEntry, KnowledgeBase
from faqsearch.encoders import CachedEncoder, VectorCache
from faqsearch.errors import EncoderError
from faqsearch.index.storage import FileEntries, read_index
from faqsearch.readiness import MOST_AT_ONCE, Readiness
from faqsearch.store import write_entries
from faqsearch.vectors import StaticWordVectors

PATIENCE = 60.0
MANY = tuple(
    FaqEntry(
        id=f"n{number:02}",
        question=f"質問{number}の送料",
        answer=f"答え{number}。" * (1 + number % 3 * 30),
        variants=("返品", f"運賃{number}") if number % 2 else (),
        audience="operator" if number % 7 == 6 else "public",
    )
    for number in range(MOST_AT_ONCE)
)
"""With more texts than are made at once."""
READY = Readiness(preset="hybrid", wanted="hybrid", missing=0)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def opened(
    words: StaticWordVectors, watched, cached: Callable[..., CachedEncoder], index: Path
) -> Callable[..., KnowledgeBase]:
    """Open a base with what of its index is on disk; its encoder keeps the vectors of this test at hand."""

    def open_base(entries: Any = MANY, **options: Any) -> KnowledgeBase:
        chosen = {"encoder": cached(watched), "preset": "hybrid", "cache": index, **options}
        return KnowledgeBase(entries, word_vectors=words, **chosen)

    return open_base


@pytest.fixture
def elsewhere(tmp_path: Path, watched) -> Iterator[Callable[..., CachedEncoder]]:
    """Return another encoder of the same kind that has no vector at hand, and notes what it is asked for."""

    def made(**changed: object) -> Any:
        caches.append(VectorCache(tmp_path / f"elsewhere-{len(caches)}.sqlite"))
        return CachedEncoder(type("Other", (type(watched),), changed)(), caches[-1])

    caches: list[VectorCache] = []
    yield made
    for cache in caches:
        cache.close()


def answers(base: KnowledgeBase) -> list[object]:
    assert base.wait_until_ready(PATIENCE)
    found: list[object] = []
    for audience in Audience:
        for query in ("送料", "運賃3を返品", "答え"):
            result = base.search(query, audience=audience)
            assert result.preset == base.preset.name
            found += [(hit.id, hit.score, hit.explanation) for hit in result.hits]
    return found


def asked(encoder: CachedEncoder) -> list[str]:
    return encoder._encoder.passages


def test_vectors_that_are_missing_are_made_while_the_next_best_preset_ranks(
    opened: Callable[..., KnowledgeBase], watched, index: Path
) -> None:
    KnowledgeBase(MANY, preset="lexical").save_index(index)
    watched.gate.clear()
    base = opened()
    waiting = base.readiness()
    assert (waiting.preset, waiting.wanted, waiting.missing > MOST_AT_ONCE) == ("semantic", "hybrid", True)
    assert base.search("送料").preset == "semantic"
    watched.gate.set()
    assert base.wait_until_ready(PATIENCE)
    assert (base.search("送料").preset, base.readiness()) == ("hybrid", READY)


def test_vectors_that_were_made_before_are_used_at_once(
    opened: Callable[..., KnowledgeBase], watched, index: Path
) -> None:
    KnowledgeBase(MANY, preset="lexical").save_index(index)
    assert opened().wait_until_ready(PATIENCE)
    made = len(watched.passages)
    base = opened()
    assert (base.readiness(), base.search("送料").preset) == (READY, "hybrid")
    assert len(watched.passages) == made


def test_an_index_with_vectors_needs_neither_encoder_nor_vectors_elsewhere(
    opened: Callable[..., KnowledgeBase], watched, index: Path, elsewhere: Callable[..., CachedEncoder]
) -> None:
    first = opened(cache=None)
    right = answers(first)
    assert first.save_index(index).new is True
    assert read_index(index, first.analyzer.fingerprint).vectors == {
        "watched-1:float16",
        first.view().resources.word_vectors.fingerprint,
    }
    encoder = elsewhere()
    again = opened(encoder=encoder)
    assert (again.from_cache, again.readiness(), again.readiness("operator")) == (True, READY, READY)
    assert answers(again) == right
    assert asked(encoder) == []
    assert again.save_index(index).new is False


def test_vectors_of_the_public_are_of_what_it_sees_alone(
    opened: Callable[..., KnowledgeBase], watched, index: Path
) -> None:
    base = opened(cache=None)
    answers(base)
    base.save_index(index)
    kept = read_index(index, base.analyzer.fingerprint).segments["public"].derived
    opened(tuple(one for one in MANY if one.audience is Audience.PUBLIC), cache=None).save_index(index)
    alone = read_index(index, base.analyzer.fingerprint).segments["public"].derived
    assert [(one.kind, one.key) for one in kept] == [(one.kind, one.key) for one in alone]
    for one, other in zip(kept, alone, strict=True):
        for name, column in one.columns.items():
            assert bytes(column.data) == bytes(other.columns[name].data)


def test_vectors_of_another_encoder_are_not_used_and_made_anew(
    opened: Callable[..., KnowledgeBase], watched, index: Path, elsewhere: Callable[..., CachedEncoder]
) -> None:
    base = opened(cache=None)
    answers(base)
    base.save_index(index)
    encoder = elsewhere(fingerprint="watched-2")
    other = opened(encoder=encoder)
    assert other.from_cache  # for the preset that ranks until the vectors are made
    assert other.readiness().preset == "semantic"
    assert answers(other) == answers(opened(encoder=encoder, cache=None))
    assert set(asked(encoder)) == set(watched.passages)
    assert not other.from_cache
    assert other.save_index(index).new is True
    again = opened(encoder=elsewhere(fingerprint="watched-2"))
    assert (again.from_cache, again.readiness()) == (True, READY)


def test_an_encoder_that_became_another_one_under_its_name_leaves_the_next_best_preset(
    opened: Callable[..., KnowledgeBase], index: Path, elsewhere: Callable[..., CachedEncoder]
) -> None:
    base = opened(cache=None)
    answers(base)
    base.save_index(index)

    def longer(_: object, texts: tuple[str, ...], kind: str) -> Any:
        return np.eye(len(texts), 20, dtype=np.float32)

    base = opened(encoder=elsewhere(dimensions=20, encode=longer))
    assert (base.from_cache, base.search("送料").preset) == (True, "semantic")
    base.upsert(FaqEntry(id="new", question="新しい送料", answer="あり"))  # whose vector is of the new length
    assert base.search("送料").preset == "semantic"
    assert base.explain("送料", "new").value > 0
    for number in range(70):  # until they are merged with the others
        base.upsert(FaqEntry(id=f"new{number}", question="新しい送料", answer="あり"))
    assert base.search("送料").preset == "semantic"


def test_load_goes_on_where_the_vectors_of_an_index_do_not_fit_those_of_its_encoder(
    opened: Callable[..., KnowledgeBase],
    words: StaticWordVectors,
    index: Path,
    tmp_path: Path,
    elsewhere: Callable[..., CachedEncoder],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    base = opened(cache=None)
    answers(base)
    base.save_index(index)
    source = tmp_path / "faq.jsonl"
    write_entries(source, (*MANY, FaqEntry(id="new", question="新しい送料", answer="あり")))
    monkeypatch.setattr("faqsearch.readiness.installed_vectors", lambda: words)

    def longer(_: object, texts: tuple[str, ...], kind: str) -> Any:
        return np.eye(len(texts), 20, dtype=np.float32)

    encoder = elsewhere(dimensions=20, encode=longer)
    base = faqsearch.load(source, preset="hybrid", encoder=encoder, cache=index)
    assert base.search("送料").preset == "semantic"
    assert "different lengths" in caplog.text


def test_other_word_vectors_are_not_taken_for_those_of_the_index(
    opened: Callable[..., KnowledgeBase], watched, index: Path
) -> None:
    entries = MANY[:9]
    opened(entries, preset="semantic", cache=None).save_index(index)
    other = StaticWordVectors({"送料": [1.0, 0.0], "返品": [0.6, 0.8], "答え": [0.1, 1.0]})
    base, fresh = (
        KnowledgeBase(entries, preset="semantic", word_vectors=other, cache=cache) for cache in (index, None)
    )
    assert not base.from_cache
    assert answers(base) == answers(fresh)
    assert base.save_index(index).new is True
    assert KnowledgeBase(entries, preset="semantic", word_vectors=other, cache=index).from_cache


def test_a_damaged_vector_is_told_and_all_is_made_anew(
    opened: Callable[..., KnowledgeBase], watched, index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    base = opened(cache=None)
    right = answers(base)
    base.save_index(index)
    rows = base.view().snapshot.segments[0].memo.get(("encoded passages", "watched-1:float16"), dict).rows
    segment = index / "gen-000001" / "segment-1"
    whole = segment.read_bytes()
    place = whole.index(rows.tobytes())
    segment.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    with caplog.at_level(logging.WARNING):
        again = opened()
    assert [message.rpartition(": ")[2] for message in caplog.messages] == [
        "segment-1 is not what was written"
    ]
    assert not again.from_cache
    assert answers(again) == right


def test_edits_after_opening_equal_a_fresh_build(
    opened: Callable[..., KnowledgeBase], watched, index: Path
) -> None:
    base = opened(cache=None)
    answers(base)
    base.save_index(index)
    base = opened()
    assert base.from_cache
    chance, now = random.Random(20_261_123), {entry.id: entry for entry in MANY}
    for turn in range(12):
        chosen = chance.choice(sorted(now))
        if turn % 3 == 2:
            base.delete(chosen)
            del now[chosen]
        else:
            now[chosen] = dataclasses.replace(now[chosen], answer=f"改訂{turn}。返品の送料。")
            base.upsert(now[chosen])
        if turn % 4 == 3:
            assert answers(base) == answers(opened(tuple(now.values()), cache=None))
            base.save_index(index)
            base = opened(tuple(now.values()))
            assert base.from_cache


def test_folds_after_opening_encode_nothing_but_what_is_new(
    opened: Callable[..., KnowledgeBase], index: Path, elsewhere: Callable[..., CachedEncoder]
) -> None:
    base = opened(cache=None)
    answers(base)
    base.save_index(index)
    encoder = elsewhere()
    base = opened(encoder=encoder)
    now = {entry.id: entry for entry in MANY}
    for number in range(160):  # some without a search between: two folds
        new = FaqEntry(id=f"x{number:03}", question=f"新しい質問{number}", answer="できます。")
        now[new.id] = new
        base.upsert(new)
        if number % 20 == 9:
            gone = min(now)
            del now[gone]
            base.delete(gone)
            assert base.search("新しい送料", audience="operator").preset == "hybrid"
    assert base.view().snapshot.segments[0].n_docs > len(MANY)
    assert answers(base) == answers(opened(tuple(now.values()), cache=None))
    assert sorted(asked(encoder)) == sorted(["できます。", *(f"新しい質問{number}" for number in range(160))])


def test_only_what_has_changed_since_is_encoded_at_opening(
    opened: Callable[..., KnowledgeBase], index: Path, elsewhere: Callable[..., CachedEncoder]
) -> None:
    base = opened(cache=None)
    answers(base)
    base.save_index(index)
    changed = (dataclasses.replace(MANY[0], answer="改訂。"), *MANY[2:])
    encoder = elsewhere()
    base = opened(changed, encoder=encoder)
    assert (base.from_cache, base.readiness(), base.readiness("operator")) == (False, READY, READY)
    assert answers(base) == answers(opened(changed, cache=None))
    assert base.save_index(index).new is True
    assert asked(encoder) == ["質問0の送料", "改訂。"]


def test_load_keeps_vectors_once_they_are_made_and_then_uses_them(
    words: StaticWordVectors,
    watched,
    cached: Callable[..., CachedEncoder],
    index: Path,
    tmp_path: Path,
    elsewhere: Callable[..., CachedEncoder],
) -> None:
    source = tmp_path / "faq.jsonl"
    write_entries(source, MANY)
    preset = tmp_path / "mine.toml"
    preset.write_text('name = "mine"\ndescription = "dense"\n[[ranker]]\ntype = "dense"\n', encoding="utf-8")

    def loaded(encoder: CachedEncoder) -> KnowledgeBase:
        return faqsearch.load(source, preset=preset, encoder=encoder, cache=index)

    right = answers(loaded(cached(watched)))
    assert not loaded(cached(watched)).from_cache  # they had been made in the background
    encoder = elsewhere()
    base = loaded(encoder)
    assert (base.from_cache, answers(base), asked(encoder)) == (True, right, [])


def test_auto_is_hybrid_where_the_index_holds_the_vectors_of_what_the_public_sees(
    opened: Callable[..., KnowledgeBase],
    watched,
    index: Path,
    elsewhere: Callable[..., CachedEncoder],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = FileEntries(MANY, "the file")
    base = opened(entries, cache=None)
    right = answers(base)
    base.save_index(index)
    encoder = elsewhere()
    monkeypatch.setattr("faqsearch.readiness.cached_encoder", lambda: encoder)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    auto = opened(entries, preset="auto", encoder=None)
    assert (auto.preset.name, auto.from_cache, answers(auto)) == ("hybrid", True, right)
    assert asked(encoder) == []
    changed = (dataclasses.replace(MANY[0], answer="改訂。"), *MANY[1:])
    assert opened(changed, preset="auto", encoder=None).preset.name == "semantic"


def test_what_operators_see_has_no_say_in_the_preset_of_the_public(
    opened: Callable[..., KnowledgeBase],
    watched,
    index: Path,
    elsewhere: Callable[..., CachedEncoder],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = opened(tuple(one for one in MANY if one.audience is Audience.PUBLIC), cache=None)
    answers(base)
    watched.failure = EncoderError("away")
    base.upsert(*(one for one in MANY if one.audience is Audience.OPERATOR))
    assert [base.readiness(audience).preset for audience in Audience] == ["hybrid", "semantic"]
    base.save_index(index)
    encoder = elsewhere()
    monkeypatch.setattr("faqsearch.readiness.cached_encoder", lambda: encoder)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())
    auto = opened(MANY, preset="auto", encoder=None)
    assert (auto.preset.name, auto.readiness()) == ("hybrid", READY)
    assert auto.wait_until_ready(PATIENCE)
