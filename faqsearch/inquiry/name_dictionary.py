"""What the dictionary says of a word that may be the name of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from faqsearch.analysis.kana import to_katakana
from faqsearch.analysis.tagging import TaggedWord, entries, tag
from faqsearch.inquiry.name_lists import (
    BUSINESS,
    GIVEN_END,
    GIVEN_TOO,
    NO_NAME,
    NO_SIGNATURE,
    NOBODY,
    ORGANISATION,
    PREFECTURES,
    ROLES,
    SHAPES,
)
from faqsearch.inquiry.surnames import SURNAMES

_FULL_HAN: Final = re.compile(r"[一-龥々ヶ]{4,6}")
_KANA: Final = re.compile("[ぁ-んァ-ヴー]+")
FOREIGN: Final = "[ァ-ヴー]{1,12}(?:[・=][ァ-ヴー]{1,12}){1,5}"
"""A foreign name in katakana, of several parts."""
CHUNK: Final = re.compile(
    rf"[一-龥々〆ヶ﨑髙𠮷ぁ-んァ-ヴー]{{1,5}}|[ぁ-ん]{{2,6}}|[ァ-ヴーｦ-ﾟ]{{2,10}}|{FOREIGN}"
)
"""A part of a name in Japanese letters."""
_TO_HIRAGANA: Final = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ"))}
LATIN_CHUNK: Final = re.compile(
    r"[A-Z]\.[A-Z][a-z]{1,19}|[A-ZÀ-ÝĐ][a-zà-ɏḀ-ỹ'.-]{1,19}|[A-Z]{2,20}|[가-힣]{2,4}"
)
"""A part of a name in letters of other languages."""


@cache
def _surname_readings() -> frozenset[str]:
    """Return how frequent surnames are read, in katakana."""
    return frozenset(entry.reading for name in SURNAMES for entry in entries(name) if entry.detail == "姓")


class NameDictionary:
    """Answers what a word, or each word of a text, can be; remembers answers as long as it lives.

    The dictionary is asked for every different text once. Make one for each text that is redacted: what
    it remembers is personal data.
    """

    def __init__(self) -> None:
        self._tagged: dict[str, list[TaggedWord]] = {}

    def is_surname_somewhere(self, text: str) -> bool:
        """Tell whether the dictionary has a text as a surname, whatever else it may be."""
        return text not in NOBODY and any(entry.detail == "姓" for entry in entries(text.translate(SHAPES)))

    def is_plain_surname(self, text: str) -> bool:
        """Tell whether a text is a surname that Sudachi may take for a place or a common word (千葉, 林).

        Words that are hardly ever surnames (前, 東口) are none.
        """
        found = entries(text.translate(SHAPES))
        return any(entry.detail == "姓" for entry in found) and (
            text in SURNAMES or not any(entry.kind == "普通名詞" for entry in found)
        )

    def is_given(self, text: str) -> bool:
        """Tell whether the dictionary has a text as a given name, or as part of a foreign one."""
        if text in NOBODY:
            return False
        found = entries(text.translate(SHAPES)) | entries(text.translate(_TO_HIRAGANA))
        return any(entry.kind == "人名" and entry.detail != "姓" for entry in found)

    def is_noun(self, text: str) -> bool:
        """Tell whether the dictionary has a text as a common noun, whatever else it may be."""
        return any(entry.kind == "普通名詞" for entry in entries(text))

    def is_kana_surname(self, text: str) -> bool:
        """Tell whether a text in kana is how a frequent surname is read."""
        return text not in NOBODY and to_katakana(text) in _surname_readings()

    def is_group(self, text: str) -> bool:
        """Tell whether a text names an organisation, a part of one, or a post in it; 服部 does not."""
        return is_organisation(text) and not self.is_plain_surname(text)

    def is_business(self, text: str) -> bool:
        """Tell whether a text names an organisation, or ends like the name of a business."""
        return self.is_group(text) or text.endswith(tuple(BUSINESS))

    def is_foreign(self, text: str) -> bool:
        """Tell whether a text is a foreign name in katakana, of several parts."""
        return re.fullmatch(FOREIGN, text) is not None and any(map(self.is_given, re.split("[・=]", text)))

    def words(self, text: str) -> list[TaggedWord]:
        """Return the tagged words of a text."""
        if text not in self._tagged:
            # 髙 and other shapes of a character, of the same length, are in no dictionary.
            self._tagged[text] = tag(text.translate(SHAPES))
        return self._tagged[text]

    def is_known(self, text: str) -> bool:
        """Tell whether the dictionary knows a text as a name."""
        words = self.words(text)
        return (
            text not in NOBODY | GIVEN_TOO and 0 < len(words) <= 3 and all(word.is_person for word in words)
        )

    def is_personal(self, chunks: list[str]) -> bool:
        """Tell whether at least one chunk is a name by the dictionary, and the others may be."""
        if len(chunks) == 1:
            [chunk] = chunks
            return self.is_known(chunk) or self.is_joined(chunk) or self.is_plain_surname(chunk)
        if len(chunks) == 2 and all(self.is_plain_surname(chunk) for chunk in chunks):
            return True
        first, *others = chunks
        last = others[-1]
        thing = self.is_noun(last) and not self.is_given(last)
        if thing and not _KANA.fullmatch(last) and not GIVEN_END.search(last):
            return False
        if not all(self.is_nominal(chunk) or len(chunk) <= 3 for chunk in chunks):
            return False
        if self.is_surname(first) or (self.is_surname_somewhere(first) and self.is_given(last)):
            return True
        # After a surname that the dictionary lacks, only what it has as a given name (有働 スミエ).
        latin = LATIN_CHUNK.fullmatch(first) is not None
        given = self.words(last)[-1].detail != "姓"
        return self.is_known(last) and (latin or (given and len(first) <= 4))

    def may_be_full_name(self, chunks: list[str]) -> bool:
        """Tell whether two short chunks can be a name that no dictionary has."""
        first, second = chunks
        given = GIVEN_END.search(second) is not None and not self.is_common(second)
        return (
            (not self.is_common(first) or (given and len(second) > 1))
            and first not in ROLES | NOBODY
            and not self.is_group(first)
            and second not in ROLES
            and (given or all(map(self.is_nominal, chunks)))
            and not re.search("[0-9]|[日月年時分円]$", first + second)
        )

    def is_common(self, text: str) -> bool:
        """Tell whether a text is a word of the dictionary that is no name, or holds one of some length."""
        words = self.words(text)
        return any(
            word.is_known
            and word.part_of_speech[1] != "固有名詞"
            and (len(words) == 1 or word.end - word.start > 1)
            for word in words
        )

    def is_surname(self, chunk: str) -> bool:
        """Tell whether a chunk before another can be a surname; many are names of places."""
        words = self.words(chunk)
        place = len(words) == 1 and words[0].part_of_speech[2] == "地名" and chunk not in NOBODY | PREFECTURES
        known = self.is_known(chunk) or self.is_kana_surname(chunk)
        return known or place or self.is_plain_surname(chunk)

    def is_joined(self, chunk: str) -> bool:
        """Tell a surname with a given name, of which the dictionary has only one as such (竹下実)."""
        words = self.words(chunk)
        if len(words) != 2 or len(chunk) > 6:
            return False
        first, second = words
        given = chunk[second.start : second.end]
        if first.is_person and first.detail == "姓":
            return second.is_person or (may_be_given(given, second))
        if self.is_plain_surname(chunk[: first.end]) and self.is_given(given) and len(given) < 3:
            return True
        return second.is_person and second.detail == "名" and self.is_plain_surname(chunk[: first.end])

    def is_nominal(self, text: str) -> bool:
        """Tell whether a text may be a name by its words: no particle, verb or longer phrase."""
        words = self.words(text)
        if re.fullmatch("[ぁ-ん]{2,6}", text):
            return True
        return len(words) <= 4 and all(
            word.part_of_speech[0]
            in {"名詞", "接頭辞", "接尾辞", "形状詞", "副詞", "空白", "補助記号", "動詞", "感動詞", "形容詞"}
            and "サ変可能" not in word.part_of_speech[2:]
            for word in words
        )

    def full(self, line: str) -> Iterator[tuple[int, int]]:
        """Yield where a surname with a given name stands in a line."""
        words = self.words(line)
        for word in words:
            # The whole name of somebody well-known is one word.
            whole = word.detail == "一般" and _FULL_HAN.fullmatch(line[word.start : word.end])
            if (word.is_person and whole) or self._stands_alone(line, word):
                yield word.start, word.end
        for first, second in pairwise([word for word in words if not line[word.start : word.end].isspace()]):
            gap = line[first.end : second.start]
            both = first.is_person and first.detail == "姓" and second.is_person and second.detail == "名"
            if both and len(gap) <= 1 and (line[second.start : second.end] not in NOBODY):
                yield first.start, second.end

    def _stands_alone(self, line: str, word: TaggedWord) -> bool:
        """Tell whether a surname or given name in kanji is no part of another word or name."""
        text = line[word.start : word.end]
        if word.detail not in {"姓", "名"} or len(text) < 2 or text in NOBODY | NO_NAME:
            return False
        before, after = line[word.start - 1 : word.start], line[word.end : word.end + 1]
        if after not in {"宛", "が"} and any(entry.kind == "地名" for entry in entries(text)):
            return False
        return bool(
            word.is_person
            and re.fullmatch("[一-龥々ヶ]+", text)
            and not re.match("[一-龥々ァ-ヴーA-Za-z0-9]", before)
            and (not re.match("[一-龥々ァ-ヴーA-Za-z0-9]", after) or after in set("様氏殿君宛"))
        )

    def is_reading(self, text: str) -> bool:
        """Tell whether kana or romaji in brackets after a name can be its reading."""
        words = self.words(text)
        known = len(words) == 1 and words[0].is_known and not words[0].is_person
        return text not in NOBODY | NO_SIGNATURE and not (known and re.fullmatch("[ァ-ヴー]+|[a-z]+", text))


def may_be_given(text: str, word: TaggedWord) -> bool:
    """Tell whether a common noun right after a surname can be a given name (実, 光)."""
    return (
        re.fullmatch("[一-龥々]{1,2}", text) is not None
        and word.part_of_speech[0] == "名詞"
        and word.part_of_speech[2] != "サ変可能"
        and text not in NOBODY | BUSINESS
    )


def is_organisation(chunk: str) -> bool:
    """Tell whether a chunk names an organisation, a part of one, or a post in it."""
    return ORGANISATION.search(chunk) is not None
