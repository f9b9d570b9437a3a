"""Print the ladder of systems on folders of data, and keep raw rows, summary and a report with plots.

    python benchmarks/relevance.py FOLDER... [--baseline PRESET] [--ablation PRESET,...|none]
        [--systems NAME,...] [--limit-queries N] [--seed S] [--out benchmarks/results]

README.md beside this file says what a folder holds, what runs and what is written.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from _relevance.ablation import ablations
from _relevance.collection import REPOSITORY, Collection, load_folder, sample, shown_path
from _relevance.measuring import Field, measure_all, progress_bar
from _relevance.page import render
from _relevance.record import Findings, command_of, compare, read_records, write
from _relevance.systems import OURS, Build, ladder
from _relevance.terminal import ablation_table, ladder_table, wide_console

from faqsearch.entry import JAPAN
from faqsearch.errors import FaqSearchError, InputError
from faqsearch.ranking import load_preset, preset_names
from faqsearch.store import atomic

RESULTS = REPOSITORY / "benchmarks" / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 0, or 2 after one line about bad input."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except FaqSearchError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Print the ladder of systems on folders of data.")
    parser.add_argument("folders", type=Path, nargs="+", metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--baseline", default="lexical", metavar="PRESET", help="all others against this one")
    parser.add_argument("--ablation", metavar="PRESET,...", help="presets to take apart, or none")
    parser.add_argument("--systems", metavar="NAME,...", help="only these, and the baseline")
    parser.add_argument("--limit-queries", type=int, metavar="N", help="draw N of the queries")
    parser.add_argument("--seed", type=int, default=0, help="of the draw, the tests and the intervals")
    return parser


def _run(options: argparse.Namespace) -> int:
    now = dt.datetime.now(JAPAN)
    systems = _systems(options.systems, options.baseline)
    presets = _presets(options.ablation, options.baseline)
    collections = [
        sample(load_folder(folder, now), options.limit_queries, options.seed) for folder in options.folders
    ]
    _check_names(collections)
    screen = wide_console()
    for folder, collection in zip(options.folders, collections, strict=True):
        findings = _measure(
            collection, systems, presets, options, command_of("relevance.py", folder, _words(options))
        )
        screen.print(ladder_table(findings))
        for name, reason in findings.field.not_ready.items():
            screen.print(f"{name}: not ready: {reason}", highlight=False, markup=False)
        for preset in findings.ablations:
            screen.print(ablation_table(findings, preset))
        for path in write(findings, options.out, now):
            screen.print(f"wrote {shown_path(path)}", highlight=False)
    report = options.out / "relevance.html"
    atomic.write_bytes(report, render(read_records(options.out)).encode("utf-8"))
    screen.print(f"wrote {shown_path(report)}", highlight=False)
    return 0


def _measure(
    collection: Collection,
    systems: dict[str, Build],
    presets: Sequence[str],
    options: argparse.Namespace,
    command: str,
) -> Findings:
    now = dt.datetime.now(JAPAN)
    baseline = OURS + options.baseline
    with progress_bar() as progress:
        field = measure_all(systems, collection, now, progress)
        if baseline not in field.measured:
            raise InputError(f"--baseline {options.baseline} is not ready: {field.not_ready[baseline]}")
        taken: dict[str, Field] = {}
        for preset in presets:
            # What is not ready as a whole was said above; there is nothing to take apart.
            if OURS + preset not in field.not_ready:
                taken[preset] = measure_all(ablations(load_preset(preset)), collection, now, progress)
        return Findings(
            collection=collection,
            baseline=baseline,
            field=field,
            comparison=compare(field, baseline, collection, options.seed),
            ablations=taken,
            compared_ablations={
                preset: compare(variants, "", collection, options.seed) for preset, variants in taken.items()
            },
            seed=options.seed,
            command=command,
        )


def _systems(wanted: str | None, baseline: str) -> dict[str, Build]:
    known = ladder()
    if OURS + baseline not in known:
        raise InputError(f"--baseline came as {baseline!r:.80}; allowed are {', '.join(preset_names())}")
    if wanted is None:
        return known
    names = {*wanted.split(","), OURS + baseline}
    for name in sorted(names - set(known)):
        raise InputError(f"--systems holds {name!r:.80}; allowed are {', '.join(known)}")
    return {name: build for name, build in known.items() if name in names}


def _presets(wanted: str | None, baseline: str) -> list[str]:
    if wanted == "none":
        return []
    names = [baseline] if wanted is None else wanted.split(",")
    for name in names:
        if name not in preset_names():
            raise InputError(f"--ablation holds {name!r:.80}; allowed are none, {', '.join(preset_names())}")
    return names


def _check_names(collections: Sequence[Collection]) -> None:
    names = [collection.name for collection in collections]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"two folders are called {name!r}; give folders of different names")


def _words(options: argparse.Namespace) -> list[str]:
    words = []
    for option in ("baseline", "ablation", "systems", "limit_queries"):
        value = getattr(options, option)
        if value is not None and (option, value) != ("baseline", "lexical"):
            words += [f"--{option.replace('_', '-')}", shlex.quote(str(value))]
    return [*words, "--seed", str(options.seed)]


if __name__ == "__main__":
    sys.exit(main())
