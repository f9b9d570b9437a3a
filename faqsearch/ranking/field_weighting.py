"""How often terms occur in entries, all fields together: weighted, and normalised by the lengths of fields.

The part of BM25F that depends on the entries alone, computed once for a snapshot: a search then reads one
number for each term and entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS, FieldName
from faqsearch.index import (
    DocumentFrequencies,
    LayerIndex,
    Snapshot,
    blocks_of_terms,
    document_frequencies,
    field_lengths,
)
from faqsearch.index.derived import kept_with_segment
from faqsearch.ranking import accumulate
from faqsearch.ranking.clauses import Impacts, Rough, rough_values
from faqsearch.ranking.expansion import Option
from faqsearch.ranking.occurrences import Occurrences, Part
from faqsearch.ranking.rows import Block, FloatArray, Matrix, Numbers, Stretches
from faqsearch.ranking.sums import sum_stretches

_TINY = 1e-200


@dataclass(frozen=True, slots=True)
class SearchedLayer:
    """What a search looks up in a layer of a segment.

    Attributes:
        numbers: Term to its number.
        document_frequencies: Of its terms, over all segments.
        impacts: What the compiled loops read: joined frequencies that may be those of an earlier snapshot,
            and all that the exact ones are made of. None where nothing is skipped.
        low: What the impacts are now is at least this times what they were.
        high: It is at most this times what they were.
    """

    numbers: Mapping[str, int]
    document_frequencies: DocumentFrequencies
    impacts: Impacts
    low: float
    high: float


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
        if accumulate.kernel is not None:
            self.searched(snapshot, layer, compiled=True)
            return
        for number, (offset, segment, _) in enumerate(snapshot.parts()):
            self.matrix(snapshot, Part(number, offset, segment, ()), layer)

    def matrix(self, snapshot: Snapshot, part: Part, layer: str) -> Matrix:
        """Join the fields of every term in every live document of a segment."""

        def compute() -> Matrix:
            average = self.average_lengths(snapshot, layer)
            return self._joined(part.segment.layer(layer), average, snapshot.live[part.number])

        return snapshot.memo.get(("BM25 frequencies", layer, part.number, *self._settings), compute)

    def searched(self, snapshot: Snapshot, layer: str, *, compiled: bool) -> Sequence[SearchedLayer]:
        """Return what a search looks up in a layer of each segment, with or without impacts."""

        def compute() -> list[SearchedLayer]:
            frequencies = document_frequencies(snapshot, layer, self.fields)
            return [
                SearchedLayer(
                    segment.layer(layer).numbers,
                    counts,
                    *(self._compiled(snapshot, number, layer) if compiled else (None, 1.0, 1.0)),
                )
                for number, (segment, counts) in enumerate(zip(snapshot.segments, frequencies, strict=True))
            ]

        return snapshot.memo.get(("BM25 search", compiled, layer, *self._settings), compute)

    def _compiled(self, snapshot: Snapshot, number: int, layer: str) -> tuple[Impacts, float, float]:
        """Return what the compiled loops read of a segment, and by which factors its impacts may be off.

        The impacts are joined frequencies by the average lengths of the segment alone, dead documents
        included: others hold the same segment, in which other documents are alive.
        """

        def first() -> _Reference:
            lengths = index.lengths
            counted = np.count_nonzero(lengths, axis=1) if self.lucene else lengths.shape[1]
            own = lengths.sum(axis=1, dtype=np.int64) / np.maximum(counted, 1)
            matrix = self._joined(index, own, None)
            rough = rough_values(matrix, matrix.frequencies)
            # Where no term stands in two fields of a document, both are the same: one is read, and kept.
            docs = matrix.docs if len(matrix.docs) < len(index.postings) else index.postings.docs
            return _Reference(rough.values, rough.blocks, rough.most, matrix.indptr, docs, own)

        index = snapshot.segments[number].layer(layer)
        now = self.average_lengths(snapshot, layer)
        reference = snapshot.segments[number].memo.get(("BM25 impacts", layer, *self._settings), first)
        # Each field counts 1 / (1 - b + b length / average): between as much and as many times as much as the
        # average has grown.
        weights = field_weights(self.fields)
        known = (weights > 0) & (reference.average_lengths > 0) & (now > 0)
        grown = now[known] / reference.average_lengths[known]
        postings = index.postings
        exact = accumulate.kernel.Occurrences(
            reference.impacts(Stretches(reference.indptr, reference.docs)),
            postings.indptr,
            postings.docs,
            postings.fields,
            postings.frequencies,
            index.lengths,
            weights,
            now,
            self.b,
        )
        return exact, float(grown.min(initial=1.0)), float(grown.max(initial=1.0))

    def counted(
        self, snapshot: Snapshot, part: Part, found: Occurrences, docs: npt.NDArray[np.int32]
    ) -> tuple[Numbers, FloatArray]:
        """Tell which occurrences are in searched fields, and what each counts.

        Args:
            snapshot: The snapshot.
            part: The segment.
            found: The occurrences.
            docs: The documents of the segment that they are in.
        """
        counted = np.flatnonzero(field_weights(self.fields)[found.fields] > 0)
        fields, where = found.fields[counted], docs[found.docs[counted]]
        values = np.empty(len(counted))
        for number, one in enumerate(part.located):
            mine = slice(None) if len(part.located) == 1 else found.layers[counted] == number
            average = self.average_lengths(snapshot, one.layer)[fields[mine]]
            lengths = one.index.lengths[fields[mine], where[mine]]
            values[mine] = self._worth(field_weights(self.fields)[fields[mine]], lengths, average)
        values *= found.frequencies[counted]
        return counted, values

    def _joined(self, index: LayerIndex, average: FloatArray, live: npt.NDArray[np.bool_] | None) -> Matrix:
        """Join the fields of every term in every document of a segment, or every live one."""
        postings = index.postings
        weights = field_weights(self.fields)
        worth = self._worth(weights[:, None], index.lengths, average[:, None])

        def blocks() -> Iterator[Block]:
            for some, here, which in blocks_of_terms(postings.indptr):
                fields, docs = postings.fields[here], postings.docs[here]
                chosen = weights[fields] > 0
                counted = np.flatnonzero(chosen if live is None else chosen & live[docs])
                terms, docs = which[counted], docs[counted]
                frequencies = postings.frequencies[here][counted] * worth[fields[counted], docs]
                starts = np.flatnonzero(np.diff(terms, prepend=-1) | np.diff(docs, prepend=-1))
                joined = sum_stretches(frequencies, starts)
                counts = np.bincount(terms[starts], minlength=some.stop - some.start)
                yield counts, docs[starts], joined

        return Matrix.of(blocks(), len(index.terms), len(postings))

    @cached_property
    def _settings(self) -> tuple[object, ...]:
        """All that the worth of an occurrence depends on, beside the snapshot."""
        return (self.lucene, self.b, *sorted(self.fields.items()))

    def _worth(self, weights: FloatArray, lengths: npt.NDArray[np.int32], average: FloatArray) -> FloatArray:
        """Return what an occurrence in a field counts: w_f / (1 - b + b len / avglen_f)."""
        # A field that no document has is of no length, and nothing stands in it.
        relative = lengths / np.where(average > 0, average, 1.0)
        worth: FloatArray = weights / np.maximum(1.0 - self.b + self.b * relative, _TINY)
        return worth

    def average_lengths(self, snapshot: Snapshot, layer: str) -> FloatArray:
        """Return the average length of each field in the live documents, shape (N_FIELDS,)."""
        lengths = field_lengths(snapshot, layer)
        averages: FloatArray = lengths.totals / np.maximum(
            lengths.counts if self.lucene else snapshot.n_docs, 1
        )
        return averages


@kept_with_segment("BM25 impacts")
@dataclass(frozen=True, slots=True)
class _Reference(Rough):
    """Rounded frequencies, where they stand, and the average lengths by which they were normalised."""

    indptr: Numbers
    docs: npt.NDArray[np.int32]
    average_lengths: FloatArray


def by_layer(options: Sequence[Option], layer: str) -> list[tuple[str, Numbers, tuple[str, ...]]]:
    """Group options, whose terms may be of several layers: layer, positions, terms; the given layer first."""
    found: dict[str, dict[int, str]] = {layer: {}}
    for position, option in enumerate(options):
        found.setdefault(option.layer, {})[position] = option.term
    return [(name, np.array(list(at), np.int64), tuple(at.values())) for name, at in found.items()]


def field_weights(fields: Mapping[FieldName, float]) -> FloatArray:
    """Lay weights out as an array of shape (N_FIELDS,), 0 for fields left out."""
    return np.array([fields.get(field, 0.0) for field in FIELDS])
