"""Raw inquiries: reading them, and taking personal data out."""

from faqsearch.inquiry.parts import Part, PartKind, Question, Reading
from faqsearch.inquiry.reading import CHANNELS, read_inquiry
from faqsearch.inquiry.redaction import PersonalKind, PersonalSpan, Redacted, Redactor

__all__ = [
    "CHANNELS",
    "Part",
    "PartKind",
    "PersonalKind",
    "PersonalSpan",
    "Question",
    "Reading",
    "Redacted",
    "Redactor",
    "read_inquiry",
]
