"""Typed kana and romaji to hiragana, as an input method would, finished or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from faqsearch.analysis.kana import to_hiragana

_MOST_SPELLINGS: Final = 4
"""Ways of reading what was typed that are followed at any place in it."""

_VOWELS: Final = "aiueo"
_ROWS: Final = {
    "": "あ い う え お", "k": "か き く け こ", "s": "さ し す せ そ", "t": "た ち つ て と",
    "n": "な に ぬ ね の", "h": "は ひ ふ へ ほ", "m": "ま み む め も", "y": "や い ゆ いぇ よ",
    "r": "ら り る れ ろ", "w": "わ うぃ う うぇ を", "g": "が ぎ ぐ げ ご", "z": "ざ じ ず ぜ ぞ",
    "d": "だ ぢ づ で ど", "b": "ば び ぶ べ ぼ", "p": "ぱ ぴ ぷ ぺ ぽ", "v": "ゔぁ ゔぃ ゔ ゔぇ ゔぉ",
    "f": "ふぁ ふぃ ふ ふぇ ふぉ", "j": "じゃ じ じゅ じぇ じょ", "sh": "しゃ し しゅ しぇ しょ",
    "ch": "ちゃ ち ちゅ ちぇ ちょ", "ts": "つぁ つぃ つ つぇ つぉ", "th": "てゃ てぃ てゅ てぇ てょ",
    "dh": "でゃ でぃ でゅ でぇ でょ", "x": "ぁ ぃ ぅ ぇ ぉ", "l": "ぁ ぃ ぅ ぇ ぉ",
}  # fmt: skip
_Y_ROWS: Final = {
    "ky": "き", "sy": "し", "ty": "ち", "cy": "ち", "ny": "に", "hy": "ひ", "my": "み", "ry": "り",
    "gy": "ぎ", "zy": "じ", "jy": "じ", "dy": "ぢ", "by": "び", "py": "ぴ",
}  # fmt: skip
_OTHERS: Final = {
    "nn": "ん", "n'": "ん", "xn": "ん", "xtu": "っ", "ltu": "っ", "xtsu": "っ", "ltsu": "っ",
    "xya": "ゃ", "xyu": "ゅ", "xyo": "ょ", "lya": "ゃ", "lyu": "ゅ", "lyo": "ょ", "xwa": "ゎ", "lwa": "ゎ",
}  # fmt: skip


def _table() -> dict[str, str]:
    rows = {consonants: row.split() for consonants, row in _ROWS.items()}
    rows |= {letters: [kana + small for small in "ゃぃゅぇょ"] for letters, kana in _Y_ROWS.items()}
    found = {
        letters + vowel: kana
        for letters, row in rows.items()
        for vowel, kana in zip(_VOWELS, row, strict=True)
    }
    return found | _OTHERS


def _unfinished() -> dict[str, tuple[str, ...]]:
    """Return for each beginning of a syllable the kana it may become, none the beginning of another."""
    found: dict[str, set[str]] = {}
    for letters, kana in KANA_OF.items():
        for end in range(1, len(letters)):
            found.setdefault(letters[:end], set()).add(kana)
    for consonant in "kstnhmyrwgzdbpfjc":
        found.setdefault(consonant, set()).add("ん" if consonant == "n" else "っ")
    found["m"].add("ん")
    return {
        letters: tuple(sorted(one for one in kana if one == one[0] or one[0] not in kana))
        for letters, kana in found.items()
    }


KANA_OF: Final = _table()
"""Letters of a syllable to its kana."""
_LONGEST: Final = max(map(len, KANA_OF))
_UNFINISHED: Final = _unfinished()
_IS_KANA: Final = re.compile("[ぁ-ゖァ-ヺー]")


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way of reading what was typed.

    Attributes:
        kana: What is finished, in hiragana.
        endings: What the letters after it may become (``k`` か, き, く, け, こ or っ); ("",) without any.
    """

    kana: str
    endings: tuple[str, ...]

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The readings that may go on from here."""
        return tuple(self.kana + ending for ending in self.endings)


def spellings(text: str) -> tuple[Spelling, ...]:
    """Read a normalised text of kana, romaji, digits and marks in every way, at most four.

    ``kinnen`` is きんえん to an input method, and きんねん to many who type it: both are returned.

    Returns:
        Nothing if the text holds anything else, or letters that no syllable is made of.
    """
    return _walk(text)[0]


def mended(text: str) -> tuple[Spelling, ...]:
    """Read romaji that cannot be read in the ways in which one slip explains it.

    A slip is a vowel left out or mistyped, two letters swapped, or one too many, near to where it becomes
    unreadable. Romaji that can be read has none: it is kana with a slip.
    """
    found, reached = _walk(text)
    if found:
        return ()
    tried: dict[str, None] = {}
    for place in range(max(reached - 1, 0), min(reached + 3, len(text))):
        before, here, after = text[:place], text[place], text[place + 1 :]
        tried[before + after] = None
        tried[before + after[:1] + here + after[1:]] = None
        for vowel in _VOWELS:
            tried[before + vowel + after] = None
            tried[before + vowel + here + after] = None
    tried.pop(text, None)
    return tuple(dict.fromkeys(spelling for one in tried for spelling in spellings(one)))


def _walk(text: str) -> tuple[tuple[Spelling, ...], int]:
    """Return the spellings of a text, and how far it can be read."""
    read: list[list[str]] = [[""], *([] for _ in text)]
    unfinished: list[Spelling] = []
    for place in range(len(text)):
        for length, kana in _steps(text, place) if read[place] else ():
            ahead = read[place + length]
            ahead += [before + kana for before in read[place]][: _MOST_SPELLINGS - len(ahead)]
        endings = _UNFINISHED.get(text[place : place + _LONGEST]) if len(text) - place < _LONGEST else None
        if endings and read[place]:
            unfinished += [Spelling(before, endings) for before in read[place]]
    whole = [Spelling(kana, ("",)) for kana in read[-1]]
    reached = max(place for place, kana in enumerate(read) if kana)
    return tuple(dict.fromkeys((*whole, *unfinished)))[:_MOST_SPELLINGS] if text else (), reached


def _steps(text: str, place: int) -> Iterator[tuple[int, str]]:
    """Yield how many characters the next kana takes and what it is, in each way."""
    here, ahead = text[place], text[place + 1 : place + 2]
    if not "a" <= here <= "z":
        if _IS_KANA.match(here):
            yield 1, to_hiragana(here)
        elif not here.isalpha():
            # Digits and marks are said as they are written, a hyphen is a long vowel where it follows one.
            long = here == "-" and (text[place - 1] in _VOWELS or _IS_KANA.match(text[place - 1]))
            yield 1, "ー" if place and long else here
        return
    for length in range(_LONGEST, 0, -1):
        kana = KANA_OF.get(text[place : place + length])
        if kana and len(text) >= place + length:
            yield length, kana
            break
    if here == "n" and ahead and ahead not in _VOWELS + "y'":
        # Of nn before a vowel, the second may begin a syllable of its own.
        if ahead != "n" or text[place + 2 : place + 3] in (*_VOWELS, "y"):
            yield 1, "ん"
    elif here == "m" and ahead and ahead in "bpm":
        yield 1, "ん"
    elif (here == ahead and here not in _VOWELS) or text.startswith("tch", place):
        yield 1, "っ"
