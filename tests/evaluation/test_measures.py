from __future__ import annotations

import math
import random
import sys

import pytest

from faqsearch.errors import EvaluationError, SettingsError
from faqsearch.evaluation.measures import DEEP_MEASURES, MEASURES, mean_values, measure_run, scored_queries
from faqsearch.evaluation.runs import Ranking


def ranked(*ids: str) -> Ranking:
    return tuple((entry_id, float(len(ids) - place)) for place, entry_id in enumerate(ids))


def oracle(ranking: Ranking, judged: dict[str, int]) -> dict[str, float]:
    """The five measures written down from their definitions, without any library."""
    gains = [max(judged.get(entry_id, 0), 0) for entry_id, _ in ranking][:10]
    ideal = sorted((max(grade, 0) for grade in judged.values()), reverse=True)[:10]

    def discounted(values: list[int]) -> float:
        return sum(value / math.log2(rank + 1) for rank, value in enumerate(values, start=1))

    relevant = sum(grade >= 1 for grade in judged.values())
    hits = sum(gain >= 1 for gain in gains)
    first = next((rank for rank, gain in enumerate(gains, start=1) if gain >= 1), None)
    return {
        "nDCG@10": discounted(gains) / discounted(ideal),
        "recall@10": hits / relevant,
        "P@10": hits / 10,
        "MRR@10": 1 / first if first else 0.0,
        "success@1": float(bool(gains) and gains[0] >= 1),
    }


def test_values_computed_by_hand_with_linear_gain() -> None:
    # DCG = 1/log2(2) + 0 + 3/log2(4) = 2.5; ideal = 3/log2(2) + 1/log2(3) = 3 + 0.63093 = 3.63093.
    # Exponential gain would give (1 + 7/2) / (7 + 0.63093) = 0.58971 instead.
    values = measure_run({"q": ranked("one", "unjudged", "three")}, {"q": {"three": 3, "one": 1, "no": 0}})
    assert values["nDCG@10"]["q"] == pytest.approx(2.5 / (3 + 1 / math.log2(3)), abs=1e-12)
    assert values["nDCG@10"]["q"] == pytest.approx(0.688529, abs=1e-6)
    assert values["recall@10"]["q"] == 1.0
    assert values["P@10"]["q"] == pytest.approx(0.2)
    assert values["MRR@10"]["q"] == 1.0
    assert values["success@1"]["q"] == 1.0


def test_only_the_first_ten_hits_count_and_success_looks_at_the_first_alone() -> None:
    ranking = ranked(*(f"x{place}" for place in range(9)), "tenth", "eleventh")
    values = measure_run({"q": ranking}, {"q": {"tenth": 1, "eleventh": 2}})
    assert values["recall@10"]["q"] == 0.5
    assert values["P@10"]["q"] == pytest.approx(0.1)
    assert values["MRR@10"]["q"] == pytest.approx(0.1)
    assert values["success@1"]["q"] == 0.0
    assert values["nDCG@10"]["q"] == pytest.approx((1 / math.log2(11)) / (2 + 1 / math.log2(3)))


def test_a_query_that_found_nothing_or_is_not_in_the_run_scores_zero_and_does_not_vanish() -> None:
    qrels = {"found": {"a": 1}, "empty": {"a": 1}, "missing": {"a": 1}}
    values = measure_run({"found": ranked("a"), "empty": ()}, qrels)
    for measure in MEASURES:
        best = 0.1 if measure == "P@10" else 1.0
        assert values[measure] == pytest.approx({"found": best, "empty": 0.0, "missing": 0.0})
    assert mean_values(values)["nDCG@10"] == pytest.approx(1 / 3)


def test_an_entirely_empty_run_scores_zero_everywhere() -> None:
    assert measure_run({}, {"q": {"a": 2}}) == {measure: {"q": 0.0} for measure in MEASURES}


def test_queries_without_a_relevant_entry_are_in_no_mean() -> None:
    qrels = {"b": {"x": 0, "y": -1}, "a": {"x": 0, "y": 1}, "c": {}}
    assert scored_queries(qrels) == ("a",)
    values = measure_run({"a": ranked("y"), "b": ranked("x"), "unknown": ranked("x")}, qrels)
    assert values["nDCG@10"] == {"a": 1.0}


def test_negative_grades_and_unjudged_entries_count_as_wrong() -> None:
    values = measure_run({"q": ranked("junk", "unjudged", "good")}, {"q": {"junk": -2, "good": 1}})
    assert values["nDCG@10"]["q"] == pytest.approx(0.5)
    assert values["MRR@10"]["q"] == pytest.approx(1 / 3)
    assert values["success@1"]["q"] == 0.0


def test_among_equal_scores_the_order_of_the_run_decides() -> None:
    qrels = {"q": {"b": 1}}
    for ids in (("a", "b", "c"), ("c", "b", "a")):
        ranking = tuple((entry_id, 1.0) for entry_id in ids)
        assert measure_run({"q": ranking}, qrels)["MRR@10"]["q"] == 0.5


def test_scores_that_differ_beyond_32_bits_keep_their_order() -> None:
    ranking = (("a", math.nextafter(1.0, 2.0)), ("z", 1.0))
    assert measure_run({"q": ranking}, {"q": {"a": 1}})["success@1"]["q"] == 1.0


@pytest.mark.parametrize("seed", range(20))
def test_random_runs_get_the_values_of_an_independent_implementation(seed: int) -> None:
    chance = random.Random(seed)
    entries = [f"e{number}" for number in range(30)]
    qrels: dict[str, dict[str, int]] = {}
    run: dict[str, Ranking] = {}
    for number in range(12):
        judged = {entry: chance.randint(-1, 3) for entry in chance.sample(entries, chance.randint(1, 20))}
        judged[chance.choice(entries)] = chance.randint(1, 3)
        qrels[f"q{number}"] = judged
        ids = chance.sample(entries, chance.randint(0, 25))
        scores = sorted((chance.randint(0, 5) / 4 for _ in ids), reverse=True)
        run[f"q{number}"] = tuple(zip(ids, scores, strict=True))
    values = measure_run(run, qrels)
    assert tuple(values) == MEASURES
    for query_id, judged in qrels.items():
        expected = oracle(run[query_id], judged)
        assert {measure: values[measure][query_id] for measure in MEASURES} == pytest.approx(
            expected, abs=1e-9
        )


def test_judgements_without_anything_relevant_are_an_error() -> None:
    with pytest.raises(EvaluationError, match="none of the 2 judged queries has an entry of grade 1"):
        measure_run({"q": ranked("a")}, {"q": {"a": 0}, "r": {}})


def test_an_unsorted_run_is_an_error() -> None:
    with pytest.raises(EvaluationError, match="is above the one before"):
        measure_run({"q": (("a", 1.0), ("b", 2.0))}, {"q": {"a": 1}})


def test_without_ir_measures_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(SettingsError, match=r'pip install "faqsearch\[eval\]"'):
        measure_run({"q": ranked("a")}, {"q": {"a": 1}})


def test_recall_at_100_counts_to_the_hundredth_hit_and_the_other_measures_are_as_without_it() -> None:
    ranking = ranked("first", *(f"x{place}" for place in range(98)), "hundredth", "beyond")
    judged = {"q": {"first": 1, "hundredth": 2, "beyond": 1, "never": 1}}
    deep = measure_run({"q": ranking}, judged, DEEP_MEASURES)
    assert tuple(deep) == DEEP_MEASURES
    assert deep["recall@100"]["q"] == 0.5
    assert deep["recall@10"]["q"] == 0.25
    assert {name: deep[name] for name in MEASURES} == measure_run({"q": ranking}, judged)


def test_an_unknown_measure_and_no_measure_are_refused() -> None:
    with pytest.raises(
        EvaluationError, match=r"came with str of length 8; allowed are nDCG@10, .*, success@1$"
    ):
        measure_run({}, {"q": {"a": 1}}, ("nDCG@10", "recall@5"))
    with pytest.raises(EvaluationError, match="came with an empty list"):
        measure_run({}, {"q": {"a": 1}}, ())
