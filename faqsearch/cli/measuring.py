"""The commands ``run`` and ``evaluate``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from faqsearch.cli import terminal
from faqsearch.cli.base import check_ranked, open_base
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    CacheOption,
    FaqOption,
    JsonOption,
    PresetOption,
    QueriesOption,
    VocabularyOption,
)
from faqsearch.entry import Audience
from faqsearch.errors import InputError, shown
from faqsearch.evaluation import (
    Comparison,
    Difference,
    Query,
    Ranking,
    evaluate_runs,
    read_qrels,
    read_queries,
    run_queries,
    write_run,
)
from faqsearch.evaluation.measures import MEASURES
from faqsearch.knowledge_base import MAX_K, KnowledgeBase
from faqsearch.readiness import AUTO

_DEPTH = 100


def run(
    faq: FaqOption,
    queries: QueriesOption,
    out: Annotated[
        Path, typer.Option("--out", metavar="FILE", help="The run file to write.", dir_okay=False)
    ],
    preset: PresetOption = DEFAULT_PRESET,
    k: Annotated[
        int, typer.Option("-k", min=1, max=MAX_K, help="How many results a query at most.")
    ] = _DEPTH,
    audience: AudienceOption = Audience.PUBLIC,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    json: JsonOption = False,
) -> None:
    """Search for every query of a file and write a TREC run: query, Q0, entry, rank, score, preset."""
    asked = read_queries(queries)
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, cache=cache)
    found = _ranked(base, asked, k=k, audience=audience, quiet=json)
    write_run(out, found, base.preset.name)
    counts = {
        "queries": len(asked),
        "lines": sum(map(len, found.values())),
        "queries_without_hits": sum(not ranking for ranking in found.values()),
    }
    if json:
        terminal.emit_json({"out": str(out), "preset": base.preset.name, **counts})
        return
    lines = (
        f"{counts['lines']} lines for {len(asked)} queries ({counts['queries_without_hits']} without hits)"
    )
    terminal.out().print(f"{out}: {lines}, preset {base.preset.name}", soft_wrap=True)


def evaluate(
    faq: FaqOption,
    queries: QueriesOption,
    qrels: Annotated[
        Path,
        typer.Option(
            "--qrels", metavar="FILE", help="TREC judgements of the queries.", exists=True, dir_okay=False
        ),
    ],
    presets: Annotated[
        str, typer.Option("--presets", metavar="A,B", help="Presets to compare; the first is the reference.")
    ] = DEFAULT_PRESET,
    audience: AudienceOption = Audience.PUBLIC,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    json: JsonOption = False,
) -> None:
    """Measure presets on judged queries, each compared with the first by a paired randomisation test."""
    names = _preset_names(presets)
    asked, judged = read_queries(queries), read_qrels(qrels)
    bases = _bases(faq, names, vocabulary, cache, quiet=json)
    runs = {
        name: _ranked(base, asked, k=_DEPTH, audience=audience, quiet=json) for name, base in bases.items()
    }
    comparison = evaluate_runs(runs, judged)
    if json:
        terminal.emit_json(comparison.to_dict(per_query=False))
    else:
        _show(terminal.out(), comparison)


def _ranked(
    base: KnowledgeBase, queries: Sequence[Query], *, k: int, audience: Audience, quiet: bool
) -> dict[str, Ranking]:
    def search(text: str, k: int) -> list[tuple[str, float]]:
        result = base.search(text, k=k, audience=audience)
        check_ranked(result.preset, base, base.preset.name)  # no mixed runs, whatever was asked for
        return [(hit.id, hit.score) for hit in result.hits]

    with terminal.progress(f"searching, {base.preset.name}", len(queries), quiet=quiet) as advance:
        return run_queries(search, queries, k, lambda _done, _all: advance())


def _bases(
    faq: Path, names: Sequence[str], vocabulary: Path | None, cache: Path | None, *, quiet: bool
) -> dict[str, KnowledgeBase]:
    """Open the file once a preset; ``auto`` goes by the name of the preset that it is."""
    bases: dict[str, KnowledgeBase] = {}
    for name in names:
        base = open_base(faq, preset=name, quiet=quiet, vocabulary=vocabulary, cache=cache)
        label = base.preset.name if name == AUTO else name
        if label in bases:
            raise InputError(f"--presets names {label} twice: {AUTO} is {label} here; leave one out")
        bases[label] = base
    return bases


def _preset_names(presets: str) -> list[str]:
    names = [name.strip() for name in presets.split(",")]
    if not all(names) or len(set(names)) < len(names):
        raise InputError(f"--presets came as {shown(presets)}; name each preset once, separated by commas")
    return names


def _show(console: Console, comparison: Comparison) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("preset")
    for measure in MEASURES:
        table.add_column(measure, justify="right")
    table.add_column("no hits", justify="right")
    for name in comparison.systems:
        means = (f"{comparison.means[name][measure]:.4f}" for measure in MEASURES)
        table.add_row(name, *means, str(comparison.without_hits[name]))
    console.print(table)
    left_out = f"{comparison.without_relevant} more without a relevant entry left out"
    console.print(f"{len(comparison.queries)} queries; {left_out}")
    for found in comparison.differences:
        console.print(_difference(found), soft_wrap=True)


def _difference(found: Difference) -> str:
    return (
        f"{found.system} - {found.reference}  {found.measure}: {found.mean:+.4f} "
        f"[{found.low:+.4f}, {found.high:+.4f}]  p={found.p:.4f} (Holm {found.p_holm:.4f})  "
        f"{found.won} won, {found.lost} lost, {found.tied} tied"
    )
