"""Sorted beginnings of texts: what a prefix finds, the best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

WIDTH: Final = 8
"""Characters of each key that are sorted; what is longer is compared with the text itself."""

_KEY: Final = f"<U{WIDTH}"
_LAST_CHARACTER: Final = chr(0x10FFFF)
_END: Final = "\0"
_WIDE_SHARE: Final = 32
_BLOCK: Final = 2_048
_FIRST: Final = 256

Places = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Keys:
    """The places in some texts from which they can be completed, sorted by what stands there.

    The texts stand in one array, one behind the other; a place is an offset into it.

    Attributes:
        codes: The code points of all texts, 0 behind each.
        windows: Shape (n,); the first characters from each place on, ascending.
        places: Shape (n,); the places, in the same order.
        ranks: Shape (n,); how good each key is: 0 is the best, no two are alike.
        best: Shape (n,); positions of the keys by rank.
        n_words: Number of keys with which a text or a word begins; they have the first ranks.
    """

    codes: npt.NDArray[np.uint32]
    windows: npt.NDArray[np.str_]
    places: Places
    ranks: Places
    best: Places
    n_words: int

    def ranges(self, prefixes: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the first position of the keys that begin like each prefix, and the one behind the last.

        Only the first ``WIDTH`` characters of a prefix count.

        Returns:
            Shape (len(prefixes), 2).
        """
        cut = [prefix[:WIDTH] for prefix in prefixes]
        first = np.searchsorted(self.windows, np.array(cut, _KEY))
        ends = np.array([prefix.ljust(WIDTH, _LAST_CHARACTER) for prefix in cut], _KEY)
        return np.stack((first, np.searchsorted(self.windows, ends, side="right")), axis=1)

    def in_order(self, prefixes: Sequence[str]) -> Iterator[tuple[int, str]]:
        """Yield the places that begin like any of the prefixes at a word, the best first; and the prefix."""
        ranges = self.ranges(prefixes)
        kept = np.flatnonzero(ranges[:, 1] > ranges[:, 0])
        ranges, prefixes = ranges[kept], [prefixes[row] for row in kept.tolist()]
        if (ranges[:, 1] - ranges[:, 0]).sum() * _WIDE_SHARE > len(self.places):
            # Where many match, the first are soon found among the best of all.
            start, size = 0, _BLOCK
            while start < self.n_words:
                positions = self.best[start : min(start + size, self.n_words)]
                yield from self._matching(positions, prefixes, ranges)
                start, size = start + size, size * 2
            return
        parts = (np.arange(first, end) for first, end in _outer(ranges).tolist())
        positions = np.concatenate([np.zeros(0, np.int64), *parts])
        for part in self.words_in_order(positions):
            yield from self._matching(part, prefixes, ranges)

    def words_in_order(self, positions: npt.NDArray[Any]) -> Iterator[npt.NDArray[Any]]:
        """Yield those of the positions at which a word begins, the best first, in parts."""
        ranks = self.ranks[positions]
        if len(ranks) > _BLOCK:
            limit = np.partition(ranks, _FIRST)[_FIRST]
            yield self.best[np.sort(ranks[ranks < min(limit, self.n_words)])]
            ranks = ranks[ranks >= limit]
        yield self.best[np.sort(ranks[ranks < self.n_words])]

    def which(
        self, positions: npt.NDArray[Any], prefixes: Sequence[str], ranges: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.int64]:
        """Return which of the prefixes stands at each position, the last of several, -1 for none.

        Args:
            positions: Shape (n,); positions of keys, or -1.
            prefixes: The prefixes.
            ranges: Their ranges.
        """
        found = np.full(len(positions), -1)
        for number, (prefix, (first, end)) in enumerate(zip(prefixes, ranges.tolist(), strict=True)):
            inside = np.flatnonzero((positions >= first) & (positions < end))
            # Only the first characters of a key are sorted.
            for offset in range(WIDTH, len(prefix)):
                inside = inside[self.codes[self.places[positions[inside]] + offset] == ord(prefix[offset])]
            found[inside] = number
        return found

    def _matching(
        self, positions: npt.NDArray[Any], prefixes: Sequence[str], ranges: npt.NDArray[np.int64]
    ) -> Iterator[tuple[int, str]]:
        which = self.which(positions, prefixes, ranges)
        for one in np.flatnonzero(which >= 0):
            yield int(self.places[positions[one]]), prefixes[which[one]]


def _outer(ranges: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Leave out ranges within others: two ranges are apart, or the one prefix begins like the other."""
    ordered = ranges[np.lexsort((-ranges[:, 1], ranges[:, 0]))]
    ends = np.maximum.accumulate(ordered[:, 1])
    return ordered[np.diff(ends, prepend=0) > 0]


def joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Put texts one behind the other, each with a 0 behind it.

    Returns:
        The code points, and shape (len(texts),) where each text begins.
    """
    # So many at the end that a window, and a comparison that goes on until the end of a text, stay inside.
    codes = np.frombuffer((_END.join(texts) + _END * (WIDTH + 1)).encode("utf-32-le"), "<u4")
    lengths = np.array([len(text) + 1 for text in texts], np.int64)
    return codes.astype(np.uint32), np.cumsum(lengths) - lengths


def sorted_keys(codes: npt.NDArray[np.uint32], places: npt.NDArray[np.int64], words: int) -> Keys:
    """Sort places of texts.

    Args:
        codes: The texts, as ``joined`` returns them.
        places: Shape (n,); the places, the best first.
        words: How many of them, from the first on, begin a text or a word.
    """
    windows = codes[places[:, None] + np.arange(WIDTH)]
    windows *= np.logical_and.accumulate(windows > 0, axis=1)
    keys = np.ascontiguousarray(windows, "<u4").view(_KEY).reshape(-1)
    order = np.argsort(keys, kind="stable")
    best = np.empty(len(order), np.int32)
    best[order] = np.arange(len(order), dtype=np.int32)
    return Keys(codes, keys[order], places[order].astype(np.int32), order.astype(np.int32), best, words)
