"""Entries related to one: nearest first, never itself, never one its reader may not see, live."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from faqsearch import Audience, EntryNotFoundError, FaqEntry, InputError, KnowledgeBase, Status
from faqsearch.analysis import SudachiAnalyzer

ANALYZER = SudachiAnalyzer()
FEE = FaqEntry(id="fee", question="返品の送料は誰が払いますか", answer="返品の送料はお客様のご負担です。")
TIME = FaqEntry(id="time", question="返品の期限はいつまでですか", answer="到着から二週間です。")
FREE = FaqEntry(id="free", question="送料無料の条件", answer="5,000円以上のご注文です。")
PASSWORD = FaqEntry(
    id="password", question="パスワードを忘れた", answer="再設定の画面を開いてください。", variants=("返品",)
)
APP = FaqEntry(id="app", question="アプリの更新", answer="ストアから。")
RULE = FaqEntry(
    id="rule", question="返品の送料を当店が負担する基準", answer="責任者に確認。", audience=Audience.OPERATOR
)
ENTRIES = (FEE, TIME, FREE, PASSWORD, APP, RULE)

IDS = ("a", "b", "c", "d")
PHRASES = ("返品の送料", "送料はいくらですか", "パスワードを忘れました", "領収書が欲しい", "👍", "Ａ１")


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return KnowledgeBase(ENTRIES, preset="lexical", analyzer=ANALYZER)


def ids(base: KnowledgeBase, entry_id: str, k: int = 5, audience: str = "public") -> list[str]:
    return [hit.id for hit in base.related(entry_id, k, audience).hits]


def test_the_nearest_come_first_and_what_shares_nothing_is_left_out(base: KnowledgeBase) -> None:
    # 返品 stands in one more entry than 送料 does, and so it says less.
    assert ids(base, "fee") == ["free", "time", "password"]
    assert ids(base, "app") == []


def test_operators_see_internal_entries_among_them(base: KnowledgeBase) -> None:
    assert ids(base, "fee", audience="operator")[0] == "rule"
    assert ids(base, "rule", audience="operator")[0] == "fee"


def test_the_hits_are_those_of_a_search_for_question_and_answer_without_itself(base: KnowledgeBase) -> None:
    related = base.related("fee", 2)
    searched = base.search(f"{FEE.question}\n{FEE.answer}")
    others = [hit for hit in searched.hits if hit.id != "fee"]
    assert [(hit.id, hit.score, hit.explanation) for hit in related.hits] == [
        (hit.id, hit.score, hit.explanation) for hit in others[:2]
    ]
    assert [hit.rank for hit in related.hits] == [1, 2]
    assert (related.total, searched.total) == (3, 4)
    assert (related.audience, related.preset, related.strict) == (Audience.PUBLIC, "lexical", True)


def test_other_ways_of_asking_are_found_but_never_show_in_what_is_found_for_them(base: KnowledgeBase) -> None:
    assert "password" in ids(base, "fee")
    assert ids(base, "password") == []


def test_ties_are_ordered_by_id() -> None:
    same = [FaqEntry(id=one, question="返品の送料", answer="お客様の負担。") for one in ("b", "d", "a", "c")]
    base = KnowledgeBase(same, preset="lexical", analyzer=ANALYZER)
    assert ids(base, "c") == ["a", "b", "d"]
    assert ids(base, "a", 2) == ["b", "c"]


@pytest.mark.parametrize("entry_id", ["rule", "nothing"])
def test_of_what_its_reader_may_not_see_there_is_nothing_to_tell(base: KnowledgeBase, entry_id: str) -> None:
    with pytest.raises(EntryNotFoundError):
        base.related(entry_id)


@pytest.mark.parametrize(
    ("entry_id", "k"), [(1, 5), ("fee", 0), ("fee", 10_001), ("fee", "5"), ("fee", True)]
)
def test_arguments_are_checked(base: KnowledgeBase, entry_id: object, k: object) -> None:
    with pytest.raises(InputError):
        base.related(entry_id, k)  # type: ignore[arg-type]


def test_an_edit_shows_at_once() -> None:
    base = KnowledgeBase((FEE, TIME, FREE), preset="lexical", analyzer=ANALYZER)
    base.delete("free")
    assert ids(base, "fee") == ["time"]
    base.upsert(FaqEntry(id="time", question="領収書", answer="画面から出せます。"), FREE)
    assert ids(base, "fee") == ["free"]


@st.composite
def entries(draw: st.DrawFn) -> FaqEntry:
    return FaqEntry(
        id=draw(st.sampled_from(IDS)),
        question=draw(st.sampled_from(PHRASES)),
        answer=draw(st.sampled_from(PHRASES)),
        variants=tuple(draw(st.lists(st.sampled_from(PHRASES), max_size=1))),
        audience=draw(st.sampled_from(Audience)),
        status=draw(st.sampled_from([Status.PUBLISHED, Status.PUBLISHED, Status.DRAFT])),
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(entries(), max_size=12), st.sampled_from(Audience), st.integers(1, 5))
def test_any_history_of_edits_ends_where_a_fresh_build_does(
    edits: list[FaqEntry], audience: Audience, k: int
) -> None:
    base = KnowledgeBase(preset="lexical", analyzer=ANALYZER)
    for entry in edits:
        base.upsert(entry)
    fresh = KnowledgeBase(base.entries(), preset="lexical", analyzer=ANALYZER)
    visible = set(fresh.view(audience).entries)
    for entry_id in IDS:
        if entry_id not in visible:
            with pytest.raises(EntryNotFoundError):
                base.related(entry_id, k, audience)
            continue
        found, expected = (one.related(entry_id, k, audience) for one in (base, fresh))
        shown = {hit.id for hit in found.hits}
        assert shown <= visible - {entry_id}
        assert len(shown) == min(k, found.total)
        assert [(hit.id, hit.score, hit.explanation) for hit in found.hits] == [
            (hit.id, hit.score, hit.explanation) for hit in expected.hits
        ]
        assert found.total == expected.total
