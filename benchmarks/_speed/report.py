"""What a run found, as tables in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from _speed.engines import OURS
from _speed.growth import Point
from _speed.targets import Found, Outcome, Row


def show(console: Console, rows: Sequence[Row], outcomes: Sequence[Outcome]) -> None:
    """Print everything."""
    for size in sorted({row["size"] for row in rows}):
        here = [row for row in rows if row["size"] == size]
        _show_corpus(console, here)
        for part in ("ranking", "end to end"):
            for kind in ("question", "short"):
                found = [row for row in here if row["part"] == part and row["kind"] == kind]
                if found:
                    console.print(_times(f"{size:,} documents, {part}, {kind}", found))
        console.print(_resources(f"{size:,} documents: building and serving", here, Found(here)))
        for row in here:
            if row["part"] in {"base", "open", "edit", "missing", "failed"}:
                said = {key: value for key, value in row.items() if key != "size"}
                console.print(", ".join(f"{key}: {value}" for key, value in said.items()), soft_wrap=True)
    console.print(_targets(outcomes))


def curves(rows: Sequence[Row], part: str) -> dict[str, list[Point]]:
    """Return p50 by size of each system, ours first."""
    found: dict[str, list[Point]] = {}
    for row in sorted(rows, key=lambda row: row["size"]):
        if row["part"] == part and row["kind"] == "question":
            found.setdefault(row["system"], []).append((row["size"], row["p50"]))
    return found


def _show_corpus(console: Console, rows: Sequence[Row]) -> None:
    row = next((row for row in rows if row["part"] == "corpus"), None)
    if row is not None:
        console.rule(f"{row['size']:,} documents")
        console.print(
            f"{row['terms']:,} terms, {row['terms a document']} a document; "
            f"vocabulary {row['vocabulary']:,}, Zipf slope {row['Zipf slope']}; "
            f"terms a query {row['terms a query']}; SHA-256 {row['sha256'][:16]}…"
        )


def _times(title: str, rows: Sequence[Row]) -> Table:
    table = Table(title=title)
    table.add_column("system")
    for name in (
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "p50 / first",
        "2 threads, p50 / p95 ms",
        "queries/s",
        "/ bound",
    ):
        table.add_column(name, justify="right")
    table.add_column("checked")
    for row in rows:
        low, high = row["lowest and highest"]
        threads, bound = row["2 threads"], row.get("bound by bandwidth, ms")
        table.add_row(
            row["system"],
            *(f"{row[share]:.3f}" for share in ("p50", "p95", "p99")),
            f"{row['p50 / first']:.2f} [{low:.2f}, {high:.2f}]",
            f"{threads['p50']:.3f} / {threads['p95']:.3f}",
            f"{row['2 threads, queries/s']:,.0f}",
            f"{row['p50'] / bound:,.1f}" if bound else "",
            _checked(row),
        )
    return table


def _checked(row: Row) -> str:
    if "wrong" not in row:
        return ""
    return f"{row['checked']} right" if not row["wrong"] else f"[red]WRONG: {row['wrong'][0]}[/red]"


def _resources(title: str, rows: Sequence[Row], found: Found) -> Table:
    table = Table(title=title)
    table.add_column("system")
    for name in (
        "build, s",
        "documents/s",
        "MB on disk",
        "peak MB of the build",
        "MB serving",
        "peak",
        "open, s",
    ):
        table.add_column(name, justify="right")
    for row in rows:
        if row["part"] not in {"build", "base"}:
            continue
        part = "serve" if row["part"] == "build" else "serve end to end"
        serving: Mapping[str, Any] = found.row(part=part, system=row["system"]) or {}
        memory = serving.get("memory, MB", {})
        table.add_row(
            row["system"],
            f"{row['seconds']:.2f}",
            f"{row['documents/s']:,.0f}",
            f"{row.get('bytes on disk', row.get('bytes of the index', 0)) / 1e6:.1f}",
            f"{row['memory, MB']['peak']:,.0f}",
            f"{memory.get('anonymous', float('nan')):,.0f}",
            f"{memory.get('peak', float('nan')):,.0f}",
            f"{serving.get('open to first answer in a new process, s', float('nan')):.2f}",
        )
    return table


def _targets(outcomes: Sequence[Outcome]) -> Table:
    table = Table(title=f"targets ({OURS})")
    for name in ("what", "target", "measured", "met"):
        table.add_column(name, justify="right" if name in {"target", "measured"} else "left")
    for one in outcomes:
        measured = "not measured" if one.measured is None else f"{one.measured:,.3g}"
        met = {None: "–", True: "[green]yes[/green]", False: "[red]no[/red]"}[one.met]
        table.add_row(one.name, one.target, measured, met)
    return table
