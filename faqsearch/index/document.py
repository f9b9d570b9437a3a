"""An entry as the index sees it: counted terms for each layer and field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from faqsearch.analysis import Analyzer, TermLister
from faqsearch.confirmations import NO_VARIANTS, PrivateVariants
from faqsearch.entry import FIELDS, FaqEntry, FieldName
from faqsearch.index.memo import Memo

FieldCounts = Mapping[int, Mapping[str, int]]
"""Field number (position in ``FIELDS``) to term to frequency; empty fields are absent."""

IndexField = FieldName | Literal["confirmed"]
"""Where a term can match: in a field of the entry, or in inquiries that were confirmed for it."""

INDEX_FIELDS: Final[tuple[IndexField, ...]] = (*FIELDS, "confirmed")
"""The places in which a term can match, in the order in which they are named."""

_PRIVATE: Final = "confirmed:"

POPULARITY_LAYER: Final = _PRIVATE
"""The private layer that has one term for each confirmed inquiry that counts, whatever its words."""


@dataclass(frozen=True)
class EntryTexts:
    """The texts of an entry that dense vectors and completions are made of."""

    question: str
    variants: tuple[str, ...]
    answer: str

    @cached_property
    def memo(self) -> Memo:
        """Values derived from these texts alone, such as their readings; they outlive a segment."""
        return Memo()


NO_TEXTS: Final = EntryTexts("", (), "")


@dataclass(frozen=True, slots=True)
class Document:
    """The counted terms of one entry.

    Attributes:
        id: Id of the entry.
        layers: Layer name to the counts of its fields.
        texts: The texts that dense vectors and completions are made of.
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
    """Return the layers of an index: the analyzer's, for each its private one, and that of popularity."""
    return (*analyzer.layers, *(private_layer(layer) for layer in analyzer.layers), POPULARITY_LAYER)


def analyze_entry(analyzer: Analyzer, entry: FaqEntry, confirmed: PrivateVariants = NO_VARIANTS) -> Document:
    """Analyse every searched field of an entry, and the confirmed inquiries into the private layers."""
    layers: dict[str, dict[int, Counter[str]]] = {layer: {} for layer in analyzer.layers}
    for number, field in enumerate(FIELDS):
        text = entry.field_text(field)
        if not text:
            continue
        for layer, terms in _terms(analyzer, text).items():
            if terms:
                layers[layer][number] = Counter(terms)
    taught = analyze_confirmed(analyzer, entry.id, confirmed).layers
    return Document(entry.id, {**layers, **taught}, EntryTexts(entry.question, entry.variants, entry.answer))


def _terms(analyzer: Analyzer, text: str) -> Mapping[str, list[str]]:
    """Return the terms of a text for each layer; where they stand is of no use in an index."""
    if isinstance(analyzer, TermLister):
        return analyzer.terms(text)
    return {layer: found.terms for layer, found in analyzer.analyze(text).layers.items()}


def analyze_confirmed(analyzer: Analyzer, entry_id: str, confirmed: PrivateVariants) -> Document:
    """Analyse nothing but the confirmed inquiries of an entry, into the private layers."""
    if not confirmed.operator and not confirmed.customer:  # as nearly always
        return Document(entry_id, {})
    taught = _confirmed_terms(analyzer, confirmed)
    layers = {private_layer(layer): {0: counts} for layer, counts in taught.items()}
    if popularity := len(confirmed.operator) + len(confirmed.customer):
        layers[POPULARITY_LAYER] = {0: Counter({"": popularity})}
    return Document(entry_id, layers)


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
        for layer, terms in _terms(analyzer, text).items():
            found[layer].update(set(terms))
    return found
