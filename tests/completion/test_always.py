"""What holds of completions whatever is typed, and whatever was edited before."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

import faqsearch.completion.keys
import faqsearch.completion.slips
import faqsearch.index.tiers
from faqsearch import Audience, Completion, FaqEntry, KnowledgeBase, SudachiAnalyzer
from faqsearch.analysis import normalize
from faqsearch.completion.romaji import spellings

ANALYZER = SudachiAnalyzer()
PHRASES = (
    "返品の送料は誰が払いますか",
    "返品の送料",
    "送料はいくらですか",
    "パスワードを忘れました",
    "ﾊﾟｽﾜｰﾄﾞの再設定",
    "領収書が欲しい",
    "引っ越したので住所を変えたい",
    "引越しの手続きと転居届",
    "サーバーにつながらない",
    "㌔あたりの料金👨‍👩‍👧か\u3099",
    "か",
    "公開する",
    "後悔した",
    "責任者の裁量で返品の送料を負担する基準",
)
TYPED = (
    "返",
    "へ",
    "h",
    "hen",
    "henn",
    "へんぴんの",
    "返品のs",
    "送",
    "sou",
    "ぱすわ",
    "ぱすわど",
    "パス",
    "hikk",
    "引っこ",
    "hikoshi",
    "引越",
    "hikksohi",
    "料金",
    "公開",
    "かい",
    "k",
    "き",
    "が",
    "裁量",
    "sekininn",
)
IDS = tuple(f"e{number}" for number in range(7))
RELAXED = settings(
    max_examples=settings().max_examples // 2,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

entries = st.builds(
    FaqEntry,
    id=st.sampled_from(IDS),
    question=st.sampled_from(PHRASES),
    answer=st.just("答え"),
    variants=st.lists(st.sampled_from(PHRASES), max_size=2, unique=True).map(tuple),
    audience=st.sampled_from(Audience),
    status=st.sampled_from(["published", "published", "published", "draft"]),
)
# An upsert of entries, a deletion of the id at a place, or a confirmation for it.
edits = st.lists(
    st.one_of(
        st.lists(entries, min_size=1, max_size=4, unique_by=lambda entry: entry.id),
        st.tuples(st.sampled_from(["delete", "confirm"]), st.integers(0, 6)),
    ),
    max_size=8,
)


def completed(base: KnowledgeBase, audience: Audience) -> list[tuple[Completion, ...]]:
    return [base.complete(text, k, audience) for text in TYPED for k in (1, 3, 50)]


@pytest.fixture(params=["as shipped", "always from the best", "never from the best"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The few keys of a test are looked up in every way that many would be."""
    if request.param != "as shipped":
        monkeypatch.setattr(faqsearch.completion.keys, "_BLOCK", 2)
        monkeypatch.setattr(faqsearch.completion.keys, "_FIRST", 1)
        monkeypatch.setattr(faqsearch.completion.slips, "_FEW", 0)
        share = 10**6 if request.param == "always from the best" else 0
        monkeypatch.setattr(faqsearch.completion.keys, "_WIDE_SHARE", share)


@pytest.mark.usefixtures("ways")
@RELAXED
@given(edits)
def test_after_any_edits_completions_equal_a_fresh_build(history: list[object]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(faqsearch.index.tiers, "_FOLD_AT_LEAST", 2)
        base = KnowledgeBase(preset="bm25", analyzer=ANALYZER)
        for edit in history:
            if isinstance(edit, list):
                base.upsert(*edit)
                continue
            assert isinstance(edit, tuple)
            seen = sorted(base.view("operator").entries)
            if not seen:
                continue
            entry_id = seen[edit[1] % len(seen)]
            if edit[0] == "delete":
                base.delete(entry_id)
            else:
                base.confirm(entry_id, "これでした", source="operator")
            base.complete("か")
    fresh = KnowledgeBase(
        base.entries(), preset="bm25", analyzer=ANALYZER, confirmations=base.confirmations()
    )
    for audience in Audience:
        assert completed(base, audience) == completed(fresh, audience)


@RELAXED
@given(st.lists(entries, max_size=7, unique_by=lambda entry: entry.id))
def test_what_the_public_may_not_see_changes_nothing_that_it_gets(every: list[FaqEntry]) -> None:
    public = [one for one in every if one.audience is Audience.PUBLIC and one.status == "published"]
    with_all = KnowledgeBase(every, preset="bm25", analyzer=ANALYZER)
    for one in every:
        if one.status == "published":
            with_all.confirm(one.id, "これでした", source="operator")
    with_own = KnowledgeBase(
        public,
        preset="bm25",
        analyzer=ANALYZER,
        confirmations=[one for one in with_all.confirmations() if one.entry_id in {p.id for p in public}],
    )
    assert completed(with_all, Audience.PUBLIC) == completed(with_own, Audience.PUBLIC)


@pytest.mark.usefixtures("ways")
@RELAXED
@given(
    st.lists(entries, max_size=7, unique_by=lambda entry: entry.id),
    st.sampled_from(["返", "返品の", "そうりょう", "ぱすわーど", "引", "ひ", "りょう", "パ", "てつづき"]),
)
def test_nothing_that_begins_so_is_missed_and_its_order_is_kept(every: list[FaqEntry], text: str) -> None:
    every = [dataclasses.replace(one, audience="public", status="published") for one in every]
    base = KnowledgeBase(every, preset="bm25", analyzer=ANALYZER)
    said = tuple(one.kana for one in spellings(text))
    keys = []
    for entry in every:
        for number, asked in enumerate((entry.question, *entry.variants)):
            read = ANALYZER.read(asked)
            for start, kana_start, word in zip(read.text_starts, read.kana_starts, read.words, strict=True):
                rest, rest_said = read.text[start:], read.kana[kana_start:]
                if word and (rest.startswith(text) or rest_said.startswith(said)):
                    keys.append((number > 0, start > 0, len(read.text), entry.id, number, entry.question))
    expected: dict[str, str] = {}
    for _, _, _, entry_id, _, question in sorted(keys):
        if entry_id not in expected and question not in expected.values():
            expected[entry_id] = question
    found = [one for one in base.complete(text, 50) if one.kind != "slip"]
    assert [one.entry_id for one in found][: len(expected)] == list(expected)


@RELAXED
@given(st.text(max_size=30) | st.lists(st.sampled_from(TYPED), max_size=3).map("".join), st.integers(1, 60))
@example("\ud800", 1)
@example("\U0010ffff", 1)
@example("か\u3099", 2)
@example("返品の送料は誰が払いますか" * 300, 8)
@example("n" * 500, 8)
def test_any_text_is_accepted_and_spans_are_whole_characters(text: str, k: int) -> None:
    found = BASE.complete(text, k)
    assert len(found) <= k
    assert len({one.entry_id for one in found}) == len({one.text for one in found}) == len(found)
    for one in found:
        assert BASE.get(one.entry_id).question == one.text
        read = normalize(one.text)
        for start, end in one.spans:
            assert 0 <= start < end <= len(one.text)
            assert start in read.starts
            assert end in read.ends


@given(st.sampled_from(PHRASES), st.integers(1, 40))
def test_a_question_is_completed_from_every_beginning_and_that_of_its_reading(text: str, length: int) -> None:
    assume(text[length : length + 1] not in tuple("ﾞﾟ\u3099\u309a"))  # nobody has typed half of a character
    read = ANALYZER.read(text)
    for beginning in (text[:length], read.text[:length], read.kana[:length]):
        found = {one.text: one for one in BASE.complete(beginning, 50)}
        assert text in found or not normalize(beginning).text.strip()
        assert text not in found or found[text].kind != "slip"


BASE = KnowledgeBase(
    [FaqEntry(id=f"p{number}", question=text, answer="答え") for number, text in enumerate(PHRASES)],
    preset="bm25",
    analyzer=ANALYZER,
)
