"""The inverted index: immutable segments, searched through snapshots."""

from faqsearch.index.document import Document, analyze_entry
from faqsearch.index.segment import N_FIELDS, Segment, gather
from faqsearch.index.snapshot import Snapshot, TermPostings, build_snapshot, update_snapshot

__all__ = [
    "N_FIELDS",
    "Document",
    "Segment",
    "Snapshot",
    "TermPostings",
    "analyze_entry",
    "build_snapshot",
    "gather",
    "update_snapshot",
]
