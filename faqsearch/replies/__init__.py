"""Drafts of replies: from templates, or from a language model that is held to the FAQs."""

from faqsearch.replies.chat_server import ChatServer
from faqsearch.replies.draft import Composer, Draft, DraftKind, DraftRequest
from faqsearch.replies.language_model_composer import LanguageModelComposer
from faqsearch.replies.template_composer import TemplateComposer

__all__ = [
    "ChatServer",
    "Composer",
    "Draft",
    "DraftKind",
    "DraftRequest",
    "LanguageModelComposer",
    "TemplateComposer",
]
