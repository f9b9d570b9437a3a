"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from faqsearch.entry import Audience
from faqsearch.readiness import AUTO

DEFAULT_PRESET: Final = AUTO

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
VocabularyOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--vocabulary",
        metavar="FILE",
        help="CSV of your own synonyms and stop phrases.",
        exists=True,
        dir_okay=False,
    ),
]
PresetOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--preset",
        metavar="NAME",
        help="How to rank: a preset, a .toml file of one, or auto for the best that is ready.",
    ),
]
AudienceOption: TypeAlias = Annotated[
    Audience, typer.Option("--audience", help="Whose view: operators see public entries too.")
]
ConfidenceOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--confidence",
        metavar="FILE",
        help="Confidence model that `calibrate` wrote, instead of the shipped one.",
        exists=True,
        dir_okay=False,
    ),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Write one JSON document to standard output, for machines.")
]
DeskOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--desk",
        metavar="FILE",
        help="TOML file of the support desk: opening times, contacts, signature.",
        exists=True,
        dir_okay=False,
    ),
]
