"""Words as numbers: the key under which a word is stored, and the form it is looked up by a second time."""

from __future__ import annotations

import hashlib
import unicodedata


def hash_word(word: str) -> tuple[int, int]:
    """Return two 64-bit numbers: the key of a word, and a check that tells words of one key apart.

    They are the halves (little-endian) of the 16-byte BLAKE2b of its UTF-8 bytes. Lone surrogates, which
    have no UTF-8, are encoded like other characters.
    """
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def folded(word: str) -> str:
    """Return the word in NFKC and case-folded: ＷｉＦｉ is wifi."""
    return unicodedata.normalize("NFKC", word).casefold()
