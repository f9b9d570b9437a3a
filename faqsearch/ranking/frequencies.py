"""Document frequencies of whole vocabularies, over all segments of a snapshot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from faqsearch.index import Snapshot, document_frequencies

__all__ = ["Counts", "add_up", "document_frequencies"]

Counts = npt.NDArray[np.int64]


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
