"""Suggestions: from match evidence to a calibrated confidence and a decision."""

from faqsearch.assist.confidence import ConfidenceModel, LogisticModel, load_confidence_model
from faqsearch.assist.suggestion import CHANNELS, Decision, Evidence, Suggestion, suggest

__all__ = [
    "CHANNELS",
    "ConfidenceModel",
    "Decision",
    "Evidence",
    "LogisticModel",
    "Suggestion",
    "load_confidence_model",
    "suggest",
]
