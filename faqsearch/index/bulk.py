"""The first index of many entries, by worker processes: to the last bit the one that a single one makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from faqsearch.analysis import Analyzer
from faqsearch.confirmations import NO_VARIANTS, PrivateVariants
from faqsearch.entry import FaqEntry
from faqsearch.index.document import EntryTexts, analyze_confirmed, index_layers, is_private_layer
from faqsearch.index.segment import Segment, build_segment, merge_segments
from faqsearch.index.snapshot import Snapshot
from faqsearch.index.workers import CHUNK, merged, segments_of, worth_workers


@dataclass(frozen=True, kw_only=True, slots=True)
class BulkBuild:
    """How the first index of a base is made.

    Attributes:
        workers: Number of processes that analyse, at least 1; None for as many as pay.
        progress: Called with the number of entries that are done, and that of all.
        chunk: Entries that a process analyses at a time, at least 1.
    """

    workers: int | None = None
    progress: Callable[[int, int], None] = lambda _done, _all: None
    chunk: int = CHUNK


class BulkIndex:
    """Entries that are analysed once, and the snapshots of those who see them.

    Args:
        analyzer: The analyzer.
        entries: All that anybody sees, in the order of the index.
        build: How to make it.

    Raises:
        InputError: If a worker process is ended from outside, or the analyzer cannot be pickled.
    """

    def __init__(self, analyzer: Analyzer, entries: Iterable[FaqEntry], build: BulkBuild) -> None:
        self._analyzer = analyzer
        todo = tuple(entries)
        workers = worth_workers(len(todo)) if build.workers is None else build.workers
        self._texts = {one.id: EntryTexts(one.question, one.variants, one.answer) for one in todo}
        self._segments: list[Segment] = []
        done = 0
        build.progress(done, len(todo))

        def told() -> Iterator[Segment]:
            nonlocal done
            for segment in segments_of(analyzer, todo, workers, build.chunk):
                done += segment.n_docs
                build.progress(done, len(todo))
                yield segment

        self._segments += merged(told())
        self._last: Segment | None = None

    def snapshot(
        self, visible: Mapping[str, FaqEntry], private: Mapping[str, PrivateVariants]
    ) -> Snapshot | None:
        """Return the snapshot of somebody who sees these entries; None if there are none.

        Args:
            visible: The entries, by id.
            private: The confirmed inquiries that count, by entry.
        """
        words = self._words(visible)
        if words is None:
            return None
        learnt = build_segment(
            [analyze_confirmed(self._analyzer, key, private.get(key, NO_VARIANTS)) for key in words.doc_ids],
            filter(is_private_layer, index_layers(self._analyzer)),
        )
        texts = tuple(self._texts[key] for key in words.doc_ids)
        segment = Segment(words.doc_ids, {**words.layers, **learnt.layers}, texts)
        return Snapshot((segment,), (np.ones(segment.n_docs, np.bool_),))

    def _words(self, visible: Mapping[str, FaqEntry]) -> Segment | None:
        """Return what the owner wrote; who sees the same as another shares its arrays."""
        keep = [np.array([key in visible for key in one.doc_ids], np.bool_) for one in self._segments]
        number = sum(int(mask.sum()) for mask in keep)
        if not number:
            return None
        if self._last is None or self._last.n_docs != number or not visible.keys() >= set(self._last.doc_ids):
            self._last = merge_segments(self._segments, keep)
        return self._last
