"""The stretches of an index that a query reads: for each of its terms, the documents that have it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from faqsearch.index import gather

FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matrix:
    """How often each term of a segment occurs in each of its documents, all fields together.

    Attributes:
        indptr: Shape (n_terms + 1,); the documents of term t stand at ``indptr[t]:indptr[t + 1]``.
        docs: Shape (n,); document numbers within the segment, ascending within a term.
        frequencies: Shape (n,); weighted, above 0.
    """

    indptr: Numbers
    docs: npt.NDArray[np.int32]
    frequencies: FloatArray

    @property
    def terms(self) -> Numbers:
        """Shape (n,); the term number of each value."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))


@dataclass(frozen=True, slots=True)
class Rows:
    """Stretches of the matrices of one segment.

    Attributes:
        offset: First document number of the segment in its snapshot.
        n_docs: Number of documents of the segment.
        matrices: The matrices.
        matrix: Shape (n_rows,); the matrix of each row, ascending within an asked term.
        begins: Shape (n_rows,); where the row begins in its matrix.
        ends: Shape (n_rows,); where it ends.
        asked: Shape (n_rows,); what each row was looked up for.
    """

    offset: int
    n_docs: int
    matrices: tuple[Matrix, ...]
    matrix: Numbers
    begins: Numbers
    ends: Numbers
    asked: Numbers

    @property
    def counts(self) -> Numbers:
        """Shape (n_rows,); number of documents of each row."""
        return self.ends - self.begins

    def ordered(self, words: Numbers) -> Rows:
        """Return the rows by ascending ``words[asked]``; those of a word by matrix, then as they stand."""
        order = np.lexsort((self.matrix, words[self.asked]))
        return replace(
            self,
            matrix=self.matrix[order],
            begins=self.begins[order],
            ends=self.ends[order],
            asked=self.asked[order],
        )

    def of_document(self, doc: int) -> Rows:
        """Return the rows cut down to one document, given by its number within the segment."""
        begins, ends = self.begins.copy(), self.ends.copy()
        for row, (number, begin, end) in enumerate(
            zip(self.matrix.tolist(), self.begins.tolist(), self.ends.tolist(), strict=True)
        ):
            docs = self.matrices[number].docs[begin:end]
            place = int(np.searchsorted(docs, doc))
            begins[row] = begin + place
            ends[row] = begins[row] + int(place < len(docs) and docs[place] == doc)
        return replace(self, begins=begins, ends=ends)

    def read(self) -> tuple[Numbers, npt.NDArray[np.int32], FloatArray]:
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


def find_rows(offset: int, n_docs: int, found: Sequence[tuple[Matrix, Numbers, Numbers]]) -> Rows:
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


def in_segment(rows: Sequence[Rows], doc: int) -> tuple[Rows, int]:
    """Return the rows of the segment that holds a document of a snapshot, and its number within it."""
    found = next(part for part in rows if doc < part.offset + part.n_docs)
    return found, doc - found.offset
