"""Sums in a fixed order: a score and its explanation are the same additions, equal to the last bit."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt


def sum_by_document(
    docs: npt.NDArray[np.int32], values: npt.NDArray[np.float64], n_slots: int
) -> npt.NDArray[np.float64]:
    """Add up the values of each document, from 0 and in the order in which they stand.

    Args:
        docs: Shape (n,); document numbers below n_slots.
        values: Shape (n,).
        n_slots: Number of document numbers.

    Returns:
        Shape (n_slots,).
    """
    return np.bincount(docs, values, n_slots).astype(np.float64, copy=False)


def sum_in_order(values: Iterable[float]) -> float:
    """Add up from 0 in the given order; unlike ``sum``, which compensates rounding from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total
