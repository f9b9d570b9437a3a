"""The best documents of sums over few terms, found by compiled loops that skip what cannot be among them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from faqsearch.ranking import accumulate
from faqsearch.ranking.clauses import Clauses
from faqsearch.ranking.rows import DocNumbers

BoolArray = npt.NDArray[np.bool_]


def candidates(sums: Sequence[Clauses], passes: BoolArray | None, k: int) -> list[DocNumbers]:
    """Return documents among which the k best are that pass, and not many more.

    Args:
        sums: The parts of the scores, for each segment.
        passes: Shape (n_slots,); the documents that are wanted; None for all.
        k: How many, at least 1.

    Returns:
        For each segment document numbers, ascending.
    """
    best = np.zeros(max(k, 1))
    n_best = 0
    found = []
    for one in sums:
        low, high = one.bounds
        own = None if passes is None else _of_segment(passes, one)
        docs, n_best = accumulate.kernel.best_documents(one.parts, own, one.n_docs, low, high, best, n_best)
        found.append(np.frombuffer(docs, np.int32))
    return found


def count_documents(sums: Sequence[Clauses], passes: BoolArray) -> int:
    """Count the documents that match and pass, given by a mask of shape (n_slots,)."""
    return sum(accumulate.kernel.count_documents(one.parts, _of_segment(passes, one).copy()) for one in sums)


def _of_segment(passes: BoolArray, sums: Clauses) -> npt.NDArray[np.uint8]:
    return passes[sums.offset : sums.offset + sums.n_docs].view(np.uint8)
