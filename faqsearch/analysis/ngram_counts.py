"""Character n-grams of many texts at once: each is a number of 63 bits, and numbers are sorted in no time."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from faqsearch.analysis.counting import JoinedTexts, PackedGrams, TermCounts
from faqsearch.analysis.ngram import KANJI, WORD

MOST_PACKED: Final = 3
"""Characters of an n-gram that fit into a number."""
_BITS: Final = 21


def can_count(sizes: Sequence[int]) -> bool:
    """Tell whether ``count_ngrams`` can cut n-grams of these sizes."""
    return sizes[0] == 1 and sizes[-1] <= MOST_PACKED


def count_ngrams(texts: JoinedTexts, sizes: Sequence[int], content: npt.NDArray[np.bool_]) -> TermCounts:
    """Count the n-grams that ``ngrams`` cuts out of each of some texts.

    Args:
        texts: Normalised texts, n characters in all.
        sizes: The n of the n-grams, ascending, from 1 to at most 3.
        content: Shape (n,); whether a character belongs to a content word.
    """
    code_points, of_text = texts.code_points, texts.numbers()
    inside = in_word = _members(WORD)[code_points]
    touching = content
    keys = code_points << 2 * _BITS
    found, where = [], []
    for size in range(1, sizes[-1] + 1):
        if size > 1:
            inside = inside[:-1] & in_word[size - 1 :]
            touching = touching[:-1] | content[size - 1 :]
            keys = keys[:-1] | code_points[size - 1 :] << (MOST_PACKED - size) * _BITS
        if size in sizes:
            chosen = inside & touching
            if size == 1:
                chosen &= _members(KANJI)[code_points]
            places = np.flatnonzero(chosen)
            found.append(keys[places])
            where.append(of_text[places])
    grams, numbers = np.unique(np.concatenate(found), return_inverse=True)
    return TermCounts.of(PackedGrams(grams), numbers, np.concatenate(where))


@cache
def _members(pattern: re.Pattern[str]) -> npt.NDArray[np.bool_]:
    """Tell of each code point whether it is one of those that a pattern matches."""
    found = np.zeros(sys.maxunicode + 1, np.bool_)
    every = np.arange(len(found), dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for match in pattern.finditer(every):
        found[match.start() : match.end()] = True
    return found
