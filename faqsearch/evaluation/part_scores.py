"""The scores of a preset's parts, taken once, so that any weights can be measured without searching again.

A fused score is the weighted sum of the scores of its parts. The parts of a query's candidates are laid out
as an array; new weights are then one weighted sum away from a ranking and its measures. What a preset does to
the sum afterwards (``neighbours``) is not in the arrays: ``searched.py`` measures that by searching.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from faqsearch.errors import EvaluationError, InputError
from faqsearch.evaluation.measures import RELEVANT
from faqsearch.evaluation.trec import Qrels
from faqsearch.index import Snapshot
from faqsearch.ranking import FusionRanker, Query, Ranker, Scores
from faqsearch.ranking.neighbours import NeighbourRanker

FloatArray: TypeAlias = NDArray[np.float64]

CANDIDATES: Final = 100
"""Number of best entries that are kept of each part, and of the sum under the weights that came."""

_DEPTH: Final = 10
_SOFTNESS: Final = 0.01
_STEEPEST: Final = 30.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PartScores:
    """What the parts of a fusion gave the candidates of each query.

    Attributes:
        names: Names of the n_parts parts; parts of one name are numbered from the second on.
        weights: Shape (n_parts,); the weights that came.
        queries: Ids of the n queries.
        scores: Shape (n_parts, n, n_candidates), float32; candidates by id, then zeros as filling.
        pair_query: Shape (n_pairs,); query of each candidate that is relevant.
        pair_candidate: Shape (n_pairs,); its place among the candidates.
        pair_grade: Shape (n_pairs,); its grade, at least 1.
        ideal: Shape (n,); DCG@10 of the ideal order, over all judged entries.
        relevant: Shape (n,); number of relevant entries, at least 1.
    """

    names: tuple[str, ...]
    weights: FloatArray
    queries: tuple[str, ...]
    scores: NDArray[np.float32]
    pair_query: NDArray[np.int64]
    pair_candidate: NDArray[np.int64]
    pair_grade: FloatArray
    ideal: FloatArray
    relevant: NDArray[np.int64]

    def totals(self, weights: FloatArray) -> FloatArray:
        """Return the fused score of each candidate under weights, shape (n, n_candidates)."""
        totals = np.zeros(self.scores.shape[1:])
        for weight, part in zip(weights.tolist(), self.scores, strict=True):
            totals += np.multiply(part, weight, dtype=np.float64)
        return totals

    def ranks(self, weights: FloatArray) -> NDArray[np.int64]:
        """Return the rank of each relevant candidate under weights, shape (n_pairs,); 0 if it is no hit.

        Ties are ranked by id, as in a search.
        """
        totals = self.totals(weights)
        rows = totals[self.pair_query]
        own = totals[self.pair_query, self.pair_candidate][:, np.newaxis]
        earlier = np.arange(rows.shape[1]) < self.pair_candidate[:, np.newaxis]
        ahead = (rows > own) | ((rows == own) & earlier)
        return np.where(own[:, 0] > 0, ahead.sum(axis=1) + 1, 0)

    def ndcg(self, weights: FloatArray) -> FloatArray:
        """Return nDCG@10 of each query under weights, shape (n,), in [0, 1]; as ``measure_run`` has it."""
        ranks = self.ranks(weights)
        shown = (ranks > 0) & (ranks <= _DEPTH)
        gains = np.where(shown, self.pair_grade / np.log2(np.maximum(ranks, 1) + 1), 0.0)
        return np.bincount(self.pair_query, gains, len(self.queries)) / self.ideal

    def recall(self, weights: FloatArray) -> FloatArray:
        """Return recall@10 of each query under weights, shape (n,), in [0, 1]; as ``measure_run`` has it."""
        ranks = self.ranks(weights)
        shown = (ranks > 0) & (ranks <= _DEPTH)
        return np.bincount(self.pair_query, shown, len(self.queries)) / self.relevant

    def soft_ndcg(self, weights: FloatArray) -> FloatArray:
        """Return a smooth nDCG without a cut of each query under weights, shape (n,), in [0, 1].

        ApproxNDCG (Qin, Liu & Li 2010): a rank is 1 plus the number of entries ahead, each counted by the
        logistic function of its lead, in units of a hundredth of the best scores' mean. Near ties count
        half, so that a fit cannot live off entries that happen to swap places.
        """
        totals = self.totals(weights).astype(np.float32)
        rows, own = totals[self.pair_query], totals[self.pair_query, self.pair_candidate]
        unit = max(_SOFTNESS * float(totals.max(axis=1).mean()), sys.float_info.min)
        leads = np.clip((own[:, np.newaxis] - rows) / np.float32(unit), -_STEEPEST, _STEEPEST)
        # The entry itself ties with itself and counts the half that makes its rank 1.
        ranks = (1 / (1 + np.exp(leads))).sum(axis=1, dtype=np.float64) + 0.5
        gains = np.where(own > 0, self.pair_grade / np.log2(ranks + 1), 0.0)
        return np.bincount(self.pair_query, gains, len(self.queries)) / self.ideal


def parts_of(ranker: Ranker) -> FusionRanker:
    """Return the fusion whose weights can be fitted: a ranker, or the one whose scores it rescores.

    Raises:
        InputError: If it has no two parts.
    """
    fusion = ranker.ranker if isinstance(ranker, NeighbourRanker) else ranker
    if not isinstance(fusion, FusionRanker) or len(fusion.parts) < 2:
        raise InputError(
            "a preset of one ranker has no weights to fit; give one of two [[ranker]] tables or more"
        )
    return fusion


def reweighted(ranker: Ranker, weights: Sequence[float]) -> Ranker:
    """Return a ranker with other weights of its parts; what rescores their sum stays.

    Raises:
        InputError: If it has no two parts.
    """
    parts = zip(parts_of(ranker).parts, weights, strict=True)
    fusion = FusionRanker(tuple(replace(part, weight=weight) for part, weight in parts))
    return replace(ranker, ranker=fusion) if isinstance(ranker, NeighbourRanker) else fusion


def part_names(fusion: FusionRanker) -> tuple[str, ...]:
    """Return a distinct name for each part: a name's second use is ``name 2``, and so on."""
    seen: Counter[str] = Counter()
    names = []
    for part in fusion.parts:
        seen[part.name] += 1
        names.append(part.name if seen[part.name] == 1 else f"{part.name} {seen[part.name]}")
    return tuple(names)


def usable_queries(queries: Sequence[str], qrels: Qrels, snapshot: Snapshot) -> tuple[str, ...]:
    """Return the queries that can teach something: those with a relevant entry that can be found."""
    known = {snapshot.doc_ids[place] for place in np.flatnonzero(snapshot.live_mask).tolist()}
    return tuple(
        query_id
        for query_id in queries
        if any(grade >= RELEVANT and entry in known for entry, grade in qrels.get(query_id, {}).items())
    )


def score_parts(
    ranker: Ranker,
    snapshot: Snapshot,
    queries: Mapping[str, Query],
    qrels: Qrels,
    *,
    candidates: int = CANDIDATES,
    progress: Callable[[], None] | None = None,
) -> PartScores:
    """Score every query once with every part of a fusion.

    Args:
        ranker: A fusion of at least two parts.
        snapshot: What is searched.
        queries: Query id -> analysed query, each with a relevant entry in ``qrels``.
        qrels: The judgements.
        candidates: How many of the best entries to keep of each part and of their sum; at least 10.
        progress: Called after each query.

    Raises:
        InputError: If the ranker has no two parts.
        EvaluationError: If no query came, or one has no relevant entry.
    """
    fusion = parts_of(ranker)
    if not queries:
        raise EvaluationError("no query came; give at least one with a relevant entry")
    weights = np.array([part.weight for part in fusion.parts], np.float64)
    kept: list[NDArray[np.float32]] = []
    pairs: list[tuple[int, int, int]] = []
    for place, (query_id, query) in enumerate(queries.items()):
        scores = [part.ranker.score(snapshot, query) for part in fusion.parts]
        docs = _candidates(snapshot, scores, weights, candidates)
        kept.append(np.stack([part[docs] for part in scores]).astype(np.float32))
        judged = qrels.get(query_id, {})
        grades = [judged.get(snapshot.doc_ids[doc], 0) for doc in docs]
        pairs += [(place, column, grade) for column, grade in enumerate(grades) if grade >= RELEVANT]
        if progress is not None:
            progress()
    columns = np.array(pairs, np.int64).reshape(-1, 3)
    return PartScores(
        names=part_names(fusion),
        weights=weights,
        queries=tuple(queries),
        scores=_padded(kept),
        pair_query=columns[:, 0],
        pair_candidate=columns[:, 1],
        pair_grade=columns[:, 2].astype(np.float64),
        ideal=np.array([_ideal(query_id, qrels) for query_id in queries]),
        relevant=np.array([len(_grades(query_id, qrels)) for query_id in queries], np.int64),
    )


def _candidates(snapshot: Snapshot, scores: Sequence[Scores], weights: FloatArray, count: int) -> list[int]:
    """Return document numbers, by id."""
    total = np.zeros(snapshot.n_slots)
    for weight, part in zip(weights.tolist(), scores, strict=True):
        total += weight * part
    chosen: set[int] = set()
    for part in (*scores, total):
        found = np.flatnonzero(part > 0)
        if len(found) > count:
            threshold = np.partition(part[found], len(found) - count)[len(found) - count]
            above = found[part[found] > threshold]
            # Of entries that tie at the cut only as many as fit: a part may give half the base one score.
            tied = found[part[found] == threshold][: count - len(above)]
            found = np.concatenate([above, tied])
        chosen.update(found.tolist())
    return sorted(chosen, key=lambda doc: snapshot.doc_ids[doc])


def _padded(kept: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    width = max(block.shape[1] for block in kept)
    scores = np.zeros((kept[0].shape[0], len(kept), width), np.float32)
    for place, block in enumerate(kept):
        scores[:, place, : block.shape[1]] = block
    return scores


def _grades(query_id: str, qrels: Qrels) -> list[int]:
    return [grade for grade in qrels.get(query_id, {}).values() if grade >= RELEVANT]


def _ideal(query_id: str, qrels: Qrels) -> float:
    grades = sorted(_grades(query_id, qrels), reverse=True)[:_DEPTH]
    if not grades:
        raise EvaluationError(f"query {query_id!r} has no relevant entry; leave it out (usable_queries)")
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))
