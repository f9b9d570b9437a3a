"""Ranking by dense vectors of whole texts, made by an encoder beforehand, in a space fitted to the base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from faqsearch.encoders import cut_passages
from faqsearch.entry import FieldName
from faqsearch.index import EntryTexts, Segment, Snapshot
from faqsearch.ranking.base import Scores
from faqsearch.ranking.entry_vectors import EntryVectors, entry_vectors
from faqsearch.ranking.explanation import Explanation
from faqsearch.ranking.meaning import VECTOR_FIELDS, check_vector_settings, meaning_explanation
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources, TextVectors


@dataclass(frozen=True, kw_only=True)
class DenseRanker:
    """Cosine of query and entry in a space of dense vectors that is fitted to the base.

    Attributes:
        fields: Weight of each field in the vector of an entry; question and answer must be among them.
        shrinkage: How cautiously the space is fitted, above 0 up to 1 (not at all).
        at_least: Cosines below this count as 0. From 0 up to 1.

    Raises:
        SettingsError: If a value is outside its range.
    """

    fields: Mapping[FieldName, float] = field(
        default_factory=lambda: {"question": 1.0, "variants": 0.5, "answer": 1.0}
    )
    shrinkage: float = 0.3
    at_least: float = 0.1

    def __post_init__(self) -> None:
        check_vector_settings(self.fields, self.shrinkage, self.at_least)

    @property
    def requires(self) -> frozenset[Resource]:
        """Vectors of texts."""
        return frozenset({"text_vectors"})

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Fit the space and place all entries in it."""
        if resources.text_vectors is not None:
            self._entries(snapshot, resources.text_vectors)

    def entries(self, snapshot: Snapshot, resources: Resources) -> EntryVectors | None:
        """Return the vectors of the entries; None without vectors of texts."""
        return self._entries(snapshot, resources.text_vectors) if resources.text_vectors is not None else None

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return cosines in [0, 1], shape (n_slots,); 0 without vectors of texts, or for an empty query."""
        vectors = query.resources.text_vectors
        if vectors is None or not query.text.strip():
            return np.zeros(snapshot.n_slots)
        asked = vectors.query(query.text).astype(np.float64)
        cosines = self._entries(snapshot, vectors).cosines(asked)
        return np.where((cosines >= self.at_least) & (cosines > 0), cosines, 0.0)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: it is of the whole texts, and has no parts."""
        return meaning_explanation(float(self.score(snapshot, query)[doc]), "dense vectors")

    def _entries(self, snapshot: Snapshot, vectors: TextVectors) -> EntryVectors:
        def compute() -> EntryVectors:
            parts = [_field_vectors(segment, vectors) for segment in snapshot.segments]
            fields = {name: np.concatenate([part[name] for part in parts]) for name in VECTOR_FIELDS}
            return entry_vectors(snapshot, fields, self.fields, self.shrinkage)

        weights = tuple(sorted(self.fields.items()))
        key = ("entry vectors", vectors.fingerprint, self.shrinkage, weights)
        return snapshot.memo.get(key, compute)


def entry_passages(texts: EntryTexts) -> tuple[tuple[str, ...], ...]:
    """Return the passages that are encoded for each of ``VECTOR_FIELDS``: long answers are cut."""
    return (texts.question,), texts.variants, cut_passages(texts.answer)


def _field_vectors(segment: Segment, vectors: TextVectors) -> dict[FieldName, npt.NDArray[np.float32]]:
    """Return for each field the mean vector of its passages, shape (n_docs, d); kept with the segment."""

    def compute() -> dict[FieldName, npt.NDArray[np.float32]]:
        found = {name: np.zeros((segment.n_docs, vectors.dimensions), np.float32) for name in VECTOR_FIELDS}
        places = [
            (name, number, passage)
            for number, texts in enumerate(segment.texts)
            for name, passages in zip(VECTOR_FIELDS, entry_passages(texts), strict=True)
            for passage in passages
        ]
        rows = vectors.passages(tuple(passage for _, _, passage in places))
        for (name, number, _), row in zip(places, rows, strict=True):
            found[name][number] += row  # a sum does as well as a mean: only its direction counts
        return found

    return segment.memo.get(("field vectors", vectors.fingerprint), compute)
