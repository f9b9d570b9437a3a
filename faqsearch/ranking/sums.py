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


def sum_by_key(
    keys: npt.NDArray[np.int64], values: npt.NDArray[np.float64], n_keys: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Add up the values of each key, from 0 and in the order in which they stand.

    Args:
        keys: Shape (n,); below n_keys.
        values: Shape (n,); above 0.
        n_keys: Number of keys, present or not.

    Returns:
        The keys that are present, ascending, and their sums.
    """
    if n_keys <= _CELLS_FOR_A_KEY * len(keys):
        sums = np.bincount(keys, values, n_keys).astype(np.float64, copy=False)
        present = np.flatnonzero(sums > 0).astype(np.int64, copy=False)
        return present, sums[present]
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    begins = np.diff(ordered, prepend=-1) > 0
    sums = np.bincount(np.cumsum(begins) - 1, values[order]).astype(np.float64, copy=False)
    return ordered[begins], sums


_CELLS_FOR_A_KEY = 16
"""Up to so many times as many possible keys as values a table of all keys is faster than sorting."""


def sum_stretches(values: npt.NDArray[np.float64], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Add up the values of each stretch, from 0 and in the order in which they stand.

    Args:
        values: Shape (n,).
        starts: Shape (n_stretches,); where each starts, ascending from 0; it ends where the next starts.
    """
    which = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(values)))
    return np.bincount(which, values, len(starts)).astype(np.float64, copy=False)


def sum_in_order(values: Iterable[float]) -> float:
    """Add up from 0 in the given order; unlike ``sum``, which compensates rounding from Python 3.12 on."""
    total = 0.0
    for value in values:
        total += value
    return total
