"""The command ``demo``: the main job on the sample data, no questions asked."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

import faqsearch
from faqsearch.cli import payloads, render, terminal
from faqsearch.cli.base import open_base
from faqsearch.cli.errors import PROGRAM
from faqsearch.cli.options import DEFAULT_PRESET, JsonOption
from faqsearch.cli.text import wrapped
from faqsearch.knowledge_base import KnowledgeBase

SEARCHES: Final = ("引っ越したんだけど", "ポイントの有効期限", "ｷｬﾝｾﾙ したい")
INQUIRIES: Final = (
    "置き配の荷物がない",
    "領収書を会社の宛名で発行したいです。どうすればよいですか。",
    "御社の株を買いたいのですが、証券コードは何番ですか。",
)
_HITS: Final = 3


def demo(json: JsonOption = False) -> None:
    """Show the main job on the sample shop: three searches and three suggestions, with their reasons."""
    path = faqsearch.sample_path("shop")
    base = open_base(path, preset=DEFAULT_PRESET, quiet=json)
    if json:
        terminal.emit_json(_document(base, path))
        return
    console = terminal.out()
    console.print(f"見本のFAQ（通信販売の店、{len(base.entries())}件）で試します: {path}", soft_wrap=True)
    for number, text in enumerate(SEARCHES, start=1):
        _heading(console, f"検索 {number}/{len(SEARCHES)}")
        render.show_search(console, base.search(text, k=_HITS))
    for number, inquiry in enumerate(INQUIRIES, start=1):
        _heading(console, f"回答の提案 {number}/{len(INQUIRIES)}")
        console.print(wrapped(Text(f"「{inquiry}」"), console.width))
        render.show_suggestion(console, base.suggest(inquiry))
    _heading(console, "次に試すこと")
    for command, purpose in _next_steps(path):
        console.print(Text.assemble((f"  {command}", "bold"), f"\n      {purpose}"), soft_wrap=True)


def _document(base: KnowledgeBase, path: Path) -> dict[str, object]:
    return {
        "faq": str(path),
        "entries": len(base.entries()),
        "searches": [payloads.search_document(base.search(text, k=_HITS)) for text in SEARCHES],
        "suggestions": [
            {"text": inquiry, **payloads.suggestion_document(base.suggest(inquiry))} for inquiry in INQUIRIES
        ],
        "next": [command for command, _ in _next_steps(path)],
    }


def _next_steps(path: Path) -> tuple[tuple[str, str], ...]:
    faq = shlex.quote(str(path))
    return (
        (
            f'{PROGRAM} search "返品したい" --faq {faq} --audience operator --explain',
            "社内向けも含め、点数の内訳まで見る",
        ),
        (f"{PROGRAM} suggest - --faq {faq} < mail.txt", "届いたメールに返せる回答を探す"),
        (f"{PROGRAM} serve --faq {faq}", "検索ページとAPIを手元で動かす"),
        (f"{PROGRAM} validate your-faq.csv", "自分のFAQファイルを確かめる（CSV・JSONL・XLSX）"),
    )


def _heading(console: Console, title: str) -> None:
    console.print()
    console.rule(Text(title, "bold"), align="left", characters="-", style="dim")
