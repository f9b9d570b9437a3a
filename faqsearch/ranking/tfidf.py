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
from faqsearch.index import Segment, Snapshot
from faqsearch.ranking.accumulate import sum_products
from faqsearch.ranking.base import Scores
from faqsearch.ranking.checks import check_flag, check_weights
from faqsearch.ranking.explanation import Explanation, summed
from faqsearch.ranking.field_weighting import field_weights
from faqsearch.ranking.frequencies import add_up
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources
from faqsearch.ranking.rows import FloatArray, Matrix, Rows, find_rows, in_segment
from faqsearch.ranking.sums import sum_in_order


@dataclass(frozen=True, slots=True)
class _Terms:
    """The known terms of a query, and where they stand.

    Attributes:
        weights: Shape (n_terms,); the query's vector, of length 1 or, where no term is known, 0.
        parts: For each segment the rows of its terms, in the order of the query, and the idf of each row.
    """

    weights: FloatArray
    parts: tuple[tuple[Rows, FloatArray], ...]


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
        found = self._find(snapshot, query)
        norms = self._norms(snapshot)
        parts = [
            sum_products(rows, idf, found.weights[rows.asked], norms[rows.offset : rows.offset + rows.n_docs])
            for rows, idf in found.parts
        ]
        scores = parts[0] if len(parts) == 1 else np.concatenate(parts)
        # A segment keeps the terms of documents that were deleted from it.
        scores[~snapshot.live_mask] = 0.0
        return scores

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: for each common term its weight in the query's and in the entry's vector."""
        found = self._find(snapshot, query)
        rows, number = in_segment([rows for rows, _ in found.parts], doc)
        here = rows.of_document(number)
        idf = next(idf for part, idf in found.parts if part is rows)
        which, _, frequencies = here.read()
        values = frequencies * idf[which] / self._norms(snapshot)[doc]
        known = tuple(query.terms(self.layer))
        terms = [known[position] for position in here.asked[which]]
        fields = self._fields(snapshot, terms, doc)
        details = [
            self._explain_term(term, float(weight), float(value), names)
            for term, weight, value, names in zip(
                terms, found.weights[here.asked[which]], values, fields, strict=True
            )
        ]
        total = sum_in_order(detail.value for detail in details)
        return summed(details, total, f"TF-IDF cosine of layer {self.layer}")

    def _find(self, snapshot: Snapshot, query: Query) -> _Terms:
        """Look up the terms of a query."""
        asked = query.terms(self.layer)
        weights = np.zeros(len(asked))
        parts = []
        for (offset, segment, _), idf in zip(snapshot.parts(), self._idf(snapshot), strict=True):
            known, numbers = segment.layer(self.layer).known(tuple(asked))
            weights[known] = idf[numbers]
            rows = find_rows(offset, segment.n_docs, [(self._matrix(segment), numbers, known)])
            parts.append((rows, idf[numbers]))
        weights *= self._dampen(np.array(list(asked.values()), np.float64))
        norm = math.sqrt(math.fsum((weights * weights).tolist()))
        return _Terms(weights / norm if norm else weights, tuple(parts))

    def _dampen(self, frequencies: FloatArray) -> FloatArray:
        if not self.sublinear:
            return frequencies
        return np.where(frequencies > 1.0, 1.0 + np.log(np.maximum(frequencies, 1.0)), frequencies)

    def _matrix(self, segment: Segment) -> Matrix:
        """Join the fields of a segment's postings; depends on the segment alone and is kept with it."""

        def compute() -> Matrix:
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
            return Matrix(indptr, docs[starts], self._dampen(joined))

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
        here = snapshot.postings_of(doc, self.layer, *terms)
        found: list[list[FieldName]] = [[] for _ in terms]
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
