"""TF-IDF cosine, equal to that of scikit-learn's ``TfidfVectorizer`` with its default smoothing.

Salton & Buckley, "Term-weighting approaches in automatic text retrieval", 1988; idf with scikit-learn's
smoothing: ln((1 + N) / (1 + df)) + 1. Documents and query are vectors of tf * idf, scaled to length 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS, FieldName
from faqsearch.index import Segment, Snapshot
from faqsearch.ranking.base import Scores
from faqsearch.ranking.bm25 import check_weights, field_weights
from faqsearch.ranking.explanation import Explanation, summed
from faqsearch.ranking.query import Query

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Matrix:
    """Weighted term frequencies of a segment by term, fields joined: a sparse matrix in column order.

    Attributes:
        indptr: Shape (n_terms + 1,).
        docs: Shape (n,); document numbers of the segment, ascending within a term.
        terms: Shape (n,); the term number of each value.
        frequencies: Shape (n,); weighted frequencies, above 0.
    """

    indptr: npt.NDArray[np.int64]
    docs: npt.NDArray[np.int32]
    terms: npt.NDArray[np.int64]
    frequencies: FloatArray


@dataclass(frozen=True, kw_only=True)
class TfidfRanker:
    """Cosine of TF-IDF vectors over one layer, the frequencies of several fields weighted and added.

    Attributes:
        fields: Weight of each field, above 0; fields left out are not searched.
        layer: The layer whose terms span the vectors.
        sublinear: Take 1 + ln(tf) for tf above 1, so that repetition counts less (``sublinear_tf`` of
            scikit-learn, for which weighted frequencies below 1 do not occur; those are taken as they are).

    Raises:
        SettingsError: If a weight is not above 0 or a field unknown.
    """

    fields: Mapping[FieldName, float]
    layer: str = "a"
    sublinear: bool = False

    def __post_init__(self) -> None:
        check_weights("fields", self.fields, FIELDS)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return cosines in [0, 1], shape (n_slots,)."""
        scores = np.zeros(snapshot.n_slots)
        for term, weight in self._query_vector(snapshot, query).items():
            docs, values = self._column(snapshot, term)
            scores[docs] += weight * values
        return scores

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: for each common term its weight in the query's and in the entry's vector."""
        terms = []
        total = 0.0
        for term, weight in self._query_vector(snapshot, query).items():
            docs, values = self._column(snapshot, term)
            position = int(np.searchsorted(docs, doc))
            if position < len(docs) and docs[position] == doc:
                value = weight * float(values[position])
                total += value
                terms.append(self._explain_term(snapshot, term, doc, weight, float(values[position])))
        return summed(terms, total, f"TF-IDF cosine of layer {self.layer}")

    def _query_vector(self, snapshot: Snapshot, query: Query) -> dict[str, float]:
        """Weigh the known terms of the query; the vector has length 1."""
        weights = {
            term: float(self._dampen(np.array([occurrences]))[0]) * self._idf(snapshot, frequency)
            for term, occurrences in query.terms(self.layer).items()
            if (frequency := self._document_frequency(snapshot, term))
        }
        norm = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
        return {term: weight / norm for term, weight in weights.items()}

    def _column(self, snapshot: Snapshot, term: str) -> tuple[npt.NDArray[np.int32], FloatArray]:
        """Return the live documents of a term, ascending, and its values in their vectors of length 1."""
        idf = self._idf(snapshot, self._document_frequency(snapshot, term))
        norms = self._norms(snapshot)
        docs, values = [], []
        for offset, segment, live in snapshot.parts():
            matrix = self._matrix(segment)
            number = segment.layer(self.layer).numbers.get(term)
            if number is None:
                continue
            span = slice(matrix.indptr[number], matrix.indptr[number + 1])
            alive = live[matrix.docs[span]]
            docs.append(matrix.docs[span][alive] + np.int32(offset))
            values.append(matrix.frequencies[span][alive] * idf / norms[docs[-1]])
        return np.concatenate(docs), np.concatenate(values)

    def _idf(self, snapshot: Snapshot, document_frequency: int) -> float:
        return math.log((1 + snapshot.n_docs) / (1 + document_frequency)) + 1.0

    def _dampen(self, frequencies: FloatArray) -> FloatArray:
        if not self.sublinear:
            return frequencies
        return np.where(frequencies > 1.0, 1.0 + np.log(np.maximum(frequencies, 1.0)), frequencies)

    def _matrix(self, segment: Segment) -> _Matrix:
        """Join the fields of a segment's postings; depends on the segment alone and is kept with it."""

        def compute() -> _Matrix:
            index = segment.layer(self.layer)
            postings = index.postings
            weights = field_weights(self.fields)[postings.fields]
            searched = weights > 0
            terms = np.repeat(np.arange(len(index.terms)), np.diff(postings.indptr))[searched]
            docs = postings.docs[searched]
            starts = np.flatnonzero(np.diff(terms, prepend=-1) | np.diff(docs, prepend=-1))
            joined = np.add.reduceat(weights[searched] * postings.frequencies[searched], starts)
            terms = terms[starts]
            indptr = np.searchsorted(terms, np.arange(len(index.terms) + 1))
            return _Matrix(indptr, docs[starts], terms, self._dampen(joined) if len(starts) else joined)

        return segment.memo.get(("tfidf", *self._key), compute)

    @property
    def _key(self) -> tuple[object, ...]:
        return (self.layer, self.sublinear, *sorted(self.fields.items()))

    def _document_frequencies(self, snapshot: Snapshot) -> list[npt.NDArray[np.int64]]:
        """Count, for each segment, in how many live documents of all segments each of its terms occurs."""

        def compute() -> list[npt.NDArray[np.int64]]:
            own = []
            for _, segment, live in snapshot.parts():
                matrix = self._matrix(segment)
                own.append(
                    np.bincount(matrix.terms[live[matrix.docs]], minlength=len(matrix.indptr) - 1).astype(
                        np.int64
                    )
                )
            total = [counts.copy() for counts in own]
            layers = [segment.layer(self.layer) for segment in snapshot.segments]
            for a, b in ((a, b) for a in range(len(own)) for b in range(len(own)) if a != b):
                smaller = min((layers[a], layers[b]), key=lambda layer: len(layer.terms))
                common = [
                    term for term in smaller.terms if term in layers[a].numbers and term in layers[b].numbers
                ]
                here = [layers[a].numbers[term] for term in common]
                there = [layers[b].numbers[term] for term in common]
                total[a][here] += own[b][there]
            return total

        return snapshot.memo.get(("tfidf frequencies", *self._key), compute)

    def _document_frequency(self, snapshot: Snapshot, term: str) -> int:
        counts = self._document_frequencies(snapshot)
        for segment, frequencies in zip(snapshot.segments, counts, strict=True):
            number = segment.layer(self.layer).numbers.get(term)
            if number is not None:
                return int(frequencies[number])
        return 0

    def _norms(self, snapshot: Snapshot) -> FloatArray:
        """Lengths of the document vectors, shape (n_slots,); 1 where a document has no term.

        A document's squares are added in the order of its terms, whatever segment it is in, so that the sum
        is the same to the last bit after any history of edits.
        """

        def compute() -> FloatArray:
            parts = []
            frequencies = self._document_frequencies(snapshot)
            for (_, segment, _live), counts in zip(snapshot.parts(), frequencies, strict=True):
                matrix = self._matrix(segment)
                idf = np.log((1 + snapshot.n_docs) / (1 + counts)) + 1.0
                squares = (matrix.frequencies * idf[matrix.terms]) ** 2
                parts.append(np.bincount(matrix.docs, squares, minlength=segment.n_docs))
            norms = np.sqrt(np.concatenate(parts))
            return np.where(norms > 0, norms, 1.0)

        return snapshot.memo.get(("tfidf norms", *self._key), compute)

    def _explain_term(
        self, snapshot: Snapshot, term: str, doc: int, weight: float, value: float
    ) -> Explanation:
        postings = snapshot.postings(self.layer, term)
        numbers = postings.fields[postings.docs == doc]
        fields = tuple(FIELDS[number] for number in numbers if FIELDS[number] in self.fields)
        share = value / len(fields)
        in_entry = summed(
            (Explanation(value=share, description=f"stands in {field}", field=field) for field in fields),
            value,
            "weight in the entry's vector, shared evenly between its fields",
        )
        in_query = Explanation(value=weight, description="weight in the query's vector")
        return Explanation(
            value=weight * value,
            description=f"term {term} in layer {self.layer}",
            operation="product",
            details=(in_query, in_entry),
            term=term,
            layer=self.layer,
        )
