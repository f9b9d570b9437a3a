"""The working copy in which personal data is looked for: one width, and what was found hidden.

Every character of the copy stands for the one at the same place of the original, so that offsets are the
same. What was found, and placeholders that stand there already, are blanked with one character that no rule
matches: nothing is found twice, and nothing is found in what redaction itself has written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HIDDEN: Final = "\ufffc"
"""Stands for each character that is not to be looked at."""


class PersonalKind(StrEnum):
    """What a piece of personal data is."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CARD = "card"
    MY_NUMBER = "my_number"
    ORDER = "order"


LABELS: Final = {
    PersonalKind.NAME: "氏名",
    PersonalKind.EMAIL: "メール",
    PersonalKind.PHONE: "電話番号",
    PersonalKind.ADDRESS: "住所",
    PersonalKind.POSTCODE: "郵便番号",
    PersonalKind.CARD: "カード番号",
    PersonalKind.MY_NUMBER: "マイナンバー",
    PersonalKind.ORDER: "管理番号",
}
"""Kind to the Japanese word in its placeholders."""

PLACEHOLDER: Final = re.compile(rf"［(?:{'|'.join(LABELS.values())})[1-9][0-9]{{0,9}}］")


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonalSpan:
    """A piece of personal data.

    Attributes:
        kind: What it is.
        start: Offset into the original text.
        end: Where it ends (exclusive).
    """

    kind: PersonalKind
    start: int
    end: int


def _widths() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    table.update(dict.fromkeys(map(ord, "‐‑‒–—―−─ｰ"), "-"))
    table.update(dict.fromkeys(map(ord, "\t\u00a0\u2002\u2003\u2009\u3000\u200b"), " "))
    table.update(dict.fromkeys(map(ord, "\r\v\f\u0085\u2028\u2029"), "\n"))
    table.update(dict.fromkeys(range(0xD800, 0xE000), "\ufffd"))
    return table


_WIDTHS: Final = _widths()


def fold(text: str) -> str:
    """Return a text of the same length, placeholders hidden, with one width, hyphen, space and line break."""
    return PLACEHOLDER.sub(lambda match: HIDDEN * len(match[0]), text).translate(_WIDTHS)


def hide(text: str, spans: Iterable[PersonalSpan]) -> str:
    """Blank spans, which are sorted and apart from each other."""
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += (text[position : span.start], HIDDEN * (span.end - span.start))
        position = span.end
    return "".join((*pieces, text[position:]))


def apart(spans: Iterable[PersonalSpan]) -> list[PersonalSpan]:
    """Sort spans; of those that overlap keep the one that begins first, or else is longest."""
    kept: list[PersonalSpan] = []
    for span in sorted(spans, key=lambda item: (item.start, -item.end, item.kind)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
