"""The command line: ``faqsearch`` and ``python -m faqsearch``.

It parses, calls the library and renders; it has no logic of its own. Its two packages are the extra
``faqsearch[cli]``, so nothing here imports them before :func:`main` has looked whether they are there.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from faqsearch.cli.application import app

__all__ = ["app", "main"]

_NEEDED = ("typer", "rich")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave the process.

    Args:
        arguments: Words after the program's name; those of the process by default.

    Raises:
        SystemExit: Always; 0 when the work is done, 2 on bad input, 130 when interrupted.
    """
    if any(importlib.util.find_spec(name) is None for name in _NEEDED):
        sys.stderr.write('faqsearch: the command line is not installed; run: pip install "faqsearch[cli]"\n')
        sys.exit(2)
    from faqsearch.cli.application import run

    run(arguments)


def __getattr__(name: str) -> object:
    if name == "app":
        from faqsearch.cli.application import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
