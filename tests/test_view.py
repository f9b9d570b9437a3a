"""The view of an audience: what its searches see, for those who measure rankers themselves."""

from __future__ import annotations

import numpy as np
import pytest

from faqsearch import FaqEntry, InputError, KnowledgeBase
from faqsearch.ranking import analyze_query
from faqsearch.view import View

ENTRIES = (
    FaqEntry(id="a", question="返品の送料", answer="お客様のご負担です。"),
    FaqEntry(id="b", question="返品の基準", answer="責任者に聞く。", audience="operator"),
)


def test_a_view_holds_what_its_audience_sees_and_ranks_as_searches_do() -> None:
    base = KnowledgeBase(ENTRIES, preset="lexical")
    public, operator = base.view(), base.view("operator")
    assert (sorted(public.entries), sorted(operator.entries)) == (["a"], ["a", "b"])
    assert operator.preset is base.preset
    query = analyze_query(base.analyzer, "返品の基準", operator.resources)
    scores = operator.preset.ranker.score(operator.snapshot, query)
    found = {
        entry_id: float(score) for entry_id, score in zip(operator.snapshot.doc_ids, scores, strict=True)
    }
    hits = base.search("返品の基準", audience="operator").hits
    assert {hit.id: hit.score for hit in hits} == {key: value for key, value in found.items() if value > 0}


def test_a_view_stays_what_it_was_when_the_base_is_edited() -> None:
    base = KnowledgeBase(ENTRIES, preset="lexical")
    before = base.view()
    base.delete("a")
    assert (sorted(before.entries), sorted(base.view().entries)) == (["a"], [])
    with pytest.raises(InputError):
        base.view("nobody")


def test_a_view_filters_by_the_entries_it_holds_whichever_view_is_asked_first() -> None:
    many = [
        FaqEntry(id=f"n{number:02}", question="返品", answer="答え", category="甲") for number in range(70)
    ]
    base = KnowledgeBase(many, preset="lexical")
    before = base.view()
    base.upsert(FaqEntry(id="n03", question="返品", answer="答え", category="乙"))
    base.delete("n04")
    after = base.view()

    def passing(view: View, category: str) -> set[str]:
        mask = view.filter_mask(category, frozenset())
        return {view.snapshot.doc_ids[number] for number in np.flatnonzero(mask)}

    ids = {entry.id for entry in many}
    assert len(after.snapshot.segments) == 2
    for _ in range(2):
        assert (passing(after, "甲"), passing(after, "乙")) == (ids - {"n03", "n04"}, {"n03"})
        assert (passing(before, "甲"), passing(before, "乙")) == (ids, set())
