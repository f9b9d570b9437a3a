"""The immutable inverted index of a set of documents."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS
from faqsearch.errors import SettingsError
from faqsearch.index.document import POPULARITY_LAYER, Document, EntryTexts, is_private_layer
from faqsearch.index.memo import Memo

N_FIELDS: Final = len(FIELDS)
IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of some terms: where each occurs, in which field, how often.

    Attributes:
        indptr: Shape (n_terms + 1,); postings of term t stand at ``indptr[t]:indptr[t + 1]``.
        docs: Shape (n,); document numbers, ascending within a term.
        fields: Shape (n,); field numbers, ascending within a document.
        frequencies: Shape (n,); occurrences, at least 1.
    """

    indptr: npt.NDArray[np.int64]
    docs: IntArray
    fields: npt.NDArray[np.uint8]
    frequencies: IntArray

    def __len__(self) -> int:
        return len(self.docs)


@dataclass(frozen=True, slots=True)
class LayerIndex:
    """One layer of a segment.

    Attributes:
        terms: The vocabulary in code-point order; the position of a term is its number.
        postings: The postings of all terms.
        lengths: Shape (N_FIELDS, n_docs); number of terms in each field of each document.
        numbers: Term to its number.
    """

    terms: tuple[str, ...]
    postings: Postings
    lengths: IntArray
    numbers: Mapping[str, int] = field(repr=False)

    def known(self, terms: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Look terms up: positions in ``terms`` of those in the vocabulary, and their numbers."""
        found = [
            (position, self.numbers[term]) for position, term in enumerate(terms) if term in self.numbers
        ]
        positions, numbers = np.array(found, np.int64).reshape(-1, 2).T
        return positions, numbers


def gather(
    begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """List the places in some stretches of an array, stretch after stretch, without a loop.

    Args:
        begins: Where each stretch begins.
        ends: Where it ends.

    Returns:
        For each place the number of its stretch, and where it is.
    """
    counts = ends - begins
    shifts = begins - (np.cumsum(counts) - counts)
    which = np.repeat(np.arange(len(begins), dtype=np.int64), counts)
    return which, np.arange(counts.sum()) + np.repeat(shifts, counts)


@dataclass(frozen=True)
class Segment:
    """An immutable index of n_docs documents.

    The same documents in the same order always give the same arrays.

    Attributes:
        doc_ids: Ids of the documents; the position is the document number.
        layers: Layer name to its index.
        texts: The texts of the documents that dense vectors are made of.
    """

    doc_ids: tuple[str, ...]
    layers: Mapping[str, LayerIndex]
    texts: tuple[EntryTexts, ...] = field(repr=False)

    @property
    def n_docs(self) -> int:
        """Number of documents."""
        return len(self.doc_ids)

    def layer(self, name: str) -> LayerIndex:
        """Return one layer.

        Raises:
            SettingsError: If the analyzer did not fill such a layer.
        """
        try:
            return self.layers[name]
        except KeyError:
            filled = ", ".join(layer for layer in self.layers if not is_private_layer(layer))
            raise SettingsError(f"layer {name!r} is not in the index; the analyzer fills {filled}") from None

    @cached_property
    def memo(self) -> Memo:
        """Values derived from this segment alone."""
        return Memo()

    @cached_property
    def doc_numbers(self) -> Mapping[str, int]:
        """Document id to document number."""
        return {doc_id: number for number, doc_id in enumerate(self.doc_ids)}


def build_segment(documents: Sequence[Document], layers: Iterable[str]) -> Segment:
    """Invert documents into a segment.

    Args:
        documents: Documents with distinct ids.
        layers: The layers to index; a document may lack some.
    """
    ids = tuple(document.id for document in documents)
    inverted = {layer: _invert(documents, layer) for layer in layers}
    return Segment(ids, inverted, tuple(document.texts for document in documents))


def _invert(documents: Sequence[Document], layer: str) -> LayerIndex:
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    # Arrays, not lists: four bytes a number, of which there are hundreds for each document.
    terms, frequencies, stretches = array("i"), array("i"), array("i")
    lengths = np.zeros((N_FIELDS, len(documents)), np.int32)
    for doc, document in enumerate(documents):
        for field_number, counts in document.layers.get(layer, {}).items():
            terms.extend(map(numbers.__getitem__, counts))
            frequencies.extend(counts.values())
            stretches.extend((doc, field_number, len(counts)))
            lengths[field_number, doc] = sum(counts.values())
    docs, fields, repeated = np.frombuffer(stretches, np.int32).reshape(-1, 3).T
    columns = (
        np.frombuffer(terms, np.int32),
        np.repeat(docs, repeated),
        np.repeat(fields, repeated),
        np.frombuffer(frequencies, np.int32),
    )
    return _layer_index(tuple(numbers), columns, lengths)


def _layer_index(
    vocabulary: tuple[str, ...],
    columns: Sequence[npt.NDArray[Any]],
    lengths: IntArray,
) -> LayerIndex:
    """Sort postings by (term, doc, field), with the vocabulary in code-point order.

    Args:
        vocabulary: Terms in the order of their numbers.
        columns: Term numbers, documents, fields and frequencies, one value for each posting.
        lengths: Shape (N_FIELDS, n_docs).
    """
    terms, docs, fields, frequencies = columns
    ordered = sorted(range(len(vocabulary)), key=vocabulary.__getitem__)
    rank = np.empty(len(vocabulary), np.int64)
    rank[ordered] = np.arange(len(vocabulary))
    terms = rank[terms]
    order = np.lexsort((fields, docs, terms))
    indptr = np.zeros(len(vocabulary) + 1, np.int64)
    np.cumsum(np.bincount(terms, minlength=len(vocabulary)), out=indptr[1:])
    postings = Postings(
        indptr,
        docs[order].astype(np.int32),
        fields[order].astype(np.uint8),
        frequencies[order].astype(np.int32),
    )
    sorted_terms = tuple(vocabulary[number] for number in ordered)
    return LayerIndex(sorted_terms, postings, lengths, {term: n for n, term in enumerate(sorted_terms)})


def popularities(segment: Segment) -> npt.NDArray[np.int64]:
    """Return how many confirmed inquiries count for each document, shape (n_docs,)."""
    layer = segment.layers.get(POPULARITY_LAYER)
    if layer is None:
        return np.zeros(segment.n_docs, np.int64)
    found: npt.NDArray[np.int64] = layer.lengths[0].astype(np.int64)
    return found


def merge_segments(segments: Sequence[Segment], keep: Sequence[npt.NDArray[np.bool_]]) -> Segment:
    """Join the kept documents of several segments into one, without analysing anything again.

    Args:
        segments: Segments with the same layers and, among kept documents, distinct ids.
        keep: For each segment a mask of shape (n_docs,).
    """
    columns = [
        column
        for segment, mask in zip(segments, keep, strict=True)
        for column, kept in zip(zip(segment.doc_ids, segment.texts, strict=True), mask, strict=True)
        if kept
    ]
    merged = {layer: _merge_layer(layer, segments, keep) for layer in segments[0].layers}
    return Segment(tuple(doc_id for doc_id, _ in columns), merged, tuple(texts for _, texts in columns))


def _merge_layer(
    layer: str, segments: Sequence[Segment], keep: Sequence[npt.NDArray[np.bool_]]
) -> LayerIndex:
    numbers: dict[str, int] = {}
    columns: list[list[npt.NDArray[Any]]] = [[], [], [], []]
    lengths: list[IntArray] = []
    offset = 0
    for segment, mask in zip(segments, keep, strict=True):
        index = segment.layers[layer]
        postings = index.postings
        kept = mask[postings.docs]
        new_docs = np.cumsum(mask) - 1 + offset
        term_of_posting = np.repeat(np.arange(len(index.terms)), np.diff(postings.indptr))[kept]
        # Only terms that still occur: a merged vocabulary equals that of a fresh build.
        used = np.unique(term_of_posting)
        renumbered = np.zeros(len(index.terms), np.int64)
        renumbered[used] = [numbers.setdefault(index.terms[term], len(numbers)) for term in used]
        columns[0].append(renumbered[term_of_posting])
        columns[1].append(new_docs[postings.docs[kept]])
        columns[2].append(postings.fields[kept])
        columns[3].append(postings.frequencies[kept])
        lengths.append(index.lengths[:, mask])
        offset += int(mask.sum())
    joined = [np.concatenate(column) for column in columns]
    return _layer_index(tuple(numbers), joined, np.concatenate(lengths, axis=1))
