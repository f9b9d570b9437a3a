"""The escapes of XLSX: ``_xHHHH_`` in a cell's text stands for the character with that code.

A text that looks like an escape has its first underscore escaped (``_x005F_``), and so are the two
characters an entry may hold but XML may not. Source: ECMA-376 part 1, section 22.9.2.19 (ST_Xstring).
"""

from __future__ import annotations

import re
from typing import Final

# The look-ahead also ends at the two characters, since their own escape begins with an underscore.
_UNSAFE: Final = re.compile("[\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}[_\ufffe\uffff])")
_ESCAPE: Final = re.compile("_x([0-9A-Fa-f]{4})_")


def escape(text: str) -> str:
    """Return the text as a cell stores it."""
    return _UNSAFE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def unescape(stored: str) -> str:
    """Return the text of a stored cell; the inverse of ``escape``."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), stored)
