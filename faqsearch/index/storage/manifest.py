"""What is written about a generation of the index: what it was made of and with, and its files."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Final

from faqsearch.index.storage.layout import Place

FORMAT_VERSION: Final = 1
"""Raise it when other bytes are written for the same entries and analyzer, or the same are read otherwise.

That is so when a segment gets other arrays, and when other terms of an entry are counted (``analyze_entry``).
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexFile:
    """One file of a generation.

    Attributes:
        name: Its name.
        size: Its length in bytes.
        sha256: Its checksum, in hexadecimal.
        content: Digest of the entries in it.
        layers: Names of its layers.
        places: Where its arrays stand.
    """

    name: str
    size: int
    sha256: str
    content: str
    layers: tuple[str, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """A generation of the index.

    Attributes:
        made_with: What else has a say in an index beside entries and analyzer; see :func:`made_with`.
        fingerprint: That of the analyzer.
        audiences: The file of each audience; those that see the same entries share one.
        files: The files.
    """

    made_with: Mapping[str, str]
    fingerprint: str
    audiences: Mapping[str, str]
    files: tuple[IndexFile, ...]


def made_with() -> dict[str, str]:
    """Return what must be the same for an index to be used: versions, and the byte order of the machine."""
    return {
        "format": str(FORMAT_VERSION),
        "faqsearch": version("faqsearch"),
        "unicode": unicodedata.unidata_version,
        "byte order": sys.byteorder,
    }


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
    files = [
        {
            **file,
            "layers": tuple(file["layers"]),
            "places": tuple(
                Place(name, dtype, tuple(shape), offset) for name, dtype, shape, offset in file["places"]
            ),
        }
        for file in found["files"]
    ]
    return Manifest(**{**found, "files": tuple(IndexFile(**file) for file in files)})
