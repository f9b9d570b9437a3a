"""The commands ``search`` and ``suggest``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from faqsearch.assist import CHANNELS
from faqsearch.cli import inputs, payloads, render, terminal
from faqsearch.cli.base import open_base
from faqsearch.cli.errors import PROGRAM
from faqsearch.cli.options import DEFAULT_PRESET, AudienceOption, FaqOption, JsonOption
from faqsearch.entry import Audience
from faqsearch.errors import InputError, shown
from faqsearch.knowledge_base import MAX_K


def search(  # noqa: PLR0913 - one parameter an option
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to search for, in quotes.")],
    *,
    faq: FaqOption,
    k: Annotated[int, typer.Option("-k", min=1, max=MAX_K, help="How many results at most.")] = 10,
    audience: AudienceOption = Audience.PUBLIC,
    category: Annotated[
        str | None, typer.Option("--category", metavar="NAME", help="Only entries of this category.")
    ] = None,
    tag: Annotated[
        list[str] | None,
        typer.Option(
            "--tag", metavar="NAME", help="Only entries with this tag; repeat it to ask for several."
        ),
    ] = None,
    preset: Annotated[str, typer.Option("--preset", metavar="NAME", help="How to rank.")] = DEFAULT_PRESET,
    explain: Annotated[bool, typer.Option("--explain", help="Show how every score came about.")] = False,
    json: JsonOption = False,
) -> None:
    """Search a FAQ file: ranked entries with their highlights and the reason of each match."""
    base = open_base(faq, preset=preset, quiet=json)
    wanted = None if category is None else inputs.repair(category)
    result = base.search(
        inputs.repair(text),
        k=k,
        audience=audience,
        category=wanted,
        tags=tuple(inputs.repair(name) for name in tag or ()),
    )
    if json:
        terminal.emit_json(payloads.search_document(result, explain=explain))
    else:
        render.show_search(terminal.out(), result, explain=explain)
        if wanted is not None and not result.hits and wanted not in base.categories(audience):
            came = f"--category came as {shown(wanted)}"
            terminal.say(f"{PROGRAM}: {came}; this audience sees no entry in such a category")


def suggest(
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="The inquiry, in quotes; - reads standard input.")
    ] = None,
    *,
    faq: FaqOption,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", metavar="FILE", help="Text file with one inquiry.", exists=True, dir_okay=False
        ),
    ] = None,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch",
            metavar="FILE",
            help='JSONL of {"id", "text"[, "channel"]}: writes one line of JSON for each.',
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    channel: Annotated[
        str,
        typer.Option("--channel", metavar="NAME", help="How the inquiry came in, unless its line says so."),
    ] = "chat",
    audience: AudienceOption = Audience.PUBLIC,
    json: JsonOption = False,
) -> None:
    """Suggest what to do with an inquiry: answer it, offer a choice or hand it over, with the evidence."""
    if channel not in CHANNELS:
        raise InputError(f"--channel came as {shown(channel)}; allowed are {', '.join(CHANNELS)}")
    if batch is not None:
        if text is not None or file is not None:
            raise InputError("--batch stands alone; leave out TEXT and --file")
        _suggest_batch(faq, batch, channel=channel, audience=audience, quiet=json)
        return
    inquiry = inputs.read_inquiry(text, file)
    suggestion = open_base(faq, preset=DEFAULT_PRESET, quiet=json).suggest(
        inquiry, channel=channel, audience=audience
    )
    if json:
        terminal.emit_json(payloads.suggestion_document(suggestion))
    else:
        render.show_suggestion(terminal.out(), suggestion)


def _suggest_batch(faq: Path, batch: Path, *, channel: str, audience: Audience, quiet: bool) -> None:
    inquiries = inputs.read_inquiries(batch, CHANNELS)
    base = open_base(faq, preset=DEFAULT_PRESET, quiet=quiet)
    with terminal.progress("suggesting", len(inquiries), quiet=quiet) as advance:
        for inquiry in inquiries:
            suggestion = base.suggest(inquiry.text, channel=inquiry.channel or channel, audience=audience)
            terminal.emit_json(payloads.batch_line(inquiry.id, suggestion))
            advance()
    sys.stdout.flush()
