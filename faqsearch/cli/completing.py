"""The command ``complete``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from faqsearch.cli import inputs, terminal
from faqsearch.cli import text as cells
from faqsearch.cli.base import open_base
from faqsearch.cli.options import AudienceOption, CacheOption, FaqOption, JsonOption
from faqsearch.completion import Completion, CompletionKind
from faqsearch.entry import Audience
from faqsearch.knowledge_base import MAX_K

# Completions are ranked by none; this one needs nothing that would have to be made or installed.
_PRESET: Final = "bm25"
_LABELS: Final[dict[CompletionKind, str]] = {"surface": "表記", "reading": "読み", "slip": "打ち間違い"}


def complete(
    prefix: Annotated[str, typer.Argument(metavar="PREFIX", help="What was typed so far, in quotes.")],
    *,
    faq: FaqOption,
    k: Annotated[int, typer.Option("-k", min=1, max=MAX_K, help="How many completions at most.")] = 8,
    audience: AudienceOption = Audience.PUBLIC,
    cache: CacheOption = None,
    json: JsonOption = False,
) -> None:
    """Complete what somebody is typing, in kanji, kana or romaji, with the questions of a FAQ file."""
    base = open_base(faq, preset=_PRESET, quiet=json, cache=cache)
    typed = inputs.repair(prefix)
    found = base.complete(typed, k, audience)
    if json:
        terminal.emit_json(_document(typed, audience, found))
    else:
        _show(terminal.out(), found)


def _document(typed: str, audience: Audience, found: Sequence[Completion]) -> dict[str, object]:
    return {
        "text": typed,
        "audience": audience.value,
        "completions": [
            {
                "id": one.entry_id,
                "text": one.text,
                "kind": one.kind,
                "spans": [{"start": start, "end": end} for start, end in one.spans],
            }
            for one in found
        ],
    }


def _show(console: Console, found: Sequence[Completion]) -> None:
    if not found:
        console.print("候補はありません。")
        return
    grid = Table.grid(padding=(0, 2))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column()
    plain = cells.is_plain(console)
    for rank, one in enumerate(found, start=1):
        question = cells.marked(one.text, one.spans, plain=plain)
        grid.add_row(str(rank), _LABELS[one.kind], Text.assemble(question, (f" ({one.entry_id})", "dim")))
    console.print(grid)
