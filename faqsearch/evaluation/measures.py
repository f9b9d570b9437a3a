"""The measures, computed by ir-measures, one value per query and measure.

- ``nDCG@10``: linear gain, i.e. the sum of grade / log2(rank + 1) over the best ten, divided by that of
  the ideal order (Jarvelin & Kekalainen 2002, in the form of trec_eval).
- ``recall@10``: relevant entries among the first ten / all relevant entries.
- ``recall@100``: the same among the first hundred; means something only for runs that go so far.
- ``P@10``: relevant entries among the first ten / 10.
- ``MRR@10``: 1 / rank of the first relevant entry, 0 if none is among the first ten.
- ``success@1``: 1 if the first hit is relevant, else 0.

All lie in [0, 1]. An entry is relevant from grade 1. An entry nobody judged counts as not relevant,
and so does a negative grade. A query that found nothing scores 0; it never vanishes. A query
without any relevant entry can tell no system from another and is left out: see :func:`scored_queries`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from faqsearch.errors import EvaluationError, SettingsError, shown
from faqsearch.evaluation.runs import Run, check_run
from faqsearch.evaluation.trec import Qrels

MEASURES: Final = ("nDCG@10", "recall@10", "P@10", "MRR@10", "success@1")
"""Names of the measures of the first ten hits, in the order of every report."""

DEEP_MEASURES: Final = ("nDCG@10", "recall@10", "recall@100", "P@10", "MRR@10", "success@1")
"""Names of all measures; for runs of a hundred hits."""

RELEVANT: Final = 1
"""Lowest grade that counts as relevant."""

_DEPTH: Final = 100


def scored_queries(qrels: Qrels) -> tuple[str, ...]:
    """Return the ids of the queries with at least one relevant entry, in the order of ``qrels``."""
    return tuple(
        query_id for query_id, judged in qrels.items() if any(grade >= RELEVANT for grade in judged.values())
    )


def measure_run(run: Run, qrels: Qrels, measures: Sequence[str] = MEASURES) -> dict[str, dict[str, float]]:
    """Measure one run.

    The order of the rankings decides, also among equal scores. Queries of the run that have no
    relevant entry in ``qrels`` are left out.

    Args:
        run: What was found.
        qrels: The judgements.
        measures: Names of the measures wanted, out of ``DEEP_MEASURES``.

    Returns:
        Measure -> query id -> value in [0, 1], for exactly the queries of :func:`scored_queries`.

    Raises:
        EvaluationError: If no query has a relevant entry, the run is no run (``check_run``), or there is no
            such measure.
        SettingsError: If ir-measures is not installed.
    """
    named = _implementations(measures)
    check_run(run)
    queries = scored_queries(qrels)
    if not queries:
        raise EvaluationError(
            f"none of the {len(qrels)} judged queries has an entry of grade {RELEVANT} or above; "
            "give judgements with at least one relevant entry"
        )
    grades = {query_id: dict(qrels[query_id]) for query_id in queries}
    ranked = {query_id: _by_rank(run, query_id) for query_id in queries}
    values = {name: dict.fromkeys(queries, 0.0) for name in named}
    names = {str(measure): name for name, measure in named.items()}
    import ir_measures

    for metric in ir_measures.iter_calc(list(named.values()), grades, ranked):
        values[names[str(metric.measure)]][metric.query_id] = float(metric.value)
    return values


def mean_values(values: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each measure over its queries; the argument is a result of :func:`measure_run`."""
    return {name: sum(by_query.values()) / len(by_query) for name, by_query in values.items()}


def _implementations(wanted: Sequence[str]) -> dict[str, Any]:
    unknown = set(wanted) - set(DEEP_MEASURES)
    if unknown or not wanted:
        came = shown(min(unknown)) if unknown else "an empty list"
        raise EvaluationError(f"the measures came with {came}; allowed are {', '.join(DEEP_MEASURES)}")
    try:
        from ir_measures import RR, P, R, Success, nDCG
    except ImportError as error:
        message = 'measuring needs ir-measures, which is not installed; run: pip install "faqsearch[eval]"'
        raise SettingsError(message) from error
    measures = (
        nDCG(dcg="log2") @ 10,
        R(rel=RELEVANT) @ 10,
        R(rel=RELEVANT) @ 100,
        P(rel=RELEVANT) @ 10,
        RR(rel=RELEVANT) @ 10,
        Success(rel=RELEVANT) @ 1,
    )
    named = dict(zip(DEEP_MEASURES, measures, strict=True))
    return {name: named[name] for name in wanted}


def _by_rank(run: Run, query_id: str) -> dict[str, float]:
    # Ranks instead of scores: trec_eval re-sorts by 32-bit scores and breaks ties by descending id,
    # which would judge another order than the one the user sees.
    ranking = run.get(query_id, ())[:_DEPTH]
    return {entry_id: float(_DEPTH - rank) for rank, (entry_id, _) in enumerate(ranking)}
