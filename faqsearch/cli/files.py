"""The commands ``import``, ``export`` and ``validate``: entries live in files, and these look after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from faqsearch.cli import terminal
from faqsearch.cli.errors import BAD_INPUT, PROGRAM, first_problem
from faqsearch.cli.options import JsonOption
from faqsearch.cli.text import one_line
from faqsearch.entry import FaqEntry
from faqsearch.errors import FormatError, InputError
from faqsearch.store.formats import read_entries, write_entries

_NO_CATEGORY = "(none)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Merge:
    """What an import makes of a base.

    Attributes:
        entries: The base afterwards: its own order, new entries at the end.
        new: Ids that were not in the base.
        changed: Ids whose entry is replaced by another one.
        unchanged: Ids whose entry came as it is.
    """

    entries: tuple[FaqEntry, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]


def merge(base: Iterable[FaqEntry], incoming: Iterable[FaqEntry]) -> Merge:
    """Put incoming entries into a base, by id; entries of the base that do not come in stay."""
    merged = {entry.id: entry for entry in base}
    new: list[str] = []
    changed: list[str] = []
    unchanged: list[str] = []
    for entry in incoming:
        before = merged.get(entry.id)
        (new if before is None else unchanged if before == entry else changed).append(entry.id)
        merged[entry.id] = entry
    return Merge(
        entries=tuple(merged.values()), new=tuple(new), changed=tuple(changed), unchanged=tuple(unchanged)
    )


def import_(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="Entries to bring in.", exists=True, dir_okay=False)
    ],
    into: Annotated[
        Path,
        typer.Option(
            "--into", metavar="BASE", help="FAQ file to add them to; made if missing.", dir_okay=False
        ),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
    json: JsonOption = False,
) -> None:
    """Add the entries of a file to a FAQ file, replacing those with the same id: all or nothing."""
    incoming = _read(source, quiet=json)
    created = not into.exists()
    merged = merge(() if created else _read(into, quiet=json), incoming)
    wanted = bool(merged.new or merged.changed)
    if wanted and not dry_run:
        write_entries(into, merged.entries)
    if json:
        terminal.emit_json(
            {
                "base": str(into),
                "entries": len(merged.entries),
                "new": list(merged.new),
                "changed": list(merged.changed),
                "unchanged": list(merged.unchanged),
                "created": created and wanted and not dry_run,
                "written": wanted and not dry_run,
            }
        )
        return
    counts = f"{len(merged.new)} new, {len(merged.changed)} changed, {len(merged.unchanged)} unchanged"
    outcome = "nothing written (dry run)" if dry_run else "written" if wanted else "nothing to write"
    terminal.out().print(f"{into}: {counts}; {len(merged.entries)} entries; {outcome}", soft_wrap=True)


def export(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="FAQ file to read; or use --faq.", exists=True, dir_okay=False),
    ] = None,
    *,
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="FILE", help="File to write; its ending decides the format.", dir_okay=False
        ),
    ],
    faq: Annotated[
        Path | None,
        typer.Option(
            "--faq", metavar="FILE", help="The same as FILE, as an option.", exists=True, dir_okay=False
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write the entries of a FAQ file to another one: .csv, .jsonl and .xlsx into each other."""
    source = file or faq
    if source is None or (file and faq):
        raise InputError("give one file to read: as FILE or with --faq FILE")
    entries = _read(source, quiet=json)
    write_entries(out, entries)
    if json:
        terminal.emit_json({"out": str(out), "entries": len(entries)})
    else:
        terminal.out().print(f"{out}: {len(entries)} entries written", soft_wrap=True)


def validate(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="FAQ file to look at.", exists=True, dir_okay=False)
    ],
    json: JsonOption = False,
) -> None:
    """List every problem of a FAQ file, or count its entries by status, audience and category."""
    try:
        entries = read_entries(file)
    except FormatError as error:
        _report(file, error, json=json)
        raise typer.Exit(BAD_INPUT) from None
    counts = _counts(entries)
    if json:
        terminal.emit_json(
            {"file": str(file), "valid": True, "entries": len(entries), **counts, "problems": []}
        )
        return
    console = terminal.out()
    console.print(f"{file}: {len(entries)} entries, no problems", soft_wrap=True)
    grid = Table.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(no_wrap=True)
    grid.add_column(justify="right")
    for name, values in counts.items():
        for value, count in values.items():
            grid.add_row(name, one_line(value), str(count))
    console.print(grid)


def _read(path: Path, *, quiet: bool) -> tuple[FaqEntry, ...]:
    try:
        with terminal.progress(f"reading {path.name}", None, quiet=quiet) as advance:
            return read_entries(path, progress=lambda _count: advance())
    except FormatError as error:
        raise InputError(first_problem(error, path)) from None


def _report(file: Path, error: FormatError, *, json: bool) -> None:
    problems = error.problems
    if json:
        listed = [
            {"file": item.file, "row": item.row, "column": item.column, "message": item.message}
            for item in problems
        ]
        terminal.emit_json({"file": str(file), "valid": False, "problems": listed})
    else:
        for problem in problems:
            terminal.out().print(terminal.printable(str(problem)), soft_wrap=True)
    terminal.say(f"{PROGRAM}: {file}: {len(problems)} problem{'s' if len(problems) > 1 else ''}")


def _counts(entries: Iterable[FaqEntry]) -> dict[str, dict[str, int]]:
    listed = tuple(entries)
    return {
        "status": _tally(entry.status.value for entry in listed),
        "audience": _tally(entry.audience.value for entry in listed),
        "category": _tally(entry.category or _NO_CATEGORY for entry in listed),
    }


def _tally(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))
