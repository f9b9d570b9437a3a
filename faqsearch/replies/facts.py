"""Facts in Japanese text that a reply must not invent: numbers, dates, amounts, addresses, promises.

``facts("5,000円以上で送料無料です")`` holds ``5000円`` and ``無料``. Texts that say the same in other signs
hold the same facts: 1万円 and 10,000円, 三日 and 3日, 2026/3/5 and 2026年3月5日, 9:30 and 9時30分.
For texts of some thousand characters: the time grows with the square of the length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

_WEB: Final = re.compile(r"https?://[^\s<>\"'「」『』（）()、。，]+", re.IGNORECASE)
_MAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&*+/=?^_{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_HOST: Final = re.compile(
    r"(?<![A-Za-z0-9.-])(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}(?:/[^\s<>\"'「」（）()、。，]*)?"
)
_PHONE: Final = re.compile(r"(?<!\d)\+?\d{1,5}(?:[-‐‑–−ー]\d{1,5}){2,3}(?!\d)")
_DATE: Final = re.compile(
    r"(?:(?P<y>\d{4})\s*[年/.-]\s*)(?P<m>\d{1,2})\s*[月/.-]\s*(?P<d>\d{1,2})(?:日|(?!\d))"
    r"|(?P<m2>\d{1,2})\s*月\s*(?P<d2>\d{1,2})\s*日|(?<![\d/])(?P<m3>\d{1,2})/(?P<d3>\d{1,2})(?![\d/])"
)
_TIME: Final = re.compile(
    r"(?P<pm>午前|午後)?(?:(?P<h>\d{1,2}):(?P<m>\d{2})(?!\d)|(?P<h2>\d{1,2})時(?!間)(?:(?P<m2>\d{1,2})分|(?P<half>半))?)"
)
_UNIT: Final = (
    r"(?:円|%|パーセント|割引|割|営業日|日間|日|週間|週|[かヶカヵ箇ケ]月|月|年間|年|時間|時|分間|分|秒|回|個|点|件|名|人|歳|倍|"
    r"枚|本|冊|台|通|文字|桁|kg|g|cm|mm|km|m|GB|MB|KB|TB|ポイント|pt|泊|階|番|号|度|ドル|段階|種類)"
)
_NUMBER: Final = re.compile(
    rf"(\d[\d,]{{0,20}}(?:\.\d{{1,10}})?)\s?((?:[十百千万億][\d,]{{0,9}}){{0,8}})\s?({_UNIT})?", re.IGNORECASE
)
_KANJI: Final = "〇一二三四五六七八九"
_KANJI_NUMBER: Final = re.compile(
    rf"(?<![\d{_KANJI}十百千万億])([{_KANJI}十百千万億]+)\s*"
    r"(?=円|%|パーセント|割|営業日|日|週間|[かヶカヵ箇ケ]?月|年|時間|時|分|回|個|件|名|人|歳|倍|枚)"
)
_POWERS: Final = {"十": 10, "百": 100, "千": 1_000}
_LARGE: Final = {"万": 10_000, "億": 100_000_000}
_VALUE: Final = re.compile(r"\d+(?:\.\d+)?")
_MARKER: Final = re.compile(r"^[ \t]*(?:\d{1,2}[.)．、](?!\d)|[①-⑳])", re.MULTILINE)
_PROMISE: Final = re.compile(
    r"無料|無償|半額|全額|返金|払い?戻|割引|値引|補償|賠償|弁償|クーポン|キャッシュバック|"
    r"明日|明後日|本日中|翌日|翌営業日|来週|即日|当日"
)
_UNIT_NAMES: Final = {
    "パーセント": "%",
    "日間": "日",
    "分間": "分",
    "年間": "年",
    "週": "週間",
    **{f"{sign}月": "か月" for sign in "かヶカヵ箇ケ"},
    "pt": "ポイント",
}


def facts(text: str) -> frozenset[str]:
    """Return the facts of a text, each in one spelling."""
    plain = unicodedata.normalize("NFKC", _MARKER.sub(" ", text))
    return frozenset(_found(plain))


def links(text: str) -> frozenset[str]:
    """Return those facts of a text that lead somewhere: web and mail addresses, phone numbers."""
    plain = unicodedata.normalize("NFKC", text)
    return frozenset(_taken(plain)[1])


def ungrounded(reply: str, *sources: str) -> frozenset[str]:
    """Return the facts of a reply that no source holds.

    A number without a unit is held by any source that has the number, in whatever unit.
    """
    known = frozenset[str]().union(*map(facts, sources))
    values = {found[0] for fact in known if (found := _VALUE.match(fact))}
    return frozenset(fact for fact in facts(reply) - known if not (_VALUE.fullmatch(fact) and fact in values))


def _found(plain: str) -> Iterator[str]:
    rest, taken = _taken(plain)
    yield from taken
    rest = _KANJI_NUMBER.sub(lambda found: str(_kanji_value(found[1][:15])), rest)
    for found in _DATE.finditer(rest):
        month, day = (found["m"] or found["m2"] or found["m3"], found["d"] or found["d2"] or found["d3"])
        yield f"{int(month)}月{int(day)}日"
        if found["y"]:
            yield f"{int(found['y'])}年"
    rest = _DATE.sub(" ", rest)
    yield from (_time(found) for found in _TIME.finditer(rest))
    rest = _TIME.sub(" ", rest)
    for found in _NUMBER.finditer(rest):
        unit = (found[3] or "").lower()
        yield f"{_value(found[1], found[2])}{_UNIT_NAMES.get(unit, unit)}"
    yield from (found[0].replace("払い", "払") for found in _PROMISE.finditer(rest))


def _time(found: re.Match[str]) -> str:
    hour = int(found["h"] or found["h2"])
    hour += 12 if found["pm"] == "午後" and hour < 12 else 0
    return f"{hour}時{30 if found['half'] else int(found['m'] or found['m2'] or 0)}分"


def _taken(plain: str) -> tuple[str, list[str]]:
    """Return a text without the addresses in it, and these."""
    taken: list[str] = []

    def take(found: re.Match[str]) -> str:
        taken.append(found[0].rstrip(".,;:!?/").removeprefix("http://").removeprefix("https://"))
        return " "

    for pattern in (_MAIL, _WEB, _HOST):
        plain = pattern.sub(take, plain)

    def number(found: re.Match[str]) -> str:
        if _DATE.fullmatch(found[0]):
            return found[0]
        taken.append(re.sub(r"\D+", "-", found[0]).strip("-"))
        return " "

    return _PHONE.sub(number, plain), taken


def _value(digits: str, more: str) -> str:
    """Return a number such as ``1`` with ``万5千`` in plain digits."""
    if not more:
        whole, _, decimals = digits.replace(",", "").partition(".")
        decimals = decimals.rstrip("0")
        return str(int(whole)) + (f".{decimals}" if decimals else "")
    total = section = 0.0
    current = float(digits.replace(",", ""))
    for piece in re.findall(r"\d+|.", more.replace(",", "")):
        if piece in _LARGE:
            total, section, current = total + (section + current) * _LARGE[piece], 0.0, 0.0
        elif piece in _POWERS:
            section, current = section + current * _POWERS[piece], 0.0
        else:
            current = float(piece)
    return f"{total + section + current:.10g}" if total < 1e9 else str(int(total + section + current))


def _kanji_value(text: str) -> int:
    if set(text) <= set(_KANJI):
        return int("".join(str(_KANJI.index(sign)) for sign in text))
    total = section = digit = 0
    for sign in text:
        if sign in _KANJI:
            digit = digit * 10 + _KANJI.index(sign)
        elif sign in _POWERS:
            section, digit = section + (digit or 1) * _POWERS[sign], 0
        else:
            total, section, digit = total + (section + digit or 1) * _LARGE[sign], 0, 0
    return total + section + digit
