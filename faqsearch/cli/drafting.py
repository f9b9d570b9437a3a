"""The command ``draft``."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import typer

from faqsearch.business_hours import SupportDesk, read_support_desk
from faqsearch.cli import inputs, terminal
from faqsearch.cli.base import check_ranked, open_base
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    CacheOption,
    ChannelOption,
    ConfidenceOption,
    DeskOption,
    FaqOption,
    FileOption,
    JsonOption,
    PresetOption,
    TextArgument,
    VocabularyOption,
)
from faqsearch.cli.text import one_line
from faqsearch.entry import JAPAN, Audience
from faqsearch.errors import InputError
from faqsearch.replies import (
    ChatServer,
    Composer,
    Draft,
    DraftRequest,
    LanguageModelComposer,
    TemplateComposer,
)

KEY_VARIABLE: Final = "FAQSEARCH_LLM_KEY"
"""Holds the key of the language model's server, if it asks for one."""


_CustomerOption: TypeAlias = Annotated[
    str | None, typer.Option("--customer", metavar="NAME", help="The customer's name; empty for unknown.")
]
_TemplatesOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--templates",
        metavar="DIR",
        help="Folder of your own templates, in place of single ones.",
        exists=True,
        file_okay=False,
    ),
]
_AcknowledgeOption: TypeAlias = Annotated[
    bool, typer.Option("--acknowledge", help="Draft the mail that confirms the arrival instead.")
]
_UrlOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--llm-url",
        metavar="URL",
        help=f"OpenAI-compatible server that words the answer; its key is in {KEY_VARIABLE}.",
    ),
]
_ModelOption: TypeAlias = Annotated[
    str | None, typer.Option("--llm-model", metavar="NAME", help="Name of the model on that server.")
]


def draft(  # noqa: PLR0913 - each is an option of the command line
    text: TextArgument = None,
    *,
    faq: FaqOption,
    file: FileOption = None,
    channel: ChannelOption = "mail",
    audience: AudienceOption = Audience.PUBLIC,
    customer: _CustomerOption = None,
    desk: DeskOption = None,
    templates: _TemplatesOption = None,
    acknowledge: _AcknowledgeOption = False,
    llm_url: _UrlOption = None,
    llm_model: _ModelOption = None,
    preset: PresetOption = DEFAULT_PRESET,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    confidence: ConfidenceOption = None,
    json: JsonOption = False,
) -> None:
    """Draft the reply to an inquiry, of what the public may see; notes for the operator on standard error."""
    inquiry = inputs.read_inquiry(text, file)
    plain = TemplateComposer(templates)
    composer = _composer(plain, llm_url, llm_model)
    support = SupportDesk() if desk is None else read_support_desk(desk)
    base = open_base(
        faq, preset=preset, quiet=json, vocabulary=vocabulary, confidence=confidence, cache=cache
    )
    suggestion = base.suggest(inquiry, channel=channel, audience=audience)
    check_ranked(suggestion.preset, base, preset)
    request = DraftRequest(
        suggestion=suggestion,
        triage=base.triage(inquiry, channel=channel, audience=audience),
        customer=None if customer is None else inputs.repair(customer),
        now=_now(),
        desk=support,
    )
    _show(plain.acknowledge(request) if acknowledge else composer.compose(request).restored(), json=json)


def _now() -> dt.datetime:
    return dt.datetime.now(JAPAN)


def _composer(plain: TemplateComposer, url: str | None, model: str | None) -> Composer:
    if (url is None) != (model is None):
        raise InputError("--llm-url and --llm-model go together; give both or neither")
    if url is None or model is None:
        return plain
    key = os.environ.get(KEY_VARIABLE) or None
    server = ChatServer(base_url=url, model=inputs.repair(model), api_key=key)
    return LanguageModelComposer(server=server, templates=plain)


def _show(made: Draft, *, json: bool) -> None:
    if json:
        terminal.emit_json(
            {
                "kind": made.kind.value,
                "subject": made.subject,
                "body": made.body,
                "citations": list(made.citations),
                "notes": list(made.notes),
            }
        )
        return
    console = terminal.out()
    console.print(f"件名: {one_line(made.subject)}\n", soft_wrap=True)
    console.print(made.body, soft_wrap=True, end="")
    for note in made.notes:
        terminal.say(f"担当者へ: {note}")
