"""Replace a file all or nothing: whoever looks sees the old content or the new, never a mixture."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)  # binary: Windows only


def write_bytes(path: Path, data: bytes) -> None:
    """Put ``data`` into ``path``; on any failure the old file stays and nothing else remains.

    Raises:
        OSError: If the folder or file cannot be written.
        ValueError: If the path is not one the file system can hold.
    """
    with replacing(path) as handle:
        handle.write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yield an empty file to write to; it takes the place of ``path`` when the block ends without an error.

    The data goes to a new file in the same folder, is flushed to the disk and then renamed. The
    permissions of an existing file are kept; a symbolic link stays and its target is replaced. After an
    error the old file stays and nothing else remains. A process killed in between can leave a file
    ``.faqsearch-*.tmp`` behind, which may be deleted.

    Raises:
        OSError: If the folder or file cannot be written.
        ValueError: If the path is not one the file system can hold.
    """
    target = Path(os.path.realpath(path))
    mode = _mode_of(target)
    temporary = target.parent / f".faqsearch-{secrets.token_hex(8)}.tmp"
    # Never readable by more people than the old file is, not even while it is being written.
    created = os.open(temporary, _CREATE, 0o666 if mode is None else mode)
    try:
        with os.fdopen(created, "wb") as handle:
            if mode is not None:
                temporary.chmod(mode)
            yield handle
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    sync_folder(target.parent)


def _mode_of(target: Path) -> int | None:
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        return None


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable, where the system can: the files are complete either way."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
