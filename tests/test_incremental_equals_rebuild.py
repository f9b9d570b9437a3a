"""After any sequence of edits and days a base answers, to the last bit, as one built afresh."""

from __future__ import annotations

import datetime as dt
import tempfile
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import faqsearch.index.tiers
from faqsearch import Audience, EntryNotFoundError, FaqEntry, KnowledgeBase, Status
from faqsearch.analysis import SudachiAnalyzer
from faqsearch.confirmations import Confirmation, ConfirmationLimits
from faqsearch.engine import Hit
from faqsearch.entry import JAPAN
from faqsearch.vectors import StaticWordVectors

IDS = [f"faq-{number}" for number in range(9)]
PHRASES = (
    "返品の送料は誰が払いますか",
    "送料はいくらですか",
    "送料無料の条件",
    "パスワードを忘れました",
    "ﾊﾟｽﾜｰﾄﾞの再設定",
    "領収書が欲しい",
    "引っ越したので住所を変えたい",
    "ポイントの有効期限👨‍👩‍👧",
    "未知語ゼグロフの使い方",
    "サーバーにつながらない",
    "サインインの手順と転居届",
)
QUERIES = (
    "返品の送料",
    "パスワード再設定",
    "住所変更とポイント",
    "送",
    "ゼグロフ",
    "りょうしゅうしょとレシート",
    "転居のときログインできない",
    "サーハーとポイソトの期限",
)
SEED = 20_261_122
ANALYZER = SudachiAnalyzer()
VOCABULARY = sorted({term for text in (*PHRASES, *QUERIES) for term in ANALYZER(text)})
WORD_VECTORS = StaticWordVectors(
    dict(zip(VOCABULARY, np.random.default_rng(SEED).normal(size=(len(VOCABULARY), 4)), strict=True))
)
FILTERS: tuple[dict[str, Any], ...] = ({}, {}, {"category": "配送"}, {"tags": ["送料"], "k": 2})
LIMITS = ConfirmationLimits(days=1, entries_per_operator=2)
FIRST_DAY = dt.date(2026, 4, 1)
DAYS = st.integers(0, 4).map(lambda days: FIRST_DAY + dt.timedelta(days=days))


@st.composite
def entries(draw: st.DrawFn) -> FaqEntry:
    window = sorted(draw(st.lists(DAYS, max_size=2)))
    return FaqEntry(
        id=draw(st.sampled_from(IDS)),
        question=draw(st.sampled_from(PHRASES)),
        answer="。".join(draw(st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3))),
        variants=tuple(draw(st.lists(st.sampled_from(PHRASES), max_size=2, unique=True))),
        category=draw(st.sampled_from(["", "配送", "会員"])),
        tags=tuple(draw(st.lists(st.sampled_from(["送料", "急ぎ"]), max_size=2, unique=True))),
        audience=draw(st.sampled_from(Audience)),
        status=draw(st.sampled_from([Status.PUBLISHED] * 4 + [Status.DRAFT, Status.ARCHIVED])),
        valid_from=window[0] if len(window) == 2 else None,
        valid_until=window[-1] if window else None,
    )


def everything_about(hit: Hit) -> tuple[object, ...]:
    return (hit.rank, hit.score, hit.entry, hit.explanation, hit.matches, hit.highlights, hit.snippet)


def observed(base: KnowledgeBase, query: str, audience: Audience, **filters: Any) -> tuple[object, ...]:
    result = base.search(query, audience=audience, **filters)
    for hit in result.hits:
        assert hit.explanation.value == hit.score
        assert hit.explanation == base.explain(query, hit.id, audience)
    suggestion = base.suggest(query, audience=audience)
    return (
        result.total,
        [everything_about(hit) for hit in result.hits],
        (suggestion.decision, suggestion.confidence, suggestion.evidence),
        [everything_about(hit) for hit in suggestion.candidates],
        [hit.id for hit in suggestion.offers],
        base.categories(audience),
    )


class Edits(RuleBasedStateMachine):
    """Edits a base and a plain dictionary alike."""

    @initialize(
        fold_at_least=st.sampled_from([0, 2, 64]),
        first=st.lists(entries(), unique_by=lambda e: e.id),
        preset=st.sampled_from(["lexical", "semantic"]),
        small=st.sampled_from([1, 3, 2_000]),
    )
    def begin(self, fold_at_least: int, first: list[FaqEntry], preset: str, small: int) -> None:
        # Small bases would never fold their segments otherwise, nor in the background.
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(faqsearch.index.tiers, "_FOLD_AT_LEAST", fold_at_least)
        for name, value in (("_SMALL", small), ("_RATIO", 3), ("_BY_EDITS", 2)):
            self.patch.setattr(faqsearch.index.tiers, name, value)
        self.day = FIRST_DAY
        self.model = {entry.id: entry for entry in first}
        self.learnt: dict[str, Confirmation] = {}
        self.options: dict[str, Any] = {
            "clock": self.clock,
            "limits": LIMITS,
            "preset": preset,
            "word_vectors": WORD_VECTORS if preset == "semantic" else None,
        }
        self.base = KnowledgeBase(first, **self.options)
        self.folder = tempfile.TemporaryDirectory(prefix="faqsearch-index-")

    def clock(self) -> dt.datetime:
        return dt.datetime.combine(self.day, dt.time(12), JAPAN)

    @rule(changed=st.lists(entries(), max_size=4, unique_by=lambda entry: entry.id))
    def upsert(self, changed: list[FaqEntry]) -> None:
        self.base.upsert(*changed)
        self.model.update((entry.id, entry) for entry in changed)

    @rule(gone=st.lists(st.sampled_from(IDS), max_size=3, unique=True))
    def delete(self, gone: list[str]) -> None:
        if set(gone) <= set(self.model):
            self.base.delete(*gone)
            for entry_id in gone:
                del self.model[entry_id]
        else:
            with pytest.raises(EntryNotFoundError):
                self.base.delete(*gone)

    @rule(
        entry_id=st.sampled_from(IDS),
        text=st.sampled_from(PHRASES),
        source=st.sampled_from(["a", "b"]),
        kind=st.sampled_from(["operator", "operator", "customer"]),
    )
    def confirm(self, entry_id: str, text: str, source: str, kind: str) -> None:
        entry = self.model.get(entry_id)
        reader = Audience.OPERATOR if kind == "operator" else Audience.PUBLIC
        if entry and entry.is_visible(reader, self.day):
            made = self.base.confirm(entry_id, text, source, kind)
            self.learnt[made.id] = made
        else:
            with pytest.raises(EntryNotFoundError):
                self.base.confirm(entry_id, text, source, kind)

    @rule(entry_id=st.sampled_from(IDS))
    def forget(self, entry_id: str) -> None:
        self.base.forget(entry_id=entry_id)
        self.learnt = {key: item for key, item in self.learnt.items() if item.entry_id != entry_id}

    @rule()
    def wait_for_the_background(self) -> None:
        """Without it folds are published at any moment, between two searches of a comparison too."""
        self.base.wait_until_ready()

    @rule(save=st.booleans())
    def open_from_disk(self, save: bool) -> None:
        """With the index as it is now, or as it was some edits ago, or none at all."""
        if save:
            self.base.save_index(self.folder.name)
        learnt = self.learnt.values()
        self.base = KnowledgeBase(
            self.model.values(), confirmations=learnt, cache=self.folder.name, **self.options
        )

    @rule(day=DAYS)
    def wake_up_on(self, day: dt.date) -> None:
        self.day = day

    @rule(day=DAYS, changed=entries())
    def upsert_after_midnight(self, day: dt.date, changed: FaqEntry) -> None:
        self.day = day
        self.base.upsert(changed)
        self.model[changed.id] = changed

    @invariant()
    def every_entry_is_where_it_should_be(self) -> None:
        assert self.base.entries() == tuple(self.model[key] for key in sorted(self.model))
        for audience in Audience:
            seen = {key: entry for key, entry in self.model.items() if entry.is_visible(audience, self.day)}
            for key in IDS:
                if key in seen:
                    assert self.base.get(key, audience) == seen[key]
                else:
                    with pytest.raises(EntryNotFoundError):
                        self.base.get(key, audience)

    @invariant()
    def it_answers_as_a_fresh_base(self) -> None:
        fresh = KnowledgeBase(self.model.values(), confirmations=self.learnt.values(), **self.options)
        # One query and filter a step keep this fast; over the steps all of them have their turn.
        chance = zlib.crc32(repr(sorted(self.model.items())).encode())
        query, filters = QUERIES[chance % len(QUERIES)], FILTERS[chance % len(FILTERS)]
        for audience in Audience:
            there, here = (observed(base, query, audience, **filters) for base in (fresh, self.base))
            assert here == there

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            self.patch.undo()
            self.folder.cleanup()


def test_any_sequence_of_edits_and_days_equals_a_fresh_build() -> None:
    run_state_machine_as_test(
        Edits,
        settings=settings(
            max_examples=settings().max_examples // 2,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )


@pytest.mark.parametrize("preset", ["lexical", "semantic"])
def test_edits_beyond_the_size_at_which_segments_are_folded_equal_a_fresh_build(preset: str) -> None:
    """The same at the real size: a hundred changes in a base of a hundred entries, one by one."""
    many = [
        FaqEntry(
            id=f"faq-{number:03}",
            question=f"{PHRASES[number % 11]}（{number}番）",
            answer="。".join(PHRASES[number % 7 : number % 7 + 3]),
            audience=Audience.OPERATOR if number % 3 == 0 else Audience.PUBLIC,
        )
        for number in range(140)
    ]
    options: dict[str, Any] = {
        "preset": preset,
        "word_vectors": WORD_VECTORS if preset == "semantic" else None,
    }
    base = KnowledgeBase(many[:100], **options)
    for number, entry in enumerate(many[100:]):
        base.upsert(entry)
        base.delete(many[2 * number].id)
    for number in range(60, 100):
        base.upsert(many[number])
    fresh = KnowledgeBase(reversed(base.entries()), **options)
    for audience in Audience:
        for query in QUERIES:
            assert observed(base, query, audience) == observed(fresh, query, audience)
