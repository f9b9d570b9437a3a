"""Which of the offered choices a turn picks: by number, by label, by some of its words, by place."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from faqsearch.analysis.normalize import normalize
from faqsearch.dialogue.cleaning import essence, folded
from faqsearch.dialogue.state import Choice, ChoiceKind

Terms = Callable[[str], tuple[str, ...]]
"""Returns the content words of a text."""

_DIGITS: Final = {character: number for number, character in enumerate("一二三四五六七八九", start=1)}
_NUMBER: Final = re.compile(
    r"(?:上から|うえから|えーと|えっと|じゃあ?|では)?[、\s]*(?:no\.?|その|#)?\s*(\d{1,2}|[一二三四五六七八九])\s*"
    r"(?:番目?|ばんめ?|つ目|つめ|個目|こめ|ばん)?(?:の(?:方|ほう|やつ|もの)?)?"
    r"(?:です|だ|や|で|かな|を|が|に|お願い(?:します)?|おねがい(?:します)?|いい|よい|近い|当てはまる|ます|する|します|かも|ね|よ)*"
)
_BELOW_ZERO: Final = re.compile(r"\W*[-‐‑–—−]\d")
_PLACES: Final = (
    (
        re.compile(
            r"(?:(?:一番|いちばん)(?:上|初め|最初|はじめ)|最初|初め|はじめ|上|前者|1つ目|ひとつめ|ひとつ目|いっこめ)"
        ),
        0,
    ),
    (re.compile(r"(?:真ん中|まんなか|二つ目|ふたつめ|ふたつ目|にばんめ)"), 1),
    (re.compile(r"(?:みっつめ|三つ目|みっつ目)"), 2),
    (re.compile(r"(?:(?:一番|いちばん)(?:下|最後|さいご)|最後|さいご|下|後者|しまい)"), -1),
)
_PLACE_END: Final = re.compile(
    r"(?:の(?:方|ほう|やつ|もの|ん|)?)?(?:です|だ|や|で|を|かな|お願い(?:します)?|いい|ね|よ|っす)*"
)
_NONE: Final = re.compile(
    r"(?:この中に|その中に|ここに)?(?:は)?(?:どれも|どれでも|いずれも|どちらも|どっちも|どれにも|どちらでも|全部|ぜんぶ|両方)?(?:が|は|とも|でも|にも)?"
    r"(?:違い?(?:ます|う|った|いました)?|ちが(?:います|う)|ちゃう|ちゃいます|な(?:い|さそう)(?:です)?|ありません|なか(?:った)?|"
    r"当てはま(?:らない|りません|らん|らへん)|該当(?:し(?:ない|ません)|なし|せず)|(?:では|じゃ)?(?:ない|なく|あらへん|ありません))"
    r"(?:です|ね|よ|な|わ|です[ねよ]|ので|けど|が)*"
)
_QUOTED: Final = re.compile(r"[「『“\"'](.{1,120}?)[」』”\"']")
_LONGEST_PICK: Final = 120


def pick(choices: Sequence[Choice], text: str, terms: Terms) -> Choice | None:
    """Return the choice that a turn picks, or None where it picks none for certain.

    Args:
        choices: What was offered, in the order of its numbers.
        text: The turn.
        terms: Cuts a text into its content words.
    """
    line = folded(text)
    if not choices or not line or len(line) > _LONGEST_PICK:
        return None
    by_name = _by_label(choices, text)
    if by_name is not None:
        return by_name
    if _NONE.fullmatch(line):
        return next((one for one in choices if one.kind in (ChoiceKind.NONE, ChoiceKind.NO)), None)
    entries = [one for one in choices if one.kind is ChoiceKind.ENTRY]
    place = _place(line)
    if place is not None and entries and -len(entries) <= place < len(entries):
        return entries[place]
    number = _number(text)
    if number is not None:
        return choices[number - 1] if 1 <= number <= len(choices) else None
    return _by_words(entries, line, terms)


def is_outside(choices: Sequence[Choice], text: str) -> bool:
    """Tell whether a turn is nothing but the number of a choice that there is not."""
    number = _number(text)
    return number is not None and not 1 <= number <= len(choices)


def _by_label(choices: Sequence[Choice], text: str) -> Choice | None:
    quoted = _QUOTED.search(text)
    wanted = {essence(text), essence(quoted[1]) if quoted else ""} - {""}
    same = [one for one in choices if essence(one.label) in wanted]
    if same:
        return same[0]
    part = essence(quoted[1]) if quoted else ""
    holding = [one for one in choices if part and part in essence(one.label)]
    return holding[0] if len(holding) == 1 else None


def _number(text: str) -> int | None:
    found = _NUMBER.fullmatch(folded(text))
    if not found:
        return None
    number = _DIGITS.get(found[1]) or int(found[1])
    # Folding takes a minus for a mark like any other.
    return -number if _BELOW_ZERO.match(normalize(text).text) else number


def _place(line: str) -> int | None:
    for pattern, place in _PLACES:
        found = pattern.match(line)
        if found and _PLACE_END.fullmatch(line, found.end()):
            return place
    return None


def _by_words(entries: Sequence[Choice], line: str, terms: Terms) -> Choice | None:
    """Return the one entry whose label has all content words of the line, or has it as it stands."""
    words = set(terms(line))
    if not words:
        return None
    holding = [one for one in entries if words <= set(terms(one.label))]
    return holding[0] if len(holding) == 1 else None
