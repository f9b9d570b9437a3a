"""Completions of what somebody is typing, by what is written and by what is said."""

from faqsearch.completion.complete import Completion, CompletionKind, complete
from faqsearch.completion.segment_keys import prepare_completion

__all__ = ["Completion", "CompletionKind", "complete", "prepare_completion"]
