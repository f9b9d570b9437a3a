"""Reading word2vec and fastText files, text and binary, a batch at a time.

Text: a word and its numbers on each line, separated by spaces or tabs; a first line of two whole numbers
(words, dimensions) may be there or not. Binary, as word2vec writes it: that first line, then for each word
its bytes, a space, and its numbers as little-endian float32, with or without a line break after them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple, NoReturn

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import FormatError, Problem
from faqsearch.vectors.quantize import MAX_DIMENSIONS

_NUMBERS_AT_ONCE: Final = 1 << 19
_CHUNK: Final = 1 << 20
_LONGEST_LINE: Final = 1 << 21
_LONGEST_WORD: Final = 1 << 14
_COUNTS: Final = re.compile(rb"(\d{1,18})[ \t]+(\d{1,18})[ \t]*\r?\n?")
_FASTTEXT_MODEL: Final = (793712314).to_bytes(4, "little")


class Batch(NamedTuple):
    """Some words and their vectors.

    Attributes:
        words: Words; None for one that is no UTF-8 text.
        vectors: Finite numbers of shape ``(len(words), dimensions)``, at least one row.
    """

    words: list[str | None]
    vectors: NDArray[np.float64]


class _Records:
    """Collects records into batches and checks them.

    Args:
        name: The file, for messages.
        dimensions: Numbers each record has.
        promised: How many records the first line promises; None if there is no such line.
    """

    def __init__(self, name: str, dimensions: int, promised: int | None) -> None:
        if not 1 <= dimensions <= MAX_DIMENSIONS:
            fail(name, 1, f"tells of {dimensions} dimensions; allowed are 1 to {MAX_DIMENSIONS}")
        self.name = name
        self.dimensions = dimensions
        self._promised = promised
        self._full = max(1, _NUMBERS_AT_ONCE // dimensions)
        self._count = 0
        self._words: list[str | None] = []
        self._numbers: list[list[float] | NDArray[np.float32]] = []
        self._places: list[int] = []

    def add(self, word: bytes, numbers: list[float] | NDArray[np.float32], place: int) -> Batch | None:
        """Take a record; return a batch when one is full."""
        self._count += 1
        if self._promised is not None and self._count > self._promised:
            fail(
                self.name, place, f"is one more than the {self._promised} words that the first line promises"
            )
        self._words.append(_text(word))
        self._numbers.append(numbers)
        self._places.append(place)
        return self._batch() if len(self._words) == self._full else None

    def finish(self) -> Iterator[Batch]:
        """Yield the last batch, if there is one."""
        if self._promised is not None and self._count < self._promised:
            message = f"has {self._count} words; its first line promises {self._promised}: is it cut off?"
            fail(self.name, 0, message)
        if self._words:
            yield self._batch()

    def _batch(self) -> Batch:
        batch = Batch(self._words, np.array(self._numbers, dtype=np.float64))
        finite = np.isfinite(batch.vectors).all(axis=1)
        if not finite.all():
            fail(
                self.name, self._places[int(np.argmin(finite))], "has a number that is infinite or no number"
            )
        self._words, self._numbers, self._places = [], [], []
        return batch


def read_text(handle: BinaryIO, name: str) -> Iterator[Batch]:
    """Read a text file.

    Args:
        handle: The file from its beginning, uncompressed.
        name: Its name, for messages.

    Raises:
        FormatError: At the first line that is none.
        OSError: If it cannot be read.
    """
    first = handle.readline(_LONGEST_LINE).removeprefix(b"\xef\xbb\xbf")
    if first.startswith(_FASTTEXT_MODEL):
        fail(name, 0, "is a fastText model with its subwords; give the .vec file that comes with it")
    counts = _COUNTS.fullmatch(first)
    if counts is None:
        records, line = _Records(name, max(1, len(_fields(first)) - 1), None), first
    else:
        records, line = _Records(name, int(counts[2]), int(counts[1])), handle.readline(_LONGEST_LINE)
    number = 1 if counts is None else 2
    while line:
        if len(line) == _LONGEST_LINE:
            fail(name, number, "is longer than 2 MiB; in a text file each word has a line of its own")
        if line.strip():
            batch = records.add(*_split(line, number, records), number)
            if batch is not None:
                yield batch
        line = handle.readline(_LONGEST_LINE)
        number += 1
    yield from records.finish()


def read_binary(handle: BinaryIO, name: str) -> Iterator[Batch]:
    """Read a binary file of word2vec: like :func:`read_text`; messages count words from row 2."""
    first = handle.readline(64)
    if first.startswith(_FASTTEXT_MODEL):
        fail(name, 0, "is a fastText model with its subwords; give the .vec file that comes with it")
    counts = _COUNTS.fullmatch(first)
    if counts is None:
        fail(
            name,
            1,
            "does not tell words and dimensions as word2vec's binary format does; "
            "if this is a text file, let its name end in .vec or .txt",
        )
    records = _Records(name, int(counts[2]), int(counts[1]))
    source = _Buffer(handle)
    for row in range(2, int(counts[1]) + 2):
        word = source.until_space()
        data = source.take(4 * records.dimensions)
        if word is None or data is None:
            fail(name, row, "is cut off, or the file is not in word2vec's binary format")
        batch = records.add(word.removeprefix(b"\n"), np.frombuffer(data, "<f4"), row)
        if batch is not None:
            yield batch
    yield from records.finish()
    if source.take(2) is not None:
        fail(name, 0, f"goes on after the {counts[1].decode()} words that its first line promises")


class _Buffer:
    """A file read in large pieces and taken in small ones."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle
        self._data = b""
        self._at = 0

    def until_space(self) -> bytes | None:
        """Take up to the next space and drop that; None if there is none nearby."""
        end = self._data.find(b" ", self._at, self._at + _LONGEST_WORD)
        if end < 0:
            self._fill(_LONGEST_WORD)
            end = self._data.find(b" ", self._at, self._at + _LONGEST_WORD)
        if end < 0:
            return None
        taken = self._data[self._at : end]
        self._at = end + 1
        return taken

    def take(self, size: int) -> bytes | None:
        """Take so many bytes; None if there are fewer."""
        self._fill(size)
        if len(self._data) - self._at < size:
            return None
        self._at += size
        return self._data[self._at - size : self._at]

    def _fill(self, size: int) -> None:
        """Have so many bytes in memory, if the file has them."""
        if len(self._data) - self._at < size:
            self._data = self._data[self._at :] + self._handle.read(max(size, _CHUNK))
            self._at = 0


def _fields(line: bytes) -> list[bytes]:
    return line.replace(b"\t", b" ").rstrip(b" \r\n").split(b" ")


def _split(line: bytes, number: int, records: _Records) -> tuple[bytes, list[float]]:
    """Split a line into word and numbers; a word may hold spaces, as some tools write them."""
    text = line.replace(b"\t", b" ").rstrip(b" \r\n")
    word, *parts = text.rsplit(b" ", records.dimensions)
    if len(parts) < records.dimensions:
        fail(records.name, number, f"has {len(parts)} numbers after its word; expected {records.dimensions}")
    try:
        return word, [float(part) for part in parts]
    except ValueError:
        message = "has something else than numbers after its word; a binary file must be named .bin"
        fail(records.name, number, message)


def _text(word: bytes) -> str | None:
    try:
        return word.decode("utf-8")
    except UnicodeDecodeError:
        return None


def fail(name: str, row: int, message: str) -> NoReturn:
    """Say what is wrong with a file, and where.

    Raises:
        FormatError: Always.
    """
    raise FormatError([Problem(file=name, row=row, column="", message=message)])
