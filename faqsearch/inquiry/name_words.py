"""What names of persons look like: by Sudachi's dictionary, and by their shape where a name is certain."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from faqsearch.analysis.tagging import entries
from faqsearch.inquiry.name_dictionary import CHUNK, FOREIGN, LATIN_CHUNK, NameDictionary, may_be_given
from faqsearch.inquiry.name_lists import (
    GIVEN_END,
    GIVEN_TOO,
    HAN_NAME,
    NO_NAME,
    NO_SIGNATURE,
    NOBODY,
    PREFECTURES,
    RELATIVES,
    ROLES,
)

_HAN_RUN: Final = re.compile(r"[一-龥々〆ヶ﨑髙𠮷]{1,5}$")
_FOLLOWS: Final = (
    r"(?=$|[はがをにのもとへでやさ様ちく君氏殿宛あ]|[、。,.・(/)\]」』 !?:<→-]|名義|から|より|まで"
    "|だ|しか|って|くん)"
)
_FIRST_WORDS: Final = (
    re.compile(
        rf"(?:(?!様)[一-龥々﨑髙]){{1,4}} "
        rf"(?:(?!名義|宛|様|さ[んま]|氏|殿)[一-龥々ぁ-んァ-ヴー]){{1,5}}{_FOLLOWS}"
    ),
    re.compile(rf"[一-龥々ァ-ヴー﨑髙]{{1,8}}?(?:・[ァ-ヴー]{{1,10}}){{0,4}}{_FOLLOWS}"),
    *(re.compile(rf"[ぁ-ん]{{{size}}}{_FOLLOWS}") for size in (5, 4, 3, 2)),
)
_WHOM_YOU_KNOW: Final = tuple("先ほどの 先程の さっきの 昨日の 先日の 今朝の 前回の 先週の いつもの".split())
_KATAKANA_RUN: Final = re.compile(r"[ァ-ヴー・ｦ-ﾟ]{2,14}(?: [ァ-ヴー]{2,10})?$")
_HIRAGANA_RUN: Final = re.compile(r"(?:^|[ 、。,「『(の:])(?P<name>[ぁ-ん]{2,6}(?: [ぁ-ん]{2,6})?)$")
_LATIN_RUN: Final = re.compile(r"(?:^|[^A-Za-z])(?P<name>[A-Z][A-Za-z]{1,19}(?: [A-Z][A-Za-z]{1,19}){0,2})$")
_HAN_PAIR: Final = re.compile(
    r"(?:^|[^一-龥々ァ-ヴー])(?P<name>[一-龥々〆ヶ﨑髙𠮷]{1,4} {1,2}[一-龥々ぁ-んァ-ヴー﨑]{1,5})$"
)
_FOREIGN_RUN: Final = re.compile(rf"(?:^|[^ァ-ヴー・=])(?P<name>{FOREIGN})$")
# The whole of a word in one script, and how it hangs together with what stands before it.
_WORD_RUN: Final = re.compile(
    r"(?:^|(?P<before>[^一-龥々ァ-ヴーA-Za-z0-9]))(?P<name>[一-龥々﨑髙]{1,4}|[ァ-ヴー]{2,8})$|"
    r"(?:^|[^ぁ-んァ-ヴー]|(?<=[一-龥ァ-ヴーん])[のとにが]|た)(?P<kana>[ぁ-んー]{2,6})$"
)
_NOUN: Final = ("名詞", "普通名詞", "一般")
_BEGIN_CLAUSES: Final = frozenset({"動詞", "形容詞", "助詞", "代名詞", "連体詞"})
_BLANK: Final = re.compile(r"[ /|]{1,8}")
_TAIL: Final = re.compile(
    r"(?:(?:様|さま|さん|殿|氏)(?: .*)?|より|宛|です|でございます|と申し.*|\(.*|（.*|[0-9<>:;、。,].*|"
    r"[「」『』\[\]【】)].*)$"
)


class After(Enum):
    """What stands before a place where a name may begin."""

    NOTHING = "a word for a person, nothing between: 父仙石 勝"
    WORD = "anything that calls for a name"
    SURNAME = "words that call for a surname: 担当は"
    FAMILY = "somebody of the family: 妻の"
    BRACKET = "somebody, and a bracket: 弟（翼）; hardly anything but a name follows"


class NameWords(NameDictionary):
    """Answers whether and where a short text names a person."""

    def is_name(self, text: str, *, sure: bool) -> bool:
        """Tell whether a text, such as 山田, 山田 花子 or Kevin 小林, names a person.

        Args:
            text: Not empty.
            sure: A name is expected where it stands; then its shape is enough.
        """
        chunks = [chunk for chunk in _BLANK.split(text) if chunk]
        # 王 is nobody before 様, but somebody before a given name.
        named = chunks[1:] if len(chunks) > 1 and self.is_plain_surname(chunks[0]) else chunks
        if not 1 <= len(chunks) <= 3 or any(chunk in NOBODY for chunk in named):
            return False
        if any(self.is_group(chunk) for chunk in chunks):
            return False
        shaped = [bool(CHUNK.fullmatch(chunk) or LATIN_CHUNK.fullmatch(chunk)) for chunk in chunks]
        if not all(shaped):
            return False
        if sure and (len(chunks) > 1 or "・" in text or self.is_nominal(text)):
            return True
        if HAN_NAME.fullmatch(" ".join(chunks)) and self.may_be_full_name(chunks):
            return True
        return self.is_personal(chunks)

    def before(self, window: str, *, sure: bool, introduced: bool = False) -> int:
        """Return the length of the name at the end of a text; 0 for none.

        Args:
            window: What stands before a title or an introduction, on the same line.
            sure: Something is named by what follows; then a noun's shape is enough.
            introduced: です or the like follows: a given name must then begin the clause.
        """
        if match := _HAN_PAIR.search(window):
            chunks = match["name"].split()
            if self.is_personal(chunks) and not any(chunk in NOBODY for chunk in chunks):
                return len(match["name"])
        if (match := _FOREIGN_RUN.search(window)) and (sure or self.is_foreign(match["name"])):
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
        while len(chunks) > 1 and self.is_group(cut[slice(*chunks[0])]):
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

    def called(self, window: str) -> int:
        """Return the length of a name at the end that a title such as さん follows; 0 for none.

        Args:
            window: What stands before the title. Many who have one are called by what they are (店員さん):
                a word is a name only where the dictionary has it as one, or does not have it.
        """
        match = _WORD_RUN.search(window)
        if length := self._last_word(window):
            return length
        if not match or (name := match["name"] or match["kana"]) in NOBODY or self.is_group(name):
            return 0
        if match["kana"]:
            sure = "ー" in name[1:] or (
                (self.is_given(name) or self._is_unknown_kana(name)) and window[: -len(name)].endswith("の")
            )
            return len(name) if sure or self.is_kana_surname(name) or self._is_only_given(name) else 0
        if name in PREFECTURES or match["before"] in {"お", "ご"}:
            return 0
        strange = re.match("[ァ-ヴー]", name) is not None and match["before"] != "の"
        noun = self.is_noun(name) and (strange or name.endswith("屋"))
        person = (self.is_surname_somewhere(name) or self.is_given(name)) and not noun
        unknown = len(name) > 1 and self.is_nominal(name) and not self.is_common(name)
        return len(name) if person or unknown or self.is_kana_surname(name) else 0

    def _last_word(self, window: str) -> int:
        """Return the length of a surname at the end that a word of another kind runs into (先日林さん)."""
        words = self.words(window)
        if len(words) < 2 or not re.search("[一-龥]{2}$", window):
            return 0
        name, before = window[words[-1].start :], window[words[-2].start : words[-2].end]
        loose = "副詞可能" in words[-2].part_of_speech or words[-2].part_of_speech[0] == "副詞"
        return len(name) if (loose or before in RELATIVES) and self.is_surname_somewhere(name) else 0

    def begins(self, text: str, *, after: After = After.WORD) -> int:
        """Return the length of the name that begins a text, whole words of it; 0 for none."""
        for match in (pattern.match(text) for pattern in _FIRST_WORDS):
            if match and self._is_somebody(match[0], after):
                return match.end()
        return 0

    def _is_somebody(self, name: str, after: After) -> bool:
        if name in NOBODY | NO_NAME | PREFECTURES or self.is_group(name):
            return False
        kana, given = re.fullmatch("[ぁ-んー]+", name) is not None, self.is_given(name)
        if " " in name or (kana and len(name) == 2):
            return self.is_name(name, sure=False) if " " in name else given and after is After.BRACKET
        sure = self.is_joined(name) or ((given or self.is_known(name)) and not self.is_noun(name))
        sure = sure or self.is_foreign(name) or self.is_plain_surname(name)
        if after is After.NOTHING:
            return len(name) > 1 and sure and not kana
        if sure or self.is_kana_surname(name):
            return True
        if after is After.SURNAME:
            return len(name) > 1 and self.is_surname_somewhere(name)
        written = GIVEN_END.search(name) is not None and len(name) < 4 and not self.is_common(name)
        written = written or (kana and self._is_unknown_kana(name))
        given = given and not (re.match("[ァ-ヴー]", name) and self.is_noun(name))
        long_enough = len(name) > (0 if after is After.BRACKET else 1)
        quoted = after is After.BRACKET and self.is_surname_somewhere(name)
        return quoted or (after is not After.WORD and long_enough and (given or written))

    def _is_unknown_kana(self, name: str) -> bool:
        """Tell whether hiragana is no word of the dictionary and begins with none of a clause (りょうた)."""
        first = self.words(name)[0].part_of_speech[0]
        return (
            len(name) > 2
            and not entries(name)
            and first not in {"動詞", "形容詞", "助詞", "代名詞", "連体詞"}
        )

    def _is_only_given(self, name: str) -> bool:
        return self.is_given(name) and not self.is_noun(name)

    def stands_in_kana(self, window: str) -> int:
        """Return the length of a name in kana or Latin letters at the end; 0 for none."""
        match = re.search(
            r"(?:^|[ 、。!:>\[(「の])(?P<name>[ぁ-んー]{2,5}|[ァ-ヴー]{2,8}|[A-Z][a-z]{1,14})$", window
        )
        if not match or match["name"] in NOBODY or match["name"].lower() in ROLES:
            return 0
        name = match["name"]
        return 0 if self.is_common(name) and not re.fullmatch("[ぁ-ん]{2,3}", name) else len(name)

    def belongs(self, window: str) -> int:
        """Return the length of a name no dictionary has, after the organisation it belongs to; 0 for none."""
        match = re.search(r"(?P<of>[^ 、。]{2,16})の(?P<name>[一-龥々﨑髙]{2,5}|[ァ-ヴー]{2,6})$", window)
        if not match or not self.is_group(match["of"]) or not self.is_nominal(match["name"]):
            return 0
        return 0 if self.is_common(match["name"]) or match["name"] in NOBODY else len(match["name"])

    def speaks(self, value: str, *, sure: bool) -> bool:
        """Tell whether who speaks in a chat is called by name, not by role."""
        chunks = value.split()
        if any(chunk.lower() in ROLES or chunk in NOBODY or chunk in NO_SIGNATURE for chunk in chunks):
            return False
        if self.is_foreign(value) or (
            self.is_personal(chunks) and all(CHUNK.fullmatch(chunk) for chunk in chunks)
        ):
            return True
        if not sure or any(self.is_group(chunk) for chunk in chunks):
            return False
        common = self.is_common(value) and not self.is_plain_surname(value)
        plain = (
            not common
            or self.is_given(value)
            or (re.fullmatch("[ぁ-ん]+", value) and self.words(value)[0].part_of_speech[:3] == _NOUN)
        )
        return self.is_nominal(value) and bool(plain)

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
            if first.is_person and first.detail == "姓" and may_be_given(given, last):
                return len(window) - first.start
        return 0

    def _plain_before(self, window: str, *, introduced: bool) -> str:
        """Return a surname at the end that the dictionary has as another word, if it stands alone."""
        match = re.search(r"(?:^|[ 、。,「(>:/の])(?P<name>[一-龥々]{1,3})$", window)
        if not match:
            return ""
        before = window[: match.start("name")]
        belongs = bool(before) and self._is_of(before)
        if not (self.is_surname_somewhere if belongs else self.is_plain_surname)(match["name"]):
            return ""
        if introduced and before and not belongs and not before.endswith(_WHOM_YOU_KNOW):
            return match["name"] if before.rstrip()[-1:] in "、。" and len(match["name"]) > 1 else ""
        return match["name"]

    def _is_of(self, before: str) -> bool:
        """Tell whether what stands before a name ends with the organisation it belongs to."""
        return before[-1] in "の " and self.is_business(before[:-1].rstrip())

    def _shape_before(self, window: str) -> str:
        """Return what stands at the end and may be a name by its characters."""
        for pattern in (_HIRAGANA_RUN, _LATIN_RUN):
            if match := pattern.search(window):
                return "" if match["name"] in NOBODY else match["name"]
        for pattern in (_KATAKANA_RUN, _HAN_RUN):
            if (match := pattern.search(window)) and not self.is_group(match[0]):
                words = self.words(match[0])
                if match[0] in NOBODY or (words and match[0][words[-1].start :] in NOBODY):
                    return ""
                return match[0] if len(match[0]) <= 5 or pattern is _KATAKANA_RUN else ""
        return ""

    def _begins_clause(self, window: str, length: int) -> bool:
        """Tell whether a name before です is what somebody calls themselves: at least not 〇〇は山田です."""
        before = window[: len(window) - length].rstrip()
        if not before or before.endswith(("もしもし", "こちら")) or self._is_of(f"{before} "):
            return True
        if before[-1] == "と" and len(self.words(before)) > 1:
            return self.words(before)[-2].is_person
        return before[-1] in "、。,.!！?？の(「)でるただ係長任者員:/>り"

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
