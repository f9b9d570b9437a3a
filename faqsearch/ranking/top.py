"""The best documents of a query: found without scoring all the others, where the ranker allows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from faqsearch.index import Snapshot
from faqsearch.ranking.base import Ranker
from faqsearch.ranking.clauses import no_clauses, sparse_scores
from faqsearch.ranking.query import Query
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
    sparse = sparse_scores(ranker, snapshot, query)
    if sparse is None:
        scores = ranker.score(snapshot, query)
        found = np.flatnonzero((scores > 0) & passes)
        n_found = len(found)
        return _best(snapshot, found.tolist(), scores[found].tolist(), k, lambda: n_found)
    sums = no_clauses(snapshot)
    sparse.add_to(sums, 1.0)
    # Most searches want all live documents, and nothing has died.
    wanted = None if passes is snapshot.live_mask and snapshot.n_docs == snapshot.n_slots else passes
    docs = candidates(sums, wanted, min(k, snapshot.n_slots))
    numbers = [one.offset + doc for one, here in zip(sums, docs, strict=True) for doc in here.tolist()]
    count = partial(count_documents, sums, passes)
    return _best(snapshot, numbers, sparse.of_documents(docs).tolist(), k, count)


def _best(
    snapshot: Snapshot, docs: Sequence[int], scores: Sequence[float], k: int, count: Callable[[], int]
) -> TopDocuments:
    least = sorted(scores)[-k] if len(docs) > k else 0.0
    best = [(score, doc) for score, doc in zip(scores, docs, strict=True) if score >= least]
    if len({score for score, _ in best}) == len(best):
        best.sort(reverse=True)
    else:
        # Ids are read where they decide, and nowhere else.
        ids = snapshot.doc_ids
        best.sort(key=lambda found: (-found[0], ids[found[1]]))
    return TopDocuments(tuple([doc for _, doc in best[:k]]), tuple([score for score, _ in best[:k]]), count)
