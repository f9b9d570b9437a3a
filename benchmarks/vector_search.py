"""Measure how rows of vectors are best stored and searched: size, time, agreement, recall.

    python benchmarks/vector_search.py            # about two minutes; prints the tables
    python benchmarks/vector_search.py --write    # also writes results/vector_search.json

The vectors are made from a fixed seed, clustered as texts of an FAQ are: no downloaded data is needed.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders import ExactIndex, HnswIndex, PassageMatrix

RESULT: Final = Path(__file__).parent / "results/vector_search.json"
DIMENSIONS: Final = 384
SIZES: Final = (2_000, 20_000, 200_000)
QUERIES: Final = 40
K: Final = 10
CLUSTER: Final = 50
BLOCK: Final = 1_024


def vectors(count: int, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return rows and queries of length 1: one cluster for each 50 rows, a query near a row."""
    random = np.random.default_rng(seed)
    topics = random.standard_normal((24, DIMENSIONS), dtype=np.float32)
    mixtures = random.standard_normal((count // CLUSTER, 24), dtype=np.float32)
    centres = unit(mixtures @ topics)
    rows = centres[random.integers(len(centres), size=count)]
    rows += 0.035 * random.standard_normal((count, DIMENSIONS), dtype=np.float32)
    near = rows[random.integers(count, size=QUERIES)]
    queries = near + 0.035 * random.standard_normal(near.shape, dtype=np.float32)
    return unit(rows), unit(queries)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide each row by its length."""
    units: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return units


def best(similarities: NDArray[Any]) -> set[int]:
    """Return the ``K`` rows of highest similarity."""
    return {int(row) for row in np.argsort(-similarities, kind="stable")[:K]}


def half(rows: NDArray[np.float16], query: NDArray[np.float32]) -> NDArray[np.float32]:
    """Search float16 rows exactly, converting them block by block."""
    dots = np.empty(len(rows), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        dots[start : start + BLOCK] = rows[start : start + BLOCK].astype(np.float32) @ query
    return dots


def measured(
    search: Callable[[NDArray[np.float32]], set[int]],
    queries: NDArray[np.float32],
    truth: list[set[int]],
) -> dict[str, Any]:
    """Time a search for each query and compare its best ``K`` with the true ones."""
    search(queries[0])
    milliseconds, found = [], []
    for query, wanted in zip(queries, truth, strict=True):
        start = time.perf_counter()
        rows = search(query)
        milliseconds.append(round((time.perf_counter() - start) * 1e3, 3))
        found.append(len(rows & wanted))
    return {
        "p50_ms": round(float(np.median(milliseconds)), 2),
        "min_ms": min(milliseconds),
        f"agreement@{K}": sum(found) / (K * len(truth)),
        "rows": [list(pair) for pair in zip(milliseconds, found, strict=True)],
    }


def exact_searches(count: int) -> list[dict[str, Any]]:
    """Measure float32, float16 and int8 on ``count`` rows."""
    rows, queries = vectors(count, seed=count)
    truth = [best(rows @ query) for query in queries]
    halves, matrix = rows.astype(np.float16), PassageMatrix.from_vectors(rows)
    searches: dict[str, tuple[int, Callable[[NDArray[np.float32]], set[int]]]] = {
        "float32": (rows.nbytes, lambda query: best(rows @ query)),
        "float16": (halves.nbytes, lambda query: best(half(halves, query))),
        "int8": (
            matrix.values.nbytes + matrix.norms.nbytes,
            lambda query: set(ExactIndex(matrix).nearest(query, K)[0].tolist()),
        ),
    }
    return [
        {"count": count, "stored": name, "bytes": size, **measured(search, queries, truth)}
        for name, (size, search) in searches.items()
    ]


def approximate_searches(count: int, threads: int) -> list[dict[str, Any]]:
    """Measure the graph on ``count`` rows: recall of the exact search's best, and of the true best."""
    rows, queries = vectors(count, seed=count)
    matrix = PassageMatrix.from_vectors(rows)
    del rows
    truth = [set(ExactIndex(matrix).nearest(query, K)[0].tolist()) for query in queries]
    start = time.perf_counter()
    index = HnswIndex(matrix, threads=threads)
    seconds = round(time.perf_counter() - start, 1)
    result = measured(lambda query: set(index.nearest(query, K)[0].tolist()), queries, truth)
    return [{"count": count, "stored": "int8, graph", "threads": threads, "build_s": seconds, **result}]


def main() -> None:
    """Run everything and print it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help="write results/vector_search.json")
    parser.add_argument("--count", type=int, default=200_000, help="rows of the approximate search")
    parser.add_argument("--threads", type=int, default=0, help="threads that build the graph; 0: one a core")
    arguments = parser.parse_args()
    results = [result for count in SIZES for result in exact_searches(count)]
    results += approximate_searches(arguments.count, arguments.threads)
    for result in results:
        print({key: value for key, value in result.items() if key != "rows"})
    if arguments.write:
        packages = ("numpy", "usearch")
        record = {
            "command": "python benchmarks/vector_search.py --write",
            "versions": {name: importlib.metadata.version(name) for name in packages}
            | {"python": platform.python_version()},
            "machine": {"cores": os.cpu_count(), "processor": platform.processor() or platform.machine()},
            "dimensions": DIMENSIONS,
            "columns of rows": ["milliseconds", f"of the true best {K} found"],
            "results": results,
        }
        RESULT.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
