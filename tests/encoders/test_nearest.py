from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import pytest

from faqsearch.encoders import ExactIndex, HnswIndex, NearestIndex, PassageMatrix
from faqsearch.errors import InputError

INDEXES = [ExactIndex, HnswIndex]


def clustered(count: int = 2_000, dimensions: int = 64) -> PassageMatrix:
    random = np.random.default_rng(5)
    centres = random.standard_normal((count // 20, dimensions))
    rows = centres[random.integers(len(centres), size=count)] + 0.3 * random.standard_normal(
        (count, dimensions)
    )
    return PassageMatrix.from_vectors(rows)


QUERIES = np.random.default_rng(6).standard_normal((30, 64))


@pytest.mark.parametrize("index", INDEXES)
def test_the_nearest_rows_come_best_first_with_exact_cosines(
    index: Callable[[PassageMatrix], NearestIndex],
) -> None:
    matrix = clustered()
    found = index(matrix)
    assert isinstance(found, NearestIndex)
    for query in QUERIES:
        rows, cosines = found.nearest(query, 10)
        assert cosines.tobytes() == matrix.similarities(query)[rows].tobytes()
        assert list(zip(-cosines, rows, strict=True)) == sorted(zip(-cosines, rows, strict=True))
        assert rows.shape == (10,)


def test_the_exact_index_never_misses_a_row() -> None:
    matrix = clustered()
    for query in QUERIES:
        expected = np.argsort(-matrix.similarities(query), kind="stable")[:10]
        assert ExactIndex(matrix).nearest(query, 10)[0].tolist() == expected.tolist()


def test_the_graph_finds_nearly_all_of_the_best_rows() -> None:
    matrix = clustered()
    exact, graph = ExactIndex(matrix), HnswIndex(matrix)
    hits = [len(set(exact.nearest(query, 10)[0]) & set(graph.nearest(query, 10)[0])) for query in QUERIES]
    assert sum(hits) >= 0.97 * 10 * len(QUERIES)


def test_two_builds_of_the_graph_are_alike() -> None:
    first, second = HnswIndex(clustered()), HnswIndex(clustered())
    for query in QUERIES:
        assert first.nearest(query, 10)[0].tolist() == second.nearest(query, 10)[0].tolist()


@pytest.mark.parametrize("index", INDEXES)
def test_rows_that_are_alike_come_in_row_order(index: Callable[[PassageMatrix], NearestIndex]) -> None:
    matrix = PassageMatrix.from_vectors([[1.0, 0], [0, 1], [2, 0], [1, 0], [0, -1]])
    assert index(matrix).nearest([1.0, 0.0], 2)[0].tolist() == [0, 2]
    rows, cosines = index(matrix).nearest([1.0, 0.0], 99)
    assert rows.tolist() == [0, 2, 3, 1, 4]
    assert cosines.tolist() == [1, 1, 1, 0, 0]


def test_many_rows_that_are_alike_come_in_row_order() -> None:
    # Short lists are sorted stably by any algorithm.
    rows = np.where(np.arange(300) % 2 == 0, 1.0, -1.0)[:, np.newaxis]
    found = ExactIndex(PassageMatrix.from_vectors(rows)).nearest([1.0], 300)[0]
    assert found.tolist() == [*range(0, 300, 2), *range(1, 300, 2)]


def test_the_graph_leaves_out_rows_and_queries_without_a_direction() -> None:
    graph = HnswIndex(PassageMatrix.from_vectors([[0.0, 0], [1, 1], [0, 0]]))
    assert graph.nearest([1.0, 0.0], 3)[0].tolist() == [1]
    assert graph.nearest([0.0, 0.0], 3)[0].tolist() == []
    empty = HnswIndex(PassageMatrix.from_vectors(np.zeros((0, 2))))
    assert empty.nearest([1.0, 0.0], 3)[1].tolist() == []


@pytest.mark.parametrize("index", INDEXES)
@pytest.mark.parametrize(("query", "k"), [([1.0, 0], 0), ([1.0, 0], True), ([1.0, 0], 1.5), ([1.0], 1)])
def test_what_cannot_be_searched_for_is_an_input_error(
    index: Callable[[PassageMatrix], NearestIndex], query: list[float], k: int
) -> None:
    found = index(PassageMatrix.from_vectors([[1.0, 0]]))
    with pytest.raises(InputError):
        found.nearest(query, k)


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usearch.index", None)
    with pytest.raises(InputError, match=r'pip install "faqsearch\[ann\]"'):
        HnswIndex(clustered(20))
