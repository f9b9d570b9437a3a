"""The command ``info``: what is installed."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from rich.table import Table

from faqsearch.analysis import SudachiAnalyzer
from faqsearch.cli import terminal
from faqsearch.cli.errors import PROGRAM
from faqsearch.cli.options import JsonOption
from faqsearch.ranking import load_preset, preset_names

_DICTIONARY: Final = "sudachidict-core"
_PACKAGES: Final = (
    PROGRAM,
    "sudachipy",
    _DICTIONARY,
    "numpy",
    "scipy",
    "scikit-learn",
    "typer",
    "rich",
    "fastapi",
    "uvicorn",
    "openpyxl",
    "ir-measures",
)


def version_of(package: str) -> str | None:
    """Return the version of an installed package, or None if it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def info(json: JsonOption = False) -> None:
    """Show versions, the dictionary, the analyzer's fingerprint and the presets."""
    versions = {"python": platform.python_version(), **{name: version_of(name) for name in _PACKAGES}}
    fingerprint = SudachiAnalyzer().fingerprint
    presets = {name: load_preset(name).description for name in preset_names()}
    if json:
        document = {
            "versions": versions,
            "dictionary": {"name": _DICTIONARY, "version": versions[_DICTIONARY]},
            "analyzer": fingerprint,
            "presets": [{"name": name, "description": text} for name, text in presets.items()],
        }
        terminal.emit_json(document)
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column()
    for name, number in versions.items():
        grid.add_row("version", name, number or "not installed")
    grid.add_row("analyzer", "", fingerprint)
    for name, text in presets.items():
        grid.add_row("preset", name, text)
    terminal.out().print(grid)
