"""The command ``inquire``: a dialogue in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from rich.console import Console
from rich.text import Text

from faqsearch.business_hours import Contact, read_support_desk
from faqsearch.cli import inputs, terminal
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
    VocabularyOption,
)
from faqsearch.cli.text import wrapped
from faqsearch.dialogue import Dialogue, HandOver, Turn
from faqsearch.entry import Audience

QUIT: Final = "/quit"
PROMPT: Final = "> "

_LONGEST_LINE: Final = 100_000
"""Bytes of a line that are kept; the dialogue reads fewer characters than that."""


def inquire(
    *,
    faq: FaqOption,
    desk: DeskOption = None,
    audience: AudienceOption = Audience.PUBLIC,
    preset: PresetOption = DEFAULT_PRESET,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    confidence: ConfidenceOption = None,
    json: JsonOption = False,
) -> None:
    """Chat with a FAQ file: one turn a line, until /quit or the end of the input."""
    contacts: tuple[Contact, ...] = () if desk is None else read_support_desk(desk).contacts
    base = open_base(
        faq, preset=preset, quiet=json, vocabulary=vocabulary, confidence=confidence, cache=cache
    )
    dialogue = Dialogue(base, audience=audience, contacts=contacts)
    turn = dialogue.start()
    _show(turn, json=json)
    for text in _turns(quiet=json):
        turn = dialogue.reply(turn.state, text)
        _show(turn, json=json)


def _turns(*, quiet: bool) -> Iterator[str]:
    """Yield the lines of standard input up to ``/quit``; blank ones are passed over."""
    prompting = sys.stdin.isatty() and not quiet
    while True:
        if prompting:
            sys.stdout.write(PROMPT)
        sys.stdout.flush()
        line = rest = sys.stdin.buffer.readline(_LONGEST_LINE)
        while rest and not rest.endswith(b"\n"):
            rest = sys.stdin.buffer.readline(_LONGEST_LINE)
        text = inputs.decode(line).strip()
        if not line or text == QUIT:
            return
        if text:
            yield text


def _show(turn: Turn, *, json: bool) -> None:
    if json:
        terminal.emit_json(_document(turn))
        return
    console = terminal.out()
    for message in turn.messages:
        _print(console, message.text)
        if message.url:
            console.print(message.url, soft_wrap=True)
    for number, choice in enumerate(turn.choices, start=1):
        _print(console, f"  {number}. {choice.label}")
    if turn.hand_over is not None:
        tried = "、".join(turn.hand_over.tried) or "なし"
        _print(console, f"（引き継ぎの理由: {turn.hand_over.reason}、試した質問: {tried}）")
    console.print()


def _print(console: Console, text: str) -> None:
    for line in text.splitlines():
        console.print(wrapped(Text(line), console.width))


def _document(turn: Turn) -> dict[str, object]:
    document: dict[str, object] = {
        "messages": [{"text": one.text, "entry_id": one.entry_id, "url": one.url} for one in turn.messages],
        "choices": [{"label": one.label, "entry_id": one.entry_id} for one in turn.choices],
        "outcome": turn.outcome,
    }
    if turn.hand_over is not None:
        document["hand_over"] = _hand_over(turn.hand_over)
    return document


def _hand_over(record: HandOver) -> dict[str, object]:
    return {
        "reason": record.reason,
        "question": record.question,
        "tried": record.tried,
        "transcript": [{"speaker": one.speaker, "text": one.text} for one in record.transcript],
        "contacts": [
            {
                "name": one.name,
                "kind": one.kind,
                "address": one.address,
                "open": one.open,
                "next_opening": one.next_opening.isoformat() if one.next_opening else None,
            }
            for one in record.contacts
        ],
    }
