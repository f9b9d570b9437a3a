"""Vectors of texts for rankers: those of entries made beforehand, those of queries when they come."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders.cache import text_digest
from faqsearch.encoders.cached import CHUNK, CachedEncoder
from faqsearch.errors import EncoderError, FaqSearchError

MOST_QUERIES: Final = 256
"""Queries whose vectors are kept in memory: a page of results comes back to them for explanations."""


class PreparedVectors:
    """An encoder with a cache, for use by rankers.

    The vectors of the last queries are kept in memory, never on disk: queries are what customers wrote.

    Args:
        encoder: Encodes, and keeps the vectors of entries' texts.
    """

    def __init__(self, encoder: CachedEncoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self._queries: dict[str, NDArray[np.float32]] = {}
        self._ready: set[bytes] = set()

    @property
    def fingerprint(self) -> str:
        """The encoder's."""
        return self._encoder.fingerprint

    @property
    def dimensions(self) -> int:
        """The encoder's.

        Raises:
            EncoderError: If the encoder has to ask for it and cannot.
        """
        with _as_encoder_error("vectors of entries cannot be made"):
            return self._encoder.dimensions

    def query(self, text: str) -> NDArray[np.float32]:
        """Return the vector of a query, shape (dimensions,), of length 1.

        Raises:
            EncoderError: If the encoder cannot do its work.
        """
        found = self._queries.get(text)
        if found is None:
            with _as_encoder_error("the query cannot be encoded"):
                found = self._encoder.encode([text], "query")[0]
            with self._lock:
                self._queries[text] = found
                if len(self._queries) > MOST_QUERIES:
                    del self._queries[next(iter(self._queries))]
        return found

    def passages(self, texts: tuple[str, ...]) -> NDArray[np.float32]:
        """Return the vectors of texts of entries, shape (len(texts), dimensions), of length 1.

        Raises:
            EncoderError: If one is missing and the encoder cannot do its work.
        """
        with _as_encoder_error("vectors of entries cannot be made"):
            return self._encoder.encode(texts, "passage")

    def missing(self, texts: Sequence[str]) -> tuple[str, ...]:
        """Return the texts, each once, whose vectors are yet to be made, as far as can be told now."""
        unsure = {digest: text for text in texts if (digest := text_digest(text)) not in self._ready}
        if not unsure:
            return ()
        candidates = tuple(unsure.values())
        try:
            with _as_encoder_error("vectors of entries cannot be looked up"):
                absent = self._encoder.absent(candidates, "passage")
        except EncoderError:
            return candidates
        with self._lock:
            self._ready.update(unsure.keys() - {text_digest(text) for text in absent})
        return absent

    def make(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> None:
        """Make and keep the vectors of texts, in small parts: an interrupted run goes on where it stopped.

        Args:
            texts: Texts of entries.
            progress: Called with how many are done and how many there are, of those that were missing.

        Raises:
            EncoderError: If the encoder cannot do its work.
        """
        waiting = self.missing(texts)
        for start in range(0, len(waiting), CHUNK):
            part = waiting[start : start + CHUNK]
            self.passages(part)
            with self._lock:
                self._ready.update(text_digest(text) for text in part)
            if progress is not None:
                progress(start + len(part), len(waiting))


@contextmanager
def _as_encoder_error(what: str) -> Iterator[None]:
    """Turn whatever an encoder fails with into the one error that searches and edits expect."""
    try:
        yield
    except FaqSearchError as error:
        raise EncoderError(f"{what}: {error}") from error
    except Exception as error:  # noqa: BLE001 - an encoder of one's own may fail with anything
        # Somebody else's message: it may repeat the text, which must not get into a log.
        raise EncoderError(f"{what}: the encoder failed with {type(error).__name__}") from None
