"""The commands ``vocabulary check`` and ``vocabulary preview``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from faqsearch.analysis import SudachiAnalyzer
from faqsearch.cli import terminal
from faqsearch.cli.base import check_ranked, open_base
from faqsearch.cli.errors import BAD_INPUT, PROGRAM, OneLineCommand, OneLineGroup
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    FaqOption,
    JsonOption,
    PresetOption,
    QueriesOption,
)
from faqsearch.entry import Audience
from faqsearch.errors import FormatError, Problem
from faqsearch.evaluation import read_queries
from faqsearch.knowledge_base import MAX_K, KnowledgeBase
from faqsearch.vocabulary import Move, QueryChange, Search, Vocabulary, preview, read_vocabulary

VocabularyFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        help="CSV of synonyms and stop phrases.",
        show_default=False,
        exists=True,
        dir_okay=False,
    ),
]

app: Final = typer.Typer(cls=OneLineGroup)


@app.callback(invoke_without_command=True)
def vocabulary(context: typer.Context) -> None:
    """Check your own synonyms and stop phrases, and see which queries they change."""
    if context.invoked_subcommand is None:
        terminal.out().print(context.get_help(), end="")


@app.command("check", cls=OneLineCommand)
def check(file: VocabularyFile, json: JsonOption = False) -> None:
    """List what is wrong or odd in a vocabulary: words that are never found, needless rows and the like."""
    try:
        found = read_vocabulary(file, SudachiAnalyzer())
    except FormatError as error:
        if json:
            terminal.emit_json({"file": str(file), "valid": False, "problems": _listed(error.problems)})
        else:
            _print_problems(error.problems)
        terminal.say(f"{PROGRAM}: {file}: {_counted(len(error.problems), 'problem')}")
        raise typer.Exit(BAD_INPUT) from None
    if json:
        terminal.emit_json(
            {
                "file": str(file),
                "valid": True,
                **_counts(found),
                "fingerprint": found.fingerprint,
                "problems": _listed(found.problems),
            }
        )
        return
    _print_problems(found.problems)
    counts = _counts(found)
    pairs, stops = _counted(counts["pairs"], "pair"), _counted(counts["stop_phrases"], "stop phrase")
    remarks = _counted(len(found.problems), "remark")
    terminal.out().print(f"{file}: {pairs} of synonyms, {stops}, {remarks}", soft_wrap=True)


@app.command("preview", cls=OneLineCommand)
def preview_command(
    file: VocabularyFile,
    *,
    faq: FaqOption,
    queries: QueriesOption,
    audience: AudienceOption = Audience.PUBLIC,
    k: Annotated[
        int, typer.Option("-k", min=1, max=MAX_K, help="How many results of each query count.")
    ] = 10,
    preset: PresetOption = DEFAULT_PRESET,
    json: JsonOption = False,
) -> None:
    """Show which past queries a vocabulary would change, and how; nothing is written."""
    asked = {query.id: query.text for query in read_queries(queries)}
    after = open_base(faq, preset=preset, quiet=json, vocabulary=file)
    before = open_base(faq, preset=preset, quiet=json)
    with terminal.progress("searching", len(asked), quiet=json) as advance:

        def count(text: str, k: int) -> Sequence[str]:
            advance()
            return _search(before, audience, preset)(text, k)

        changes = preview(count, _search(after, audience, preset), asked, k)
    if json:
        terminal.emit_json(
            {"queries": len(asked), "k": k, **_totals(changes), "changes": [c.to_dict() for c in changes]}
        )
    else:
        _show(terminal.out(), changes, len(asked), before, audience)


def _search(base: KnowledgeBase, audience: Audience, preset: str) -> Search:
    def search(text: str, k: int) -> Sequence[str]:
        result = base.search(text, k=k, audience=audience)
        check_ranked(result.preset, base, preset)
        return [hit.id for hit in result.hits]

    return search


def _show(
    console: Console, changes: Sequence[QueryChange], queries: int, base: KnowledgeBase, audience: Audience
) -> None:
    for change in changes:
        console.print(f"{change.query_id}: {terminal.printable(change.text)}", soft_wrap=True)
        for move in change.moves:
            question = terminal.printable(base.get(move.entry_id, audience).question)
            entry_id = terminal.printable(move.entry_id)
            console.print(f"  {_place(move)}  {entry_id}  {question}", soft_wrap=True)
    totals = _totals(changes)
    summary = f"{totals['changed']} of {_counted(queries, 'query', 'queries')} would change"
    first, emptied = totals["first_changes"], totals["emptied"]
    console.print(
        f"{summary}, {first} in the first hit; {emptied} would find nothing any more", soft_wrap=True
    )


def _place(move: Move) -> str:
    if move.before is None:
        return f"{move.after} (new)"
    return f"{move.after or 'out'} (was {move.before})"


def _totals(changes: Sequence[QueryChange]) -> dict[str, int]:
    return {
        "changed": len(changes),
        "first_changes": sum(change.first_changes for change in changes),
        "emptied": sum(change.emptied for change in changes),
    }


def _counts(found: Vocabulary) -> dict[str, int]:
    pairs = {frozenset((phrase, other)) for phrase, others in found.synonyms.items() for other in others}
    return {"pairs": len(pairs), "stop_phrases": len(found.stop_phrases)}


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def _print_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        terminal.out().print(terminal.printable(str(problem)), soft_wrap=True)


def _listed(problems: Iterable[Problem]) -> list[dict[str, object]]:
    return [
        {"file": item.file, "row": item.row, "column": item.column, "message": item.message}
        for item in problems
    ]
