"""The Sudachi analyzer: normalised content words in short (A) and long (C) units, and what goes with them."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from sudachipy import Morpheme, MorphemeList, SplitMode

from faqsearch.analysis.dictionary import DictionaryWords, reading, synonym_groups
from faqsearch.analysis.kana import KATAKANA, joined_kana
from faqsearch.analysis.ngram import NGRAM_LAYER, check_sizes, ngrams
from faqsearch.analysis.normalize import NORMALIZATION_VERSION, normalize
from faqsearch.analysis.read_text import MOST_READ, ReadText, ReadWord, read_text
from faqsearch.analysis.stopwords import AUXILIARY_FORMS, STOP_FORMS, stop_phrase_spans
from faqsearch.analysis.terms import KanaWord, LayerTerms, Terms, Word
from faqsearch.analysis.user_dictionary import UserWord, read_user_words
from faqsearch.analysis.word_forms import (
    counted,
    is_compound_verb,
    is_kanji_number,
    latin_words,
    loanword,
    noun_of,
)
from faqsearch.errors import SettingsError

ALGORITHM_VERSION: Final = "2"
"""Raise it when the choice of terms below, or of stop words, changes."""

DEFAULT_LAYERS: Final = ("a", "c", NGRAM_LAYER)
LAYERS: Final = (*DEFAULT_LAYERS, "surface", "reading", "synonym", "pair")
# Sudachi refuses texts of more than 49,149 bytes; a character of UTF-8 takes at most 4.
_MAX_CHARACTERS: Final = 12_000
_SENTENCE_END: Final = re.compile(r"[。！？!?\n]")
_PAUSE: Final = re.compile(r"[\s、,]")
_CLAUSE_END: Final = re.compile(r"[。、,.!?\n:;…「」『』()【】\[\]<>|]")


@cache
def _is_content_part_of_speech(part_of_speech: tuple[str, ...]) -> bool:
    """Tell content words (and word-forming affixes) from function words by part of speech."""
    major, minor = part_of_speech[:2]
    if major in {"名詞", "形状詞"}:
        return minor != "助動詞語幹"
    return major in {"動詞", "形容詞", "副詞", "接頭辞", "接尾辞"} or (major, minor) == ("記号", "文字")


class _Unit(NamedTuple):
    """A content word where it stands.

    Attributes:
        term: The form it is indexed under.
        start: Offset into the normalised text.
        end: Where it ends (exclusive).
        morpheme: What Sudachi knows of it; None for a unit that Sudachi sees otherwise.
    """

    term: str
    start: int
    end: int
    morpheme: Morpheme | None


class _LastText(threading.local):
    """What a thread tokenized last, by the text as it came."""

    def __init__(self) -> None:
        self.parts: dict[str, list[tuple[int, str, MorphemeList]]] = {}


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
        self._last = _LastText()

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers it fills, the main one first."""
        return self._layers

    @property
    def fingerprint(self) -> str:
        """Versions of library, dictionary and rules, options, and a digest of the user words."""
        words = hashlib.sha256(repr(self._words).encode()).hexdigest()[:16] if self._words else "none"
        return (
            f"sudachi/{ALGORITHM_VERSION} sudachipy={version('sudachipy')} core={version('sudachidict-core')}"
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
        self._last.parts = {text: parts}
        short, long = self._units(normalized.text, parts)
        fill: dict[str, Callable[[], LayerTerms]] = {
            "a": lambda: _layer((unit.term, unit.start, unit.end) for unit in short),
            "c": lambda: _layer((unit.term, unit.start, unit.end) for unit in long),
            NGRAM_LAYER: lambda: ngrams(normalized.text, self._ngram_sizes, _content(normalized.text, short)),
            "surface": lambda: _layer(
                (normalized.text[unit.start : unit.end], unit.start, unit.end) for unit in short
            ),
            "reading": lambda: _layer(self._readings(short)),
            "synonym": lambda: _layer(self._synonyms(short, long)),
            "pair": lambda: _layer(_pairs(normalized.text, short)),
        }
        return Terms(normalized, {name: fill[name]() for name in self._layers})

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
        parts, self._last.parts = self._last.parts.get(text), {}
        if parts is None:
            parts = self._tokenized(normalize(text).text)
        return joined_kana([(offset, morpheme) for offset, _, part in parts for morpheme in part])

    def read(self, text: str) -> ReadText:
        """Return the beginning of a text with its reading, cut into short units."""
        morphemes = self._dictionary.tokenizer().tokenize(normalize(text).text[:MOST_READ])
        return read_text(word for morpheme in morphemes for word in _read_words(morpheme))

    def _tokenized(self, text: str) -> list[tuple[int, str, MorphemeList]]:
        """Cut a normalised text: offset, text and morphemes of each part that Sudachi accepts."""
        tokenizer = self._dictionary.tokenizer()
        return [(offset, part, tokenizer.tokenize(part)) for offset, part in _split_at_sentences(text)]

    def _units(
        self, text: str, parts: Iterable[tuple[int, str, MorphemeList]]
    ) -> tuple[list[_Unit], list[_Unit]]:
        """Find the short units of a normalised text, and the long units that consist of several."""
        stopped = bytearray(len(text))
        for start, end in stop_phrase_spans(text):
            stopped[start:end] = b"\1" * (end - start)
        short: list[_Unit] = []
        long: list[_Unit] = []
        for offset, part, morphemes in parts:
            joined = latin_words(part, self._dictionary)
            after_te = False
            for morpheme in morphemes:
                pieces = () if is_compound_verb(morpheme) else morpheme.split(SplitMode.A, add_single=False)
                if not _is_stopped(stopped, offset + morpheme.begin(), offset + morpheme.end()):
                    for unit in pieces or (morpheme,):
                        short += self._terms_of(unit, offset, after_te=after_te)
                    if pieces:
                        long += self._terms_of(morpheme, offset, after_te=after_te)
                after_te = morpheme.part_of_speech()[1] == "接続助詞" and morpheme.surface() in {"て", "で"}
            if joined:
                short = _with_joined(short, [(term, offset + s, offset + e) for term, s, e in joined])
        return short, long

    def _terms_of(self, morpheme: Morpheme, offset: int, *, after_te: bool) -> Sequence[_Unit]:
        """Return the unit a morpheme makes: none for a function word, two for a number with its counter."""
        if not _is_content_part_of_speech(morpheme.part_of_speech()) and not _is_unknown_word(morpheme):
            return ()
        form = morpheme.normalized_form()
        if form in STOP_FORMS or (after_te and form in AUXILIARY_FORMS) or not form.strip():
            return ()
        start, end = offset + morpheme.begin(), offset + morpheme.end()
        if cut := counted(form):
            number = self._dictionary.number(form[:cut])
            return (
                _Unit(number, start, end - 1, None),
                _Unit(form[cut:], end - 1, end, None),
            )
        if KATAKANA.fullmatch(form) and morpheme.surface().isascii():
            # check-in is チェックイン, which is チェック and イン where it is written so.
            parts = self._dictionary.short_units(form)
            return [_Unit(part, start, end, morpheme if len(parts) == 1 else None) for part in parts]
        return (_Unit(self._form(morpheme, form), start, end, morpheme),)

    def _form(self, morpheme: Morpheme, form: str) -> str:
        """Return the form under which a morpheme is indexed."""
        if is_compound_verb(morpheme):
            return noun_of(morpheme, self._dictionary)
        if is_kanji_number(form) and morpheme.part_of_speech()[1] == "数詞":
            return self._dictionary.number(form)
        return loanword(form, self._dictionary) if morpheme.is_oov() else form

    def _readings(self, units: Iterable[_Unit]) -> Iterator[tuple[str, int, int]]:
        for unit in units:
            word = unit.morpheme
            # An inflected word is read as its term is (ひっこし, とどく), a noun as it stands where it is.
            if word is None or word.is_oov() or word.part_of_speech()[0] in {"動詞", "形容詞"}:
                found = self.word(unit.term).reading
            else:
                found = reading(word)
            if found:
                yield found, unit.start, unit.end

    def _synonyms(self, short: Iterable[_Unit], long: Iterable[_Unit]) -> Iterator[tuple[str, int, int]]:
        for unit in sorted((*short, *long), key=lambda unit: (unit.start, unit.end)):
            groups = synonym_groups(unit.morpheme) if unit.morpheme else frozenset()
            if unit.morpheme is None or (not groups and is_compound_verb(unit.morpheme)):
                groups = self.word(unit.term).synonym_groups
            for group in sorted(groups):
                yield f"g{group:06d}", unit.start, unit.end


def _read_words(morpheme: Morpheme) -> Iterator[ReadWord]:
    """Cut a morpheme into short units, unless it is read otherwise than they are one by one."""
    parts = list(morpheme.split(SplitMode.A, add_single=False))
    if "".join(map(reading, parts)) != reading(morpheme):
        parts = []
    for part in parts or [morpheme]:
        begins = _is_content_part_of_speech(part.part_of_speech()) or _is_unknown_word(part)
        yield ReadWord(part.surface(), reading(part), begins)


def _restore(words: tuple[UserWord, ...], layers: tuple[str, ...], sizes: tuple[int, ...]) -> SudachiAnalyzer:
    return SudachiAnalyzer(words, layers=layers, ngram_sizes=sizes)


def _layer(terms: Iterable[tuple[str, int, int]]) -> LayerTerms:
    layer = LayerTerms([], [], [])
    for term, start, end in terms:
        layer.terms.append(term)
        layer.starts.append(start)
        layer.ends.append(end)
    return layer


def _content(text: str, units: Iterable[_Unit]) -> bytearray:
    """Mark the characters of a text that belong to a unit."""
    content = bytearray(len(text))
    for unit in units:
        content[unit.start : unit.end] = b"\1" * (unit.end - unit.start)
    return content


def _pairs(text: str, units: Iterable[_Unit]) -> Iterator[tuple[str, int, int]]:
    for first, second in pairwise(units):
        if not _CLAUSE_END.search(text, first.end, second.start):
            yield f"{first.term} {second.term}", first.start, second.end


def _with_joined(units: Iterable[_Unit], joined: Iterable[tuple[str, int, int]]) -> list[_Unit]:
    """Put latin words written in several parts in the place of their parts, unless a part reaches out."""
    kept = list(units)
    for term, start, end in joined:
        inside = [unit for unit in kept if unit.start < end and start < unit.end]
        if inside and all(start <= unit.start and unit.end <= end for unit in inside):
            place = kept.index(inside[0])
            kept[place : place + len(inside)] = [_Unit(term, start, end, None)]
    return kept


def _is_unknown_word(morpheme: Morpheme) -> bool:
    """Tell whether Sudachi takes a word for a symbol for its script alone (rare kanji, hangul, Thai)."""
    return morpheme.is_oov() and any(c.isalnum() and c != "ー" for c in morpheme.surface())


def _is_stopped(stopped: bytearray, start: int, end: int) -> bool:
    return end > start and all(stopped[start:end])


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
