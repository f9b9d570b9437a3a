r"""Several texts in one cell, separated by ``|``.

White space around a part does not count. A backslash before ``|``, before a backslash or before a
white-space character takes that character literally; any other backslash is a backslash (Japanese
keyboards type one as ``¥``). So every list of non-blank texts has a cell that reads back exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_SPECIAL: Final = re.compile(r"[\\|]")
_PIECE: Final = re.compile(r"\\[\\|\s]|[\s\S]")


def join_parts(parts: Iterable[str]) -> str:
    """Return the cell that holds ``parts``; each part must hold a visible character."""
    return "|".join(_escaped(part) for part in parts)


def split_parts(cell: str) -> tuple[str, ...]:
    """Return the texts of a cell; none for a blank cell, an empty one between two bars."""
    if not cell.strip():
        return ()
    parts: list[list[str]] = [[]]
    for piece in _PIECE.findall(cell):
        if piece == "|":
            parts.append([])
        else:
            parts[-1].append(piece)
    return tuple(_unescaped(pieces) for pieces in parts)


def _escaped(part: str) -> str:
    escaped = _SPECIAL.sub(r"\\\g<0>", part)
    if part[-1].isspace():
        escaped = f"{escaped[:-1]}\\{escaped[-1]}"
    if part[0].isspace():
        escaped = f"\\{escaped}"
    return escaped


def _unescaped(pieces: list[str]) -> str:
    first, last = 0, len(pieces)
    while first < last and pieces[first].isspace():
        first += 1
    while first < last and pieces[last - 1].isspace():
        last -= 1
    return "".join(piece[-1] for piece in pieces[first:last])
