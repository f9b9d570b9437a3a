"""Fitted weights without flattery: a preset as shipped against nested cross-validation, on folders of data.

    python benchmarks/tuned.py FOLDER... [--preset lexical] [--seed S] [--out benchmarks/results]

A query is ranked by weights that were fitted, and whose regularisation was chosen, without the query and
without any that shares a relevant entry with it. README.md beside this file says what a folder holds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from _relevance.collection import REPOSITORY, Collection, load_folder

from faqsearch.entry import JAPAN, Audience
from faqsearch.errors import EncoderError, FaqSearchError
from faqsearch.evaluation.part_scores import score_parts, usable_queries
from faqsearch.evaluation.searched import measure_of
from faqsearch.evaluation.tuning import Interval, Tuning, tune
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import Preset, analyze_query, load_preset
from faqsearch.store import atomic


def tune_folder(collection: Collection, preset: Preset, now: dt.datetime, seed: int) -> Tuning:
    """Tune a preset to a folder's judgements, as operators see its entries.

    Raises:
        InputError: If the folder has too few judgements.
        EncoderError: If vectors that the preset needs could not be made.
    """
    base = KnowledgeBase(collection.entries, preset=preset, clock=lambda: now)
    base.wait_until_ready()
    view = base.view(Audience.OPERATOR)
    if view.preset is not preset:
        raise EncoderError(f"preset {preset.name} is not ready: vectors could not be made")
    texts = {query.id: query.text for query in collection.queries}
    qrels, ranker = collection.qrels, preset.ranker
    queries = {
        query_id: analyze_query(base.analyzer, texts[query_id], view.resources)
        for query_id in usable_queries(tuple(texts), qrels, view.snapshot)
    }
    scores = score_parts(ranker, view.snapshot, queries, qrels)
    return tune(scores, qrels, seed=seed, measure=measure_of(ranker, view.snapshot, queries, qrels, scores))


def result_name(folder: str, preset: str) -> str:
    """Return the name of the file of results: one for each folder and preset."""
    return "tuned-{}-{}.json".format(folder, re.sub(r"[^\w.-]+", "-", preset))


def _shown(value: Interval, sign: str = "") -> str:
    return f"{value.mean:{sign}.4f} [{value.low:{sign}.4f}, {value.high:{sign}.4f}]"


def _print(name: str, preset: str, found: Tuning) -> None:
    print(f"{name}, {preset}: {found.queries} queries in {found.groups} groups")
    for measure, figure in found.figures.items():
        before, after = _shown(figure.before), _shown(figure.after)
        print(f"  {measure}: {before} shipped, {after} fitted (nested CV)")
        print(f"    gain {_shown(figure.gain, '+')}, p = {figure.p:.4f}")
    weights = zip(found.names, found.before, found.fitted, strict=True)
    moved = ", ".join(f"{part} {before:g} -> {fitted:g}" for part, before, fitted in weights)
    print(f"  fitted on all: {moved}; {'pays' if found.pays else 'does not pay'}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", metavar="FOLDER", type=Path, nargs="+")
    parser.add_argument("--preset", default="lexical", help="name, or path of a .toml file")
    parser.add_argument("--seed", type=int, default=0, help="of the folds, the tests and the intervals")
    parser.add_argument(
        "--out", type=Path, default=REPOSITORY / "benchmarks/results", help="folder of results"
    )
    options = parser.parse_args(arguments)
    now = dt.datetime.now(JAPAN)
    try:
        preset = load_preset(options.preset)
        for folder in options.folders:
            collection = load_folder(folder, now)
            found = tune_folder(collection, preset, now, options.seed)
            _print(collection.name, preset.name, found)
            record = {"folder": collection.name, "data": collection.hash(), "preset": preset.name}
            document = json.dumps({**record, **found.to_dict()}, ensure_ascii=False, indent=2) + "\n"
            options.out.mkdir(parents=True, exist_ok=True)
            atomic.write_bytes(
                options.out / result_name(collection.name, preset.name), document.encode("utf-8")
            )
    except FaqSearchError as error:
        print(f"tuned.py: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
