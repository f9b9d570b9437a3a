"""One vector for each entry, from those of its question, variants and answer, and what is near to a query."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from faqsearch.encoders import APPROXIMATE_FROM, HnswIndex, NearestIndex, PassageMatrix
from faqsearch.entry import FieldName
from faqsearch.index import Snapshot
from faqsearch.ranking.space import FloatArray, Space, learn_space, sample, unit
from faqsearch.vectors.quantize import quantize

FieldVectors = Mapping[FieldName, npt.NDArray[np.floating]]
"""Field name to vectors of shape (n_slots, d); of zeros where an entry lacks the field."""


@dataclass(frozen=True)
class EntryVectors:
    """The vectors of the documents of a snapshot, as whole numbers.

    Attributes:
        space: The space they are in.
        rows: Shape (n_slots, d); int8.
        lengths: Shape (n_slots,); lengths of the rows, 0 for documents without a vector.
    """

    space: Space
    rows: npt.NDArray[np.int8]
    lengths: FloatArray

    def cosines(self, vector: FloatArray) -> FloatArray:
        """Compare all documents with a vector of shape (d,) that is not yet in the space.

        Both sides are rounded to whole numbers, whose products float32 adds up exactly: the cosine of a
        document is the same to the last bit whatever documents stand beside it. Of more than
        ``APPROXIMATE_FROM`` documents only about the nearest ``MOST_NEAR`` are looked for, through a graph,
        where the extra ``ann`` is installed.

        Returns:
            Shape (n_slots,); from -1 to 1, 0 for documents without a vector or a vector of zeros.
        """
        placed = self.space.project(vector[None, :])[0]
        if self._graph is not None:
            near, found = self._graph.nearest(placed, MOST_NEAR)
            cosines = np.zeros(len(self.rows))
            cosines[near] = found
            return cosines
        whole = quantize(placed[None, :])[0].astype(np.float32)
        length = float(np.sqrt(np.dot(whole, whole).astype(np.float64)))
        cosines = np.zeros(len(self.rows))
        rows = self.rows if self._widened is None else self._widened
        step = _BLOCK if self._widened is None else max(1, len(rows))
        for start in range(0, len(rows), step):
            block = slice(start, start + step)
            products = (rows[block].astype(np.float32, copy=False) @ whole).astype(np.float64)
            cosines[block] = products / np.maximum(self.lengths[block] * length, 1.0)
        return cosines

    @cached_property
    def _widened(self) -> npt.NDArray[np.float32] | None:
        """The rows as float32, which saves time and costs memory; None where that would be much."""
        return self.rows.astype(np.float32) if self.rows.size <= _MOST_WIDENED else None

    @cached_property
    def _graph(self) -> NearestIndex | None:
        """Finds near rows without looking at all of them; None where all are looked at."""
        if len(self.rows) <= APPROXIMATE_FROM or importlib.util.find_spec("usearch") is None:
            return None
        return HnswIndex(PassageMatrix(self.rows, self.lengths))

    def among(self, documents: npt.NDArray[np.int64]) -> FloatArray:
        """Return the cosines of some documents with each other, shape (n, n); as exact as ``cosines``."""
        rows = (self.rows if self._widened is None else self._widened)[documents].astype(np.float32)
        lengths = self.lengths[documents]
        products: FloatArray = (rows @ rows.T).astype(np.float64)
        return products / np.maximum(lengths[:, None] * lengths, 1.0)


MOST_NEAR: Final = 1_000
"""Documents that are looked for where there are too many to look at all."""
_MOST_WIDENED = 2**22
"""Components that are kept as float32 as well: 16 MiB."""
_BLOCK = 2_048
"""Rows that are widened to float32 at a time: they stay in the processor's cache."""


def entry_vectors(
    snapshot: Snapshot, fields: FieldVectors, weights: Mapping[FieldName, float], shrinkage: float
) -> EntryVectors:
    """Fit a space to the live documents of a snapshot and place them in it.

    Args:
        snapshot: The documents.
        fields: Vectors of their fields; ``question`` and ``answer`` must be there.
        weights: Weight of each field in the vector of a document.
        shrinkage: See ``learn_space``.
    """
    live, space = fitted(snapshot, fields, shrinkage)
    joined = np.zeros(fields["question"].shape)
    for name, weight in weights.items():
        joined[live] += weight * space.project(fields[name][live])
    rows = quantize(unit(joined))
    lengths = np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1))
    return EntryVectors(space, rows, lengths)


def fitted(snapshot: Snapshot, fields: FieldVectors, shrinkage: float) -> tuple[npt.NDArray[np.int64], Space]:
    """Fit a space to the live documents of a snapshot.

    Returns:
        The live documents by id, and the space. A matrix product may round a row otherwise where it stands at
        another place: what is put into the space stands in that order, whatever edits came before.
    """
    ids = snapshot.doc_ids
    live = np.array(sorted(np.flatnonzero(snapshot.live_mask).tolist(), key=ids.__getitem__), np.int64)
    chosen = live[sample([ids[number] for number in live.tolist()])]
    questions, answers = (np.asarray(fields[name][chosen], np.float64) for name in ("question", "answer"))
    return live, learn_space(questions, answers, shrinkage)


def passage_vectors(
    live: npt.NDArray[np.int64],
    space: Space,
    owners: npt.NDArray[np.int64],
    passages: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.int64], EntryVectors]:
    """Place the passages of live documents in a space.

    Args:
        live: The live documents by id.
        space: The space.
        owners: Shape (n,); the document of each passage, ascending.
        passages: Shape (n, d).

    Returns:
        The document of each row, and the rows: those of live documents, by the id of the document.
    """
    starts = np.searchsorted(owners, live)
    counts = np.searchsorted(owners, live, side="right") - starts
    shifts = starts - (np.cumsum(counts) - counts)
    places = np.arange(counts.sum()) + np.repeat(shifts, counts)
    rows = quantize(space.project(passages[places]))
    lengths = np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1))
    return np.repeat(live, counts), EntryVectors(space, rows, lengths)
