"""Strings in two arrays, decoded one by one when they are asked for: a vocabulary that opens in no time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, TypeVar, overload

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import PackedGrams

T = TypeVar("T")
_GRAMS_AT_A_TIME: Final = 1 << 18
_MOST_KEPT: Final = 1 << 16
"""Numbers of strings that are remembered, of strings that are not there among them."""
_STRIDE: Final = 64
"""Of so many strings in order one is kept at hand: between two of them few are left to be looked at."""


class PackedStrings(Sequence[str]):
    """Strings in UTF-8, one behind the other.

    Args:
        data: The bytes of all strings, uint8.
        ends: Shape (n + 1,), int64; ``data[ends[i]:ends[i + 1]]`` is string i.
    """

    __slots__ = ("_ends", "_marks", "_text", "data", "ends")

    def __init__(self, data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> None:
        self.data = data
        self.ends = ends
        # Single values of an array are slow to read; those of a view are not.
        self._text = data.data
        self._ends = ends.data
        self._marks: dict[bool, list[bytes]] = {}

    @classmethod
    def pack(cls, strings: Iterable[str]) -> PackedStrings:
        """Pack strings; half of a surrogate pair is a character too, for an analyzer may make any terms."""
        if isinstance(strings, cls):
            return strings
        encoded = [text.encode("utf-8", "surrogatepass") for text in strings]
        ends = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), ends)

    @classmethod
    def of_grams(cls, grams: PackedGrams) -> PackedStrings:
        """Pack n-grams, without a string for each."""
        data, sizes = [np.zeros(0, np.uint8)], [np.zeros(1, np.int64)]
        for first in range(0, len(grams), _GRAMS_AT_A_TIME):
            code_points = grams[first : first + _GRAMS_AT_A_TIME].code_points()
            text = code_points[code_points > 0].tobytes().decode("utf-32-le", "surrogatepass")
            data.append(np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8))
            # A character takes another byte from each of these on.
            sizes.append(sum((code_points >= least).sum(axis=1) for least in (1, 0x80, 0x800, 0x10000)))
        return cls(np.concatenate(data), np.cumsum(np.concatenate(sizes)))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[str, ...]: ...

    def __getitem__(self, index: int | slice) -> str | tuple[str, ...]:
        if index.__class__ is int and 0 <= index < len(self._ends) - 1:  # nearly always, and soonest
            return str(self._text[self._ends[index] : self._ends[index + 1]], "utf-8", "surrogatepass")
        if isinstance(index, slice):
            first, behind, step = index.indices(len(self))
            if step == 1:
                return tuple(self._some(first, max(first, behind)))
            return tuple(self[number] for number in range(first, behind, step))
        number = range(len(self))[index]
        return str(self._text[self._ends[number] : self._ends[number + 1]], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return self._some(0, len(self))

    def _some(self, first: int, behind: int) -> Iterator[str]:
        start, end = self._ends[first], self._ends[behind]
        text = bytes(self._text[start:end])
        for begin, stop in pairwise((self.ends[first : behind + 1] - start).tolist()):
            yield text[begin:stop].decode("utf-8", "surrogatepass")

    def some(self, numbers: Iterable[int]) -> list[str]:
        """Return the strings of some numbers, which are from 0 and below the number of strings."""
        text, ends = self._text, self._ends
        return [str(text[ends[n] : ends[n + 1]], "utf-8", "surrogatepass") for n in numbers]

    def nearly_as_long(self, wanted: str, by: int, first: int, behind: int) -> list[int]:
        """Return the numbers of the strings of a stretch that may differ from another by so many characters.

        They are told by how long they are, a character being four bytes at most; none is decoded.
        """
        size = len(wanted.encode("utf-8", "surrogatepass"))
        sizes = np.diff(self.ends[first : behind + 1])
        found: list[int] = (first + np.flatnonzero(np.abs(sizes - size) <= 4 * by)).tolist()
        return found

    def first_not_below(self, wanted: str, order: npt.NDArray[np.int32] | None = None) -> int:
        """Return how many strings come before one in code-point order, which is that of their bytes too.

        Args:
            wanted: The string.
            order: Shape (n,); the numbers of the strings in that order; by default they are in it themselves.
        """
        key, text, ends = wanted.encode("utf-8", "surrogatepass"), self._text, self._ends
        numbers = range(len(self)) if order is None else order.data
        marks = self._marks.get(order is None)
        if marks is None:
            marked: Iterable[int] = numbers[::_STRIDE]
            marks = [bytes(text[ends[number] : ends[number + 1]]) for number in marked]
            self._marks[order is None] = marks
        place = bisect_left(marks, key)
        # Behind the last mark that is below, up to the next one, which is not.
        first, behind = max(place - 1, 0) * _STRIDE, min(place * _STRIDE, len(self))
        while first < behind:
            middle = (first + behind) // 2
            number = numbers[middle]
            if bytes(text[ends[number] : ends[number + 1]]) < key:
                first = middle + 1
            else:
                behind = middle
        return first


class NumbersOf(Mapping[str, int]):
    """String to its number, found by halving; what was looked for is remembered within a bound.

    Args:
        strings: The strings, distinct.
        order: Shape (n,), int32; their numbers in code-point order; by default they are in it themselves.
    """

    __slots__ = ("_find", "_strings")

    def __init__(self, strings: PackedStrings, order: npt.NDArray[np.int32] | None = None) -> None:
        self._strings = strings

        def find(wanted: str) -> int:
            place = strings.first_not_below(wanted, order)
            if place == len(strings):
                return -1
            number = place if order is None else int(order[place])
            return number if strings[number] == wanted else -1

        self._find = lru_cache(maxsize=_MOST_KEPT)(find)

    def __len__(self) -> int:
        return len(self._strings)

    def __iter__(self) -> Iterator[str]:
        return iter(self._strings)

    def __contains__(self, wanted: object) -> bool:
        return isinstance(wanted, str) and self._find(wanted) >= 0

    @overload
    def get(self, wanted: str, default: None = None) -> int | None: ...

    @overload
    def get(self, wanted: str, default: int | T) -> int | T: ...

    def get(self, wanted: str, default: int | T | None = None) -> int | T | None:
        """Return the number of a string; something else for one that is not there."""
        number = self._find(wanted)
        return number if number >= 0 else default

    def __getitem__(self, wanted: str) -> int:
        number = self._find(wanted)
        if number < 0:
            raise KeyError(wanted)
        return number
