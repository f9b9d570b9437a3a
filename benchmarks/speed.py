"""How fast is the library beside its peers, and how does that grow with the base?

    python benchmarks/speed.py                                # 1,000 to 100,000 documents
    python benchmarks/speed.py --sizes 1k,10k,100k,1m --write # what results/speed.json holds
    python benchmarks/speed.py --sizes 1m --ranking-only

The corpus is grown from real sentences (``_speed/corpus.py`` says how, and the run says how natural it came
out). Beside the library stand bm25s compiled by numba, tantivy, SQLite FTS5 and rank-bm25, each in its
fastest way; one that is not installed is named and left out. Measured are, at every size:

- ranking alone: the same terms for all, from terms to the ten best document numbers; answers are checked
  against an exhaustive scorer in numpy (``_speed/oracle.py``), each system by the formula it computes;
- end to end: from the text to the ten best entries, tokenising included; beyond 100,000 with ``--full`` only;
- building, bytes on disk, opening, memory: each in a process that does nothing else;
- edits until they are found, and searches beside edits.

Systems take turns at blocks of queries in one process; a ratio is the median over the rounds of one p50 over
another on the same queries. The bound is the bytes of all postings of the query's terms, eight each, over the
bandwidth measured in the same process: what an exhaustive search cannot beat. Run it on a quiet machine.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from _relevance.collection import shown_path
from _relevance.record import machine
from _speed import whole
from _speed.engines import ENGINES
from _speed.growth import growth_svg
from _speed.jobs import Rows, Settings
from _speed.report import curves, show
from _speed.targets import outcomes
from rich.console import Console
from rich.progress import Progress

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"
UNITS: Final = {"k": 1_000, "m": 1_000_000}
MOST_WHOLE: Final = 100_000
PACKAGES: Final = (
    "faqsearch",
    "numpy",
    "bm25s",
    "numba",
    "tantivy",
    "rank-bm25",
    "sudachipy",
    "sudachidict-core",
)
ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""One thread means one: a library that starts more would compete with itself in the runs with two."""


def parse_sizes(text: str) -> list[int]:
    """Read sizes such as ``1k,10k,1m``."""
    try:
        found = [int(one.rstrip("kmKM")) * UNITS.get(one[-1].lower(), 1) for one in text.split(",")]
    except (ValueError, IndexError):
        raise argparse.ArgumentTypeError(f"sizes came as {text!r}; give numbers such as 1k,10k,1m") from None
    if min(found) < 100:
        raise argparse.ArgumentTypeError(f"the smallest size came as {min(found)}; give at least 100")
    return sorted(set(found))


def plan(size: int, options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Yield the jobs of one size: name and system."""
    yield "corpus", ""
    ready = [name for name, one in ENGINES.items() if not one.missing() and size <= one.most]
    for job in ("build", "serve"):
        yield from ((job, name) for name in ready)
    yield "rank", ""
    if options.ranking_only or (size > MOST_WHOLE and not options.full):
        return
    yield "base", ""
    yield "search", ""
    yield from (
        ("serve whole", name) for name in whole.WHOLE_SERVING if name == whole.LEXICAL or name in ready
    )
    yield "open", ""
    yield "edit", ""


def left_out(size: int) -> Rows:
    """Say which systems take no part, and why."""
    found: Rows = []
    for name, engine in ENGINES.items():
        if missing := engine.missing():
            found.append({"part": "missing", "system": name, "reason": f"not installed: {missing}"})
        elif size > engine.most:
            found.append(
                {"part": "missing", "system": name, "reason": f"asked up to {engine.most:,} documents"}
            )
    return found


def in_a_process(job: str, system: str, folder: Path) -> Rows:
    """Do one job in a process of its own; one that fails says so in a row and ends nothing else."""
    paths = os.pathsep.join(filter(None, (str(ROOT / "benchmarks"), os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "PYTHONPATH": paths}
    command = [sys.executable, "-m", "_speed.job", job, system, str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"ended with {done.returncode}"])[-1]
        return [{"part": "failed", "job": job, "system": system, "reason": reason}]
    rows: Rows = json.loads(done.stdout.splitlines()[-1])
    return rows


def measure(
    options: argparse.Namespace, work: Path, console: Console, keep: Callable[[Rows], object]
) -> Rows:
    """Do all jobs of all sizes; after each size ``keep`` gets what there is so far."""
    rows: Rows = []
    with Progress(console=console) as progress:
        for size in options.sizes:
            folder = work / str(size)
            folder.mkdir(parents=True, exist_ok=True)
            sentences = tuple(str(path.resolve()) for path in options.sentences)
            settings = Settings(size=size, sentences=sentences, seed=options.seed, queries=options.queries)
            settings.save(folder)
            rows += [{"size": size, **row} for row in left_out(size)]
            todo = list(plan(size, options))
            task = progress.add_task(f"{size:,}", total=len(todo))
            for job, system in todo:
                progress.update(task, description=f"{size:,} documents: {job} {system}")
                rows += [{"size": size, **row} for row in in_a_process(job, system, folder)]
                progress.advance(task)
            keep(rows)
    return rows


def record(rows: Rows, options: argparse.Namespace, arguments: Sequence[str]) -> dict[str, Any]:
    """Return everything that is kept of a run."""
    known = {one.metadata["Name"].lower(): one.version for one in importlib.metadata.distributions()}
    shown = [shown_path(Path(one)) if os.sep in one else one for one in arguments]
    return {
        "command": shlex.join(["python", "benchmarks/speed.py", *shown]),
        "seed": options.seed,
        "python": platform.python_version(),
        "packages": {name: known.get(name, "not installed") for name in PACKAGES},
        "machine": machine(),
        "load": os.getloadavg(),
        "targets": [
            {"what": one.name, "target": one.target, "measured": one.measured, "met": one.met}
            for one in outcomes(rows)
        ],
        "rows": rows,
    }


def write(out: Path, rows: Rows, options: argparse.Namespace, arguments: Sequence[str]) -> None:
    """Write the record and its plots."""
    out.mkdir(parents=True, exist_ok=True)
    content = json.dumps(record(rows, options, arguments), ensure_ascii=False, indent=1)
    (out / "speed.json").write_text(content + "\n", encoding="utf-8")
    titles = {"ranking": "Ranking alone, questions, p50", "end to end": "End to end, questions, p50"}
    for part, title in titles.items():
        drawn = growth_svg(title, curves(rows, part))
        (out / f"speed-{part.replace(' ', '-')}.svg").write_text(drawn, encoding="utf-8")


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=parse_sizes, default="1k,10k,100k", help="numbers of documents")
    parser.add_argument(
        "--sentences", type=Path, nargs="+", default=[], help="folders whose sentences are used too"
    )
    parser.add_argument(
        "--queries", type=int, default=200, help="inquiries asked, and searches made from them"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--full", action="store_true", help=f"end to end beyond {MOST_WHOLE:,} documents too")
    parser.add_argument("--ranking-only", action="store_true", help="nothing end to end")
    parser.add_argument(
        "--write", action="store_true", help="write speed.json and two plots, after each size"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="where to write")
    parser.add_argument(
        "--work", type=Path, help="folder for corpora and indexes, kept; by default a temporary one"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and write where asked."""
    options = parse(arguments)

    def keep(rows: Rows) -> None:
        if options.write:
            write(options.out, rows, options, arguments)

    with tempfile.TemporaryDirectory() as temporary:
        rows = measure(options, options.work or Path(temporary), Console(stderr=True), keep)
    show(Console(width=None if sys.stdout.isatty() else 140), rows, outcomes(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
