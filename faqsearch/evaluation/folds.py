"""Folds for cross-validation in which no entry is relevant on both sides of a cut.

Two inquiries that the same entry answers are near copies of each other: whoever fits on one and measures on
the other measures memory. So queries are grouped by the entries they share, over any number of links, and a
group stays together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import EvaluationError
from faqsearch.evaluation.measures import RELEVANT
from faqsearch.evaluation.trec import Qrels

IntArray: TypeAlias = NDArray[np.int64]


def groups_by_shared_entries(queries: Sequence[str], qrels: Qrels) -> IntArray:
    """Return the group of each query: the connected components over shared relevant entries.

    Args:
        queries: Ids of queries; those without a relevant entry in ``qrels`` are groups of their own.
        qrels: The judgements.

    Returns:
        Shape (n_queries,); groups are numbered from 0 in the order of their first query.
    """
    parents = list(range(len(queries)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]  # halves the path for the next one who walks it
            place = parents[place]
        return place

    first_with: dict[str, int] = {}
    for place, query_id in enumerate(queries):
        for entry_id, grade in qrels.get(query_id, {}).items():
            if grade >= RELEVANT:
                other = first_with.setdefault(entry_id, place)
                parents[root(place)] = root(other)
    numbers: dict[int, int] = {}
    return np.array(
        [numbers.setdefault(root(place), len(numbers)) for place in range(len(queries))], np.int64
    )


def assign_folds(groups: IntArray, folds: int, seed: int = 0) -> IntArray:
    """Deal whole groups out to folds of nearly equal numbers of queries.

    The largest groups go first, each to the fold that holds fewest queries so far; groups of equal size are
    shuffled by the seed.

    Args:
        groups: Shape (n,); the group of each query.
        folds: Number of folds, at least 2.
        seed: Seed of the shuffle.

    Returns:
        Shape (n,); the fold of each query, from 0. With at least ``folds`` groups no fold is empty.

    Raises:
        EvaluationError: If there are fewer than 2 folds or fewer groups than folds.
    """
    numbers, sizes = np.unique(groups, return_counts=True)
    if folds < 2 or len(numbers) < folds:
        raise EvaluationError(
            f"{len(numbers)} groups came for {folds} folds; give 2 folds or more, a group each"
        )
    shuffled = np.random.default_rng(seed).permutation(len(numbers))
    largest_first = shuffled[np.argsort(-sizes[shuffled], kind="stable")]
    filled = np.zeros(folds, np.int64)
    fold_of_group: dict[int, int] = {}
    for place in largest_first.tolist():
        fold = int(np.argmin(filled))
        fold_of_group[int(numbers[place])] = fold
        filled[fold] += sizes[place]
    return np.array([fold_of_group[group] for group in groups.tolist()], np.int64)
