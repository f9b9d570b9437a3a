"""Several runs against the same judgements: means, values per query, and what differs beyond chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import EvaluationError
from faqsearch.evaluation.measures import MEASURES, mean_values, measure_run, scored_queries
from faqsearch.evaluation.runs import Run
from faqsearch.evaluation.significance import bootstrap_interval, holm, randomisation_test
from faqsearch.evaluation.trec import Qrels


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One system against the reference, in one measure.

    Attributes:
        system: Name of the system.
        reference: Name of the system it is compared with.
        measure: Name of the measure.
        mean: Mean of the system minus mean of the reference.
        low: Lower bound of the 95 % bootstrap confidence interval of ``mean``.
        high: Upper bound of it.
        p: Two-sided p value of the paired randomisation test.
        p_holm: The same, corrected by Holm over all systems compared in this measure.
        won: Number of queries on which the system is better than the reference.
        lost: Number of queries on which it is worse.
        tied: Number of queries on which both are equal.
    """

    system: str
    reference: str
    measure: str
    mean: float
    low: float
    high: float
    p: float
    p_holm: float
    won: int
    lost: int
    tied: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What an evaluation found.

    Attributes:
        systems: Names of the systems; the first is the reference of every difference.
        queries: Ids of the queries that were scored, in the order of the judgements.
        without_relevant: Number of queries, judged or run, that have no relevant entry and are
            therefore in no mean.
        without_hits: System -> number of scored queries for which it found nothing; each counts as 0.
        measures: Names of the measures, in the order of every report.
        means: System -> measure -> mean over ``queries``, in [0, 1].
        values: System -> measure -> query id -> value in [0, 1].
        differences: Every system but the first against the first, in every measure; by measure, then
            system.
        seed: Seed of the tests and intervals.
    """

    systems: tuple[str, ...]
    queries: tuple[str, ...]
    without_relevant: int
    without_hits: Mapping[str, int]
    measures: tuple[str, ...]
    means: Mapping[str, Mapping[str, float]]
    values: Mapping[str, Mapping[str, Mapping[str, float]]]
    differences: tuple[Difference, ...]
    seed: int

    def difference(self, system: str, measure: str) -> Difference | None:
        """Return the difference of ``system`` from the reference, or None for the reference itself."""
        for found in self.differences:
            if (found.system, found.measure) == (system, measure):
                return found
        return None

    def to_dict(self, *, per_query: bool = True) -> dict[str, object]:
        """Return everything as plain JSON types.

        Args:
            per_query: Whether to include ``values``, by far the largest part.
        """
        result: dict[str, object] = {
            "systems": list(self.systems),
            "measures": list(self.measures),
            "queries": len(self.queries),
            "queries_without_relevant": self.without_relevant,
            "queries_without_hits": dict(self.without_hits),
            "means": {system: dict(means) for system, means in self.means.items()},
            "differences": [asdict(found) for found in self.differences],
            "seed": self.seed,
        }
        if per_query:
            result["values"] = {
                system: {measure: dict(values) for measure, values in by_measure.items()}
                for system, by_measure in self.values.items()
            }
        return result


def evaluate_runs(
    runs: Mapping[str, Run], qrels: Qrels, *, seed: int = 0, measures: Sequence[str] = MEASURES
) -> Comparison:
    """Measure every run and compare each with the first.

    Args:
        runs: Name of the system -> its run, the reference first.
        qrels: The judgements.
        seed: Seed of the randomisation tests and bootstrap intervals.
        measures: Names of the measures, out of ``measures.DEEP_MEASURES``.

    Returns:
        The comparison; the same arguments always give the same one.

    Raises:
        EvaluationError: If there is no run, no query has a relevant entry, a run is no run, or there is no
            such measure.
        SettingsError: If ir-measures is not installed.
    """
    if not runs:
        raise EvaluationError("no run came; give at least one")
    values = {name: measure_run(run, qrels, measures) for name, run in runs.items()}
    queries = scored_queries(qrels)
    known = set(qrels).union(*runs.values())
    return Comparison(
        systems=tuple(runs),
        queries=queries,
        without_relevant=len(known) - len(queries),
        without_hits={name: sum(not run.get(query) for query in queries) for name, run in runs.items()},
        measures=tuple(measures),
        means={name: mean_values(by_measure) for name, by_measure in values.items()},
        values=values,
        differences=tuple(
            found for measure in measures for found in _differences(tuple(runs), measure, values, seed)
        ),
        seed=seed,
    )


def _differences(
    systems: Sequence[str],
    measure: str,
    values: Mapping[str, Mapping[str, Mapping[str, float]]],
    seed: int,
) -> list[Difference]:
    reference, *others = systems
    gaps = [_gaps(values[system][measure], values[reference][measure]) for system in others]
    p_values = [randomisation_test(gap, seed=seed) for gap in gaps]
    found = []
    for system, gap, p, p_holm in zip(others, gaps, p_values, holm(p_values), strict=True):
        low, high = bootstrap_interval(gap, seed=seed)
        found.append(
            Difference(
                system=system,
                reference=reference,
                measure=measure,
                mean=float(gap.mean()),
                low=low,
                high=high,
                p=p,
                p_holm=p_holm,
                won=int(np.count_nonzero(gap > 0)),
                lost=int(np.count_nonzero(gap < 0)),
                tied=int(np.count_nonzero(gap == 0)),
            )
        )
    return found


def _gaps(system: Mapping[str, float], reference: Mapping[str, float]) -> NDArray[np.float64]:
    gaps = np.array([system[query] - reference[query] for query in reference])
    # The same ideal value reached by sums in another order is a tie, not a win in the last bit.
    gaps[np.abs(gaps) < 1e-9] = 0.0
    return gaps
