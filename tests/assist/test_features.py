"""Every feature by hand, on a base of three entries whose words are separated by spaces."""

from __future__ import annotations

import math
from typing import Any

import pytest

from faqsearch import FaqEntry, Hit, KnowledgeBase, NgramAnalyzer, PlainAnalyzer, SearchResult
from faqsearch.analysis import Analyzer, Terms
from faqsearch.assist.features import FEATURES, FeatureExtractor, shared_information
from faqsearch.engine import Engine
from faqsearch.entry import Audience
from faqsearch.view import View
from faqsearch.vocabulary import Vocabulary

SHOES = FaqEntry(
    id="shoes", question="red shoes", variants=("blue boots",), answer="green", category="shop", tags=("hat",)
)
COAT = FaqEntry(id="coat", question="red coat", answer="sizes")
GIFT = FaqEntry(id="gift", question="gift", answer="paper")
WORDS = PlainAnalyzer(tokenize=str.split, name="split")

# Lucene's idf for a word in 0, 1 and 2 of the 3 entries: ln(1 + (3 - df + 0.5) / (df + 0.5)).
IN_NONE, IN_ONE, IN_TWO = math.log(8), math.log(8 / 3), math.log(1.6)


class WordsAndBigrams:
    """Words and, over the words, pairs of characters."""

    fingerprint = "words and bigrams"
    layers = ("a", "ngram")

    def analyze(self, text: str) -> Terms:
        words = WORDS.analyze(text)
        return Terms(words.text, {**words.layers, **NgramAnalyzer(sizes=(2,)).analyze(text).layers})


def view(analyzer: Analyzer, vocabulary: Vocabulary | None = None) -> View:
    """The public state of a base that has forgotten an entry, which must not count any more."""
    base = KnowledgeBase(
        (SHOES, COAT, GIFT, FaqEntry(id="old", question="red", answer="x")),
        analyzer=analyzer,
        preset="bm25",
        vocabulary=vocabulary,
    )
    base.delete("old")
    engine: Engine = base._audiences[Audience.PUBLIC]
    return engine.view


def features(
    text: str,
    *found: tuple[FaqEntry, float],
    analyzer: Analyzer = WORDS,
    vocabulary: Vocabulary | None = None,
    in_context: bool = False,
) -> dict[str, float]:
    """Compute the features of a made-up result."""
    unused: Any = None
    hits = tuple(
        Hit(rank, score, entry, unused, unused) for rank, (entry, score) in enumerate(found, start=1)
    )
    result = SearchResult(
        text=text, hits=hits, counted=len(hits), audience=Audience.PUBLIC, preset="p", revision=1
    )
    extractor = FeatureExtractor(analyzer, view(analyzer, vocabulary))
    vector = extractor.features(result, in_context=in_context)
    assert extractor.features(result, in_context=in_context) == vector
    return dict(zip(FEATURES, vector, strict=True))


def test_the_features_of_a_match_in_the_question() -> None:
    found = features("red shoes comet", (SHOES, 4.0), (COAT, 3.0))
    assert found == pytest.approx(
        {
            "information": shared_information(IN_TWO + IN_ONE, IN_TWO + IN_ONE + IN_NONE),
            "ngram_overlap": 0.0,
            "margin": 0.25,
            "score": 4.0,
            "context": 0.0,
        },
        abs=1e-12,
    )


def test_another_wording_of_the_question_counts_as_the_question() -> None:
    assert features("red boots", (SHOES, 1.0))["information"] == all_of(IN_TWO + IN_ONE)


def all_of(information: float) -> Any:
    return pytest.approx(math.log1p(information) ** 2)


def test_information_is_discounted_where_it_is_a_small_share() -> None:
    assert shared_information(math.e - 1, math.e - 1) == pytest.approx(1.0)
    assert shared_information(math.e - 1, 8 * (math.e - 1)) == pytest.approx(0.5)
    assert shared_information(0.0, 3.0) == shared_information(0.0, 0.0) == 0.0
    values = [shared_information(shared, 20.0) for shared in range(21)]
    assert values == sorted(values)


def test_a_word_that_the_entry_has_in_other_words_is_covered() -> None:
    vocabulary = Vocabulary(synonyms={("sneakers",): (("shoes",),)})
    found = features("red sneakers", (SHOES, 1.0), vocabulary=vocabulary)
    # A word that no entry has is worth what stands for it.
    assert found["information"] == all_of(IN_TWO + IN_ONE)
    other = features("red sneakers", (COAT, 1.0), vocabulary=vocabulary)
    assert other["information"] == pytest.approx(shared_information(IN_TWO, IN_TWO + IN_ONE))


def test_a_known_word_keeps_its_own_information_whatever_stands_for_it() -> None:
    vocabulary = Vocabulary(synonyms={("gift",): (("red",),)})
    found = features("gift shoes", (SHOES, 1.0), vocabulary=vocabulary)
    assert found["information"] == all_of(IN_ONE + IN_ONE)


@pytest.mark.parametrize("word", ["green", "shop", "hat", "boots"])
def test_every_field_covers(word: str) -> None:
    assert features(word, (SHOES, 1.0))["information"] == all_of(IN_ONE)


def test_a_word_that_is_repeated_counts_once() -> None:
    assert features("red red shoes", (SHOES, 1.0)) == features("shoes red", (SHOES, 1.0))


@pytest.mark.parametrize(
    ("scores", "margin"),
    [([2.0], 0.5), ([2.0, 2.0], 0.0), ([2.0, 1.6], 0.2), ([4.0, 3.9, 3.2], 0.025), ([4.0, 1.0], 0.5)],
)
def test_margin_is_a_share_of_the_first_score(scores: list[float], margin: float) -> None:
    found = features("red", *((SHOES, score) for score in scores))
    assert found["margin"] == pytest.approx(margin)


def test_scores_on_another_scale_change_the_score_only() -> None:
    small = features("red shoes", (SHOES, 0.5), (COAT, 0.25), (GIFT, 0.125))
    large = features("red shoes", (SHOES, 512.0), (COAT, 256.0), (GIFT, 128.0))
    assert large == {**small, "score": 512.0}


def test_in_context_the_score_is_a_share_of_what_both_can_give() -> None:
    alone, within = (features("red", (SHOES, 2.8), in_context=told) for told in (False, True))
    assert within == pytest.approx({**alone, "score": 2.0, "context": 1.0})


def test_ngram_overlap_is_the_dice_coefficient_of_the_best_wording() -> None:
    found = features("shoe", (SHOES, 1.0), analyzer=WordsAndBigrams())
    # sh ho oe of the inquiry; re ed sh ho oe es of the question: 2 * 3 / (3 + 6).
    assert found["ngram_overlap"] == pytest.approx(6 / 9)


def test_an_inquiry_without_words_has_no_information_and_misses_everything() -> None:
    found = features("", (SHOES, 1.0), analyzer=WordsAndBigrams())
    assert found == {**dict.fromkeys(FEATURES, 0.0), "margin": 0.5, "score": 1.0}


def test_without_a_hit_every_feature_has_its_worst_value() -> None:
    assert features("comet", in_context=True) == dict.fromkeys(FEATURES, 0.0)


def test_documents_are_counted_over_all_segments_without_the_dead() -> None:
    entries = [FaqEntry(id=f"e{number:03}", question="red shoes", answer="x") for number in range(100)]
    base = KnowledgeBase(entries, analyzer=WORDS, preset="bm25")
    base.upsert(
        FaqEntry(id="late", question="red coat", answer="y"),
        FaqEntry(id="e000", question="coat long warm dark", answer="z"),
    )
    assert len(base.view().snapshot.segments) == 2
    extractor = FeatureExtractor(WORDS, base.view())
    assert base.search("red coat").hits[0].id == "late"
    values = dict(zip(FEATURES, extractor.features(base.search("red coat")), strict=True))
    # red in 100 of the 101 entries, coat in 2.
    shared = math.log(1 + 1.5 / 100.5) + math.log(1 + 99.5 / 2.5)
    assert values["information"] == all_of(shared)
