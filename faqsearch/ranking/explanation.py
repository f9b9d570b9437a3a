"""Why a score is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import prod
from typing import Final, Literal, TypeAlias, get_args

from faqsearch.index import INDEX_FIELDS, IndexField

MatchKind: TypeAlias = Literal[
    "exact", "owner", "synonym", "reading", "typo", "near", "confirmed", "fragment", "meaning"
]
"""How an entry matches: by a word of the query itself, by a synonym of the owner's or the dictionary's, by
reading, by a slip of the pen, by a word of near meaning, by a word of confirmed inquiries, by a piece of a
word, or by the meaning of the whole only."""

MATCH_KINDS: Final[tuple[MatchKind, ...]] = get_args(MatchKind)
"""The kinds, the strictest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A tree whose value equals the score it explains.

    Attributes:
        value: The value of this node: the sum or product of its details, or a given number for a leaf.
        description: What the value is, in English.
        operation: How the value comes from the details.
        details: The parts.
        term: The matched term of the entry, where the node is about one.
        asked: The word of the query, where it is another than the term.
        kind: How the two match.
        layer: The layer of the term.
        field: The field, where the node is about one.
    """

    value: float
    description: str
    operation: Literal["sum", "product", "leaf"] = "leaf"
    details: tuple[Explanation, ...] = ()
    term: str | None = None
    asked: str | None = None
    kind: MatchKind | None = None
    layer: str | None = None
    field: IndexField | None = None

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
            name: value
            for name in ("term", "asked", "kind", "layer", "field")
            if (value := getattr(self, name)) is not None
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
        kind: How it matches the query.
        asked: The word of the query it stands for, where that is another.
    """

    term: str
    layer: str
    fields: tuple[IndexField, ...]
    value: float
    kind: MatchKind = "exact"
    asked: str | None = None


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

    A term that matched in several rankers of a fusion is listed once for each layer, values added, as the
    strictest of its kinds.
    """
    found: dict[tuple[str, str], Match] = {}
    for node, factor in _term_nodes(explanation, 1.0):
        term, layer = str(node.term), str(node.layer)
        # Parts about another term are of what else matches the same word of the query.
        own = {detail.field for detail in _walk(node) if detail.term in (None, term)}
        fields = tuple(name for name in INDEX_FIELDS if name in own)
        match = Match(
            term=term,
            layer=layer,
            fields=fields,
            value=factor * node.value,
            kind=node.kind or "exact",
            asked=node.asked,
        )
        found[layer, term] = _joined(found[layer, term], match) if (layer, term) in found else match
    return tuple(sorted(found.values(), key=lambda match: (-match.value, match.layer, match.term)))


def _joined(known: Match, other: Match) -> Match:
    strictest = min(known, other, key=lambda match: MATCH_KINDS.index(match.kind))
    fields = tuple(name for name in INDEX_FIELDS if name in known.fields + other.fields)
    return replace(strictest, fields=fields, value=known.value + other.value)


def strictest_kind(explanation: Explanation) -> MatchKind:
    """Return the strictest way in which an entry matches; ``meaning`` if it shares no term with the query."""
    kinds = [match.kind for match in matches(explanation)]
    return min(kinds, key=MATCH_KINDS.index, default="meaning")


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
