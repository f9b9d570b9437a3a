"""Document frequencies of whole vocabularies, over all segments of a snapshot."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from faqsearch.entry import FIELDS, FieldName
from faqsearch.index import Snapshot

Counts = npt.NDArray[np.int64]


def document_frequencies(
    snapshot: Snapshot, layer: str, fields: Collection[FieldName] = FIELDS
) -> list[Counts]:
    """Count, for each segment, in how many live documents of all segments each of its terms occurs.

    Args:
        snapshot: The segments.
        layer: The layer of the terms.
        fields: The fields in which they count.
    """
    searched = np.array([field in fields for field in FIELDS])

    def compute() -> list[Counts]:
        own = []
        for _, segment, live in snapshot.parts():
            postings = segment.layer(layer).postings
            counted = np.flatnonzero(searched[postings.fields] & live[postings.docs])
            terms = np.repeat(np.arange(len(postings.indptr) - 1), np.diff(postings.indptr))[counted]
            pairs = np.diff(terms, prepend=-1) | np.diff(postings.docs[counted], prepend=-1)
            terms = terms[pairs != 0]
            own.append(np.bincount(terms, minlength=len(postings.indptr) - 1).astype(np.int64))
        return add_up(snapshot, layer, own)

    return snapshot.memo.get(("document frequencies", layer, *np.flatnonzero(searched).tolist()), compute)


def add_up(snapshot: Snapshot, layer: str, own: Sequence[Counts]) -> list[Counts]:
    """Add to the counts of each segment's terms those of the same terms in other segments.

    Args:
        snapshot: The segments.
        layer: The layer of the terms.
        own: For each segment shape (n_terms,); counts in its own live documents.
    """
    total = [counts.copy() for counts in own]
    layers = [segment.layer(layer) for segment in snapshot.segments]
    for a, b in ((a, b) for a in range(len(own)) for b in range(len(own)) if a != b):
        smaller = min((layers[a], layers[b]), key=lambda index: len(index.terms))
        common = [term for term in smaller.terms if term in layers[a].numbers and term in layers[b].numbers]
        here = [layers[a].numbers[term] for term in common]
        there = [layers[b].numbers[term] for term in common]
        total[a][here] += own[b][there]
    return total
