"""Try to break the index on disk: kill its writer everywhere, damage every file, read while it is written.

    python benchmarks/index_sweeps.py                                       # small
    python benchmarks/index_sweeps.py --kills 0 --flips 1000 --truncations 100 --seconds 60     # all of it

Each line of JSON on standard output is a sweep that went well, with its figures; the first thing that is
not as it should be ends the program with a traceback. ``--kills 0`` kills at every point that there is.
It works in processes that it forks, so it runs where there is ``os.fork``.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn, Self

import numpy as np
from numpy.typing import NDArray

from faqsearch import Audience, FaqEntry, KnowledgeBase, SudachiAnalyzer, read_entries, sample_path
from faqsearch.encoders import CachedEncoder, Kind, VectorCache
from faqsearch.encoders.base import unit_rows
from faqsearch.index.storage import FileEntries, IndexCache, read_index
from faqsearch.vectors import StaticWordVectors

ANALYZER: Final = SudachiAnalyzer()
QUERIES: Final = ("返品の送料", "引っ越したんだけど", "領収書がほしい")
Answers = tuple[tuple[tuple[str, float], ...], ...]


WORDS: Final = StaticWordVectors({"返品": [0.0, 1.0], "送料": [1.0, 0.2], "領収書": [0.6, 0.6]})


class DigestEncoder:
    """Vectors drawn from the digests of texts."""

    fingerprint = "digests"
    dimensions = 16

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Return a row for each text."""
        digests = [hashlib.sha256(f"{kind}|{text}".encode()).digest()[:16] for text in texts]
        return unit_rows([[byte - 127.5 for byte in digest] for digest in digests], "the sweep")


def base_of(entries: Sequence[FaqEntry], folder: Path | None = None, **options: Any) -> KnowledgeBase:
    """Make a base as ``load`` does of a file with these entries, with the index in a folder if given."""
    ordered = sorted(entries, key=lambda entry: entry.id)
    source = hashlib.sha256(repr(ordered).encode()).hexdigest()
    index = IndexCache(folder, ANALYZER) if folder is not None else None
    known = index.entries(source) if index is not None else None
    sourced = FileEntries(ordered, source) if known is None else known
    base = KnowledgeBase(sourced, analyzer=ANALYZER, cache=index, **{"preset": "lexical", **options})
    if not base.wait_until_ready():
        fail("not all vectors were made")
    return base


def answers(base: KnowledgeBase) -> Answers:
    """Return what a base answers: ids and scores of every query and audience."""
    return tuple(
        tuple((hit.id, hit.score) for hit in base.search(query, audience=audience).hits)
        for query in QUERIES
        for audience in Audience
    )


def versions_of(count: int, number: int) -> list[list[FaqEntry]]:
    """Return some versions of a base; of each, most entries are those of the one before."""
    sample = read_entries(sample_path("shop"))
    internal = [entry for entry in sample if entry.audience is Audience.OPERATOR]
    entries = [*sample[: count - 2], *internal[:2]]
    found = []
    for turn in range(number):
        changed = [replace(entry, answer=f"{entry.answer}{turn}回目の返品。") for entry in entries[:3]]
        found.append([*changed, *entries[3 + turn :]])
    return found


class Killer:
    """Stands in for ``os``: counts what changes files, and kills the process at one point.

    A write is two points, before it and in its middle; every other change is one, before it.

    Args:
        at: The point, counted from 1; 0 only counts.
    """

    changing = ("open", "fsync", "replace", "mkdir", "unlink", "rmdir")

    def __init__(self, at: int = 0) -> None:
        self.at = at
        self.points = 0

    def point(self) -> None:
        """Come to the next point, and be killed if it is the one."""
        self.points += 1
        if self.points == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Count what the block does."""
        real = {name: getattr(os, name) for name in (*self.changing, "fdopen")}
        for name in self.changing:
            setattr(os, name, self._before(real[name], only_writes=name == "open"))
        os.fdopen = lambda opened, *_: _Half(opened, self)  # type: ignore[assignment]
        try:
            yield
        finally:
            for name, function in real.items():
                setattr(os, name, function)

    def _before(self, function: Callable[..., Any], *, only_writes: bool) -> Callable[..., Any]:
        def change(*given: Any, **named: Any) -> Any:
            if not only_writes or given[1] & os.O_CREAT:
                self.point()
            return function(*given, **named)

        return change


class _Half:
    """A file whose writes happen by halves."""

    def __init__(self, opened: int, killer: Killer) -> None:
        self._opened = opened
        self._killer = killer

    def write(self, data: Any) -> None:
        whole = memoryview(data).cast("B") if len(data) else memoryview(b"")
        for part in (whole[: len(whole) // 2], whole[len(whole) // 2 :]):
            self._killer.point()
            os.write(self._opened, part)

    def flush(self) -> None:
        pass

    def fileno(self) -> int:
        return self._opened

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._opened)


def forked(work: Callable[[], object]) -> int:
    """Start work in a process of its own; return its id."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - the child must end here, whatever happens
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def ended(child: int) -> int:
    """Wait for a process; return its exit code, or the negative number of the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def fail(message: str) -> NoReturn:
    """End the sweep: something is not as it should be."""
    raise AssertionError(message)


def kill_sweep(folder: Path, kills: int) -> dict[str, int]:
    """Kill a writer at every point of a first build, of an edit with a fold, and of the save after it."""
    old, new = versions_of(6, 2)
    right = {"old": answers(base_of(old)), "new": answers(base_of(new))}

    def history(index: Path) -> None:
        base = base_of(old, index)
        base.save_index(index)
        left = index / "gen-000099"  # as a killed writer leaves it
        left.mkdir()
        (left / "segment-1").write_bytes(b"half")
        base.upsert(*new)
        base.delete(*({entry.id for entry in old} - {entry.id for entry in new}))
        base.save_index(index)
        base.upsert(*old)
        base.save_index(index)

    counting = Killer()
    with counting.watching():
        history(folder / "counted")
    wanted = range(1, counting.points + 1)
    chosen = (
        wanted
        if not kills
        else [wanted[place * len(wanted) // kills] for place in range(min(kills, len(wanted)))]
    )
    for point in chosen:
        index = folder / f"killed-{point}"

        def work(index: Path = index, point: int = point) -> None:
            with Killer(point).watching():
                history(index)

        if ended(forked(work)) != -signal.SIGKILL:
            fail(f"nothing was killed at point {point}")
        if (state := read_index(index, ANALYZER.fingerprint).state) not in {"right", "missing"}:
            fail(f"killed at {point}: the index is {state}")
        for entries, name in ((new, "new"), (old, "old")):
            base = base_of(entries, index)
            if answers(base) != right[name]:
                fail(f"killed at {point}: wrong answers of {name}")
            base.save_index(index)
        check_tidy(base, index)
        shutil.rmtree(index)
    return {"points": counting.points, "kills": len(chosen)}


def check_tidy(base: KnowledgeBase, folder: Path) -> None:
    """See that a writer leaves one generation once nobody reads the others."""
    gc.collect()  # what is mapped may be held by circles of references
    base.save_index(folder)
    left = [path.name for path in folder.glob("gen-*")] + [path.name for path in folder.rglob("*.tmp")]
    if len(left) > 1:
        fail(f"this was left for good: {left}")


def damage_sweep(folder: Path, flips: int, truncations: int, seed: int) -> dict[str, int]:
    """Flip bits and cut ends of every file; each time that must be noticed, and nothing else happen."""
    chance = random.Random(seed)
    [entries] = versions_of(8, 1)
    encoder = CachedEncoder(DigestEncoder(), VectorCache(folder.with_suffix(".sqlite")))
    opened = partial(base_of, preset="hybrid", word_vectors=WORDS, encoder=encoder)
    base = opened(entries)
    base.save_index(folder)
    right = answers(base)
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    done = 0
    for path in files:
        whole = path.read_bytes()
        bits = {chance.randrange(8 * len(whole)) for _ in range(flips)}
        damaged = itertools.chain(
            (_flipped(whole, bit) for bit in bits),
            (whole[: len(whole) * cut // truncations] for cut in range(truncations)),
        )
        for number, data in enumerate(damaged):
            path.write_bytes(data)
            found = read_index(folder, ANALYZER.fingerprint)
            if found.state != "damaged" or found.segments:
                fail(f"{path.name}: damage {number} was not noticed: {found.state}")
            done += 1
        if answers(opened(entries, folder)) != right:
            fail(f"{path.name} is damaged, and the answers are wrong")
        path.write_bytes(whole)
        if not opened(entries, folder).from_cache:
            fail(f"{path.name} is whole again, and is not used")
    return {"files": len(files), "damages": done, "seed": seed}


def _flipped(whole: bytes, bit: int) -> bytes:
    data = bytearray(whole)
    data[bit // 8] ^= 1 << bit % 8
    return bytes(data)


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """Processes that read an index from a folder, and others that replace it all the time.

    Attributes:
        folder: The folder.
        bases: Versions of a base.
        right: What each of them answers.
        contents: What each of them stores for the public.
        end: When to stop, by the monotonic clock.
    """

    folder: Path
    bases: Sequence[KnowledgeBase]
    right: Sequence[Answers]
    contents: Sequence[str]
    end: float

    def turns(self, first: int) -> Iterator[int]:
        """Yield numbers of versions until the time is over."""
        for number in itertools.count(first):
            if time.monotonic() > self.end:
                return
            yield number % len(self.bases)

    def write(self, first: int) -> None:
        """Write one version after the other."""
        for number in self.turns(first):
            self.bases[number].save_index(self.folder)

    def read(self, first: int) -> None:
        """Read: always one of the versions, and whole; and always the right answers."""
        for number in self.turns(first):
            found = read_index(self.folder, ANALYZER.fingerprint)
            if found.state != "right":
                fail(f"a reader found an index that is {found.state}: {found.reason}")
            there = self.contents.index(found.segments["public"].content)
            for version in (there, number):
                if answers(base_of(self.bases[version].entries(), self.folder)) != self.right[version]:
                    fail("a reader got wrong answers")


def readers_and_writers(
    folder: Path, seconds: float, *, readers: int = 4, writers: int = 1
) -> dict[str, int]:
    """Read from some processes what others replace all the time."""
    bases = [base_of(entries) for entries in versions_of(10, 3)]
    contents = []
    for base in bases:
        base.save_index(folder)
        contents.append(read_index(folder, ANALYZER.fingerprint).segments["public"].content)
    traffic = Traffic(
        folder=folder,
        bases=bases,
        right=[answers(base) for base in bases],
        contents=contents,
        end=time.monotonic() + seconds,
    )
    children = [forked(partial(traffic.read, turn)) for turn in range(readers)]
    children += [forked(partial(traffic.write, turn)) for turn in range(writers)]
    codes = [ended(child) for child in children]
    if any(codes):
        fail(f"processes ended with {codes}")
    written = int(read_index(folder, ANALYZER.fingerprint).generation.split("-")[1])
    check_tidy(bases[0], folder)
    return {"readers": readers, "writers": writers, "generations": written}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all sweeps."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--flips", type=int, default=100)
    parser.add_argument("--truncations", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--seed", type=int, default=20_261_123)
    options = parser.parse_args(arguments)
    # Where memory serves as a disk, nothing waits for one: a killed process loses nothing either way.
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        sweeps: dict[str, Callable[[], dict[str, int]]] = {
            "kill": lambda: kill_sweep(folder, options.kills),
            "damage": lambda: damage_sweep(
                folder / "damaged", options.flips, options.truncations, options.seed
            ),
            "one writer": lambda: readers_and_writers(folder / "one", options.seconds),
            "two writers": lambda: readers_and_writers(
                folder / "two", options.seconds / 3, readers=1, writers=2
            ),
        }
        for sweep, run in sweeps.items():
            start = time.monotonic()
            print(
                json.dumps({"sweep": sweep, **run(), "seconds": round(time.monotonic() - start, 1)}),
                flush=True,
            )


if __name__ == "__main__":
    main()
