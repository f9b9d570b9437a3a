"""Word vectors in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from faqsearch.errors import VectorsError
from faqsearch.vectors.keys import folded
from faqsearch.vectors.layout import fingerprint
from faqsearch.vectors.quantize import MAX_DIMENSIONS, quantize


class StaticWordVectors:
    """Vectors of a mapping: for vectors of your own, and for tests.

    Args:
        vectors: Word to vector, all of one length from 1 to 16,384, finite. A vector of zeros says nothing
            about its word, which then counts as unknown. Later changes of the mapping have no effect.
        source: Name of the vectors, for the fingerprint.
        version: Their version, for the fingerprint.

    Raises:
        VectorsError: If vectors differ in length, hold something else than finite numbers, or none is left.
    """

    def __init__(
        self, vectors: Mapping[str, ArrayLike], *, source: str = "static", version: str = ""
    ) -> None:
        if not vectors:
            raise VectorsError("the mapping is empty; give at least one word")
        matrix = quantize(_matrix_of(list(vectors.values())))
        said = np.any(matrix, axis=1)
        if not said.any():
            raise VectorsError("all vectors are zeros; give at least one that says something")
        rows = {word: row for row, word in enumerate(vectors) if said[row]}
        self._known = dict(rows)
        for word, row in rows.items():
            self._known.setdefault(folded(word), row)
        self._matrix = matrix.astype(np.float32)
        digest = hashlib.sha256()
        for word in sorted(self._known):
            data = word.encode("utf-8", "surrogatepass")
            digest.update(len(data).to_bytes(8, "little") + data + matrix[self._known[word]].tobytes())
        self._fingerprint = fingerprint(source, version, digest.hexdigest())

    @property
    def fingerprint(self) -> str:
        """Source, version and digest of the content; equal fingerprints mean equal vectors."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """Number of components of a vector."""
        return int(self._matrix.shape[1])

    def lookup(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Look up words: see :class:`~faqsearch.vectors.WordVectors`."""
        found = [self._known.get(word, self._known.get(folded(word), -1)) for word in words]
        rows = np.array(found, dtype=np.int64)
        known = np.flatnonzero(rows >= 0).astype(np.int64, copy=False)
        return known, self._matrix[rows[known]]


def _matrix_of(vectors: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """Stack vectors.

    Raises:
        VectorsError: If they are not finite numbers of one length.
    """
    try:
        matrix = np.array([np.asarray(vector, dtype=np.float64) for vector in vectors])
    except (TypeError, ValueError):
        raise VectorsError("vectors must be sequences of numbers, all of one length") from None
    if matrix.ndim != 2 or not 1 <= matrix.shape[1] <= MAX_DIMENSIONS:
        raise VectorsError(
            f"vectors came with the shape {matrix.shape[1:]}; allowed are 1 to {MAX_DIMENSIONS} numbers each"
        )
    if not np.isfinite(matrix).all():
        raise VectorsError("vectors hold a number that is infinite or not a number; leave such words out")
    return matrix
