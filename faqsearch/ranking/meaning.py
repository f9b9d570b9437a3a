"""Ranking by meaning with word vectors: what a query is about, not which words it uses.

A text is the sum of the vectors of its words, each weighted by its idf (Arora, Liang & Ma, "A Simple but
Tough-to-Beat Baseline for Sentence Embeddings", 2017, weigh alike), in a space fitted to the base (see
``space``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from faqsearch.entry import FIELDS, FieldName
from faqsearch.index import DocumentFrequencies, Segment, Snapshot, document_frequencies
from faqsearch.ranking.base import Scores
from faqsearch.ranking.bm25 import lucene_idf
from faqsearch.ranking.checks import check_number, check_weights
from faqsearch.ranking.entry_vectors import EntryVectors, FieldVectors, entry_vectors, fitted, kept
from faqsearch.ranking.explanation import Explanation
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources
from faqsearch.ranking.space import Vectors
from faqsearch.ranking.word_facts import term_vectors
from faqsearch.vectors import WordVectors

VECTOR_FIELDS: tuple[FieldName, ...] = ("question", "variants", "answer")
"""The fields that have vectors."""


@dataclass(frozen=True, kw_only=True)
class MeaningRanker:
    """Cosine of query and entry in a space of word vectors that is fitted to the base.

    Attributes:
        fields: Weight of each field in the vector of an entry; question and answer must be among them.
        layer: The layer whose terms have word vectors.
        shrinkage: How cautiously the space is fitted, above 0 up to 1 (not at all).
        at_least: Cosines below this count as 0: an entry that shares no word with the query is found only if
            its meaning is that near. From 0 up to 1.

    Raises:
        SettingsError: If a value is outside its range.
    """

    fields: Mapping[FieldName, float] = field(
        default_factory=lambda: {"question": 1.0, "variants": 0.5, "answer": 1.0}
    )
    layer: str = "a"
    shrinkage: float = 0.3
    at_least: float = 0.1

    def __post_init__(self) -> None:
        check_vector_settings(self.fields, self.shrinkage, self.at_least)

    @property
    def requires(self) -> frozenset[Resource]:
        """Word vectors."""
        return frozenset({"word_vectors"})

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Fit the space and place all entries in it."""
        if resources.word_vectors is not None:
            self._entries(snapshot, resources.word_vectors)

    def entries(self, snapshot: Snapshot, resources: Resources) -> EntryVectors | None:
        """Return the vectors of the entries; None without word vectors."""
        return self._entries(snapshot, resources.word_vectors) if resources.word_vectors is not None else None

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return cosines in [0, 1], shape (n_slots,); 0 without word vectors."""
        vectors = query.resources.word_vectors
        words = tuple(query.terms(self.layer))
        if vectors is None or not words:
            return np.zeros(snapshot.n_slots)
        cosines = self._entries(snapshot, vectors).cosines(self._query_vector(snapshot, vectors, words))
        return np.where((cosines >= self.at_least) & (cosines > 0), cosines, 0.0)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: it is of the whole texts, and has no parts."""
        return meaning_explanation(float(self.score(snapshot, query)[doc]), "word vectors")

    def _query_vector(self, snapshot: Snapshot, vectors: WordVectors, words: tuple[str, ...]) -> Vectors:
        positions, rows = vectors.lookup(words)
        frequencies = self._frequencies(snapshot, tuple(words[position] for position in positions.tolist()))
        total = np.zeros(vectors.dimensions)
        for row, frequency in zip(rows.astype(np.float64), frequencies, strict=True):
            total += lucene_idf(snapshot.n_docs, max(1, frequency)) / np.sqrt(row @ row) * row
        return total.astype(np.float32)

    def _frequencies(self, snapshot: Snapshot, words: tuple[str, ...]) -> list[int]:
        """Count the entries that have each of some words."""
        counts = [0] * len(words)
        all_frequencies = document_frequencies(snapshot, self.layer)
        for segment, frequencies in zip(snapshot.segments, all_frequencies, strict=True):
            known, numbers = segment.layer(self.layer).known(words)
            for position, frequency in zip(known.tolist(), frequencies[numbers].tolist(), strict=True):
                counts[position] = frequency  # each segment has the count over all of them
        return counts

    def _entries(self, snapshot: Snapshot, vectors: WordVectors) -> EntryVectors:
        def compute() -> EntryVectors:
            parts = [
                self._field_vectors(segment, snapshot.n_docs, frequencies, vectors)
                for segment, frequencies in zip(
                    snapshot.segments, document_frequencies(snapshot, self.layer), strict=True
                )
            ]
            fields = {name: np.concatenate([part[name] for part in parts]) for name in VECTOR_FIELDS}
            return entry_vectors(snapshot, fitted(snapshot, fields, self.shrinkage), fields, self.fields)

        return kept(snapshot, self._key(vectors), compute)

    def _key(self, vectors: WordVectors) -> tuple[object, ...]:
        weights = tuple(sorted(self.fields.items()))
        return ("entry vectors", vectors.fingerprint, self.layer, self.shrinkage, weights)

    def _field_vectors(
        self, segment: Segment, n_docs: int, frequencies: DocumentFrequencies, vectors: WordVectors
    ) -> FieldVectors:
        """Add up the vectors of the words of each field: (1 + ln tf) * idf * unit vector."""
        from scipy.sparse import csr_array  # takes long to import, and many a base has no vectors

        known = term_vectors(segment, self.layer, vectors)
        row_of_term = np.full(len(frequencies), -1)
        row_of_term[known.numbers] = np.arange(len(known.numbers))
        df = np.maximum(frequencies[known.numbers], 1)
        idf = np.log1p((n_docs - df + 0.5) / (df + 0.5))
        scales = (idf / np.maximum(known.lengths, 1.0)).astype(np.float32)
        units = known.rows.astype(np.float32) * scales[:, None]
        postings = segment.layer(self.layer).postings
        rows = row_of_term[np.repeat(np.arange(len(frequencies)), np.diff(postings.indptr))]
        found: dict[FieldName, Vectors] = {}
        for name in VECTOR_FIELDS:
            here = (postings.fields == FIELDS.index(name)) & (rows >= 0)
            damped = 1.0 + np.log(postings.frequencies[here], dtype=np.float32)
            shape = (segment.n_docs, len(units))
            found[name] = csr_array((damped, (postings.docs[here], rows[here])), shape) @ units
        return found


def check_vector_settings(fields: Mapping[FieldName, float], shrinkage: float, at_least: float) -> None:
    """Check what rankers by vectors are made of.

    Raises:
        SettingsError: If a value is outside its range.
    """
    check_weights("fields", fields, VECTOR_FIELDS, required=("question", "answer"))
    check_number("shrinkage", shrinkage, "it must be a number above 0 and at most 1", highest=1)
    check_number("at_least", at_least, "it must be a number from 0 to 1", zero=True, highest=1)


def meaning_explanation(value: float, source: str) -> Explanation:
    """Explain a similarity of whole texts."""
    return Explanation(value=value, description=f"similarity of meaning, by {source}", kind="meaning")
