"""An encoder that remembers: only texts it has not met are encoded, and a broken-off run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders.base import Encoder, Kind, checked_texts, unit_rows
from faqsearch.encoders.cache import VectorCache, text_digest

CHUNK: Final = 32
"""Texts that are encoded before their vectors are stored: what an interruption may cost."""


class CachedEncoder:
    """An encoder in front of which stands a cache.

    Every vector is rounded to float16 and brought back to length 1, whether it comes from the cache or
    was made just now, so that what is in the cache never changes a result. Its cosines differ from those
    of the encoder by less than 0.0001, less than the rounding of the matrix it is searched in.

    Args:
        encoder: Makes the vectors.
        cache: Keeps them.
        progress: Called with how many texts are ready and how many there are: once at the start, then
            after each chunk has been stored. An exception it raises stops the run; what is stored stays.
        kinds: Which kinds are kept. Queries are what customers wrote, and rarely come twice.
    """

    def __init__(
        self,
        encoder: Encoder,
        cache: VectorCache,
        *,
        progress: Callable[[int, int], None] | None = None,
        kinds: tuple[Kind, ...] = ("passage",),
    ) -> None:
        self._encoder = encoder
        self._cache = cache
        self._progress = progress or _silent
        self._kinds = kinds

    @property
    def fingerprint(self) -> str:
        """The encoder's, marked as rounded."""
        return f"{self._encoder.fingerprint}:float16"

    @property
    def dimensions(self) -> int:
        """The encoder's."""
        return self._encoder.dimensions

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Return the vectors; those that are missing are made in chunks, each stored as it comes."""
        checked_texts(texts, kind, 0)
        if kind not in self._kinds:
            return self._decoded(_rounded(self._encoder.encode(texts, kind)))
        digests = [text_digest(text) for text in texts]
        vectors = self._usable(self._cache.get_many(self.fingerprint, kind, digests))
        missing = {key: text for key, text in zip(digests, texts, strict=True) if key not in vectors}
        places = Counter(digests)
        done = sum(places[key] for key in vectors)
        self._progress(done, len(texts))
        for chunk in _chunks(list(missing)):
            rows = _rounded(self._encoder.encode([missing[key] for key in chunk], kind))
            made = dict(zip(chunk, rows, strict=True))
            self._cache.put_many(self.fingerprint, kind, made)
            vectors.update(made)
            done += sum(places[key] for key in made)
            self._progress(done, len(texts))
        rows = np.array([vectors[key] for key in digests], dtype=np.float16)
        return self._decoded(rows)

    def missing(self, texts: Sequence[str], kind: Kind) -> int:
        """Return how many of the texts would have to be encoded; a text that comes twice counts once."""
        return len(self.absent(texts, kind))

    def absent(self, texts: Sequence[str], kind: Kind) -> tuple[str, ...]:
        """Return the texts, each once, that would have to be encoded."""
        digests = {text_digest(text): text for text in texts}
        known = self._usable(self._cache.get_many(self.fingerprint, kind, digests))
        return tuple(text for digest, text in digests.items() if digest not in known)

    def __repr__(self) -> str:
        return f"CachedEncoder({self._encoder!r}, {self._cache!r})"

    def _usable(self, found: dict[bytes, NDArray[np.float16]]) -> dict[bytes, NDArray[np.float16]]:
        """Leave out what an encoder of the same fingerprint but another length put there."""
        return {key: vector for key, vector in found.items() if len(vector) == self.dimensions}

    def _decoded(self, rows: NDArray[np.float16]) -> NDArray[np.float32]:
        return unit_rows(rows.reshape(-1, self.dimensions), "the encoder")


def _rounded(rows: NDArray[np.float32]) -> NDArray[np.float16]:
    return rows.astype(np.float16)


def _chunks(keys: list[bytes]) -> Iterator[list[bytes]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def _silent(done: int, total: int) -> None:
    """Say nothing."""
