from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from faqsearch.errors import EvaluationError, InputError
from faqsearch.evaluation.queries import Query
from faqsearch.evaluation.runs import run_queries

QUERIES = (Query(id="q2", text="two"), Query(id="q1", text="one"), Query(id="q0", text=""))


def found(text: str, k: int) -> Sequence[tuple[str, float]]:
    return [(f"{text}{rank}", np.float32(0.5)) for rank in range(k)] if text else []


def test_every_query_is_in_the_run_in_order_found_anything_or_not() -> None:
    run = run_queries(found, QUERIES, 2)
    assert list(run.items()) == [
        ("q2", (("two0", 0.5), ("two1", 0.5))),
        ("q1", (("one0", 0.5), ("one1", 0.5))),
        ("q0", ()),
    ]
    assert type(run["q1"][0][1]) is float


def test_progress_is_told_after_each_query() -> None:
    told: list[tuple[int, int]] = []
    run_queries(found, QUERIES, 1, lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_k_below_one_is_rejected() -> None:
    with pytest.raises(InputError, match="k came as 0; give a whole number of at least 1"):
        run_queries(found, QUERIES, 0)


def test_two_queries_of_one_id_are_rejected() -> None:
    with pytest.raises(EvaluationError, match="two queries have the id 'q1'"):
        run_queries(found, (QUERIES[1], QUERIES[1]), 1)


def test_a_search_that_returns_more_than_k_is_rejected() -> None:
    with pytest.raises(EvaluationError, match="returned 3 hits; at most 2 may come"):
        run_queries(lambda text, k: found(text, k + 1), QUERIES, 2)


def test_a_search_that_does_not_sort_is_rejected() -> None:
    with pytest.raises(EvaluationError, match=r"query 'q2', rank 2: the score 2.0 is above the one before"):
        run_queries(lambda _text, _k: [("a", 1.0), ("b", 2.0)], QUERIES, 2)
