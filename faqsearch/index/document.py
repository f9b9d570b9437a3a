"""An entry as the index sees it: counted terms for each layer and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from faqsearch.analysis import Analyzer
from faqsearch.entry import FIELDS, FaqEntry

FieldCounts = Mapping[int, Mapping[str, int]]
"""Field number (position in ``FIELDS``) to term to frequency; empty fields are absent."""


@dataclass(frozen=True, slots=True)
class Document:
    """The counted terms of one entry.

    Attributes:
        id: Id of the entry.
        layers: Layer name to the counts of its fields.
    """

    id: str
    layers: Mapping[str, FieldCounts]


def analyze_entry(analyzer: Analyzer, entry: FaqEntry) -> Document:
    """Analyse every searched field of an entry."""
    layers: dict[str, dict[int, Counter[str]]] = {layer: {} for layer in analyzer.layers}
    for number, field in enumerate(FIELDS):
        text = entry.field_text(field)
        if not text:
            continue
        for layer, terms in analyzer.analyze(text).layers.items():
            if terms.terms:
                layers[layer][number] = Counter(terms.terms)
    return Document(entry.id, layers)
