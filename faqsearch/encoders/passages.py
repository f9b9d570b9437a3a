"""Cut a long text into passages an encoder can take in whole.

A vector of a long answer is a mean of all it says, near to everything and close to nothing. Vectors of
its passages are found by what one paragraph says.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from faqsearch.errors import InputError, shown

DEFAULT_SIZE: Final = 160
"""Characters of a passage at most: three or four Japanese sentences."""

_SENTENCE_END: Final = re.compile(
    r"[。．！？!?]+[」』）】〉》)\]”’\"']*\s*|\.(?=\s)\s*|[\r\n\u2028\u2029]\s*"
)
_CLAUSE_END: Final = re.compile(r"[、，,;；:：・]+\s*|\s+")
_ZERO_WIDTH_JOINER: Final = "\u200d"
_JOINED_TO_THE_LEFT: Final = frozenset("\u200d\uff9e\uff9f") | {chr(code) for code in range(0x1F3FB, 0x1F400)}
_TAGS: Final = range(0xE0020, 0xE0080)
_REGIONAL: Final = range(0x1F1E6, 0x1F200)
_HANGUL_JOINED: Final = range(0x1160, 0x1200)


def cut_passages(text: str, size: int = DEFAULT_SIZE, overlap: int = 0) -> tuple[str, ...]:
    """Cut a text at its sentence ends and line breaks.

    A sentence that is too long is cut after a comma or blank, and an unbroken run anywhere between two
    characters as a person counts them (an accent stays with its letter); only a single such character
    longer than ``size`` is cut within. Passages together hold every character but blanks at their ends.

    Args:
        text: Any string.
        size: Characters (code points) of a passage at most; 1 or more.
        overlap: How many characters of whole sentences the next passage may repeat from the end of the
            one before; less than ``size``.

    Returns:
        The passages in text order, none of them blank; empty for a blank text.

    Raises:
        InputError: If ``size`` or ``overlap`` is out of range.
    """
    if not isinstance(size, int) or size < 1:
        raise InputError(f"size came as {shown(size)}; it must be a whole number of at least 1")
    if not isinstance(overlap, int) or not 0 <= overlap < size:
        raise InputError(f"overlap came as {shown(overlap)}; it must be at least 0 and less than size")
    passages = (text[start:end].strip() for start, end in _spans(text, size, overlap))
    return tuple(passage for passage in passages if passage)


def _spans(text: str, size: int, overlap: int) -> Iterator[tuple[int, int]]:
    """Yield the span of each passage: pieces put together as long as they fit."""
    taken: list[tuple[int, int]] = []
    for piece in _pieces(text, size):
        if taken and piece[1] - taken[0][0] > size:
            yield taken[0][0], taken[-1][1]
            room = min(overlap, size - (piece[1] - piece[0]))
            taken = [old for old in taken if taken[-1][1] - old[0] <= room]
        taken.append(piece)
    if taken:
        yield taken[0][0], taken[-1][1]


def _pieces(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Yield spans of at most ``size`` characters that cover the text: sentences where they are short."""
    for start, end in _cut_after(_SENTENCE_END, text, 0, len(text)):
        if end - start <= size:
            yield start, end
            continue
        for clause_start, clause_end in _cut_after(_CLAUSE_END, text, start, end):
            yield from _cut_hard(text, clause_start, clause_end, size)


def _cut_after(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in pattern.finditer(text, start, end):
        if not _joins(text, match.end()):
            yield start, match.end()
            start = match.end()
    if start < end:
        yield start, end


def _cut_hard(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int]]:
    while end - start > size:
        cut = start + size
        while cut > start and _joins(text, cut):
            cut -= 1
        if cut == start:
            cut = start + size
        yield start, cut
        start = cut
    yield start, end


def _joins(text: str, index: int) -> bool:
    """Tell whether the characters before and after ``index`` are one to the reader."""
    if not 0 < index < len(text):
        return False
    before, after = text[index - 1], text[index]
    if ord(before) in _REGIONAL and ord(after) in _REGIONAL:
        return _flags_before(text, index) % 2 == 1
    return (
        after in _JOINED_TO_THE_LEFT
        or before == _ZERO_WIDTH_JOINER
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or ord(after) in _TAGS
        or ord(after) in _HANGUL_JOINED
        or (before, after) == ("\r", "\n")
    )


def _flags_before(text: str, index: int) -> int:
    """Count the halves of flags right before ``index``: a flag is two of them."""
    start = index
    while start > 0 and ord(text[start - 1]) in _REGIONAL:
        start -= 1
    return index - start
