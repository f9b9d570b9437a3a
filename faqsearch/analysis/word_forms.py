"""The one form under which all spellings of a word are indexed, where Sudachi's own leaves several."""

from __future__ import annotations

import re
from typing import Final

from sudachipy import Morpheme

from faqsearch.analysis.dictionary import DictionaryWords
from faqsearch.analysis.kana import KATAKANA, fold_vu, loanword_spellings

_KANJI: Final = re.compile(r"[一-鿿々]")
_ICHIDAN: Final = re.compile(r"[いきぎしじちにひびみりえけげせぜてでねへべめれ]る$")
_U_TO_I_ROW: Final = str.maketrans("うくぐすつぬぶむる", "いきぎしちにびみり")
_E_TO_U_ROW: Final = str.maketrans("えけげせてねべめれ", "うくぐすつぬぶむる")
_NUMERAL: Final = "〇一二三四五六七八九十百千万億"
_KANJI_NUMBER: Final = re.compile(f"[{_NUMERAL}]+")
# A number with a counter that the dictionary has as one word. 一人 is not here, Sudachi normalises 1人 to it;
# neither is 一部 nor 一度, which mean more than a number.
_COUNTED: Final = re.compile("(?P<number>[一二三四五六七八九十]+)(?P<counter>[歳足])")
# What both of the next begin with, and one look finds.
_CUT: Final = re.compile("[a-z](?:-| [a-z])")
_HYPHENED: Final = re.compile(r"(?<![a-z0-9])(?:[a-z]+(?:-[a-z]+)+(?![a-z0-9])|[a-z]-(?=[ァ-ヺ])[ァ-ヺー]+)")
_SPACED: Final = re.compile(r"(?<![a-z0-9])(?<!-)(?=([a-z]+ [a-z]+)(?![a-z0-9-]))")
_SHORT_WORD: Final = 7


def is_compound_verb(morpheme: Morpheme) -> bool:
    """Tell whether a morpheme is a verb written with two kanji or more, such as 引っ越す or 申し込む."""
    return morpheme.part_of_speech()[0] == "動詞" and len(_KANJI.findall(morpheme.normalized_form())) > 1


def noun_of(verb: Morpheme, words: DictionaryWords) -> str:
    """Turn a compound verb into the noun made of it (引っ越した -> 引っ越し, 買い替えたい -> 買い替え).

    The parts of such a verb say little (申す, 込む), and people use verb and noun for the same matter. The
    noun is normalised as the dictionary normalises it, which is not always as it does the verb (買い換える).
    """
    as_written = words.known(_noun_of(verb.dictionary_form(), words))
    if as_written is not None and as_written.part_of_speech[0] == "名詞":
        return as_written.normalized
    return _noun_of(verb.normalized_form(), words)


def _noun_of(verb: str, words: DictionaryWords) -> str:
    """Turn a verb into a noun; one in -eru that means what the one in -u does into that one's noun."""
    if not _ICHIDAN.search(verb):
        return verb[:-1] + verb[-1].translate(_U_TO_I_ROW)
    sibling = verb[:-2] + verb[-2].translate(_E_TO_U_ROW)
    if sibling != verb[:-1] and _are_synonyms(verb, sibling, words):
        return _noun_of(sibling, words)
    return verb[:-1]


def _are_synonyms(first: str, second: str, words: DictionaryWords) -> bool:
    one, other = words.known(first), words.known(second)
    if one is None or other is None or other.part_of_speech[0] != "動詞":
        return False
    return not one.synonym_groups.isdisjoint(other.synonym_groups)


def loanword(term: str, words: DictionaryWords) -> str:
    """Return the common form of a katakana word that the dictionary does not know in this spelling.

    A spelling that the dictionary does know gives its normalised form (デリヴァリー is デリバリー), else ヴ
    is spelt as in Sudachi's normalised forms (ヴェルサーナ is ベルサーナ). Nothing else is changed then:
    whether a name ends in a long vowel, say, is for no rule to decide.
    """
    if not KATAKANA.fullmatch(term):
        return term
    for spelling in loanword_spellings(term):
        found = words.known(spelling)
        if found is not None and found.part_of_speech[:2] == ("名詞", "普通名詞"):
            return found.normalized
    return fold_vu(term)


def is_kanji_number(text: str) -> bool:
    """Tell whether a text consists of kanji numerals alone."""
    return _KANJI_NUMBER.fullmatch(text) is not None


def counted(text: str) -> int:
    """Return the length of the number in a word like 二十歳, 0 if the word is none."""
    match = _COUNTED.fullmatch(text)
    return match.end("number") if match else 0


def latin_words(text: str, words: DictionaryWords) -> list[tuple[str, int, int]]:
    """Find words of latin letters that a hyphen or a space cuts, and that are written in one as well.

    With a hyphen: when the dictionary knows the word without it (log-in), or when it has at most seven
    letters in two parts, of which one is unknown or a single letter (blu-ray, i-pad), so that the parts are
    no words worth finding. With a space: when the dictionary knows the word, and neither part
    (wi fi).

    Returns:
        Term, start and end of each, in text order.
    """
    if not _CUT.search(text):
        return []
    spans = [match.span() for match in _HYPHENED.finditer(text)]
    spans += [match.span(1) for match in _SPACED.finditer(text)]
    found = [(_joined_latin(text[start:end], words), start, end) for start, end in sorted(spans)]
    return [word for word in found if word[0]]


def _joined_latin(written: str, words: DictionaryWords) -> str:
    parts = re.split("[- ]", written)
    joined = "".join(parts)
    unknown = [words.known(part) is None for part in parts]
    if words.known(written) or (" " in written and not all(unknown)):
        return ""
    known = words.known(joined)
    if known or " " in written:
        return known.normalized if known else ""
    short = joined.isascii() and len(joined) <= _SHORT_WORD and len(parts) == 2
    return joined if short and (any(unknown) or min(map(len, parts)) == 1) else ""
