"""Queries as weighted terms."""

from __future__ import annotations

from faqsearch.analysis import KanaWord, PlainAnalyzer, SudachiAnalyzer, Word
from faqsearch.ranking import Resources, analyze_query

WORDS = PlainAnalyzer(tokenize=str.split, name="words")


def test_terms_are_weighted_by_their_occurrences_in_order_of_the_first() -> None:
    assert list(analyze_query(WORDS, "b a b c").terms("a").items()) == [("b", 2), ("a", 1), ("c", 1)]


def test_an_empty_text_has_no_terms() -> None:
    assert dict(analyze_query(WORDS, "").terms("a")) == {}


def test_a_layer_that_the_analyzer_does_not_fill_has_no_terms() -> None:
    assert dict(analyze_query(WORDS, "a").terms("ngram")) == {}


SUDACHI = SudachiAnalyzer()


def test_long_units_know_their_pieces() -> None:
    query = analyze_query(SUDACHI, "領収書と健康保険証")

    assert [(word.term, word.pieces) for word in query.long] == [
        ("領収書", ("領収", "書")),
        ("健康保険証", ("健康", "保険", "証")),
    ]
    assert analyze_query(WORDS, "領収書").long == ()


def test_kana_words_know_their_pieces_and_cut_through_none() -> None:
    kana = analyze_query(SUDACHI, "りょうしゅうしょの再発行", Resources(lexicon=SUDACHI)).kana

    assert (kana[0].katakana, kana[0].pieces) == ("リョウシュウショ", ("りょう", "しゅう", "しょ"))
    assert all(len(word.katakana) >= 3 for word in kana)
    assert analyze_query(SUDACHI, "りょうしゅうしょ").kana == ()


class Halves:
    """Knows a word that ends amid a term."""

    def word(self, term: str) -> Word:
        return Word()

    def kana_words(self, text: str) -> list[KanaWord]:
        return [KanaWord("ヘンピ", 0, 1), KanaWord("ヘンピン", 0, 2)]


def test_a_stretch_that_cuts_through_a_term_is_no_word() -> None:
    query = analyze_query(SUDACHI, "返品", Resources(lexicon=Halves()))

    assert [(word.katakana, word.pieces) for word in query.kana] == [("ヘンピン", ("返品",))]
    assert (query.text, query.sequence, query.main_layer) == ("返品", ("返品",), "a")
