"""The best documents of sums over few terms, found by compiled loops that skip what cannot be among them."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt

from faqsearch.ranking.clauses import Clauses
from faqsearch.ranking.rows import Numbers

BoolArray = npt.NDArray[np.bool_]
_ALL: Final = np.zeros(0, np.uint8)


def candidates(kernel: ModuleType, clauses: Sequence[Clauses], passes: BoolArray | None, k: int) -> Numbers:
    """Return documents among which the k best are that pass, and not many more.

    Args:
        kernel: The compiled loops.
        clauses: The parts of the scores, for each segment.
        passes: Shape (n_slots,); the documents that are wanted; None for all.
        k: How many, at least 1.

    Returns:
        Document numbers of the snapshot, ascending.
    """
    best = np.zeros(max(k, 1))
    n_best = 0
    found = []
    for one in clauses:
        rows = one.rows
        low, high = one.bounds
        own = _ALL if passes is None else _of_segment(passes, one)
        docs, n_best = kernel.best_documents(
            tuple(matrix.docs for matrix in rows.matrices),
            tuple(matrix.values for matrix in rows.matrices),
            tuple(matrix.blocks for matrix in rows.matrices),
            rows.matrix,
            rows.begins,
            rows.ends,
            one.weights.astype(np.float32),
            one.most,
            one.firsts,
            one.worth.astype(np.float32),
            one.k1.astype(np.float32),
            own,
            rows.n_docs,
            low,
            high,
            best,
            n_best,
        )
        found.append(np.frombuffer(docs, np.int32).astype(np.int64) + rows.offset)
    return found[0] if len(found) == 1 else np.concatenate(found)


def count_documents(kernel: ModuleType, clauses: Sequence[Clauses], passes: BoolArray) -> int:
    """Count the documents that match and pass, given by a mask of shape (n_slots,)."""
    total = 0
    for one in clauses:
        rows = one.rows
        docs = tuple(matrix.docs for matrix in rows.matrices)
        own = _of_segment(passes, one).copy()
        total += kernel.count_documents(docs, rows.matrix, rows.begins, rows.ends, own)
    return total


def _of_segment(passes: BoolArray, clauses: Clauses) -> npt.NDArray[np.uint8]:
    first = clauses.rows.offset
    return passes[first : first + clauses.rows.n_docs].view(np.uint8)
