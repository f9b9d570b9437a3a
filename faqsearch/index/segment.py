"""The immutable inverted index of a set of documents."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import gather
from faqsearch.entry import FIELDS
from faqsearch.errors import SettingsError
from faqsearch.index.derived import kept_with_segment
from faqsearch.index.document import POPULARITY_LAYER, Document, EntryTexts, is_private_layer
from faqsearch.index.memo import Memo
from faqsearch.index.strings import NumbersOf, PackedStrings

N_FIELDS: Final = len(FIELDS)
IntArray = npt.NDArray[np.int32]
Unsigned = npt.NDArray[np.unsignedinteger[Any]]
_AT_A_TIME: Final = 1 << 20
"""Postings that are looked at together: what that takes of memory does not grow with the base."""


@dataclass(frozen=True, slots=True)
class Postings:
    """Postings of some terms: where each occurs, in which field, how often.

    Attributes:
        indptr: Shape (n_terms + 1,); postings of term t stand at ``indptr[t]:indptr[t + 1]``.
        docs: Shape (n,); document numbers, ascending within a term.
        fields: Shape (n,); field numbers, ascending within a document.
        frequencies: Shape (n,); occurrences, at least 1, in as few bytes as they take: see ``narrow``.
    """

    indptr: npt.NDArray[np.int64]
    docs: IntArray
    fields: npt.NDArray[np.uint8]
    frequencies: Unsigned

    def __len__(self) -> int:
        return len(self.docs)


def narrow(numbers: npt.NDArray[np.integer[Any]]) -> Unsigned:
    """Return numbers of at least 0 in 1, 2 or 4 bytes each, whichever holds the largest of them."""
    return numbers.astype(np.min_scalar_type(numbers.max(initial=0)), copy=False)


@kept_with_segment("postings of documents")
@dataclass(frozen=True, slots=True)
class Transposed:
    """The postings by document instead of by term.

    Attributes:
        starts: Shape (n_docs + 1,); those of document d stand at ``starts[d]:starts[d + 1]``.
        terms: Shape (n_postings,); term numbers, ascending within a document.
        fields: Shape (n_postings,); field numbers, ascending within a term.
        frequencies: Shape (n_postings,); occurrences, at least 1, in as few bytes as they take.
    """

    starts: npt.NDArray[np.int64]
    terms: IntArray
    fields: npt.NDArray[np.uint8]
    frequencies: Unsigned

    def of(self, docs: npt.NDArray[np.integer[Any]]) -> DocumentPostings:
        """Return the postings of some documents, document after document."""
        which, here = gather(self.starts[docs], self.starts[docs + 1])
        return DocumentPostings(which, self.terms[here], self.fields[here], self.frequencies[here])


class DocumentPostings(NamedTuple):
    """Postings of some documents, document after document, and of each by term, then by field.

    Attributes:
        docs: Shape (n,); positions among the documents that were asked for.
        terms: Shape (n,); term numbers.
        fields: Shape (n,); field numbers.
        frequencies: Shape (n,); occurrences, at least 1.
    """

    docs: npt.NDArray[np.int64]
    terms: IntArray
    fields: npt.NDArray[np.uint8]
    frequencies: Unsigned


@dataclass(frozen=True)
class LayerIndex:
    """One layer of a segment.

    Attributes:
        terms: The vocabulary in code-point order; the position of a term is its number.
        postings: The postings of all terms.
        lengths: Shape (N_FIELDS, n_docs); number of terms in each field of each document.
        numbers: Term to its number.
    """

    terms: Sequence[str]
    postings: Postings
    lengths: IntArray
    numbers: Mapping[str, int] = field(repr=False)

    @cached_property
    def by_document(self) -> Transposed:
        """The postings by document instead of by term, sorted on first use."""
        postings, n_docs = self.postings, self.lengths.shape[1]
        stretches = [slice(at, at + _AT_A_TIME) for at in range(0, len(postings), _AT_A_TIME)]
        starts = np.zeros(n_docs + 1, np.int64)
        for some in stretches:
            starts[1:] += np.bincount(postings.docs[some], minlength=n_docs)
        np.cumsum(starts, out=starts)
        terms, fields, frequencies = (
            np.empty(len(postings), kind) for kind in (np.int32, np.uint8, postings.frequencies.dtype)
        )
        free = starts[:-1].copy()
        for some in stretches:
            docs = postings.docs[some]
            order, counts = np.argsort(docs, kind="stable"), np.bincount(docs, minlength=n_docs)
            # Behind those of its document that are there: its place among the others of this stretch.
            places = (free - np.cumsum(counts) + counts)[docs[order]] + np.arange(len(docs))
            ends: npt.NDArray[np.int64] = np.clip(postings.indptr, some.start, some.start + len(docs))
            terms[places] = np.repeat(np.arange(len(self.terms), dtype=np.int32), np.diff(ends))[order]
            fields[places] = postings.fields[some][order]
            frequencies[places] = postings.frequencies[some][order]
            free += counts
        return Transposed(starts, terms, fields, frequencies)

    @property
    def term_of_each(self) -> npt.NDArray[np.int64]:
        """Shape (n_postings,); the number of the term of each posting."""
        return np.repeat(np.arange(len(self.terms)), np.diff(self.postings.indptr))

    def terms_of(self, numbers: npt.NDArray[np.int64]) -> list[str]:
        """Return the terms of some numbers."""
        if isinstance(self.terms, PackedStrings):
            return self.terms.some(numbers.tolist())
        return list(map(self.terms.__getitem__, numbers.tolist()))

    def known(self, terms: Sequence[str]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Look terms up: positions in ``terms`` of those in the vocabulary, and their numbers."""
        found = np.fromiter(map(self.numbers.get, terms, repeat(-1)), np.int64, len(terms))
        positions = np.flatnonzero(found >= 0)
        return positions, found[positions]


def blocks_of_terms(
    indptr: npt.NDArray[np.int64],
) -> Iterator[tuple[slice, slice, npt.NDArray[np.int64]]]:
    """Yield stretches of terms, where their postings stand, and of each posting which of these terms it has.

    Not too many postings stand together, if not of one term: what is computed of one stretch after the other
    takes no memory that grows with the base.

    Args:
        indptr: Shape (n_terms + 1,); the postings of term t stand at ``indptr[t]:indptr[t + 1]``.
    """
    first, n_terms = 0, len(indptr) - 1
    while first < n_terms:
        behind = int(np.searchsorted(indptr, indptr[first] + _AT_A_TIME, side="right")) - 1
        behind = min(max(behind, first + 1), n_terms)
        which = np.repeat(np.arange(behind - first), np.diff(indptr[first : behind + 1]))
        yield slice(first, behind), slice(int(indptr[first]), int(indptr[behind])), which
        first = behind


@kept_with_segment("order of ids")
@dataclass(frozen=True, slots=True)
class _Order:
    """Numbers in some order."""

    numbers: IntArray


@dataclass(frozen=True)
class Segment:
    """An immutable index of n_docs documents.

    The same documents in the same order always give the same arrays.

    Attributes:
        doc_ids: Ids of the documents; the position is the document number.
        layers: Layer name to its index.
        texts: The texts of the documents that dense vectors are made of.
    """

    doc_ids: Sequence[str]
    layers: Mapping[str, LayerIndex]
    texts: Sequence[EntryTexts] = field(repr=False)

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
        if isinstance(self.doc_ids, PackedStrings):
            return NumbersOf(self.doc_ids, self.by_id)
        return {doc_id: number for number, doc_id in enumerate(self.doc_ids)}

    @property
    def by_id(self) -> IntArray:
        """Shape (n_docs,); the numbers of the documents in the order of their ids."""

        def compute() -> _Order:
            ids = list(self.doc_ids)
            return _Order(np.array(sorted(range(len(ids)), key=ids.__getitem__), np.int32))

        return self.memo.get(("order of ids",), compute).numbers

    def by_document(self, layer: str) -> Transposed:
        """Return the postings of a layer by document instead of by term."""
        return self.memo.get(("postings of documents", layer), lambda: self.layer(layer).by_document)


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
    if not numbers:
        return empty_layer(len(documents))
    docs, fields, repeated = np.frombuffer(stretches, np.int32).reshape(-1, 3).T
    columns = (
        np.frombuffer(terms, np.int32),
        np.repeat(docs, repeated),
        np.repeat(fields, repeated),
        np.frombuffer(frequencies, np.int32),
    )
    return _layer_index(tuple(numbers), columns, lengths)


def empty_layer(n_docs: int) -> LayerIndex:
    """Return a layer without terms, such as that of confirmed inquiries where there are none."""
    nothing = Postings(
        np.zeros(1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.uint8), np.zeros(0, np.uint8)
    )
    return LayerIndex((), nothing, np.zeros((N_FIELDS, n_docs), np.int32), {})


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
        narrow(frequencies)[order],
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
