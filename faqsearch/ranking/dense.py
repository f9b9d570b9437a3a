"""Ranking by dense vectors of whole texts, made by an encoder beforehand, in a space fitted to the base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from faqsearch.encoders import cut_passages
from faqsearch.encoders.base import unit_rows
from faqsearch.entry import FieldName
from faqsearch.errors import EncoderError
from faqsearch.index import EntryTexts, Segment, Snapshot, gather
from faqsearch.index.carried import carried, forget_carried
from faqsearch.index.derived import kept_with_segment
from faqsearch.ranking.base import Scores
from faqsearch.ranking.entry_vectors import (
    EntryVectors,
    FieldVectors,
    PassageVectors,
    entry_vectors,
    fitted,
    kept,
    passage_vectors,
)
from faqsearch.ranking.explanation import Explanation
from faqsearch.ranking.meaning import VECTOR_FIELDS, check_vector_settings, meaning_explanation
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources, TextVectors
from faqsearch.ranking.space import Space

F = TypeVar("F", np.float16, np.float32)

_MOST_CUT: Final = 16_384
"""Entries whose passages are kept: opening and editing a base ask for them several times."""


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
        entries = self._entries(snapshot, vectors)
        cosines = entries.cosines(_query_vector(entries, vectors, query))
        return np.where((cosines >= self.at_least) & (cosines > 0), cosines, 0.0)

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: it is of the whole texts, and has no parts."""
        return meaning_explanation(float(self.score(snapshot, query)[doc]), "dense vectors")

    def _entries(self, snapshot: Snapshot, vectors: TextVectors) -> EntryVectors:
        def compute() -> EntryVectors:
            fields = _snapshot_fields(snapshot, vectors)
            space = _space(snapshot, vectors, fields, self.shrinkage)
            return entry_vectors(snapshot, space, fields, self.fields)

        weights = tuple(sorted(self.fields.items()))
        key = ("entry vectors", vectors.fingerprint, self.shrinkage, weights)
        return kept(snapshot, key, compute)


@dataclass(frozen=True, kw_only=True)
class PassageRanker:
    """Cosine of the query and the nearest passage of an entry: question, variant or part of the answer.

    Attributes:
        shrinkage: How cautiously the space is fitted, above 0 up to 1 (not at all: it is only centred).
        at_least: Cosines below this count as 0. From 0 up to 1.

    Raises:
        SettingsError: If a value is outside its range.
    """

    shrinkage: float = 1.0
    at_least: float = 0.1

    def __post_init__(self) -> None:
        check_vector_settings(dict.fromkeys(VECTOR_FIELDS, 1.0), self.shrinkage, self.at_least)

    @property
    def requires(self) -> frozenset[Resource]:
        """Vectors of texts."""
        return frozenset({"text_vectors"})

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Fit the space and place all passages in it."""
        if resources.text_vectors is not None:
            self._passages(snapshot, resources.text_vectors)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return cosines in [0, 1], shape (n_slots,); 0 without vectors of texts, or for an empty query."""
        vectors = query.resources.text_vectors
        scores = np.zeros(snapshot.n_slots)
        if vectors is None or not query.text.strip():
            return scores
        passages = self._passages(snapshot, vectors)
        cosines = passages.best_cosines(_query_vector(passages, vectors, query))
        scores[passages.documents] = np.where(cosines >= self.at_least, cosines, 0.0)
        return scores

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one cosine: it is of a whole passage, and has no parts."""
        return meaning_explanation(float(self.score(snapshot, query)[doc]), "dense vectors of one passage")

    def _passages(self, snapshot: Snapshot, vectors: TextVectors) -> PassageVectors:
        def compute() -> PassageVectors:
            space = _space(snapshot, vectors, _snapshot_fields(snapshot, vectors), self.shrinkage)
            parts = [(offset, _decoded(segment, vectors)) for offset, segment, _ in snapshot.parts()]
            owners = np.concatenate([part.owners + offset for offset, part in parts])
            rows = np.concatenate([part.rows for _, part in parts])
            return passage_vectors(snapshot, space, owners, rows)

        return kept(snapshot, ("passages", vectors.fingerprint, self.shrinkage), compute)


def _query_vector(entries: EntryVectors, vectors: TextVectors, query: Query) -> npt.NDArray[np.float32]:
    """Return the vector of a query.

    Raises:
        EncoderError: If it cannot be made, or is not one of those that entries have.
    """
    vector, dimensions = vectors.query(query.text), len(entries.centre)
    if len(vector) != dimensions:
        raise EncoderError(
            f"the query has a vector of {len(vector)} numbers, those of entries have {dimensions}: an encoder"
            " that has become another one must have another fingerprint"
        )
    return vector


@lru_cache(maxsize=_MOST_CUT)
def entry_passages(texts: EntryTexts) -> tuple[tuple[str, ...], ...]:
    """Return the passages that are encoded for each of ``VECTOR_FIELDS``: long answers are cut."""
    return (texts.question,), texts.variants, cut_passages(texts.answer)


@kept_with_segment("encoded passages", of_vectors=True, by_document=True)
@dataclass(frozen=True, slots=True)
class Encoded:
    """The vectors of a segment's passages as an encoder gave them.

    Attributes:
        owners: Shape (n,); the document of each passage, ascending.
        fields: Shape (n,); the position of its field in ``VECTOR_FIELDS``.
        rows: Shape (n, d); rounded to float16, as ``CachedEncoder`` does.
    """

    owners: npt.NDArray[np.int32]
    fields: npt.NDArray[np.uint8]
    rows: npt.NDArray[np.float16]

    def taken(self, documents: npt.NDArray[np.int64]) -> Encoded:
        """Return the vectors of some documents, ascending, which are numbered anew."""
        begins = np.searchsorted(self.owners, documents)
        which, places = gather(begins, np.searchsorted(self.owners, documents, side="right"))
        return Encoded(which.astype(np.int32), self.fields[places], self.rows[places])


def to_encode(snapshot: Snapshot, fingerprint: str) -> Iterator[EntryTexts]:
    """Yield the texts of the documents of a snapshot that have no vectors of an encoder yet."""
    key = _encoded_key(fingerprint)
    for segment in snapshot.segments:
        if not segment.memo.knows(key):
            for known, _, texts in _runs(segment, key):
                yield from texts if known is None else ()


def _encoded_key(fingerprint: str) -> tuple[str, str]:
    return ("encoded passages", fingerprint)


def _encoded(segment: Segment, vectors: TextVectors) -> Encoded:
    """Return the vectors of a segment's passages; kept with the segment."""
    key = _encoded_key(vectors.fingerprint)

    def compute() -> Encoded:
        parts, offset = list[Encoded](), 0
        for known, documents, texts in _runs(segment, key):
            part = _encode(texts, vectors) if known is None else known.taken(documents)
            parts.append(replace(part, owners=part.owners + np.int32(offset)))
            offset += len(documents)
        if len(parts) == 1:
            return parts[0]
        return Encoded(
            np.concatenate([part.owners for part in parts]),
            np.concatenate([part.fields for part in parts]),
            _concatenated([part.rows for part in parts]),
        )

    found = segment.memo.get(key, compute)
    forget_carried(segment.memo, key)
    return found


def _runs(
    segment: Segment, key: tuple[str, str]
) -> Iterator[tuple[Encoded | None, npt.NDArray[np.int64], Sequence[EntryTexts]]]:
    """Yield stretches of a segment's documents: where their vectors are, if anywhere, and their texts."""
    texts = iter(segment.texts)
    for known, documents in carried(segment.memo, key, segment.n_docs):
        yield known, documents, tuple(islice(texts, len(documents)))


def _encode(entries: Sequence[EntryTexts], vectors: TextVectors) -> Encoded:
    """Return the vectors of the passages of entries, numbered in order."""
    places = [
        (owner, field_number, passage)
        for owner, texts in enumerate(entries)
        for field_number, passages in enumerate(entry_passages(texts))
        for passage in passages
    ]
    rows = vectors.passages(tuple(passage for _, _, passage in places))
    return Encoded(
        np.array([owner for owner, _, _ in places], np.int32),
        np.array([field_number for _, field_number, _ in places], np.uint8),
        rows.reshape(len(places), vectors.dimensions).astype(np.float16),
    )


@dataclass(frozen=True, slots=True)
class _Decoded:
    """The vectors of a segment's passages, of length 1, and what is made of them.

    Attributes:
        owners: Shape (n,); the document of each passage, ascending.
        rows: Shape (n, d).
        fields: For each field the sum of its passages' vectors, shape (n_docs, d): only its direction counts.
    """

    owners: npt.NDArray[np.int64]
    rows: npt.NDArray[np.float32]
    fields: FieldVectors


def _decoded(segment: Segment, vectors: TextVectors) -> _Decoded:
    """Return the vectors of a segment's passages, ready for use; kept with the segment."""

    def compute() -> _Decoded:
        encoded = _encoded(segment, vectors)
        owners, rows = encoded.owners.astype(np.int64), unit_rows(encoded.rows, "the encoder")
        fields: dict[FieldName, npt.NDArray[np.float32]] = {}
        for field_number, name in enumerate(VECTOR_FIELDS):
            fields[name] = np.zeros((segment.n_docs, rows.shape[1]), np.float32)
            here = np.flatnonzero(encoded.fields == field_number)
            firsts = np.flatnonzero(np.diff(owners[here], prepend=-1))
            if len(here):
                fields[name][owners[here[firsts]]] = np.add.reduceat(rows[here], firsts)
        return _Decoded(owners, rows, fields)

    return segment.memo.get(("decoded passages", vectors.fingerprint), compute)


def _snapshot_fields(snapshot: Snapshot, vectors: TextVectors) -> FieldVectors:
    """Return the vectors of the fields of all documents, shape (n_slots, d) each."""
    parts = [_decoded(segment, vectors).fields for segment in snapshot.segments]
    return {name: _concatenated([part[name] for part in parts]) for name in VECTOR_FIELDS}


def _concatenated(parts: Sequence[npt.NDArray[F]]) -> npt.NDArray[F]:
    """Put vectors one behind the other.

    Raises:
        EncoderError: If they are of different lengths.
    """
    if len({part.shape[1] for part in parts}) > 1:
        raise EncoderError(
            "entries have vectors of different lengths: an encoder that has become another one must have"
            " another fingerprint"
        )
    return np.concatenate(parts)


def _space(snapshot: Snapshot, vectors: TextVectors, fields: FieldVectors, shrinkage: float) -> Space:
    """Return the space fitted with a shrinkage; kept with the snapshot, for all rankers that use it."""
    key = ("space", vectors.fingerprint, shrinkage)
    return snapshot.memo.get(key, lambda: fitted(snapshot, fields, shrinkage))
