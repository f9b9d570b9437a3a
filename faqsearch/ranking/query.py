"""An analysed query: weighted terms for each layer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from faqsearch.analysis import Analyzer


@dataclass(frozen=True, slots=True)
class Query:
    """The terms of a query.

    Attributes:
        layers: Layer name to term to weight (its number of occurrences), in order of first occurrence.
    """

    layers: Mapping[str, Mapping[str, float]]

    def terms(self, layer: str) -> Mapping[str, float]:
        """Return the weighted terms of a layer; empty for a layer the analyzer does not have."""
        return self.layers.get(layer, {})


def analyze_query(analyzer: Analyzer, text: str) -> Query:
    """Analyse the text of a query as the texts of entries are analysed."""
    layers = analyzer.analyze(text).layers
    return Query({name: Counter[str](terms.terms) for name, terms in layers.items()})
