"""The best documents of a query: found without scoring all the others, where the ranker allows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from faqsearch.index import Snapshot
from faqsearch.ranking import accumulate
from faqsearch.ranking.base import Ranker, Scores
from faqsearch.ranking.clauses import sparse_scores
from faqsearch.ranking.query import Query
from faqsearch.ranking.rows import Numbers
from faqsearch.ranking.skipping import candidates, count_documents

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class TopDocuments:
    """The best documents of a query.

    Attributes:
        docs: Their numbers, by (-score, id).
        scores: Their scores, above 0.
        count: Counts all documents that match and pass.
    """

    docs: tuple[int, ...]
    scores: tuple[float, ...]
    count: Callable[[], int]


def top_documents(
    ranker: Ranker, snapshot: Snapshot, query: Query, k: int, passes: BoolArray | None = None
) -> TopDocuments:
    """Return the k best documents with a score above 0, the same whatever was skipped on the way.

    Args:
        ranker: Scores documents.
        snapshot: The documents.
        query: The query.
        k: How many are wanted, at least 1.
        passes: Shape (n_slots,); the live documents that may be returned; by default all live ones.
    """
    if passes is None:
        passes = snapshot.live_mask
    kernel = accumulate.kernel
    sparse = sparse_scores(ranker, snapshot, query) if kernel is not None else None
    if kernel is None or sparse is None:
        scores = ranker.score(snapshot, query)
        found = np.flatnonzero((scores > 0) & passes)
        n_found = len(found)
        return _best(snapshot, found, scores[found], k, lambda: n_found)
    clauses = sparse.clauses()
    # Most searches want all live documents, and nothing has died.
    wanted = None if passes is snapshot.live_mask and snapshot.n_docs == snapshot.n_slots else passes
    found = candidates(kernel, clauses, wanted, min(k, snapshot.n_slots))
    return _best(
        snapshot, found, sparse.of_documents(found), k, partial(count_documents, kernel, clauses, passes)
    )


def _best(
    snapshot: Snapshot, found: Numbers, scores: Scores, k: int, count: Callable[[], int]
) -> TopDocuments:
    if len(found) > k:
        kept = scores >= np.partition(scores, len(found) - k)[len(found) - k]
        found, scores = found[kept], scores[kept]
    ids = snapshot.doc_ids
    pairs = zip(scores.tolist(), found.tolist(), strict=True)
    best = sorted((-score, ids[doc], doc) for score, doc in pairs)[:k]
    return TopDocuments(tuple(doc for _, _, doc in best), tuple(-score for score, _, _ in best), count)
