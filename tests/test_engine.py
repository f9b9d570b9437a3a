"""One audience's view: ranks, filters, lazy parts of a hit, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.analysis import Analyzer, PlainAnalyzer, SudachiAnalyzer
from faqsearch.engine import Engine, Hit, SearchResult
from faqsearch.entry import Audience, FaqEntry, FieldName
from faqsearch.errors import EntryNotFoundError
from faqsearch.highlight import cut_snippet, find_highlights
from faqsearch.index import analyze_entry, tiers
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import BM25Ranker, Explanation, Match, Preset, analyze_query, load_preset, matches

SUDACHI = SudachiAnalyzer()
WORDS = PlainAnalyzer(tokenize=str.split, name="words")
PLAIN = Preset(
    name="plain",
    description="one field, one layer",
    ranker=BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}),
)
SHOP = (
    FaqEntry(
        id="send",
        question="送料はいくらですか",
        answer="全国一律550円です。",
        category="配送",
        tags=("送料", "料金"),
    ),
    FaqEntry(
        id="back",
        question="返品の送料は誰が払いますか",
        answer="お客様のご都合による返品の送料はご負担ください。不良品の場合は当店が負担します。",
        category="返品",
        tags=("送料", "返送"),
    ),
    FaqEntry(id="swap", question="サイズを交換したい", answer="二週間以内に承ります。", category="交換"),
    FaqEntry(id="key", question="合鍵の作り方", answer="鍵をお持ちください。", tags=("工具",)),
)


def engine_of(*entries: FaqEntry, analyzer: Analyzer = SUDACHI, preset: Preset | None = None) -> Engine:
    engine = Engine(Audience.PUBLIC, analyzer, preset or load_preset("lexical"))
    put(engine, *entries)
    return engine


def put(engine: Engine, *entries: FaqEntry, removed: tuple[str, ...] = ()) -> None:
    documents = [analyze_entry(engine.analyzer, entry) for entry in entries]
    engine.publish(engine.changed(entries, documents, removed))


def ids(result: SearchResult) -> list[str]:
    return [hit.id for hit in result.hits]


@pytest.fixture(scope="module")
def shop() -> Engine:
    return engine_of(*SHOP)


# --- Results


def test_a_result_says_what_it_came_from(shop: Engine) -> None:
    result = shop.search("返品の送料", 10)

    assert (result.text, result.audience, result.preset, result.revision) == (
        "返品の送料",
        Audience.PUBLIC,
        "lexical",
        1,
    )
    assert ids(result) == ["back", "send"]
    assert result.total == 2
    assert [hit.rank for hit in result.hits] == [1, 2]
    assert [hit.entry for hit in result.hits] == [SHOP[1], SHOP[0]]


def test_the_total_counts_hits_that_are_not_shown(shop: Engine) -> None:
    result = shop.search("返品の送料", 1)

    assert (ids(result), result.total) == (["back"], 2)


def test_k_larger_than_the_base_returns_all_that_match(shop: Engine) -> None:
    assert shop.search("返品の送料", 10_000) == shop.search("返品の送料", 2)


@pytest.mark.parametrize(
    "text", ["", " \n\u3000", "です。", "？！", "ズビズバ", "zzzzqqqq", "\0\ud800", "🎉"]
)
def test_a_text_with_nothing_known_finds_nothing(shop: Engine, text: str) -> None:
    result = shop.search(text, 10)

    assert (result.hits, result.total, result.text) == ((), 0, text)


def test_unknown_words_next_to_known_ones_change_nothing_but_scores(shop: Engine) -> None:
    assert ids(shop.search("返品の送料 zzzzqqqq", 10)) == ids(shop.search("返品の送料", 10))


def test_a_single_kanji_is_found_and_highlighted(shop: Engine) -> None:
    (hit,) = shop.search("鍵", 10).hits

    assert hit.id == "key"
    assert [(mark.field, mark.start, mark.end) for mark in hit.highlights] == [("answer", 0, 1)]


def test_a_query_of_fifty_thousand_characters_is_answered_in_full(shop: Engine) -> None:
    text = ("返品の送料は、誰が払うのか教えてください。" * 2500)[:50_000]

    result = shop.search(text, 10)

    assert ids(result) == ["back", "send"]
    for hit in result.hits:
        assert hit.explanation.value == hit.score
        assert hit.matches
        assert hit.highlights
        assert hit.snippet.text
    assert [len(shop.search(odd * 50_000, 10).hits) for odd in ("あ", "鍵", "\n", "🎉")] == [0, 1, 0, 0]


def test_an_empty_engine_finds_nothing() -> None:
    result = engine_of().search("送料", 10)

    assert (result.hits, result.total, result.revision) == ((), 0, 0)


# --- Order


def test_equal_scores_are_ordered_by_id_whatever_the_order_of_entry() -> None:
    entries = [FaqEntry(id=name, question="同じ", answer="x") for name in ("b", "10", "あ", "2", "a", "B")]

    engine = engine_of(*entries, analyzer=WORDS, preset=PLAIN)

    assert ids(engine.search("同じ", 10)) == ["10", "2", "B", "a", "b", "あ"]
    assert ids(engine.search("同じ", 4)) == ["10", "2", "B", "a"]


# --- Filters


@pytest.mark.parametrize(
    ("category", "tags", "expected"),
    [
        (None, (), ["back", "send"]),
        ("返品", (), ["back"]),
        ("配送", (), ["send"]),
        ("会員", (), []),
        ("", (), []),
        (None, ("送料",), ["back", "send"]),
        (None, ("料金",), ["send"]),
        (None, ("送料", "料金"), ["send"]),
        (None, ("返送", "送料"), ["back"]),
        ("返品", ("料金",), []),
        ("返品", ("送料",), ["back"]),
        (None, ("送",), []),
    ],
)
def test_filters_keep_entries_of_the_category_with_all_the_tags(
    shop: Engine, category: str | None, tags: tuple[str, ...], expected: list[str]
) -> None:
    result = shop.search("返品の送料", 10, category, frozenset(tags))

    assert ids(result) == expected
    assert result.total == len(expected)


def test_filtering_changes_no_score(shop: Engine) -> None:
    every = {hit.id: hit.score for hit in shop.search("返品の送料", 10).hits}

    assert [hit.score for hit in shop.search("返品の送料", 10, "配送").hits] == [every["send"]]


def test_the_empty_category_is_that_of_entries_without_one(shop: Engine) -> None:
    assert ids(shop.search("鍵と送料", 10, "")) == ["key"]


def test_a_filter_mask_covers_live_documents_only() -> None:
    # Enough entries to be folded into one large segment: the edits below leave dead documents in it.
    others = [FaqEntry(id=f"other{number}", question="x", answer="x", category="他") for number in range(70)]
    engine = engine_of(*SHOP, *others)
    put(engine, replace(SHOP[1], category="配送", tags=()), removed=("send",))
    view = engine.view
    assert view.snapshot.n_slots - view.snapshot.n_docs == 2

    def passing(category: str | None, *tags: str) -> list[str]:
        mask = view.filter_mask(category, frozenset(tags))
        assert mask.shape == (view.snapshot.n_slots,)
        return [view.snapshot.doc_ids[number] for number in np.flatnonzero(mask)]

    assert passing(None) == ["swap", "key", *(other.id for other in others), "back"]
    assert passing("配送") == ["back"]
    assert passing("交換") == ["swap"]
    assert passing("返品") == []
    assert passing(None, "送料") == []
    assert passing(None, "料金") == []
    assert passing(None, "工具") == ["key"]


def test_filters_that_nobody_has_leave_nothing_behind(shop: Engine) -> None:
    shop.search("送料", 10, "返品", frozenset({"送料"}))
    view, kept = shop.view, len(shop.view.snapshot.memo._values)

    for number in range(50):
        shop.search("送料", 10, f"no such category {number}", frozenset({f"no such tag {number}"}))

    assert len(view.snapshot.memo._values) == kept
    ((_, segment, live),) = [part for part in view.snapshot.parts() if part[1].n_docs]
    labels = view._documents_by_label(segment, live)
    assert {name for kind, name in labels if kind == "category"} == {
        "配送",
        "返品",
        "交換",
        "",
    }
    assert {name for kind, name in labels if kind == "tag"} == {
        "送料",
        "料金",
        "返送",
        "工具",
    }


# --- Hits


def test_the_parts_of_a_hit_belong_together(shop: Engine) -> None:
    query = analyze_query(SUDACHI, "返品の送料を払う")

    for hit in shop.search("返品の送料を払う", 10).hits:
        assert hit.id == hit.entry.id
        assert hit.explanation.value == hit.score
        assert hit.explanation == shop.explain("返品の送料を払う", hit.id)
        assert hit.matches == matches(hit.explanation)
        assert hit.highlights == find_highlights(SUDACHI, hit.entry, query)
        assert hit.snippet == cut_snippet(hit.entry.answer, hit.highlights)
        assert hit.snippet.text == hit.entry.answer[hit.snippet.start : hit.snippet.end]


def test_the_parts_of_a_hit_are_made_once(shop: Engine) -> None:
    hit = shop.search("返品の送料", 1).hits[0]

    assert hit.explanation is hit.explanation
    assert hit.matches is hit.matches
    assert hit.highlights is hit.highlights
    assert hit.snippet is hit.snippet


def test_a_hit_stays_what_it_was_after_the_engine_has_changed() -> None:
    engine = engine_of(*SHOP)
    before = engine.search("返品の送料", 10)
    put(engine, replace(SHOP[1], question="別の話", answer="別の答え", tags=()), removed=("send", "swap"))

    assert [hit.entry for hit in before.hits] == [SHOP[1], SHOP[0]]
    assert [hit.explanation.value for hit in before.hits] == [hit.score for hit in before.hits]
    assert before.hits[0].snippet.text.startswith("お客様のご都合による返品の送料")


def test_hits_are_equal_when_rank_score_and_entry_are(shop: Engine) -> None:
    assert shop.search("送料", 10).hits == shop.search("送料", 10).hits
    assert shop.search("送料", 10).hits != shop.search("送料 返品", 10).hits


# --- Changes


def test_a_change_is_searchable_on_return_and_counts_one_revision() -> None:
    engine = engine_of(SHOP[0])
    put(engine, SHOP[1], replace(SHOP[0], question="配達料"))

    assert engine.view.revision == 2
    assert ids(engine.search("配達", 10)) == ["send"]
    assert ids(engine.search("返品", 10)) == ["back"]
    put(engine, removed=("send",))
    assert (engine.view.revision, ids(engine.search("配達", 10))) == (3, [])
    assert list(engine.view.entries) == ["back"]


def test_a_change_of_nothing_is_no_revision() -> None:
    engine = engine_of(SHOP[0])
    view = engine.view
    put(engine)

    assert engine.view is view


def test_an_entry_that_is_removed_and_given_at_once_is_there() -> None:
    engine = engine_of(SHOP[0])
    put(engine, SHOP[0], removed=("send",))

    assert engine.get("send") == SHOP[0]
    assert ids(engine.search("送料", 10)) == ["send"]


def test_an_older_view_can_be_searched() -> None:
    engine = engine_of(*SHOP)
    old = engine.view
    put(engine, removed=("back", "send"))

    assert (ids(engine.search("返品の送料", 10)), engine.search("返品の送料", 10).revision) == ([], 2)
    result = engine.search("返品の送料", 10, view=old)
    assert (ids(result), result.revision) == (["back", "send"], 1)


def test_an_entry_is_returned_or_not_found(shop: Engine) -> None:
    assert shop.get("key") is SHOP[3]
    with pytest.raises(EntryNotFoundError, match="no entry with id 'nobody' is visible"):
        shop.get("nobody")


def test_an_entry_that_does_not_match_is_explained_with_zero(shop: Engine) -> None:
    assert shop.explain("返品の送料", "key").value == 0.0
    with pytest.raises(EntryNotFoundError):
        shop.explain("返品の送料", "nobody")


words = st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5).map(" ".join)
entries = st.lists(
    st.builds(
        FaqEntry,
        id=st.integers(0, 9).map(str),
        question=words,
        answer=words,
        category=st.sampled_from(["", "x", "y"]),
        tags=st.sets(st.sampled_from("st")).map(lambda tags: tuple(sorted(tags))),
    ),
    max_size=6,
    unique_by=lambda entry: entry.id,
)


@given(
    history=st.lists(st.tuples(entries, st.sets(st.integers(0, 9).map(str), max_size=3)), max_size=4),
    text=words,
    k=st.integers(1, 12),
    category=st.sampled_from([None, "", "x", "y", "z"]),
    tags=st.frozensets(st.sampled_from("st")),
)
@settings(max_examples=150, deadline=None)
def test_a_search_is_a_plain_sort_of_explained_scores(
    history: list[tuple[list[FaqEntry], set[str]]],
    text: str,
    k: int,
    category: str | None,
    tags: frozenset[str],
) -> None:
    engine = engine_of(analyzer=WORDS, preset=PLAIN)
    base: dict[str, FaqEntry] = {}
    for new, removed in history:
        # Fold early: with bases this small there would never be a dead document.
        with mock.patch.object(tiers, "_FOLD_AT_LEAST", 2):
            put(engine, *new, removed=tuple(removed))
        base = {key: entry for key, entry in base.items() if key not in removed}
        base |= {entry.id: entry for entry in new}
    explained: Mapping[str, Explanation] = {key: engine.explain(text, key) for key in base}
    expected = sorted(
        (-explained[key].value, key)
        for key, entry in base.items()
        if explained[key].value > 0
        and category in (None, entry.category)
        and all(tag in entry.tags for tag in tags)
    )

    result = engine.search(text, k, category, tags)

    assert [(-hit.score, hit.id) for hit in result.hits] == expected[:k]
    assert result.total == len(expected)
    assert all(hit.entry is base[hit.id] for hit in result.hits)
    assert engine.view.entries == base


def reasons_of(hit: Hit, matches: tuple[Match, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Read the reasons of a hit that matched in another way."""
    changed = replace(hit)
    changed.__dict__["matches"] = matches
    return [(reason.term, reason.fields) for reason in changed.reasons]


def match(term: str, layer: str, *fields: FieldName) -> Match:
    return Match(term=term, layer=layer, fields=fields, value=1.0)


def test_reasons_name_each_word_once_with_all_its_fields_in_order() -> None:
    base = KnowledgeBase([FaqEntry(id="a", question="返品の送料", answer="無料です")])
    [hit] = base.search("送料").hits
    found = reasons_of(
        hit, (match("送料", "a", "answer"), match("送", "ngram", "tags"), match("送料", "c", "question"))
    )
    assert found == [("送料", ("question", "answer"))]


def test_where_only_ngrams_matched_the_marked_stretches_are_the_reasons() -> None:
    base = KnowledgeBase([FaqEntry(id="a", question="返品の送料", answer="送料は無料です")])
    [hit] = base.search("送料").hits
    pieces = (match("送", "ngram", "question"), match("料", "ngram", "question"))
    assert reasons_of(hit, pieces) == [("送料", ("question", "answer"))]


def test_ngrams_that_stand_only_in_hidden_fields_name_themselves() -> None:
    base = KnowledgeBase([FaqEntry(id="a", question="問い", answer="答え", tags=("送料",))])
    [hit] = base.search("送料").hits
    assert hit.highlights == ()
    assert reasons_of(hit, (match("送料", "ngram", "tags"),)) == [("送料", ("tags",))]
    assert reasons_of(hit, ()) == []
