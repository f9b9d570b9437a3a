"""Entries on disk: CSV, JSONL and XLSX files in and out, written all or nothing."""

from faqsearch.store.formats import read_entries, write_entries

__all__ = ["read_entries", "write_entries"]
