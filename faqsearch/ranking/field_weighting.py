"""How often terms occur in entries, all fields together: weighted, and normalised by the lengths of fields.

The part of BM25F that depends on the entries alone, computed once for a snapshot: a search then reads one
number for each term and entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS, FieldName
from faqsearch.index import Segment, Snapshot
from faqsearch.ranking.expansion import Option
from faqsearch.ranking.rows import Matrix, Rows, find_rows

FloatArray = npt.NDArray[np.float64]

_TINY = 1e-200


@dataclass(frozen=True)
class FieldWeighting:
    """What an occurrence in a field counts.

    Attributes:
        fields: Weight of each field, above 0; fields left out are not searched.
        b: Length normalisation, 0 (none) to 1 (full).
        lucene: Whether average lengths are of the documents that have the field, not of all.
    """

    fields: Mapping[FieldName, float]
    b: float
    lucene: bool

    def prepare(self, snapshot: Snapshot, layer: str) -> None:
        """Compute what searches of a layer will need."""
        self._matrices(snapshot, layer)

    def rows(self, snapshot: Snapshot, options: Sequence[Option]) -> list[Rows]:
        """Find the options of a query, segment by segment, asked for by their positions."""
        layers = [
            (layer, np.array(list(chosen), np.int64), tuple(chosen.values()), self._matrices(snapshot, layer))
            for layer, chosen in by_layer(options)
        ]
        found = []
        for number, (offset, segment, _) in enumerate(snapshot.parts()):
            stretches = []
            for layer, positions, terms, matrices in layers:
                known, numbers = segment.layer(layer).known(terms)
                stretches.append((matrices[number], numbers, positions[known]))
            found.append(find_rows(offset, segment.n_docs, stretches))
        return found

    def _matrices(self, snapshot: Snapshot, layer: str) -> list[Matrix]:
        """Join the fields of every term in every live document, for each segment."""

        def compute() -> list[Matrix]:
            return [
                self._matrix(snapshot, layer, offset, segment, live)
                for offset, segment, live in snapshot.parts()
            ]

        return snapshot.memo.get(("BM25 frequencies", layer, *self._settings), compute)

    def _matrix(
        self, snapshot: Snapshot, layer: str, offset: int, segment: Segment, live: npt.NDArray[np.bool_]
    ) -> Matrix:
        index = segment.layer(layer)
        postings = index.postings
        terms = np.repeat(np.arange(len(index.terms)), np.diff(postings.indptr))
        searched = field_weights(self.fields)[postings.fields] > 0
        counted = np.flatnonzero(live[postings.docs] & searched)
        terms, docs = terms[counted], postings.docs[counted]
        places = postings.fields[counted] * np.int64(snapshot.n_slots) + (docs + np.int64(offset))
        frequencies = postings.frequencies[counted] * self.worth(snapshot, layer)[places]
        starts = np.flatnonzero(np.diff(terms, prepend=-1) | np.diff(docs, prepend=-1))
        joined = np.add.reduceat(frequencies, starts) if len(starts) else frequencies
        indptr = np.searchsorted(terms[starts], np.arange(len(index.terms) + 1))
        return Matrix(indptr.astype(np.int64), docs[starts], joined)

    @property
    def _settings(self) -> tuple[object, ...]:
        """All that the worth of an occurrence depends on, beside the snapshot."""
        return (self.lucene, self.b, *sorted(self.fields.items()))

    def worth(self, snapshot: Snapshot, layer: str) -> FloatArray:
        """Return what one occurrence in a field of a document is worth, shape (N_FIELDS * n_slots,).

        That is w_f / (1 - b + b len / avglen_f): its weighted, length-normalised frequency.
        """

        def compute() -> FloatArray:
            average = self._average_lengths(snapshot, layer)[:, None]
            # A field that no document has is of no length, and nothing stands in it.
            relative = snapshot.lengths(layer) / np.where(average > 0, average, 1.0)
            weights = field_weights(self.fields)[:, None]
            return (weights / np.maximum(1.0 - self.b + self.b * relative, _TINY)).ravel()

        return snapshot.memo.get(("field worth", layer, *self._settings), compute)

    def _average_lengths(self, snapshot: Snapshot, layer: str) -> FloatArray:
        def compute() -> FloatArray:
            lengths = snapshot.lengths(layer)
            totals = lengths.sum(axis=1, dtype=np.int64)
            counted = (lengths > 0).sum(axis=1) if self.lucene else snapshot.n_docs
            averages: FloatArray = totals / np.maximum(counted, 1)
            return averages

        return snapshot.memo.get(("average lengths", layer, self.lucene), compute)


def by_layer(options: Sequence[Option]) -> list[tuple[str, dict[int, str]]]:
    """Group options, whose terms may be of several layers: the position of each to its term."""
    by_layer: dict[str, dict[int, str]] = {}
    for position, option in enumerate(options):
        by_layer.setdefault(option.layer, {})[position] = option.term
    return list(by_layer.items())


def field_weights(fields: Mapping[FieldName, float]) -> FloatArray:
    """Lay weights out as an array of shape (N_FIELDS,), 0 for fields left out."""
    return np.array([fields.get(field, 0.0) for field in FIELDS])
