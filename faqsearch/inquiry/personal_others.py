"""Names of those whom a text speaks of: 妻の〇〇, 息子（〇〇）, 父〇〇名義, 前任の〇〇, 〇〇と名乗る方.

All functions take a text as ``personal_text.fold`` returns it; the time is in proportion to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from faqsearch.inquiry.name_lists import RELATIVES
from faqsearch.inquiry.name_words import After, NameWords

_FAMILY: Final = "|".join(sorted(RELATIVES, key=len, reverse=True))
_COLLEAGUES: Final = (
    "氏名(?![(「:の])|こちら|友人|友達|ともだち|知人|知り合い|隣人?|同僚|同期|同級生|上司|部下|先輩|後輩|前任者?|後任者?|担当者?|対応者?|責任者|管理者"
    "|社員|職員|従業員|新人|新入社員|退職者?|(?:退職|退社|入社|異動|引き継い|引継い)(?:した|する|だ)|弊社|当社|御社|貴社|うち"
    "|代表|専務|常務|秘書|通訳|講師|相棒|(?:辞め|やめ)た|社長|部長|課長|係長|主任|店長|所長|院長|園長|スタッフ|パート|アルバイト|バイト|実習生|派遣|店員|配達員|オペレーター"
)
_NAMED: Final = (
    "宛名|差出人|送り主|贈り主|受取人|受け取り(?:人|(?=は))|お?届け先|贈り先|依頼主|名義人?|注文者|契約者|申込者|申請者|登録者|利用者"
    "|(?:熨斗|のし)(?:の名前|の名入れ)?|表札|名前|氏名|担当者?"
)
_RELATION: Final = re.compile(
    rf"(?:(?P<family>{_FAMILY})|(?:{_COLLEAGUES}))(?P<link>[の・、: ]| ?[(「]|)"
    r"(?=(?P<value>(?! )[^\n\ufffc]{1,16}))"
)
_NAMING: Final = re.compile(
    rf"(?:{_NAMED})(?:[はをが]、?|[はをがにへ]?(?P<quote>[「『]))(?=(?P<value>(?! )[^\n\ufffc]{{1,16}}))"
)
_BESIDE: Final = re.compile(
    r"(?:さん|様|さま|氏|くん|君|ちゃん)?(?:と|や|、|・|及び|および|→|&|/)(?P<value>(?! )[^\n\ufffc]{1,16})"
)
_BESIDE_BEFORE: Final = re.compile(
    r"(?:^|[^一-龥々ァ-ヴー])(?P<value>[一-龥々]{1,4}|[ァ-ヴー]{2,8})(?:さん|様|氏|くん|君)?と$"
)
_SPOKEN_OF: Final = re.compile(
    r"(?:さん|様|氏)?(?P<self>と(?:名乗|おっしゃ))|"
    r"と(?:か)?(?:いう|言う|呼ばれる|申す)(?:者|方|人|男|女|名前|社員|職員|担当|お客)"
)
_SELF: Final = re.compile(r"(?:^|[\n。、 ])こちら、? ?(?P<value>[一-龥々]{1,4})(?=[。.!\n]|です|と申|といい)")
_REACH: Final = 16


def find_others(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """Find who is named by what they are to the writer, or as who is spoken of."""
    for match in _RELATION.finditer(text):
        if length := names.begins(match["value"], after=_after(match)):
            yield match.start("value"), match.start("value") + length
    for match in chain(_NAMING.finditer(text), _SELF.finditer(text)):
        quoted = match.groupdict().get("quote") is not None
        if length := names.begins(match["value"], after=After.BRACKET if quoted else After.SURNAME):
            yield match.start("value"), match.start("value") + length
    for match in _SPOKEN_OF.finditer(text):
        window = re.split("[\n\ufffc]", text[max(0, match.start() - _REACH) : match.start()])[-1]
        sure = match["self"] is not None
        if length := (names.before(window, sure=sure) if sure else 0) or names.called(window):
            yield match.start() - length, match.start()


def find_beside(text: str, start: int, end: int, names: NameWords) -> Iterator[tuple[int, int]]:
    """Find names that are told in one breath with the one from start to end (〇〇と〇〇)."""
    if match := _BESIDE.match(text, end):
        # What a comma parts need not be of one kind.
        after = After.WORD if text[match.start("value") - 1] == "、" else After.SURNAME
        if length := names.begins(match["value"], after=after):
            yield match.start("value"), match.start("value") + length
    if text[start - 1 : start] == "と":
        at = max(0, start - _REACH)
        match = _BESIDE_BEFORE.search(text[at:start])
        if match and names.begins(match["value"]) == len(match["value"]):
            yield at + match.start("value"), at + match.end("value")


def _after(relation: re.Match[str]) -> After:
    link = relation["link"].strip()
    if not relation["link"]:
        return After.SURNAME if relation[0][-1] in "ただる" else After.NOTHING
    if link in {"(", "「"}:
        return After.BRACKET
    return After.FAMILY if relation["family"] else After.SURNAME
