"""TF-IDF cosine, equal to that of scikit-learn's ``TfidfVectorizer`` with its default smoothing.

Salton & Buckley, "Term-weighting approaches in automatic text retrieval", 1988; idf with scikit-learn's
smoothing: ln((1 + N) / (1 + df)) + 1. Documents and query are vectors of tf * idf, scaled to length 1.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.entry import FIELDS, FieldName
from faqsearch.errors import SettingsError
from faqsearch.index import Segment, Snapshot, gather
from faqsearch.ranking.base import Scores
from faqsearch.ranking.checks import check_flag, check_weights
from faqsearch.ranking.explanation import Explanation, summed
from faqsearch.ranking.field_weighting import field_weights
from faqsearch.ranking.frequencies import add_up
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources
from faqsearch.ranking.sums import sum_by_document, sum_in_order

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


@dataclass(frozen=True, slots=True)
class _Products:
    """What the terms of a query contribute: the product of a query's and a document's vector, unsummed.

    Attributes:
        weights: Shape (n_terms,); the query's vector, of length 1 or, where no term is known, 0.
        terms: Shape (n,); position of a term, for each pair of a term and a document that has it.
        docs: Shape (n,); the document of the pair; the pairs of a document are in the order of the terms.
        values: Shape (n,); weight of the term in the document's vector, which has length 1.
    """

    weights: FloatArray
    terms: npt.NDArray[np.int64]
    docs: npt.NDArray[np.int32]
    values: FloatArray

    @property
    def products(self) -> FloatArray:
        """Shape (n,); the contribution of each pair."""
        return self.weights[self.terms] * self.values


@dataclass(frozen=True, kw_only=True)
class TfidfRanker:
    """Cosine of TF-IDF vectors over one layer, the frequencies of several fields weighted and added.

    Attributes:
        fields: Weight of each field, above 0; fields left out are not searched.
        layer: The layer whose terms span the vectors.
        sublinear: Take 1 + ln(tf) for tf above 1, so that repetition counts less (``sublinear_tf`` of
            scikit-learn, for which weighted frequencies below 1 do not occur; those are taken as they are).

    Raises:
        SettingsError: If a weight is not above 0, a field unknown, or another setting of the wrong type.
    """

    fields: Mapping[FieldName, float]
    layer: str = "a"
    sublinear: bool = False

    def __post_init__(self) -> None:
        check_weights("fields", self.fields, FIELDS)
        if not isinstance(self.layer, str):
            raise SettingsError(f"layer came as {self.layer!r}; give the name of one layer")
        check_flag("sublinear", self.sublinear)

    @property
    def requires(self) -> frozenset[Resource]:
        """Nothing but the index."""
        return frozenset()

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:  # noqa: ARG002
        """Compute the lengths of the entries' vectors."""
        self._norms(snapshot)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return cosines in [0, 1] up to floating-point rounding, shape (n_slots,)."""
        found = self._products(snapshot, query)
        return sum_by_document(found.docs, found.products, snapshot.n_slots)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: for each common term its weight in the query's and in the entry's vector."""
        found = self._products(snapshot, query)
        pairs = np.flatnonzero(found.docs == doc)
        known = tuple(query.terms(self.layer))
        terms = [known[position] for position in found.terms[pairs]]
        fields = self._fields(snapshot, terms, doc)
        details = [
            self._explain_term(term, float(weight), float(value), fields[number])
            for number, (term, weight, value) in enumerate(
                zip(terms, found.weights[found.terms[pairs]], found.values[pairs], strict=True)
            )
        ]
        total = sum_in_order(found.products[pairs].tolist())
        return summed(details, total, f"TF-IDF cosine of layer {self.layer}")

    def _products(self, snapshot: Snapshot, query: Query) -> _Products:
        """Compute what the query terms contribute; the one place where scores are made."""
        asked = query.terms(self.layer)
        terms = tuple(asked)
        weights = np.zeros(len(terms))
        norms = self._norms(snapshot)
        found = []
        for (offset, segment, live), idf in zip(snapshot.parts(), self._idf(snapshot), strict=True):
            matrix = self._matrix(segment)
            known, numbers = segment.layer(self.layer).known(terms)
            weights[known] = idf[numbers]
            which, places = gather(matrix.indptr, numbers)
            alive = live[matrix.docs[places]]
            which, places = which[alive], places[alive]
            docs = matrix.docs[places] + np.int32(offset)
            values = matrix.frequencies[places] * idf[numbers][which] / norms[docs]
            found.append((known[which], docs, values))
        weights *= self._dampen(np.array(list(asked.values()), np.float64))
        norm = math.sqrt(math.fsum((weights * weights).tolist()))
        joined = [np.concatenate(column) for column in zip(*found, strict=True)]
        return _Products(weights / norm if norm else weights, *joined)

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
            return _Matrix(indptr, docs[starts], terms, self._dampen(joined))

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
                terms = matrix.terms[live[matrix.docs]]
                own.append(np.bincount(terms, minlength=len(matrix.indptr) - 1).astype(np.int64))
            return add_up(snapshot, self.layer, own)

        return snapshot.memo.get(("tfidf frequencies", *self._key), compute)

    def _idf(self, snapshot: Snapshot) -> list[FloatArray]:
        """Return, for each segment, the idf of its terms; 0 for terms of dead documents only."""

        def compute() -> list[FloatArray]:
            return [
                np.where(counts > 0, np.log((1 + snapshot.n_docs) / (1 + counts)) + 1.0, 0.0)
                for counts in self._document_frequencies(snapshot)
            ]

        return snapshot.memo.get(("tfidf idf", *self._key), compute)

    def _norms(self, snapshot: Snapshot) -> FloatArray:
        """Lengths of the document vectors, shape (n_slots,); 1 where a document has no term.

        A document's squares are added in the order of its terms, whatever segment it is in, so that the sum
        is the same to the last bit after any history of edits.
        """

        def compute() -> FloatArray:
            parts = []
            for segment, idf in zip(snapshot.segments, self._idf(snapshot), strict=True):
                matrix = self._matrix(segment)
                squares = (matrix.frequencies * idf[matrix.terms]) ** 2
                parts.append(np.bincount(matrix.docs, squares, minlength=segment.n_docs))
            norms = np.sqrt(np.concatenate(parts))
            return np.where(norms > 0, norms, 1.0)

        return snapshot.memo.get(("tfidf norms", *self._key), compute)

    def _fields(self, snapshot: Snapshot, terms: Sequence[str], doc: int) -> list[list[FieldName]]:
        """Name, for each term, the searched fields of a document that it stands in."""
        postings = snapshot.postings(self.layer, *terms)
        found: list[list[FieldName]] = [[] for _ in terms]
        here = postings.where(postings.docs == doc)
        for position, number in zip(here.terms, here.fields, strict=True):
            if FIELDS[number] in self.fields:
                found[position].append(FIELDS[number])
        return found

    def _explain_term(
        self, term: str, weight: float, value: float, fields: Sequence[FieldName]
    ) -> Explanation:
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
            kind="fragment" if self.layer == NGRAM_LAYER else "exact",
            layer=self.layer,
        )
