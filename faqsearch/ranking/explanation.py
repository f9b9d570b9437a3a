"""Why a score is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Literal

from faqsearch.entry import FIELDS, FieldName


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A tree whose value equals the score it explains.

    Attributes:
        value: The value of this node: the sum or product of its details, or a given number for a leaf.
        description: What the value is, in English.
        operation: How the value comes from the details.
        details: The parts.
        term: The matched term, where the node is about one.
        layer: The layer of the term.
        field: The field, where the node is about one.
    """

    value: float
    description: str
    operation: Literal["sum", "product", "leaf"] = "leaf"
    details: tuple[Explanation, ...] = ()
    term: str | None = None
    layer: str | None = None
    field: FieldName | None = None

    def recomputed(self) -> float:
        """Compute the value afresh from the leaves; equals ``value`` up to floating-point rounding."""
        if self.operation == "leaf":
            return self.value
        values = (detail.recomputed() for detail in self.details)
        return sum(values) if self.operation == "sum" else prod(values)

    def to_dict(self) -> dict[str, object]:
        """Return the tree as plain JSON-ready values; absent attributes are left out."""
        node: dict[str, object] = {"value": self.value, "description": self.description}
        node |= {
            name: value for name in ("term", "layer", "field") if (value := getattr(self, name)) is not None
        }
        if self.details:
            node |= {"operation": self.operation, "details": [detail.to_dict() for detail in self.details]}
        return node


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """One matched term of a hit: the short form of an explanation.

    Attributes:
        term: The term as the index knows it.
        layer: The layer it matched in.
        fields: The fields of the entry it stands in.
        value: What it added to the score.
    """

    term: str
    layer: str
    fields: tuple[FieldName, ...]
    value: float


def scaled(weight: float, name: str, part: Explanation, description: str) -> Explanation:
    """Multiply an explanation by a named weight."""
    factor = Explanation(value=weight, description=name)
    return Explanation(
        value=weight * part.value, description=description, operation="product", details=(factor, part)
    )


def summed(parts: Iterable[Explanation], value: float, description: str) -> Explanation:
    """Add explanations up; ``value`` is the sum as the ranker computed it."""
    return Explanation(value=value, description=description, operation="sum", details=tuple(parts))


def matches(explanation: Explanation) -> tuple[Match, ...]:
    """List the matched terms of an explanation, the largest contribution first.

    A term that matched in several rankers of a fusion is listed once for each layer, values added.
    """
    found: dict[tuple[str, str], Match] = {}
    for node, factor in _term_nodes(explanation, 1.0):
        term, layer = str(node.term), str(node.layer)
        fields = tuple(detail.field for detail in _walk(node) if detail.field is not None)
        known = found.get((layer, term))
        match = Match(term=term, layer=layer, fields=fields, value=factor * node.value)
        if known:
            fields = tuple(name for name in FIELDS if name in known.fields + fields)
            match = replace(known, fields=fields, value=known.value + match.value)
        found[layer, term] = match
    return tuple(sorted(found.values(), key=lambda match: (-match.value, match.layer, match.term)))


def _term_nodes(node: Explanation, factor: float) -> Iterator[tuple[Explanation, float]]:
    """Yield the nodes about a term with the product of the weights above them."""
    if node.term is not None:
        yield node, factor
        return
    if node.operation == "product":
        factor *= prod(detail.value for detail in node.details if detail.operation == "leaf")
    for detail in node.details:
        yield from _term_nodes(detail, factor)


def _walk(node: Explanation) -> Iterator[Explanation]:
    yield node
    for detail in node.details:
        yield from _walk(detail)
