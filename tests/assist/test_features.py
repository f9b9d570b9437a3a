"""Every feature by hand, on a base of three entries whose words are separated by spaces."""

from __future__ import annotations

import math
from typing import Any

import pytest

from faqsearch import FaqEntry, Hit, KnowledgeBase, NgramAnalyzer, PlainAnalyzer, SearchResult
from faqsearch.analysis import Analyzer, Terms
from faqsearch.assist.features import FEATURES, FeatureExtractor
from faqsearch.engine import Engine, View
from faqsearch.entry import Audience
from faqsearch.ranking import Explanation

SHOES = FaqEntry(
    id="shoes", question="red shoes", variants=("blue boots",), answer="green", category="shop", tags=("hat",)
)
COAT = FaqEntry(id="coat", question="red coat", answer="sizes")
GIFT = FaqEntry(id="gift", question="gift", answer="paper")
WORDS = PlainAnalyzer(tokenize=str.split, name="split")

# Lucene's idf for a word in 0, 1 and 2 of the 3 entries: ln(1 + (3 - df + 0.5) / (df + 0.5)).
IN_NONE, IN_ONE, IN_TWO = math.log(8), math.log(8 / 3), math.log(1.6)

NOTHING = Explanation(value=0.0, description="sum")


class WordsAndBigrams:
    """Words and, over the words, pairs of characters."""

    fingerprint = "words and bigrams"
    layers = ("a", "ngram")

    def analyze(self, text: str) -> Terms:
        words = WORDS.analyze(text)
        return Terms(words.text, {**words.layers, **NgramAnalyzer(sizes=(2,)).analyze(text).layers})


def view(analyzer: Analyzer) -> View:
    """The public state of a base that has forgotten an entry, which must not count any more."""
    base = KnowledgeBase(
        (SHOES, COAT, GIFT, FaqEntry(id="old", question="red", answer="x")), analyzer=analyzer, preset="bm25"
    )
    base.delete("old")
    engine: Engine = base._audiences[Audience.PUBLIC]
    return engine.view


def features(
    text: str, *found: tuple[FaqEntry, float], analyzer: Analyzer = WORDS, because: Explanation = NOTHING
) -> dict[str, float]:
    """Compute the features of a made-up result."""
    unused: Any = None
    hits = tuple(
        Hit(rank, score, entry, lambda: because, unused) for rank, (entry, score) in enumerate(found, start=1)
    )
    result = SearchResult(
        text=text, hits=hits, total=len(hits), audience=Audience.PUBLIC, preset="p", revision=1
    )
    vector = FeatureExtractor(analyzer, view(analyzer)).features(result)
    return dict(zip(FEATURES, vector, strict=True))


def test_the_features_of_a_match_in_the_question() -> None:
    found = features("red shoes comet", (SHOES, 4.0), (COAT, 3.0))
    total = IN_TWO + IN_ONE + IN_NONE
    assert found == pytest.approx(
        {
            "coverage": (IN_TWO + IN_ONE) / total,
            "question_match": 1.0,
            "ngram_overlap": 0.0,
            "margin": 0.25,
            "rivals": 0.0,
            "information": math.log1p(IN_TWO + IN_ONE),
        },
        abs=1e-12,
    )


def test_the_best_wording_of_the_question_counts() -> None:
    found = features("red boots", (SHOES, 1.0))
    # "blue boots" shares the rare word, half of the variant.
    assert found["question_match"] == pytest.approx(0.5)
    assert found["coverage"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("kind", "layer", "coverage"),
    [
        ("owner", "a", 1.0),
        ("synonym", "a", 1.0),
        ("reading", "a", 1.0),
        ("typo", "a", 1.0),
        ("near", "a", IN_TWO / (IN_TWO + IN_NONE)),
        ("synonym", "ngram", IN_TWO / (IN_TWO + IN_NONE)),
    ],
)
def test_a_word_that_the_entry_has_in_other_words_is_covered(kind: Any, layer: str, coverage: float) -> None:
    match = Explanation(
        value=1.0,
        description="term",
        term="shoes",
        asked="sneakers",
        kind=kind,
        layer=layer,
        field="question",
    )
    because = Explanation(value=1.0, description="sum", operation="sum", details=(match,))
    found = features("red sneakers", (SHOES, 1.0), because=because)
    assert found["coverage"] == pytest.approx(coverage)
    assert found["information"] == pytest.approx(math.log1p(coverage * (IN_TWO + IN_NONE)))
    assert found["question_match"] == pytest.approx(IN_TWO / (IN_TWO + IN_ONE))


@pytest.mark.parametrize("word", ["green", "shop", "hat"])
def test_answer_category_and_tags_cover_but_are_no_question(word: str) -> None:
    found = features(word, (SHOES, 1.0))
    assert (found["coverage"], found["question_match"]) == (1.0, 0.0)


def test_a_word_that_is_repeated_counts_once() -> None:
    assert features("red red shoes", (SHOES, 1.0)) == features("shoes red", (SHOES, 1.0))


@pytest.mark.parametrize(
    ("scores", "margin", "rivals"),
    [
        ([2.0], 1.0, 0),
        ([2.0, 2.0], 0.0, 1),
        ([2.0, 1.6], 0.2, 1),
        ([2.0, 1.59], 0.205, 0),
        ([4.0, 3.9, 3.2, 3.1], 0.025, 2),
    ],
)
def test_margin_and_rivals_are_shares_of_the_first_score(
    scores: list[float], margin: float, rivals: int
) -> None:
    found = features("red", *((SHOES, score) for score in scores))
    assert found["margin"] == pytest.approx(margin)
    assert found["rivals"] == pytest.approx(math.log1p(rivals))


def test_scores_on_another_scale_give_the_same_features() -> None:
    small = features("red shoes", (SHOES, 0.5), (COAT, 0.25), (GIFT, 0.125))
    assert small == features("red shoes", (SHOES, 512.0), (COAT, 256.0), (GIFT, 128.0))


def test_ngram_overlap_is_the_dice_coefficient_of_the_best_wording() -> None:
    found = features("shoe", (SHOES, 1.0), analyzer=WordsAndBigrams())
    # sh ho oe of the inquiry; re ed sh ho oe es of the question: 2 * 3 / (3 + 6).
    assert found["ngram_overlap"] == pytest.approx(6 / 9)
    assert found["coverage"] == 0.0


def test_an_inquiry_without_words_has_no_information_and_misses_everything() -> None:
    found = features("", (SHOES, 1.0), analyzer=WordsAndBigrams())
    assert found == {
        "coverage": 0.0,
        "question_match": 0.0,
        "ngram_overlap": 0.0,
        "margin": 1.0,
        "rivals": 0.0,
        "information": 0.0,
    }


def test_without_a_hit_every_feature_has_its_worst_value() -> None:
    assert features("comet") == {
        "coverage": 0.0,
        "question_match": 0.0,
        "ngram_overlap": 0.0,
        "margin": 0.0,
        "rivals": 0.0,
        "information": 0.0,
    }
