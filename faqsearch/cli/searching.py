"""The commands ``search``, ``related`` and ``suggest``."""

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
    CacheOption,
    ChannelOption,
    ConfidenceOption,
    FaqOption,
    FileOption,
    JsonOption,
    PresetOption,
    TextArgument,
    VocabularyOption,
)
from faqsearch.entry import Audience
from faqsearch.errors import InputError, shown
from faqsearch.inquiry import CHANNELS
from faqsearch.knowledge_base import MAX_K, KnowledgeBase


def search(  # noqa: PLR0913 - each is an option of the command line
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
    cache: CacheOption = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show how every score came about.")] = False,
    json: JsonOption = False,
) -> None:
    """Search a FAQ file: ranked entries with their highlights and the reason of each match."""
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, cache=cache)
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


def related(
    entry_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the entry that is being read.")],
    *,
    faq: FaqOption,
    k: Annotated[int, typer.Option("-k", min=1, max=MAX_K, help="How many results at most.")] = 5,
    audience: AudienceOption = Audience.PUBLIC,
    preset: PresetOption = DEFAULT_PRESET,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    json: JsonOption = False,
) -> None:
    """Show the entries nearest to one: what its readers may want to read next."""
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, cache=cache)
    entry = base.get(inputs.repair(entry_id), audience)
    result = base.related(entry.id, k, audience)
    check_ranked(result.preset, base, preset)
    if json:
        terminal.emit_json(payloads.search_document(result))
    else:
        render.show_related(terminal.out(), entry, result)


def suggest(  # noqa: PLR0913 - each is an option of the command line
    text: TextArgument = None,
    *,
    faq: FaqOption,
    file: FileOption = None,
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
    channel: ChannelOption = "chat",
    audience: AudienceOption = Audience.PUBLIC,
    preset: PresetOption = DEFAULT_PRESET,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    confidence: ConfidenceOption = None,
    json: JsonOption = False,
) -> None:
    """Suggest what to do with an inquiry: answer it, offer a choice or hand it over, with the evidence."""
    if batch is not None:
        if text is not None or file is not None:
            raise InputError("--batch stands alone; leave out TEXT and --file")
        inquiries = inputs.read_inquiries(batch, CHANNELS)
        base = open_base(
            faq, preset=preset, quiet=json, vocabulary=vocabulary, confidence=confidence, cache=cache
        )
        _suggest_batch(base, inquiries, channel=channel, audience=audience, preset=preset, quiet=json)
        return
    inquiry = inputs.read_inquiry(text, file)
    base = open_base(
        faq, preset=preset, quiet=json, vocabulary=vocabulary, confidence=confidence, cache=cache
    )
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
