"""Print the ladder of baselines on a folder of data, and keep the raw rows.

    python benchmarks/relevance.py DATA_FOLDER [--out benchmarks/results] [--limit-queries N] [--seed S]

README.md beside this file says what the folder holds, what runs and what is written.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import importlib.metadata
import io
import json
import os
import platform
import random
import re
import shlex
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeAlias

import bm25s
import numpy as np
import sudachipy
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi
from rich import box
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from faqsearch.entry import JAPAN, Audience, FaqEntry
from faqsearch.errors import EvaluationError, FaqSearchError, InputError
from faqsearch.evaluation import (
    Comparison,
    Qrels,
    Query,
    Run,
    Search,
    evaluate_runs,
    read_labels,
    read_qrels,
    read_queries,
    run_queries,
    scored_queries,
)
from faqsearch.evaluation.measures import MEASURES
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.store import atomic
from faqsearch.store.formats import read_entries

REPOSITORY: Final = Path(__file__).resolve().parent.parent
RESULTS: Final = REPOSITORY / "benchmarks" / "results"
DEPTH: Final = 10
REFERENCE: Final = "faqsearch-lexical"
PACKAGES: Final = (
    "bm25s",
    "faqsearch",
    "ir-measures",
    "numpy",
    "pytrec-eval-terrier",
    "rank-bm25",
    "rich",
    "scikit-learn",
    "scipy",
    "sudachidict-core",
    "sudachipy",
)

Tokenize: TypeAlias = Callable[[str], list[str]]
Build: TypeAlias = Callable[[Sequence[FaqEntry], dt.datetime], Search]


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """What one data folder holds.

    Attributes:
        name: Name of the folder.
        entries: Every entry an operator can see today.
        queries: The queries that have a relevant entry, in file order.
        qrels: The judgements of these queries.
        hashes: File name -> SHA-256 of its bytes, hexadecimal.
    """

    name: str
    entries: tuple[FaqEntry, ...]
    queries: tuple[Query, ...]
    qrels: Qrels
    hashes: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one system did: its run, and milliseconds per query in the order of the queries."""

    run: Run
    milliseconds: tuple[float, ...]
    build_seconds: float


def load_folder(folder: Path, now: dt.datetime) -> Collection:
    """Read entries, queries and judgements; see README.md for the files.

    Raises:
        InputError: If a file that must be there is missing.
        FormatError: If a file cannot be read as it stands.
        EvaluationError: If no query has a relevant entry.
    """
    faq = _first(folder, "faq.jsonl", "faq.csv")
    if (folder / "queries.jsonl").is_file():
        texts, labels = folder / "queries.jsonl", _first(folder, "qrels.txt")
        qrels = read_qrels(labels)
    else:
        texts = labels = _first(folder, "inquiries.jsonl")
        qrels = read_labels(labels)
    answerable = set(scored_queries(qrels))
    queries = tuple(query for query in read_queries(texts) if query.id in answerable)
    if not queries:
        raise EvaluationError(f"{labels.name} marks nothing as relevant for any query of {texts.name}")
    today = now.astimezone(JAPAN).date()
    return Collection(
        name=folder.resolve().name,
        entries=tuple(entry for entry in read_entries(faq) if entry.is_visible(Audience.OPERATOR, today)),
        queries=queries,
        qrels={query.id: qrels[query.id] for query in queries},
        hashes={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in {faq, texts, labels}},
    )


def sample(collection: Collection, limit: int | None, seed: int) -> Collection:
    """Return the collection with at most ``limit`` queries, drawn by ``seed``, still in file order."""
    if limit is None or limit >= len(collection.queries):
        return collection
    if limit < 1:
        raise InputError(f"--limit-queries came as {limit}; give at least 1")
    chosen = sorted(random.Random(seed).sample(range(len(collection.queries)), limit))
    queries = tuple(collection.queries[place] for place in chosen)
    return replace(collection, queries=queries, qrels={key.id: collection.qrels[key.id] for key in queries})


def _first(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise InputError(
        f"the folder {folder.name!r} holds no {' or '.join(names)}; benchmarks/README.md says more"
    )


def document(entry: FaqEntry) -> str:
    """Return the text under which the baselines index an entry."""
    return "\n".join((entry.question, entry.answer, *entry.variants))


def sudachi_tokens(mode: sudachipy.SplitMode, form: str) -> Tokenize:
    """Return a function text -> all morphemes of a split mode, as ``surface`` or ``normalized_form``."""
    tokenizer = sudachipy.Dictionary().tokenizer(mode=mode)

    def tokenize(text: str) -> list[str]:
        # Sudachi takes 49,149 bytes at a time, and no lone surrogates.
        clean = text.encode("utf-8", "replace").decode("utf-8")
        pieces = (clean[start : start + 10_000] for start in range(0, len(clean), 10_000))
        return [getattr(morpheme, form)() for piece in pieces for morpheme in tokenizer.tokenize(piece)]

    return tokenize


def bigrams(text: str) -> list[str]:
    """Return the overlapping character pairs of each run of word characters; a lone character stays."""
    runs = re.findall(r"\w+", unicodedata.normalize("NFKC", text).lower())
    return [pair for run in runs for pair in ([run[i : i + 2] for i in range(len(run) - 1)] or [run])]


def bm25s_tokens(text: str) -> list[str]:
    """Return what ``bm25s.tokenize`` makes of a text when nothing is set: the road of a newcomer."""
    tokens: list[str] = bm25s.tokenize([text], return_ids=False, show_progress=False)[0]
    return tokens


def rank_bm25(tokenize: Tokenize, entries: Sequence[FaqEntry]) -> Search:
    """Return a search by ``BM25Okapi`` with its own parameters."""
    model = BM25Okapi([tokenize(document(entry)) for entry in entries])
    ids = [entry.id for entry in entries]
    return lambda text, k: best(ids, np.asarray(model.get_scores(tokenize(text))), k)


def bm25s_search(tokenize: Tokenize, entries: Sequence[FaqEntry]) -> Search:
    """Return a search by ``bm25s.BM25`` with its own parameters."""
    model = bm25s.BM25()
    model.index([tokenize(document(entry)) for entry in entries], show_progress=False)
    ids = [entry.id for entry in entries]

    def search(text: str, k: int) -> Sequence[tuple[str, float]]:
        tokens = tokenize(text)
        return best(ids, np.asarray(model.get_scores(tokens)), k) if tokens else ()

    return search


def best(ids: Sequence[str], scores: NDArray[np.floating], k: int) -> list[tuple[str, float]]:
    """Return the k best of the documents that share a term with the query, by (-score, id)."""
    found = np.flatnonzero(scores)
    if found.size > k:
        found = found[scores[found] >= np.partition(scores[found], -k)[-k]]
    ranked = sorted((-float(scores[place]), ids[place]) for place in found.tolist())
    return [(entry_id, -negated) for negated, entry_id in ranked[:k]]


def preset(name: str) -> Build:
    """Return the builder of one of our presets: the road every user takes, ``KnowledgeBase.search``."""

    def build(entries: Sequence[FaqEntry], now: dt.datetime) -> Search:
        base = KnowledgeBase(entries, preset=name, clock=lambda: now)
        return lambda text, k: [
            (hit.id, hit.score) for hit in base.search(text, k=k, audience=Audience.OPERATOR).hits
        ]

    return build


LADDER: Final[Mapping[str, Build]] = {
    "bm25s-default-tokenizer": lambda entries, _: bm25s_search(bm25s_tokens, entries),
    "rank-bm25-sudachi-c-surface": lambda entries, _: rank_bm25(
        sudachi_tokens(sudachipy.SplitMode.C, "surface"), entries
    ),
    "rank-bm25-sudachi-a-normalized": lambda entries, _: rank_bm25(
        sudachi_tokens(sudachipy.SplitMode.A, "normalized_form"), entries
    ),
    "bm25s-character-bigrams": lambda entries, _: bm25s_search(bigrams, entries),
    "faqsearch-tfidf": preset("tfidf"),
    "faqsearch-bm25": preset("bm25"),
    REFERENCE: preset("lexical"),
}
"""Every system by name, from the plainest to ours."""


def measure_system(
    build: Build, collection: Collection, now: dt.datetime, advance: Callable[[], None]
) -> Measured:
    """Build one system, run every query through it and time each."""
    started = time.perf_counter()
    search = build(collection.entries, now)
    build_seconds = time.perf_counter() - started
    search(collection.queries[0].text, DEPTH)  # not timed: the first search may still load something
    milliseconds: list[float] = []

    def timed(text: str, k: int) -> Sequence[tuple[str, float]]:
        before = time.perf_counter_ns()
        hits = search(text, k)
        milliseconds.append((time.perf_counter_ns() - before) / 1e6)
        return hits

    run = run_queries(timed, collection.queries, DEPTH, lambda _done, _total: advance())
    return Measured(run=run, milliseconds=tuple(milliseconds), build_seconds=build_seconds)


def measure_all(collection: Collection, now: dt.datetime) -> dict[str, Measured]:
    """Measure every system of the ladder; a progress bar goes to the standard error."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(LADDER) * len(collection.queries))
        measured = {}
        for name, build in LADDER.items():
            progress.update(task, description=name)
            measured[name] = measure_system(build, collection, now, lambda: progress.advance(task))
    return measured


def table(collection: Collection, measured: Mapping[str, Measured], comparison: Comparison) -> Table:
    """Return the ladder as a table for the terminal."""
    title = f"{collection.name}: {len(collection.entries):,} entries, {len(comparison.queries):,} queries"
    caption = f"difference, wins: nDCG@10 against {REFERENCE}; 95 % bootstrap interval; p by Holm"
    result = Table(title=title, caption=caption, box=box.SIMPLE)
    for heading in ("system", *MEASURES, "ms p50", "difference", "p", "lexical won\n/ lost / tied"):
        result.add_column(heading, justify="left" if heading == "system" else "right", no_wrap=True)
    for name, system in measured.items():
        means = [f"{comparison.means[name][measure]:.3f}" for measure in MEASURES]
        found = comparison.difference(name, "nDCG@10")
        versus = ("", "", "")
        if found is not None:
            interval = f"{found.mean:+.3f} [{found.low:+.3f}, {found.high:+.3f}]"
            # The table speaks of the preset's wins; the record counts those of the other system.
            versus = (interval, f"{found.p_holm:.4f}", f"{found.lost} / {found.won} / {found.tied}")
        result.add_row(name, *means, f"{statistics.median(system.milliseconds):.2f}", *versus)
    return result


def rows(measured: Mapping[str, Measured], collection: Collection, comparison: Comparison) -> str:
    """Return the raw rows as CSV: ids and values, never a text."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(["system", "query", *MEASURES, "hits", "ms"])
    for name, system in measured.items():
        for query, milliseconds in zip(collection.queries, system.milliseconds, strict=True):
            values = [repr(comparison.values[name][measure][query.id]) for measure in MEASURES]
            hits = " ".join(entry_id for entry_id, _ in system.run[query.id])
            writer.writerow([name, query.id, *values, hits, f"{milliseconds:.4f}"])
    return file.getvalue()


def summary(
    measured: Mapping[str, Measured],
    collection: Collection,
    comparison: Comparison,
    command: str,
    now: dt.datetime,
) -> dict[str, object]:
    """Return everything needed to judge the figures and to get them again."""
    known = {entry.id for entry in collection.entries}
    relevant = {key for judged in collection.qrels.values() for key, grade in judged.items() if grade >= 1}
    hashes = dict(sorted(collection.hashes.items()))
    return {
        "command": command,
        "date": now.astimezone(JAPAN).isoformat(timespec="seconds"),
        "folder": collection.name,
        "files_sha256": hashes,
        "data_sha256": hashlib.sha256(json.dumps(hashes).encode()).hexdigest(),
        "entries": len(collection.entries),
        "queries": len(collection.queries),
        "relevant_entries_not_in_the_base": len(relevant - known),
        "machine": machine(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "timings": {
            name: {
                "build_seconds": round(system.build_seconds, 3),
                "ms_p50": round(statistics.median(system.milliseconds), 4),
            }
            for name, system in measured.items()
        },
        "comparison": comparison.to_dict(per_query=False),
    }


def machine() -> dict[str, object]:
    """Return what kind of machine this is, and nothing by which to find it."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        named = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
        model = named[1] if named else model
    return {"cpu": model, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}


def shown_path(path: Path) -> str:
    """Return a path as results may quote it: inside the repository in full, elsewhere its last name."""
    resolved = path.resolve()
    return str(resolved.relative_to(REPOSITORY)) if resolved.is_relative_to(REPOSITORY) else resolved.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; return 0, or 2 after one line about bad input."""
    parser = argparse.ArgumentParser(description="Print the ladder of baselines on a folder of data.")
    parser.add_argument("folder", type=Path, metavar="DATA_FOLDER")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results")
    parser.add_argument("--limit-queries", type=int, metavar="N", help="draw N of the queries")
    parser.add_argument("--seed", type=int, default=0, help="of the draw and of the tests")
    options = parser.parse_args(arguments)
    words = ["python", "benchmarks/relevance.py", shown_path(options.folder)]
    if options.limit_queries is not None:
        words += ["--limit-queries", str(options.limit_queries)]
    command = shlex.join([*words, "--seed", str(options.seed)])
    try:
        benchmark(options.folder, options.out, options.limit_queries, options.seed, command)
    except FaqSearchError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def benchmark(folder: Path, out: Path, limit: int | None, seed: int, command: str) -> None:
    """Measure, print and write; see the module."""
    now = dt.datetime.now(JAPAN)
    collection = sample(load_folder(folder, now), limit, seed)
    measured = measure_all(collection, now)
    # The first run is the reference of every difference.
    names = sorted(measured, key=lambda name: name != REFERENCE)
    comparison = evaluate_runs({name: measured[name].run for name in names}, collection.qrels, seed=seed)
    screen = Console(width=max(160, Console().width))  # narrower, the table would lose figures
    screen.print(table(collection, measured, comparison))
    out.mkdir(parents=True, exist_ok=True)
    record = json.dumps(summary(measured, collection, comparison, command, now), ensure_ascii=False, indent=2)
    written = {"summary.json": record + "\n", "rows.csv": rows(measured, collection, comparison)}
    for suffix, content in written.items():
        path = out / f"relevance-{collection.name}-{suffix}"
        atomic.write_bytes(path, content.encode("utf-8"))
        screen.print(f"wrote {shown_path(path)}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
