"""What confirmed inquiries teach, in layers of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from faqsearch.analysis import Analyzer
from faqsearch.confirmations import PrivateVariants
from faqsearch.index.document import analyze_confirmed, index_layers, is_private_layer
from faqsearch.index.segment import N_FIELDS, LayerIndex, build_segment


def learnt_layers(
    doc_ids: Sequence[str], private: Mapping[str, PrivateVariants], analyzer: Analyzer
) -> dict[str, LayerIndex]:
    """Index what confirmed inquiries teach; of most entries there are none.

    Args:
        doc_ids: Ids of the entries; the position is the document number.
        private: The confirmed inquiries that count, by entry.
        analyzer: The analyzer.
    """
    taught = [number for number, doc_id in enumerate(doc_ids) if doc_id in private] if private else []
    documents = [analyze_confirmed(analyzer, doc_ids[n], private[doc_ids[n]]) for n in taught]
    few = build_segment(documents, filter(is_private_layer, index_layers(analyzer)))
    numbers = np.array(taught, np.int32)
    found = {}
    for name, index in few.layers.items():
        lengths = np.zeros((N_FIELDS, len(doc_ids)), np.int32)
        lengths[:, numbers] = index.lengths
        postings = replace(index.postings, docs=numbers[index.postings.docs])
        found[name] = replace(index, postings=postings, lengths=lengths)
    return found
