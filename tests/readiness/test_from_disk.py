"""A base whose index comes from disk has vectors of texts made, and waits for them, as any other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from faqsearch import FaqEntry, KnowledgeBase
from faqsearch.encoders import CachedEncoder
from faqsearch.readiness import MOST_AT_ONCE, Readiness
from faqsearch.vectors import StaticWordVectors

PATIENCE = 60.0
MANY = tuple(
    FaqEntry(id=f"n{number}", question=f"質問{number}の送料", answer=f"答え{number}")
    for number in range(MOST_AT_ONCE)
)


@pytest.fixture
def opened(
    words: StaticWordVectors, watched, cached: Callable[..., CachedEncoder], tmp_path: Path
) -> Callable[[], KnowledgeBase]:
    """Open a base whose index is on disk."""
    KnowledgeBase(MANY, preset="lexical").save_index(tmp_path / "index")

    def open_base() -> KnowledgeBase:
        base = KnowledgeBase(
            MANY, encoder=cached(watched), word_vectors=words, preset="hybrid", cache=tmp_path / "index"
        )
        assert base.from_cache
        return base

    return open_base


def test_vectors_that_are_missing_are_made_while_the_next_best_preset_ranks(
    opened: Callable[[], KnowledgeBase], watched
) -> None:
    watched.gate.clear()
    base = opened()
    assert base.readiness() == Readiness(preset="semantic", wanted="hybrid", missing=2 * MOST_AT_ONCE)
    assert base.search("送料").preset == "semantic"
    watched.gate.set()
    assert base.wait_until_ready(PATIENCE)
    assert base.search("送料").preset == "hybrid"


def test_vectors_that_are_there_are_used_at_once(opened: Callable[[], KnowledgeBase], watched) -> None:
    assert opened().wait_until_ready(PATIENCE)
    made = len(watched.passages)
    assert made == 2 * MOST_AT_ONCE
    base = opened()
    assert base.readiness() == Readiness(preset="hybrid", wanted="hybrid", missing=0)
    assert base.search("送料").preset == "hybrid"
    assert len(watched.passages) == made
