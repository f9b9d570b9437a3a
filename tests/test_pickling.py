"""Results leave the process: pickled, they say all that they said before, and carry nothing else."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace

import pytest

from faqsearch.assist import Suggestion
from faqsearch.engine import Hit, SearchResult
from faqsearch.entry import FaqEntry
from faqsearch.knowledge_base import KnowledgeBase

HIDDEN = "ヒミツノアイコトバ"
ENTRIES = (
    FaqEntry(id="send", question="送料はいくらですか", answer="全国一律550円です。", category="配送"),
    FaqEntry(
        id="back",
        question="返品の送料は誰が払いますか",
        answer="お客様のご都合による返品の送料はご負担ください。不良品の場合は当店が負担します。",
        tags=("返送",),
    ),
    FaqEntry(id="key", question="合鍵の作り方", answer=f"鍵をお持ちください。{HIDDEN}"),
)
TEXT = "返品の送料はいくらかかりますか"


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES, preset="lexical")


@pytest.fixture(scope="module")
def result(base: KnowledgeBase) -> SearchResult:
    return base.search(TEXT)


def parts(hit: Hit) -> tuple[object, ...]:
    """Everything that a hit can say."""
    found = (hit.id, hit.rank, hit.score, hit.entry, hit.explanation, hit.matches, hit.highlights)
    return (*found, hit.kind, hit.snippet, hit.reasons)


def test_a_hit_says_the_same_after_pickling(result: SearchResult) -> None:
    for hit in result.hits:
        restored = pickle.loads(pickle.dumps(hit))
        assert restored == hit
        assert parts(restored) == parts(hit)
        assert restored.explanation.value == hit.score


def test_a_restored_hit_can_be_pickled_copied_and_changed(result: SearchResult) -> None:
    hit = result.hits[0]
    restored = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(hit))))
    assert parts(copy.deepcopy(restored)) == parts(hit)
    assert replace(restored, rank=7).highlights == hit.highlights


def test_a_result_says_the_same_after_pickling_but_for_its_query(result: SearchResult) -> None:
    restored = pickle.loads(pickle.dumps(result))
    assert isinstance(restored, SearchResult)
    assert restored == result
    assert [parts(hit) for hit in restored.hits] == [parts(hit) for hit in result.hits]
    assert (restored.strict, restored.query) == (result.strict, None)
    assert result.query is not None


def test_a_suggestion_says_the_same_after_pickling(base: KnowledgeBase) -> None:
    suggestion = base.suggest(f"{TEXT}？\nまた、合鍵の作り方を教えてください。")
    restored = pickle.loads(pickle.dumps(suggestion))
    assert isinstance(restored, Suggestion)
    assert restored == suggestion
    assert len(restored.questions) == 2
    pairs = zip(restored.candidates, suggestion.candidates, strict=True)
    assert all(parts(one) == parts(other) for one, other in pairs)


def test_entries_that_were_not_found_do_not_travel_along(result: SearchResult) -> None:
    assert "key" not in [hit.id for hit in result.hits]
    assert HIDDEN.encode() not in pickle.dumps(result)


def test_what_is_pickled_is_of_the_time_of_the_search() -> None:
    base = KnowledgeBase(ENTRIES, preset="lexical")
    result = base.search(TEXT)
    expected = [parts(hit) for hit in base.search(TEXT).hits]
    base.upsert(replace(ENTRIES[1], question="別の話", answer="別の答え"))
    assert [parts(hit) for hit in pickle.loads(pickle.dumps(result)).hits] == expected
