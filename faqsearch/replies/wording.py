"""Pieces of Japanese letters: names, moments, shortened texts; and what keeps a text harmless."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Final

from faqsearch.business_hours import SupportDesk
from faqsearch.entry import JAPAN

UNKNOWN_CUSTOMER: Final = "お客様"

_WEEKDAYS: Final = "月火水木金土日"
_STEP: Final = dt.timedelta(minutes=30)
# Not of general category Cf: the joiner of emoji and the selectors of kanji variants stay.
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SENTENCE_END: Final = re.compile(r"[。！？\n]")
_COMPANY: Final = re.compile(
    r"(?:株式会社|有限会社|合同会社|合資会社|(?:一般|公益)?(?:社団|財団)法人)\S+|\S+(?:株式会社|有限会社|合同会社)"
)


def one_line(text: str, limit: int) -> str:
    """Return a text on one line without control and invisible characters, with … where it was cut.

    Args:
        text: Any text.
        limit: Characters at most, the … included.
    """
    # Cut first: nobody waits for a megabyte to be cleaned of which a line is kept.
    kept = (" " if unicodedata.category(c) in _INVISIBLE else c for c in text[: 20 * limit])
    flat = " ".join("".join(kept).split())
    return flat if len(flat) <= limit and len(text) <= 20 * limit else f"{flat[: limit - 1]}…"


def shortened(text: str, limit: int) -> str:
    """Return a text of at most ``limit`` characters, cut after a sentence where one can be."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    ends = [found.end() for found in _SENTENCE_END.finditer(cut) if found.end() > limit // 2]
    return f"{cut[: ends[-1]] if ends else cut}…"


def addressed(name: str) -> str:
    """Return a name as a letter begins with it: ``山田 花子 様``, ``株式会社見本 御中``, ``お客様``."""
    if not name:
        return UNKNOWN_CUSTOMER
    return f"{name} {'御中' if _COMPANY.fullmatch(name) else '様'}"


def moment(at: dt.datetime, now: dt.datetime) -> str:
    """Word a moment as seen from another: ``本日15時``, ``11月24日（火）15時30分``, ``2027年1月4日…``."""
    there, here = at.astimezone(JAPAN), now.astimezone(JAPAN)
    time = f"{there.hour}時" + (f"{there.minute}分" if there.minute else "")
    if there.date() == here.date():
        return f"本日{time}"
    year = f"{there.year}年" if there.year != here.year else ""
    return f"{year}{there.month}月{there.day}日（{_WEEKDAYS[there.weekday()]}）{time}"


def promise(desk: SupportDesk, now: dt.datetime) -> str:
    """Word by when an inquiry is answered, at a full or half hour; empty if no time may be promised."""
    by = desk.reply_by(now)
    if by is None or desk.hours is None:
        return ""
    past = dt.timedelta(minutes=by.minute % 30, seconds=by.second, microseconds=by.microsecond)
    later = by + _STEP - past if past else by
    return moment(min(later, desk.hours.open_until(by) or by), now)
