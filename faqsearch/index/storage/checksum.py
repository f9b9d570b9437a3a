"""A checksum at the speed of memory: an index is checked whole each time it is opened.

A cryptographic digest of every byte would take most of that time, and guard against nothing more: who may
write into the folder may write another checksum too. What has to be noticed is damage. A file is taken for a
table of 64-bit words, 512 in a row, and the sums of its rows and of its columns are what is digested: one
changed word changes a row and a column, and so on for all changes but those whose differences cancel out in
every row and every column at once, four words or more.
"""

from __future__ import annotations

import hashlib
from typing import BinaryIO, Final

import numpy as np

_ROW: Final = 512
"""Words in a row: 4 KiB."""
_BLOCK: Final = 1 << 20
"""Bytes that are summed at a time: they stay in the processor's cache."""


class Checksum:
    """The checksum of bytes that come one part after the other.

    Attributes:
        size: Bytes so far.
    """

    def __init__(self) -> None:
        self.size = 0
        self._block = np.zeros(_BLOCK // 8, np.uint64)
        self._room = self._block.data.cast("B")
        self._filled = 0
        self._columns = np.zeros(_ROW, np.uint64)
        self._rows = hashlib.sha256()

    def update(self, data: memoryview | bytes) -> None:
        """Add bytes."""
        rest = memoryview(data)
        while rest:
            part = rest[: _BLOCK - self._filled]
            self._room[self._filled : self._filled + len(part)] = part
            self._add(len(part))
            rest = rest[len(part) :]

    def read(self, handle: BinaryIO) -> None:
        """Add all that is left of a file, which is opened without a buffer."""
        while count := handle.readinto(self._room[self._filled :]):  # type: ignore[attr-defined]
            self._add(count)

    def hexdigest(self) -> str:
        """Return the checksum of all bytes, their number included; none may be added afterwards."""
        self._block.view(np.uint8)[self._filled :] = 0
        self._sum()
        self._rows.update(self._columns.tobytes() + self.size.to_bytes(8, "little"))
        return self._rows.hexdigest()

    def _add(self, count: int) -> None:
        self.size += count
        self._filled += count
        if self._filled == _BLOCK:
            self._sum()
            self._filled = 0

    def _sum(self) -> None:
        table = self._block.reshape(-1, _ROW)
        self._rows.update(np.add.reduce(table, axis=1).tobytes())
        self._columns += np.add.reduce(table, axis=0)
