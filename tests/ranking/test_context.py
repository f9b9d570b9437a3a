from __future__ import annotations

import numpy as np
import pytest

from faqsearch import FaqEntry, KnowledgeBase, load, sample_path
from faqsearch.ranking import Context, ContextRanker, analyze_query
from faqsearch.ranking.context import CONTEXT_WEIGHT

ENTRIES = (
    FaqEntry(id="a", question="ポットの返品", answer="7日以内にお送りください。"),
    FaqEntry(id="b", question="靴の返品", answer="箱ごとお送りください。"),
    FaqEntry(id="c", question="靴の寸法", answer="表をご覧ください。"),
)
WHOLE = "先週こちらで靴を買いました。返品できますか。"


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES, preset="lexical")


def test_the_score_is_that_of_the_part_and_a_share_of_the_whole(base: KnowledgeBase) -> None:
    view = base.view()
    part, whole = (analyze_query(base.analyzer, text) for text in ("返品できますか。", WHOLE))
    ranker = ContextRanker(view.preset.ranker, Context(whole, view.snapshot))
    plain = view.preset.ranker
    expected = plain.score(view.snapshot, part) + CONTEXT_WEIGHT * plain.score(view.snapshot, whole)
    np.testing.assert_array_equal(ranker.score(view.snapshot, part), expected)
    for doc in range(3):
        explanation = ranker.explain(view.snapshot, part, doc)
        assert explanation.value == expected[doc]
        assert explanation.recomputed() == pytest.approx(expected[doc])


def test_the_whole_settles_what_the_part_leaves_open(base: KnowledgeBase) -> None:
    engine = base._audiences["public"]
    view = engine.view
    context = engine.context(WHOLE, view)
    alone = engine.search("返品できますか。", 3, view=view)
    in_context = engine.search("返品できますか。", 3, view=view, context=context)
    assert {hit.id for hit in alone.hits} == {"a", "b"}
    assert [hit.id for hit in in_context.hits] == ["b", "a", "c"]
    assert all(hit.explanation.value == hit.score for hit in in_context.hits)


def test_the_whole_is_scored_once_for_all_parts(base: KnowledgeBase) -> None:
    view = base.view()
    context = Context(analyze_query(base.analyzer, WHOLE), view.snapshot)
    assert context.scores(view.preset.ranker) is context.scores(view.preset.ranker)


def test_a_bare_question_is_ranked_as_a_search_ranks_it() -> None:
    shop = load(sample_path("shop"), preset="lexical")
    for text in ("返品したい", "ポイントの有効期限はいつまでですか"):
        assert shop.suggest(text).candidates == shop.search(text).hits
