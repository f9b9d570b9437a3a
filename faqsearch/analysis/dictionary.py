"""Sudachi's dictionary, opened once a process, and what it knows of single words."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, TypeVar

from sudachipy import Config, Dictionary, Morpheme, SplitMode, Tokenizer

from faqsearch.analysis.kana import KATAKANA, to_katakana
from faqsearch.analysis.normalize import normalized_text
from faqsearch.analysis.terms import Word
from faqsearch.analysis.user_dictionary import UserWord, compile_user_words
from faqsearch.errors import DictionaryError

MAX_SYNONYM_GROUPS: Final = 4
"""A word in more groups than this is too ambiguous to have synonyms (PC is in 4, バス in 5, SP in 8)."""

_CACHED_WORDS: Final = 32_768
# Sudachi refuses texts of more than 49,149 bytes, and nobody's word is that long.
_MAX_WORD: Final = 200
_COUNTERS: Final = frozenset({"数詞", "助数詞", "助数詞可能"})
T = TypeVar("T")


def _kept(look_up: Callable[[str], T]) -> Callable[[str], T]:
    """Keep the answers for the words asked last, not for those that are too long to be words."""
    kept = lru_cache(_CACHED_WORDS)(look_up)
    return lambda word: kept(word) if len(word) <= _MAX_WORD else look_up(word)


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


@dataclass(frozen=True, slots=True)
class Known:
    """A word that the dictionary has as one short unit, or a verb.

    Attributes:
        normalized: Its normalised form.
        part_of_speech: The six parts of Sudachi's part of speech.
        synonym_groups: All its synonym groups, tamed or not.
    """

    normalized: str
    part_of_speech: tuple[str, ...]
    synonym_groups: frozenset[int]


class DictionaryWords:
    """Looks single words up in the dictionary; every answer depends on the word and the dictionary only.

    Safe to share between threads. At most 32,768 answers of each kind are kept.

    Raises:
        DictionaryError: If the dictionary cannot be opened or the user dictionary not be compiled.
    """

    def __init__(self, words: tuple[UserWord, ...]) -> None:
        self._words = words
        self.tokenizer()  # fail here, not in the first search
        self.known = _kept(self._known)
        self.word = _kept(self._word)
        self.short_units = _kept(self._short_units)
        self.number = _kept(self._number)

    def tokenizer(self) -> Tokenizer:
        """Return this thread's tokenizer, which cuts into long units."""
        return _tokenizers.get(self._words)

    def entries(self, text: str) -> list[Morpheme]:
        """Return every entry that the dictionary has under a text, whatever it would be in a sentence."""
        return list(_dictionary(self._words).lookup(text)) if 0 < len(text) <= _MAX_WORD else []

    def _known(self, text: str) -> Known | None:
        """Look up a normalised text; None if it is no single word, in short units, of the dictionary."""
        if not 0 < len(text) <= _MAX_WORD:
            return None
        morphemes = list(self.tokenizer().tokenize(text))
        if len(morphemes) != 1 or morphemes[0].is_oov():
            return None
        if morphemes[0].part_of_speech()[0] != "動詞" and morphemes[0].split(SplitMode.A, add_single=False):
            return None
        word = morphemes[0]
        groups = frozenset(word.synonym_group_ids())
        return Known(word.normalized_form(), tuple(word.part_of_speech()), groups)

    def _short_units(self, word: str) -> tuple[str, ...]:
        """Return the normalised forms of a word's short units; one it does not have is its own."""
        morphemes = list(self.tokenizer().tokenize(word))
        if len(morphemes) != 1:
            return (word,)
        parts = tuple(part.normalized_form() for part in morphemes[0].split(SplitMode.A, add_single=False))
        return parts or (word,)

    def _number(self, numeral: str) -> str:
        """Write a kanji number in digits; one that Sudachi takes for several numbers stays as it is."""
        morphemes = list(self.tokenizer().tokenize(numeral))
        return morphemes[0].normalized_form() if len(morphemes) == 1 else numeral

    def _word(self, term: str) -> Word:
        text = normalized_text(term)
        if not 0 < len(text) <= _MAX_WORD:
            return Word()
        morphemes = list(self.tokenizer().tokenize(text))
        groups = synonym_groups(morphemes[0]) if len(morphemes) == 1 else frozenset()
        return Word(reading=_joined_reading(morphemes), synonym_groups=groups)


def reading(morpheme: Morpheme) -> str:
    """Return the katakana reading as the morpheme stands, or "" where the dictionary has none to trust."""
    # Sudachi reads numbers digit by digit.
    if morpheme.part_of_speech()[1] == "数詞":
        return ""
    kana = morpheme.surface() if morpheme.is_oov() else morpheme.reading_form()
    found = to_katakana(kana).replace("・", "")
    return found if KATAKANA.fullmatch(found) else ""


def synonym_groups(morpheme: Morpheme) -> frozenset[int]:
    """Return the synonym groups of a word: none for numbers and counters, none for an ambiguous word."""
    groups = frozenset(morpheme.synonym_group_ids())
    if len(groups) > MAX_SYNONYM_GROUPS or _COUNTERS.intersection(morpheme.part_of_speech()):
        return frozenset()
    return groups


_SILENT: Final = re.compile(r"[・\-\s]")


def _joined_reading(morphemes: list[Morpheme]) -> str:
    readings = [reading(word) for word in morphemes if not _SILENT.fullmatch(word.surface())]
    return "".join(readings) if all(readings) else ""
