"""The rows nearest to a query: by looking at all of them, or through a graph when there are very many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from faqsearch.encoders.matrix import PassageMatrix, quantize
from faqsearch.errors import InputError, shown

if TYPE_CHECKING:
    from usearch.index import Index

APPROXIMATE_FROM: Final = 200_000
"""Rows from which a graph pays; up to here looking at all of them takes tens of milliseconds."""


@runtime_checkable
class NearestIndex(Protocol):
    """Finds the rows of a matrix that are nearest to a query."""

    def nearest(self, query: ArrayLike, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return at most ``k`` rows and their cosines with the query, by (-cosine, row).

        The cosines are those of :meth:`PassageMatrix.similarities`, to the last bit.

        Args:
            query: Shape (d,), any finite numbers.
            k: At least 1; more than there are rows gives all of them.

        Raises:
            InputError: If ``k`` or ``query`` cannot be used.
        """
        ...


class ExactIndex:
    """Looks at every row: never misses one."""

    def __init__(self, matrix: PassageMatrix) -> None:
        self._matrix = matrix

    def nearest(self, query: ArrayLike, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the ``k`` nearest rows: see :class:`NearestIndex`."""
        _check_count(k)
        similarities = self._matrix.similarities(query)
        return _best(np.arange(len(similarities)), similarities, k)


class HnswIndex:
    """Walks a graph of near neighbours (Malkov and Yashunin 2016) built by usearch; may miss a row.

    The graph says which rows to look at, the matrix how near they are. One thread builds it, so that two
    builds are alike; several are faster and each gives a slightly different graph. A walk follows the
    rows' directions in whole numbers, like the matrix.

    Args:
        matrix: The rows.
        connectivity: Neighbours of a row in the graph.
        effort: Rows kept in view while the graph is walked; more finds more and takes longer. Half as many
            are kept in view while it is built.
        threads: Threads that build the graph; 0 for one a core.

    Raises:
        InputError: If usearch is not installed.
    """

    def __init__(
        self, matrix: PassageMatrix, *, connectivity: int = 16, effort: int = 192, threads: int = 1
    ) -> None:
        self._matrix = matrix
        self._effort = effort
        # A row of zeros has no direction and would be near to everything.
        self._rows = np.flatnonzero(matrix.norms > 0)
        self._graph = _new_graph(matrix.dimensions, connectivity, effort)
        if len(self._rows):
            self._graph.add(self._rows, matrix.values[self._rows], threads=threads)

    def nearest(self, query: ArrayLike, k: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return nearly the ``k`` nearest rows: see :class:`NearestIndex`. Rows of zeros are left out."""
        _check_count(k)
        vector = np.asarray(query, dtype=np.float64)
        if vector.shape != (self._matrix.dimensions,):
            raise InputError(
                f"the query came with shape {vector.shape}; it must be ({self._matrix.dimensions},)"
            )
        levels, norms = quantize(vector[np.newaxis])
        wanted = min(max(k, self._effort), len(self._rows))
        if not wanted or not norms[0]:
            return np.empty(0, dtype=np.int64), np.empty(0)
        found = np.sort(self._graph.search(levels[0], wanted).keys.astype(np.int64))
        return _best(found, self._matrix.taken(found).similarities(vector), k)


def _new_graph(dimensions: int, connectivity: int, effort: int) -> Index:
    try:
        from usearch.index import Index
    except ImportError as error:
        raise InputError(
            'the approximate index needs usearch; install it with: pip install "faqsearch[ann]"'
        ) from error
    return Index(
        ndim=dimensions,
        metric="cos",
        dtype="i8",
        connectivity=connectivity,
        expansion_add=max(effort // 2, 1),
        expansion_search=effort,
    )


def _check_count(k: int) -> None:
    if not isinstance(k, int) or isinstance(k, bool) or k < 1:
        raise InputError(f"k came as {shown(k)}; it must be a whole number of at least 1")


def _best(
    rows: NDArray[np.int64], similarities: NDArray[np.float64], k: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the ``k`` best by (-similarity, row); ``rows`` ascend."""
    if k < len(rows):
        bound = np.partition(similarities, len(similarities) - k)[len(similarities) - k]
        kept = np.flatnonzero(similarities >= bound)
        rows, similarities = rows[kept], similarities[kept]
    order = np.argsort(-similarities, kind="stable")[:k]
    return rows[order], similarities[order]
