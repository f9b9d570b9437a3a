"""The loop of scoring for numba; see kernel.py."""

from __future__ import annotations

from typing import Any

from numba import njit


def _add_products(
    docs: Any, values: Any, begins: Any, ends: Any, idf: Any, weights: Any, norms: Any, out: Any
) -> None:
    """Add ``weight * (value * idf / norm)`` to ``out``."""
    for row in range(begins.shape[0]):
        weight, rarity = weights[row], idf[row]
        for place in range(begins[row], ends[row]):
            doc = docs[place]
            out[doc] += weight * (values[place] * rarity / norms[doc])


add_products: Any = njit(cache=True, nogil=True)(_add_products)
