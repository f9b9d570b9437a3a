"""Any function ``text -> terms`` as an analyzer, for people who bring their own tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from faqsearch.analysis.normalize import NormalizedText
from faqsearch.analysis.terms import LayerTerms, Terms


@dataclass(frozen=True, kw_only=True, slots=True)
class PlainAnalyzer:
    """Wraps a tokenizer; the text is not normalised, the terms are taken as they come.

    Attributes:
        tokenize: Function from a text to its terms.
        name: Names the function and its version in the fingerprint; change it when the function changes.
        layer: The layer that the terms fill.
    """

    tokenize: Callable[[str], Sequence[str]]
    name: str
    layer: str = "a"

    @property
    def layers(self) -> tuple[str, ...]:
        """The one layer."""
        return (self.layer,)

    @property
    def fingerprint(self) -> str:
        """The given name."""
        return f"plain/1 {self.name}"

    def analyze(self, text: str) -> Terms:
        """Analyse a text. Terms are located by searching for them; one not found spans nothing.

        A term that does not stand in the text literally (a stem, say) is matched but never highlighted.
        """
        terms = list(self.tokenize(text))
        starts: list[int] = []
        ends: list[int] = []
        position = 0
        for term in terms:
            found = text.find(term, position)
            starts.append(max(found, 0))
            ends.append(found + len(term) if found >= 0 else 0)
            position = max(position, ends[-1])
        offsets = list(range(len(text)))
        normalized = NormalizedText(text, offsets, [offset + 1 for offset in offsets])
        return Terms(normalized, {self.layer: LayerTerms(terms, starts, ends)})
