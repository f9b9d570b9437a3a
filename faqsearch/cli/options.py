"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from faqsearch.entry import Audience

DEFAULT_PRESET: Final = "lexical"

FaqOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--faq",
        metavar="FILE",
        help="File of FAQ entries (.csv, .jsonl or .xlsx).",
        exists=True,
        dir_okay=False,
    ),
]
QueriesOption: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--queries",
        metavar="FILE",
        help='JSONL of {"id", "text"}, one query a line.',
        exists=True,
        dir_okay=False,
    ),
]
AudienceOption: TypeAlias = Annotated[
    Audience, typer.Option("--audience", help="Whose view: operators see public entries too.")
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Write one JSON document to standard output, for machines.")
]
