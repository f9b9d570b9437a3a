"""An entry as the index sees it: counted terms for each layer and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from faqsearch.analysis import Analyzer
from faqsearch.confirmations import NO_VARIANTS, PrivateVariants
from faqsearch.entry import FIELDS, FaqEntry, FieldName

FieldCounts = Mapping[int, Mapping[str, int]]
"""Field number (position in ``FIELDS``) to term to frequency; empty fields are absent."""

IndexField = FieldName | Literal["confirmed"]
"""Where a term can match: in a field of the entry, or in inquiries that were confirmed for it."""

INDEX_FIELDS: Final[tuple[IndexField, ...]] = (*FIELDS, "confirmed")
"""The places in which a term can match, in the order in which they are named."""

_PRIVATE: Final = "confirmed:"


class EntryTexts(NamedTuple):
    """The texts of an entry that have dense vectors."""

    question: str
    variants: tuple[str, ...]
    answer: str


NO_TEXTS: Final = EntryTexts("", (), "")


@dataclass(frozen=True, slots=True)
class Document:
    """The counted terms of one entry.

    Attributes:
        id: Id of the entry.
        layers: Layer name to the counts of its fields.
        texts: The texts that dense vectors are made of.
    """

    id: str
    layers: Mapping[str, FieldCounts]
    texts: EntryTexts = NO_TEXTS


def private_layer(layer: str) -> str:
    """Return the layer that holds the confirmed inquiries' terms of an analyzer's layer.

    It stands apart, so that no statistic of what the owner wrote (document frequencies, lengths, norms, the
    vocabulary) depends on what customers wrote.
    """
    return _PRIVATE + layer


def is_private_layer(layer: str) -> bool:
    """Tell whether a layer holds terms of confirmed inquiries."""
    return layer.startswith(_PRIVATE)


def index_layers(analyzer: Analyzer) -> tuple[str, ...]:
    """Return the layers of an index: the analyzer's and, for each, its private one."""
    return (*analyzer.layers, *(private_layer(layer) for layer in analyzer.layers))


def analyze_entry(analyzer: Analyzer, entry: FaqEntry, confirmed: PrivateVariants = NO_VARIANTS) -> Document:
    """Analyse every searched field of an entry, and the confirmed inquiries into the private layers."""
    layers: dict[str, dict[int, Counter[str]]] = {layer: {} for layer in analyzer.layers}
    for number, field in enumerate(FIELDS):
        text = entry.field_text(field)
        if not text:
            continue
        for layer, terms in analyzer.analyze(text).layers.items():
            if terms.terms:
                layers[layer][number] = Counter(terms.terms)
    for layer, counts in _confirmed_terms(analyzer, confirmed).items():
        layers[private_layer(layer)] = {0: counts}
    return Document(entry.id, layers, EntryTexts(entry.question, entry.variants, entry.answer))


def _confirmed_terms(analyzer: Analyzer, confirmed: PrivateVariants) -> dict[str, Counter[str]]:
    """Return the terms that confirmed inquiries teach, each once however often it stands there."""
    by_operators = _texts_with(analyzer, confirmed.operator)
    by_customers = _texts_with(analyzer, confirmed.customer)
    found: dict[str, Counter[str]] = {}
    for layer in analyzer.layers:
        taught = set(by_operators[layer])
        taught |= {term for term, texts in by_customers[layer].items() if texts >= confirmed.customers}
        # What holds a digit is an order number, a telephone number or a date more often than a way of asking.
        kept = sorted(term for term in taught if not any(character.isdigit() for character in term))
        if kept:
            found[layer] = Counter(dict.fromkeys(kept, 1))
    return found


def _texts_with(analyzer: Analyzer, texts: Iterable[str]) -> dict[str, Counter[str]]:
    """Count for each layer and term the texts that hold it."""
    found: dict[str, Counter[str]] = {layer: Counter() for layer in analyzer.layers}
    for text in texts:
        for layer, terms in analyzer.analyze(text).layers.items():
            found[layer].update(set(terms.terms))
    return found
