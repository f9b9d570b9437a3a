"""What confirmed inquiries add: words that people use for an entry and its owner did not write.

The score of an entry is the share of the query's information (the sum of the idf of its words, each once)
that inquiries confirmed for the entry hold and its own text lacks. It lies in [0, 1], so that its weight in
a fusion is the most that any number of confirmations can add to a score; they never take anything away.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from faqsearch.errors import SettingsError
from faqsearch.index import Snapshot, TermPostings, private_layer
from faqsearch.ranking.base import Scores
from faqsearch.ranking.bm25 import lucene_idf
from faqsearch.ranking.clauses import Clauses, SparseScores, rough_values
from faqsearch.ranking.explanation import Explanation, scaled, summed
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources
from faqsearch.ranking.rows import DocNumbers, FloatArray, Matrix
from faqsearch.ranking.sums import sum_by_document, sum_in_order

_NOTHING: Final = (np.zeros(0, np.int32), np.zeros(0))


@dataclass(frozen=True, slots=True)
class _Taught:
    """What confirmed inquiries add for the words of a query.

    Attributes:
        terms: The n_terms words of the query.
        document_frequencies: Shape (n_terms,); entries with the word; of confirmed ones if none has it.
        idf: Shape (n_terms,); 0 for words that neither entries nor confirmed inquiries have.
        postings: Words that confirmed inquiries of an entry have and the entry itself has not.
    """

    terms: tuple[str, ...]
    document_frequencies: npt.NDArray[np.int64]
    idf: npt.NDArray[np.float64]
    postings: TermPostings

    @property
    def values(self) -> npt.NDArray[np.float64]:
        """Shape (n,); the contribution of each posting."""
        return self.idf[self.postings.terms]

    @property
    def scale(self) -> float:
        """1 / the information of the whole query."""
        information = math.fsum(self.idf.tolist())
        return 1.0 / information if information > 0 else 1.0


@dataclass(frozen=True, slots=True)
class _SparseScores:
    """The scores of the few entries that have any.

    Attributes:
        parts: For each segment document numbers, ascending, and their scores.
    """

    parts: Sequence[tuple[DocNumbers, FloatArray]]

    def add_to(self, sums: Sequence[Clauses], factor: float) -> None:
        """Add one clause for each segment that has such an entry."""
        for one, (docs, values) in zip(sums, self.parts, strict=True):
            if len(docs):
                matrix = Matrix(np.array([0, len(docs)]), docs, values)
                one.parts.append(
                    ([(rough_values(matrix, values).impacts(matrix), 0, 1.0)], [(1, 1.0)], factor, 0.0)
                )

    def of_documents(self, docs: Sequence[DocNumbers]) -> FloatArray:
        """Return the scores of some documents of each segment."""
        scores = [np.zeros(len(here)) for here in docs]
        for found, here, (own, values) in zip(scores, docs, self.parts, strict=True):
            if len(own):
                _, at, there = np.intersect1d(here, own, assume_unique=True, return_indices=True)
                found[at] = values[there]
        return scores[0] if len(scores) == 1 else np.concatenate(scores)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmedRanker:
    """Scores entries by what inquiries that were confirmed for them add to their own text.

    Attributes:
        layer: The layer whose terms are compared; one of words.

    Raises:
        SettingsError: If the layer is not a name.
    """

    layer: str = "a"

    def __post_init__(self) -> None:
        if not isinstance(self.layer, str):
            raise SettingsError(f"layer came as {self.layer!r}; give the name of one layer")

    @property
    def requires(self) -> frozenset[Resource]:
        """Nothing but the index."""
        return frozenset()

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Need nothing that a search would have to wait for."""

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return shares in [0, 1] up to floating-point rounding, shape (n_slots,)."""
        taught = self._taught(snapshot, query)
        if taught is None:
            return np.zeros(snapshot.n_slots)
        return sum_by_document(taught.postings.docs, taught.values, snapshot.n_slots) * taught.scale

    def sparse(self, snapshot: Snapshot, query: Query) -> SparseScores:
        """Return the same scores, of entries that have any."""
        taught = self._taught(snapshot, query)
        if taught is None:
            return _SparseScores([_NOTHING] * len(snapshot.segments))
        docs, positions = np.unique(taught.postings.docs, return_inverse=True)
        values = sum_by_document(positions.astype(np.int32), taught.values, len(docs)) * taught.scale
        parts = []
        for offset, segment, _ in snapshot.parts():
            first, last = np.searchsorted(docs, (offset, offset + segment.n_docs)).tolist()
            parts.append(((docs[first:last] - offset).astype(np.int32), values[first:last]))
        return _SparseScores(parts)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one share: the words of the query that confirmed inquiries add, nothing else."""
        taught = self._taught(snapshot, query)
        whole = f"share of the query that only confirmed inquiries have, layer {self.layer}"
        if taught is None:
            return summed((), 0.0, whole)
        found = np.flatnonzero(taught.postings.docs == doc)
        words = [
            self._explain_word(taught, which, snapshot.n_docs)
            for which in taught.postings.terms[found].tolist()
        ]
        inner = summed(words, sum_in_order(taught.values[found].tolist()), "sum over words")
        return scaled(taught.scale, "1 / information of the query", inner, whole)

    def _explain_word(self, taught: _Taught, which: int, n_docs: int) -> Explanation:
        frequency = taught.document_frequencies[which]
        return Explanation(
            value=float(taught.idf[which]),
            description=f"idf of confirmed {taught.terms[which]} ({frequency} of {n_docs} entries)",
            term=taught.terms[which],
            kind="confirmed",
            layer=self.layer,
            field="confirmed",
        )

    def _taught(self, snapshot: Snapshot, query: Query) -> _Taught | None:
        """Find what confirmed inquiries add; None for nothing. The one place where scores are made."""
        layers = snapshot.segments[0]
        layers.layer(self.layer)
        terms = tuple(query.terms(self.layer))
        private = private_layer(self.layer)
        if private not in layers.layers or not _any_known(snapshot, private, terms):
            return None
        confirmed = snapshot.postings(private, *terms)
        if not len(confirmed.docs):
            return None
        own = snapshot.postings(self.layer, *terms)
        # A word in several fields of an entry is one pair; pairs of the same term and entry stand together.
        places = own.terms * snapshot.n_slots + own.docs
        in_entries = np.bincount(own.terms[np.flatnonzero(np.diff(places, prepend=-1))], minlength=len(terms))
        in_confirmed = np.bincount(confirmed.terms, minlength=len(terms))
        frequencies = np.where(in_entries > 0, in_entries, in_confirmed)
        idf = [lucene_idf(snapshot.n_docs, df) if df else 0.0 for df in frequencies.tolist()]
        new = ~np.isin(confirmed.terms * snapshot.n_slots + confirmed.docs, places)
        return _Taught(terms, frequencies, np.array(idf, np.float64), confirmed.where(new))


def _any_known(snapshot: Snapshot, layer: str, terms: Sequence[str]) -> bool:
    for segment in snapshot.segments:
        numbers = segment.layer(layer).numbers
        if numbers and any(term in numbers for term in terms):
            return True
    return False
