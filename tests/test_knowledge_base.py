from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import faqsearch
from faqsearch import (
    Audience,
    ConfidenceModel,
    Decision,
    EntryNotFoundError,
    FaqEntry,
    FormatError,
    InputError,
    KnowledgeBase,
    NgramAnalyzer,
    Preset,
    SettingsError,
    SudachiAnalyzer,
    load_confidence_model,
)
from faqsearch.analysis import Terms
from faqsearch.encoders import CachedEncoder, VectorCache
from faqsearch.index import Snapshot, update_snapshot
from faqsearch.ranking import TfidfRanker
from faqsearch.vectors import StaticWordVectors

ENTRIES = (
    FaqEntry(
        id="return-1",
        question="返品の送料は誰が払いますか",
        answer="お客様のご都合による返品の送料は、お客様にご負担いただきます。",
        variants=("返すときの運賃",),
        category="返品",
        tags=("送料", "返品"),
    ),
    FaqEntry(
        id="ship-1",
        question="送料はいくらですか",
        answer="全国一律550円です。5,000円以上のお買い上げで無料になります。",
        category="配送",
        tags=("送料",),
    ),
    FaqEntry(
        id="pass-1",
        question="パスワードを忘れました",
        answer="ログイン画面から再設定の手続きをしてください。",
        category="会員",
    ),
    FaqEntry(
        id="return-ops",
        question="返品の送料を当店で負担してよい場合",
        answer="初期不良と誤配送では、返品の送料を当店が負担する。",
        category="社内",
        tags=("送料", "裁量"),
        audience="operator",
    ),
    FaqEntry(id="draft-1", question="送料の改定", answer="準備中です。", category="予定", status="draft"),
    FaqEntry(
        id="old-1", question="旧送料の一覧", answer="終了しました。", category="過去", status="archived"
    ),
)
HIDDEN_FROM_ALL = ("draft-1", "old-1")


def ids(base: KnowledgeBase, text: str, **options: Any) -> list[str]:
    return [hit.id for hit in base.search(text, **options).hits]


@pytest.fixture(scope="module")
def shared() -> KnowledgeBase:
    """A base that no test edits."""
    return KnowledgeBase(ENTRIES)


@pytest.fixture
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES)


# --- Searching


def test_hits_come_best_first_with_ranks_from_one(shared: KnowledgeBase) -> None:
    result = shared.search("返品の送料")
    assert [(hit.rank, hit.id) for hit in result.hits] == [(1, "return-1"), (2, "ship-1")]
    assert result.hits[0].score > result.hits[1].score > 0


def test_a_result_says_where_it_came_from(shared: KnowledgeBase) -> None:
    result = shared.search("送料", audience="operator")
    assert (result.text, result.audience, result.preset, result.revision, result.total) == (
        "送料",
        Audience.OPERATOR,
        "lexical",
        1,
        3,
    )


def test_k_limits_the_hits_but_not_the_total(shared: KnowledgeBase) -> None:
    result = shared.search("送料", k=1)
    assert [hit.id for hit in result.hits] == ["ship-1"]
    assert result.total == 2


def test_k_beyond_the_base_returns_what_matches(shared: KnowledgeBase) -> None:
    assert ids(shared, "送料", k=faqsearch.knowledge_base.MAX_K) == ids(shared, "送料")


def test_the_public_finds_public_entries_only_and_operators_both(shared: KnowledgeBase) -> None:
    assert set(ids(shared, "送料")) == {"return-1", "ship-1"}
    assert set(ids(shared, "送料", audience="operator")) == {"return-1", "ship-1", "return-ops"}
    assert set(ids(shared, "送料", audience=Audience.OPERATOR)) == {"return-1", "ship-1", "return-ops"}


def test_a_category_filters_exactly(shared: KnowledgeBase) -> None:
    assert ids(shared, "送料", category="配送") == ["ship-1"]
    assert shared.search("送料", category="配送").total == 1
    assert ids(shared, "送料", category="配") == []
    assert ids(shared, "送料", category="社内") == []
    assert ids(shared, "送料", category="社内", audience="operator") == ["return-ops"]


def test_tags_filter_by_all_of_them(shared: KnowledgeBase) -> None:
    assert set(ids(shared, "送料", tags=["送料"])) == {"return-1", "ship-1"}
    assert ids(shared, "送料", tags=["送料", "返品"]) == ["return-1"]
    assert ids(shared, "送料", tags=["裁量"]) == []
    assert ids(shared, "送料", tags=["裁量"], audience="operator") == ["return-ops"]


def test_tags_may_come_from_any_iterable_of_strings(shared: KnowledgeBase) -> None:
    assert ids(shared, "送料", tags={"返品"}) == ["return-1"]
    assert ids(shared, "送料", tags=(tag for tag in ("送料", "返品"))) == ["return-1"]


def test_a_filter_does_not_change_scores(shared: KnowledgeBase) -> None:
    scores = {hit.id: hit.score for hit in shared.search("返品の送料").hits}
    (only,) = shared.search("返品の送料", category="配送").hits
    assert (only.rank, only.score) == (1, scores["ship-1"])


@pytest.mark.parametrize("text", ["", " ", "。", "\u200b", "を", "教えてください", "宇宙船"])
def test_a_text_that_matches_nothing_finds_nothing(shared: KnowledgeBase, text: str) -> None:
    result = shared.search(text)
    assert (result.hits, result.total) == ((), 0)


def test_an_empty_base_answers_like_any_other() -> None:
    empty = KnowledgeBase()
    assert empty.search("送料").hits == ()
    assert empty.suggest("送料").decision is Decision.HAND_OVER
    assert (empty.entries(), empty.categories(), empty.revision()) == ((), (), 0)


def test_ties_are_ordered_by_id() -> None:
    twins = [FaqEntry(id=key, question="送料は", answer="550円") for key in ("b", "a", "c", "B")]
    result = KnowledgeBase(twins).search("送料", k=3)
    assert [hit.id for hit in result.hits] == ["B", "a", "b"]
    assert len({hit.score for hit in result.hits}) == 1


def test_everything_about_a_hit_belongs_to_the_state_it_was_found_in(base: KnowledgeBase) -> None:
    (first, *_) = base.search("送料").hits
    base.upsert(dataclasses.replace(ENTRIES[1], question="配達の代金", answer="無料です。"))
    base.delete("return-1")
    assert first.entry == ENTRIES[1]
    assert first.explanation.value == first.score
    assert [first.entry.question[mark.start : mark.end] for mark in first.highlights] == ["送料"]
    assert first.entry.answer.startswith(first.snippet.text)


# --- Getting and explaining


def test_get_returns_what_the_audience_may_see(shared: KnowledgeBase) -> None:
    assert shared.get("ship-1") == ENTRIES[1]
    assert shared.get("return-ops", audience="operator") == ENTRIES[3]


@pytest.mark.parametrize("entry_id", ["return-ops", *HIDDEN_FROM_ALL, "unknown", ""])
@pytest.mark.parametrize(
    "call",
    [lambda base, key: base.get(key), lambda base, key: base.explain("送料", key)],
    ids=["get", "explain"],
)
def test_a_hidden_entry_is_missing_in_the_same_words_as_an_unknown_one(
    shared: KnowledgeBase, call: Callable[[KnowledgeBase, str], object], entry_id: str
) -> None:
    with pytest.raises(EntryNotFoundError) as caught:
        call(shared, entry_id)
    assert str(caught.value) == str(EntryNotFoundError(entry_id))
    assert caught.value.args == (entry_id,)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("entry_id", HIDDEN_FROM_ALL)
def test_drafts_and_archived_entries_are_hidden_from_operators_too(
    shared: KnowledgeBase, entry_id: str
) -> None:
    with pytest.raises(EntryNotFoundError):
        shared.get(entry_id, audience="operator")
    assert entry_id not in ids(shared, "送料", audience="operator")


@pytest.mark.parametrize("audience", Audience)
def test_explain_gives_the_score_of_every_hit(shared: KnowledgeBase, audience: Audience) -> None:
    for hit in shared.search("返品の送料", audience=audience).hits:
        explanation = shared.explain("返品の送料", hit.id, audience)
        assert explanation == hit.explanation
        assert explanation.value == hit.score


def test_explaining_an_entry_that_does_not_match_gives_zero(shared: KnowledgeBase) -> None:
    assert shared.explain("返品の送料", "pass-1").value == 0


# --- Suggesting


@pytest.mark.parametrize("channel", ["chat", "mail", "phone", "form", "sns", "search"])
def test_a_suggestion_takes_every_channel(shared: KnowledgeBase, channel: str) -> None:
    suggestion = shared.suggest("返品の送料は誰が払いますか", channel)
    assert [hit.id for hit in suggestion.candidates] == ["return-1", "ship-1"]


def test_a_suggestion_is_made_for_its_audience(shared: KnowledgeBase) -> None:
    public = shared.suggest("返品の送料を当店で負担してよい場合")
    operator = shared.suggest("返品の送料を当店で負担してよい場合", audience="operator")
    assert public.audience is Audience.PUBLIC
    assert "return-ops" not in {hit.id for hit in public.candidates}
    assert operator.audience is Audience.OPERATOR
    assert operator.candidates[0].id == "return-ops"


# --- Editing


def test_an_added_entry_is_found_at_once(base: KnowledgeBase) -> None:
    base.upsert(FaqEntry(id="gift-1", question="ギフト包装はできますか", answer="できます。"))
    assert ids(base, "ギフト包装") == ["gift-1"]
    assert base.get("gift-1").answer == "できます。"
    assert base.suggest("ギフト包装はできますか").candidates[0].id == "gift-1"


def test_a_replaced_entry_is_found_by_its_new_words_only(base: KnowledgeBase) -> None:
    base.upsert(dataclasses.replace(ENTRIES[2], question="暗証番号を忘れました"))
    assert ids(base, "暗証番号") == ["pass-1"]
    assert ids(base, "パスワード") == []


def test_a_deleted_entry_is_gone_at_once(base: KnowledgeBase) -> None:
    base.delete("pass-1", "return-ops", "draft-1")
    assert ids(base, "パスワード") == []
    assert [entry.id for entry in base.entries()] == ["old-1", "return-1", "ship-1"]


def test_an_entry_that_changes_its_audience_leaves_the_public_and_comes_back(base: KnowledgeBase) -> None:
    base.upsert(dataclasses.replace(ENTRIES[1], audience="operator"))
    assert "ship-1" not in ids(base, "送料")
    assert "ship-1" in ids(base, "送料", audience="operator")
    base.upsert(ENTRIES[1])
    assert "ship-1" in ids(base, "送料")


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_an_entry_that_is_withdrawn_is_not_found_by_anyone(base: KnowledgeBase, status: Any) -> None:
    base.upsert(dataclasses.replace(ENTRIES[1], status=status))
    for audience in Audience:
        assert "ship-1" not in ids(base, "送料", audience=audience)
        with pytest.raises(EntryNotFoundError):
            base.get("ship-1", audience)


def test_entries_is_the_owners_view_by_id(shared: KnowledgeBase) -> None:
    assert shared.entries() == tuple(sorted(ENTRIES, key=lambda entry: entry.id))


def test_entries_can_come_from_any_iterable() -> None:
    assert KnowledgeBase(iter(ENTRIES)).entries() == KnowledgeBase(list(ENTRIES)).entries()


def test_categories_are_those_the_audience_can_see(base: KnowledgeBase) -> None:
    assert base.categories() == ("会員", "返品", "配送")
    assert base.categories("operator") == ("会員", "社内", "返品", "配送")
    base.delete("pass-1")
    assert base.categories() == ("返品", "配送")


def test_a_revision_grows_by_one_with_each_change_the_audience_sees(base: KnowledgeBase) -> None:
    def revisions() -> tuple[int, int]:
        return base.revision(), base.revision("operator")

    assert revisions() == (1, 1)
    base.upsert(dataclasses.replace(ENTRIES[0], answer="変わりました。"), ENTRIES[1])
    assert revisions() == (2, 2)
    base.upsert(dataclasses.replace(ENTRIES[3], answer="変わりました。"))
    assert revisions() == (2, 3)
    base.upsert(dataclasses.replace(ENTRIES[4], answer="変わりました。"))
    base.delete("old-1")
    base.upsert(*base.entries())
    base.upsert()
    base.delete()
    assert revisions() == (2, 3)
    base.delete("return-ops")
    assert revisions() == (2, 4)
    base.delete("ship-1", "ship-1")
    assert revisions() == (3, 5)


# --- All or nothing


def observed(base: KnowledgeBase) -> object:
    return [
        base.entries(),
        *(
            (
                base.revision(audience),
                base.categories(audience),
                repr(base.search("返品の送料", audience=audience)),
            )
            for audience in Audience
        ),
    ]


class FailingAnalyzer:
    """Analyses as Sudachi does until it meets a certain text."""

    def __init__(self) -> None:
        self._inner = SudachiAnalyzer()
        self.fingerprint = "failing"
        self.layers = self._inner.layers

    def analyze(self, text: str) -> Terms:
        if "壊れた" in text:
            raise RuntimeError("the analyzer failed")
        return self._inner.analyze(text)


def test_an_analyzer_that_fails_in_the_middle_leaves_everything_as_it_was() -> None:
    base = KnowledgeBase(ENTRIES, analyzer=FailingAnalyzer())
    before = observed(base)
    good = FaqEntry(id="good", question="送料の良い質問", answer="はい。")
    bad = FaqEntry(id="bad", question="壊れた質問", answer="いいえ。", audience="operator")
    with pytest.raises(RuntimeError, match="the analyzer failed"):
        base.upsert(dataclasses.replace(ENTRIES[1], answer="変わりました。"), good, bad, ENTRIES[0])
    assert observed(base) == before
    base.upsert(good)
    assert "good" in ids(base, "送料")


def test_an_index_that_fails_for_one_audience_changes_no_audience(monkeypatch: pytest.MonkeyPatch) -> None:
    base = KnowledgeBase(ENTRIES)
    before = observed(base)
    calls = []

    def failing(*arguments: Any) -> Snapshot:
        calls.append(arguments)
        if len(calls) > 1:
            raise MemoryError
        return update_snapshot(*arguments)

    monkeypatch.setattr("faqsearch.engine.update_snapshot", failing)
    with pytest.raises(MemoryError):
        base.upsert(FaqEntry(id="good", question="送料の良い質問", answer="はい。"))
    assert len(calls) == 2
    assert observed(base) == before


class WaitingAnalyzer(FailingAnalyzer):
    """Analyses as Sudachi does, but waits at a certain text until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go = threading.Event(), threading.Event()

    def analyze(self, text: str) -> Terms:
        if "社内の長い手順" in text:
            self.reached.set()
            assert self.go.wait(30)
        return super().analyze(text)


def test_the_first_public_search_of_a_day_does_not_wait_while_operators_entries_are_analysed() -> None:
    now = dt.datetime(2026, 4, 1, 12, tzinfo=dt.UTC)
    analyzer = WaitingAnalyzer()
    base = KnowledgeBase(ENTRIES, analyzer=analyzer, clock=lambda: now)
    internal = FaqEntry(id="long", question="社内の長い手順", answer="はい。", audience="operator")
    edit = threading.Thread(target=base.upsert, args=(internal,))
    edit.start()
    assert analyzer.reached.wait(30)
    now += dt.timedelta(days=1)
    found = []
    search = threading.Thread(target=lambda: found.append(base.search("送料").hits[0].id))
    search.start()
    search.join(30)
    assert found == [KnowledgeBase(ENTRIES).search("送料").hits[0].id]
    analyzer.go.set()
    edit.join(30)
    assert base.get("long", audience="operator") == internal


def test_an_analyzer_that_fails_when_the_day_changes_fails_that_search_and_the_next() -> None:
    now = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
    base = KnowledgeBase(ENTRIES, analyzer=FailingAnalyzer(), clock=lambda: now)
    base.upsert(FaqEntry(id="bad", question="壊れた質問", answer="いいえ。", valid_from=dt.date(2026, 4, 2)))
    revision = base.revision()
    now += dt.timedelta(days=1)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            base.search("送料")
    base.delete("bad")
    assert base.search("送料").revision == revision


@pytest.mark.parametrize("wrong", ["ship-9", None, {"id": "x"}, ["x"]])
def test_something_that_is_no_entry_in_the_middle_changes_nothing(base: KnowledgeBase, wrong: Any) -> None:
    before = observed(base)
    good = FaqEntry(id="good", question="送料の良い質問", answer="はい。")
    with pytest.raises(InputError, match=f"an entry came as {type(wrong).__name__}; give FaqEntry objects"):
        base.upsert(good, wrong, dataclasses.replace(good, id="better"))
    assert observed(base) == before


def test_one_id_twice_among_the_arguments_changes_nothing(base: KnowledgeBase) -> None:
    before = observed(base)
    with pytest.raises(InputError, match="an id occurs twice"):
        base.upsert(
            dataclasses.replace(ENTRIES[0], answer="甲"), dataclasses.replace(ENTRIES[0], answer="乙")
        )
    assert observed(base) == before
    with pytest.raises(InputError, match="an id occurs twice"):
        KnowledgeBase((ENTRIES[0], ENTRIES[0]))


def test_deleting_an_unknown_id_in_the_middle_changes_nothing(base: KnowledgeBase) -> None:
    before = observed(base)
    with pytest.raises(EntryNotFoundError, match="unknown"):
        base.delete("ship-1", "unknown", "pass-1")
    assert observed(base) == before


def test_an_id_of_the_wrong_type_deletes_nothing(base: KnowledgeBase) -> None:
    before = observed(base)
    with pytest.raises(InputError, match="an entry id came as int; give a string"):
        base.delete("ship-1", 5)  # type: ignore[arg-type]
    assert observed(base) == before


# --- Parts


def test_the_parts_of_a_base_can_be_chosen() -> None:
    analyzer = NgramAnalyzer()
    preset = Preset(name="own", description="", ranker=TfidfRanker(fields={"question": 1.0}, layer="ngram"))
    never = load_confidence_model().with_thresholds(answer_at=1.0, choose_at=1.0)
    base = KnowledgeBase(ENTRIES, analyzer=analyzer, preset=preset, confidence_model=never)
    assert base.analyzer is analyzer
    assert base.preset is preset
    assert ids(base, "パスワード") == ["pass-1"]
    assert base.suggest("送料はいくらですか").decision is Decision.HAND_OVER


class ConstantEncoder:
    """Finds everything alike."""

    fingerprint, dimensions = "constant", 2

    def encode(self, texts: Sequence[str], kind: str) -> Any:
        return np.tile(np.float32([0.6, 0.8]), (len(texts), 1))


@pytest.mark.parametrize("name", faqsearch.preset_names())
def test_every_shipped_preset_searches_and_names_itself(name: str, tmp_path: Path) -> None:
    words = StaticWordVectors({"パスワード": [1.0, 0.0]})
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        encoder = CachedEncoder(ConstantEncoder(), cache)
        base = KnowledgeBase(ENTRIES, preset=name, word_vectors=words, encoder=encoder)
        assert (base.preset.name, base.search("パスワード").preset) == (name, name)
        assert base.search("パスワード").hits[0].id == "pass-1"


def test_an_analyzer_that_does_not_fill_the_presets_layers_is_refused_at_once() -> None:
    with pytest.raises(SettingsError, match="layer 'a' is not in the index; the analyzer fills ngram"):
        KnowledgeBase(analyzer=NgramAnalyzer(), preset="tfidf")


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(SettingsError, match="preset came as 'best'"):
        KnowledgeBase(preset="best")


def test_a_model_with_other_thresholds_is_used_as_given() -> None:
    shipped = load_confidence_model()
    eager: ConfidenceModel = shipped.with_thresholds(answer_at=0.001)
    assert KnowledgeBase(ENTRIES, confidence_model=eager).suggest("送料").decision is Decision.ANSWER


# --- Files


@pytest.mark.parametrize("name", ["faq.csv", "faq.jsonl", "faq.xlsx"])
def test_a_saved_base_loads_as_the_same_base(base: KnowledgeBase, tmp_path: Path, name: str) -> None:
    base.upsert(dataclasses.replace(ENTRIES[2], id="new", valid_until=dt.date(2030, 1, 1)))
    base.save(tmp_path / name)
    loaded = faqsearch.load(str(tmp_path / name), preset="bm25")
    assert loaded.entries() == base.entries()
    assert loaded.preset.name == "bm25"


def test_saving_under_an_unknown_suffix_is_refused(base: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        base.save(tmp_path / "faq.pdf")
    assert list(tmp_path.iterdir()) == []


def test_loading_a_broken_file_reports_its_problems(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    path.write_text("id,question,answer\nfaq-1,,\n", encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        faqsearch.load(path)
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [
        (2, "question"),
        (2, "answer"),
    ]


def test_words_of_a_user_dictionary_stay_whole(base: KnowledgeBase, tmp_path: Path) -> None:
    words = tmp_path / "words.csv"
    words.write_text("word\nくらげ便\n", encoding="utf-8")
    faq = tmp_path / "faq.csv"
    base.upsert(FaqEntry(id="kurage", question="くらげ便とは", answer="当店の翌日配達です。"))
    base.save(faq)
    loaded = faqsearch.load(faq, user_dictionary=words)
    hit = loaded.search("くらげ便").hits[0]
    assert hit.id == "kurage"
    assert "くらげ便" in {match.term for match in hit.matches if match.layer == "a"}


@pytest.mark.parametrize(
    ("query", "kind", "marked"),
    [
        ("ぱすわーど", "exact", "パスワード"),
        ("りょうしゅうしょ", "reading", "領収書"),
        ("へんぴんしたい", "reading", "返品"),
    ],
)
def test_words_in_kana_are_found_and_marked_in_the_entry(query: str, kind: str, marked: str) -> None:
    base = faqsearch.load(faqsearch.sample_path("shop"), preset="lexical")
    hit = base.search(query).hits[0]
    assert hit.kind == kind
    texts = {hit.entry.field_text(mark.field)[mark.start : mark.end] for mark in hit.highlights}
    assert texts == {marked}
