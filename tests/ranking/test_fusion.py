"""Several rankers summed."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from faqsearch.errors import SettingsError
from faqsearch.index import Document, build_snapshot
from faqsearch.ranking import BM25Ranker, FusionRanker, Query, Ranker, TfidfRanker, WeightedRanker

BM25 = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, normalized=True)
TFIDF = TfidfRanker(fields={"question": 1.0})
SNAPSHOT = build_snapshot(
    [Document(name, {"a": {0: Counter(name)}}) for name in ("aab", "bc", "cd", "e")], ["a"]
)
QUERY = Query({"a": Counter("abcx")})


def part(ranker: Ranker, weight: float = 1.0, name: str = "part") -> WeightedRanker:
    return WeightedRanker(name=name, ranker=ranker, weight=weight)


def test_a_fusion_is_the_weighted_sum_of_its_parts() -> None:
    fusion = FusionRanker((part(BM25, 0.7), part(TFIDF, 1.5)))

    expected = 0.7 * BM25.score(SNAPSHOT, QUERY) + 1.5 * TFIDF.score(SNAPSHOT, QUERY)

    np.testing.assert_allclose(fusion.score(SNAPSHOT, QUERY), expected, rtol=1e-15)
    assert fusion.score(SNAPSHOT, QUERY)[3] == 0.0


def test_a_fusion_is_a_ranker_and_can_be_a_part() -> None:
    inner = FusionRanker((part(BM25, 2.0), part(TFIDF)))
    outer = FusionRanker((part(inner, 0.5), part(TFIDF)))

    assert isinstance(inner, Ranker)
    np.testing.assert_allclose(
        outer.score(SNAPSHOT, QUERY),
        BM25.score(SNAPSHOT, QUERY) + 1.5 * TFIDF.score(SNAPSHOT, QUERY),
        rtol=1e-15,
    )


def test_the_explanation_names_each_part() -> None:
    fusion = FusionRanker((part(BM25, 0.7, "words"), part(TFIDF, 1.5, "cosine")))

    explanation = fusion.explain(SNAPSHOT, QUERY, 0)

    assert [detail.description for detail in explanation.details] == ["weighted words", "weighted cosine"]
    assert [detail.details[0].value for detail in explanation.details] == [0.7, 1.5]
    assert explanation.details[1].details[1] == TFIDF.explain(SNAPSHOT, QUERY, 0)


@pytest.mark.parametrize("weight", [0, -1.0, math.nan, math.inf, True, "1"])
def test_a_weight_that_is_no_number_above_zero_is_refused(weight: float) -> None:
    with pytest.raises(
        SettingsError, match=r"weight of words came as .*; a weight is a number from 0.000001 to 1000000"
    ):
        part(BM25, weight, "words")


def test_a_fusion_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match="a fusion needs at least one ranker"):
        FusionRanker(())
