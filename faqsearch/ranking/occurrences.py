"""Where the terms of a query stand in few documents, without reading the postings of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqsearch.index import LayerIndex, Segment, Snapshot
from faqsearch.ranking.accumulate import find_places

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Located:
    """Terms of a query that a layer of a segment has.

    Attributes:
        layer: The layer.
        index: Its index.
        asked: Shape (n,); which of the asked terms each is.
        numbers: Shape (n,); its number in the layer.
    """

    layer: str
    index: LayerIndex
    asked: Numbers
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Part:
    """A segment of a snapshot, and where the terms of a query stand in it.

    Attributes:
        number: Position of the segment among those of the snapshot.
        offset: First document number of the segment.
        segment: The segment.
        located: The terms by layer.
    """

    number: int
    offset: int
    segment: Segment
    located: tuple[Located, ...]


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Occurrences of terms in fields of documents: by asked term, then document, then field.

    Attributes:
        asked: Shape (n,); which of the asked terms.
        layers: Shape (n,); position of its layer among those of the part.
        docs: Shape (n,); positions among the documents.
        fields: Shape (n,); field numbers.
        frequencies: Shape (n,); at least 1.
    """

    asked: Numbers
    layers: Numbers
    docs: Numbers
    fields: npt.NDArray[np.uint8]
    frequencies: npt.NDArray[np.int32]


def locate(snapshot: Snapshot, layers: Sequence[tuple[str, Numbers, Sequence[str]]]) -> tuple[Part, ...]:
    """Look terms up in each segment of a snapshot.

    Args:
        snapshot: The snapshot.
        layers: Layers, the positions of terms among all that are asked for, and the terms.
    """
    parts = []
    for number, (offset, segment, _) in enumerate(snapshot.parts()):
        located = []
        for layer, positions, terms in layers:
            index = segment.layer(layer)
            known, numbers = index.known(terms)
            located.append(Located(layer, index, positions[known], numbers))
        parts.append(Part(number, offset, segment, tuple(located)))
    return tuple(parts)


def occurrences(part: Part, docs: npt.NDArray[np.int32]) -> Occurrences:
    """Return where the terms stand in some documents of a segment.

    Args:
        part: The segment with the terms.
        docs: Numbers of the documents within the segment, ascending.
    """
    located = part.located
    postings = [one.index.postings for one in located]
    layers = np.repeat(np.arange(len(located)), [len(one.numbers) for one in located])
    asked = np.concatenate([one.asked for one in located])
    begins = np.concatenate([one.index.postings.indptr[one.numbers] for one in located])
    ends = np.concatenate([one.index.postings.indptr[one.numbers + 1] for one in located])
    rows = np.argsort(asked, kind="stable")
    layers, asked, begins, ends = layers[rows], asked[rows], begins[rows], ends[rows]
    found = find_places([one.docs for one in postings], layers, begins, ends, docs)
    rows, positions, places = found.T
    layers = layers[rows]
    fields = np.empty(len(found), np.uint8)
    frequencies = np.empty(len(found), np.int32)
    for number, one in enumerate(postings):
        mine = slice(None) if len(postings) == 1 else layers == number
        fields[mine], frequencies[mine] = one.fields[places[mine]], one.frequencies[places[mine]]
    return Occurrences(asked[rows], layers, positions, fields, frequencies)
