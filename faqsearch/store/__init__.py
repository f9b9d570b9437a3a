"""What is kept on disk: entries in CSV, JSONL and XLSX files, confirmations in a log."""

from faqsearch.store.confirmations import ConfirmationFile
from faqsearch.store.formats import read_entries, read_with_source, source_of, write_entries

__all__ = ["ConfirmationFile", "read_entries", "read_with_source", "source_of", "write_entries"]
