"""What an analyzer makes of a text, and the seam that every analyzer implements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

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


@runtime_checkable
class TermLister(Protocol):
    """Can leave the places of terms out, which takes less time; an analyzer may be one as well."""

    def terms(self, text: str) -> Mapping[str, list[str]]:
        """Return for each layer the terms that ``analyze`` finds, in any order."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What a dictionary knows of a term on its own.

    Attributes:
        reading: Its reading in katakana; empty if unknown, and for numbers.
        synonym_groups: Numbers of the groups of synonyms it is in; words that share one mean nearly the same.
            Empty for words in so many groups that sharing one says little.
    """

    reading: str = ""
    synonym_groups: frozenset[int] = frozenset()


class KanaWord(NamedTuple):
    """A stretch of kana that may be one word.

    Attributes:
        katakana: The stretch in katakana, at least 2 characters.
        start: Where it begins in the normalised text.
        end: Where it ends (exclusive).
    """

    katakana: str
    start: int
    end: int


@runtime_checkable
class Lexicon(Protocol):
    """Knows words; an analyzer may be one as well."""

    def word(self, term: str) -> Word:
        """Return what is known of a term; the answer depends on the term and the dictionary only."""
        ...

    def kana_words(self, text: str) -> Sequence[KanaWord]:
        """Return the stretches of kana in a text that may be words, longest first, bounded in number."""
        ...
