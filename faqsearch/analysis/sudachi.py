"""The Sudachi analyzer: normalised content words in short (A) and long (C) units."""

from __future__ import annotations

import hashlib
import re
import tempfile
import threading
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from sudachipy import Config, Dictionary, Morpheme, SplitMode, Tokenizer

from faqsearch.analysis.ngram import NGRAM_LAYER, check_sizes, ngrams
from faqsearch.analysis.normalize import NORMALIZATION_VERSION, normalize
from faqsearch.analysis.stopwords import AUXILIARY_FORMS, STOP_FORMS, stop_phrase_spans
from faqsearch.analysis.terms import LayerTerms, Terms
from faqsearch.analysis.user_dictionary import UserWord, compile_user_words, read_user_words
from faqsearch.errors import DictionaryError, SettingsError

ALGORITHM_VERSION: Final = "1"
"""Raise it when the choice of terms below, or of stop words, changes."""

LAYERS: Final = ("a", "c", NGRAM_LAYER)
# Sudachi refuses texts of more than 49,149 bytes; a character of UTF-8 takes at most 4.
_MAX_CHARACTERS: Final = 12_000
_SENTENCE_END: Final = re.compile(r"[。！？!?\n]")
_PAUSE: Final = re.compile(r"[\s、,]")
_KANJI: Final = re.compile(r"[一-鿿々]")
_ICHIDAN: Final = re.compile(r"[いきぎしじちにひびみりえけげせぜてでねへべめれ]る$")
_U_TO_I_ROW: Final = str.maketrans("うくぐすつぬぶむる", "いきぎしちにびみり")


@cache
def _dictionary(words: tuple[UserWord, ...]) -> Dictionary:
    """Open the dictionary, once a process for each set of user words."""
    try:
        if not words:
            return Dictionary(dict="core")
        # Sudachi keeps the file mapped, so it can go as soon as it is open: nothing is left behind even when
        # the process is killed. (Windows cannot remove a mapped file; there it stays.)
        with tempfile.TemporaryDirectory(prefix="faqsearch-", ignore_cleanup_errors=True) as folder:
            target = Path(folder, "user.dic")
            compile_user_words(words, target)
            return Dictionary(config=Config(user=[str(target)]), dict="core")
    except DictionaryError:
        raise
    except Exception as error:  # SudachiPy raises plain Exception
        raise DictionaryError(f"Sudachi's core dictionary cannot be opened: {error}") from error


class _ThreadTokenizers(threading.local):
    """One tokenizer for each thread and dictionary: a shared one raises as soon as two threads meet in it."""

    def __init__(self) -> None:
        self.by_words: dict[tuple[UserWord, ...], Tokenizer] = {}

    def get(self, words: tuple[UserWord, ...]) -> Tokenizer:
        if words not in self.by_words:
            self.by_words[words] = _dictionary(words).tokenizer(mode=SplitMode.C)
        return self.by_words[words]


_tokenizers: Final = _ThreadTokenizers()


@cache
def _is_content_part_of_speech(part_of_speech: tuple[str, ...]) -> bool:
    """Tell content words (and word-forming affixes) from function words by part of speech."""
    major, minor = part_of_speech[:2]
    if major in {"名詞", "形状詞"}:
        return minor != "助動詞語幹"
    return major in {"動詞", "形容詞", "副詞", "接頭辞", "接尾辞"} or (major, minor) == ("記号", "文字")


class SudachiAnalyzer:
    """Analyses Japanese with Sudachi; safe to share between threads, and picklable.

    Layers, in this order: ``a``, the normalised forms of content words in short units, compound verbs as the
    noun made of them (引っ越した and 引っ越し are one term); ``c``, long units that consist of several short
    ones; ``ngram``, character n-grams that touch a content word. Unknown words
    are kept. Function words and set phrases of politeness are in no layer.

    Called as a function it returns the ``a`` terms as a plain list, which is what scikit-learn's vectorizers
    (``analyzer=``), rank-bm25 and bm25s take.

    Args:
        user_dictionary: CSV of own words that stay whole (see ``user_dictionary``), or the words themselves.
        layers: Layers to fill, out of ``a``, ``c`` and ``ngram``; the first is the one a call returns.
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
        layers: tuple[str, ...] = LAYERS,
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
        _tokenizers.get(self._words)  # fail here, not in the first search

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
        short, long = self._units(normalized.text)
        layers = {"a": short, "c": long}
        if NGRAM_LAYER in self._layers:
            content = bytearray(len(normalized.text))
            for start, end in zip(short.starts, short.ends, strict=True):
                content[start:end] = b"\1" * (end - start)
            layers[NGRAM_LAYER] = ngrams(normalized.text, self._ngram_sizes, content)
        return Terms(normalized, {name: layers[name] for name in self._layers})

    def _units(self, text: str) -> tuple[LayerTerms, LayerTerms]:
        tokenizer = _tokenizers.get(self._words)
        stopped = bytearray(len(text))
        for start, end in stop_phrase_spans(text):
            stopped[start:end] = b"\1" * (end - start)
        short = LayerTerms([], [], [])
        long = LayerTerms([], [], [])
        for offset, part in _split_at_sentences(text):
            after_te = False
            for morpheme in tokenizer.tokenize(part):
                parts = () if _is_compound_verb(morpheme) else morpheme.split(SplitMode.A, add_single=False)
                if not _is_stopped(stopped, offset + morpheme.begin(), offset + morpheme.end()):
                    for unit in parts or (morpheme,):
                        _add(short, unit, offset, after_te=after_te)
                    if parts:
                        _add(long, morpheme, offset, after_te=after_te)
                after_te = morpheme.part_of_speech()[1] == "接続助詞" and morpheme.surface() in {"て", "で"}
        return short, long


def _restore(words: tuple[UserWord, ...], layers: tuple[str, ...], sizes: tuple[int, ...]) -> SudachiAnalyzer:
    return SudachiAnalyzer(words, layers=layers, ngram_sizes=sizes)


def _add(layer: LayerTerms, morpheme: Morpheme, offset: int, *, after_te: bool) -> None:
    if not _is_content_part_of_speech(morpheme.part_of_speech()) and not _is_unknown_word(morpheme):
        return
    form = morpheme.normalized_form()
    if form in STOP_FORMS or (after_te and form in AUXILIARY_FORMS) or not form.strip():
        return
    layer.terms.append(_as_noun(form) if _is_compound_verb(morpheme) else form)
    layer.starts.append(offset + morpheme.begin())
    layer.ends.append(offset + morpheme.end())


def _is_compound_verb(morpheme: Morpheme) -> bool:
    """Tell whether a morpheme is a verb written with two kanji or more, such as 引っ越す or 申し込む."""
    return morpheme.part_of_speech()[0] == "動詞" and len(_KANJI.findall(morpheme.normalized_form())) > 1


def _as_noun(verb: str) -> str:
    """Turn a compound verb into the noun made of it (引っ越す -> 引っ越し, 買い替える -> 買い替え).

    The parts of such a verb say little (申す, 込む), and people use verb and noun for the same matter.
    """
    if _ICHIDAN.search(verb):
        return verb[:-1]
    return verb[:-1] + verb[-1].translate(_U_TO_I_ROW)


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
