"""Vectors on disk, so that a text is encoded once: one SQLite file, shared by processes.

The file holds digests of texts, never texts. A vector, though, tells much about its text to whoever has
the model, and a digest confirms a guess: the file is made readable for its owner only.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import logging
import os
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders.base import KINDS, Kind
from faqsearch.errors import FaqSearchError

_LOG: Final = logging.getLogger("faqsearch.encoders")
_FORMAT: Final = 1
_APPLICATION: Final = 0x46515643
"""Marks the file as ours: "FQVC"."""

_WAIT_SECONDS: Final = 60.0
"""How long to wait for another process that writes."""

_AT_ONCE: Final = 500
_SCHEMA: Final = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS encoders (id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS vectors (
    encoder INTEGER NOT NULL, kind INTEGER NOT NULL, digest BLOB NOT NULL,
    vector BLOB NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (encoder, kind, digest)
) WITHOUT ROWID;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_FORMAT};
COMMIT;
"""

_Result = TypeVar("_Result")
Identity = tuple[int, int]


def text_digest(text: str) -> bytes:
    """Return what stands for a text in the file: 32 bytes of SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class VectorCache:
    """Vectors by encoder, kind and digest of the text, as float16.

    Threads and processes may share a file. What was put is there for good once ``put_many`` returns, or
    not at all if the process is killed before. A damaged file is moved aside under a name that ends in
    ``.damaged-1`` (or a higher number), which is logged as a warning, and begun anew: nothing is lost
    that cannot be encoded again. A damaged vector is noticed by its checksum and taken for missing.

    Args:
        path: The file; made if it is missing.

    Raises:
        FaqSearchError: If the file cannot be made or opened, or another program's data is in it.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._identity: Identity = (0, 0)
        len(self)  # opens the file: a path that cannot be used is told at once

    def get_many(
        self, fingerprint: str, kind: Kind, digests: Iterable[bytes]
    ) -> dict[bytes, NDArray[np.float16]]:
        """Return the vectors that are there, by digest."""
        wanted = list(dict.fromkeys(digests))
        return self._run(lambda connection: _read(connection, fingerprint, kind, wanted))

    def put_many(self, fingerprint: str, kind: Kind, vectors: Mapping[bytes, NDArray[np.float16]]) -> None:
        """Store vectors by digest, all or none; those that are there are replaced."""
        rows = [(key, np.ascontiguousarray(vector, dtype="<f2").tobytes()) for key, vector in vectors.items()]
        self._run(lambda connection: _write(connection, fingerprint, kind, rows))

    def prune(self, keep: str, digests: Iterable[bytes] | None = None) -> int:
        """Remove the vectors of all other encoders and give the room back; return how many went.

        Args:
            keep: The fingerprint whose vectors stay.
            digests: If given, of those too only these texts' vectors stay.
        """
        kept = None if digests is None else set(digests)
        removed = self._run(lambda connection: _prune(connection, keep, kept))
        if removed:
            self._run(_shrink)
        return removed

    def __len__(self) -> int:
        return self._run(
            lambda connection: int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
        )

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"VectorCache({str(self._path)!r})"

    def __reduce__(self) -> tuple[type[VectorCache], tuple[Path]]:
        return (type(self), (self._path,))

    def _run(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do work on the open file; if the file turns out to be damaged, begin it anew and do it there."""
        with self._lock:
            try:
                return self._attempt(work)
            except sqlite3.Error as error:
                if not _says_damage(error):
                    raise self._unusable(error) from error
                self._set_aside(error)
            try:
                return self._attempt(work)
            except sqlite3.Error as error:
                raise self._unusable(error) from error

    def _attempt(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        if self._connection is None:
            self._identity, self._connection = _open(self._path)
        return work(self._connection)

    def _set_aside(self, error: sqlite3.Error) -> None:
        self.close()
        try:
            # Another process may have been here first: then a good file is in place already.
            if self._identity in {(0, 0), _identity(self._path)}:
                aside = _move_aside(self._path)
                _LOG.warning(
                    "the vector cache %s is damaged (%s); it was moved to %s and is begun anew",
                    self._path.name,
                    type(error).__name__,
                    aside.name,
                )
        except OSError as problem:
            raise self._unusable(problem) from problem
        self._identity = (0, 0)

    def _unusable(self, error: Exception) -> FaqSearchError:
        return FaqSearchError(
            f"the vector cache {self._path.name} cannot be used: {error}; check that its folder exists and "
            "may be written, or give another path"
        )


def _says_damage(error: sqlite3.Error) -> bool:
    # Errors that this module raises itself have no code; extended codes have the plain one in the last byte.
    code = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def _open(path: Path) -> tuple[Identity, sqlite3.Connection]:
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        identity = _identity(path)
    except (OSError, ValueError) as error:
        raise sqlite3.OperationalError(type(error).__name__) from error
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, check_same_thread=False, isolation_level=None)
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return identity, connection


def _prepare(connection: sqlite3.Connection) -> None:
    # Locks are waited for by SQLite itself, but not by the change to WAL, which is harmless to leave out.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
    connection.execute("PRAGMA synchronous = NORMAL")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if (application, version) == (_APPLICATION, _FORMAT):
        return
    if application or version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        if application != _APPLICATION:
            raise sqlite3.OperationalError("it holds another program's data")
        raise sqlite3.OperationalError(f"it has format {version}, this version reads {_FORMAT}")
    connection.executescript(_SCHEMA)


def _identity(path: Path) -> Identity:
    found = path.stat()
    return found.st_dev, found.st_ino


def _move_aside(path: Path) -> Path:
    numbers = itertools.count(1)
    aside = next(
        name for number in numbers if not (name := path.with_name(f"{path.name}.damaged-{number}")).exists()
    )
    path.rename(aside)
    for tail in ("-wal", "-shm"):
        # A journal left behind would be applied to the new file.
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + tail).rename(aside.with_name(aside.name + tail))
    return aside


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _checksum(digest: bytes, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(digest))


def _encoder_of(connection: sqlite3.Connection, fingerprint: str) -> int | None:
    found = connection.execute("SELECT id FROM encoders WHERE fingerprint = ?", (fingerprint,)).fetchone()
    return None if found is None else int(found[0])


def _read(
    connection: sqlite3.Connection, fingerprint: str, kind: Kind, wanted: list[bytes]
) -> dict[bytes, NDArray[np.float16]]:
    encoder = _encoder_of(connection, fingerprint)
    found: dict[bytes, NDArray[np.float16]] = {}
    if encoder is None:
        return found
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        marks = ",".join("?" * len(part))
        rows = connection.execute(
            "SELECT digest, vector, checksum FROM vectors "  # noqa: S608 - only question marks are put in
            f"WHERE encoder = ? AND kind = ? AND digest IN ({marks})",
            (encoder, KINDS.index(kind), *part),
        )
        for digest, vector, checksum in rows:
            if checksum == _checksum(digest, vector):
                found[digest] = np.frombuffer(vector, dtype="<f2")
    return found


def _write(
    connection: sqlite3.Connection, fingerprint: str, kind: Kind, rows: list[tuple[bytes, bytes]]
) -> None:
    with _transaction(connection):
        connection.execute("INSERT OR IGNORE INTO encoders (fingerprint) VALUES (?)", (fingerprint,))
        encoder = _encoder_of(connection, fingerprint)
        connection.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?, ?)",
            [(encoder, KINDS.index(kind), key, vector, _checksum(key, vector)) for key, vector in rows],
        )


def _prune(connection: sqlite3.Connection, keep: str, kept: set[bytes] | None) -> int:
    with _transaction(connection):
        encoder = _encoder_of(connection, keep)
        removed = connection.execute("DELETE FROM vectors WHERE encoder IS NOT ?", (encoder,)).rowcount
        connection.execute("DELETE FROM encoders WHERE fingerprint <> ?", (keep,))
        if kept is not None:
            found = connection.execute("SELECT DISTINCT digest FROM vectors").fetchall()
            gone = [row for row in found if row[0] not in kept]
            removed += (
                connection.executemany("DELETE FROM vectors WHERE digest = ?", gone).rowcount if gone else 0
            )
    return removed


def _shrink(connection: sqlite3.Connection) -> None:
    # Another process that reads at this moment keeps the file from shrinking; the room is used again.
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
