"""Scores added up: by compiled loops where the extension is installed, by numpy where it is not.

Both make the same additions in the same order, so that scores are equal to the last bit.
"""

from __future__ import annotations

from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt

from faqsearch.ranking.rows import FloatArray, Numbers, Rows
from faqsearch.ranking.sums import sum_by_document, sum_by_key

kernel: ModuleType | None
try:
    from faqsearch.ranking import _kernel as kernel
except ImportError:
    kernel = None

COMPILED: Final = kernel is not None
"""Whether the extension is installed."""


def saturation(frequency: FloatArray, k1: float) -> FloatArray:
    """BM25's term-frequency part: (k1 + 1) f / (k1 + f), from 0 to k1 + 1, for length-normalised f."""
    return (k1 + 1.0) * frequency / (k1 + frequency)


def joined_frequencies(
    rows: Rows, words: Numbers, weights: FloatArray, n_words: int
) -> tuple[Numbers, npt.NDArray[np.int32], FloatArray]:
    """Add up the weighted frequencies of all rows of a word in a document.

    Args:
        rows: Rows in the order of their words.
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
    rows: Rows, words: Numbers, weights: FloatArray, worth: FloatArray, k1: float
) -> FloatArray:
    """Add up, word after word, what each word is worth times its saturated frequency.

    Args:
        rows: Rows in the order of their words.
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


def sum_products(rows: Rows, idf: FloatArray, weights: FloatArray, norms: FloatArray) -> FloatArray:
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
    kernel.add_products(matrix.docs, matrix.frequencies, rows.begins, rows.ends, idf, weights, norms, scores)
    return scores
