"""The chiVe vectors inside a ja-ginza wheel, which is opened as a ZIP file and never imported.

spaCy's ``Vectors`` are a matrix, a map from the hash of a word to its row, and, apart from it, a list of
strings, most of which are the words. Several words share a row: each rare word has the vector of the
frequent word nearest to it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import VectorsError
from faqsearch.vectors.murmur import murmur64
from faqsearch.vectors.quantize import MAX_DIMENSIONS

MISSING_MSGPACK: Final = 'chiVe needs the package msgpack; run: pip install "faqsearch[vectors]"'
_LARGEST_MEMBER: Final = 1 << 29


class WheelVectors(NamedTuple):
    """What a wheel holds.

    Attributes:
        matrix: Finite float32 of shape ``(rows, dimensions)``.
        rows: Row of the hash of each word, in the wheel's order: frequent words first.
        strings: Words, and strings that are none, in any order.
    """

    matrix: NDArray[np.float32]
    rows: dict[int, int]
    strings: list[str]

    def words(self) -> Iterator[tuple[str, int]]:
        """Yield each word that has a vector, with its row, in the order of ``rows``."""
        spelling: dict[int, str] = {}
        for string in self.strings:
            key = murmur64(string.encode("utf-8", "surrogatepass"))
            if key in self.rows:
                spelling.setdefault(key, string)
        for key, row in self.rows.items():
            if key in spelling:
                yield spelling[key], row


def read_wheel(path: Path, folder: str) -> WheelVectors:
    """Read the vectors of a wheel.

    Args:
        path: The wheel.
        folder: Folder of the vocabulary in it, such as ``"ja_ginza/ja_ginza-5.3.0/vocab/"``.

    Raises:
        VectorsError: If the wheel holds something else, or msgpack is not installed.
        OSError: If it cannot be read.
    """
    try:
        import msgpack
    except ModuleNotFoundError:
        raise VectorsError(MISSING_MSGPACK) from None
    try:
        with zipfile.ZipFile(path) as wheel:
            matrix = np.load(io.BytesIO(_member(wheel, folder + "vectors")), allow_pickle=False)
            rows = msgpack.unpackb(_member(wheel, folder + "key2row"), strict_map_key=False)
            strings = json.loads(_member(wheel, folder + "strings.json"))
    except (KeyError, EOFError, zipfile.BadZipFile, msgpack.UnpackException, ValueError) as error:
        raise VectorsError(f"{path} is not a wheel with vectors: {type(error).__name__}") from error
    found = WheelVectors(matrix, rows, strings)
    if not _sound(found):
        raise VectorsError(f"{path} holds vectors in another layout than expected")
    return found


def _member(wheel: zipfile.ZipFile, name: str) -> bytes:
    """Read a member of a plausible size.

    Raises:
        KeyError: If there is no such member.
        ValueError: If it is too large.
    """
    if wheel.getinfo(name).file_size > _LARGEST_MEMBER:
        raise ValueError(name)
    return wheel.read(name)


def _sound(found: WheelVectors) -> bool:
    matrix, rows, strings = found
    if matrix.ndim != 2 or matrix.dtype != np.float32 or not 1 <= matrix.shape[1] <= MAX_DIMENSIONS:
        return False
    if not np.isfinite(matrix).all() or not isinstance(rows, dict) or not isinstance(strings, list):
        return False
    in_range = all(type(row) is int and 0 <= row < len(matrix) for row in rows.values())
    return in_range and all(type(string) is str for string in strings)
