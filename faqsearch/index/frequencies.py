"""How many documents have each term of a segment: numbers that each edit changes a few of."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int32]
_Numbers: TypeAlias = npt.NDArray[np.integer[Any]]

_SMALL: Final = 1 << 12
"""Terms of a vocabulary up to which everything is copied: to read a few of them is all the faster."""
_TERMS_FOR_A_CHANGE: Final = 16
"""Beyond one change for so many terms the changes become part of the counts."""


@dataclass(frozen=True, slots=True, eq=False)
class DocumentFrequencies:
    """In how many documents each of n_terms terms occurs; immutable.

    Attributes:
        base: Shape (n_terms,); what was counted once, shared with what was made of it since.
        changed: Shape (n,); numbers of the terms that have another count now, ascending.
        counts: Shape (n,); these counts.
    """

    base: Counts
    changed: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    counts: Counts = field(default_factory=lambda: np.zeros(0, np.int32))

    def __len__(self) -> int:
        return len(self.base)

    def __getitem__(self, numbers: _Numbers) -> Counts:
        """Return the counts of some terms."""
        found: Counts = self.base[numbers]
        if len(self.changed):
            places = np.minimum(np.searchsorted(self.changed, numbers), len(self.changed) - 1)
            anew = np.flatnonzero(self.changed[places] == numbers)
            found[anew] = self.counts[places[anew]]
        return found

    def item(self, number: int) -> int:
        """Return the count of one term."""
        place = bisect_left(self.changed.data, number)
        if place < len(self.changed) and self.changed.item(place) == number:
            return self.counts.item(place)
        return self.base.item(number)

    @property
    def all(self) -> Counts:
        """Shape (n_terms,); the counts of all terms, not to be changed."""
        if not len(self.changed):
            return self.base
        found = self.base.copy()
        found[self.changed] = self.counts
        return found

    def tolist(self) -> list[int]:
        """Return the counts of all terms."""
        found: list[int] = self.all.tolist()
        return found

    def with_counts(self, numbers: _Numbers, counts: Counts) -> DocumentFrequencies:
        """Return the same with other counts of some distinct terms; this one stays as it is."""
        if not len(numbers):
            return self
        if len(self) > _SMALL:
            # Of equal numbers the first is kept, and that is the new one.
            changed, first = np.unique(np.concatenate((numbers, self.changed)), return_index=True)
            if len(changed) * _TERMS_FOR_A_CHANGE <= len(self):
                return DocumentFrequencies(self.base, changed, np.concatenate((counts, self.counts))[first])
        found = self.base.copy()
        found[self.changed] = self.counts
        found[numbers] = counts
        return DocumentFrequencies(found)
