"""BM25 over several fields and layers.

With one field and one layer this is plain BM25 (Robertson & Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009). With several fields it is their simple BM25F: the frequencies of a term in
the fields, each normalised by its own field length and weighted, are added before they saturate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS, FieldName
from faqsearch.errors import SettingsError
from faqsearch.index import N_FIELDS, Snapshot, TermPostings
from faqsearch.ranking.base import Scores
from faqsearch.ranking.checks import check_flag, check_number, check_weights
from faqsearch.ranking.explanation import Explanation, scaled, summed
from faqsearch.ranking.query import Query
from faqsearch.ranking.sums import sum_by_document, sum_in_order

FloatArray = npt.NDArray[np.float64]

OKAPI_EPSILON = 0.25
"""rank-bm25's floor for the idf of terms in more than half of the documents, as a share of the mean idf."""


def lucene_idf(n_docs: int, document_frequency: int) -> float:
    """Inverse document frequency as Lucene has it: ln(1 + (N - df + 0.5) / (df + 0.5)); never negative."""
    return math.log1p((n_docs - document_frequency + 0.5) / (document_frequency + 0.5))


def okapi_idf(n_docs: int, document_frequency: int) -> float:
    """Robertson-Sparck Jones idf: ln((N - df + 0.5) / (df + 0.5)); negative where df exceeds N / 2."""
    return math.log(n_docs - document_frequency + 0.5) - math.log(document_frequency + 0.5)


def saturation(frequency: FloatArray, k1: float) -> FloatArray:
    """BM25's term-frequency part: (k1 + 1) f / (k1 + f), from 0 to k1 + 1, for length-normalised f."""
    return (k1 + 1.0) * frequency / (k1 + frequency)


@dataclass(frozen=True, slots=True)
class _LayerScores:
    """What the terms of a query contribute in one layer: ``occurrences * idf * tf``.

    Attributes:
        terms: The n_terms terms of the query.
        occurrences: Shape (n_terms,); how often each stands in the query.
        document_frequencies: Shape (n_terms,); 0 for unknown terms.
        idf: Shape (n_terms,); 0 for unknown terms.
        which: Shape (n,); position of a term, for each pair of a term and a document that has it.
        docs: Shape (n,); the document of the pair; the pairs of a document are in the order of the terms.
        tf: Shape (n,); saturated frequency.
        postings: The postings behind all pairs.
    """

    terms: tuple[str, ...]
    occurrences: FloatArray
    document_frequencies: npt.NDArray[np.int64]
    idf: FloatArray
    which: npt.NDArray[np.int64]
    docs: npt.NDArray[np.int32]
    tf: FloatArray
    postings: TermPostings

    @property
    def values(self) -> FloatArray:
        """Shape (n,); the contribution of each pair."""
        return (self.occurrences * self.idf)[self.which] * self.tf


@dataclass(frozen=True, kw_only=True)
class BM25Ranker:
    """BM25 or, over several fields, simple BM25F.

    Attributes:
        fields: Weight of each field, above 0; fields left out are not searched.
        layers: Weight of each layer, above 0; scores of layers are added.
        variant: ``lucene`` (non-negative idf; average length over documents that have the field) or
            ``okapi`` (the scores of ``rank_bm25.BM25Okapi``; one field, one layer).
        k1: Saturation of term frequency, above 0.
        b: Length normalisation, 0 (none) to 1 (full), for all fields.
        normalized: Divide by the score that a document could at most reach for the query's known terms, which
            brings scores into [0, 1] and makes them comparable to a cosine.

    Raises:
        SettingsError: If a value is outside its range.
    """

    fields: Mapping[FieldName, float]
    layers: Mapping[str, float]
    variant: Literal["lucene", "okapi"] = "lucene"
    k1: float = 1.2
    b: float = 0.75
    normalized: bool = False

    def __post_init__(self) -> None:
        check_weights("fields", self.fields, FIELDS)
        check_weights("layers", self.layers, None)
        if self.variant not in ("lucene", "okapi"):
            raise SettingsError(f"variant came as {self.variant!r}; allowed are lucene, okapi")
        check_number("k1", self.k1, "it must be a number above 0")
        check_number("b", self.b, "it must be a number from 0 to 1", zero=True, highest=1)
        check_flag("normalized", self.normalized)
        if self.variant == "okapi" and (len(self.fields), len(self.layers)) != (1, 1):
            raise SettingsError("variant okapi takes exactly one field and one layer")

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return BM25 scores, shape (n_slots,)."""
        total = np.zeros(snapshot.n_slots)
        contributions = self._contributions(snapshot, query)
        for layer, part in contributions.items():
            total += self.layers[layer] * sum_by_document(part.docs, part.values, snapshot.n_slots)
        return total * self._scale(contributions)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one score: layers, terms, and for each term its idf and its weighted field frequencies."""
        layers = []
        total = 0.0
        contributions = self._contributions(snapshot, query)
        for layer, part in contributions.items():
            score = sum_in_order(part.values[part.docs == doc].tolist())
            terms = self._explain_terms(snapshot, layer, part, doc)
            weight = self.layers[layer]
            total += weight * score
            inner = summed(terms, score, f"BM25 of layer {layer}")
            layers.append(scaled(weight, "layer weight", inner, f"weighted BM25 of layer {layer}"))
        sum_of_layers = summed(layers, total, "sum over layers")
        if not self.normalized:
            return sum_of_layers
        scale = self._scale(contributions)
        return scaled(scale, "1 / highest attainable score", sum_of_layers, "normalised BM25")

    def _contributions(self, snapshot: Snapshot, query: Query) -> dict[str, _LayerScores]:
        """Compute what the query terms contribute, by layer; the one place where scores are made."""
        return {layer: self._layer_scores(snapshot, query, layer) for layer in self.layers}

    def _layer_scores(self, snapshot: Snapshot, query: Query, layer: str) -> _LayerScores:
        terms = query.terms(layer)
        postings = snapshot.postings(layer, *terms)
        if len(self.fields) < N_FIELDS:
            postings = postings.where(field_weights(self.fields)[postings.fields] > 0)
        # Postings of one term in one document stand together: here each such group begins.
        starts = np.flatnonzero(np.diff(postings.terms, prepend=-1) | np.diff(postings.docs, prepend=-1))
        frequencies = self._field_frequencies(snapshot, layer, postings)
        which = postings.terms[starts]
        document_frequencies = np.bincount(which, minlength=len(terms))
        idf = [self._idf(snapshot, layer, df) if df else 0.0 for df in document_frequencies.tolist()]
        return _LayerScores(
            terms=tuple(terms),
            occurrences=np.array(list(terms.values()), np.float64),
            document_frequencies=document_frequencies,
            idf=np.array(idf, np.float64),
            which=which,
            docs=postings.docs[starts],
            tf=saturation(np.add.reduceat(frequencies, starts), self.k1),
            postings=postings,
        )

    def _field_frequencies(self, snapshot: Snapshot, layer: str, postings: TermPostings) -> FloatArray:
        """Weighted, length-normalised frequency for each posting: w_f tf / (1 - b + b len / avglen_f)."""
        lengths = snapshot.lengths(layer)[postings.fields, postings.docs]
        average = self._average_lengths(snapshot, layer)[postings.fields]
        weights = field_weights(self.fields)[postings.fields]
        frequencies: FloatArray = weights * postings.frequencies / (1.0 - self.b + self.b * lengths / average)
        return frequencies

    def _average_lengths(self, snapshot: Snapshot, layer: str) -> FloatArray:
        def compute() -> FloatArray:
            lengths = snapshot.lengths(layer)
            totals = lengths.sum(axis=1, dtype=np.int64)
            counted = (lengths > 0).sum(axis=1) if self.variant == "lucene" else snapshot.n_docs
            averages: FloatArray = totals / np.maximum(counted, 1)
            return averages

        return snapshot.memo.get(("average lengths", layer, self.variant), compute)

    def _idf(self, snapshot: Snapshot, layer: str, document_frequency: int) -> float:
        if self.variant == "lucene":
            return lucene_idf(snapshot.n_docs, document_frequency)
        idf = okapi_idf(snapshot.n_docs, document_frequency)
        return idf if idf >= 0 else OKAPI_EPSILON * self._mean_okapi_idf(snapshot, layer)

    def _mean_okapi_idf(self, snapshot: Snapshot, layer: str) -> float:
        """Mean idf over the vocabulary of the one field, negative values included, as rank-bm25 has it."""

        def compute() -> float:
            vocabulary = {term for segment in snapshot.segments for term in segment.layer(layer).terms}
            postings = snapshot.postings(layer, *vocabulary)
            searched = postings.terms[field_weights(self.fields)[postings.fields] > 0]
            values = [okapi_idf(snapshot.n_docs, df) for df in np.bincount(searched).tolist() if df]
            return math.fsum(values) / len(values)

        return snapshot.memo.get(("mean okapi idf", layer, *self.fields), compute)

    def _scale(self, contributions: Mapping[str, _LayerScores]) -> float:
        if not self.normalized:
            return 1.0
        highest = math.fsum(
            value
            for layer, part in contributions.items()
            for value in (self.layers[layer] * part.occurrences * part.idf * (self.k1 + 1.0)).tolist()
            if value > 0  # okapi's floor can be negative; such a term cannot raise a score
        )
        return 1.0 / highest if highest > 0 else 1.0

    def _explain_terms(
        self, snapshot: Snapshot, layer: str, part: _LayerScores, doc: int
    ) -> list[Explanation]:
        """Explain what each term of the query that stands in a document contributes."""
        of_doc = part.postings.where(part.postings.docs == doc)
        frequencies = self._field_frequencies(snapshot, layer, of_doc)
        fields: dict[int, list[Explanation]] = {}
        for which, number, count, value in zip(
            of_doc.terms.tolist(), of_doc.fields, of_doc.frequencies, frequencies.tolist(), strict=True
        ):
            name = FIELDS[number]
            description = f"weighted, length-normalised frequency in {name} (×{count})"
            fields.setdefault(which, []).append(Explanation(value=value, description=description, field=name))
        return [
            self._explain_term(snapshot, layer, part, pair, fields[int(part.which[pair])])
            for pair in np.flatnonzero(part.docs == doc).tolist()
        ]

    def _explain_term(
        self, snapshot: Snapshot, layer: str, part: _LayerScores, pair: int, fields: list[Explanation]
    ) -> Explanation:
        which = int(part.which[pair])
        occurrences, idf, tf = float(part.occurrences[which]), float(part.idf[which]), float(part.tf[pair])
        joined = sum(field.value for field in fields)
        found = f"{part.document_frequencies[which]} of {snapshot.n_docs} entries"
        return Explanation(
            value=occurrences * idf * tf,
            description=f"term {part.terms[which]} in layer {layer}",
            operation="product",
            term=part.terms[which],
            layer=layer,
            details=(
                Explanation(value=occurrences, description="occurrences in the query"),
                Explanation(value=idf, description=f"idf ({found})"),
                summed(fields, joined, "frequency over fields"),
                Explanation(value=tf / joined, description=f"saturation with k1 = {self.k1}"),
            ),
        )


def field_weights(fields: Mapping[FieldName, float]) -> FloatArray:
    """Lay weights out as an array of shape (N_FIELDS,), 0 for fields left out."""
    return np.array([fields.get(field, 0.0) for field in FIELDS])
