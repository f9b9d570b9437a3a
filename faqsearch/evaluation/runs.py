"""A run: what a search function found for each query, in ranked order."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from faqsearch.errors import EvaluationError, InputError
from faqsearch.evaluation.lines import check_id
from faqsearch.evaluation.queries import Query

Ranking: TypeAlias = tuple[tuple[str, float], ...]
"""Pairs of entry id and score, best first."""

Run: TypeAlias = Mapping[str, Ranking]
"""Query id -> ranking; a query that found nothing maps to an empty ranking."""

Search: TypeAlias = Callable[[str, int], Sequence[tuple[str, float]]]
"""Called with a text and k; returns at most k pairs of entry id and score, best first."""


def run_queries(
    search: Search,
    queries: Sequence[Query],
    k: int,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Ranking]:
    """Search for every query and keep the rankings.

    Args:
        search: The search function.
        queries: The queries, each with its own id.
        k: Number of hits wanted per query, at least 1.
        progress: Called after each query with the number done and the number of all.

    Returns:
        Query id -> ranking, in the order of ``queries``; every query is in it, found anything or not.

    Raises:
        InputError: If k is below 1.
        EvaluationError: If two queries share an id, or ``search`` returns no ranking (:func:`check_run`).
    """
    if k < 1:
        raise InputError(f"k came as {k!r}; give a whole number of at least 1")
    run: dict[str, Ranking] = {}
    for done, query in enumerate(queries, start=1):
        if query.id in run:
            raise EvaluationError(f"two queries have the id {query.id!r}; give every query its own")
        ranking = tuple((entry_id, float(score)) for entry_id, score in search(query.text, k))
        if len(ranking) > k:
            message = f"the search for query {query.id!r} returned {len(ranking)} hits; at most {k} may come"
            raise EvaluationError(message)
        run[query.id] = ranking
        if progress is not None:
            progress(done, len(queries))
    check_run(run)
    return run


def check_run(run: Run) -> None:
    """Make sure that a run can be written and evaluated.

    Raises:
        EvaluationError: If an id is empty or holds white space, an entry is ranked twice for one query,
            a score is not finite, or scores rise from one rank to the next.
    """
    for query_id, ranking in run.items():
        check_id("query", query_id)
        _check_ranking(query_id, ranking)


def _check_ranking(query_id: str, ranking: Ranking) -> None:
    seen: set[str] = set()
    last = math.inf
    for rank, (entry_id, score) in enumerate(ranking, start=1):
        place = f"query {query_id!r}, rank {rank}"
        check_id("entry", entry_id)
        if entry_id in seen:
            raise EvaluationError(f"{place}: entry {entry_id!r} is ranked twice; rank each entry once")
        if not math.isfinite(score):
            raise EvaluationError(f"{place}: the score is {score}; scores must be finite numbers")
        if score > last:
            raise EvaluationError(f"{place}: the score {score} is above the one before; sort best first")
        seen.add(entry_id)
        last = score
