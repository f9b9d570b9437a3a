from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.errors import EvaluationError
from faqsearch.evaluation.folds import assign_folds, groups_by_shared_entries

JUDGEMENTS = st.lists(
    st.dictionaries(st.sampled_from("abcdefghijkl"), st.integers(0, 2), max_size=3), min_size=1, max_size=25
)


def as_qrels(judged: list[dict[str, int]]) -> dict[str, dict[str, int]]:
    return {f"q{number}": entries for number, entries in enumerate(judged)}


def test_queries_linked_by_a_chain_of_entries_are_one_group() -> None:
    qrels = {"q1": {"a": 1}, "q2": {"x": 1}, "q3": {"a": 1, "b": 2}, "q4": {"b": 1}, "q5": {"x": 0, "y": 1}}
    assert groups_by_shared_entries(tuple(qrels), qrels).tolist() == [0, 1, 0, 0, 2]


def test_queries_without_judgements_are_groups_of_their_own() -> None:
    assert groups_by_shared_entries(("q1", "q2", "q3"), {"q2": {"a": 0}}).tolist() == [0, 1, 2]


@given(judged=JUDGEMENTS)
def test_groups_are_the_finest_that_no_entry_crosses(judged: list[dict[str, int]]) -> None:
    qrels = as_qrels(judged)
    groups = groups_by_shared_entries(tuple(qrels), qrels)
    relevant = [{entry for entry, grade in entries.items() if grade >= 1} for entries in judged]
    linked = np.array([[bool(one & other) for other in relevant] for one in relevant]) | np.eye(
        len(judged), dtype=bool
    )
    for _ in range(len(judged).bit_length()):
        linked = linked @ linked
    assert ((groups[:, None] == groups[None, :]) == linked).all()


@given(judged=JUDGEMENTS, folds=st.integers(2, 5), seed=st.integers(0, 3))
def test_folds_never_share_a_relevant_entry_and_none_is_empty(
    judged: list[dict[str, int]], folds: int, seed: int
) -> None:
    qrels = as_qrels(judged)
    groups = groups_by_shared_entries(tuple(qrels), qrels)
    if len(set(groups.tolist())) < folds:
        with pytest.raises(EvaluationError, match=rf"groups came for {folds} folds"):
            assign_folds(groups, folds, seed)
        return
    fold_of = assign_folds(groups, folds, seed)
    assert sorted(set(fold_of.tolist())) == list(range(folds))
    found = {}
    for fold, entries in zip(fold_of.tolist(), judged, strict=True):
        for entry, grade in entries.items():
            if grade >= 1:
                assert found.setdefault(entry, fold) == fold
    assert fold_of.tolist() == assign_folds(groups, folds, seed).tolist()


def test_large_groups_go_first_so_that_folds_are_even() -> None:
    groups = np.array([0] * 6 + [1] * 4 + [2] * 2 + [3] * 2 + [4] * 2)
    fold_of = assign_folds(groups, 2, seed=7)
    assert np.bincount(fold_of).tolist() == [8, 8]


def test_a_single_fold_is_none() -> None:
    with pytest.raises(EvaluationError, match="give 2 folds or more"):
        assign_folds(np.array([0, 1]), 1)
