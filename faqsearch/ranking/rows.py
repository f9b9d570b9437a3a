"""The stretches of an index that a query reads: for each of its terms, the documents that have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from faqsearch.index import blocks_of_terms, gather
from faqsearch.index.derived import kept_with_segment

FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]
DocNumbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Stretches:
    """The documents of a segment that have each of its terms.

    Attributes:
        indptr: Shape (n_terms + 1,); the documents of term t stand at ``indptr[t]:indptr[t + 1]``.
        docs: Shape (n,); document numbers within the segment, ascending within a term.
    """

    indptr: Numbers
    docs: npt.NDArray[np.int32]


@kept_with_segment("matrix")
@dataclass(frozen=True, slots=True)
class Matrix(Stretches):
    """How often each term of a segment occurs in each of its documents, all fields together.

    Attributes:
        frequencies: Shape (n,); weighted, above 0.
    """

    frequencies: FloatArray

    def times(self, factors: FloatArray) -> Iterator[tuple[slice, FloatArray]]:
        """Yield where frequencies stand, and these times a factor of their term, shape (n_terms,)."""
        for terms, here in blocks_of_terms(self.indptr):
            counts = np.diff(self.indptr[terms.start : terms.stop + 1])
            yield here, self.frequencies[here] * np.repeat(factors[terms], counts)


class MatrixRows:
    """The rows of a matrix, put together from those of some terms after the other."""

    def __init__(self) -> None:
        self._counts = [np.zeros(1, np.int64)]
        self._docs = [np.zeros(0, np.int32)]
        self._frequencies = [np.zeros(0)]

    def add(self, counts: Numbers, docs: DocNumbers, frequencies: FloatArray) -> None:
        """Add the next terms: how many values each has, and the values."""
        self._counts.append(counts)
        self._docs.append(docs)
        self._frequencies.append(frequencies)

    def matrix(self) -> Matrix:
        """Return the matrix; what was added is forgotten as it is put together."""
        indptr = np.cumsum(np.concatenate(self._counts))
        docs = np.concatenate(self._docs)
        self._docs.clear()
        frequencies = np.concatenate(self._frequencies)
        self._frequencies.clear()
        return Matrix(indptr, docs, frequencies)


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

    def read(self: Rows[Matrix]) -> tuple[Numbers, npt.NDArray[np.int32], FloatArray]:
        """Return, row after row, of each value its row, its document in the segment, and its frequency."""
        nothing = (np.zeros(0, np.int64), np.zeros(0, np.int32), np.zeros(0))
        found = [] if self.matrices else [nothing]
        for number, matrix in enumerate(self.matrices):
            mine = np.flatnonzero(self.matrix == number)
            which, places = gather(self.begins[mine], self.ends[mine])
            found.append((mine[which], matrix.docs[places], matrix.frequencies[places]))
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
