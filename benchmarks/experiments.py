"""Measure variants of presets, each a small TOML file, against a preset on folders of data.

    python benchmarks/experiments.py NAME... --data FOLDER... [--baseline PRESET] [--seed S]

A name is that of a file in benchmarks/experiments/ without ``.toml``, or the path of a file. EXPERIMENTS.md
says what the files may hold and keeps what came out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from _relevance.collection import REPOSITORY, Collection, load_folder, sample
from _relevance.measuring import Field, measure_all, percentile, progress_bar
from _relevance.record import MAIN, compare
from _relevance.systems import Build, build_preset
from _relevance.terminal import versus, wide_console
from _relevance.variants import Variant, read_variant
from rich import box
from rich.table import Table

from faqsearch.entry import JAPAN
from faqsearch.errors import FaqSearchError, InputError

VARIANTS = REPOSITORY / "benchmarks" / "experiments"
MEASURES = (MAIN, "recall@10", "success@1")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiments; return 0, or 2 after one line about bad input."""
    parser = argparse.ArgumentParser(description="Measure variants of presets against a preset.")
    parser.add_argument("names", nargs="+", metavar="NAME", help="of a file in benchmarks/experiments/")
    parser.add_argument("--data", type=Path, nargs="+", required=True, metavar="FOLDER")
    parser.add_argument("--baseline", metavar="PRESET", help="instead of the preset that each one extends")
    parser.add_argument("--limit-queries", type=int, metavar="N", help="draw N of the queries")
    parser.add_argument("--seed", type=int, default=0, help="of the draw, the tests and the intervals")
    options = parser.parse_args(arguments)
    try:
        now = dt.datetime.now(JAPAN)
        variants = [read_variant(_path(name)) for name in options.names]
        folders = [
            sample(load_folder(folder, now), options.limit_queries, options.seed) for folder in options.data
        ]
        return _run(variants, folders, options.baseline, options.seed, now)
    except FaqSearchError as error:
        print(error, file=sys.stderr)
        return 2


def _run(
    variants: Sequence[Variant],
    folders: Sequence[Collection],
    baseline: str | None,
    seed: int,
    now: dt.datetime,
) -> int:
    screen = wide_console()
    for reference in dict.fromkeys(baseline or variant.extends for variant in variants):
        chosen = [variant for variant in variants if (baseline or variant.extends) == reference]
        builds: dict[str, Build] = {reference: partial(build_preset, reference)}
        builds |= {variant.name: partial(build_preset, variant.preset) for variant in chosen}
        for collection in folders:
            with progress_bar() as progress:
                field = measure_all(builds, collection, now, progress)
            if reference not in field.measured:
                raise InputError(f"the baseline {reference} is not ready: {field.not_ready[reference]}")
            screen.print(_table(field, reference, collection, seed))
            for name, reason in field.not_ready.items():
                screen.print(f"{name}: not ready: {reason}", highlight=False, markup=False)
    return 0


def _table(field: Field, reference: str, collection: Collection, seed: int) -> Table:
    comparison = compare(field, reference, collection, seed)
    result = Table(
        title=f"{collection.name}: {len(collection.queries):,} queries, against {reference}",
        caption="differences with 95 % bootstrap intervals; p of a paired randomisation test by Holm",
        box=box.SIMPLE,
    )
    result.add_column("variant", no_wrap=True)
    for measure in MEASURES:
        for heading in (measure, "difference", "p", "won / lost / tied"):
            result.add_column(heading, justify="right", no_wrap=True)
    result.add_column("ms p50", justify="right", no_wrap=True)
    for name, system in field.measured.items():
        cells = [
            cell
            for measure in MEASURES
            for cell in (
                f"{comparison.means[name][measure]:.4f}",
                *versus(comparison.difference(name, measure)),
            )
        ]
        result.add_row(name, *cells, f"{percentile(system.search_ms, 50):.2f}")
    return result


def _path(name: str) -> Path:
    path = Path(name) if name.endswith(".toml") else VARIANTS / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in VARIANTS.glob("*.toml")))
        raise InputError(
            f"experiment came as {path.stem!r}; there are {known}, or give the path of a .toml file"
        )
    return path


if __name__ == "__main__":
    sys.exit(main())
