"""Rows of small whole numbers, one a passage, whose cosines with a query are the same on any machine.

Rows and query are whole numbers of at most 127, scaled down where there are more than 1,040 dimensions,
so that the product of their lengths stays below 2**24. By Cauchy and Schwarz no partial sum of their dot
product is larger, in whatever order it is summed, and float32 holds every whole number up to there. So
the fast float32 product of the BLAS at hand is exact, and a similarity does not depend on the rows beside
it, on the number of threads or on the processor: what an edit brings about equals a fresh build.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from faqsearch.errors import InputError

_EXACT: Final = 2**24
"""Up to here float32 holds every whole number."""

_LARGEST: Final = 127
_BLOCK_BYTES: Final = 2**20
"""Of a block of rows as float32: such a block stays in the processor's cache."""


def largest_level(dimensions: int) -> int:
    """Return the largest whole number a component may be: 127 for up to 1,040 dimensions."""
    return min(_LARGEST, math.isqrt((_EXACT - 1) // max(dimensions, 1)))


def quantize(rows: ArrayLike) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Round rows to whole numbers, each by its own scale; a row's result depends on that row only.

    Args:
        rows: Shape (n, d), any finite numbers; a row of zeros stays one.

    Returns:
        The rows, shape (n, d), the largest component of each being ``largest_level(d)``; and their
        Euclidean lengths, shape (n,), from exact sums.

    Raises:
        InputError: If ``rows`` is no matrix of at least one dimension, or not finite.
    """
    exact = np.asarray(rows, dtype=np.float64)
    if exact.ndim != 2 or exact.shape[1] < 1:
        raise InputError(f"rows came with shape {exact.shape}; they must have shape (n, d)")
    level = largest_level(exact.shape[1])
    values = np.empty(exact.shape, dtype=np.int8)
    norms = np.empty(len(exact), dtype=np.float64)
    for block in _blocks(len(exact), exact.shape[1]):
        part = exact[block]
        if not np.isfinite(part).all():
            raise InputError("rows came with values that are not finite")
        largest = np.abs(part).max(axis=1, keepdims=True)
        scaled = np.divide(part, largest, out=np.zeros_like(part), where=largest > 0)
        values[block] = np.rint(scaled * level)
        norms[block] = np.sqrt(np.square(values[block], dtype=np.int64).sum(axis=1))
    return values, norms


class PassageMatrix:
    """Quantised rows, never changed once made; n rows of d dimensions take n * (d + 8) bytes.

    Attributes:
        values: Shape (n, d).
        norms: Shape (n,): the rows' Euclidean lengths.
    """

    __slots__ = ("norms", "values")

    def __init__(self, values: NDArray[np.int8], norms: NDArray[np.float64]) -> None:
        if values.ndim != 2 or values.dtype != np.int8 or norms.shape != (len(values),):
            raise InputError("values and norms must be those that quantize() gave")
        self.values = np.ascontiguousarray(values)
        self.norms = norms

    @classmethod
    def from_vectors(cls, rows: ArrayLike) -> PassageMatrix:
        """Quantise the rows, shape (n, d)."""
        return cls(*quantize(rows))

    @classmethod
    def joined(cls, parts: Iterable[PassageMatrix]) -> PassageMatrix:
        """Put the rows of several matrices, at least one, below each other."""
        held = tuple(parts)
        values = np.concatenate([part.values for part in held])
        return cls(values, np.concatenate([part.norms for part in held]))

    def taken(self, rows: NDArray[np.intp]) -> PassageMatrix:
        """Return a matrix of these rows in this order."""
        return PassageMatrix(self.values[rows], self.norms[rows])

    @property
    def dimensions(self) -> int:
        """The length of a row."""
        return int(self.values.shape[1])

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"PassageMatrix({len(self)} rows, {self.dimensions} dimensions)"

    def similarities(self, query: ArrayLike) -> NDArray[np.float64]:
        """Return the cosine of each row with the quantised query: shape (n,), from -1 to 1.

        A row or query of zeros has the cosine 0 with everything.

        Args:
            query: Shape (d,), any finite numbers.

        Raises:
            InputError: If the query has another length or is not finite.
        """
        vector = np.asarray(query, dtype=np.float64)
        if vector.shape != (self.dimensions,):
            raise InputError(f"the query came with shape {vector.shape}; it must be ({self.dimensions},)")
        levels, norm = quantize(vector[np.newaxis])
        dots = self._dot_products(levels[0].astype(np.float32))
        lengths = self.norms * norm[0]
        cosines: NDArray[np.float64] = np.divide(dots, lengths, out=np.zeros(len(self)), where=lengths > 0)
        return cosines

    def _dot_products(self, levels: NDArray[np.float32]) -> NDArray[np.float32]:
        dots = np.empty(len(self), dtype=np.float32)
        buffer = np.empty((_block_length(self.dimensions), self.dimensions), dtype=np.float32)
        for block in _blocks(len(self), self.dimensions):
            part = self.values[block]
            floats = buffer[: len(part)]
            np.copyto(floats, part)
            np.dot(floats, levels, out=dots[block])
        return dots


def _block_length(dimensions: int) -> int:
    return max(1, _BLOCK_BYTES // (4 * dimensions))


def _blocks(count: int, dimensions: int) -> Iterator[slice]:
    length = _block_length(dimensions)
    return (slice(start, min(start + length, count)) for start in range(0, count, length))
