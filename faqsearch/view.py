"""What the searches of one audience see at a moment: an immutable state of its engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FaqEntry
from faqsearch.errors import EntryNotFoundError
from faqsearch.index import Overlay, Snapshot
from faqsearch.index.storage import labels_of
from faqsearch.ranking import Preset, Resources


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
            labelled[self._documents_by_label.get(label, [])] = True
            passes = passes & labelled
        number = self.snapshot.number_of(without) if without is not None else None
        if number is not None:
            passes = passes.copy()
            passes[number] = False
        return passes

    @cached_property
    def _documents_by_label(self) -> Mapping[tuple[str, str], list[int]]:
        """Document numbers of each category and tag: bounded by the entries, whatever searches ask for."""
        found: dict[tuple[str, str], list[int]] = {}
        ids, live = self.snapshot.doc_ids, np.flatnonzero(self.snapshot.live_mask).tolist()
        numbers = {ids[number]: number for number in live}
        for entry_id, category, tags in labels_of(self.entries.unchanged):
            for label in (("category", category), *(("tag", tag) for tag in tags)):
                found.setdefault(label, []).append(numbers[entry_id])
        return found
