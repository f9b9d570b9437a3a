"""The first index of many entries, by worker processes: to the last bit the one that a single one makes."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from faqsearch.analysis import Analyzer
from faqsearch.confirmations import PrivateVariants
from faqsearch.entry import FaqEntry
from faqsearch.index.chunks import ChunkFiles, disk_errors
from faqsearch.index.document import EntryTexts
from faqsearch.index.learnt import learnt_layers
from faqsearch.index.segment import Segment
from faqsearch.index.snapshot import Snapshot
from faqsearch.index.workers import CHUNK, analyzed, worth_workers

_MOST_IN_MEMORY: Final = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkBuild:
    """How the first index of a base is made.

    Attributes:
        workers: Number of processes that analyse, at least 1; None for as many as pay.
        progress: Called with the number of entries that are done, and that of all.
        chunk: Entries that a process analyses at a time, at least 1.
        on_disk: Whether what is analysed waits in temporary files; a single process may keep it in memory,
            about 5 kB for each entry.
    """

    workers: int | None = None
    progress: Callable[[int, int], None] = lambda _done, _all: None
    chunk: int = CHUNK
    on_disk: bool = True

    @classmethod
    def by_default(cls, entries: int) -> BulkBuild | None:
        """Return how so many entries are best indexed by one process; None if that is not in bulk."""
        if entries < CHUNK:
            return None
        return cls(workers=1, on_disk=entries > _MOST_IN_MEMORY and _may_write_temporary_files())


class BulkIndex:
    """Entries that are analysed once, and the snapshots of those who see them.

    Args:
        analyzer: The analyzer.
        entries: All that anybody sees, in the order of the index.
        build: How to make it.

    Raises:
        InputError: If a worker process cannot be started or is ended from outside, the analyzer cannot be
            pickled, or the temporary folder cannot be written.
    """

    def __init__(self, analyzer: Analyzer, entries: Iterable[FaqEntry], build: BulkBuild) -> None:
        self._analyzer = analyzer
        todo = tuple(entries)
        workers = worth_workers(len(todo)) if build.workers is None else build.workers
        self._texts = {one.id: EntryTexts(one.question, one.variants, one.answer) for one in todo}
        self._sizes: list[int] = []
        build.progress(0, len(todo))
        with disk_errors():
            folder = self._folder() if build.on_disk or workers > 1 else None
        self._files = ChunkFiles(folder, analyzer.layers)
        # Closed, so that workers end before whoever catches what ``progress`` raises goes on.
        with contextlib.closing(analyzed(analyzer, todo, self._files, workers, build.chunk)) as sizes:
            for size in sizes:
                self._sizes.append(size)
                build.progress(sum(self._sizes), len(todo))
        self._last: Segment | None = None
        self._snapshot: Snapshot | None = None
        self._learnt: Mapping[str, PrivateVariants] = {}

    def snapshot(
        self, visible: Mapping[str, FaqEntry], private: Mapping[str, PrivateVariants]
    ) -> Snapshot | None:
        """Return the snapshot of somebody who sees these entries; None if there are none.

        Args:
            visible: The entries, by id.
            private: The confirmed inquiries that count, by entry.

        Raises:
            InputError: If a file in the temporary folder cannot be read.
        """
        ids = tuple(key for key in self._texts if key in visible)
        if not ids:
            return None
        if self._last is None or self._last.doc_ids != ids:
            self._last, self._snapshot = self._words(ids), None
        # Who sees the same as another shares it, and what is derived from it.
        if self._snapshot is None or self._learnt != private:
            learnt = learnt_layers(ids, private, self._analyzer)
            self._last = Segment(ids, {**self._last.layers, **learnt}, self._last.texts)
            self._snapshot = Snapshot((self._last,), (np.ones(len(ids), np.bool_),))
            self._learnt = private
        return self._snapshot

    def _folder(self) -> Path:
        """Make a temporary folder, which goes with this object, or with the process unless that is killed."""
        folder = tempfile.mkdtemp(prefix="faqsearch-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    def _words(self, ids: tuple[str, ...]) -> Segment:
        """Return what the owner wrote in some entries."""
        kept = set(ids)
        mask = np.fromiter(map(kept.__contains__, self._texts), np.bool_, len(self._texts))
        keep = np.split(mask, np.cumsum(self._sizes)[:-1])
        layers = {name: self._files.together(name, keep) for name in self._analyzer.layers}
        return Segment(ids, layers, tuple(map(self._texts.__getitem__, ids)))


def _may_write_temporary_files() -> bool:
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        return False
    return True
