"""The Sudachi analyzer: normalised content words in short (A) and long (C) units, and what goes with them."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Final

from sudachipy import Morpheme, SplitMode

from faqsearch.analysis.counting import JoinedTexts, TermCounts, count_one_by_one
from faqsearch.analysis.dictionary import DictionaryWords, reading
from faqsearch.analysis.kana import joined_kana
from faqsearch.analysis.ngram import NGRAM_LAYER, check_sizes, ngram_terms, ngrams
from faqsearch.analysis.ngram_counts import can_count, count_ngrams
from faqsearch.analysis.normalize import NORMALIZATION_VERSION, normalize, normalized_text
from faqsearch.analysis.read_text import MOST_READ, ReadText, ReadWord, read_text
from faqsearch.analysis.terms import KanaWord, LayerTerms, Terms, Word
from faqsearch.analysis.unit_counts import UnitCounter
from faqsearch.analysis.units import (
    Tokenized,
    Unit,
    UnitFinder,
    is_content_part_of_speech,
    is_unknown_word,
    marked,
)
from faqsearch.analysis.user_dictionary import UserWord, read_user_words
from faqsearch.errors import SettingsError

ALGORITHM_VERSION: Final = "2"
"""Raise it when the choice of terms below, or of stop words, changes."""

DEFAULT_LAYERS: Final = ("a", "c", NGRAM_LAYER)
LAYERS: Final = (*DEFAULT_LAYERS, "surface", "reading", "synonym", "pair")
_WITHOUT_PLACES: Final = frozenset(DEFAULT_LAYERS)
"""The layers whose terms can be told without knowing where they stand."""

# Sudachi refuses texts of more than 49,149 bytes; a character of UTF-8 takes at most 4.
_MAX_CHARACTERS: Final = 12_000
_SENTENCE_END: Final = re.compile(r"[。！？!?\n]")
_PAUSE: Final = re.compile(r"[\s、,]")
_CLAUSE_END: Final = re.compile(r"[。、,.!?\n:;…「」『』()【】\[\]<>|]")
_version: Final = cache(version)  # reads files, and every new analyzer asks


class _OfThread(threading.local):
    """What a thread tokenized last, by the text as it came, and what it counts with."""

    def __init__(self, units: UnitFinder) -> None:
        self.parts: dict[str, Tokenized] = {}
        self.counter = UnitCounter(units)


class SudachiAnalyzer:
    """Analyses Japanese with Sudachi; safe to share between threads, and picklable.

    Layers that are filled unless others are chosen: ``a``, the normalised forms of content words in short
    units, compound verbs as the noun made of them (引っ越した and 引っ越し are one term); ``c``, long units
    that consist of several short ones; ``ngram``, character n-grams that touch a content word. Unknown words
    are kept. Function words and set phrases of politeness are in no layer.

    Layers for the asking: ``surface``, the units of ``a`` as they are written; ``reading``, their readings in
    katakana, where known; ``synonym``, the groups of synonyms that short and long units are in (g000123),
    none for ambiguous words; ``pair``, two neighbouring terms of ``a`` within a clause (転居 届).

    Called as a function it returns the terms of the first layer as a plain list, which is what scikit-learn's
    vectorizers (``analyzer=``), rank-bm25 and bm25s take.

    Args:
        user_dictionary: CSV of own words that stay whole (see ``user_dictionary``), or the words themselves.
        layers: Layers to fill, out of those named above; the first is the one a call returns.
        ngram_sizes: The n of the n-grams, ascending.

    Raises:
        DictionaryError: If Sudachi's dictionary cannot be opened or the user dictionary not be compiled.
        FormatError: If the CSV cannot be read.
        SettingsError: If a layer is unknown or given twice, or the n-gram sizes do not ascend from 1 up.
    """

    def __init__(
        self,
        user_dictionary: str | Path | Iterable[UserWord] = (),
        *,
        layers: tuple[str, ...] = DEFAULT_LAYERS,
        ngram_sizes: tuple[int, ...] = (1, 2, 3),
    ) -> None:
        if isinstance(user_dictionary, str | Path):
            self._words = read_user_words(user_dictionary)
        else:
            self._words = tuple(sorted(set(user_dictionary)))
        if not layers or set(layers) - set(LAYERS) or len(set(layers)) < len(layers):
            raise SettingsError(f"layers came as {layers}; allowed are {', '.join(LAYERS)}, each once")
        check_sizes(ngram_sizes)
        self._layers = layers
        self._ngram_sizes = ngram_sizes
        self._dictionary = DictionaryWords(self._words)
        self._units = UnitFinder(self._dictionary, facts=not {"reading", "synonym"}.isdisjoint(layers))
        self._own = _OfThread(self._units)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it fills, the main one first."""
        return self._layers

    @cached_property
    def fingerprint(self) -> str:
        """Versions of library, dictionary and rules, options, and a digest of the user words."""
        words = hashlib.sha256(repr(self._words).encode()).hexdigest()[:16] if self._words else "none"
        return (
            f"sudachi/{ALGORITHM_VERSION} sudachipy={_version('sudachipy')}"
            f" core={_version('sudachidict-core')}"
            f" normalization={NORMALIZATION_VERSION} layers={','.join(self._layers)}"
            f" ngrams={','.join(map(str, self._ngram_sizes))} words={words}"
        )

    def __call__(self, text: str) -> list[str]:
        """Return the terms of the first layer in text order."""
        return self.analyze(text).layers[self._layers[0]].terms

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (self._words, self._layers, self._ngram_sizes))

    def analyze(self, text: str) -> Terms:
        """Analyse a text of any length."""
        normalized = normalize(text)
        parts = self._tokenized(normalized.text)
        self._own.parts = {text: parts}
        short, long = self._units.find(normalized.text, parts)
        fill: dict[str, Callable[[], LayerTerms]] = {
            "a": lambda: _layer(unit[:3] for unit in short),
            "c": lambda: _layer(unit[:3] for unit in long),
            NGRAM_LAYER: lambda: ngrams(normalized.text, self._ngram_sizes, _content(normalized.text, short)),
            "surface": lambda: _layer(
                (normalized.text[unit.start : unit.end], unit.start, unit.end) for unit in short
            ),
            "reading": lambda: _layer((unit.reading, unit.start, unit.end) for unit in short if unit.reading),
            "synonym": lambda: _layer(_synonyms(short, long)),
            "pair": lambda: _layer(_pairs(normalized.text, short)),
        }
        return Terms(normalized, {name: fill[name]() for name in self._layers})

    def terms(self, text: str) -> dict[str, list[str]]:
        """Return the terms of each layer, in any order: those of ``analyze`` in half the time."""
        if not _WITHOUT_PLACES.issuperset(self._layers):
            return {layer: found.terms for layer, found in self.analyze(text).layers.items()}
        normalized = normalized_text(text)
        short, long, content = self._units.terms(normalized, self._tokenized(normalized))
        fill: dict[str, Callable[[], list[str]]] = {
            "a": lambda: short,
            "c": lambda: long,
            NGRAM_LAYER: lambda: ngram_terms(normalized, self._ngram_sizes, content),
        }
        return {name: fill[name]() for name in self._layers}

    def counts(self, texts: Sequence[str]) -> Mapping[str, TermCounts]:
        """Return for each layer how often the terms of ``analyze`` occur in each text."""
        if not _WITHOUT_PLACES.issuperset(self._layers) or not can_count(self._ngram_sizes):
            return count_one_by_one(self, texts)
        normalized = [normalized_text(text) for text in texts]
        joined = JoinedTexts(normalized)
        found = self._own.counter.count(joined, map(self._tokenized, normalized))
        fill: dict[str, Callable[[], TermCounts]] = {
            "a": lambda: found.short,
            "c": lambda: found.long,
            NGRAM_LAYER: lambda: count_ngrams(joined, self._ngram_sizes, found.content),
        }
        return {name: fill[name]() for name in self._layers}

    def word(self, term: str) -> Word:
        """Return reading and synonym groups of a term on its own; 32,768 answers are kept at most."""
        return self._dictionary.word(term)

    def kana_words(self, text: str) -> list[KanaWord]:
        """Find stretches of kana that may be words, to be compared with the readings of terms.

        Sudachi cuts りょうしゅうしょ into りょう, しゅう and しょ; here they are joined again, up to five
        neighbours in every way, longest first, then in text order. Function words and what is not kana part
        them. At most 500, the earliest of the text.

        Returns:
            Katakana of at least 2 characters with offsets into the normalised text.
        """
        # Queries are analysed just before: what Sudachi said then is taken, and with that forgotten.
        parts, self._own.parts = self._own.parts.get(text), {}
        if parts is None:
            parts = self._tokenized(normalize(text).text)
        return joined_kana([(offset, morpheme) for offset, _, part in parts for morpheme in part])

    def read(self, text: str) -> ReadText:
        """Return the beginning of a text with its reading, cut into short units."""
        morphemes = self._dictionary.tokenizer().tokenize(normalize(text).text[:MOST_READ])
        return read_text(word for morpheme in morphemes for word in _read_words(morpheme))

    def _tokenized(self, text: str) -> Tokenized:
        """Cut a normalised text: offset, text and morphemes of each part that Sudachi accepts."""
        tokenizer = self._dictionary.tokenizer()
        return [(offset, part, tokenizer.tokenize(part)) for offset, part in _split_at_sentences(text)]


def _read_words(morpheme: Morpheme) -> Iterator[ReadWord]:
    """Cut a morpheme into short units, unless it is read otherwise than they are one by one."""
    parts = list(morpheme.split(SplitMode.A, add_single=False))
    if "".join(map(reading, parts)) != reading(morpheme):
        parts = []
    for part in parts or [morpheme]:
        kind = part.part_of_speech()
        said = "" if kind[0] in {"補助記号", "空白"} else reading(part)
        yield ReadWord(part.surface(), said, is_content_part_of_speech(kind) or is_unknown_word(part))


def _restore(words: tuple[UserWord, ...], layers: tuple[str, ...], sizes: tuple[int, ...]) -> SudachiAnalyzer:
    return SudachiAnalyzer(words, layers=layers, ngram_sizes=sizes)


def _layer(units: Iterable[tuple[str, int, int]]) -> LayerTerms:
    columns = [list(column) for column in zip(*units, strict=True)] or [[], [], []]
    return LayerTerms(*columns)


def _synonyms(short: Iterable[Unit], long: Iterable[Unit]) -> Iterator[tuple[str, int, int]]:
    for unit in sorted((*short, *long), key=lambda unit: (unit.start, unit.end)):
        for group in unit.groups:
            yield f"g{group:06d}", unit.start, unit.end


def _content(text: str, units: Iterable[Unit]) -> bytearray:
    """Mark the characters of a text that belong to a unit."""
    return marked(len(text), ((unit.start, unit.end) for unit in units))


def _pairs(text: str, units: Iterable[Unit]) -> Iterator[tuple[str, int, int]]:
    for first, second in pairwise(units):
        if not _CLAUSE_END.search(text, first.end, second.start):
            yield f"{first.term} {second.term}", first.start, second.end


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    """Return the end of the last match, 0 for none."""
    return max((match.end() for match in pattern.finditer(text)), default=0)


def _split_at_sentences(text: str) -> Iterator[tuple[int, str]]:
    """Cut a text into parts that Sudachi accepts, after sentence ends or else pauses where there are any.

    Yields:
        Offset of each part in the text, and the part.
    """
    start = 0
    while len(text) - start > _MAX_CHARACTERS:
        window = text[start : start + _MAX_CHARACTERS]
        end = start + (_last_end(_SENTENCE_END, window) or _last_end(_PAUSE, window) or _MAX_CHARACTERS)
        yield start, text[start:end]
        start = end
    if start < len(text):
        yield start, text[start:]
