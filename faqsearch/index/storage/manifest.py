"""What is written about a generation of the index: what it was made of and with, and its files."""

from __future__ import annotations

import json
import platform
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, Final

from faqsearch.index.derived import Key
from faqsearch.index.storage.layout import Place

FORMAT_VERSION: Final = 4
"""Raise it when other bytes are written for the same entries and analyzer, or the same are read otherwise.

That is so when a segment gets other arrays, when other terms of an entry are counted (``analyze_entry``), and
when a value that is derived from a segment is computed otherwise.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexFile:
    """One file of a generation.

    Attributes:
        name: Its name.
        size: Its length in bytes.
        checksum: Its checksum, in hexadecimal.
        content: Digest of the entries in it; of a table of entries, what tells the file they came from.
        places: Where its arrays stand.
        layers: Names of its layers.
        derived: Class and key of the values derived from it that are in it.
    """

    name: str
    size: int
    checksum: str
    content: str
    places: tuple[Place, ...]
    layers: tuple[str, ...] = ()
    derived: tuple[tuple[str, Key], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A generation of the index.

    Attributes:
        made_with: What else has a say in an index beside entries and analyzer; see :func:`made_with`.
        fingerprint: That of the analyzer.
        vectors: Fingerprints of the encoder and the word vectors, as far as values made with them are kept
            with every segment.
        audiences: The file of each audience; those that see the same entries share one.
        files: The files of segments.
        table: The table of the entries of the file that all came from; None if that is not known.
    """

    made_with: Mapping[str, str]
    fingerprint: str
    vectors: tuple[str, ...]
    audiences: Mapping[str, str]
    files: tuple[IndexFile, ...]
    table: IndexFile | None = None

    @property
    def all_files(self) -> tuple[IndexFile, ...]:
        """The files, the table among them."""
        return self.files if self.table is None else (*self.files, self.table)


def made_with() -> dict[str, str]:
    """Return what must be the same for an index to be used: versions, and the byte order of the machine."""
    return {
        "format": str(FORMAT_VERSION),
        "faqsearch": _version("faqsearch"),
        "unicode": unicodedata.unidata_version,
        "python": platform.python_version(),
        "numpy": _version("numpy"),  # a fitted space depends on it to the last bit
        "byte order": sys.byteorder,
    }


@cache
def _version(package: str) -> str:
    """Return the version of a package; looking it up takes milliseconds."""
    return version(package)


def encode(manifest: Manifest) -> bytes:
    """Return the bytes of the file; they hold no time and no name, so that the same index gives the same."""
    return json.dumps(asdict(manifest), ensure_ascii=True, indent=1).encode("ascii")


def decode(data: bytes) -> Manifest:
    """Read the bytes of a file whose checksum was right.

    Raises:
        TypeError: If another version of the library wrote it.
        ValueError: The same.
        KeyError: The same.
    """
    found = json.loads(data)
    files, table = tuple(_file(**file) for file in found["files"]), found["table"]
    vectors = tuple(found["vectors"])
    return Manifest(**{**found, "vectors": vectors, "files": files, "table": table and _file(**table)})


def _file(*, places: Any, layers: Any, derived: Any, **others: Any) -> IndexFile:
    return IndexFile(
        **others,
        layers=tuple(layers),
        places=tuple(Place(name, dtype, tuple(shape), offset) for name, dtype, shape, offset in places),
        derived=tuple((kind, _key(key)) for kind, key in derived),
    )


def _key(parts: list[Any]) -> Key:
    return tuple(_key(part) if isinstance(part, list) else part for part in parts)
