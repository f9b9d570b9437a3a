"""The command ``tune``: fit the weights of a preset to one's own base."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from faqsearch.cli import terminal
from faqsearch.cli.base import open_base
from faqsearch.cli.options import (
    DEFAULT_PRESET,
    AudienceOption,
    CacheOption,
    FaqOption,
    JsonOption,
    QueriesOption,
    VocabularyOption,
)
from faqsearch.entry import JAPAN, Audience
from faqsearch.errors import InputError
from faqsearch.evaluation import read_qrels, read_queries
from faqsearch.evaluation.part_scores import PartScores, parts_of, score_parts, usable_queries
from faqsearch.evaluation.searched import Measure, measure_of
from faqsearch.evaluation.trec import Qrels
from faqsearch.evaluation.tuning import (
    OUTER_FOLDS,
    Figure,
    Interval,
    Tuning,
    check_labels,
    tune,
    with_weights,
)
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import Preset, analyze_query
from faqsearch.ranking.preset_writer import preset_toml, write_preset

_COMMAND = "tune"


def tune_command(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    faq: FaqOption,
    queries: QueriesOption,
    qrels: Annotated[
        Path,
        typer.Option(
            "--qrels", metavar="FILE", help="TREC judgements of the queries.", exists=True, dir_okay=False
        ),
    ],
    preset: Annotated[
        str,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="The preset whose weights are fitted; auto is the one that would rank.",
        ),
    ] = DEFAULT_PRESET,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="The preset to write (.toml).", dir_okay=False),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write the fitted weights even if they may rank worse.")
    ] = False,
    audience: AudienceOption = Audience.PUBLIC,
    vocabulary: VocabularyOption = None,
    cache: CacheOption = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of folds and intervals.")] = 0,
    json: JsonOption = False,
) -> None:
    """Fit the weights of a preset's parts to labelled queries, measured by nested cross-validation."""
    if output is not None and output.suffix != ".toml":
        raise InputError("--output must be the name of a .toml file; presets are read by that ending")
    base = open_base(faq, preset=preset, quiet=json, vocabulary=vocabulary, cache=cache)
    parts_of(base.preset.ranker)
    judged = read_qrels(qrels)
    scores, measure, left_out = _scores(base, queries, judged, audience, quiet=json)
    with terminal.progress("fitting", OUTER_FOLDS + 1, quiet=json) as advance:
        found = tune(scores, judged, seed=seed, progress=advance, measure=measure)
    tuned = _tuned(base.preset, found, faq.name, output)
    written = output is not None and (found.pays or force)
    if output is not None and written:
        write_preset(output, tuned, _comments(base.preset, found, faq.name))
    if json:
        terminal.emit_json(
            {
                "preset": base.preset.name,
                **found.to_dict(),
                "queries_left_out": left_out,
                "written": str(output) if written else None,
            }
        )
        return
    _show(terminal.out(), found, left_out)
    terminal.out().print(_verdict(base.preset, found, output, written=written), soft_wrap=True)
    if output is None and (found.pays or force):
        shown = preset_toml(tuned, _comments(base.preset, found, faq.name))
        terminal.out().print("\n" + shown, end="", soft_wrap=True)


def _scores(
    base: KnowledgeBase, queries: Path, judged: Qrels, audience: Audience, *, quiet: bool
) -> tuple[PartScores, Measure, int]:
    """Score the usable queries; return also how to measure them, and how many were not usable."""
    texts = {query.id: query.text for query in read_queries(queries)}
    view = base.view(audience)
    usable = usable_queries(tuple(texts), judged, view.snapshot)
    check_labels(usable, judged)
    with terminal.progress(f"scoring, {base.preset.name}", len(usable), quiet=quiet) as advance:
        analyzed = {
            query_id: analyze_query(base.analyzer, texts[query_id], view.resources) for query_id in usable
        }
        scores = score_parts(base.preset.ranker, view.snapshot, analyzed, judged, progress=advance)
    measure = measure_of(base.preset.ranker, view.snapshot, analyzed, judged, scores)
    return scores, measure, len(texts.keys() | judged.keys()) - len(usable)


def _tuned(preset: Preset, found: Tuning, base_name: str, output: Path | None) -> Preset:
    name = output.stem if output is not None and output.stem.strip() else f"{preset.name}-tuned"
    description = f"{preset.name}, its weights fitted to {found.queries} labelled queries of {base_name}"
    return with_weights(preset, found.fitted, name=name, description=description)


def _comments(preset: Preset, found: Tuning, base_name: str) -> list[str]:
    today = dt.datetime.now(JAPAN).date().isoformat()
    return [
        f"Preset {preset.name}, fitted to {base_name} by faqsearch {_COMMAND} on {today}.",
        f"{found.queries} queries in {found.groups} groups without a common entry, seed {found.seed}.",
        "Means and 95 % intervals, each query ranked by weights fitted without its group:",
        *(_line(measure, figure) for measure, figure in found.figures.items()),
        *(
            ()
            if found.pays
            else ("The gain is not certain; the weights were written all the same (--force).",)
        ),
    ]


def _show(console: Console, found: Tuning, left_out: int) -> None:
    groups = f"{found.groups} groups without a common relevant entry"
    console.print(f"{found.queries} queries in {groups}; {left_out} more left out", soft_wrap=True)
    console.print("each query ranked by weights fitted without its group; means and 95 % intervals:")
    for measure, figure in found.figures.items():
        console.print(_line(measure, figure), soft_wrap=True)
    weights = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    weights.add_column("part")
    weights.add_column("before", justify="right")
    weights.add_column("fitted", justify="right")
    for name, before, fitted in zip(found.names, found.before, found.fitted, strict=True):
        weights.add_row(name, f"{before:g}", f"{fitted:g}")
    console.print(weights, soft_wrap=True)


def _line(measure: str, figure: Figure) -> str:
    return (
        f"{measure}: {_interval(figure.before)} before, {_interval(figure.after)} after; "
        f"gain {_signed(figure.gain)}, p = {figure.p:.4f}"
    )


def _verdict(preset: Preset, found: Tuning, output: Path | None, *, written: bool) -> str:
    if found.pays:
        return f"{output}: written" if written else "the fitted weights rank better"
    if found.fitted == found.before:
        reason = "no other weights rank queries that were left out better"
    else:
        reason = "the interval of the gain in nDCG@10 includes a loss"
    if written:
        return f"{output}: written as forced, though {reason}"
    return f"{reason}: the weights of {preset.name} are kept, nothing is written (--force writes them)"


def _interval(value: Interval) -> str:
    return f"{value.mean:.4f} [{value.low:.4f}, {value.high:.4f}]"


def _signed(value: Interval) -> str:
    return f"{value.mean:+.4f} [{value.low:+.4f}, {value.high:+.4f}]"
