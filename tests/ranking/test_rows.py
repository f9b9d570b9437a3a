"""Matrices put together from blocks of terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.ranking.rows import Block, CodedMatrix, Matrix

frequencies = st.sampled_from([0.5, 1.0, 1.5, 2.0, 7.0]) | st.floats(0.01, 50.0)
rows = st.lists(st.dictionaries(st.integers(0, 9), frequencies, max_size=4), max_size=6)
blocks = st.lists(rows, max_size=4)


def in_blocks(found: list[list[dict[int, float]]]) -> Iterator[Block]:
    for block in found:
        counts = np.array([len(row) for row in block], np.int64)
        docs = np.array([doc for row in block for doc in sorted(row)], np.int32)
        yield counts, docs, np.array([row[doc] for row in block for doc in sorted(row)], np.float64)


@given(blocks, st.integers(0, 3))
def test_a_matrix_holds_what_the_blocks_held_coded_or_not(
    found: list[list[dict[int, float]]], room: int
) -> None:
    every = [row for block in found for row in block]
    most = sum(map(len, every)) + room
    plain, coded = (kind.of(in_blocks(found), len(every), most) for kind in (Matrix, CodedMatrix))
    for matrix in (plain, coded):
        stretches = zip(matrix.indptr[:-1].tolist(), matrix.indptr[1:].tolist(), strict=True)
        assert [
            dict(zip(matrix.docs[a:b].tolist(), matrix.at(slice(a, b)).tolist(), strict=True))
            for a, b in stretches
        ] == [dict(sorted(row.items())) for row in every]
    assert sorted(coded.frequencies) == sorted({value for row in every for value in row.values()})


@pytest.mark.parametrize(
    ("different", "width"), [(1, np.uint8), (256, np.uint8), (257, np.uint16), (65_537, np.uint32)]
)
def test_codes_take_as_few_bytes_as_their_number_allows(
    different: int, width: type[np.unsignedinteger[Any]]
) -> None:
    values = np.arange(different, 0, -1) / 3
    halves = np.array_split(values, 2)
    given_blocks = [(np.array([len(half)]), np.arange(len(half), dtype=np.int32), half) for half in halves]
    matrix = CodedMatrix.of(given_blocks, 2, different)
    assert matrix.codes.dtype == width
    assert matrix.at(slice(None)).tolist() == values.tolist()
