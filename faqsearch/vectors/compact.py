"""Word vectors in a file that is read where it lies, by memory map."""

from __future__ import annotations

import hashlib
import mmap
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import VectorsError
from faqsearch.vectors import layout
from faqsearch.vectors.keys import folded, hash_word
from faqsearch.vectors.layout import HEADER_SIZE, Header
from faqsearch.vectors.quantize import LARGEST

_CHUNK: Final = 1 << 22


class CompactWordVectors:
    """Vectors of a compact file, as ``faqsearch vectors install`` and ``convert`` write it.

    Opening takes about a millisecond whatever the size: the file is mapped, not read, and processes share
    its pages. Replacing the file does not disturb who has it open (on Windows it cannot be replaced
    meanwhile). Pickled, it is its path. The length is checked on opening; :meth:`verify` checks every byte.

    Args:
        path: The file.

    Raises:
        VectorsError: If the file is missing, of another kind or version, or damaged.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).absolute()
        try:
            with self._path.open("rb") as handle:
                self._header = _header_of(handle.read(HEADER_SIZE), os.fstat(handle.fileno()).st_size)
                self._map = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            raise VectorsError(
                f"{path} does not exist; run `faqsearch vectors install`, or convert a file of your own"
            ) from None
        except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
            reason = getattr(error, "strerror", None) or error
            raise VectorsError(f"{path} cannot be read: {reason}; give a file of word vectors") from None
        except VectorsError as error:
            raise VectorsError(f"{path} {error}") from None
        header = self._header
        matrix = np.frombuffer(self._map, np.int8, header.rows * header.dimensions, HEADER_SIZE)
        self._matrix = matrix.reshape(header.rows, header.dimensions)
        self._keys = np.frombuffer(self._map, "<u8", header.keys, header.keys_at)
        self._rows = np.frombuffer(self._map, "<u4", header.keys, header.rows_at)

    @property
    def path(self) -> Path:
        """The file, as an absolute path."""
        return self._path

    @property
    def header(self) -> Header:
        """What the file says about itself: source, licence, numbers."""
        return self._header

    @property
    def fingerprint(self) -> str:
        """Source, version and digest of the content; equal fingerprints mean equal vectors."""
        return self._header.fingerprint

    @property
    def dimensions(self) -> int:
        """Number of components of a vector."""
        return self._header.dimensions

    def lookup(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Look up words: see :class:`~faqsearch.vectors.WordVectors`.

        Raises:
            VectorsError: If the file is found to be damaged.
        """
        rows = self._rows_of(words)
        for position in map(int, np.flatnonzero(rows < 0)):
            second = folded(words[position])
            if second != words[position]:
                rows[position] = self._rows_of([second])[0]
        if rows.size and rows.max() >= self._header.rows:
            raise VectorsError(f"{self._path} is damaged: a word names a vector that is not there")
        known = np.flatnonzero(rows >= 0).astype(np.int64, copy=False)
        return known, self._matrix[rows[known]].astype(np.float32)

    def _rows_of(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each word, -1 for a word that has no key."""
        wanted = np.fromiter((hash_word(word)[0] for word in words), np.uint64, len(words))
        places = np.searchsorted(self._keys, wanted)
        places[places == len(self._keys)] = 0
        return np.where(self._keys[places] == wanted, self._rows[places].astype(np.int64), -1)

    def verify(self) -> None:
        """Read the whole file and compare it with its own digest.

        Raises:
            VectorsError: If anything in it is not as it was written.
        """
        digest = hashlib.sha256()
        for start in range(HEADER_SIZE, len(self._map), _CHUNK):
            digest.update(self._map[start : start + _CHUNK])
        if digest.hexdigest() != self._header.digest:
            raise VectorsError(f"{self._path} is damaged: its content does not match its checksum")
        ascending = bool(np.all(self._keys[:-1] < self._keys[1:]))
        if not ascending or self._rows.max() >= self._header.rows or self._matrix.min() < -LARGEST:
            raise VectorsError(f"{self._path} breaks the rules of its format; convert the vectors again")

    def __reduce__(self) -> tuple[type[CompactWordVectors], tuple[Path]]:
        return (type(self), (self._path,))

    def __repr__(self) -> str:
        return f"CompactWordVectors({str(self._path)!r})"


def _header_of(head: bytes, size: int) -> Header:
    """Check what can be checked without reading the file.

    Raises:
        VectorsError: If this is no file of ours, or not a whole one.
    """
    header = layout.decode(head)
    if size != header.size:
        raise VectorsError(f"is damaged: it has {size} bytes and should have {header.size}")
    return header
