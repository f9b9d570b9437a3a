"""Postal addresses: from prefecture or municipality to house number, building and room.

A place without a number (東京都に住んでいます) is no address: it tells of nobody where they live.
Repetitions in the patterns are bounded, so that the time is in proportion to the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from faqsearch.inquiry.personal_text import PersonalKind, PersonalSpan

_PREFECTURE: Final = (
    "(?:北海道|東京都|(?:大阪|京都)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|"
    "神奈川|新潟|富山|石川|福井"
    "|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛"
    "|高知|福岡|佐賀|長崎|熊本"
    "|大分|宮崎|鹿児島|沖縄)県)"
)
_MUNICIPALITY: Final = "(?:[一-龥々ヶ]{1,5}|[ぁ-ん]{2,6}|[ァ-ヴー]{2,8})[市区郡町村]"
_TOWN: Final = "[一-龥々〆〇ヶケヵぁ-んァ-ヴー ]"
_KANJI_NUMBER: Final = "[一二三四五六七八九十百〇]{1,4}"
_NUMBER: Final = f"(?:[0-9]{{1,5}}|{_KANJI_NUMBER}(?=丁目|番|号))"
_REST: Final = f"(?:(?:丁目|番地の?|番|号|条|線|[東西南北]|の| ?- ?|ー)?{_NUMBER}){{0,6}}(?:丁目|番地|番|号)?"
_NO_COUNT: Final = r"(?![0-9]| ?(?:日|時|円|個|回|人|年|ヶ月|か月|月|週|分|枚|本|件|点|箱|%|kg|cm|台|つ))"
_BUILDING_NAME: Final = "[A-Za-z一-龥々ヶァ-ヴぁ-んー・]{1,20}?"
_BUILDING_WORD: Final = (
    "(?:ビル|ハイツ|コーポ|荘|マンション|アパート|タワー|ハウス|レジデンス|メゾン|寮|団地|棟|会館"
    "|館|センター|プラザ|ヴィラ|パレス)"
)
_ROOM: Final = r" ?[A-Z]?-?[0-9]{1,5}[A-Z]?(?:号室|号|階|F|f)?(?![0-9A-Za-z日時円個回人年月週分枚本件点箱%])"
_BUILDING: Final = (
    f"(?:(?: |(?![ぁ-ん])){_BUILDING_NAME}{_ROOM}| ?{_BUILDING_NAME}{_BUILDING_WORD}(?:[一-龥ァ-ヴ"
    f"ーA-Z]{{0,8}}?{_ROOM})?)?"
)
_PREFECTURE_ADDRESS: Final = re.compile(
    f"{_PREFECTURE} ?{_TOWN}{{1,30}}?{_NUMBER}{_NO_COUNT}{_REST}{_NO_COUNT}{_BUILDING}"
)
# Without a prefecture only a number that is one of a house, not any figure that follows a word with 市 in it.
_HOUSE: Final = (
    f"(?:[0-9]{{1,4}}(?:丁目|番地|番(?!号)|-[0-9]{{1,4}}(?![0-9]))|{_KANJI_NUMBER}(?:丁目|番地)|"
    f"[0-9]{{1,4}}条)"
)
_MUNICIPAL_ADDRESS: Final = re.compile(
    f"{_MUNICIPALITY}{_TOWN}{{0,20}}?{_HOUSE}{_REST}{_NO_COUNT}{_BUILDING}"
)
_LABELLED: Final = re.compile(
    r"(?:住所|お?届け先|送り先|配送先|所在地|転居先|引っ?越し先)[】\])〕」]?[ :=は、／/]{0,3}\n?[ (「]{0,2}"
    rf"(?P<address>(?! ){_TOWN}{{1,20}}?{_HOUSE}{_REST}{_NO_COUNT}{_BUILDING})"
)
_LATIN: Final = re.compile(
    r"(?<![A-Za-z0-9-])[0-9]{1,4}(?:-[0-9]{1,4}){1,3},? (?:[A-Za-z-]{2,24},? ){0,4}?"
    r"[A-Za-z]{2,20}-(?:ku|shi|cho|machi|gun|ken|fu|to)(?:,? [A-Za-z-]{2,20}){0,4}"
)


def find_addresses(text: str) -> Iterator[PersonalSpan]:
    """Find postal addresses in a folded text; what overlaps is for the caller to settle."""
    for pattern, group in (
        (_PREFECTURE_ADDRESS, 0),
        (_MUNICIPAL_ADDRESS, 0),
        (_LABELLED, "address"),
        (_LATIN, 0),
    ):
        for match in pattern.finditer(text):
            yield PersonalSpan(kind=PersonalKind.ADDRESS, start=match.start(group), end=match.end(group))
