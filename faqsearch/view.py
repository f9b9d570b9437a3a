"""What the searches of one audience see at a moment: an immutable state of its engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FaqEntry
from faqsearch.errors import EntryNotFoundError
from faqsearch.index import Overlay, Segment, Snapshot
from faqsearch.index.snapshot import BoolArray
from faqsearch.index.storage import labels_of
from faqsearch.ranking import Preset, Resources

_Label: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class View:
    """An immutable state of an engine.

    Attributes:
        snapshot: The index of the entries.
        entries: The entries by id.
        revision: Grows by one with each change of the entries.
        preset: The preset that ranks.
        resources: What queries are matched with.
        fallback: What ranks a query that the encoder fails to encode; without it that is an error.
    """

    snapshot: Snapshot
    entries: Overlay[str, FaqEntry]
    revision: int
    preset: Preset
    resources: Resources
    fallback: Preset | None = None

    def entry(self, entry_id: str) -> FaqEntry:
        """Return an entry.

        Raises:
            EntryNotFoundError: If there is none in the view.
        """
        if entry_id not in self.entries:
            raise EntryNotFoundError(entry_id)
        return self.entries[entry_id]

    def filter_mask(
        self, category: str | None, tags: frozenset[str], without: str | None = None
    ) -> npt.NDArray[np.bool_]:
        """Shape (n_slots,): live documents of the category that carry all the tags, but for one entry."""
        labels = [("tag", tag) for tag in tags]
        if category is not None:
            labels.append(("category", category))
        passes = self.snapshot.live_mask
        for label in labels:
            labelled = np.zeros(self.snapshot.n_slots, np.bool_)
            for offset, segment, live in self.snapshot.parts():
                numbers = self._documents_by_label(segment, live).get(label, [])
                labelled[offset : offset + segment.n_docs][numbers] = True
            passes = passes & labelled
        number = self.snapshot.number_of(without) if without is not None else None
        if number is not None:
            passes = passes.copy()
            passes[number] = False
        return passes

    def _documents_by_label(self, segment: Segment, live: BoolArray) -> Mapping[_Label, list[int]]:
        """Document numbers of each category and tag: bounded by the entries, whatever searches ask for.

        What is alive in a segment was made of the entry as it is; so one list serves all views that come
        later, in which no more of it is alive.
        """
        then, found = segment.memo.get("labels", lambda: (live, self._labels(segment, live)))
        if live is then or not (live & ~then).any():
            return found
        return self._labels(segment, live)  # a view from before the one whose list is kept

    def _labels(self, segment: Segment, live: BoolArray) -> Mapping[_Label, list[int]]:
        found: dict[_Label, list[int]] = {}
        if 2 * np.count_nonzero(live) > len(self.entries):
            labels = labels_of(self.entries.unchanged)  # which decodes none of them
        else:
            few = (self.entries[segment.doc_ids[number]] for number in np.flatnonzero(live).tolist())
            labels = ((entry.id, entry.category, entry.tags) for entry in few)
        for entry_id, category, tags in labels:
            number = segment.doc_numbers.get(entry_id)
            if number is not None and live[number]:
                for label in (("category", category), *(("tag", tag) for tag in tags)):
                    found.setdefault(label, []).append(number)
        return found
