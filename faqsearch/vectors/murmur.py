"""MurmurHash64A of Austin Appleby (public domain), which spaCy gives its strings as keys."""

from __future__ import annotations

from typing import Final

_MULTIPLIER: Final = 0xC6A4A7935BD1E995
_SHIFT: Final = 47
_ALL: Final = 2**64 - 1


def murmur64(data: bytes, seed: int = 1) -> int:
    """Return the hash of some bytes, 0 to 2**64 - 1; spaCy's seed is 1."""
    value = (seed ^ (len(data) * _MULTIPLIER)) & _ALL
    whole = len(data) & ~7
    for start in range(0, whole, 8):
        block = int.from_bytes(data[start : start + 8], "little") * _MULTIPLIER & _ALL
        block = (block ^ block >> _SHIFT) * _MULTIPLIER & _ALL
        value = (value ^ block) * _MULTIPLIER & _ALL
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _ALL
    value = (value ^ value >> _SHIFT) * _MULTIPLIER & _ALL
    return value ^ value >> _SHIFT
