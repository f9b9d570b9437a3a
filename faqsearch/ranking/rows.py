"""The stretches of an index that a query reads: for each of its terms, the documents that have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Self, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from faqsearch.index import blocks_of_terms, gather
from faqsearch.index.derived import kept_with_segment
from faqsearch.index.segment import Unsigned

FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
DocNumbers = npt.NDArray[np.int32]
Places: TypeAlias = slice | Numbers
Block: TypeAlias = tuple[Numbers, DocNumbers, FloatArray]
"""Of the next terms: how many values each has, their documents, and the values."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """The documents of a segment that have each of its terms.

    Attributes:
        indptr: Shape (n_terms + 1,); the documents of term t stand at ``indptr[t]:indptr[t + 1]``.
        docs: Shape (n,); document numbers within the segment, ascending within a term.
    """

    indptr: Numbers
    docs: npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Matrix(Stretches):
    """How often each term of a segment occurs in each of its documents, all fields together.

    Attributes:
        frequencies: Shape (n,); weighted, above 0.
    """

    frequencies: FloatArray

    @classmethod
    def of(cls, blocks: Iterable[Block], n_terms: int, most: int) -> Self:
        """Put a matrix together.

        Args:
            blocks: What there is of some terms after the other.
            n_terms: Number of terms.
            most: Number of values, at most.
        """
        values = np.empty(most)
        indptr, docs = _fill(blocks, n_terms, most, values.__setitem__)
        return cls(indptr, docs, values[: len(docs)])

    def at(self, places: Places) -> FloatArray:
        """Return the frequencies of some places."""
        return self.frequencies[places]


@kept_with_segment("coded matrix")
@dataclass(frozen=True, slots=True)
class CodedMatrix(Stretches):
    """A matrix of few different frequencies: for each place the number of its frequency among them.

    Attributes:
        codes: Shape (n,); below n_frequencies, in as few bytes as they take.
        frequencies: Shape (n_frequencies,); weighted, above 0.
    """

    codes: Unsigned
    frequencies: FloatArray

    @classmethod
    def of(cls, blocks: Iterable[Block], n_terms: int, most: int) -> Self:
        """Put a matrix together, as ``Matrix.of`` does."""
        coded = _Codes(most)
        indptr, docs = _fill(blocks, n_terms, most, coded.put)
        return cls(indptr, docs, coded.codes[: len(docs)], coded.values)

    def at(self, places: Places) -> FloatArray:
        """Return the frequencies of some places."""
        return self.frequencies[self.codes[places]]

    def times(self, factors: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
        """Yield where frequencies stand, and these times a factor of their term, shape (n_terms,)."""
        for terms, here, which in blocks_of_terms(self.indptr):
            yield here, self.at(here) * factors[terms][which]


class _Codes:
    """Few different values, put down as their numbers, some after the others.

    Args:
        most: For how many values there must be room.

    Attributes:
        codes: Shape (most,); the numbers.
        values: Shape (n_values,); what they stand for.
    """

    def __init__(self, most: int) -> None:
        self.codes: Unsigned = np.empty(most, np.uint8)
        self.values = np.zeros(0)
        self._order = np.zeros(0, np.int64)

    def put(self, here: slice, values: FloatArray) -> None:
        """Put values down in their places."""
        known = self.values[self._order]
        found = np.searchsorted(known, values)
        missing = np.append(known, np.nan)[found] != values
        if missing.any():
            self.values = np.append(self.values, np.unique(values[missing]))
            self._order = np.argsort(self.values)
            found = np.searchsorted(self.values[self._order], values)
            self._widen(here.start)
        self.codes[here] = self._order[found]

    def _widen(self, count: int) -> None:
        """Have room for the number of every value; the first so many codes are there."""
        width = np.min_scalar_type(len(self.values) - 1)
        if width != self.codes.dtype:
            codes = np.empty(len(self.codes), width)
            codes[:count] = self.codes[:count]
            self.codes = codes


def _fill(
    blocks: Iterable[Block], n_terms: int, most: int, put: Callable[[slice, FloatArray], None]
) -> tuple[Numbers, DocNumbers]:
    """Put blocks one behind the other: where each term begins, and the documents; hand their values on."""
    indptr = np.zeros(n_terms + 1, np.int64)
    docs = np.empty(most, np.int32)  # what is not filled of it takes no memory: nobody has touched it
    term = begin = 0
    for counts, own, values in blocks:
        indptr[term + 1 : term + 1 + len(counts)] = begin + np.cumsum(counts)
        here = slice(begin, begin + len(own))
        docs[here] = own
        put(here, values)
        term, begin = term + len(counts), here.stop
    return indptr, docs[:begin]


M = TypeVar("M", bound=Stretches)


@dataclass(frozen=True, slots=True)
class Rows(Generic[M]):
    """Stretches of the matrices of one segment.

    Attributes:
        offset: First document number of the segment in its snapshot.
        n_docs: Number of documents of the segment.
        matrices: The matrices.
        matrix: Shape (n_rows,); the matrix of each row.
        begins: Shape (n_rows,); where the row begins in its matrix.
        ends: Shape (n_rows,); where it ends.
        asked: Shape (n_rows,); what each row was looked up for.
    """

    offset: int
    n_docs: int
    matrices: tuple[M, ...]
    matrix: Numbers
    begins: Numbers
    ends: Numbers
    asked: Numbers

    @property
    def counts(self) -> Numbers:
        """Shape (n_rows,); number of documents of each row."""
        return self.ends - self.begins

    def ordered(self, words: Numbers) -> Rows[M]:
        """Return the rows by ascending ``words[asked]``; those of a word by ``asked``."""
        order = np.lexsort((self.asked, words[self.asked]))
        return replace(
            self,
            matrix=self.matrix[order],
            begins=self.begins[order],
            ends=self.ends[order],
            asked=self.asked[order],
        )

    def read(self: Rows[Matrix] | Rows[CodedMatrix]) -> tuple[Numbers, npt.NDArray[np.int32], FloatArray]:
        """Return, row after row, of each value its row, its document in the segment, and its frequency."""
        nothing = (np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0))
        found = [] if self.matrices else [nothing]
        matrices: tuple[Matrix | CodedMatrix, ...] = self.matrices
        for number, matrix in enumerate(matrices):
            mine = np.flatnonzero(self.matrix == number)
            which, places = gather(self.begins[mine], self.ends[mine])
            found.append((mine[which], matrix.docs[places], matrix.at(places)))
        if len(found) == 1:
            return found[0]
        rows, docs, frequencies = (np.concatenate(column) for column in zip(*found, strict=True))
        order = np.argsort(rows, kind="stable")
        return rows[order], docs[order], frequencies[order]


def find_rows(offset: int, n_docs: int, found: Sequence[tuple[M, Numbers, Numbers]]) -> Rows[M]:
    """Look terms up in the matrices of a segment.

    Args:
        offset: First document number of the segment in its snapshot.
        n_docs: Number of documents of the segment.
        found: Each matrix with the term numbers that are wanted of it, and what each is wanted for.
    """
    return Rows(
        offset,
        n_docs,
        tuple(matrix for matrix, _, _ in found),
        np.repeat(np.arange(len(found), dtype=np.int64), [len(terms) for _, terms, _ in found]),
        np.concatenate([matrix.indptr[terms] for matrix, terms, _ in found] or [np.zeros(0, np.int64)]),
        np.concatenate([matrix.indptr[terms + 1] for matrix, terms, _ in found] or [np.zeros(0, np.int64)]),
        np.concatenate([asked for _, _, asked in found] or [np.zeros(0, np.int64)]),
    )
