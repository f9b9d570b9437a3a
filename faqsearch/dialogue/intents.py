"""What a turn does beside asking: agree, refuse, greet, thank, leave, call for a person, lose patience."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from faqsearch.dialogue import phrases
from faqsearch.dialogue.cleaning import folded
from faqsearch.dialogue.phrases import END, HEAD_END, MARKS


class Intent(StrEnum):
    """What a turn does that asks nothing."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    ROBOT = "robot"
    PERSON = "person"
    FED_UP = "fed_up"
    DANGER = "danger"


_WISH: Final = re.compile(
    rf"{phrases.SOMEONE}(?:さん|様)?{phrases.CALL}"
    rf"|^(?!人間?{END}$){phrases.SOMEONE}(?:さん|様)?(?:に|へ|を|は|の人)?"
    rf"(?:い(?:ますか|る|ない|ませんか)|おる|相談する)?{END}$"
    r"|(?:ロボット|ai|機械|自動|bot)(?:じゃ|では)なく"
)
_NO_WISH: Final = re.compile(r"^[^。!?\n]{0,40}(?:承認|申請|シフト|打刻|代理)")
"""People of the customer's own are meant where these words stand."""
_FED_UP: Final = re.compile(phrases.FED_UP)
_ASKING: Final = re.compile(phrases.ASKING)
_DANGER: Final = re.compile(phrases.DANGER)
_YES: Final = re.compile(phrases.YES + HEAD_END)
_NO: Final = re.compile(phrases.NO + HEAD_END)
_FILLER: Final = re.compile(rf"(?:{phrases.FILLER}(?:[、。,.!?…\s]|(?=[^ぁ-ん])|$){MARKS})++")
_PIECES: Final = {
    Intent.THANKS: tuple(re.compile(one + END) for one in (phrases.THANKS, phrases.YES)),
    Intent.FAREWELL: tuple(re.compile(one + END) for one in (phrases.FAREWELL, phrases.THANKS, phrases.YES)),
    Intent.GREETING: (re.compile(phrases.GREETING + END),),
    Intent.ROBOT: (re.compile(phrases.ROBOT + END),),
}
_LONGEST_SMALL_TALK: Final = 60
_LONGEST_READ: Final = 400
_LEAST_REST: Final = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer to a question that can be agreed to.

    Attributes:
        yes: Whether the customer agreed.
        rest: What else was said, or empty.
    """

    yes: bool
    rest: str


def intent_of(text: str) -> Intent | None:
    """Tell what a turn does that asks nothing; None for a question, and for more than small talk."""
    line = folded(text)
    if _DANGER.search(line[:_LONGEST_READ]):
        return Intent.DANGER
    if _WISH.search(line[:_LONGEST_READ]) and not _NO_WISH.search(line):
        return Intent.PERSON
    if _FED_UP.search(line[:_LONGEST_READ]):
        return Intent.FED_UP
    if len(line) <= _LONGEST_SMALL_TALK:
        return next((intent for intent in _PIECES if _consists_of(line, intent)), None)
    return None


def yes_or_no(text: str) -> Reply | None:
    """Read a turn as agreement or refusal, with what else it says; None if it is neither."""
    line = _unfilled(folded(text))
    for yes, pattern in ((False, _NO), (True, _YES)):
        rest = line
        while found := pattern.match(rest):
            rest = _unfilled(rest[found.end() :])
        if rest != line:
            idle = len(rest) < _LEAST_REST or intent_of(rest) in (Intent.THANKS, Intent.FAREWELL)
            return Reply(yes=yes, rest="" if idle else rest)
    return None


def asks(text: str) -> bool:
    """Tell whether a text asks or wants something, as far as its words show."""
    return _ASKING.search(folded(text)[-_LONGEST_READ:]) is not None or "?" in text or "？" in text


def _unfilled(line: str) -> str:
    """Return a line without the words that fill its beginning."""
    found = _FILLER.match(line)
    return line[found.end() :] if found else line


def _consists_of(line: str, intent: Intent) -> bool:
    """Tell whether a line consists of an intent's set phrases only, at least one of them its own.

    It is read once from left to right, the longest phrase first, so that no line takes long.
    """
    rest, own = line, False
    while rest:
        rest = _unfilled(rest)
        ends = [found.end() if (found := piece.match(rest)) else 0 for piece in _PIECES[intent]]
        if not max(ends):
            break
        own = own or ends[0] > 0
        rest = rest[max(ends) :]
    return own and not rest
