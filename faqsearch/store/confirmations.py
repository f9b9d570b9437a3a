"""Confirmations on disk: JSON Lines, one a line, each on the disk before it counts.

The file holds customers' texts: it is readable by its owner alone, and a deletion rewrites it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
import os
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

from faqsearch.confirmations import Confirmation
from faqsearch.errors import FormatError, InputError, Problem
from faqsearch.store import atomic

_LOG: Final = logging.getLogger("faqsearch.store")
_KEYS: Final = tuple(field.name for field in dataclasses.fields(Confirmation))
_APPEND: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)  # binary: Windows only


class ConfirmationFile:
    """Keeps confirmations in a file, for one process at a time; a file that does not exist is empty.

    A process killed while it wrote leaves a line without an end. What was cut off there was never
    confirmed to anyone: it is dropped when the file is opened, and ``dropped`` and a warning say so.

    Attributes:
        path: The file.
        dropped: Number of lines that were cut off and dropped, 0 or 1.

    Raises:
        FormatError: If a whole line is no confirmation, with every such line.
        InputError: If the file cannot be read or written.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.dropped = 0
        self._lock = threading.Lock()
        self._kept = self._open()

    def read(self) -> tuple[Confirmation, ...]:
        """Return all confirmations, the first made first."""
        with self._lock:
            return tuple(self._kept.values())

    def append(self, confirmation: Confirmation) -> None:
        """Write one more to the end; on return it is on the disk.

        Raises:
            InputError: If it cannot be written; then the file is as before.
        """
        with self._lock:
            try:
                _append(self.path, _line(confirmation))
            except OSError as error:
                raise _unusable(self.path, "written", error) from None
            self._kept[confirmation.id] = confirmation

    def delete(self, confirmation_ids: Collection[str]) -> None:
        """Rewrite the file without some confirmations; unknown ids are ignored.

        Raises:
            InputError: If it cannot be written; then the file is as before.
        """
        with self._lock:
            kept = {key: item for key, item in self._kept.items() if key not in confirmation_ids}
            if len(kept) == len(self._kept):
                return
            try:
                atomic.write_bytes(self.path, b"".join(map(_line, kept.values())))
            except OSError as error:
                raise _unusable(self.path, "written", error) from None
            self._kept = kept

    def _open(self) -> dict[str, Confirmation]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _unusable(self.path, "read", error) from None
        *lines, torn = data.split(b"\n")
        kept = _parse(self.path, lines)
        if torn:
            try:
                os.truncate(self.path, len(data) - len(torn))
            except OSError as error:
                raise _unusable(self.path, "written", error) from None
            self.dropped = 1
            _LOG.warning("the last line of the confirmations was cut off in writing; it is dropped")
        return kept


def _append(path: Path, line: bytes) -> None:
    opened = os.open(path, _APPEND, 0o600)
    try:
        size = os.fstat(opened).st_size
        try:
            rest = line[os.write(opened, line) :]
            if rest:  # a full disk takes the beginning; the next write says so
                os.write(opened, rest)
            os.fsync(opened)
        except OSError:
            os.ftruncate(opened, size)
            raise
    finally:
        os.close(opened)


def _line(confirmation: Confirmation) -> bytes:
    record = {name: getattr(confirmation, name) for name in _KEYS}
    # Escaped: any text, half a surrogate pair included, is read back as it came.
    return json.dumps(record | {"at": confirmation.at.isoformat()}).encode("ascii") + b"\n"


def _parse(path: Path, lines: list[bytes]) -> dict[str, Confirmation]:
    kept: dict[str, Confirmation] = {}
    problems = []
    for row, line in enumerate(lines, start=1):
        try:
            item = _confirmation(json.loads(line))
            if item.id in kept:
                raise InputError("holds an id that stood before; delete one of the two lines")  # noqa: TRY301
        except InputError as error:
            problems.append(Problem(file=str(path), row=row, column="", message=str(error)))
        except (ValueError, RecursionError):  # their messages may quote the text
            message = "is no JSON object of a confirmation; delete the line"
            problems.append(Problem(file=str(path), row=row, column="", message=message))
        else:
            kept[item.id] = item
    if problems:
        raise FormatError(problems)
    return kept


def _confirmation(record: Any) -> Confirmation:
    if not isinstance(record, dict) or set(record) != set(_KEYS):
        raise InputError(f"must be an object with the keys {', '.join(_KEYS)}")
    at = record["at"]
    return Confirmation(**record | {"at": dt.datetime.fromisoformat(at) if isinstance(at, str) else at})


def _unusable(path: Path, done: str, error: OSError) -> InputError:
    return InputError(f"{path}: cannot be {done}: {error.strerror}; check the folder and its permissions")
