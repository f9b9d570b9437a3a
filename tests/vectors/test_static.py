from __future__ import annotations

import numpy as np
import pytest

from faqsearch.errors import VectorsError
from faqsearch.vectors import StaticWordVectors


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        ({}, "the mapping is empty; give at least one word"),
        ({"犬": [0.0, 0.0]}, "all vectors are zeros"),
        ({"犬": [1.0], "猫": [1.0, 2.0]}, "vectors must be sequences of numbers, all of one length"),
        ({"犬": ["x"]}, "vectors must be sequences of numbers"),
        ({"犬": [1.0, float("nan")]}, "a number that is infinite or not a number"),
        ({"犬": [1.0, float("inf")]}, "a number that is infinite or not a number"),
        ({"犬": 1.0}, r"vectors came with the shape \(\); allowed are 1 to 16384 numbers each"),
        ({"犬": []}, r"vectors came with the shape \(0,\)"),
        ({"犬": np.zeros((2, 2))}, r"vectors came with the shape \(2, 2\)"),
        ({"犬": np.ones(16385)}, r"vectors came with the shape \(16385,\)"),
    ],
)
def test_vectors_that_cannot_be_used_are_refused(vectors, message: str) -> None:
    with pytest.raises(VectorsError, match=message):
        StaticWordVectors(vectors)


def test_later_changes_of_the_mapping_have_no_effect() -> None:
    row = np.array([1.0, 0.0])
    vectors = StaticWordVectors({"犬": row})
    row[:] = [0.0, 1.0]
    assert vectors.lookup(["犬"])[1].tolist() == [[127, 0]]


def test_source_and_version_are_part_of_the_fingerprint() -> None:
    prints = [
        StaticWordVectors({"犬": [1.0]}, source=source, version=version).fingerprint
        for source, version in (("static", ""), ("mine", ""), ("mine", "2"))
    ]
    assert [text.rpartition(",")[0] for text in prints] == [
        "vectors(static, no version",
        "vectors(mine, no version",
        "vectors(mine, 2",
    ]
    assert {len(text.rpartition(", ")[2]) for text in prints} == {17}
