"""What was derived from segments document by document, handed on where they are merged.

Nothing is copied: a merged segment remembers the old values, and where its documents stood in them, until
what it needs is put together of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Any, Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from faqsearch.index.derived import is_by_document
from faqsearch.index.memo import Memo

Run: TypeAlias = tuple[Any, npt.NDArray[np.int64]]
"""Documents one behind the other: a value that was derived from another segment, None if there is none, and
the numbers that they have there, ascending."""

_CARRIED: Final = "carried"


def carry_over(parts: Iterable[tuple[Memo, npt.NDArray[np.bool_]]], merged: Memo) -> None:
    """Hand on what is known of the documents of segments that were merged.

    Args:
        parts: For each of them its memo, and a mask of the documents that were kept.
        merged: The memo of the merged segment.
    """
    known = [(_known(memo, len(mask)), mask) for memo, mask in parts]
    for key in dict.fromkeys(key for runs, _ in known for key in runs):
        found: list[Run] = []
        for runs, mask in known:
            found += _kept(runs.get(key, _nothing(len(mask))), mask)
        merged.put((_CARRIED, key), tuple(found) or _nothing(0))


def carried(memo: Memo, key: Hashable, n_docs: int) -> tuple[Run, ...]:
    """Return all documents of a segment by where the value of ``key`` is known from."""
    found = cast("tuple[Run, ...] | None", memo.peek((_CARRIED, key)))
    # Where another thread has just derived the value, and forgotten where it was known from, that is at hand.
    return found or ((memo.peek(key), np.arange(n_docs)),)


def forget_carried(memo: Memo, key: Hashable) -> None:
    """Forget where a value was known from: it is at hand."""
    memo.drop((_CARRIED, key))


def _known(memo: Memo, n_docs: int) -> dict[Hashable, tuple[Run, ...]]:
    """Return by key what is known of the documents of a segment: of all, or what was handed on to it."""
    found: dict[Hashable, tuple[Run, ...]] = {}
    for key, value in memo.items():
        if is_by_document(value):
            found[key] = ((value, np.arange(n_docs)),)
        elif isinstance(key, tuple) and key[0] == _CARRIED:
            found.setdefault(key[1], cast("tuple[Run, ...]", value))
    return found


def _nothing(n_docs: int) -> tuple[Run, ...]:
    return ((None, np.arange(n_docs)),)


def _kept(runs: tuple[Run, ...], mask: npt.NDArray[np.bool_]) -> Iterator[Run]:
    offset = 0
    for value, numbers in runs:
        kept = numbers[mask[offset : offset + len(numbers)]]
        offset += len(numbers)
        if len(kept):
            yield value, kept
