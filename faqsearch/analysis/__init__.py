"""Text to terms: normalisation, Sudachi, character n-grams."""

from faqsearch.analysis.counting import PackedGrams, TermCounter, TermCounts, count_terms, gather
from faqsearch.analysis.ngram import NgramAnalyzer
from faqsearch.analysis.normalize import NormalizedText, normalize
from faqsearch.analysis.plain import PlainAnalyzer
from faqsearch.analysis.read_text import Reader, ReadText, read_kana
from faqsearch.analysis.sudachi import SudachiAnalyzer
from faqsearch.analysis.terms import Analyzer, KanaWord, LayerTerms, Lexicon, TermLister, Terms, Word
from faqsearch.analysis.user_dictionary import UserWord, read_user_words

__all__ = [
    "Analyzer",
    "KanaWord",
    "LayerTerms",
    "Lexicon",
    "NgramAnalyzer",
    "NormalizedText",
    "PackedGrams",
    "PlainAnalyzer",
    "ReadText",
    "Reader",
    "SudachiAnalyzer",
    "TermCounter",
    "TermCounts",
    "TermLister",
    "Terms",
    "UserWord",
    "Word",
    "count_terms",
    "gather",
    "normalize",
    "read_kana",
    "read_user_words",
]
