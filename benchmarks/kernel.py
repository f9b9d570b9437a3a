"""The loop of scoring in numpy, compiled ahead of time, and compiled by numba, where that is installed.

    python benchmarks/kernel.py [--write]

The same sums over 30 rows of 5,000 postings among 100,000 documents; besides, what each costs before it can
begin: the import and the first call in a fresh process (numba's from its cache), and the memory they take.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

N_DOCS, N_ROWS, LENGTH, REPEATS = 100_000, 30, 5_000, 30
RESULT = Path(__file__).parent / "results" / "kernel.json"


def problem() -> tuple[Any, ...]:
    """Return the arguments of ``add_products`` but the last."""
    chance = np.random.default_rng(0)
    docs = [np.sort(chance.choice(N_DOCS, LENGTH, replace=False)) for _ in range(N_ROWS)]
    begins = np.arange(N_ROWS, dtype=np.int64) * LENGTH
    return (
        np.concatenate(docs).astype(np.int32),
        chance.random(N_ROWS * LENGTH),
        begins,
        begins + LENGTH,
        chance.random(N_ROWS),
        chance.random(N_ROWS),
        chance.random(N_DOCS) + 1.0,
    )


def with_numpy() -> Callable[..., None]:
    """Return the loop in numpy."""
    from faqsearch.index import gather

    def add(
        docs: Any, values: Any, begins: Any, ends: Any, idf: Any, weights: Any, norms: Any, out: Any
    ) -> None:
        which, places = gather(begins, ends)
        found = docs[places]
        out += np.bincount(found, weights[which] * (values[places] * idf[which] / norms[found]), len(out))

    return add


def with_cython() -> Callable[..., None]:
    """Return the compiled loop that the library uses."""
    from faqsearch.ranking import _kernel

    return _kernel.add_products


def with_numba() -> Callable[..., None]:
    """Return the loop as numba compiles it."""
    import _kernel_numba

    found: Callable[..., None] = _kernel_numba.add_products
    return found


WAYS = {"numpy": with_numpy, "cython": with_cython, "numba": with_numba}


def measure(name: str) -> dict[str, float]:
    """Measure one way in this process, which has done nothing else before."""
    arguments = problem()
    import faqsearch.ranking  # noqa: F401  # what all of them need is not counted

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    add = WAYS[name]()
    add(*arguments, np.zeros(N_DOCS))
    first = time.perf_counter() - started
    times = []
    for _ in range(REPEATS):
        out = np.zeros(N_DOCS)
        started = time.perf_counter()
        add(*arguments, out)
        times.append(time.perf_counter() - started)
    return {
        "import and first call, ms": round(first * 1e3, 2),
        "best, microseconds": round(min(times) * 1e6, 1),
        "memory, MB": round((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024, 1),
    }


def main() -> None:
    """Measure every way, each in a process of its own, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--one", choices=WAYS, help="measure one way in this process and print JSON")
    parser.add_argument("--write", action="store_true", help=f"write {RESULT.name}")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return
    rows = {}
    for name in WAYS:
        if name == "numba" and importlib.util.find_spec("numba") is None:
            print("numba is not installed; pip install numba")
            continue
        command = [sys.executable, __file__, "--one", name]
        for _ in range(2):  # the first fills numba's cache
            done = subprocess.run(command, check=True, capture_output=True, text=True)
        rows[name] = json.loads(done.stdout)
        print(f"{name:8}", rows[name])
    if options.write:
        packages = {name: version(name) for name in ("numpy", *(["numba"] if "numba" in rows else []))}
        result = {
            "python": platform.python_version(),
            "machine": platform.machine(),
            **packages,
            "rows": rows,
        }
        RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
