"""Vectors as whole numbers from -127 to 127, none of them so long that a dot product is rounded.

float32 holds every whole number up to 2**24. The partial sums of a dot product of a and b, in whatever
order it is summed, are whole numbers of at most ``sum(|a_i| |b_i|) <= |a| |b|`` (Cauchy and Schwarz). With
both lengths below 2**12 they stay below 2**24, hence exact. A vector of up to 1,040 components cannot be
longer than ``127 * sqrt(1040) = 4095.6``; a longer one is scaled to that length where it has to be.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

LARGEST: Final = 127
"""Largest absolute value of a component."""
LENGTH_LIMIT: Final = 4096
"""Every vector is shorter than this: 2**12, the square root of 2**24."""
MAX_DIMENSIONS: Final = 16_384


def quantize(vectors: NDArray[np.floating]) -> NDArray[np.int8]:
    """Scale each vector so that its largest component is 127 in absolute value, and round.

    Of more than 1,040 components, a vector that would be 4096 long or more is scaled less, so that its
    rounded form is shorter than that. Only direction counts, so nothing is lost but a little precision.

    Args:
        vectors: Finite numbers of shape ``(n, dimensions)``, up to 16,384 dimensions; a vector of zeros
            stays one.

    Returns:
        Whole numbers of the same shape, from -127 to 127. They depend on each vector alone.
    """
    # Scaled to 1 before anything else: the squares of very large or small numbers leave float64.
    peaks = np.maximum(vectors.max(axis=1, keepdims=True), -vectors.min(axis=1, keepdims=True))
    scaled = vectors / np.where(peaks > 0, peaks, vectors.dtype.type(1))
    whole = np.rint(scaled * vectors.dtype.type(LARGEST))
    if LARGEST**2 * vectors.shape[1] < LENGTH_LIMIT**2:
        return whole.astype(np.int8)  # no vector of so few components can be too long
    for row in np.flatnonzero(np.square(whole, dtype=np.float64).sum(axis=1) >= LENGTH_LIMIT**2):
        # Rounding lengthens by at most half the diagonal of a unit cube; one more for the float arithmetic.
        room = LENGTH_LIMIT - 1 - 0.5 * np.sqrt(vectors.shape[1])
        whole[row] = np.rint(scaled[row] * (room / np.linalg.norm(scaled[row])))
    return whole.astype(np.int8)
