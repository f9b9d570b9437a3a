"""Measures of whole rankers under other weights, for presets that rescore the sum of their parts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from faqsearch.evaluation.measures import RELEVANT
from faqsearch.evaluation.part_scores import FloatArray, PartScores, reweighted
from faqsearch.evaluation.trec import Qrels
from faqsearch.index import Snapshot
from faqsearch.ranking import Query, Ranker, top_documents
from faqsearch.ranking.neighbours import NeighbourRanker

_DEPTH: Final = 10


class Measure(Protocol):
    """Measures queries under weights of the parts."""

    def __call__(self, weights: FloatArray, places: NDArray[np.int64]) -> dict[str, FloatArray]:
        """Return ``nDCG@10`` and ``recall@10`` of the queries at these n places, each of shape (n,)."""
        ...


def measure_of(
    ranker: Ranker, snapshot: Snapshot, queries: Mapping[str, Query], qrels: Qrels, scores: PartScores
) -> Measure:
    """Return how queries are measured as the whole ranker would rank them.

    Args:
        ranker: The ranker whose parts were scored.
        snapshot: What is searched.
        queries: Query id -> analysed query.
        qrels: The judgements.
        scores: The scores of the parts; enough by themselves unless the ranker rescores their sum.
    """
    if not isinstance(ranker, NeighbourRanker):
        return of_sums(scores)

    def measure(weights: FloatArray, places: NDArray[np.int64]) -> dict[str, FloatArray]:
        whole = reweighted(ranker, weights.tolist())
        ndcg, recall = np.zeros(len(places)), np.zeros(len(places))
        for position, place in enumerate(places.tolist()):
            query_id = scores.queries[place]
            best = top_documents(whole, snapshot, queries[query_id], _DEPTH).docs
            judged = qrels[query_id]
            grades = [max(judged.get(snapshot.doc_ids[doc], 0), 0) for doc in best]
            gain = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))
            ndcg[position] = gain / scores.ideal[place]
            recall[position] = sum(grade >= RELEVANT for grade in grades) / scores.relevant[place]
        return {"nDCG@10": ndcg, "recall@10": recall}

    return measure


def of_sums(scores: PartScores) -> Measure:
    """Return how queries are measured by the weighted sums of part scores alone."""

    def measure(weights: FloatArray, places: NDArray[np.int64]) -> dict[str, FloatArray]:
        return {"nDCG@10": scores.ndcg(weights)[places], "recall@10": scores.recall(weights)[places]}

    return measure
