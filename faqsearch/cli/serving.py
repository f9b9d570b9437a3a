"""The command ``serve``."""

from __future__ import annotations

import contextlib
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from faqsearch.assist.triage import read_teams
from faqsearch.business_hours import read_support_desk
from faqsearch.cli import terminal
from faqsearch.cli.base import open_base
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    CacheOption,
    ConfidenceOption,
    DeskOption,
    FaqOption,
    JsonOption,
    PresetOption,
    TeamsOption,
    VocabularyOption,
)
from faqsearch.entry import Audience
from faqsearch.errors import InputError
from faqsearch.readiness import Readiness


def serve(  # noqa: PLR0913 - each is an option of the command line
    *,
    faq: FaqOption,
    audience: AudienceOption = Audience.PUBLIC,
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="TCP port to listen on.")] = 8000,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    confirmations: Annotated[
        Path | None,
        typer.Option(
            "--confirmations",
            metavar="FILE",
            help="Learn from use, and keep what is learnt in this file (.jsonl); personal data.",
            dir_okay=False,
        ),
    ] = None,
    confidence: ConfidenceOption = None,
    desk: DeskOption = None,
    teams: TeamsOption = None,
    preset: PresetOption = DEFAULT_PRESET,
    json: JsonOption = False,
) -> None:
    """Serve one audience's view over HTTP until interrupted: Japanese pages (search, chat) and a JSON API."""
    from faqsearch import web

    if teams and audience is not Audience.OPERATOR:
        raise InputError("--teams is for operators; add --audience operator, or leave it out")
    contacts = () if desk is None else read_support_desk(desk).contacts
    known = read_teams(*teams) if teams else None
    _check_free(host, port)
    base = open_base(
        faq,
        preset=preset,
        quiet=json,
        vocabulary=vocabulary,
        cache=cache,
        confirmations=confirmations,
        confidence=confidence,
        wait=False,
    )
    if confirmations is not None:
        base.forget(expired=True)
    base.complete("あ", audience=audience)  # reads and sorts the texts, which no visitor shall wait for
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    ready = base.readiness(audience)
    if json:
        terminal.emit_json({"url": url, "faq": str(faq), "audience": audience.value, **asdict(ready)})
    else:
        view = f"{faq} as seen by: {audience.value}, ranked by {_ranking(ready)}"
        terminal.out().print(f"{url}  {view}  (Ctrl-C stops)", soft_wrap=True)
    sys.stdout.flush()
    web.serve(base, audience, host, port, learning=confirmations is not None, contacts=contacts, teams=known)


def _ranking(ready: Readiness) -> str:
    if ready.preset == ready.wanted:
        return ready.preset
    return f"{ready.preset}, and by {ready.wanted} once the vectors of {ready.missing:,} texts are made"


def _check_free(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with contextlib.closing(socket.socket(family, kind, protocol)) as probe:
            # As uvicorn binds it: a port in its closing wait is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "no such address"
        message = f"cannot listen on {host} port {port}: {reason}; give another --port or --host"
        raise InputError(message) from None
