"""How a compact file of word vectors is laid out; all numbers are little-endian.

======================  ============================================================================
bytes                   content
======================  ============================================================================
8                       ``FAQSVEC`` and a zero byte
4, 4, 4                 format version, length of the header, CRC-32 of the header
4,096 in all            header: JSON of the fields of :class:`Header`, then zeros
rows * dimensions       the vectors, int8, row after row, then zeros up to a multiple of 8
keys * 8                keys of the words, uint64, ascending (see :mod:`faqsearch.vectors.keys`)
keys * 4                the row of each key, uint32
======================  ============================================================================

Several words may share a row. A word whose folded form is no word of its own has that as a second key.
The digest in the header is the SHA-256 of everything that follows the first 4,096 bytes.
"""

from __future__ import annotations

import json
import struct
import zlib
from dataclasses import asdict, dataclass
from typing import Final

from faqsearch.errors import VectorsError
from faqsearch.vectors.quantize import MAX_DIMENSIONS

MAGIC: Final = b"FAQSVEC\0"
FORMAT_VERSION: Final = 1
HEADER_SIZE: Final = 4096
_FIXED: Final = struct.Struct("<8sIII")
_MOST: Final = 2**32 - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class VectorsInfo:
    """Where vectors come from.

    Attributes:
        source: Name of the vectors, such as ``"chive"``; one line, not empty.
        version: Their version; empty if there is none.
        licence: Under which terms they may be used; empty if unknown.
        attribution: Who made them, as the licence wants it said; empty if unknown.
    """

    source: str
    version: str = ""
    licence: str = ""
    attribution: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What stands at the head of a file.

    Attributes:
        source: See :class:`VectorsInfo`, as are version, licence and attribution.
        dimensions: Components of a vector, 1 to 16,384.
        words: Words that have a vector.
        left_out: Words of the source without a usable vector, or that are no text.
        keys: Words and second keys together.
        rows: Different vectors.
        digest: SHA-256 of the payload, in hexadecimal.
    """

    source: str
    version: str
    licence: str
    attribution: str
    dimensions: int
    words: int
    left_out: int
    keys: int
    rows: int
    digest: str

    @property
    def keys_at(self) -> int:
        """Where the keys begin, in bytes from the start of the file."""
        return HEADER_SIZE + self.rows * self.dimensions + padding(self.rows * self.dimensions)

    @property
    def rows_at(self) -> int:
        """Where the rows of the keys begin."""
        return self.keys_at + 8 * self.keys

    @property
    def size(self) -> int:
        """Length of the whole file in bytes."""
        return self.rows_at + 4 * self.keys

    @property
    def fingerprint(self) -> str:
        """Source, version and the first 16 digits of the digest."""
        return fingerprint(self.source, self.version, self.digest)


def fingerprint(source: str, version: str, digest: str) -> str:
    """Join what tells vectors apart."""
    return f"vectors({source}, {version or 'no version'}, {digest[:16]})"


def padding(size: int) -> int:
    """Return how many bytes are missing to a multiple of 8."""
    return -size % 8


def encode(header: Header) -> bytes:
    """Return the first 4,096 bytes of a file.

    Raises:
        VectorsError: If the texts of the header do not fit.
    """
    text = json.dumps(asdict(header), ensure_ascii=True, sort_keys=True).encode("ascii")
    if len(text) > HEADER_SIZE - _FIXED.size:
        raise VectorsError(
            f"source, version, licence and attribution take {len(text)} bytes together; give shorter ones"
        )
    head = _FIXED.pack(MAGIC, FORMAT_VERSION, len(text), zlib.crc32(text)) + text
    return head.ljust(HEADER_SIZE, b"\0")


def decode(head: bytes) -> Header:
    """Read the first 4,096 bytes of a file.

    Raises:
        VectorsError: If they are no header of this format version; the message is the end of a sentence.
    """
    if head[: len(MAGIC)] != MAGIC:
        raise VectorsError("is not a compact file of word vectors; `faqsearch vectors convert` makes one")
    if len(head) < HEADER_SIZE:
        raise VectorsError("is cut off within its header")
    _, version, length, checksum = _FIXED.unpack_from(head)
    if version != FORMAT_VERSION:
        raise VectorsError(
            f"has format version {version}; this faqsearch reads version {FORMAT_VERSION}: "
            "install or convert the vectors again"
        )
    text = head[_FIXED.size : _FIXED.size + length]
    if zlib.crc32(text) != checksum:
        raise VectorsError("is damaged: its header does not match its checksum")
    try:
        header = Header(**json.loads(text))
        _check(header)
    except (TypeError, ValueError):
        raise VectorsError("is damaged: its header has other fields than it should") from None
    return header


def _check(header: Header) -> None:
    """Check what the checksum cannot: that whoever wrote the header meant this format.

    Raises:
        TypeError: If a field has the wrong type.
        ValueError: If a number is out of range.
    """
    for name, value in asdict(header).items():
        if type(value).__name__ != Header.__annotations__[name]:
            raise TypeError(name)
    within = 1 <= header.dimensions <= MAX_DIMENSIONS and 1 <= header.words <= header.keys <= _MOST
    if not (within and 1 <= header.rows <= _MOST and header.left_out >= 0):
        raise ValueError
