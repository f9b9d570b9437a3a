"""Whole-number vectors have exact dot products."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faqsearch.vectors.quantize import LENGTH_LIMIT, MAX_DIMENSIONS, quantize


def exact(vectors: np.ndarray) -> np.ndarray:
    whole = vectors.astype(np.int64)
    return whole @ whole.T


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(1, 40),
    dimensions=st.integers(1, 3000),
    spread=st.sampled_from([0.0, 0.01, 1.0]),
    scale=st.sampled_from([1e-300, 1e-3, 1.0, 1e300]),
)
@example(seed=0, count=3, dimensions=1040, spread=0.0, scale=1.0)
@example(seed=0, count=3, dimensions=1041, spread=0.0, scale=1.0)
@example(seed=0, count=2, dimensions=MAX_DIMENSIONS, spread=0.0, scale=1.0)
def test_float32_dot_products_equal_those_of_integers_in_any_shape_and_order(
    seed: int, count: int, dimensions: int, spread: float, scale: float
) -> None:
    random = np.random.default_rng(seed)
    vectors = scale * (1.0 + spread * random.normal(size=(count, dimensions)))
    whole = quantize(vectors)
    assert whole.dtype == np.int8
    assert int(whole.min()) >= -127
    expected = exact(whole)
    assert np.diag(expected).max() < LENGTH_LIMIT**2
    floats = whole.astype(np.float32)
    order = random.permutation(dimensions)
    # BLAS takes other roads for a matrix, a vector and another layout, and other orders of summation.
    assert np.array_equal(floats @ floats.T, expected)
    assert np.array_equal(floats[:, order] @ floats[:, order].T, expected)
    assert np.array_equal(np.array([floats @ row for row in floats]), expected)
    assert np.array_equal(np.asfortranarray(floats)[:1] @ floats.T, expected[:1])
    # One after the other, without any BLAS: no partial sum is rounded either.
    assert np.array_equal(np.cumsum(floats[0] * floats[-1], dtype=np.float32)[-1], expected[0, -1])


def test_a_vector_is_quantised_by_itself() -> None:
    vectors = np.random.default_rng(3).normal(size=(50, 1500))
    assert np.array_equal(quantize(vectors), np.concatenate([quantize(row[None]) for row in vectors]))


def test_up_to_1040_dimensions_the_largest_component_is_127() -> None:
    whole = quantize(np.full((1, 1040), -0.001))
    assert set(whole.ravel().tolist()) == {-127}


def test_beyond_that_a_flat_vector_is_scaled_less_and_a_peaked_one_is_not() -> None:
    peaked = np.full(4096, 0.01)
    peaked[5] = 1.0
    flat, kept = quantize(np.stack([np.full(4096, 0.5), peaked]))
    assert set(flat.tolist()) == {63}
    assert (int(kept[5]), int(kept[0])) == (127, 1)


def test_the_direction_stays() -> None:
    vectors = np.random.default_rng(5).normal(size=(100, 2000))
    whole = quantize(vectors).astype(np.float64)
    cosines = (
        np.sum(vectors * whole, axis=1) / np.linalg.norm(vectors, axis=1) / np.linalg.norm(whole, axis=1)
    )
    assert cosines.min() > 0.999


@pytest.mark.parametrize("scale", [5e-324, 1e-308, 1e308])
def test_numbers_of_any_size_are_scaled(scale: float) -> None:
    assert quantize(np.array([[scale, 0.0, -scale]])).tolist() == [[127, 0, -127]]


def test_zeros_stay_zeros() -> None:
    assert quantize(np.zeros((2, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]
