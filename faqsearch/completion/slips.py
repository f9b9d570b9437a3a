"""One slip in what was typed: a character left out, put in, changed, or swapped with the next one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from faqsearch.completion.keys import WIDTH, Keys
from faqsearch.completion.romaji import Spelling

_LEAST_TYPED: Final = 4
_LEAST: Final = 3
_FEW: Final = 2_048
KANA: Final = frozenset(map(chr, range(ord("ぁ"), ord("ゖ") + 1))) | {"ー"}
LATIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz")


def may_slip(text: str, said: Spelling) -> bool:
    """Tell whether what was typed is long enough, as it is said too; numbers are right or wrong.

    Args:
        text: What was typed.
        said: How it is read; the letters of an unfinished syllable do not count.
    """
    least = _LEAST if said.endings == ("",) else _LEAST + 1
    return len(text) >= _LEAST_TYPED and len(said.kana) >= least and not any(map(str.isnumeric, said.kana))


def slips(keys: Keys, prefix: str, alphabet: frozenset[str]) -> list[str]:
    """Return what may have been meant by a prefix: what is one slip away and stands at the head of keys.

    The first character is taken to be right, and so are those behind the eighth.

    Args:
        keys: Keys that are to begin like what is returned.
        prefix: What was typed.
        alphabet: Characters that may have been left out or mistyped.
    """
    found = sorted(set(_one_slip_away(keys, prefix, alphabet)) - {prefix})
    ranges = keys.ranges(found) if found else np.zeros((0, 2), np.int64)
    return [one for one, (first, end) in zip(found, ranges.tolist(), strict=True) if first < end]


def _one_slip_away(keys: Keys, prefix: str, alphabet: frozenset[str]) -> Iterator[str]:
    ends = range(1, min(len(prefix), WIDTH))
    for end, (first, behind) in zip(ends, keys.ranges([prefix[:end] for end in ends]).tolist(), strict=True):
        if first == behind:
            return
        before, here, after = prefix[:end], prefix[end], prefix[end + 1 :]
        yield before + after
        yield before + after[:1] + here + after[1:]
        for character in _next_characters(keys, first, behind, end) & alphabet:
            yield before + character + after
            yield before + character + here + after


def _next_characters(keys: Keys, first: int, behind: int, end: int) -> frozenset[str]:
    """Return what stands in some keys at an offset; anything, where the keys are many."""
    if behind - first > _FEW:
        return KANA | LATIN
    codes = keys.codes[keys.places[first:behind] + end]
    return frozenset(map(chr, np.unique(codes).tolist()))
