"""Queries as weighted terms."""

from __future__ import annotations

from faqsearch.analysis import PlainAnalyzer
from faqsearch.ranking import analyze_query

WORDS = PlainAnalyzer(tokenize=str.split, name="words")


def test_terms_are_weighted_by_their_occurrences_in_order_of_the_first() -> None:
    assert list(analyze_query(WORDS, "b a b c").terms("a").items()) == [("b", 2), ("a", 1), ("c", 1)]


def test_an_empty_text_has_no_terms() -> None:
    assert dict(analyze_query(WORDS, "").terms("a")) == {}


def test_a_layer_that_the_analyzer_does_not_fill_has_no_terms() -> None:
    assert dict(analyze_query(WORDS, "a").terms("ngram")) == {}
