"""Suggestions: from match evidence to a calibrated confidence and a decision."""

from faqsearch.assist.ambiguity import AskBack, Choice
from faqsearch.assist.confidence import (
    ConfidenceModel,
    LogisticModel,
    PresetModel,
    load_confidence_model,
    read_confidence_model,
)
from faqsearch.assist.suggestion import Decision, Evidence, QuestionSuggestion, Suggestion, suggest

__all__ = [
    "AskBack",
    "Choice",
    "ConfidenceModel",
    "Decision",
    "Evidence",
    "LogisticModel",
    "PresetModel",
    "QuestionSuggestion",
    "Suggestion",
    "load_confidence_model",
    "read_confidence_model",
    "suggest",
]
