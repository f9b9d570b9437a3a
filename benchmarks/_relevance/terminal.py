"""The tables on the terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table

from _relevance.measuring import percentile
from _relevance.record import MAIN, Findings
from faqsearch.evaluation import Difference
from faqsearch.evaluation.measures import DEEP_MEASURES


def wide_console() -> Console:
    """Return a console wide enough for the tables: narrower, they would lose figures."""
    return Console(width=max(230, Console().width))


def ladder_table(findings: Findings) -> Table:
    """Lay out every system: quality, difference from the baseline, times."""
    collection, comparison = findings.collection, findings.comparison
    result = Table(
        title=f"{collection.name}: {len(collection.entries):,} entries, {len(collection.queries):,} queries",
        caption=f"difference, won: {MAIN} against {findings.baseline}; 95 % bootstrap interval; p by Holm",
        box=box.SIMPLE,
    )
    for heading in ("system", *DEEP_MEASURES, "difference", "p", "won / lost / tied"):
        result.add_column(heading, justify="left" if heading == "system" else "right", no_wrap=True)
    for heading in ("ms p50", "p95", "tokens p50", "x tokens"):
        result.add_column(heading, justify="right", no_wrap=True)
    for name, system in findings.field.measured.items():
        search, tokens = percentile(system.search_ms, 50), percentile(system.tokenize_ms, 50)
        result.add_row(
            name,
            *(f"{comparison.means[name][measure]:.3f}" for measure in DEEP_MEASURES),
            *versus(comparison.difference(name, MAIN)),
            f"{search:.2f}",
            f"{percentile(system.search_ms, 95):.2f}",
            f"{tokens:.2f}",
            f"{search / tokens:.1f}" if tokens else "",
        )
    return result


def ablation_table(findings: Findings, preset: str) -> Table:
    """Lay out what each thing left out of a preset costs."""
    field, comparison = findings.ablations[preset], findings.compared_ablations[preset]
    mean = comparison.means[""][MAIN]
    result = Table(
        title=f"{findings.collection.name}: {preset} ({mean:.3f}) with one thing less", box=box.SIMPLE
    )
    for heading in ("without", f"{MAIN} difference", "p", "won / lost / tied", "ms p50"):
        result.add_column(heading, justify="left" if heading == "without" else "right", no_wrap=True)
    for name, system in field.measured.items():
        row = versus(comparison.difference(name, MAIN))
        result.add_row(name or "(nothing)", *row, f"{percentile(system.search_ms, 50):.2f}")
    for name, reason in field.not_ready.items():
        result.add_row(name, reason, "", "", "")
    return result


def versus(found: Difference | None) -> tuple[str, str, str]:
    """Word a difference: mean with interval, p, and queries won, lost, tied."""
    if found is None:
        return "", "", ""
    interval = f"{found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
    return interval, f"{found.p_holm:.4f}", f"{found.won} / {found.lost} / {found.tied}"
