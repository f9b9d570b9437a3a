"""A folder with generations of an index, of which one file names the one that counts.

::

    index.current           "gen-000007 <SHA-256 of its manifest>": replacing this file publishes a generation
    index.lock              held by the process that writes; its content means nothing
    gen-000007/
        manifest.json       what it was made of, and length and checksum of every file
        segment-1           arrays of what one audience sees, or several that see the same
        entries             the entries of the FAQ file that they all came from, if that is known

A published generation is never changed, so a reader maps its files and needs nobody's leave. A chain of
checksums begins in the one file that is replaced: whatever bit of whatever file has changed is noticed. A
generation that nothing names is what a killed writer left: the next writer removes it, and old ones that no
reader holds.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import re
import weakref
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Final, Literal

from faqsearch.errors import InputError
from faqsearch.files import replacing, sync_folder, write_bytes
from faqsearch.index.derived import Column
from faqsearch.index.storage import locks
from faqsearch.index.storage.checksum import Checksum
from faqsearch.index.storage.entries import EntryTable, RowTexts, SourcedEntries, entry_columns
from faqsearch.index.storage.layout import Place, columns_of, placed, read_columns, stored_from
from faqsearch.index.storage.manifest import IndexFile, Manifest, decode, encode, made_with
from faqsearch.index.storage.stored import StoredSegment

CURRENT: Final = "index.current"
LOCK: Final = "index.lock"
MANIFEST: Final = "manifest.json"
ENTRIES: Final = "entries"

_POINTER: Final = re.compile(rb"(gen-[0-9]{6,}) ([0-9a-f]{64})\n")
_GENERATION: Final = re.compile(r"gen-([0-9]{6,})")
_OURS: Final = re.compile(r"manifest\.json|index\.current|entries|segment-[0-9]+|\.faqsearch-[0-9a-f]+\.tmp")

State = Literal["right", "missing", "damaged", "other version", "other analyzer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenedIndex:
    """What was found in a folder.

    Attributes:
        state: Whether it can be used, or why not.
        reason: The same in words; empty if it can be used.
        generation: Name of the generation; empty if none could be told.
        vectors: Fingerprints of the encoder and the word vectors whose vectors are in it, for every audience.
        segments: For each audience what is stored for it; empty unless it can be used.
        table: The entries of the FAQ file that all segments came from; None if that is not known.
        files: Its files, as far as they are known.
    """

    state: State
    reason: str = ""
    generation: str = ""
    vectors: frozenset[str] = frozenset()
    segments: Mapping[str, StoredSegment] = field(default_factory=dict)
    table: EntryTable | None = None
    files: tuple[IndexFile, ...] = ()

    @property
    def size(self) -> int:
        """Length of all files in bytes."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What a call of :func:`write_index` led to.

    Attributes:
        generation: Name of the generation that counts now.
        size: Length of its files in bytes.
        new: False if the same index was there already.
    """

    generation: str
    size: int
    new: bool


class _DamagedError(Exception):
    """A file is not what was written."""


def read_index(folder: Path, fingerprint: str) -> OpenedIndex:
    """Map the index in a folder, every byte of it checked.

    Args:
        folder: The folder; it need not exist.
        fingerprint: That of the analyzer in use.
    """
    while True:
        try:
            current = (folder / CURRENT).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return OpenedIndex(state="missing", reason="there is none")
        except OSError as error:
            return OpenedIndex(state="damaged", reason=_words(error))
        found = _read(folder, current, fingerprint)
        # Between the two looks a writer may have published another generation and removed this one.
        if found.state != "damaged" or _is_current(folder, current):
            return found


def write_index(
    folder: Path,
    fingerprint: str,
    segments: Mapping[str, StoredSegment],
    entries: SourcedEntries | None = None,
) -> Written:
    """Publish an index in a folder, and remove old ones that nobody reads; all or nothing.

    Args:
        folder: The folder; made if it is missing.
        fingerprint: That of the analyzer.
        segments: For each audience what is to be stored for it; with the rows of the entries, if these are
            given.
        entries: The entries of the FAQ file that all segments came from.

    Raises:
        InputError: If it cannot be written; what was there before still counts.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locks.alone(folder / LOCK) as sure:
            written = _there(folder, fingerprint, segments, entries)
            if written is None:
                written = _publish(folder, fingerprint, segments, entries)
            if sure:
                _remove_old(folder, written.generation)
            return written
    except OSError as error:
        raise InputError(
            f"the index cannot be kept in {folder} ({_words(error)}); make room there, or give another folder"
        ) from error


def vectors_of_source(folder: Path, fingerprint: str, source: str) -> frozenset[str]:
    """Return the fingerprints of the vectors that an index of a file says to hold: nothing else is looked at.

    Args:
        folder: The folder; it need not exist.
        fingerprint: That of the analyzer in use.
        source: What tells the file.
    """
    try:
        pointer = _POINTER.fullmatch((folder / CURRENT).read_bytes())
        manifest = _manifest(folder / pointer[1].decode(), pointer[2].decode()) if pointer else None
    except (OSError, _DamagedError):
        return frozenset()
    if manifest is None or (manifest.made_with, manifest.fingerprint) != (made_with(), fingerprint):
        return frozenset()
    same = manifest.table is not None and manifest.table.content == source
    return frozenset(manifest.vectors if same else ())


def _read(folder: Path, current: bytes, fingerprint: str) -> OpenedIndex:
    pointer = _POINTER.fullmatch(current)
    if pointer is None:
        return OpenedIndex(state="damaged", reason=f"{CURRENT} is not what was written")
    generation = folder / pointer[1].decode()
    try:
        manifest = _manifest(generation, pointer[2].decode())
    except (OSError, _DamagedError) as error:
        return OpenedIndex(state="damaged", reason=_words(error), generation=generation.name)
    found = OpenedIndex(
        state="right",
        generation=generation.name,
        vectors=frozenset(manifest.vectors),
        files=manifest.all_files,
    )
    if manifest.made_with != made_with():
        reason = "another version of the library, of Python or numpy, or another kind of machine, made it"
        return replace(found, state="other version", reason=reason)
    if manifest.fingerprint != fingerprint:
        reason = "another analyzer, dictionary or choice of layers made it"
        return replace(found, state="other analyzer", reason=reason)
    try:
        mapped = _map_all(generation, manifest)
        table = None if manifest.table is None else _table(mapped, manifest.table)
        stored = {file.name: _segment(mapped, file, table) for file in manifest.files}
    except (OSError, _DamagedError) as error:
        return replace(found, state="damaged", reason=_words(error))
    segments = {audience: stored[name] for audience, name in manifest.audiences.items()}
    return replace(found, segments=segments, table=table)


def _manifest(generation: Path, checksum: str) -> Manifest:
    data = (generation / MANIFEST).read_bytes()
    if hashlib.sha256(data).hexdigest() != checksum:
        raise _DamagedError(f"{MANIFEST} is not what was written")
    try:
        return decode(data)
    except (KeyError, TypeError, ValueError):
        return Manifest(made_with={}, fingerprint="", vectors=(), audiences={}, files=())


def _map_all(generation: Path, manifest: Manifest) -> dict[str, mmap.mmap]:
    """Map the files, each checked; two at a time, for that is all that it takes."""
    with ThreadPoolExecutor(2) as pool:
        mapped = pool.map(partial(_map, generation), manifest.all_files)
        return {file.name: one for file, one in zip(manifest.all_files, mapped, strict=True)}


def _map(generation: Path, file: IndexFile) -> mmap.mmap:
    """Map a file; its generation is held as long as any array of it lives."""
    checksum = Checksum()
    with (generation / file.name).open("rb", buffering=0) as handle:
        size = os.fstat(handle.fileno()).st_size
        if size != file.size:
            raise _DamagedError(f"{file.name} has {size:,} bytes, {file.size:,} were written")
        mapped = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        checksum.read(handle)
    held = locks.hold(generation)
    if held is not None:
        weakref.finalize(mapped, os.close, held)
    if checksum.hexdigest() != file.checksum:
        raise _DamagedError(f"{file.name} is not what was written")
    return mapped


def _segment(mapped: Mapping[str, mmap.mmap], file: IndexFile, table: EntryTable | None) -> StoredSegment:
    try:
        stored = stored_from(mapped[file.name], file.places, file.layers, file.derived)
        if table is None or stored.rows is None:
            return stored
        return replace(stored, texts=RowTexts(table, stored.rows))
    except (KeyError, TypeError, ValueError) as error:
        raise _DamagedError(f"{file.name} holds no index: {type(error).__name__}") from error


def _table(mapped: Mapping[str, mmap.mmap], file: IndexFile) -> EntryTable:
    try:
        return EntryTable(read_columns(mapped[file.name], file.places), file.content)
    except (KeyError, TypeError, ValueError) as error:
        raise _DamagedError(f"{file.name} holds no entries: {type(error).__name__}") from error


def _is_current(folder: Path, current: bytes) -> bool:
    try:
        return (folder / CURRENT).read_bytes() == current
    except OSError:
        return False


def _there(
    folder: Path, fingerprint: str, segments: Mapping[str, StoredSegment], entries: SourcedEntries | None
) -> Written | None:
    """Return what is published if it is just this and no less, None if it is not; nothing stays mapped."""
    found = read_index(folder, fingerprint)
    contents = {audience: stored.content for audience, stored in found.segments.items()}
    if contents != {audience: stored.content for audience, stored in segments.items()}:
        return None
    if any(
        stored.derived_keys - found.segments[audience].derived_keys for audience, stored in segments.items()
    ):
        return None
    if entries is not None and (found.table is None or found.table.source != entries.source):
        return None
    return Written(generation=found.generation, size=found.size, new=False)


def _publish(
    folder: Path, fingerprint: str, segments: Mapping[str, StoredSegment], entries: SourcedEntries | None
) -> Written:
    generation = _next(folder)
    try:
        files: dict[str, IndexFile] = {}
        for stored in segments.values():
            if stored.content not in files:
                files[stored.content] = _write_segment(generation / f"segment-{len(files) + 1}", stored)
        manifest = Manifest(
            made_with=made_with(),
            fingerprint=fingerprint,
            vectors=_vectors(segments.values()),
            audiences={audience: files[stored.content].name for audience, stored in segments.items()},
            files=tuple(files.values()),
            table=None if entries is None else _write_table(generation / ENTRIES, entries),
        )
        data = encode(manifest)
        write_bytes(generation / MANIFEST, data)
        pointer = f"{generation.name} {hashlib.sha256(data).hexdigest()}\n"
        # Made in the generation and moved: nothing in the folder itself is ever written or removed but this.
        write_bytes(generation / CURRENT, pointer.encode("ascii"))
        (generation / CURRENT).replace(folder / CURRENT)
    except Exception:  # an interruption may come after the last step: the next writer will see
        _remove(generation)
        raise
    sync_folder(folder)
    return Written(generation=generation.name, size=sum(file.size for file in manifest.all_files), new=True)


def _vectors(segments: Iterable[StoredSegment]) -> tuple[str, ...]:
    """Return the fingerprints of vectors that all segments have something of."""
    held = [stored.vectors for stored in segments]
    return tuple(sorted(frozenset.intersection(*held))) if held else ()


def _write_segment(path: Path, stored: StoredSegment) -> IndexFile:
    file = _write(path, stored.content, columns_of(stored))
    derived = tuple((one.kind, one.key) for one in stored.derived)
    return replace(file, layers=tuple(stored.layers), derived=derived)


def _write_table(path: Path, entries: SourcedEntries) -> IndexFile:
    return _write(path, entries.source, entry_columns(entries.values()).items())


def _write(path: Path, content: str, columns: Iterable[tuple[str, Column]]) -> IndexFile:
    checksum, places = Checksum(), list[Place]()
    with replacing(path) as handle:
        for place, gap, data in placed(columns):
            for part in (gap, data.data):
                handle.write(part)
                checksum.update(part)
            places.append(place)
    return IndexFile(
        name=path.name,
        size=checksum.size,
        checksum=checksum.hexdigest(),
        content=content,
        places=tuple(places),
    )


def _next(folder: Path) -> Path:
    """Make the folder of the next generation; only its owner may read it, whatever else may be."""
    found = (_GENERATION.fullmatch(path.name) for path in folder.iterdir())
    number = max((int(name[1]) for name in found if name), default=0) + 1
    while True:
        generation = folder / f"gen-{number:06}"
        try:
            generation.mkdir(mode=0o700)
        except FileExistsError:  # of a process that writes at the same time, where there are no locks
            number += 1
        else:
            return generation


def _remove_old(folder: Path, kept: str) -> None:
    """Remove generations that no reader holds, those of killed writers too. The caller is alone."""
    for path in folder.iterdir():
        if _GENERATION.fullmatch(path.name) and path.name != kept and not path.is_symlink():
            with contextlib.suppress(OSError), locks.if_free(path) as free:
                if free:
                    _remove(path)


def _remove(generation: Path) -> None:
    """Remove a generation, but nothing that others have put there."""
    with contextlib.suppress(OSError):
        for path in generation.iterdir():
            if _OURS.fullmatch(path.name):
                path.unlink()
        generation.rmdir()


def _words(error: OSError | _DamagedError) -> str:
    if isinstance(error, _DamagedError):
        return str(error)
    reason = error.strerror or type(error).__name__
    return f"{Path(error.filename).name}: {reason}" if error.filename else reason
