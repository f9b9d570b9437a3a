"""One vector for each entry, from those of its question, variants and answer, and what is near to a query."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from faqsearch.encoders import APPROXIMATE_FROM, HnswIndex, NearestIndex, PassageMatrix
from faqsearch.entry import FieldName
from faqsearch.index import Snapshot
from faqsearch.index.derived import kept_with_segment
from faqsearch.ranking.space import Space, Vectors, learn_space, sample, sample_keys
from faqsearch.vectors.quantize import quantize

FloatArray = npt.NDArray[np.float64]

FieldVectors = Mapping[FieldName, Vectors]
"""Field name to vectors of shape (n_slots, d); of zeros where an entry lacks the field."""
V = TypeVar("V", bound="EntryVectors")


@kept_with_segment("entry vectors", of_vectors=True)
@dataclass(frozen=True)
class EntryVectors:
    """The vectors of the documents of a snapshot, as whole numbers.

    Attributes:
        centre: Shape (d,); that of the space they are in.
        transform: Shape (d, d); that of the space they are in.
        rows: Shape (n_slots, d); int8.
        lengths: Shape (n_slots,); lengths of the rows, 0 for documents without a vector.
    """

    centre: Vectors
    transform: Vectors
    rows: npt.NDArray[np.int8]
    lengths: FloatArray

    @cached_property
    def space(self) -> Space:
        """The space they are in."""
        return Space(self.centre, self.transform)

    def cosines(self, vector: Vectors) -> FloatArray:
        """Compare all documents with a vector of shape (d,) that is not yet in the space.

        Both sides are rounded to whole numbers, whose products float32 adds up exactly: the cosine of a
        document is the same to the last bit whatever documents stand beside it. Of more than
        ``APPROXIMATE_FROM`` documents only about the nearest ``MOST_NEAR`` are looked for, through a graph,
        where the extra ``ann`` is installed.

        Returns:
            Shape (n_slots,); from -1 to 1, 0 for documents without a vector or a vector of zeros.
        """
        placed = self.space.project(vector[None, :])
        if self._graph is not None:
            near, found = self._graph.nearest(placed[0], MOST_NEAR)
            cosines = np.zeros(len(self.rows))
            cosines[near] = found
            return cosines
        whole = quantize(placed)[0].astype(np.float32)
        length = float(np.sqrt(np.dot(whole, whole).astype(np.float64)))
        cosines = self._products(whole).astype(np.float64)
        cosines /= np.maximum(self.lengths * length, 1.0)
        return cosines

    def _products(self, whole: Vectors) -> Vectors:
        """Return the products of all rows with a vector of whole numbers, shape (n_slots,)."""
        if self._columns is not None:
            wide: Vectors = whole @ self._columns
            return wide
        products = np.empty(len(self.rows), np.float32)
        for start in range(0, len(self.rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            np.dot(self.rows[block].astype(np.float32), whole, out=products[block])
        return products

    @cached_property
    def _columns(self) -> Vectors | None:
        """The rows as float32, one a column; None where that would take much memory.

        A processor reads a matrix in this order twice as fast as row by row.
        """
        if self.rows.size > _MOST_WIDENED:
            return None
        return np.ascontiguousarray(self.rows.T).astype(np.float32)

    @cached_property
    def _graph(self) -> NearestIndex | None:
        """Finds near rows without looking at all of them; None where all are looked at."""
        if len(self.rows) <= APPROXIMATE_FROM or importlib.util.find_spec("usearch") is None:
            return None
        return HnswIndex(PassageMatrix(self.rows, self.lengths))

    def among(self, documents: npt.NDArray[np.int64]) -> FloatArray:
        """Return the cosines of some documents with each other, shape (n, n); as exact as ``cosines``."""
        rows = self.rows[documents].astype(np.float32)
        lengths = np.maximum(self.lengths[documents], 1.0)
        cosines: FloatArray = (rows @ rows.T) / (lengths[:, None] * lengths)
        return cosines


MOST_NEAR: Final = 1_000
"""Documents that are looked for where there are too many to look at all."""
_MOST_WIDENED = 2**22
"""Components that are kept as float32 as well: 16 MiB."""
_BLOCK = 512
"""Rows that are widened to float32, or placed in a space, at a time: they stay in the processor's cache."""


def entry_vectors(
    snapshot: Snapshot, space: Space, fields: FieldVectors, weights: Mapping[FieldName, float]
) -> EntryVectors:
    """Place the live documents of a snapshot in a space.

    Args:
        snapshot: The documents.
        space: The space.
        fields: Vectors of their fields; ``question`` and ``answer`` must be there.
        weights: Weight of each field in the vector of a document.
    """

    def joined(documents: npt.NDArray[np.int64]) -> Vectors:
        total = np.zeros((len(documents), len(space.centre)), np.float32)
        for name, weight in weights.items():
            vectors = fields[name][documents]
            present = vectors.any(axis=1)
            total[present] += np.float32(weight) * space.project(vectors[present])
        return total

    live = live_by_id(snapshot)
    placed, placed_lengths = _rounded(space, live, joined)
    rows, lengths = np.zeros((snapshot.n_slots, placed.shape[1]), np.int8), np.zeros(snapshot.n_slots)
    rows[live], lengths[live] = placed, placed_lengths
    return EntryVectors(space.centre, space.transform, rows, lengths)


def _rounded(
    space: Space, numbers: npt.NDArray[np.int64], place: Callable[[npt.NDArray[np.int64]], Vectors]
) -> tuple[npt.NDArray[np.int8], FloatArray]:
    """Return the vectors in a space of what is numbered as whole numbers, and their lengths."""
    rows = np.empty((len(numbers), len(space.centre)), np.int8)
    lengths = np.empty(len(numbers))
    for start in range(0, len(numbers), _BLOCK):
        block = slice(start, start + _BLOCK)
        rows[block] = quantize(place(numbers[block]))
        whole = rows[block].astype(np.float32)
        lengths[block] = np.sqrt(np.einsum("ij,ij->i", whole, whole).astype(np.float64))
    return rows, lengths


def kept(snapshot: Snapshot, key: Hashable, compute: Callable[[], V]) -> V:
    """Return the vectors of a snapshot, computed once.

    Those of a snapshot that is one whole segment are kept with that, and thus on disk; but not what searches
    derive from them, which is of no use after an edit.
    """

    def begun() -> V:
        if len(snapshot.segments) == 1 and snapshot.live_mask.all():
            return replace(snapshot.segments[0].memo.get(key, compute))
        return compute()

    return snapshot.memo.get(key, begun)


def live_by_id(snapshot: Snapshot) -> npt.NDArray[np.int64]:
    """Return the live documents by id, kept with the snapshot.

    A matrix product may round a row otherwise where it stands at another place: what is put into a space
    stands in this order, whatever edits came before.
    """

    def compute() -> npt.NDArray[np.int64]:
        ids = snapshot.doc_ids
        return np.array(sorted(np.flatnonzero(snapshot.live_mask).tolist(), key=ids.__getitem__), np.int64)

    return snapshot.memo.get("live by id", compute)


def fitted(snapshot: Snapshot, fields: FieldVectors, shrinkage: float) -> Space:
    """Fit a space to the live documents of a snapshot.

    Args:
        snapshot: The documents.
        fields: Vectors of their fields; ``question`` and ``answer`` must be there.
        shrinkage: See ``learn_space``.
    """

    def compute() -> npt.NDArray[np.int64]:
        keys = np.concatenate(
            [
                segment.memo.get("keys of a sample", partial(sample_keys, segment.doc_ids))
                for segment in snapshot.segments
            ]
        )
        live = live_by_id(snapshot)
        return live[sample(keys[live])]

    chosen = snapshot.memo.get("sample", compute)
    return learn_space(fields["question"][chosen], fields["answer"][chosen], shrinkage)


@kept_with_segment("passage vectors", of_vectors=True)
@dataclass(frozen=True)
class PassageVectors(EntryVectors):
    """The vectors of the passages of the documents of a snapshot: a row is one of a passage.

    Attributes:
        documents: Shape (m,); the documents that have passages.
        starts: Shape (m,); where the rows of each begin.
    """

    documents: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]

    def best_cosines(self, vector: Vectors) -> FloatArray:
        """Return the largest cosine of the passages of each document, shape (m,); see ``EntryVectors``."""
        best: FloatArray = np.maximum.reduceat(self.cosines(vector), self.starts)
        return best


def passage_vectors(
    snapshot: Snapshot, space: Space, owners: npt.NDArray[np.int64], passages: Vectors
) -> PassageVectors:
    """Place the passages of the live documents of a snapshot in a space.

    Args:
        snapshot: The documents.
        space: The space.
        owners: Shape (n,); the document of each passage, ascending.
        passages: Shape (n, d).

    Returns:
        The passages of live documents, by the id of the document.
    """
    live = live_by_id(snapshot)
    starts = np.searchsorted(owners, live)
    counts = np.searchsorted(owners, live, side="right") - starts
    firsts = np.cumsum(counts) - counts
    places = np.arange(counts.sum()) + np.repeat(starts - firsts, counts)
    rows, lengths = _rounded(space, places, lambda numbers: space.project(passages[numbers]))
    some = counts > 0
    return PassageVectors(space.centre, space.transform, rows, lengths, live[some], firsts[some])
