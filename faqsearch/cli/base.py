"""Opening the FAQ file that a command was given."""

from __future__ import annotations

from pathlib import Path

import faqsearch
from faqsearch.cli.errors import first_problem
from faqsearch.cli.terminal import progress
from faqsearch.errors import FormatError, InputError
from faqsearch.knowledge_base import KnowledgeBase


def open_base(path: Path, *, preset: str, quiet: bool = False) -> KnowledgeBase:
    """Read a file of entries and make it searchable.

    Args:
        path: The file.
        preset: Name of the ranking.
        quiet: Show no progress.

    Raises:
        InputError: If the file has problems; names the first, their number and the command that lists them.
        SettingsError: If there is no such preset.
    """
    with progress(f"indexing {path.name}", None, quiet=quiet):
        try:
            return faqsearch.load(path, preset=preset)
        except FormatError as error:
            raise InputError(first_problem(error, path)) from None
