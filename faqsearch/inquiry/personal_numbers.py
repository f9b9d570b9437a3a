"""Mail addresses and personal numbers: cards, My Number, phones, postcodes, order ids.

All functions take a text as ``personal_text.fold`` returns it. Repetitions in the patterns are bounded, so
that the time is in proportion to the length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from faqsearch.errors import SettingsError
from faqsearch.inquiry.personal_text import PersonalKind, PersonalSpan

DEFAULT_ORDER_IDS: Final = (
    # HM-2026-0412345, TW-0048812, A1234567: letters, then at least seven digits.
    r"(?=(?:[^0-9]{0,6}[0-9]){7})[A-Za-z]{1,5}-?[0-9]{2,14}(?:-[0-9]{2,12}){0,3}",
    # 249-1234567-1234567
    r"[0-9]{3}-[0-9]{7}-[0-9]{7}",
)
"""Patterns of ids of orders and contracts; product names have fewer digits."""

_EMAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64} ?(?:@|[\[(] ?(?:at|AT|アットマーク|あっと|@) ?[\])]) ?"
    r"(?:[A-Za-z0-9-]{1,63}\.){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
_TOKEN: Final = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z0-9][A-Za-z0-9-]{3,39}(?![A-Za-z0-9-])")
_LABELLED_ID: Final = re.compile(
    r"(?:注文|オーダー|受注|予約|受付|問い?合わ?せ|契約者?|会員|お客様|顧客|社員|従業員|伝票|"
    r"送り状|追跡|荷物|請求書?|申込|申請|注)"
    r"(?:書|ID|Id|id|管理)?(?:番号?|No\.?|NO\.?|ナンバー|ID|コード)[】\])〕」]?[ :=#は、]{0,4}\n?[ (「]{0,2}"
    r"(?P<id>[A-Za-z0-9](?:[A-Za-z0-9-]{2,30})[A-Za-z0-9])(?![A-Za-z0-9])"
)
_ACCOUNT: Final = re.compile(
    r"(?:口座(?:番号)?|(?:普通|当座)(?:預金)?)(?:番号)?[】\])〕」]?[ :=#はが、]{0,3}"
    r"(?:(?:普通|当座)(?:預金)?[ :]?)?"
    r"(?P<id>[0-9]{3} ?- ?[0-9]{4,7}|[0-9]{6,8})(?![0-9A-Za-z円件個人本枚名])"
)
_MESSENGER: Final = re.compile(
    r"(?:LINE|Line|line|ライン)の? ?(?:ID|Id|id|アイディー?)[】\])〕」]?[ :=は、]{0,3}\n?[ (「]{0,2}"
    r"(?P<id>@?[A-Za-z0-9._-]{3,30})(?![A-Za-z0-9@])"
)
_TRACKING: Final = re.compile(
    r"(?:伝票|送り状|追跡|荷物|問い?合わ?せ|注文|受付|会員|契約|予約)[^\n\ufffc]{0,12}$"
)
_RUN: Final = re.compile(r"(?<![A-Za-z0-9])[0-9]{1,19}(?:(?: ?- ?|[ー. ])[0-9]{1,19}){0,24}(?![A-Za-z0-9])")
_DIGITS: Final = re.compile(r"[0-9]{1,19}")
_PARENTHESISED: Final = re.compile(
    r"(?<![A-Za-z0-9-])(?:\(0[0-9]{1,4}\) ?[0-9]{1,4}[-ー ]?[0-9]{4}|0[0-9]{1,4} ?\([0-9]{1,4}\) "
    r"?[0-9]{4})(?![0-9])"
)
_ABROAD: Final = re.compile(r"\(?\+[1-9][0-9]{0,2}\)?(?:[-ー. ]?\(?[0-9]{1,12}\)?){1,6}")
_LABELLED_PHONE: Final = re.compile(
    r"(?:電話|でんわ|TEL|Tel|tel|℡|☎|📞|携帯|FAX|Fax|fax|ファックス|ﾌｧｸｽ|phone|Phone)[^0-9\n\ufffc]{0,8}"
    r"(?P<number>[0-9]{2,11}(?:[-ー. ][0-9]{2,8}){0,3})(?![0-9A-Za-z])"
)
_LABELLED_MY_NUMBER: Final = re.compile(
    r"(?:マイナンバー|個人番号)[^0-9\n\ufffc]{0,12}(?P<number>[0-9]{12}|[0-9]{4}[-ー "
    r"][0-9]{4}[-ー ][0-9]{4})(?![0-9])"
)
_LABELLED_POSTCODE: Final = re.compile(
    r"(?:〒|郵便番号)[^0-9\n\ufffc]{0,4}(?P<number>[0-9]{3} ?[-ー ]? ?[0-9]{4})(?![0-9])"
)
_ADDRESS_FOLLOWS: Final = re.compile(r"[ \n]{0,3}[一-龥々ヶぁ-んァ-ヴー]{1,8}[都道府県市区町村郡]")
_ALONE: Final = re.compile(r"(?:^|\n)[ |>]{0,20}$")
_BEHIND: Final = 24
_QUANTITY: Final = re.compile(r" ?(?:円|個|件|本|枚|名|人|ml|g|kg|cm|mm|%)")


class _Group(NamedTuple):
    digits: str
    start: int
    end: int


class OrderIds:
    """Finds ids of orders, contracts, members and parcels.

    Args:
        patterns: Regular expressions, each for a whole id of 4 to 40 letters, digits and hyphens in half
            width. They are the owner's: one that takes exponential time on 40 characters does so here.

    Raises:
        SettingsError: If a pattern is no regular expression.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        if isinstance(patterns, str):
            raise SettingsError("order_ids came as one string; give a sequence of regular expressions")
        try:
            self._patterns = tuple(re.compile(pattern) for pattern in patterns)
        except (re.error, TypeError) as error:
            raise SettingsError(f"order_ids holds what is no regular expression: {error}") from error

    def find(self, text: str) -> Iterator[PersonalSpan]:
        """Find ids that match a pattern, and those that words like 注文番号 or LINE ID announce."""
        for token in _TOKEN.finditer(text):
            if any(pattern.fullmatch(token[0]) for pattern in self._patterns):
                yield PersonalSpan(kind=PersonalKind.ORDER, start=token.start(), end=token.end())
        for pattern in (_ACCOUNT, _MESSENGER):
            for match in pattern.finditer(text):
                yield PersonalSpan(kind=PersonalKind.ORDER, start=match.start("id"), end=match.end("id"))
        for match in _LABELLED_ID.finditer(text):
            if sum(character.isdigit() for character in match["id"]) >= 4:
                yield PersonalSpan(kind=PersonalKind.ORDER, start=match.start("id"), end=match.end("id"))


def find_emails(text: str) -> Iterator[PersonalSpan]:
    """Find mail addresses, also with (at) or in full width."""
    for match in _EMAIL.finditer(text):
        yield PersonalSpan(kind=PersonalKind.EMAIL, start=match.start(), end=match.end())


def find_numbers(text: str) -> Iterator[PersonalSpan]:
    """Find cards, My Numbers, phones and postcodes; what overlaps is for the caller to settle."""
    for pattern, kind in (
        (_LABELLED_MY_NUMBER, PersonalKind.MY_NUMBER),
        (_LABELLED_POSTCODE, PersonalKind.POSTCODE),
        (_LABELLED_PHONE, PersonalKind.PHONE),
    ):
        for match in pattern.finditer(text):
            if kind is not PersonalKind.PHONE or 6 <= len(_digits(match["number"])) <= 11:
                yield PersonalSpan(kind=kind, start=match.start("number"), end=match.end("number"))
    for match in _ABROAD.finditer(text):
        if 9 <= len(_digits(match[0])) <= 15:
            yield PersonalSpan(kind=PersonalKind.PHONE, start=match.start(), end=match.end())
    for match in _PARENTHESISED.finditer(text):
        if len(_digits(match[0])) in {10, 11}:
            yield PersonalSpan(kind=PersonalKind.PHONE, start=match.start(), end=match.end())
    for match in _RUN.finditer(text):
        yield from _in_run(text, match)


def _in_run(text: str, run: re.Match[str]) -> Iterator[PersonalSpan]:
    """Find numbers among the groups of digits of a run: "4111 1111 1111 1111 09" holds a card."""
    groups = [
        _Group(group[0], run.start() + group.start(), run.start() + group.end())
        for group in _DIGITS.finditer(run[0])
    ]
    position = 0
    while position < len(groups):
        length, kind = _number_at(text, groups[position:], first=position == 0)
        if kind is not None:
            last = groups[position + length - 1]
            yield PersonalSpan(kind=kind, start=groups[position].start, end=last.end)
        position += length


def _number_at(text: str, groups: Sequence[_Group], *, first: bool) -> tuple[int, PersonalKind | None]:
    """Tell how many groups make up the number that begins here, and what it is; 1 and None for none."""
    for length in range(min(len(groups), 7), 0, -1):
        parts = [group.digits for group in groups[:length]]
        digits = "".join(parts)
        if is_card(digits) and (length == 1 or min(map(len, parts)) >= 3) and not _is_jan(parts):
            return length, PersonalKind.CARD
    for length in (4, 3, 2, 1):
        parts = [group.digits for group in groups[:length]]
        if len(parts) < length:
            continue
        start, end = groups[0].start, groups[length - 1].end
        if is_my_number("".join(parts)) and set(map(len, parts)) <= {4, 12}:
            # A part of a longer number is none; nor is what is said to be the number of a parcel.
            whole = first and len(groups) == length
            if whole and not _TRACKING.search(text, max(0, start - _BEHIND), start):
                return length, PersonalKind.MY_NUMBER
        elif _is_phone(parts):
            return length, PersonalKind.PHONE
        elif [len(part) for part in parts] == [3, 4] and _is_postcode(text, start, end):
            return length, PersonalKind.POSTCODE
    return 1, None


def is_card(digits: str) -> bool:
    """Tell whether 13 to 19 digits pass Luhn's check (ISO/IEC 7812-1) and do not begin with 0."""
    if not 13 <= len(digits) <= 19 or digits[0] == "0" or len(set(digits)) == 1:
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def is_my_number(digits: str) -> bool:
    """Tell whether 12 digits end with the check digit of an individual number (order 85 of 2014, MIC)."""
    if len(digits) != 12 or len(set(digits)) == 1:
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    remainder = sum(int(d) * weight for d, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[-1]) == (0 if remainder <= 1 else 11 - remainder)


def _is_jan(parts: Sequence[str]) -> bool:
    """Tell whether an undivided number is a valid Japanese article number (JAN-13)."""
    [first, *more] = parts
    if more or len(first) != 13 or first[:2] not in {"45", "49"}:
        return False
    return sum(int(digit) * (1 + 2 * (place % 2)) for place, digit in enumerate(first)) % 10 == 0


def _is_phone(parts: Sequence[str]) -> bool:
    """Tell whether groups of digits are a Japanese telephone number."""
    digits = "".join(parts)
    if digits[0] != "0" or digits[:2] == "00":
        return False
    mobile = re.match(r"0[5-9]0|0800", digits) is not None
    if len(digits) != 10 and not (len(digits) == 11 and mobile):
        return False
    if len(parts) == 1:
        return True
    return 2 <= len(parts[0]) <= 5 and len(parts) <= 4 and len(parts[-1]) >= 3


def _is_postcode(text: str, start: int, end: int) -> bool:
    if text[start - 1 : start] in {"-", "ー", "."} or _QUANTITY.match(text, end):
        return False
    if _ADDRESS_FOLLOWS.match(text, end):
        return True
    return bool(_ALONE.search(text[max(0, start - _BEHIND) : start])) and text[end : end + 1] in {
        "",
        "\n",
        " ",
    }


def _digits(text: str) -> str:
    return "".join(_DIGITS.findall(text))
