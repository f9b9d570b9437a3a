"""TF-IDF cosine, equal to that of scikit-learn's ``TfidfVectorizer`` with its default smoothing.

Salton & Buckley, "Term-weighting approaches in automatic text retrieval", 1988; idf with scikit-learn's
smoothing: ln((1 + N) / (1 + df)) + 1. Documents and query are vectors of tf * idf, scaled to length 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.entry import FIELDS, FieldName
from faqsearch.errors import SettingsError
from faqsearch.index import (
    DocumentFrequencies,
    Segment,
    Snapshot,
    blocks_of_terms,
    document_frequencies,
)
from faqsearch.ranking import accumulate
from faqsearch.ranking.accumulate import sum_products
from faqsearch.ranking.base import Scores
from faqsearch.ranking.checks import check_flag, check_weights
from faqsearch.ranking.clauses import Clauses, Impacts, Row, SparseScores, bounded
from faqsearch.ranking.explanation import Explanation, summed
from faqsearch.ranking.field_weighting import field_weights
from faqsearch.ranking.occurrences import Part, locate, occurrences
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources
from faqsearch.ranking.rows import Block, CodedMatrix, DocNumbers, FloatArray, Numbers, find_rows
from faqsearch.ranking.segment_vectors import (
    SegmentVectors,
    matrix_lengths,
    smoothed_idf,
    vector_lengths,
)
from faqsearch.ranking.sums import sum_in_order, sum_stretches


@dataclass(frozen=True, slots=True)
class _Terms:
    """The known terms of a query, and where they stand.

    Attributes:
        terms: The n_terms terms.
        weights: Shape (n_terms,); the query's vector, of length 1 or, where no term is known, 0.
        idf: Shape (n_terms,); 0 for unknown terms.
        parts: For each segment the terms that it has.
    """

    terms: tuple[str, ...]
    weights: FloatArray
    idf: FloatArray
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _SparseScores:
    """The cosines of a query, none of which has been computed yet.

    Attributes:
        ranker: The ranker.
        snapshot: The entries.
        found: The terms of the query.
        rows: For each segment its vectors, a term, its weight and its idf, for each term that it has.
    """

    ranker: TfidfRanker
    snapshot: Snapshot
    found: _Terms
    rows: Sequence[list[Row]]

    def add_to(self, sums: Sequence[Clauses], factor: float) -> None:
        """Add a clause for each term."""
        for one, rows, part in zip(sums, self.rows, self.found.parts, strict=True):
            reference, low, high = self.ranker.reference(self.snapshot, part.number)
            if low == high:  # nothing has changed
                clauses = [(1, 1.0)] * len(rows)
            else:
                clauses = [(1, share) for share in reference.grown(self.found.idf, part)]
            one.parts.append((rows, clauses, factor, 0.0))
            one.widen(low, high)

    def of_documents(self, docs: Sequence[DocNumbers]) -> FloatArray:
        """Return the cosines of some documents of each segment."""
        scores = np.zeros(sum(map(len, docs)))
        first = 0
        for here, rows, part in zip(docs, self.rows, self.found.parts, strict=True):
            if len(here):
                norms = self.ranker.norms_of(self.snapshot, part, here)
                accumulate.kernel.add_products_of(rows, here, norms, scores[first : first + len(here)])
                first += len(here)
        return scores


@dataclass(frozen=True, kw_only=True)
class TfidfRanker:
    """Cosine of TF-IDF vectors over one layer, the frequencies of several fields weighted and added.

    Attributes:
        fields: Weight of each field, 0.000001 to 1,000,000; fields left out are not searched.
        layer: The layer whose terms span the vectors.
        sublinear: Take 1 + ln(tf) for tf above 1, so that repetition counts less (``sublinear_tf`` of
            scikit-learn, for which weighted frequencies below 1 do not occur; those are taken as they are).

    Raises:
        SettingsError: If a weight is out of range, a field unknown, or another setting of the wrong type.
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
        for number in range(len(snapshot.segments)):
            if accumulate.kernel is None:
                self._norms(snapshot, number)
            else:
                self.reference(snapshot, number)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return cosines in [0, 1] up to floating-point rounding, shape (n_slots,)."""
        found = self._find(snapshot, query)
        scores = []
        for part in found.parts:
            (at,) = part.located
            rows = find_rows(
                part.offset, part.segment.n_docs, [(self._matrix(part.segment), at.numbers, at.asked)]
            )
            norms = self._norms(snapshot, part.number)
            scores.append(sum_products(rows, found.idf[rows.asked], found.weights[rows.asked], norms))
            # A segment keeps the terms of documents that were deleted from it.
            scores[-1][~snapshot.live[part.number]] = 0.0
        return scores[0] if len(scores) == 1 else np.concatenate(scores)

    def sparse(self, snapshot: Snapshot, query: Query) -> SparseScores:
        """Return the cosines as sums over terms."""
        found = self._find(snapshot, query)
        weights, idf = found.weights.tolist(), found.idf.tolist()
        rows = []
        for part in found.parts:
            vectors = self._vectors(snapshot, part.number)
            (at,) = part.located
            pairs = zip(at.numbers.tolist(), at.asked.tolist(), strict=True)
            rows.append([(vectors, number, weights[asked], idf[asked]) for number, asked in pairs])
        return _SparseScores(self, snapshot, found, rows)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: for each common term its weight in the query's and in the entry's vector."""
        found = self._find(snapshot, query)
        part = next(part for part in reversed(found.parts) if part.offset <= doc)
        here = np.array([doc - part.offset], np.int32)
        asked, _, values = self._values_of(snapshot, found, part, here)
        terms = [found.terms[position] for position in asked]
        fields = self._fields(snapshot, terms, doc)
        details = [
            self._explain_term(term, float(weight), float(value), names)
            for term, weight, value, names in zip(terms, found.weights[asked], values, fields, strict=True)
        ]
        total = sum_in_order(detail.value for detail in details)
        return summed(details, total, f"TF-IDF cosine of layer {self.layer}")

    def _find(self, snapshot: Snapshot, query: Query) -> _Terms:
        """Look up the terms of a query."""
        asked = query.terms(self.layer)
        terms = tuple(asked)
        parts = locate(snapshot, [(self.layer, np.arange(len(terms)), terms)])
        counts = np.zeros(len(terms), np.int64)
        for part in parts:
            (at,) = part.located
            counts[at.asked] = self._document_frequencies(snapshot)[part.number][at.numbers]
        idf = smoothed_idf(snapshot.n_docs, counts)
        weights = idf * self._dampen(np.array(list(asked.values()), np.float64))
        norm = math.sqrt(math.fsum((weights * weights).tolist()))
        return _Terms(terms, weights / norm if norm else weights, idf, parts)

    def _values_of(
        self, snapshot: Snapshot, found: _Terms, part: Part, docs: npt.NDArray[np.int32]
    ) -> tuple[Numbers, Numbers, FloatArray]:
        """Return what stands in the vectors of some documents of a segment for the terms of a query.

        Returns:
            The term, the position of the document, and the value, in the order of terms, then documents.
        """
        here = occurrences(part, docs)
        starts, frequencies = self._joined(here.fields, here.frequencies, here.asked, here.docs)
        asked, where = here.asked[starts], here.docs[starts]
        norms = self.norms_of(snapshot, part, docs)
        return asked, where, frequencies * found.idf[asked] / norms[where]

    def _dampen(self, frequencies: FloatArray) -> FloatArray:
        if not self.sublinear:
            return frequencies
        return np.where(frequencies > 1.0, 1.0 + np.log(np.maximum(frequencies, 1.0)), frequencies)

    def _joined(
        self, fields: npt.NDArray[np.uint8], frequencies: npt.NDArray[Any], *keys: npt.NDArray[Any]
    ) -> tuple[Numbers, FloatArray]:
        """Add up the weighted frequencies of postings that stand together and have equal keys.

        Returns:
            Where each sum begins, and the sums, dampened.
        """
        weights = field_weights(self.fields)[fields]
        counted = np.flatnonzero(weights)
        changes = np.zeros(len(counted), np.bool_)
        changes[:1] = True
        for key in (key[counted] for key in keys):
            changes[1:] |= key[1:] != key[:-1]
        starts = np.flatnonzero(changes)
        weighted = weights[counted] * frequencies[counted]
        return counted[starts], self._dampen(sum_stretches(weighted, starts))

    def _matrix(self, segment: Segment) -> CodedMatrix:
        """Join the fields of a segment's postings; depends on the segment alone and is kept with it."""
        postings = segment.layer(self.layer).postings

        def blocks() -> Iterator[Block]:
            for some, here, terms in blocks_of_terms(postings.indptr):
                own = postings.docs[here]
                starts, joined = self._joined(postings.fields[here], postings.frequencies[here], terms, own)
                yield np.bincount(terms[starts], minlength=some.stop - some.start), own[starts], joined

        def compute() -> CodedMatrix:
            return CodedMatrix.of(blocks(), len(segment.layer(self.layer).terms), len(postings))

        return segment.memo.get(("tfidf", *self._key), compute)

    @cached_property
    def _key(self) -> tuple[object, ...]:
        return (self.layer, self.sublinear, *sorted(self.fields.items()))

    def _document_frequencies(self, snapshot: Snapshot) -> tuple[DocumentFrequencies, ...]:
        """Count, for each segment, in how many live documents of all segments each of its terms occurs."""
        return document_frequencies(snapshot, self.layer, self.fields)

    def _norms(self, snapshot: Snapshot, number: int) -> FloatArray:
        """Lengths of the vectors of one segment's documents, shape (n_docs,); 1 where a document has no term.

        A document's squares are added in the order of its terms, whatever segment it is in, so that the sum
        is the same to the last bit after any history of edits.
        """

        def compute() -> FloatArray:
            segment = snapshot.segments[number]
            matrix = self._matrix(segment)
            idf = smoothed_idf(snapshot.n_docs, self._document_frequencies(snapshot)[number].all)
            return matrix_lengths(matrix, idf, segment.n_docs)

        return snapshot.memo.get(self._norms_key(number), compute)

    def _norms_key(self, number: int) -> tuple[object, ...]:
        return ("tfidf norms", number, *self._key)

    def norms_of(self, snapshot: Snapshot, part: Part, docs: npt.NDArray[np.int32]) -> FloatArray:
        """Return the lengths of the vectors of some documents of a segment, the same as those of all."""
        reference, low, high = self.reference(snapshot, part.number)
        if low == high:
            return reference.norms[docs]
        which, terms, fields, counted = part.segment.by_document(self.layer).of(docs)
        begins, frequencies = self._joined(fields, counted, which, terms)
        counts = self._document_frequencies(snapshot)[part.number][terms[begins]]
        return vector_lengths(which[begins], frequencies * smoothed_idf(snapshot.n_docs, counts), len(docs))

    def reference(self, snapshot: Snapshot, number: int) -> tuple[SegmentVectors, float, float]:
        """Return what the vectors of a segment would be if it were all there is: a function of it alone.

        With it come the factors by which cosines may differ from these, beside what ``grown`` says.
        """

        def compute() -> tuple[SegmentVectors, float, float]:
            memo, now = snapshot.segments[number].memo, self._document_frequencies(snapshot)[number]
            reference = memo.get(("tfidf impacts", *self._key), first)
            low, high = reference.idf_grown(now, snapshot.n_docs, memo, ("tfidf grown", *self._key))
            return reference, 1.0 / high, 1.0 / low

        def first() -> SegmentVectors:
            # Not of the snapshot: others hold the same segment, in which other documents are alive.
            segment = snapshot.segments[number]
            matrix = self._matrix(segment)
            counts = np.diff(matrix.indptr).astype(np.int32)
            idf = smoothed_idf(segment.n_docs, counts)
            norms = matrix_lengths(matrix, idf, segment.n_docs)
            values = np.empty(len(matrix.docs), np.float32)
            for here, some in matrix.times(idf):
                values[here] = some / norms[matrix.docs[here]]
            rough = bounded(matrix, values)
            return SegmentVectors(
                rough.values, rough.blocks, rough.most, counts, np.array([segment.n_docs]), norms
            )

        return snapshot.memo.get(("tfidf reference", number, *self._key), compute)

    def _vectors(self, snapshot: Snapshot, number: int) -> Impacts:
        """Return what the compiled loops read of a segment."""

        def compute() -> Impacts:
            matrix = self._matrix(snapshot.segments[number])
            reference, _, _ = self.reference(snapshot, number)
            return accumulate.kernel.Vectors(reference.impacts(matrix), matrix.codes, matrix.frequencies)

        return snapshot.memo.get(("tfidf vectors", number, *self._key), compute)

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
