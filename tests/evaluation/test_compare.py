from __future__ import annotations

import json

import pytest

import faqsearch.evaluation
from faqsearch.errors import EvaluationError
from faqsearch.evaluation.compare import evaluate_runs
from faqsearch.evaluation.runs import Ranking

QRELS = {"q1": {"a": 2, "b": 1}, "q2": {"c": 1}, "q3": {"d": 1}, "none": {"a": 0}}
GOOD: dict[str, Ranking] = {"q1": (("a", 2.0), ("b", 1.0)), "q2": (("c", 1.0),), "q3": (("x", 1.0),)}
POOR: dict[str, Ranking] = {"q1": (("x", 2.0), ("a", 1.0)), "q2": (), "q3": (("y", 1.0),), "other": ()}


def test_means_values_and_counts_of_a_comparison() -> None:
    comparison = evaluate_runs({"good": GOOD, "poor": POOR}, QRELS)
    assert comparison.systems == ("good", "poor")
    assert comparison.queries == ("q1", "q2", "q3")
    assert comparison.without_relevant == 2
    assert comparison.without_hits == {"good": 0, "poor": 1}
    assert comparison.values["good"]["nDCG@10"] == pytest.approx({"q1": 1.0, "q2": 1.0, "q3": 0.0})
    assert comparison.means["good"]["success@1"] == pytest.approx(2 / 3)
    assert comparison.means["poor"]["MRR@10"] == pytest.approx(0.5 / 3)


def test_differences_are_against_the_first_system_with_wins_losses_and_ties() -> None:
    comparison = evaluate_runs({"good": GOOD, "poor": POOR, "same": GOOD}, QRELS)
    poor = comparison.difference("poor", "success@1")
    same = comparison.difference("same", "success@1")
    assert poor is not None
    assert same is not None
    assert (poor.reference, poor.won, poor.lost, poor.tied) == ("good", 0, 2, 1)
    assert poor.mean == pytest.approx(-2 / 3)
    assert poor.low == -1.0
    assert poor.high == 0.0
    assert poor.p == 0.5
    assert poor.p_holm == 1.0
    assert (same.mean, same.low, same.high, same.p, same.p_holm, same.tied) == (0.0, 0.0, 0.0, 1.0, 1.0, 3)
    assert comparison.difference("good", "success@1") is None
    assert [(found.measure, found.system) for found in comparison.differences][:3] == [
        ("nDCG@10", "poor"),
        ("nDCG@10", "same"),
        ("recall@10", "poor"),
    ]


def test_holm_corrects_over_the_systems_of_one_measure() -> None:
    queries = [f"q{number}" for number in range(10)]
    qrels = {query: {"a": 1} for query in queries}
    best: dict[str, Ranking] = dict.fromkeys(queries, (("a", 1.0),))
    nothing: dict[str, Ranking] = dict.fromkeys(queries, ())
    comparison = evaluate_runs({"best": best, "x": nothing, "y": nothing}, qrels)
    found = comparison.difference("x", "nDCG@10")
    assert found is not None
    assert found.p == 2 / 1024
    assert found.p_holm == 4 / 1024


def test_the_same_arguments_give_the_same_comparison_and_plain_json() -> None:
    runs = {"good": GOOD, "poor": POOR}
    first, second = evaluate_runs(runs, QRELS, seed=4), evaluate_runs(runs, QRELS, seed=4)
    assert first == second
    record = json.loads(json.dumps(first.to_dict()))
    assert record == first.to_dict()
    assert record["queries"] == 3
    assert record["queries_without_relevant"] == 2
    assert record["queries_without_hits"] == {"good": 0, "poor": 1}
    assert record["differences"][0]["system"] == "poor"
    assert record["values"]["poor"]["MRR@10"] == {"q1": 0.5, "q2": 0.0, "q3": 0.0}
    assert record["seed"] == 4
    assert "values" not in first.to_dict(per_query=False)


def test_one_system_alone_is_measured_without_differences() -> None:
    comparison = evaluate_runs({"good": GOOD}, QRELS)
    assert comparison.differences == ()
    assert comparison.means["good"]["P@10"] == pytest.approx(0.1)


def test_no_run_at_all_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="no run came; give at least one"):
        evaluate_runs({}, QRELS)


def test_the_public_names_are_sorted_and_exist() -> None:
    names = faqsearch.evaluation.__all__
    assert names == sorted(names)
    assert [name for name in names if not hasattr(faqsearch.evaluation, name)] == []
