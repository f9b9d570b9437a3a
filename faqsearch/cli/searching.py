"""The commands ``search`` and ``suggest``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from faqsearch.cli import inputs, payloads, render, terminal
from faqsearch.cli.base import check_ranked, open_base
from faqsearch.cli.errors import PROGRAM
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    ConfidenceOption,
    FaqOption,
    JsonOption,
    PresetOption,
    VocabularyOption,
)
from faqsearch.entry import Audience
from faqsearch.errors import InputError, shown
from faqsearch.inquiry import CHANNELS
from faqsearch.knowledge_base import MAX_K, KnowledgeBase


def search(
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
    preset: PresetOption = DEFAULT_PRESET,
    vocabulary: VocabularyOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show how every score came about.")] = False,
    json: JsonOption = False,
) -> None:
    """Search a FAQ file: ranked entries with their highlights and the reason of each match."""
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary)
    wanted = None if category is None else inputs.repair(category)
    result = base.search(
        inputs.repair(text),
        k=k,
        audience=audience,
        category=wanted,
        tags=tuple(inputs.repair(name) for name in tag or ()),
    )
    check_ranked(result.preset, base, preset)
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
            "--file",
            metavar="FILE",
            help="One inquiry: a text or a raw mail (.eml).",
            exists=True,
            dir_okay=False,
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
    preset: PresetOption = DEFAULT_PRESET,
    vocabulary: VocabularyOption = None,
    confidence: ConfidenceOption = None,
    json: JsonOption = False,
) -> None:
    """Suggest what to do with an inquiry: answer it, offer a choice or hand it over, with the evidence."""
    if channel not in CHANNELS:
        raise InputError(f"--channel came as {shown(channel)}; allowed are {', '.join(CHANNELS)}")
    if batch is not None:
        if text is not None or file is not None:
            raise InputError("--batch stands alone; leave out TEXT and --file")
        inquiries = inputs.read_inquiries(batch, CHANNELS)
        base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, confidence=confidence)
        _suggest_batch(base, inquiries, channel=channel, audience=audience, preset=preset, quiet=json)
        return
    inquiry = inputs.read_inquiry(text, file)
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, confidence=confidence)
    suggestion = base.suggest(inquiry, channel=channel, audience=audience)
    check_ranked(suggestion.preset, base, preset)
    if json:
        terminal.emit_json(payloads.suggestion_document(suggestion))
    else:
        render.show_suggestion(terminal.out(), suggestion)


def _suggest_batch(
    base: KnowledgeBase,
    inquiries: Sequence[inputs.Inquiry],
    *,
    channel: str,
    audience: Audience,
    preset: str,
    quiet: bool,
) -> None:
    with terminal.progress("suggesting", len(inquiries), quiet=quiet) as advance:
        for inquiry in inquiries:
            suggestion = base.suggest(inquiry.text, channel=inquiry.channel or channel, audience=audience)
            check_ranked(suggestion.preset, base, preset)
            terminal.emit_json(payloads.batch_line(inquiry.id, suggestion))
            advance()
    sys.stdout.flush()
