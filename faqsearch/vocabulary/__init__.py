"""An owner's synonyms and stop phrases: read from a CSV, checked by the analyzer, tried on past queries."""

from faqsearch.vocabulary.compiled import Vocabulary, compile_vocabulary, read_vocabulary
from faqsearch.vocabulary.preview import Move, QueryChange, Search, preview
from faqsearch.vocabulary.table import Kind, VocabularyRow, read_rows

__all__ = [
    "Kind",
    "Move",
    "QueryChange",
    "Search",
    "Vocabulary",
    "VocabularyRow",
    "compile_vocabulary",
    "preview",
    "read_rows",
    "read_vocabulary",
]
