"""Character n-grams: an analyzer without a dictionary, and the layer for what morphology misses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from operator import add
from typing import Final

from faqsearch.analysis.normalize import NORMALIZATION_VERSION, normalize
from faqsearch.analysis.terms import LayerTerms, Terms
from faqsearch.errors import SettingsError

NGRAM_LAYER: Final = "ngram"
WORD: Final = re.compile(r"[^\W_]+")
KANJI: Final = re.compile(r"[々一-鿿㐀-䶿豈-﫿\U00020000-\U0003ffff]")


def ngrams(text: str, sizes: Sequence[int], content: bytes | bytearray | None = None) -> LayerTerms:
    """Cut character n-grams out of a normalised text, within runs of letters, kana, kanji and digits.

    A run shorter than the smallest size is a term of its own; n-grams of one character are kanji only.

    Args:
        text: Normalised text, n characters.
        sizes: The n of the n-grams, ascending.
        content: n bytes, 1 where a character belongs to a content word; an n-gram without such a character is
            left out. None takes all.
    """
    starts: list[int] = []
    ends: list[int] = []
    for run in WORD.finditer(text):
        first, last = run.span()
        short = last - first < sizes[0]
        for size in (last - first,) if short else sizes:
            found: Sequence[int] = range(first, last - size + 1)
            if size == 1 and not short:
                found = [kanji.start() for kanji in KANJI.finditer(text, first, last)]
            if content is not None:
                found = [start for start in found if content.find(1, start, start + size) >= 0]
            starts += found
            ends += [start + size for start in found]
    return LayerTerms([text[start:end] for start, end in zip(starts, ends, strict=True)], starts, ends)


def ngram_terms(text: str, sizes: Sequence[int], content: bytes) -> list[str]:
    """Return the n-grams that ``ngrams`` cuts out, without their places and in another order.

    All n-grams of a size are made at once and chosen by a byte for each place in the text; such bytes are
    combined as one large number.
    """
    if sizes[0] > 1 or not text:
        return ngrams(text, sizes, content).terms
    word_bytes = bytearray(len(text))
    for run in WORD.finditer(text):
        first, last = run.span()
        word_bytes[first:last] = b"\1" * (last - first)
    words, contents = int.from_bytes(word_bytes, "little"), int.from_bytes(content, "little")
    found: list[str] = []
    grams: Sequence[str] = text
    inside, touching = words, contents  # of n-grams that begin here: all in a run; some character in content
    for size in range(1, min(sizes[-1], len(text)) + 1):
        if size > 1:
            grams = list(map(add, grams, text[size - 1 :]))
            inside &= words >> 8 * (size - 1)
            touching |= contents >> 8 * (size - 1)
        if size in sizes:
            chosen = compress(grams, (inside & touching).to_bytes(len(text), "little"))
            found += KANJI.findall("".join(chosen)) if size == 1 else chosen
    return found


def check_sizes(sizes: Sequence[int]) -> None:
    """Check the n of n-grams.

    Raises:
        SettingsError: If there is none, one is below 1, or they do not ascend.
    """
    if not sizes or sizes[0] < 1 or list(sizes) != sorted(set(sizes)):
        raise SettingsError(f"n-gram sizes came as {sizes}; give at least one, from 1, ascending")


@dataclass(frozen=True, kw_only=True, slots=True)
class NgramAnalyzer:
    """Analyses by character n-grams alone; needs no dictionary and knows no words.

    Attributes:
        sizes: The n of the n-grams, each at least 1, ascending.

    Raises:
        SettingsError: If the sizes are none, below 1 or not ascending.
    """

    sizes: tuple[int, ...] = (2, 3)

    def __post_init__(self) -> None:
        check_sizes(self.sizes)

    @property
    def layers(self) -> tuple[str, ...]:
        """One layer, ``ngram``."""
        return (NGRAM_LAYER,)

    @property
    def fingerprint(self) -> str:
        """Normalisation version and sizes."""
        return f"ngram/1 normalization={NORMALIZATION_VERSION} sizes={','.join(map(str, self.sizes))}"

    def analyze(self, text: str) -> Terms:
        """Analyse any string."""
        normalized = normalize(text)
        return Terms(normalized, {NGRAM_LAYER: ngrams(normalized.text, self.sizes)})

    def __call__(self, text: str) -> list[str]:
        """Return the n-grams as a plain list, for other libraries' ``analyzer=`` or ``tokenizer=``."""
        return self.analyze(text).layers[NGRAM_LAYER].terms
