"""Completions of what somebody is typing, by what is written and by what is said."""

from faqsearch.completion.complete import Completion, CompletionKind, complete

__all__ = ["Completion", "CompletionKind", "complete"]
