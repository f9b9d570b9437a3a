"""What names of persons look like: by Sudachi's dictionary, and by their shape where a name is certain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from faqsearch.analysis.tagging import TaggedWord, tag
from faqsearch.inquiry.name_lists import (
    BUSINESS,
    GIVEN_END,
    GIVEN_TOO,
    HAN_NAME,
    NO_NAME,
    NO_SIGNATURE,
    NOBODY,
    ORGANISATION,
    PLACES_TOO,
    PLAIN_SURNAMES,
    PREFECTURES,
    ROLES,
    ROMAJI,
    SHAPES,
)

_HAN_RUN: Final = re.compile(r"[一-龥々〆ヶ﨑髙𠮷]{1,5}$")
_FULL_HAN: Final = re.compile(r"[一-龥々ヶ]{4,6}")
_HAN_CHUNK: Final = re.compile(r"[一-龥々ヶ﨑髙]{2,5}")
_KATAKANA_RUN: Final = re.compile(r"[ァ-ヴー・ｦ-ﾟ]{2,14}(?: [ァ-ヴー]{2,10})?$")
_HIRAGANA_RUN: Final = re.compile(r"(?:^|[ 、。,「『(の:])(?P<name>[ぁ-ん]{2,6}(?: [ぁ-ん]{2,6})?)$")
_LATIN_RUN: Final = re.compile(r"(?:^|[^A-Za-z])(?P<name>[A-Z][A-Za-z]{1,19}(?: [A-Z][A-Za-z]{1,19}){0,2})$")
_HAN_PAIR: Final = re.compile(
    r"(?:^|[^一-龥々ァ-ヴー])(?P<name>[一-龥々〆ヶ﨑髙𠮷]{1,4} {1,2}[一-龥々ぁ-んァ-ヴー﨑]{1,5})$"
)
_CHUNK: Final = re.compile(r"[一-龥々〆ヶ﨑髙𠮷ぁ-んァ-ヴー]{1,5}|[ぁ-ん]{2,6}|[ァ-ヴーｦ-ﾟ]{2,10}")
_LATIN_CHUNK: Final = re.compile(r"[A-ZÀ-ÝĐ][a-zà-ɏḀ-ỹ'.-]{1,19}|[A-Z]{2,20}|[가-힣]{2,4}")
_KANA_NAME: Final = re.compile(r"[ぁ-ん]{2,4}|[ァ-ヴー]{2,5}")
_NOUN: Final = ("名詞", "普通名詞", "一般")
_BLANK: Final = re.compile(r"[ /|]{1,8}")
_TAIL: Final = re.compile(
    r"(?:様|さま|さん|殿|氏|より|宛|です|でございます|と申し.*|\(.*|（.*|[0-9<>:;、。,].*|"
    r"[「」『』\[\]【】)].*)$"
)


class NameWords:
    """Answers whether and where a short text names a person; remembers answers as long as it lives.

    The dictionary is asked for every different text once. Make one for each text that is redacted: what
    it remembers is personal data.
    """

    def __init__(self) -> None:
        self._tagged: dict[str, list[TaggedWord]] = {}

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

    def is_name(self, text: str, *, sure: bool) -> bool:
        """Tell whether a text, such as 山田, 山田 花子 or Kevin 小林, names a person.

        Args:
            text: Not empty.
            sure: A name is expected where it stands; then its shape is enough.
        """
        chunks = [chunk for chunk in _BLANK.split(text) if chunk]
        # 王 is nobody before 様, but somebody before a given name.
        named = chunks[1:] if len(chunks) > 1 and chunks[0] in PLAIN_SURNAMES else chunks
        if not 1 <= len(chunks) <= 3 or any(chunk in NOBODY for chunk in named):
            return False
        if any(is_organisation(chunk) for chunk in chunks):
            return False
        shaped = [bool(_CHUNK.fullmatch(chunk) or _LATIN_CHUNK.fullmatch(chunk)) for chunk in chunks]
        if not all(shaped):
            return False
        if sure and (len(chunks) > 1 or self._is_nominal(text)):
            return True
        if HAN_NAME.fullmatch(" ".join(chunks)) and self._may_be_full_name(chunks):
            return True
        return self._is_personal(chunks)

    def before(self, window: str, *, sure: bool, introduced: bool = False) -> int:
        """Return the length of the name at the end of a text; 0 for none.

        Args:
            window: What stands before a title or an introduction, on the same line.
            sure: Something is named by what follows; then a noun's shape is enough.
            introduced: です or the like follows: a given name must then begin the clause.
        """
        if match := _HAN_PAIR.search(window):
            chunks = match["name"].split()
            if self._is_personal(chunks) and not any(chunk in NOBODY for chunk in chunks):
                return len(match["name"])
        length = self._known_before(window)
        if length:
            name = window[-length:]
            if name in NOBODY | GIVEN_TOO or (
                introduced and not sure and not self._begins_clause(window, length)
            ):
                return 0
            return length
        name = self._plain_before(window, introduced=introduced) or (
            self._shape_before(window) if sure else ""
        )
        return len(name)

    def value(self, text: str, *, sure: bool) -> tuple[int, int] | None:
        """Return where the name in the value of a label stands, None for none."""
        cut = _TAIL.sub("", text.rstrip()).rstrip()
        if cut != text.rstrip():
            cut = _TAIL.sub("", cut).rstrip()
        start = len(cut) - len(cut.lstrip())
        chunks = [(m.start(), m.end()) for m in re.finditer(r"[^ /|]+", cut)]
        while len(chunks) > 1 and is_organisation(cut[slice(*chunks[0])]):
            start = chunks.pop(0)[1]
        if not chunks:
            return None
        candidates = [chunks[:3], chunks[:2], chunks[:1]] if sure else [chunks[:2], chunks[:1]]
        for some in candidates:
            begin, end = some[0][0], some[-1][1]
            if begin >= start and self.is_name(cut[begin:end], sure=sure):
                return begin, end
        if not sure:
            return self._known_start(cut)
        return None

    def signature(self, line: str, *, signed: bool, block: bool = False) -> tuple[int, int] | None:
        """Return where the name in a line of a signature stands, None if it is no such line.

        Args:
            line: The line without ornaments.
            signed: Whether a closing or an ornament stands before it.
            block: Whether it stands near a company, an ornament or ways to get in touch.
        """
        if len(line) > 60 or re.search(r"[。？！?!」]|(?:です|ます|した|ません)", line):
            return None
        chunks = [(m.start(), m.end()) for m in re.finditer(r"[^ /|]+", line)]
        if (
            len(chunks) > 2
            and is_organisation(line[slice(*chunks[2])])
            and not is_organisation(line[slice(*chunks[0])])
        ):
            # The name comes first, and who it belongs to behind it.
            chunks = chunks[:2]
        for size in (3, 2, 1):
            if len(chunks) < size:
                continue
            begin, end = chunks[-size][0], chunks[-1][1]
            name = line[begin:end]
            rest = [line[slice(*chunk)] for chunk in chunks[:-size]]
            introduced = rest and (is_organisation(rest[-1]) or rest[-1].endswith(tuple(BUSINESS)))
            pair = size == 2 and (
                self.is_known(name.split()[0])
                or (HAN_NAME.fullmatch(name) is not None and self._may_be_full_name(name.split()))
            )
            if rest and not introduced and not pair:
                continue
            if self._signs(name.split(), alone=not rest, signed=signed, block=block):
                return begin, end
        return None

    def stands_in_kana(self, window: str) -> int:
        """Return the length of a name in kana or Latin letters at the end; 0 for none."""
        match = re.search(
            r"(?:^|[ 、。!:>\[(「の])(?P<name>[ぁ-んー]{2,5}|[ァ-ヴー]{2,8}|[A-Z][a-z]{1,14})$", window
        )
        if not match or match["name"] in NOBODY or match["name"].lower() in ROLES:
            return 0
        name = match["name"]
        return 0 if self._is_common(name) and not re.fullmatch("[ぁ-ん]{2,3}", name) else len(name)

    def belongs(self, window: str) -> int:
        """Return the length of a name no dictionary has, after the organisation it belongs to; 0 for none."""
        match = re.search(r"(?P<of>[^ 、。]{2,16})の(?P<name>[一-龥々﨑髙]{2,5}|[ァ-ヴー]{2,6})$", window)
        if not match or not is_organisation(match["of"]) or not self._is_nominal(match["name"]):
            return 0
        return 0 if self._is_common(match["name"]) or match["name"] in NOBODY else len(match["name"])

    def speaks(self, value: str, *, sure: bool) -> bool:
        """Tell whether who speaks in a chat is called by name, not by role."""
        chunks = value.split()
        if any(chunk.lower() in ROLES or chunk in NOBODY or chunk in NO_SIGNATURE for chunk in chunks):
            return False
        if self._is_personal(chunks) and all(_CHUNK.fullmatch(chunk) for chunk in chunks):
            return True
        if not sure or any(is_organisation(chunk) for chunk in chunks):
            return False
        common = self._is_common(value) and value not in PLAIN_SURNAMES
        plain = not common or (
            re.fullmatch("[ぁ-ん]+", value) and self.words(value)[0].part_of_speech[:3] == _NOUN
        )
        return self._is_nominal(value) and bool(plain)

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

    def is_reading(self, text: str) -> bool:
        """Tell whether kana or romaji in brackets after a name can be its reading."""
        words = self.words(text)
        known = len(words) == 1 and words[0].is_known and not words[0].is_person
        return text not in NOBODY | NO_SIGNATURE and not (known and re.fullmatch("[ァ-ヴー]+|[a-z]+", text))

    def _stands_alone(self, line: str, word: TaggedWord) -> bool:
        """Tell whether a surname or given name in kanji is no part of another word or name."""
        text = line[word.start : word.end]
        if word.detail not in {"姓", "名"} or len(text) < 2 or text in NOBODY | NO_NAME:
            return False
        before, after = line[word.start - 1 : word.start], line[word.end : word.end + 1]
        return bool(
            word.is_person
            and re.fullmatch("[一-龥々ヶ]+", text)
            and not re.match("[一-龥々ァ-ヴーA-Za-z0-9]", before)
            and (not re.match("[一-龥々ァ-ヴーA-Za-z0-9]", after) or after in set("様氏殿君"))
        )

    def _signs(self, chunks: list[str], *, alone: bool, signed: bool, block: bool) -> bool:
        if any(chunk in NOBODY or is_organisation(chunk) for chunk in chunks):
            return False
        if all(_LATIN_CHUNK.fullmatch(chunk) for chunk in chunks):
            romaji = len(chunks) == 2 and all(ROMAJI.fullmatch(chunk) for chunk in chunks)
            return romaji or ((signed or block) and len(chunks) <= 3 and (signed or len(chunks) > 1))
        if not all(_CHUNK.fullmatch(chunk) or _LATIN_CHUNK.fullmatch(chunk) for chunk in chunks):
            return False
        if len(chunks) == 1 and alone:
            return self._signs_alone(chunks[0], signed=signed)
        if len(chunks) == 1 and block and _HAN_CHUNK.fullmatch(chunks[0]) and not self._is_common(chunks[0]):
            return self._is_nominal(chunks[0]) and chunks[0] not in PREFECTURES
        pair = HAN_NAME.fullmatch(" ".join(chunks)) is not None
        return self._is_personal(chunks) or (pair and self._may_be_full_name(chunks))

    def _signs_alone(self, name: str, *, signed: bool) -> bool:
        # One word on a line may be anything: only what the dictionary has as a name.
        if signed and (_KANA_NAME.fullmatch(name) or name in PLAIN_SURNAMES | PLACES_TOO):
            return name not in NO_SIGNATURE
        written = signed and _FULL_HAN.fullmatch(name) is not None and GIVEN_END.search(name) is not None
        return self.is_known(name) or self._is_joined(name) or (written and not self._is_common(name))

    def _is_personal(self, chunks: list[str]) -> bool:
        """Tell whether at least one chunk is a name by the dictionary, and the others may be."""
        if len(chunks) == 1:
            [chunk] = chunks
            return self.is_known(chunk) or self._is_joined(chunk) or chunk in PLAIN_SURNAMES | PLACES_TOO
        if len(chunks) == 2 and all(chunk in PLAIN_SURNAMES | PLACES_TOO for chunk in chunks):
            return True
        first, *others = chunks
        if not all(self._is_nominal(chunk) or len(chunk) <= 3 for chunk in chunks):
            return False
        if self._is_surname(first):
            return True
        # After a surname that the dictionary lacks, only what it has as a given name (有働 スミエ).
        last = others[-1]
        latin = _LATIN_CHUNK.fullmatch(first) is not None
        given = self.words(last)[-1].detail != "姓"
        return self.is_known(last) and (latin or (given and len(first) <= 4))

    def _may_be_full_name(self, chunks: list[str]) -> bool:
        """Tell whether two short chunks can be a name that no dictionary has."""
        first, second = chunks
        given = GIVEN_END.search(second) is not None and not self._is_common(second)
        return (
            (not self._is_common(first) or (given and len(second) > 1))
            and first not in ROLES | NOBODY
            and not is_organisation(first)
            and second not in ROLES
            and (given or all(map(self._is_nominal, chunks)))
            and not re.search("[0-9]|[日月年時分円]$", first + second)
        )

    def _is_common(self, text: str) -> bool:
        """Tell whether a text is a word of the dictionary that is no name, or holds one of some length."""
        words = self.words(text)
        return any(
            word.is_known
            and word.part_of_speech[1] != "固有名詞"
            and (len(words) == 1 or word.end - word.start > 1)
            for word in words
        )

    def _is_surname(self, chunk: str) -> bool:
        """Tell whether a chunk before another can be a surname; many are names of places."""
        words = self.words(chunk)
        place = len(words) == 1 and words[0].part_of_speech[2] == "地名" and chunk not in NOBODY | PREFECTURES
        return self.is_known(chunk) or place or chunk in PLAIN_SURNAMES | PLACES_TOO

    def _is_joined(self, chunk: str) -> bool:
        """Tell a surname with a given name, of which the dictionary has only one as such (竹下実)."""
        words = self.words(chunk)
        if len(words) != 2 or len(chunk) > 6:
            return False
        first, second = words
        given = chunk[second.start : second.end]
        if first.is_person and first.detail == "姓":
            return second.is_person or (_may_be_given(given, second))
        return (
            second.is_person and second.detail == "名" and chunk[: first.end] in PLAIN_SURNAMES | PLACES_TOO
        )

    def _is_nominal(self, text: str) -> bool:
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

    def _known_before(self, window: str) -> int:
        """Return the length of the words at the end that the dictionary has as a name."""
        words = self.words(window)
        start = None
        place = len(words)
        while place:
            word = words[place - 1]
            if word.is_person:
                start = word.start
            elif not (
                start is not None
                and window[word.start : word.end].isspace()
                and place > 1
                and words[place - 2].is_person
            ):
                break
            place -= 1
        if start is not None:
            return len(window) - start
        if len(words) >= 2:
            first, last = words[-2], words[-1]
            given = window[last.start :]
            if first.is_person and first.detail == "姓" and _may_be_given(given, last):
                return len(window) - first.start
        return 0

    def _plain_before(self, window: str, *, introduced: bool) -> str:
        """Return a surname at the end that the dictionary has as another word, if it stands alone."""
        match = re.search(r"(?:^|[ 、。,「(>:/の])(?P<name>[一-龥々]{1,3})$", window)
        if not match or match["name"] not in PLAIN_SURNAMES | PLACES_TOO:
            return ""
        before = window[: match.start("name")]
        if introduced and before and not (before.endswith("の") and ORGANISATION.search(before[:-1])):
            return match["name"] if before.rstrip()[-1:] in "、。" and len(match["name"]) > 1 else ""
        return match["name"]

    def _shape_before(self, window: str) -> str:
        """Return what stands at the end and may be a name by its characters."""
        for pattern in (_HIRAGANA_RUN, _LATIN_RUN):
            if match := pattern.search(window):
                return "" if match["name"] in NOBODY else match["name"]
        for pattern in (_KATAKANA_RUN, _HAN_RUN):
            if (match := pattern.search(window)) and not is_organisation(match[0]):
                words = self.words(match[0])
                if match[0] in NOBODY or (words and match[0][words[-1].start :] in NOBODY):
                    return ""
                return match[0] if len(match[0]) <= 5 or pattern is _KATAKANA_RUN else ""
        return ""

    def _begins_clause(self, window: str, length: int) -> bool:
        """Tell whether a name before です is what somebody calls themselves: at least not 〇〇は山田です."""
        before = window[: len(window) - length].rstrip()
        return not before or before[-1] in "、。,.!！?？の(「)でるただ係長任者員:/>り"

    def _known_start(self, text: str) -> tuple[int, int] | None:
        """Return where a name begins a text, such as 丸山 in 丸山へ連携."""
        words = self.words(text)
        end = 0
        for word in words:
            particle = text[word.end : word.end + 1] in set("へがにはより、")
            place = particle and word.part_of_speech[2] == "地名"
            if not (word.is_person or place) or (word.detail == "名" and not end):
                break
            end = word.end
        if not end or text[:end] in NOBODY | PREFECTURES or re.match(r"[一-龥ァ-ヴー]", text[end : end + 1]):
            return None
        return 0, end


def _may_be_given(text: str, word: TaggedWord) -> bool:
    """Tell whether a common noun right after a surname can be a given name (実, 光)."""
    return (
        _HAN_RUN.fullmatch(text) is not None
        and len(text) <= 2
        and word.part_of_speech[0] == "名詞"
        and word.part_of_speech[2] != "サ変可能"
        and text not in NOBODY | BUSINESS
    )


def is_organisation(chunk: str) -> bool:
    """Tell whether a chunk names an organisation, a part of one, or a post in it."""
    return ORGANISATION.search(chunk) is not None
