"""What an analyzer makes of a text, and the seam that every analyzer implements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from faqsearch.analysis.normalize import NormalizedText


@dataclass(frozen=True, slots=True)
class LayerTerms:
    """The terms of one layer in text order.

    Attributes:
        terms: n terms; a term that occurs twice stands twice.
        starts: n offsets into the normalised text where each term begins.
        ends: n offsets where it ends (exclusive).
    """

    terms: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.terms)


@dataclass(frozen=True, slots=True)
class Terms:
    """The layered terms of one text.

    Attributes:
        text: The normalised text that the offsets of all layers count in.
        layers: Layer name to its terms; every layer of the analyzer is present, possibly empty.
    """

    text: NormalizedText
    layers: Mapping[str, LayerTerms]

    def original_span(self, layer: str, position: int) -> tuple[int, int]:
        """Return where the term at ``position`` of ``layer`` stands in the original text."""
        terms = self.layers[layer]
        return self.text.original_span(terms.starts[position], terms.ends[position])


@runtime_checkable
class Analyzer(Protocol):
    """Turns texts of entries and queries alike into terms."""

    @property
    def fingerprint(self) -> str:
        """Everything that can change the terms: library, dictionary version, options."""
        ...

    @property
    def layers(self) -> tuple[str, ...]:
        """The names of the layers it fills, the main one first."""
        ...

    def analyze(self, text: str) -> Terms:
        """Analyse any string; never raises for odd characters or length."""
        ...
