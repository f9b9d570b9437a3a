"""Read and write files of entries; the suffix of the name chooses the format."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from faqsearch.entry import FaqEntry
from faqsearch.errors import InputError
from faqsearch.store import atomic, csv_format, jsonl_format, xlsx_format
from faqsearch.store.records import RecordCollector


class _Format(NamedTuple):
    read: Callable[[bytes, RecordCollector], None]
    render: Callable[[tuple[FaqEntry, ...]], bytes]
    version: Callable[[], str] = lambda: ""
    """Returns the version of what reads it, where that is not this library."""


_BLOCK: Final = 1 << 20
"""Bytes of a file that are read at a time."""

_FORMATS: Final = {
    ".csv": _Format(csv_format.read, csv_format.render),
    ".jsonl": _Format(jsonl_format.read, jsonl_format.render),
    ".xlsx": _Format(xlsx_format.read, xlsx_format.render, xlsx_format.version),
}


def read_entries(
    path: str | os.PathLike[str], *, progress: Callable[[int], None] | None = None
) -> tuple[FaqEntry, ...]:
    """Read every entry of a ``.csv``, ``.jsonl`` or ``.xlsx`` file, in file order.

    Args:
        path: The file; the case of its suffix does not matter.
        progress: Called after each record with the number of records read so far.

    Returns:
        All entries of the file; empty when the file holds a header or nothing but blank lines.

    Raises:
        FormatError: If the file cannot be opened or anything in it breaks a rule. It carries every
            problem of the file, and no entry is returned.
        InputError: If the suffix is another one, or an ``.xlsx`` file is given without openpyxl.
    """
    return read_with_source(path, progress=progress)[0]


def read_with_source(
    path: str | os.PathLike[str], *, progress: Callable[[int], None] | None = None
) -> tuple[tuple[FaqEntry, ...], str]:
    """Read entries as ``read_entries`` does; return with them what ``source_of`` tells of the same bytes."""
    form = _format_of(path)
    collector = RecordCollector(os.fspath(path), progress)
    data = _load(path, collector)
    if data is not None:
        form.read(data, collector)
    entries = collector.finish()
    digest = _new_digest(path)
    digest.update(data or b"")
    return entries, digest.hexdigest()


def source_of(path: str | os.PathLike[str]) -> str:
    """Return a digest of a file and of what reads it: where it is the same, so are the entries.

    Returns:
        The digest, in hexadecimal; empty if the file cannot be read.

    Raises:
        InputError: If the suffix is not one of the formats.
    """
    digest = _new_digest(path)
    block = memoryview(bytearray(_BLOCK))
    try:
        with Path(path).open("rb", buffering=0) as handle:
            while count := handle.readinto(block):
                digest.update(block[:count])
    except (OSError, ValueError):  # ValueError: a NUL character in the name
        return ""
    return digest.hexdigest()


def write_entries(path: str | os.PathLike[str], entries: Iterable[FaqEntry]) -> None:
    """Write entries to a ``.csv``, ``.jsonl`` or ``.xlsx`` file, replacing it all or nothing.

    Reading the file again gives equal entries in the same order.

    Args:
        path: The file to write; its folder must exist. A symbolic link stays and its target is replaced.
        entries: What to write; consumed completely before the file system is touched.

    Raises:
        InputError: If the suffix is another one, an element is no ``FaqEntry``, two entries share an
            id, the format cannot hold a text (XLSX allows 32,767 characters in a cell), openpyxl is
            missing, or the file cannot be written. The old file is then unchanged.
    """
    form = _format_of(path)
    data = form.render(_checked(entries))
    try:
        atomic.write_bytes(Path(path), data)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(
            f"{os.fspath(path)} cannot be written: {reason}; give a file in a folder you may write to"
        ) from error


def _new_digest(path: str | os.PathLike[str]) -> hashlib._Hash:
    form = _format_of(path)
    return hashlib.sha256(f"{Path(path).suffix.lower()} {form.version()}\n".encode())


def _format_of(path: str | os.PathLike[str]) -> _Format:
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise InputError(
            f"{os.fspath(path)} has the suffix {suffix!r}; allowed are {', '.join(_FORMATS)}, "
            "and the suffix must match what the file holds"
        )
    return _FORMATS[suffix]


def _load(path: str | os.PathLike[str], collector: RecordCollector) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        reason = "does not exist; check the name and the folder"
    except IsADirectoryError:
        reason = "is a folder; give a file"
    except PermissionError:
        reason = "may not be read by this user; change its permissions"
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        reason = f"cannot be read: {getattr(error, 'strerror', None) or error}"
    collector.report(0, "", reason)
    return None


def _checked(entries: Iterable[FaqEntry]) -> tuple[FaqEntry, ...]:
    checked = tuple(entries)
    seen: set[str] = set()
    for entry in checked:
        if not isinstance(entry, FaqEntry):
            raise InputError(f"entries hold a {type(entry).__name__}; only FaqEntry can be written")
        if entry.id in seen:
            raise InputError(f"the id {entry.id!r} comes twice; a file holds each id once")
        seen.add(entry.id)
    return checked
