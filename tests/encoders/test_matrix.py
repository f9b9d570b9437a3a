from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from faqsearch.encoders import PassageMatrix, quantize
from faqsearch.encoders.matrix import largest_level
from faqsearch.errors import InputError

NUMBERS = st.floats(-1e300, 1e300, allow_subnormal=True)
ROWS = hnp.arrays(np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=NUMBERS)


def random_rows(count: int, dimensions: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, dimensions))


@pytest.mark.parametrize(
    ("dimensions", "level"), [(1, 127), (384, 127), (1_040, 127), (1_041, 126), (4_096, 63)]
)
def test_levels_keep_the_largest_sum_below_what_float32_holds(dimensions: int, level: int) -> None:
    assert largest_level(dimensions) == level
    assert level * level * dimensions < 2**24


def test_rows_are_rounded_each_by_its_own_scale() -> None:
    values, norms = quantize([[1.0, -0.5, 0.0], [200.0, 100.0, 1.0], [0.0, 0.0, 0.0]])
    assert values.tolist() == [[127, -64, 0], [127, 64, 1], [0, 0, 0]]
    assert norms.tolist() == [(127**2 + 64**2) ** 0.5, (127**2 + 64**2 + 1) ** 0.5, 0.0]


@given(ROWS)
def test_a_row_is_quantised_alike_wherever_it_stands(rows: np.ndarray) -> None:
    values, norms = quantize(rows)
    for row, value, norm in zip(rows, values, norms, strict=True):
        alone, length = quantize(row[np.newaxis])
        assert (alone[0].tolist(), length[0]) == (value.tolist(), norm)
        assert np.abs(value).max(initial=0) == (127 if row.any() else 0)


@given(ROWS, st.data())
def test_similarities_equal_those_of_whole_numbers(rows: np.ndarray, data: st.DataObject) -> None:
    query = data.draw(hnp.arrays(np.float64, rows.shape[1], elements=NUMBERS))
    values, norms = quantize(rows)
    level, length = quantize(query[np.newaxis])
    dots = values.astype(object) @ level[0].astype(object)
    found = PassageMatrix.from_vectors(rows).similarities(query)
    for cosine, dot, norm in zip(found, dots, norms, strict=True):
        assert cosine == (dot / (norm * length[0]) if norm * length[0] else 0.0)
        assert abs(cosine) <= 1 + 1e-15


@pytest.mark.parametrize("dimensions", [384, 1_040, 1_041, 4_096])
def test_the_largest_possible_products_are_exact(dimensions: int) -> None:
    signs = np.where(np.arange(dimensions) % 3 == 0, -1.0, 1.0)
    rows = np.array([signs, -signs, np.ones(dimensions)])
    level = largest_level(dimensions)
    matrix = PassageMatrix.from_vectors(rows)
    assert matrix._dot_products(matrix.values[0].astype(np.float32)).tolist() == [
        level**2 * dimensions,
        -(level**2) * dimensions,
        level**2 * int(signs.sum()),
    ]


@pytest.mark.parametrize("dimensions", [3, 384, 1_536])
def test_a_similarity_does_not_depend_on_the_rows_beside_it(dimensions: int) -> None:
    rows, query = random_rows(3_000, dimensions), random_rows(1, dimensions, seed=1)[0]
    whole = PassageMatrix.from_vectors(rows)
    expected = whole.similarities(query)
    order = np.random.default_rng(2).permutation(len(rows))
    assert whole.taken(order).similarities(query).tobytes() == expected[order].tobytes()
    edited = PassageMatrix.joined(
        [PassageMatrix.from_vectors(rows[:7]), PassageMatrix.from_vectors(rows[7:])]
    )
    assert edited.similarities(query).tobytes() == expected.tobytes()
    for row in (0, 1_234, 2_999):
        assert whole.taken(np.array([row])).similarities(query)[0] == expected[row]


def test_similarities_are_near_the_cosines_of_the_vectors() -> None:
    rows, query = random_rows(500, 384), random_rows(1, 384, seed=1)[0]
    cosines = rows @ query / (np.linalg.norm(rows, axis=1) * np.linalg.norm(query))
    assert np.abs(PassageMatrix.from_vectors(rows).similarities(query) - cosines).max() < 0.003


def test_a_matrix_says_its_size() -> None:
    matrix = PassageMatrix.from_vectors(np.zeros((0, 5)))
    assert (len(matrix), matrix.dimensions, repr(matrix)) == (0, 5, "PassageMatrix(0 rows, 5 dimensions)")
    assert matrix.similarities(np.ones(5)).shape == (0,)


@pytest.mark.parametrize(
    "rows", [np.ones(3), np.ones((2, 0)), np.ones((1, 1, 1)), [[np.nan]], [[1.0, np.inf]]]
)
def test_rows_that_are_no_finite_matrix_are_refused(rows: object) -> None:
    with pytest.raises(InputError):
        quantize(rows)


def test_a_query_of_another_length_is_refused() -> None:
    matrix = PassageMatrix.from_vectors(np.ones((2, 3)))
    for query in (np.ones(4), np.ones((1, 3)), [1.0, np.nan, 2.0]):
        with pytest.raises(InputError):
            matrix.similarities(query)


def test_parts_that_quantize_did_not_give_are_refused() -> None:
    values, norms = quantize(np.ones((2, 3)))
    for parts in ((values.astype(np.int16), norms), (values, norms[:1]), (values[0], norms)):
        with pytest.raises(InputError):
            PassageMatrix(*parts)
