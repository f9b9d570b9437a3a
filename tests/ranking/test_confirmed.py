"""What confirmed inquiries add to a score, compared with the formula written out."""

from __future__ import annotations

import numpy as np
import pytest

from faqsearch.analysis import PlainAnalyzer
from faqsearch.confirmations import NO_VARIANTS, PrivateVariants
from faqsearch.entry import FaqEntry
from faqsearch.errors import SettingsError
from faqsearch.index import Snapshot, analyze_entry, build_snapshot, index_layers, update_snapshot
from faqsearch.ranking import BM25Ranker, ConfirmedRanker, TfidfRanker, analyze_query, matches
from faqsearch.ranking.bm25 import lucene_idf

WORDS = PlainAnalyzer(tokenize=str.split, name="words")
RANKER = ConfirmedRanker()
FIRST = FaqEntry(id="1", question="a b", answer="a c")
SECOND = FaqEntry(id="2", question="b", answer="d")


def snapshot(first: PrivateVariants, second: PrivateVariants = NO_VARIANTS) -> Snapshot:
    documents = [analyze_entry(WORDS, FIRST, first), analyze_entry(WORDS, SECOND, second)]
    return build_snapshot(documents, index_layers(WORDS))


def scores(snapshot: Snapshot, query: str) -> list[float]:
    return RANKER.score(snapshot, analyze_query(WORDS, query)).tolist()


def test_the_score_is_the_share_of_information_that_only_confirmed_inquiries_have() -> None:
    taught = snapshot(PrivateVariants(operator=("d new a", "new")))
    # d stands in one of two entries; new in none, and in one entry's inquiries; b in both.
    idf = {"d": lucene_idf(2, 1), "new": lucene_idf(2, 1), "b": lucene_idf(2, 2)}
    total = sum(idf.values())
    assert scores(taught, "d new b unknown new") == pytest.approx([(idf["d"] + idf["new"]) / total, 0.0])
    assert scores(taught, "a") == [0.0, 0.0]
    assert scores(taught, "new") == [1.0, 0.0]


def test_customers_must_share_a_word() -> None:
    taught = snapshot(
        PrivateVariants(customer=("x y", "y z")), PrivateVariants(customer=("x", "x"), customers=3)
    )
    assert scores(taught, "x y z") == pytest.approx([1.0, 0.0])
    assert scores(taught, "x") == scores(taught, "z") == [0.0, 0.0]


def test_words_with_digits_are_not_learnt() -> None:
    taught = snapshot(PrivateVariants(operator=("A-1234 ０９０ x",)))
    assert [scores(taught, word)[0] for word in ("A-1234", "090", "０９０", "x")] == [0.0, 0.0, 0.0, 1.0]


def test_the_explanation_names_only_words_of_the_query() -> None:
    taught = snapshot(PrivateVariants(operator=("d new secret",)))
    query = analyze_query(WORDS, "d new b")
    explanation = RANKER.explain(taught, query, 0)
    assert explanation.value == RANKER.score(taught, query)[0]
    assert explanation.recomputed() == pytest.approx(explanation.value)
    assert [(match.term, match.layer, match.fields) for match in matches(explanation)] == [
        ("d", "a", ("confirmed",)),
        ("new", "a", ("confirmed",)),
    ]
    assert "secret" not in repr(explanation)
    assert RANKER.explain(taught, query, 1).value == 0.0


def test_without_confirmations_every_score_is_zero_and_explained() -> None:
    plain = build_snapshot([analyze_entry(WORDS, FIRST)], WORDS.layers)
    for state in (plain, snapshot(PrivateVariants())):
        query = analyze_query(WORDS, "a b")
        assert not RANKER.score(state, query).any()
        assert RANKER.explain(state, query, 0).value == 0.0


@pytest.mark.parametrize(
    "ranker",
    [
        BM25Ranker(fields={"question": 2.0, "answer": 1.0}, layers={"a": 1.0}, normalized=True),
        TfidfRanker(fields={"question": 1.0, "answer": 1.0}),
    ],
)
def test_no_other_ranker_notices_what_was_confirmed(ranker: BM25Ranker | TfidfRanker) -> None:
    taught = snapshot(PrivateVariants(operator=("d new a b", "b")), PrivateVariants(operator=("a c",)))
    plain = snapshot(PrivateVariants())
    for text in ("a", "d new", "a b c d new"):
        query = analyze_query(WORDS, text)
        assert np.array_equal(ranker.score(taught, query), ranker.score(plain, query))
        assert [ranker.explain(taught, query, doc) for doc in (0, 1)] == [
            ranker.explain(plain, query, doc) for doc in (0, 1)
        ]


def test_scores_do_not_depend_on_the_segment() -> None:
    document = analyze_entry(WORDS, SECOND, PrivateVariants(operator=("a new",)))
    updated = update_snapshot(snapshot(PrivateVariants(operator=("d new",))), [document], [])
    fresh = snapshot(PrivateVariants(operator=("d new",)), PrivateVariants(operator=("a new",)))
    for text in ("a new", "d", "new a b d"):
        alive = np.array(scores(updated, text))[updated.live_mask]
        assert sorted(alive.tolist()) == sorted(scores(fresh, text))


def test_a_layer_that_is_not_filled_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"layer 'b' is not in the index; the analyzer fills a$"):
        ConfirmedRanker(layer="b").score(snapshot(PrivateVariants()), analyze_query(WORDS, "a"))
    with pytest.raises(SettingsError, match="layer came as 5; give the name of one layer"):
        ConfirmedRanker(layer=5)  # type: ignore[arg-type]
