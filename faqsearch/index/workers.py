"""Many entries, analysed by worker processes: the same, to the last bit, whoever does it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing.synchronize import Event
from typing import Final

from faqsearch.analysis import Analyzer
from faqsearch.entry import FIELDS, FaqEntry
from faqsearch.errors import InputError
from faqsearch.index.chunks import Chunk, ChunkFiles

CHUNK: Final = 500
"""Entries that a worker analyses at a time; the result does not depend on it."""

_MOST_CHARACTERS: Final = 1_000_000
"""A chunk ends with the entry that has more in it than that: what is analysed at a time takes memory."""
WORTH_A_WORKER: Final = 1_500
"""Entries for each worker from which on it pays to start it: that takes a second or two."""


def worth_workers(entries: int) -> int:
    """Return the number of workers that pays for so many entries: at most one for each usable CPU."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cpus, entries // WORTH_A_WORKER))


def analyzed(
    analyzer: Analyzer, entries: Sequence[FaqEntry], files: ChunkFiles, workers: int = 1, chunk: int = CHUNK
) -> Generator[int, None, None]:
    """Analyse and invert entries, in their order, into files; yield how many more of them are done.

    With one worker all is done in this process. With more, each is a process that is started anew, so the
    main module must be one that can be imported; when this ends, or fails, they have ended.

    Args:
        analyzer: The analyzer; with more than one worker it is pickled.
        entries: The entries.
        files: Where to.
        workers: Number of processes that analyse, at least 1.
        chunk: Entries that are analysed at a time, at least 1.

    Raises:
        InputError: If the analyzer cannot be pickled, a process cannot be started or is ended from outside,
            or a file cannot be written.
    """
    chunks = list(_chunks(entries, chunk))
    if min(workers, len(chunks)) > 1:
        yield from _by_processes(analyzer, chunks, files, min(workers, len(chunks)))
        return
    for number, part in enumerate(chunks):
        files.write(number, analyzer, Chunk.of(part))
        yield len(part)


def _chunks(entries: Sequence[FaqEntry], most: int) -> Iterator[Sequence[FaqEntry]]:
    """Cut entries into chunks of so many; of fewer where they are very long."""
    first = length = 0
    for number, entry in enumerate(entries):
        if number - first == most or (length > _MOST_CHARACTERS and number > first):
            yield entries[first:number]
            first, length = number, 0
        length += sum(len(entry.field_text(field)) for field in FIELDS)
    if first < len(entries):
        yield entries[first:]


# --- Processes


class _Process:
    """What a worker process works with."""

    analyzer: Analyzer
    files: ChunkFiles
    stop: Event


def _by_processes(
    analyzer: Analyzer, chunks: Sequence[Sequence[FaqEntry]], files: ChunkFiles, workers: int
) -> Iterator[int]:
    try:
        pickle.dumps(analyzer)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError(
            f"the analyzer cannot be sent to worker processes ({error}); use one worker"
        ) from error
    context = multiprocessing.get_context("spawn")  # a fork while threads run can hang
    with _start_errors():
        stop = context.Event()
        pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(analyzer, files, stop))
    try:
        yield from _in_order(pool, chunks, 2 * workers)
    except BrokenProcessPool as error:
        raise InputError(
            "a worker process ended, for lack of memory perhaps, or because the program begins its work"
            ' without if __name__ == "__main__": around it; use fewer workers, or one'
        ) from error
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, chunks: Sequence[Sequence[FaqEntry]], ahead: int) -> Iterator[int]:
    """Yield the sizes of chunks that are done, in their order; the texts of no more than a few wait."""
    left = enumerate(chunks)
    running: deque[Future[int]] = deque()
    with _start_errors():  # the first that is submitted starts all
        for number, part in islice(left, ahead):
            running.append(pool.submit(_work, number, Chunk.of(part)))
    while running:
        done = running.popleft().result()
        for number, part in islice(left, 1):
            running.append(pool.submit(_work, number, Chunk.of(part)))
        yield done


@contextlib.contextmanager
def _start_errors() -> Iterator[None]:
    """Say that the system has no more processes, or not what they talk through."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"worker processes cannot be started ({error.strerror}); use fewer workers, or one"
        ) from error


def _begin(
    analyzer: Analyzer, files: ChunkFiles, stop: Event
) -> None:  # pragma: no cover - in another process
    """Prepare a worker process; it ends with its parent, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent will tell
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Process.analyzer, _Process.files, _Process.stop = analyzer, files, stop


def _end_with_parent() -> None:  # pragma: no cover - in another process
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(number: int, chunk: Chunk) -> int:  # pragma: no cover - in another process
    if _Process.stop.is_set():
        raise CancelledError
    _Process.files.write(number, _Process.analyzer, chunk)
    return chunk.n_docs
