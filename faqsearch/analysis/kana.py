"""Kana: hiragana and katakana, spellings of loanwords, and the words that a stretch of kana may hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from sudachipy import Morpheme

from faqsearch.analysis.terms import KanaWord

KATAKANA: Final = re.compile(r"[ァ-ヺー]+")
_KANA: Final = re.compile(r"[ぁ-ゖァ-ヺー]+")
_TO_KATAKANA: Final = {codepoint: codepoint + 0x60 for codepoint in range(ord("ぁ"), ord("ゖ") + 1)}
_TO_HIRAGANA: Final = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


def to_katakana(text: str) -> str:
    """Write hiragana as katakana, character by character."""
    return text.translate(_TO_KATAKANA)


def to_hiragana(text: str) -> str:
    """Write katakana as hiragana, character by character."""
    return text.translate(_TO_HIRAGANA)


# --- Loanwords

_VU: Final = {
    "ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ",
    "ヴャ": "ビャ", "ヴュ": "ビュ", "ヴョ": "ビョ", "ヴ": "ブ",
}  # fmt: skip
_VU_SOUND: Final = re.compile("ヴ[ァィェォャュョ]?")
_SMALL_VOWEL: Final = re.compile("(?<=[ウクグフイ])[ァィェォ]")
_LARGE_VOWEL: Final = re.compile("(?<=[ウクグフイ])[アイエオ]")
_LARGE: Final = dict(zip("ァィェォ", "アイエオ", strict=True))
_SMALL: Final = {large: small for small, large in _LARGE.items()}
_LEAST_LOANWORD: Final = 4


def fold_vu(word: str) -> str:
    """Spell a katakana word with バ for ヴァ, ブ for ヴ and so on."""
    return _VU_SOUND.sub(lambda match: _VU[match[0]], word)


def loanword_spellings(word: str) -> tuple[str, ...]:
    """Return how a katakana word may be spelt in a dictionary, the nearest spelling first.

    ヴァ may be バ, a vowel after ウ, ク or フ large or small, and a long vowel at the end there or not.
    Vowels inside a word are left alone: ビル and ビール are two words. So are words of under 4 characters.
    """
    if len(word) < _LEAST_LOANWORD:
        return (word,)
    folded = fold_vu(word)
    large = _SMALL_VOWEL.sub(lambda match: _LARGE[match[0]], folded)
    small = _LARGE_VOWEL.sub(lambda match: _SMALL[match[0]], folded)
    spellings = dict.fromkeys((word, folded, small, large))
    ends = {stem.removesuffix("ー") if stem.endswith("ー") else stem + "ー": None for stem in spellings}
    return tuple(spellings | ends)


# --- Words in stretches of kana

MAX_KANA_WORDS: Final = 500
_MAX_JOINED: Final = 5
_LEAST_KANA: Final = 2
_INFLECTED: Final = frozenset({"動詞", "形容詞", "助動詞"})
_NOMINAL: Final = frozenset({"名詞", "代名詞", "接尾辞", "形状詞", "助詞"})
_COPULAS: Final = frozenset("だ です".split())
_ENDINGS: Final = frozenset("か ね よ な".split())


def joined_kana(morphemes: Sequence[tuple[int, Morpheme]]) -> list[KanaWord]:
    """Join up to five neighbouring kana morphemes that are not function words, in every way.

    Sudachi cuts a word in kana that it does not know into pieces, some of which it takes for particles
    (ぱ, す, わー, ど). A morpheme parts words only where it is likely to be the function word it looks like:
    a case, topic or conjunctive particle, an auxiliary after something inflected, か, ね, よ and な.

    Args:
        morphemes: Offset into the text that each morpheme's own offsets count from, and the morpheme.
    """
    stretch: list[tuple[str, int, int]] = []
    found: list[KanaWord] = []
    for index, (offset, morpheme) in enumerate(morphemes):
        surface = morpheme.surface()
        before = morphemes[index - 1][1] if index else None
        parts = not _KANA.fullmatch(surface) or _is_function_word(morpheme, before)
        start, end = (0, 0) if parts else (offset + morpheme.begin(), offset + morpheme.end())
        if stretch and (parts or stretch[-1][2] != start):
            found += _joins(stretch)
            stretch = []
        if not parts:
            stretch.append((to_katakana(surface), start, end))
            if len(surface) > 1 and surface[-1] == "し" and "サ行変格" in morpheme.part_of_speech()[4]:
                # かいやくした may be かい and やくする to Sudachi: the word ends before し.
                found += _joins([*stretch[-_MAX_JOINED:-1], (to_katakana(surface[:-1]), start, end - 1)])
        if len(found) > MAX_KANA_WORDS:
            break
    found += _joins(stretch[:MAX_KANA_WORDS])
    # The earliest of the text are kept, and given longest first.
    return sorted(dict.fromkeys(found[:MAX_KANA_WORDS]), key=lambda word: (word.start - word.end, word.start))


def _joins(stretch: Sequence[tuple[str, int, int]]) -> list[KanaWord]:
    words = []
    for first, (katakana, start, _) in enumerate(stretch):
        if katakana[0] == "ー":
            continue
        joined = ""
        for piece, _, end in stretch[first : first + _MAX_JOINED]:
            joined += piece
            if len(joined) >= _LEAST_KANA:
                words.append(KanaWord(joined, start, end))
    return words


def _is_function_word(morpheme: Morpheme, before: Morpheme | None) -> bool:
    """Tell whether a morpheme stands where the function word that Sudachi takes it for can stand.

    ん never counts as one: many words in kana end with it (ぜいきん is ぜ, いき and ん to Sudachi).
    """
    if morpheme.surface() == "ん":
        return False
    major, minor = morpheme.part_of_speech()[:2]
    previous = before.part_of_speech()[0] if before is not None else ""
    if major == "助詞":
        if minor == "終助詞":
            return morpheme.surface() in _ENDINGS and previous in _INFLECTED | {"助詞"}
        return previous in _INFLECTED | _NOMINAL
    if major == "助動詞":
        copula = morpheme.dictionary_form() in _COPULAS
        return previous in _INFLECTED or (copula and previous in _NOMINAL)
    return False
