"""Scores added up: by compiled loops where the extension is installed, by numpy where it is not.

Both make the same additions in the same order, so that scores are equal to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from faqsearch.index import gather
from faqsearch.ranking.rows import CodedMatrix, FloatArray, Matrix, Numbers, Rows
from faqsearch.ranking.sums import sum_by_document, sum_by_key

kernel: Any
try:
    from faqsearch.ranking import _kernel as kernel
except ImportError:
    kernel = None

_ROOM: Final = 4_096

COMPILED: Final = kernel is not None
"""Whether the extension is installed."""


def saturation(frequency: FloatArray, k1: float) -> FloatArray:
    """BM25's term-frequency part: (k1 + 1) f / (k1 + f), from 0 to k1 + 1, for length-normalised f."""
    return (k1 + 1.0) * frequency / (k1 + frequency)


def joined_frequencies(
    rows: Rows[Matrix], words: Numbers, weights: FloatArray, n_words: int
) -> tuple[Numbers, npt.NDArray[np.int32], FloatArray]:
    """Add up the weighted frequencies of all rows of a word in a document.

    Args:
        rows: Rows[Matrix] in the order of their words.
        words: Shape (n_rows,); the word of each row.
        weights: Shape (n_rows,); what an occurrence counts.
        n_words: Number of words.

    Returns:
        The word, the document and the sum of each pair of them, in the order of words, then documents.
    """
    which, docs, frequencies = rows.read()
    n_docs = max(rows.n_docs, 1)
    pairs, joined = sum_by_key(words[which] * n_docs + docs, frequencies * weights[which], n_words * n_docs)
    found, docs_of_pairs = np.divmod(pairs, n_docs)
    return found, docs_of_pairs.astype(np.int32), joined


def sum_saturated(
    rows: Rows[Matrix], words: Numbers, weights: FloatArray, worth: FloatArray, k1: float
) -> FloatArray:
    """Add up, word after word, what each word is worth times its saturated frequency.

    Args:
        rows: Rows[Matrix] in the order of their words.
        words: Shape (n_rows,); the word of each row.
        weights: Shape (n_rows,); what an occurrence counts.
        worth: Shape (n_words,).
        k1: Saturation, above 0.

    Returns:
        Shape (n_docs,) of the segment.
    """
    if kernel is None:
        which, docs, joined = joined_frequencies(rows, words, weights, len(worth))
        return sum_by_document(docs, worth[which] * saturation(joined, k1), rows.n_docs)
    scores = np.zeros(rows.n_docs)
    kernel.add_saturated(
        tuple(matrix.docs for matrix in rows.matrices),
        tuple(matrix.frequencies for matrix in rows.matrices),
        rows.matrix,
        rows.begins,
        rows.ends,
        words,
        weights,
        worth,
        k1,
        scores,
        np.zeros(rows.n_docs),
        np.empty(rows.n_docs, np.int32),
    )
    return scores


def find_places(
    docs: Sequence[npt.NDArray[np.int32]],
    matrix: Numbers,
    begins: Numbers,
    ends: Numbers,
    wanted: npt.NDArray[np.int32],
) -> Numbers:
    """Find the postings of some documents.

    Args:
        docs: Document numbers of each matrix, ascending within a row.
        matrix: Shape (n_rows,); the matrix of each row.
        begins: Shape (n_rows,); where the row begins in its matrix.
        ends: Shape (n_rows,); where it ends.
        wanted: Document numbers, ascending.

    Returns:
        Shape (n, 3); row, position in ``wanted``, and place in the matrix, in ascending order.
    """
    if kernel is not None:
        found = np.empty((_ROOM, 3), np.int64)
        count = kernel.find_places(tuple(docs), matrix, begins, ends, wanted, found)
        if count > len(found):
            found = np.empty((count, 3), np.int64)
            kernel.find_places(tuple(docs), matrix, begins, ends, wanted, found)
        return found[:count]
    rows = []
    for row, (number, begin, end) in enumerate(
        zip(matrix.tolist(), begins.tolist(), ends.tolist(), strict=True)
    ):
        here = docs[number][begin:end]
        which, places = gather(np.searchsorted(here, wanted), np.searchsorted(here, wanted, side="right"))
        rows.append(np.column_stack((np.full(len(which), row), which, places + begin)))
    return np.concatenate([np.zeros((0, 3), np.int64), *rows])


def sum_products(
    rows: Rows[CodedMatrix], idf: FloatArray, weights: FloatArray, norms: FloatArray
) -> FloatArray:
    """Add up, row after row, ``weight * (frequency * idf / norm)``.

    Args:
        rows: Rows of one matrix.
        idf: Shape (n_rows,).
        weights: Shape (n_rows,).
        norms: Shape (n_docs,); above 0.

    Returns:
        Shape (n_docs,) of the segment.
    """
    if kernel is None:
        which, docs, frequencies = rows.read()
        values = frequencies * idf[which] / norms[docs]
        return sum_by_document(docs, weights[which] * values, rows.n_docs)
    scores = np.zeros(rows.n_docs)
    matrix = rows.matrices[0]
    kernel.add_products(
        matrix.docs,
        matrix.codes,
        matrix.frequencies,
        rows.begins,
        rows.ends,
        idf,
        weights,
        norms,
        scores,
    )
    return scores
