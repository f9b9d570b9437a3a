"""Locks on folders and files, where the system has them; without them old generations stay for good."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


def hold(folder: Path) -> int | None:
    """Let nobody remove a folder until the descriptor that is returned is closed; None where that cannot be.

    Raises:
        OSError: If the folder is not there.
    """
    if fcntl is None:
        return None
    opened = os.open(folder, os.O_RDONLY)
    with contextlib.suppress(OSError):  # a file system without locks
        fcntl.flock(opened, fcntl.LOCK_SH)
    return opened


@contextlib.contextmanager
def if_free(folder: Path) -> Iterator[bool]:
    """Tell whether nobody holds a folder; if so, nobody can until the block ends."""
    if fcntl is None:
        yield False
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except OSError:
            free = False
        yield free
    finally:
        os.close(opened)


@contextlib.contextmanager
def alone(file: Path) -> Iterator[bool]:
    """Wait until no other process is in such a block with the same file; tell whether that is sure.

    Raises:
        OSError: If the file cannot be made.
    """
    opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        sure = fcntl is not None
        try:
            if fcntl is not None:
                fcntl.flock(opened, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            sure = False
        yield sure
    finally:
        os.close(opened)
