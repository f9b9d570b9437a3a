"""BM25 over several fields and layers.

With one field and one layer this is plain BM25 (Robertson & Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009). With several fields it is their simple BM25F: the frequencies of a term in
the fields, each normalised by its own field length and weighted, are added before they saturate.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS, FieldName
from faqsearch.errors import SettingsError
from faqsearch.index import N_FIELDS, Snapshot, TermPostings
from faqsearch.ranking.base import Scores
from faqsearch.ranking.explanation import Explanation, scaled, summed
from faqsearch.ranking.query import Query

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
class _TermScores:
    """What one query term contributes: ``weight * idf * tf`` for each of its documents."""

    layer: str
    term: str
    docs: npt.NDArray[np.int32]
    idf: float
    occurrences: float
    tf: FloatArray
    postings: TermPostings

    @property
    def values(self) -> FloatArray:
        return self.occurrences * self.idf * self.tf


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
        if self.variant not in {"lucene", "okapi"}:
            raise SettingsError(f"variant came as {self.variant!r}; allowed are lucene, okapi")
        if not (math.isfinite(self.k1) and self.k1 > 0 and 0 <= self.b <= 1):
            raise SettingsError(f"k1 = {self.k1}, b = {self.b}: k1 must be above 0, b in [0, 1]")
        if self.variant == "okapi" and (len(self.fields), len(self.layers)) != (1, 1):
            raise SettingsError("variant okapi takes exactly one field and one layer")

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return BM25 scores, shape (n_slots,)."""
        total = np.zeros(snapshot.n_slots)
        contributions = self._contributions(snapshot, query)
        for layer, weight in self.layers.items():
            scores = np.zeros(snapshot.n_slots)
            for part in contributions[layer]:
                scores[part.docs] += part.values
            total += weight * scores
        return total * self._scale(contributions)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one score: layers, terms, and for each term its idf and its weighted field frequencies."""
        layers = []
        total = 0.0
        contributions = self._contributions(snapshot, query)
        for layer, weight in self.layers.items():
            terms = []
            score = 0.0
            for part in contributions[layer]:
                position = int(np.searchsorted(part.docs, doc))
                if position < len(part.docs) and part.docs[position] == doc:
                    score += float(part.values[position])
                    terms.append(self._explain_term(snapshot, part, position))
            total += weight * score
            inner = summed(terms, score, f"BM25 of layer {layer}")
            layers.append(scaled(weight, "layer weight", inner, f"weighted BM25 of layer {layer}"))
        sum_of_layers = summed(layers, total, "sum over layers")
        if not self.normalized:
            return sum_of_layers
        scale = self._scale(contributions)
        return scaled(scale, "1 / highest attainable score", sum_of_layers, "normalised BM25")

    def _contributions(self, snapshot: Snapshot, query: Query) -> dict[str, list[_TermScores]]:
        """Compute what each known query term contributes, by layer; the one place where scores are made."""
        return {layer: list(self._layer_contributions(snapshot, query, layer)) for layer in self.layers}

    def _layer_contributions(self, snapshot: Snapshot, query: Query, layer: str) -> Iterator[_TermScores]:
        for term, occurrences in query.terms(layer).items():
            postings = self._searched(snapshot.postings(layer, term))
            if not len(postings.docs):
                continue
            frequencies = self._field_frequencies(snapshot, layer, postings)
            starts = np.flatnonzero(np.diff(postings.docs, prepend=-1))
            docs = postings.docs[starts]
            tf = saturation(np.add.reduceat(frequencies, starts), self.k1)
            idf = self._idf(snapshot, layer, len(docs))
            yield _TermScores(layer, term, docs, idf, occurrences, tf, postings)

    def _searched(self, postings: TermPostings) -> TermPostings:
        """Drop postings of fields without weight."""
        if len(self.fields) == N_FIELDS:
            return postings
        keep = field_weights(self.fields)[postings.fields] > 0
        return TermPostings(postings.docs[keep], postings.fields[keep], postings.frequencies[keep])

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
            terms = {term for segment in snapshot.segments for term in segment.layer(layer).terms}
            found = (len(self._searched(snapshot.postings(layer, term)).docs) for term in sorted(terms))
            values = [okapi_idf(snapshot.n_docs, df) for df in found if df]
            return math.fsum(values) / len(values)

        return snapshot.memo.get(("mean okapi idf", layer, *self.fields), compute)

    def _scale(self, contributions: Mapping[str, list[_TermScores]]) -> float:
        if not self.normalized:
            return 1.0
        highest = math.fsum(
            weight * part.occurrences * part.idf * (self.k1 + 1.0)
            for layer, weight in self.layers.items()
            for part in contributions[layer]
        )
        return 1.0 / highest if highest > 0 else 1.0

    def _explain_term(self, snapshot: Snapshot, part: _TermScores, position: int) -> Explanation:
        here = part.postings.docs == part.docs[position]
        of_doc = TermPostings(
            part.postings.docs[here], part.postings.fields[here], part.postings.frequencies[here]
        )
        frequencies = self._field_frequencies(snapshot, part.layer, of_doc)
        fields = tuple(
            Explanation(
                value=float(value),
                description=f"weighted, length-normalised frequency in {FIELDS[number]} (×{count})",
                field=FIELDS[number],
            )
            for number, count, value in zip(of_doc.fields, of_doc.frequencies, frequencies, strict=True)
        )
        tf = float(part.tf[position])
        joined = float(sum(field.value for field in fields))
        return Explanation(
            value=float(part.values[position]),
            description=f"term {part.term} in layer {part.layer}",
            operation="product",
            term=part.term,
            layer=part.layer,
            details=(
                Explanation(value=part.occurrences, description="occurrences in the query"),
                Explanation(
                    value=part.idf, description=f"idf ({len(part.docs)} of {snapshot.n_docs} entries)"
                ),
                summed(fields, joined, "frequency over fields"),
                Explanation(value=tf / joined, description=f"saturation with k1 = {self.k1}"),
            ),
        )


def check_weights(name: str, weights: Mapping[Any, Any], allowed: tuple[str, ...] | None) -> None:
    """Check a mapping of names to weights.

    Raises:
        SettingsError: If it is empty, holds an unknown name, or a weight that is not a number above 0.
    """
    if not weights:
        raise SettingsError(f"{name} is empty; give at least one with its weight")
    for key, weight in weights.items():
        if allowed is not None and key not in allowed:
            raise SettingsError(f"{name} holds {key!r}; allowed are {', '.join(allowed)}")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
            raise SettingsError(f"{name}.{key} came as {weight!r}; a weight is a number above 0")


def field_weights(fields: Mapping[FieldName, float]) -> FloatArray:
    """Lay weights out as an array of shape (N_FIELDS,), 0 for fields left out."""
    return np.array([fields.get(field, 0.0) for field in FIELDS])
