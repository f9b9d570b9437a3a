"""Writing a compact file of word vectors, in memory that does not grow with the vectors."""

from __future__ import annotations

import contextlib
import hashlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from faqsearch import files
from faqsearch.errors import VectorsError
from faqsearch.vectors import layout
from faqsearch.vectors.keys import folded, hash_word
from faqsearch.vectors.layout import HEADER_SIZE, Header, VectorsInfo
from faqsearch.vectors.quantize import quantize

NO_ROW: Final = -1
"""Stands for the row of a vector of zeros, which is not stored."""


class _Keys:
    """Keys, checks and rows of words in the order they came: 20 bytes each."""

    def __init__(self) -> None:
        self.keys = array("Q")
        self.checks = array("Q")
        self.rows = array("I")

    def add(self, word: str, row: int) -> None:
        key, check = hash_word(word)
        self.keys.append(key)
        self.checks.append(check)
        self.rows.append(row)


class CompactWriter:
    """Takes vectors and words, in any order, and writes vectors at once.

    Args:
        handle: An empty file, from :func:`writing`.
        dimensions: Components of every vector.
    """

    def __init__(self, handle: BinaryIO, dimensions: int) -> None:
        self._handle = handle
        self._dimensions = dimensions
        self._digest = hashlib.sha256()
        self._rows = 0
        self._words = _Keys()
        self._seconds = _Keys()
        self._left_out = 0
        handle.write(b"\0" * HEADER_SIZE)

    def add_vectors(self, vectors: NDArray[np.float64]) -> list[int]:
        """Write vectors of shape ``(n, dimensions)``, finite; return the row of each, -1 for zeros."""
        whole = quantize(vectors)
        said = np.any(whole, axis=1)
        self._write(whole[said].tobytes())
        rows = np.where(said, self._rows + np.cumsum(said) - 1, NO_ROW)
        self._rows += int(said.sum())
        return [int(row) for row in rows]

    def add_word(self, word: str | None, row: int) -> None:
        """Give a word the vector of a row; without either, only count that it was left out.

        The first of several equal words counts. So does the first of several with one folded form, unless
        that form is a word itself.
        """
        if word is None or not word or row == NO_ROW:
            self._left_out += 1
            return
        self._words.add(word, row)
        second = folded(word)
        if second != word:
            self._seconds.add(second, row)

    def finish(self, info: VectorsInfo) -> None:
        """Write keys and header.

        Raises:
            VectorsError: If there is no word, two words share a key, or the texts of ``info`` do not fit.
        """
        if not self._words.keys:
            raise VectorsError("holds no word with a vector; give a file of word vectors")
        self._write(b"\0" * layout.padding(self._rows * self._dimensions))
        keys, rows, words = _sorted_keys(self._words, self._seconds)
        self._write(keys.astype("<u8").tobytes())
        self._write(rows.astype("<u4").tobytes())
        header = Header(
            source=info.source,
            version=info.version,
            licence=info.licence,
            attribution=info.attribution,
            dimensions=self._dimensions,
            words=words,
            left_out=self._left_out,
            keys=len(keys),
            rows=self._rows,
            digest=self._digest.hexdigest(),
        )
        self._handle.seek(0)
        self._handle.write(layout.encode(header))

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        self._handle.write(data)


def _sorted_keys(words: _Keys, seconds: _Keys) -> tuple[NDArray[np.uint64], NDArray[np.uint64], int]:
    """Sort keys; the first of equal ones stays.

    Returns:
        The keys, ascending; the row of each; the number of different words.

    Raises:
        VectorsError: If different words have the same key.
    """
    keys = np.array(words.keys + seconds.keys, dtype=np.uint64)
    checks = np.array(words.checks + seconds.checks, dtype=np.uint64)
    rows = np.array(words.rows + seconds.rows, dtype=np.uint64)
    order = np.argsort(keys, kind="stable")
    again = keys[order][1:] == keys[order][:-1]
    if np.any(again & (checks[order][1:] != checks[order][:-1])):
        raise VectorsError("holds two words with the same 64-bit key; leave one of them out")
    kept = order[np.concatenate([[True], ~again])]
    return keys[kept], rows[kept], int(np.sum(kept < len(words.keys)))


@contextlib.contextmanager
def writing(path: Path, dimensions: int, info: VectorsInfo) -> Iterator[CompactWriter]:
    """Yield a writer; the file appears, whole, when the block ends without an error.

    Raises:
        VectorsError: If the file cannot be written, or as :meth:`CompactWriter.finish` says.
    """
    try:
        with files.replacing(path) as handle:
            writer = CompactWriter(handle, dimensions)
            yield writer
            writer.finish(info)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise VectorsError(
            f"{path} cannot be written: {reason}; what was there before is still there"
        ) from error
