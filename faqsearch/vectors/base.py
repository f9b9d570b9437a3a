"""What every source of word vectors offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Progress: TypeAlias = Callable[[str, float], None]
"""Called with what is being done (``"download"``, ``"convert"``) and how much of it is, from 0 to 1."""


@runtime_checkable
class WordVectors(Protocol):
    """Vectors of words, made of whole numbers so that their dot products are exact.

    Every component is a whole number from -127 to 127, held as float32, and every vector is shorter than
    4096 (see :mod:`faqsearch.vectors.quantize`). Dot products of such vectors, their partial sums and
    their squared lengths are whole numbers below 2**24, which float32 holds exactly. So a similarity does
    not depend on the order of summation, on the shape of the matrix around the vector, on the number of
    threads or on the processor: what was computed for one new entry equals what a rebuild computes, to
    the last bit. Divide by lengths after the dot product, never before.

    A word that is not known is looked up once more in its folded form (NFKC, then case folding), and
    that form also finds a word that is known in capitals only.

    Implementations are immutable, safe to share between threads, and can be pickled.
    """

    @property
    def fingerprint(self) -> str:
        """Source, version and digest of the content; equal fingerprints mean equal vectors."""
        ...

    @property
    def dimensions(self) -> int:
        """Number of components of a vector, at least 1."""
        ...

    def lookup(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Look up words; any string is accepted, and unknown ones are left out.

        Returns:
            Positions of the known words in ``words``, ascending, of shape ``(n,)``; and their vectors,
            of shape ``(n, dimensions)``, a copy of the caller's own.
        """
        ...
