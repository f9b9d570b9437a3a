"""What was derived document by document is found again after segments were merged, however often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from faqsearch.index import derived
from faqsearch.index.carried import carried, carry_over, forget_carried
from faqsearch.index.derived import kept_with_segment
from faqsearch.index.memo import Memo

KEY = ("lengths", "analyzer")


@dataclass(frozen=True, slots=True)
class Lengths:
    values: npt.NDArray[np.int64]


@pytest.fixture(autouse=True)
def only_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(derived, "_CLASSES", {})
    monkeypatch.setattr(derived, "_BY_DOCUMENT", set())
    kept_with_segment("lengths", by_document=True)(Lengths)


def memo_of(*values: int) -> Memo:
    memo = Memo()
    memo.put(KEY, Lengths(np.array(values)))
    memo.put("of the whole", 3)
    return memo


def merged(*parts: tuple[Memo, list[bool]]) -> Memo:
    memo = Memo()
    carry_over([(one, np.array(mask, np.bool_)) for one, mask in parts], memo)
    return memo


def known(memo: Memo, n_docs: int) -> list[int | None]:
    """The value of each document; None where it is to be derived."""
    found: list[int | None] = []
    for value, numbers in carried(memo, KEY, n_docs):
        found += [None] * len(numbers) if value is None else value.values[numbers].tolist()
    return found


def test_values_of_kept_documents_are_handed_on() -> None:
    memo = merged((memo_of(3, 1, 4), [True, False, True]), (memo_of(1, 5), [True, True]))
    assert known(memo, 4) == [3, 4, 1, 5]
    assert not memo.knows("of the whole")


def test_documents_of_a_segment_without_values_stay_unknown() -> None:
    memo = merged((memo_of(3, 1), [False, True]), (Memo(), [True, False, True]), (memo_of(5), [True]))
    assert known(memo, 4) == [1, None, None, 5]


def test_what_was_handed_on_is_handed_on_again() -> None:
    first = merged((memo_of(3, 1, 4), [True, False, True]), (Memo(), [True, True]))
    second = merged((first, [False, True, True, False]), (memo_of(9), [True]))
    assert known(second, 3) == [4, None, 9]
    assert known(merged((second, [False, False, False])), 0) == []


def test_what_nobody_knew_is_unknown_and_what_is_at_hand_is_forgotten() -> None:
    assert known(merged((Memo(), [True, True])), 2) == [None, None]
    memo = merged((memo_of(3), [True]))
    memo.put(KEY, Lengths(np.array([7])))
    assert known(merged((memo, [True])), 1) == [7]
    forget_carried(memo, KEY)
    assert known(memo, 1) == [7]  # as for a thread that looks just after another has derived it
    forget_carried(memo, KEY)
