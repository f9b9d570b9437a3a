"""Building systems, running queries through them, timing them."""

from __future__ import annotations

import contextlib
import datetime as dt
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from _relevance.collection import Collection
from _relevance.systems import Build, NotReadyError, System
from faqsearch.evaluation import Run, run_queries

SHOWN: Final = 10
"""How many hits a user gets; the times are of searches for so many."""

DEPTH: Final = 100
"""How many hits the measures look at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one system did.

    Attributes:
        run: The best ``DEPTH`` of every query.
        search_ms: Milliseconds of each search for the best ``SHOWN``, in the order of the queries.
        tokenize_ms: Milliseconds of tokenisation alone, in the same order.
        build_seconds: How long building took.
        unstable: Number of queries whose best ``SHOWN`` depend on how many hits are asked for.
    """

    run: Run
    search_ms: tuple[float, ...]
    tokenize_ms: tuple[float, ...]
    build_seconds: float
    unstable: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """All systems on one base.

    Attributes:
        measured: Name -> what it did.
        not_ready: Name -> why the system did not take part.
    """

    measured: Mapping[str, Measured]
    not_ready: Mapping[str, str]


def measure_all(
    builds: Mapping[str, Build], collection: Collection, now: dt.datetime, progress: Progress
) -> Field:
    """Build every system, run every query through it and time each; one that is not ready is left out."""
    measured: dict[str, Measured] = {}
    not_ready: dict[str, str] = {}
    task = progress.add_task("", total=3 * len(builds) * len(collection.queries))
    for number, (name, build) in enumerate(builds.items(), start=1):
        progress.update(task, description=f"{collection.name}: {name}")
        try:
            measured[name] = measure(build, collection, now, lambda: progress.advance(task))
        except NotReadyError as error:
            not_ready[name] = str(error)
        progress.update(task, completed=3 * number * len(collection.queries))
    progress.remove_task(task)
    return Field(measured=measured, not_ready=not_ready)


def measure(build: Build, collection: Collection, now: dt.datetime, advance: Callable[[], None]) -> Measured:
    """Build one system, time a search for every query, then search again as deep as the measures look.

    Raises:
        NotReadyError: If the system cannot take part.
    """
    started = time.perf_counter()
    system = build(collection.entries, now)
    build_seconds = time.perf_counter() - started
    # Not timed: the first search may still load something. It is none of the queries, lest one be cached.
    system.search("よくある質問", SHOWN)
    # Timed before anything else sees the queries, so that no cache has met their texts.
    shallow, search_ms = _timed(system, collection, advance)
    tokenize_ms = []
    for query in collection.queries:
        before = time.perf_counter_ns()
        system.tokenize(query.text)
        tokenize_ms.append((time.perf_counter_ns() - before) / 1e6)
        advance()
    run = run_queries(system.search, collection.queries, DEPTH, lambda _done, _total: advance())
    return Measured(
        run=run,
        search_ms=tuple(search_ms),
        tokenize_ms=tuple(tokenize_ms),
        build_seconds=build_seconds,
        unstable=sum(_ids(run, key) != _ids(shallow, key) for key in run),
    )


def percentile(milliseconds: tuple[float, ...], share: int) -> float:
    """Return a percentile, from 1 to 99, by linear interpolation; of one value, that value."""
    if len(milliseconds) == 1:
        return milliseconds[0]
    return statistics.quantiles(milliseconds, n=100, method="inclusive")[share - 1]


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Show a progress bar on the standard error, if that is a terminal; it is gone at the end."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield progress


def _timed(system: System, collection: Collection, advance: Callable[[], None]) -> tuple[Run, list[float]]:
    milliseconds: list[float] = []

    def search(text: str, k: int) -> list[tuple[str, float]]:
        before = time.perf_counter_ns()
        hits = system.search(text, k)
        milliseconds.append((time.perf_counter_ns() - before) / 1e6)
        return list(hits)

    run = run_queries(search, collection.queries, SHOWN, lambda _done, _total: advance())
    return run, milliseconds


def _ids(run: Run, query_id: str) -> list[str]:
    return [entry_id for entry_id, _ in run[query_id][:SHOWN]]
