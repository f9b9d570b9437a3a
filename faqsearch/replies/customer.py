"""Who wrote: a name that a letter may begin with, or none. A wrong name is worse than none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from faqsearch.inquiry.parts import PartKind, Reading
from faqsearch.inquiry.redaction import PersonalKind, Redactor
from faqsearch.replies.wording import one_line

MAX_NAME_LENGTH: Final = 40
MAX_SEARCHED: Final = 10_000
"""Characters of an inquiry in which names are looked for by the words around them."""

_HONORIFIC: Final = re.compile(r"[\s]*(?:様|さま|サマ|殿|御中|さん|氏)$")
_ADDRESS: Final = re.compile(r"\s*[<＜(（]?\s*[^\s<>()（）]+@[^\s<>()（）]+\s*[>＞)）]?\s*$")
_FIELD: Final = re.compile(
    r"^[■◆●・\s【\[]*(?:お名前|氏名|ご氏名|名前)[】\]]?\s*[:：]\s*(\S[^\n]{0,60})$", re.MULTILINE
)
_INTRODUCED: Final = re.compile(r"([^\n。、，,!！?？「」『』（）()]{1,40})と(?:申|もう)します")
_BEFORE_NAME: Final = re.compile(
    r".*(?:した|ている|ております|ました|いる|である|は|の|、)(?=[一-龠々ァ-ヶA-Za-z])|^(?:私|わたくし|わたし)(?=[一-龠々ァ-ヶ])"
)
_HALF_SENTENCE: Final = re.compile(r"を|[でにがへ](?=[一-龠])")
_NO_NAME: Final = frozenset("お客 匿名 無記入 未記入 記入なし 名無し なし 無し 不明 ゲスト".split())
_PUNCTUATION: Final = frozenset(" ・･ー-‐.'’々〆ヶ")
_WORDS: Final = re.compile(
    r"株式会社|有限会社|合同会社|部$|課$|係$|室$|センター|サポート|お客様|カスタマー|ショップ|担当|店$|事業所|電話|"
    r"メール|住所|tel|fax|mail|http|iphone|android|送信",
    re.IGNORECASE,
)
_KANJI_NAME: Final = re.compile(r"[一-龠々〆ヶヵ]{1,4}[ 　]?[一-龠々〆ヶヵぁ-んァ-ヶー]{1,5}")


_REDACTOR: Final = Redactor()
_INTRODUCING: Final = frozenset({PartKind.OPENING, PartKind.GREETING})
_SAYS_SO: Final = re.compile(r"(?:です|でございます|と(?:申|もう)し|と(?:言|い)い|いいます)")
_NAMES_CUSTOMER: Final = re.compile(r"(?:名前|氏名|お客様名|差出人|送信者|Name)\W*$", re.IGNORECASE)
_CALLER: Final = re.compile(r"\s*(?:様|さま|氏)")


def customer_name(reading: Reading, override: str | None = None) -> str:
    """Return the customer's name without honorific; empty if none is known for certain.

    Taken from, in this order: the override, the sender of a mail, a field of a form, 「〇〇と申します」, a
    line of the signature that can be nothing but a name.

    Args:
        reading: The inquiry.
        override: A name that is known better; empty says that it is not known.
    """
    if override is not None:
        return _clean(override)
    return next(filter(None, map(_clean, _found(reading))), "")


def _found(reading: Reading) -> Iterator[str]:
    yield _ADDRESS.sub("", reading.sender)
    own = "\n".join(
        reading.text[part.start : part.end]
        for part in reading.parts
        if part.kind not in {PartKind.QUOTE, PartKind.OPERATOR, PartKind.DISCLAIMER, PartKind.FOOTER}
    )
    yield from (found[1] for found in _FIELD.finditer(own))
    introduced = (_BEFORE_NAME.sub("", found[1].strip()) for found in _INTRODUCED.finditer(own))
    yield from (name for name in introduced if not _HALF_SENTENCE.search(name))
    for part in reading.parts:
        if part.kind is PartKind.SIGNATURE:
            lines = (line.strip() for line in reading.text[part.start : part.end].splitlines())
            yield from (line for line in lines if _KANJI_NAME.fullmatch(line) and not _WORDS.search(line))
    yield from _recognised(reading)


def _recognised(reading: Reading) -> Iterator[str]:
    """Yield the names that redaction finds, where the words around one say that it is the writer's."""
    text = reading.text
    if len(text) > MAX_SEARCHED:
        return
    spans = [span for span in _REDACTOR.find(text) if span.kind is PersonalKind.NAME]
    for part in reading.parts:
        for span in spans:
            if not part.start <= span.start < span.end <= part.end:
                continue
            line_start = max(part.start, text.rfind("\n", 0, span.start) + 1)
            before, after = text[line_start : span.start], text[span.end : span.end + 20]
            if (
                part.kind is PartKind.SIGNATURE
                or (part.kind in _INTRODUCING and _SAYS_SO.match(after))
                or (part.kind is PartKind.LABEL and _NAMES_CUSTOMER.search(before))
                or (reading.channel == "phone" and part.kind is PartKind.LABEL and _CALLER.match(after))
            ):
                yield text[span.start : span.end]


def _clean(name: str) -> str:
    """Return a name without honorific and unprintable characters, or nothing if it is no name."""
    flat = one_line(name, MAX_NAME_LENGTH + 1).strip("\"'“”「」 ")
    while (bare := _HONORIFIC.sub("", flat)) != flat:
        flat = bare
    plausible = all(unicodedata.category(c)[0] in "LM" or c in _PUNCTUATION for c in flat)
    letters = any(unicodedata.category(c)[0] == "L" for c in flat)
    return flat if plausible and letters and len(flat) <= MAX_NAME_LENGTH and flat not in _NO_NAME else ""
