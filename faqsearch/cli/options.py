"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from faqsearch.entry import Audience
from faqsearch.errors import InputError, shown
from faqsearch.inquiry import CHANNELS
from faqsearch.readiness import AUTO

DEFAULT_PRESET: Final = AUTO


def _known_channel(name: str) -> str:
    if name not in CHANNELS:
        raise InputError(f"--channel came as {shown(name)}; allowed are {', '.join(CHANNELS)}")
    return name


TextArgument: TypeAlias = Annotated[
    str | None, typer.Argument(metavar="TEXT", help="The inquiry, in quotes; - reads standard input.")
]
FileOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--file",
        metavar="FILE",
        help="File with one inquiry: a text or a raw mail (.eml).",
        exists=True,
        dir_okay=False,
    ),
]
ChannelOption: TypeAlias = Annotated[
    str,
    typer.Option("--channel", metavar="NAME", help="How the inquiry came in.", callback=_known_channel),
]
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
CacheOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        metavar="DIR",
        help="Folder that keeps the index of the file; made, and written anew, where it does not fit.",
        file_okay=False,
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
TeamsOption: TypeAlias = Annotated[
    list[Path] | None,
    typer.Option(
        "--teams",
        metavar="FILE",
        help="CSV of category,team, or of text,team with past assignments; repeat it to give both.",
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
