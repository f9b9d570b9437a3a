"""The compiled loops and numpy make the same sums, equal to the last bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.ranking import accumulate
from faqsearch.ranking.accumulate import find_places, saturation, sum_products, sum_saturated
from faqsearch.ranking.rows import CodedMatrix, FloatArray, Matrix, Rows, find_rows

M = TypeVar("M", Matrix, CodedMatrix)
N_DOCS = 7
N_TERMS = 4
numbers = st.floats(0.01, 50.0)
matrices = st.lists(
    st.lists(st.dictionaries(st.integers(0, N_DOCS - 1), numbers), min_size=N_TERMS, max_size=N_TERMS),
    min_size=1,
    max_size=3,
)
asked = st.lists(st.tuples(st.integers(0, 2), st.integers(0, N_TERMS - 1), numbers), max_size=8)


def matrix_of(columns: Sequence[dict[int, float]]) -> Matrix:
    values = [(doc, column[doc]) for column in columns for doc in sorted(column)]
    return Matrix(
        np.cumsum([0, *map(len, columns)]),
        np.array([doc for doc, _ in values], np.int32),
        np.array([value for _, value in values], np.float64),
    )


def coded_of(matrix: Matrix, width: type[np.unsignedinteger[Any]]) -> CodedMatrix:
    values, codes = np.unique(matrix.frequencies, return_inverse=True)
    return CodedMatrix(matrix.indptr, matrix.docs, codes.astype(width), values)


def rows_of(found: Sequence[M], terms: Sequence[Sequence[int]]) -> Rows[M]:
    """Rows that are asked for in the order in which they stand."""
    stretches = []
    first = 0
    for matrix, chosen in zip(found, terms, strict=True):
        stretches.append((matrix, np.array(chosen, np.int64), np.arange(first, first + len(chosen))))
        first += len(chosen)
    return find_rows(0, N_DOCS, stretches)


def without_the_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accumulate, "kernel", None)


def test_the_extension_is_compiled_where_the_tests_run() -> None:
    assert accumulate.COMPILED


@given(matrices, st.lists(asked, min_size=3, max_size=3), st.floats(0.1, 3.0))
def test_saturated_sums_are_those_of_numpy_and_of_the_formula(
    columns: list[list[dict[int, float]]], chosen: list[list[tuple[int, int, float]]], k1: float
) -> None:
    found = [matrix_of(matrix) for matrix in columns]
    used = [options for _, options in zip(found, chosen, strict=False)]
    rows = rows_of(found, [[term for _, term, _ in options] for options in used])
    flat = [option for options in used for option in options]
    words = np.array([word for word, _, _ in flat], np.int64)
    weights = np.array([weight for _, _, weight in flat], np.float64)
    worth = np.array([2.0, 0.25, 1.5])
    ordered = rows.ordered(words)
    arguments = (ordered, words[ordered.asked], weights[ordered.asked], worth, k1)

    compiled = sum_saturated(*arguments)
    with pytest.MonkeyPatch.context() as patch:
        without_the_extension(patch)
        plain = sum_saturated(*arguments)

    expected = np.zeros(N_DOCS)
    for doc in range(N_DOCS):
        for word in range(3):
            joined = sum(
                columns[matrix][term].get(doc, 0.0) * weight
                for matrix, options in enumerate(used)
                for asked_for, term, weight in options
                if asked_for == word
            )
            expected[doc] += worth[word] * float(saturation(np.array(joined), k1))
    assert compiled.tolist() == plain.tolist()
    assert plain == pytest.approx(expected)


@given(
    matrices,
    st.lists(st.integers(0, N_TERMS - 1), max_size=6),
    st.lists(numbers, min_size=7, max_size=7),
    st.sampled_from([np.uint8, np.uint16, np.uint32]),
)
def test_sums_of_products_are_those_of_numpy_and_of_the_formula(
    columns: list[list[dict[int, float]]],
    terms: list[int],
    lengths: list[float],
    width: type[np.unsignedinteger[Any]],
) -> None:
    rows = rows_of([coded_of(matrix_of(columns[0]), width)], [terms])
    idf = 1.0 + np.arange(len(terms)) / 3
    weights = 1.0 / (1.0 + np.arange(len(terms)))
    norms: FloatArray = np.array(lengths)

    compiled = sum_products(rows, idf, weights, norms)
    with pytest.MonkeyPatch.context() as patch:
        without_the_extension(patch)
        plain = sum_products(rows, idf, weights, norms)

    expected = [
        sum(
            weight * columns[0][term].get(doc, 0.0) * rarity / norms[doc]
            for term, rarity, weight in zip(terms, idf, weights, strict=True)
        )
        for doc in range(N_DOCS)
    ]
    assert compiled.tolist() == plain.tolist()
    assert plain.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("kind", ["int32", "uint64", ">u2", "float32"])
def test_codes_of_another_type_are_refused(kind: str) -> None:
    coded = coded_of(matrix_of([{0: 1.0}, {1: 2.0}, {}, {}]), np.uint8)
    wrong = CodedMatrix(coded.indptr, coded.docs, coded.codes.astype(kind), coded.frequencies)
    with pytest.raises(ValueError, match="1, 2 or 4 bytes and no sign"):
        sum_products(rows_of([wrong], [[0]]), np.ones(1), np.ones(1), np.ones(N_DOCS))


def test_products_too_small_for_a_float_count_for_nothing_and_do_no_harm() -> None:
    matrix = matrix_of([dict.fromkeys(range(N_DOCS), 1e-200)] * N_TERMS)
    rows = rows_of([matrix], [[0, 1, 2, 3] * 40])
    words, weights = np.zeros(160, np.int64), np.full(160, 1e-200)
    assert sum_saturated(rows, words, weights, np.ones(1), 1.2).tolist() == [0.0] * N_DOCS


@given(matrices, st.lists(asked, min_size=3, max_size=3), st.sets(st.integers(0, N_DOCS - 1)))
def test_places_of_documents_are_those_of_numpy_and_of_a_plain_loop(
    columns: list[list[dict[int, float]]], chosen: list[list[tuple[int, int, float]]], wanted: set[int]
) -> None:
    found = [matrix_of(matrix) for matrix in columns]
    used = [options for _, options in zip(found, chosen, strict=False)]
    rows = rows_of(found, [[term for _, term, _ in options] for options in used])
    docs = np.array(sorted(wanted), np.int32)
    arguments = ([matrix.docs for matrix in found], rows.matrix, rows.begins, rows.ends, docs)

    compiled = find_places(*arguments)
    with pytest.MonkeyPatch.context() as patch:
        without_the_extension(patch)
        plain = find_places(*arguments)

    expected = [
        [row, position, place]
        for row in range(len(rows.asked))
        for position, doc in enumerate(sorted(wanted))
        for place in range(rows.begins[row], rows.ends[row])
        if found[rows.matrix[row]].docs[place] == doc
    ]
    assert compiled.tolist() == plain.tolist() == expected


def test_there_is_room_for_any_number_of_places() -> None:
    matrix = matrix_of([dict.fromkeys(range(N_DOCS), 1.0)] * N_TERMS)
    rows = rows_of([matrix], [[0, 1, 2, 3] * 400])
    docs = np.arange(N_DOCS, dtype=np.int32)

    assert len(find_places([matrix.docs], rows.matrix, rows.begins, rows.ends, docs)) == 1_600 * N_DOCS


def test_no_rows_at_all_are_sums_of_nothing() -> None:
    nothing = find_rows(0, N_DOCS, [])
    none = np.zeros(0, np.int64)
    assert sum_saturated(nothing, none, np.zeros(0), np.zeros(0), 1.2).tolist() == [0.0] * N_DOCS
    assert [column.tolist() for column in nothing.read()] == [[], [], []]
