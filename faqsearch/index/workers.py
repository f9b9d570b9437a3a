"""Segments of many entries, made by worker processes: the same, to the last bit, whoever makes them."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from itertools import islice
from multiprocessing.synchronize import Event
from typing import Final

import numpy as np

from faqsearch.analysis import Analyzer
from faqsearch.entry import FaqEntry
from faqsearch.errors import InputError
from faqsearch.index.document import NO_TEXTS, analyze_entry
from faqsearch.index.segment import Segment, build_segment, merge_segments

CHUNK: Final = 500
"""Entries that a worker analyses at a time; the result does not depend on it."""

WORTH_A_WORKER: Final = 1_500
"""Entries for each worker from which on it pays to start it: that takes a second or two."""

_MERGED: Final = 16
"""Segments that are merged into one as they come: words that many have are then kept once."""


def worth_workers(entries: int) -> int:
    """Return the number of workers that pays for so many entries: at most one for each usable CPU."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cpus, entries // WORTH_A_WORKER))


def segments_of(
    analyzer: Analyzer, entries: Sequence[FaqEntry], workers: int = 1, chunk: int = CHUNK
) -> Iterator[Segment]:
    """Yield segments of the entries, in their order and without texts.

    With one worker all is done in this process. With more, each is a process that is started anew, so the
    main module must be one that can be imported; when this ends, or fails, they have ended.

    Args:
        analyzer: The analyzer; with more than one worker it is pickled.
        entries: The entries.
        workers: Number of processes that analyse, at least 1.
        chunk: Entries in a segment, at least 1.

    Raises:
        InputError: If the analyzer cannot be pickled, or a process is ended from outside.
    """
    chunks = [entries[first : first + chunk] for first in range(0, len(entries), chunk)]
    if min(workers, len(chunks)) > 1:
        yield from _by_processes(analyzer, chunks, min(workers, len(chunks)))
    else:
        yield from (_segment(analyzer, part) for part in chunks)


def merged(segments: Iterator[Segment]) -> Iterator[Segment]:
    """Merge every few segments into one as they come; a segment is merged a few times at most."""
    levels: list[list[Segment]] = [[]]
    for segment in segments:
        made = segment
        for level in levels:
            level.append(made)
            if len(level) < _MERGED:
                break
            made = whole(level)
            level.clear()
        else:
            levels.append([made])
    for level in reversed(levels):
        yield from level


def whole(segments: Sequence[Segment]) -> Segment:
    """Merge segments with all their documents."""
    return merge_segments(segments, [np.ones(segment.n_docs, np.bool_) for segment in segments])


def _segment(analyzer: Analyzer, entries: Sequence[FaqEntry], stop: Event | None = None) -> Segment:
    documents = []
    for entry in entries:
        if stop is not None and stop.is_set():
            raise CancelledError
        documents.append(analyze_entry(analyzer, entry))
    made = build_segment(documents, analyzer.layers)
    layers = {name: replace(index, numbers={}) for name, index in made.layers.items()}
    return Segment(made.doc_ids, layers, (NO_TEXTS,) * made.n_docs)


# --- Processes


class _Process:
    """What a worker process works with."""

    analyzer: Analyzer
    stop: Event


def _by_processes(
    analyzer: Analyzer, chunks: Sequence[Sequence[FaqEntry]], workers: int
) -> Iterator[Segment]:
    try:
        pickle.dumps(analyzer)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise InputError(
            f"the analyzer cannot be sent to worker processes ({error}); use one worker"
        ) from error
    context = multiprocessing.get_context("spawn")  # a fork while threads run can hang
    stop = context.Event()
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(analyzer, stop))
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


def _in_order(
    pool: ProcessPoolExecutor, chunks: Sequence[Sequence[FaqEntry]], ahead: int
) -> Iterator[Segment]:
    """Yield results in the order of the chunks; no more than a few wait, or memory had no bound."""
    left = iter(chunks)
    running: deque[Future[Segment]] = deque(pool.submit(_work, part) for part in islice(left, ahead))
    while running:
        made = running.popleft().result()
        running.extend(pool.submit(_work, part) for part in islice(left, 1))
        yield made


def _begin(analyzer: Analyzer, stop: Event) -> None:  # pragma: no cover - in another process
    """Prepare a worker process; it ends with its parent, however that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent will tell
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Process.analyzer, _Process.stop = analyzer, stop


def _end_with_parent() -> None:  # pragma: no cover - in another process
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(entries: Sequence[FaqEntry]) -> Segment:  # pragma: no cover - in another process
    return _segment(_Process.analyzer, entries, _Process.stop)
