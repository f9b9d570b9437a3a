"""Fitting weights: the arrays rank as searches do, planted weights are found, noise is not learnt."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import faqsearch
from faqsearch.analysis import SudachiAnalyzer
from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import EvaluationError, InputError
from faqsearch.evaluation import measure_run, read_labels, read_queries
from faqsearch.evaluation.part_scores import (
    PartScores,
    part_names,
    score_parts,
    usable_queries,
)
from faqsearch.evaluation.searched import measure_of
from faqsearch.evaluation.tuning import (
    LEAST_QUERIES,
    check_labels,
    nested_cross_validation,
    tune,
    with_weights,
)
from faqsearch.evaluation.weight_search import WeightSearch, spread
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import (
    BM25Ranker,
    FusionRanker,
    MeaningRanker,
    Preset,
    Query,
    TfidfRanker,
    WeightedRanker,
    analyze_query,
    load_preset,
)
from faqsearch.ranking.neighbours import NeighbourRanker
from faqsearch.ranking.preset_writer import write_preset
from faqsearch.store import read_entries
from faqsearch.vectors import StaticWordVectors

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.timezone(dt.timedelta(hours=9)))
INQUIRIES = faqsearch.sample_path("saas").parent / "inquiries.jsonl"
ENTRIES = read_entries(faqsearch.sample_path("saas"))
QRELS = read_labels(INQUIRIES)

# What ranks well, and a part that says little: entries by category alone, at a weight that drowns the rest.
BAD = Preset(
    name="bad",
    description="a deliberately bad weight",
    ranker=FusionRanker(
        (
            WeightedRanker(
                name="words",
                ranker=BM25Ranker(
                    fields={"question": 3.0, "answer": 1.0}, layers={"a": 1.0}, normalized=True
                ),
                weight=0.5,
            ),
            WeightedRanker(
                name="labels",
                ranker=TfidfRanker(fields={"category": 1.0, "tags": 1.0}, layer="ngram"),
                weight=4.0,
            ),
        )
    ),
)


TEXTS = {query.id: query.text for query in read_queries(INQUIRIES)}
RESCORED = Preset(
    name="rescored",
    description="a sum that is rescored",
    ranker=NeighbourRanker(
        ranker=FusionRanker(
            (
                WeightedRanker(
                    name="bm25",
                    ranker=BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, normalized=True),
                    weight=0.5,
                ),
                WeightedRanker(name="meaning", ranker=MeaningRanker(), weight=1.0),
            )
        ),
        vectors=MeaningRanker(),
        weight=0.8,
    ),
)


def word_vectors() -> StaticWordVectors:
    """A vector for each word of the entries' questions, drawn at random."""
    terms = {
        term for entry in ENTRIES for term in SudachiAnalyzer().analyze(entry.question).layers["a"].terms
    }
    generator = np.random.default_rng(7)
    return StaticWordVectors({term: generator.standard_normal(8).tolist() for term in sorted(terms)})


def base_of(preset: Preset, entries: Iterable[FaqEntry] = ENTRIES) -> KnowledgeBase:
    return KnowledgeBase(entries, preset=preset, word_vectors=word_vectors(), clock=lambda: NOW)


def analyzed(base: KnowledgeBase, audience: Audience = Audience.OPERATOR) -> dict[str, Query]:
    view = base.view(audience)
    usable = usable_queries(tuple(TEXTS), QRELS, view.snapshot)
    return {key: analyze_query(base.analyzer, TEXTS[key], view.resources) for key in usable}


def scored(preset: Preset, audience: Audience = Audience.OPERATOR) -> PartScores:
    base = base_of(preset)
    return score_parts(preset.ranker, base.view(audience).snapshot, analyzed(base, audience), QRELS)


def searched(preset: Preset, keys: Iterable[str], audience: Audience) -> dict[str, list[float]]:
    """What searches measure, query by query."""
    base = base_of(preset)
    run = {
        key: tuple((hit.id, hit.score) for hit in base.search(TEXTS[key], audience=audience).hits)
        for key in keys
    }
    measured = measure_run(run, {key: QRELS[key] for key in keys})
    return {name: [measured[name][key] for key in keys] for name in ("nDCG@10", "recall@10")}


@pytest.fixture(scope="module")
def bad_scores() -> PartScores:
    return scored(BAD)


def made(
    n: int, *, signal: float, seed: int, shared: int = 1
) -> tuple[PartScores, dict[str, dict[str, int]]]:
    """Scores of two parts: one knows the relevant entry to a degree of ``signal``, one is noise."""
    generator = np.random.default_rng(seed)
    scores = generator.random((2, n, 30)).astype(np.float32)
    right = generator.integers(0, 30, n)
    scores[0, np.arange(n), right] += np.float32(signal)
    queries = tuple(f"q{number}" for number in range(n))
    array = PartScores(
        names=("knows", "noise"),
        weights=np.array([1.0, 4.0]),
        queries=queries,
        scores=scores,
        pair_query=np.arange(n),
        pair_candidate=right,
        pair_grade=np.ones(n),
        ideal=np.ones(n),
        relevant=np.ones(n, np.int64),
    )
    return array, {key: {f"e{number // shared}": 1} for number, key in enumerate(queries)}


@pytest.mark.parametrize("weights", [(1.0, 1.5, 0.3), (0.2, 3.0, 0.3)])
@pytest.mark.parametrize("audience", list(Audience))
def test_measures_of_the_arrays_are_those_of_searches(weights: tuple[float, ...], audience: Audience) -> None:
    preset = load_preset("lexical")
    scores = scored(preset, audience)
    values = (*weights, *(1.0,) * len(scores.names))[: len(scores.names)]
    other = with_weights(preset, values, name="other", description="other weights")
    expected = searched(other, scores.queries, audience)
    np.testing.assert_allclose(scores.ndcg(np.array(values)), expected["nDCG@10"], atol=1e-9)
    np.testing.assert_allclose(scores.recall(np.array(values)), expected["recall@10"], atol=1e-9)


def test_a_sum_that_is_rescored_is_measured_as_searches_rank_it() -> None:
    base = base_of(RESCORED)
    view, queries = base.view("operator"), analyzed(base)
    scores = score_parts(RESCORED.ranker, view.snapshot, queries, QRELS)
    measure = measure_of(RESCORED.ranker, view.snapshot, queries, QRELS, scores)
    places = np.arange(0, len(queries), 3)
    keys = [scores.queries[place] for place in places]
    for weights in ((0.5, 1.0), (2.0, 0.25)):
        other = with_weights(RESCORED, weights, name="other", description="other weights")
        found = measure(np.array(weights), places)
        expected = searched(other, keys, Audience.OPERATOR)
        np.testing.assert_allclose(found["nDCG@10"], expected["nDCG@10"], atol=1e-9)
        np.testing.assert_allclose(found["recall@10"], expected["recall@10"], atol=1e-9)
        assert not np.allclose(found["nDCG@10"], scores.ndcg(np.array(weights))[places])


def test_figures_of_a_preset_that_rescores_are_with_the_rescoring() -> None:
    base = base_of(RESCORED)
    view, queries = base.view("operator"), analyzed(base)
    scores = score_parts(RESCORED.ranker, view.snapshot, queries, QRELS)
    measure = measure_of(RESCORED.ranker, view.snapshot, queries, QRELS, scores)
    found = tune(scores, QRELS, measure=measure)
    before = searched(RESCORED, scores.queries, Audience.OPERATOR)
    assert found.figures["nDCG@10"].before.mean == pytest.approx(np.mean(before["nDCG@10"]))
    assert found.figures["recall@10"].before.mean == pytest.approx(np.mean(before["recall@10"]))
    assert found.fitted == tune(scores, QRELS).fitted  # the fit itself climbs the sum


def test_other_weights_keep_the_rescoring_in_the_file_too(tmp_path: Path) -> None:
    tuned = with_weights(RESCORED, (0.7, 0.8), name="mine", description="fitted")
    assert isinstance(RESCORED.ranker, NeighbourRanker)
    assert isinstance(tuned.ranker, NeighbourRanker)
    assert isinstance(tuned.ranker.ranker, FusionRanker)
    assert [part.weight for part in tuned.ranker.ranker.parts] == [0.7, 0.8]
    assert tuned.ranker == replace(RESCORED.ranker, ranker=tuned.ranker.ranker)
    write_preset(tmp_path / "mine.toml", tuned)
    assert load_preset(tmp_path / "mine.toml") == tuned


def test_parts_that_are_not_rescored_are_measured_from_the_arrays() -> None:
    base = base_of(BAD)
    view, queries = base.view("operator"), analyzed(base)
    scores = score_parts(BAD.ranker, view.snapshot, queries, QRELS)
    measure = measure_of(BAD.ranker, view.snapshot, queries, QRELS, scores)
    found = measure(scores.weights, np.array([4, 2]))
    assert found["nDCG@10"].tolist() == scores.ndcg(scores.weights)[[4, 2]].tolist()
    assert found["recall@10"].tolist() == scores.recall(scores.weights)[[4, 2]].tolist()


def test_ties_rank_by_place_and_what_scores_nothing_is_no_hit() -> None:
    scores, _ = made(3, signal=0.0, seed=1)
    flat = replace(
        scores,
        scores=np.stack([np.repeat([[1.0], [1.0], [0.0]], 30, axis=1)] * 2).astype(np.float32),
        pair_candidate=np.array([0, 12, 5]),
    )
    assert flat.ranks(np.array([1.0, 1.0])).tolist() == [1, 13, 0]
    assert flat.ndcg(np.array([1.0, 1.0])).tolist() == [1.0, 0.0, 0.0]
    assert flat.soft_ndcg(np.array([1.0, 1.0])).tolist() == pytest.approx(
        [1 / math.log2(16.5), 1 / math.log2(16.5), 0.0]
    )


def test_soft_ndcg_of_clear_leads_is_ndcg() -> None:
    scores, _ = made(2, signal=0.0, seed=0)
    steps = np.tile(np.arange(30, 0, -1, dtype=np.float32), (2, 2, 1))
    clear = replace(scores, scores=steps, pair_candidate=np.array([0, 2]))
    assert clear.soft_ndcg(np.array([1.0, 1.0])).tolist() == pytest.approx([1.0, 0.5], abs=0.03)


def test_candidates_are_the_best_of_each_part_and_of_the_sum() -> None:
    analyzer = SudachiAnalyzer()
    snapshot = base_of(BAD).view("operator").snapshot
    key = next(iter(usable_queries(tuple(QRELS), QRELS, snapshot)))
    query = analyze_query(analyzer, "請求書の宛名を変更してアカウントの支払い方法を管理者が確認したい")
    few = score_parts(BAD.ranker, snapshot, {key: query}, QRELS, candidates=10)
    assert isinstance(BAD.ranker, FusionRanker)
    for number, part in enumerate(BAD.ranker.parts):
        best = np.sort(part.ranker.score(snapshot, query))[::-1][:10].astype(np.float32)
        assert np.sort(few.scores[number, 0])[::-1][:10].tolist() == best.tolist()
    assert few.scores.shape[2] <= 30


def test_a_planted_bad_weight_is_found_and_mended(bad_scores: PartScores) -> None:
    found = tune(bad_scores, QRELS, seed=3)
    assert found.pays
    assert found.figures["nDCG@10"].gain.low > 0.02
    assert found.figures["nDCG@10"].p < 0.01
    assert found.fitted[0] / found.fitted[1] > 4 * found.before[0] / found.before[1]
    assert sum(found.fitted) == pytest.approx(sum(found.before), rel=0.01)
    assert [float(f"{weight:.3g}") for weight in found.fitted] == list(found.fitted)


def test_two_runs_give_the_same_and_the_result_is_plain_json(bad_scores: PartScores) -> None:
    steps: list[int] = []
    first = tune(bad_scores, QRELS, seed=1, progress=lambda: steps.append(1))
    assert first == tune(scored(BAD), QRELS, seed=1)
    assert len(steps) == 6
    record = first.to_dict()
    assert json.loads(json.dumps(record)) == record
    assert record["parts"] == [
        {"name": "words", "before": 0.5, "fitted": first.fitted[0]},
        {"name": "labels", "before": 4.0, "fitted": first.fitted[1]},
    ]


@pytest.mark.parametrize("seed", range(5))
def test_labels_of_pure_noise_do_not_pay(seed: int) -> None:
    scores, qrels = made(150, signal=0.0, seed=seed)
    assert not tune(scores, qrels).pays


def test_a_signal_pays_out_of_fold_and_no_query_is_ranked_by_its_own_weights() -> None:
    scores, qrels = made(150, signal=0.6, seed=2, shared=3)
    validated = nested_cross_validation(scores, qrels, seed=5)
    assert validated.groups == 50
    assert validated.queries == scores.queries
    assert validated.after["nDCG@10"].mean() > validated.before["nDCG@10"].mean() + 0.1
    assert validated.after["recall@10"].mean() > validated.before["recall@10"].mean()
    assert len(validated.strengths) == 5


def test_no_fit_sees_the_queries_it_is_measured_on_or_their_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, qrels = made(150, signal=0.6, seed=2, shared=3)
    fitted: list[set[int]] = []

    class Recorded(WeightSearch):
        def fit(self, chosen, strength):
            fitted.append(set(chosen.tolist()))
            return super().fit(chosen, strength)

    monkeypatch.setattr("faqsearch.evaluation.tuning.WeightSearch", Recorded)
    monkeypatch.setattr("faqsearch.evaluation.tuning.STRENGTHS", (2.0, 0.5))
    nested_cross_validation(scores, qrels, seed=5, outer=5, inner=4)
    for chosen in fitted:
        assert {place // 3 for place in chosen}.isdisjoint(place // 3 for place in set(range(150)) - chosen)
    # For each outer fold: two strengths on four inner folds each, then the fit on all that is inside.
    assert len(fitted) == 5 * 9
    for start in range(0, 45, 9):
        inside = fitted[start + 8]
        for strength in range(2):
            inner = fitted[start + 4 * strength : start + 4 * strength + 4]
            assert all(chosen < inside for chosen in inner)
            left_out = [inside - chosen for chosen in inner]
            assert sorted(place for part in left_out for place in part) == sorted(inside)
    measured = [set(range(150)) - fitted[start + 8] for start in range(0, 45, 9)]
    assert sorted(place for part in measured for place in part) == list(range(150))


def test_strong_regularisation_keeps_the_weights_that_came() -> None:
    scores, _ = made(60, signal=0.6, seed=2)
    search = WeightSearch(scores)
    everything = np.arange(60)
    assert search.fit(everything, 1e9) == search.origin == (0, 0)
    far, near = search.fit(everything, 0.0), search.fit(everything, 2.0)
    assert spread(far) >= spread(near) > 0
    assert search.weights(far).sum() == pytest.approx(5.0)
    assert spread((0, 4)) == spread((0, -4)) == pytest.approx(0.5)
    assert spread((0, 0, 0)) == 0


def test_a_forgotten_memo_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    scores, _ = made(60, signal=0.6, seed=2)
    expected = WeightSearch(scores).fit(np.arange(60), 0.5)
    monkeypatch.setattr("faqsearch.evaluation.weight_search._MEMO_BYTES", 0)
    assert WeightSearch(scores).fit(np.arange(60), 0.5) == expected


def test_a_part_that_scores_nothing_keeps_its_weight() -> None:
    scores, qrels = made(120, signal=0.6, seed=4)
    silent = replace(
        scores,
        names=("knows", "silent", "noise"),
        weights=np.array([1.0, 0.7, 4.0]),
        scores=np.stack([scores.scores[0], np.zeros_like(scores.scores[0]), scores.scores[1]]),
    )
    fitted = tune(silent, qrels).fitted
    assert fitted[1] == 0.7
    assert (fitted[0], fitted[2]) == tune(scores, qrels).fitted


def test_one_part_that_scores_cannot_be_weighed() -> None:
    scores, _ = made(5, signal=0.6, seed=4)
    with pytest.raises(InputError, match="fewer than two parts of the preset score anything"):
        WeightSearch(replace(scores, scores=scores.scores * np.array([1, 0], np.float32)[:, None, None]))


def test_too_few_labels_are_refused_with_both_numbers() -> None:
    scores, qrels = made(30, signal=0.6, seed=0)
    with pytest.raises(
        InputError, match=rf"^30 usable queries in 30 groups came; fitting needs {LEAST_QUERIES} "
    ):
        tune(scores, qrels)
    many, alike = made(200, signal=0.6, seed=0, shared=20)
    with pytest.raises(
        InputError, match=r"^200 usable queries in 10 groups came; .* in \d+ groups that share none"
    ):
        check_labels(many.queries, alike)


def test_usable_are_queries_with_a_relevant_entry_that_can_be_seen() -> None:
    snapshot = base_of(BAD).view().snapshot
    known = snapshot.doc_ids[0]
    qrels = {"good": {known: 1}, "gone": {"nowhere": 2}, "graded 0": {known: 0}, "not asked": {known: 1}}
    assert usable_queries(("graded 0", "good", "gone", "unjudged"), qrels, snapshot) == ("good",)


def test_a_preset_of_one_ranker_has_nothing_to_fit() -> None:
    snapshot = base_of(BAD, ()).view().snapshot
    with pytest.raises(InputError, match=r"give one of two \[\[ranker\]\] tables or more"):
        score_parts(load_preset("bm25").ranker, snapshot, {}, {})
    with pytest.raises(EvaluationError, match="no query came"):
        score_parts(BAD.ranker, snapshot, {}, {})


def test_a_query_without_a_relevant_entry_is_refused() -> None:
    analyzer = SudachiAnalyzer()
    snapshot = base_of(BAD, ()).view().snapshot
    with pytest.raises(EvaluationError, match="query 'q1' has no relevant entry"):
        score_parts(BAD.ranker, snapshot, {"q1": analyze_query(analyzer, "")}, {"q1": {"a": 0}})


def test_parts_of_one_name_are_told_apart() -> None:
    assert isinstance(BAD.ranker, FusionRanker)
    words, labels = BAD.ranker.parts
    assert part_names(FusionRanker((words, labels, words))) == ("words", "labels", "words 2")
