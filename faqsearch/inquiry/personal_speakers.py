"""Names of who speaks: in a chat before what is said, in a post before the text.

All functions take a text as ``personal_text.fold`` returns it; the time is in proportion to its length.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from faqsearch.inquiry.name_dictionary import FOREIGN
from faqsearch.inquiry.name_lists import ROLES
from faqsearch.inquiry.name_words import NameWords

_LETTER: Final = "一-龥々〆ヶ﨑髙𠮷ぁ-んァ-ヴーｦ-ﾟ"
_TIME: Final = (
    r"(?:[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?[T ,]{0,2}|[0-9]{1,2}[/月][0-9]{1,2}日? "
    r"?)?(?:\([月火水木金土日]\) ?)?(?:午前|午後)? ?"
    r"[0-9]{1,2}[:時][0-9]{2}分?(?::[0-9]{2})?(?: ?[AP]M)?"
)
_SPEAKER_HEAD: Final = re.compile(
    rf"(?m)^[ >|★☆♪●○■□◆◇▼▽▶►※・*+#＃~-]{{0,6}}(?P<time>[\[(<【〔]?{_TIME}[\])>】〕]?[ ,|"
    rf"/-]{{0,3}})?[\[(<【〔「]?"
)
_SPEAKER_CHUNK: Final = rf"(?:{FOREIGN}|[{_LETTER}]{{1,8}}|[A-Za-z][A-Za-z0-9_.'-]{{1,19}})"
_SPEAKER_END: Final = (
    rf"(?= ?(?:さん|様|さま|氏|先生)?(?: ?\([^()\n]{{1,12}}\))?[\])】〕」]? ?(?:(?P<said>[:;>|→「=/])"
    rf"|(?P<at>[ \[(<,/-]{{0,3}}{_TIME})|(?P<spaced> )|(?P<closed>$))|[】〕])"
)
_MARKS: Final = frozenset("★☆♪●○■□◆◇▼▽▶►※")
_OPENERS: Final = frozenset("[(<【〔")
_CLOSERS: Final = frozenset("])>】〕")
_SPEAKERS: Final = (
    re.compile(rf"(?m)(?P<value>{_SPEAKER_CHUNK} {_SPEAKER_CHUNK}){_SPEAKER_END}"),
    re.compile(rf"(?m)(?P<value>{_SPEAKER_CHUNK}){_SPEAKER_END}"),
)
# 〇〇@大阪, 〇〇@育児中: who and where, at the head of a line or before です.
_AT_PLACE: Final = re.compile(
    rf"(?m)(?:^|[、。 ])(?P<value>[{_LETTER}]{{1,8}}(?: [{_LETTER}]{{1,6}})?)@[{_LETTER}]{{1,10}}"
    r"(?=$|です|でございま|と申| )"
)
# A name beside the handle of the same person.
_AT_HANDLE: Final = re.compile(
    r"(?m)^(?P<value>[^\s@:、。〜~!?]{1,16}) {0,2}[(]?(?P<handle>@[A-Za-z0-9_]{3,20})[)]?(?=$|\s)"
)
_ADDRESSED: Final = re.compile(
    "さん|様|さま|公式|こんにち|こんち|こんばん|おはよう|はじめまして|안녕|[Hh]ello|[Hh]i$"
)
_HEAD_OF_POST: Final = re.compile(
    r"\A(?P<value>[ぁ-んァ-ヴー]{2,6})[☆★♪\u2600-\u27bf\U0001f300-\U0001faff]{1,4}[ \n]"
)


def find_speakers(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """Find who speaks in a chat or a post."""
    yield from _turns(text, names)
    for match in _AT_PLACE.finditer(text):
        if names.speaks(match["value"], sure=True) or re.fullmatch("[ぁ-んー]{3,8}", match["value"]):
            yield match.span("value")
    for match in _AT_HANDLE.finditer(text):
        if not _ADDRESSED.search(match["value"]):
            yield match.span("value")
            yield match.span("handle")
    post = _HEAD_OF_POST.match(text)
    if post and names.speaks(post["value"], sure=True) and not names.is_noun(post["value"]):
        yield post.span("value")


def _turns(text: str, names: NameWords) -> Iterator[tuple[int, int]]:
    """Who speaks in a chat, with or without the time: 平田：, [10:23] 平田>, 平田 10:23."""
    found: list[tuple[re.Match[str], bool]] = []
    for head in _SPEAKER_HEAD.finditer(text):
        matches = (pattern.match(text, head.end()) for pattern in _SPEAKERS)
        found += [(match, bool(head["time"])) for match in matches if match]
    turns = Counter(match["value"] for match, _ in found)
    for match, timed in found:
        start, end = match.span("value")
        first, space, last = match["value"].partition(" ")
        if space and first.lower() in ROLES:
            start = end - len(last)
        before, after = text[start - 1 : start], text[end : end + 1]
        bracketed = before in _OPENERS and after in _CLOSERS
        told = bool(match["said"] or match["at"])
        if not (timed or told or bracketed or before in _MARKS):
            continue
        # Who speaks twice is somebody; so is who speaks at a time, if a colon or the like follows.
        sure = bool(match["at"]) or (timed and (told or bracketed or match["closed"] is not None))
        again = turns[match["value"]] > 1 and (timed or told or bracketed or before in _MARKS)
        if names.speaks(text[start:end], sure=sure or again):
            yield start, end
