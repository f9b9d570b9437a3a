"""Clocks, memory and bandwidth."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

Times: TypeAlias = list[float]
"""Milliseconds, one for each query."""

SHARES: Final = (50, 95, 99)
_BOOKS: Final = {
    "smaps_rollup": {"Anonymous": "anonymous", "Rss": "resident"},
    "status": {"VmHWM": "peak"},
}
_TURN: Final = 20
_BANDWIDTH_BYTES: Final = 400_000_000


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99."""
    found = np.percentile(times, SHARES)
    return {f"p{share}": round(float(value), 4) for share, value in zip(SHARES, found, strict=True)}


def timed(work: Callable[[Any], object], queries: Sequence[Any]) -> Times:
    """Time a piece of work for each query, in milliseconds."""
    times = []
    for query in queries:
        start = time.perf_counter()
        work(query)
        times.append((time.perf_counter() - start) * 1e3)
    return times


def timed_by_threads(
    work: Callable[[Any], object], queries: Sequence[Any], threads: int
) -> tuple[Times, float]:
    """Let threads share the queries: each one's time in milliseconds, and queries answered a second."""
    with ThreadPoolExecutor(threads) as pool:
        start = time.perf_counter()
        parts = list(pool.map(lambda n: timed(work, queries[n::threads]), range(threads)))
        seconds = time.perf_counter() - start
    return [one for part in parts for one in part], len(queries) / seconds


def rounds(
    systems: Mapping[str, tuple[Callable[[Any], object], int]],
    queries: Sequence[Any],
    count: int,
    threads: int = 2,
) -> list[dict[str, Any]]:
    """Time systems in turns, so that what else the machine does meets all of them alike.

    Args:
        systems: Name to the search, and to how many of the queries it answers; the first is the one with
            which the others are compared.
        queries: The queries.
        count: Number of rounds. In each the systems take turns at blocks of queries, one query at a time, and
            the one that begins changes; then each answers all its queries by threads.
        threads: How many threads answer at once.

    Returns:
        A row for each system: percentiles over all rounds, with one thread and with several, and the median
        over the rounds of its p50 divided by that of the first system on the same queries.
    """
    names = list(systems)
    single: dict[str, list[Times]] = {name: [[] for _ in range(count)] for name in names}
    parallel: dict[str, Times] = {name: [] for name in names}
    rates: dict[str, list[float]] = {name: [] for name in names}
    for number in range(count):
        gc.collect()
        for turn, start in enumerate(range(0, len(queries), _TURN), start=number):
            for name in (names[(turn + place) % len(names)] for place in range(len(names))):
                search, limit = systems[name]
                single[name][number] += timed(search, queries[start : min(start + _TURN, limit)])
        for name, (search, limit) in systems.items():
            times, rate = timed_by_threads(search, queries[:limit], threads)
            parallel[name] += times
            rates[name].append(rate)
    return [
        {
            "system": name,
            "queries": len(single[name][0]),
            "rounds": count,
            **percentiles([one for times in single[name] for one in times]),
            **_ratios(single[name], single[names[0]]),
            f"{threads} threads": percentiles(parallel[name]),
            f"{threads} threads, queries/s": round(statistics.median(rates[name]), 1),
        }
        for name in names
    ]


def _ratios(theirs: Sequence[Times], first: Sequence[Times]) -> dict[str, Any]:
    """Compare the p50 of each round with that of the first system on the same queries."""
    found = [
        float(np.median(one) / np.median(other[: len(one)])) for one, other in zip(theirs, first, strict=True)
    ]
    return {
        "p50 / first": round(statistics.median(found), 4),
        "lowest and highest": [round(min(found), 4), round(max(found), 4)],
    }


def memory() -> dict[str, float]:
    """Return what this process takes, in MB: anonymous and resident memory now, and its peak.

    By Linux's own books, whose peak is that of this program; ``getrusage`` adds what was before ``exec``.
    """
    gc.collect()
    kept: dict[str, float] = {}
    for file, names in _BOOKS.items():
        lines = Path("/proc/self", file).read_text(encoding="utf-8").splitlines()
        fields = dict(line.split(":", 1) for line in lines if ":" in line)
        kept |= {name: round(int(fields[key].split()[0]) / 1024, 1) for key, name in names.items()}
    return kept


def peak(process: str = "self") -> float:
    """Return the peak of resident memory of a process, in MB; 0 for one that has ended."""
    try:
        lines = Path("/proc", process, "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return max(
        (round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith("VmHWM")), default=0.0
    )


def reset_peak() -> None:
    """Let the peak of this process begin anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def bandwidth() -> float:
    """Return how many bytes a second one thread reads from memory: the best of several sums."""
    values = np.ones(_BANDWIDTH_BYTES // 8)
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        values.sum()
        best = min(best, time.perf_counter() - start)
    return values.nbytes / best


def size_on_disk(path: Path) -> int:
    """Return the bytes of a file, or of all files of a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
