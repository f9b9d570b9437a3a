"""The search engine library for Japanese FAQ and knowledge bases.

>>> import faqsearch
>>> base = faqsearch.load(faqsearch.sample_path("shop"))
>>> base.search("引っ越したんだけど").hits[0].entry.category
"""

from faqsearch.analysis import Analyzer, NgramAnalyzer, PlainAnalyzer, SudachiAnalyzer
from faqsearch.assist import ConfidenceModel, Decision, Evidence, Suggestion, load_confidence_model
from faqsearch.engine import Hit, Reason, SearchResult
from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.errors import (
    DictionaryError,
    EntryError,
    EntryNotFoundError,
    EvaluationError,
    FaqSearchError,
    FormatError,
    InputError,
    Problem,
    SettingsError,
)
from faqsearch.highlight import Highlight, Snippet
from faqsearch.knowledge_base import KnowledgeBase, load
from faqsearch.ranking import Explanation, Match, Preset, load_preset, preset_names
from faqsearch.sample import sample_path
from faqsearch.store import read_entries, write_entries

__version__ = "0.1.0"

__all__ = [
    "Analyzer",
    "Audience",
    "ConfidenceModel",
    "Decision",
    "DictionaryError",
    "EntryError",
    "EntryNotFoundError",
    "EvaluationError",
    "Evidence",
    "Explanation",
    "FaqEntry",
    "FaqSearchError",
    "FormatError",
    "Highlight",
    "Hit",
    "InputError",
    "KnowledgeBase",
    "Match",
    "NgramAnalyzer",
    "PlainAnalyzer",
    "Preset",
    "Problem",
    "Reason",
    "SearchResult",
    "SettingsError",
    "Snippet",
    "Status",
    "SudachiAnalyzer",
    "Suggestion",
    "__version__",
    "load",
    "load_confidence_model",
    "load_preset",
    "preset_names",
    "read_entries",
    "sample_path",
    "write_entries",
]
