"""Text to terms: normalisation, Sudachi, character n-grams."""

from faqsearch.analysis.ngram import NgramAnalyzer
from faqsearch.analysis.normalize import NormalizedText, normalize
from faqsearch.analysis.plain import PlainAnalyzer
from faqsearch.analysis.sudachi import SudachiAnalyzer
from faqsearch.analysis.terms import Analyzer, LayerTerms, Terms
from faqsearch.analysis.user_dictionary import UserWord, read_user_words

__all__ = [
    "Analyzer",
    "LayerTerms",
    "NgramAnalyzer",
    "NormalizedText",
    "PlainAnalyzer",
    "SudachiAnalyzer",
    "Terms",
    "UserWord",
    "normalize",
    "read_user_words",
]
