"""Document frequencies that share what an edit did not change."""

from __future__ import annotations

import random

import numpy as np
import pytest

from faqsearch.index import DocumentFrequencies, frequencies

SEED = 20_261_123


@pytest.mark.parametrize("small", [0, 1_000])
def test_any_changes_read_like_an_array_they_were_written_to(
    monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(frequencies, "_SMALL", small)
    monkeypatch.setattr(frequencies, "_TERMS_FOR_A_CHANGE", 4)
    random.seed(SEED)
    expected = [random.randrange(9) for _ in range(100)]
    found = DocumentFrequencies(np.array(expected, np.int32))
    for _ in range(50):
        numbers = random.sample(range(100), random.randrange(8))
        before, old = expected.copy(), found
        counts = [random.randrange(9) for _ in numbers]
        for number, count in zip(numbers, counts, strict=True):
            expected[number] = count
        found = found.with_counts(np.array(numbers, np.int64), np.array(counts, np.int32))
        assert found.tolist() == [found.item(number) for number in range(100)] == expected
        assert found[np.array([99, 0, 7])].tolist() == [expected[99], expected[0], expected[7]]
        assert old.tolist() == before


def test_few_changes_of_many_terms_copy_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frequencies, "_SMALL", 0)
    first = DocumentFrequencies(np.arange(64, dtype=np.int32))

    few = first.with_counts(np.array([5, 2]), np.array([0, 9], np.int32))
    many = few.with_counts(np.arange(10), np.ones(10, np.int32))

    assert few.base is first.base
    assert few.changed.tolist() == [2, 5]
    assert few.counts.tolist() == [9, 0]
    assert many.tolist() == [1] * 10 + list(range(10, 64))
    assert len(many.changed) == 0
    assert first.with_counts(np.zeros(0, np.int64), np.zeros(0, np.int32)) is first
