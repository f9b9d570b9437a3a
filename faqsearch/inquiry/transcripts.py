"""Read chat transcripts: who says what, and which of it is the customer's.

Programs write turns in many ways: ``客：…``, ``[10:32] 客``, ``10:32 客 …``, ``客 2026/11/18 08:11``, a time
and a name on lines of their own. A name is believed to be one if it is typical of a side, stands beside a
time, or comes back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from faqsearch.inquiry.asking_words import PROBLEM
from faqsearch.inquiry.formulas import formula
from faqsearch.inquiry.lines import Line
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.talk_words import (
    ANYTHING_ELSE,
    CONTENT_LABEL,
    META_LABEL,
    SERVING,
    SUBJECT_LABEL,
    WRITER_LABEL,
)
from faqsearch.inquiry.voices import SERVES, is_serving, side_of, tell_sides

_DATE: Final = r"(?:(?:\d{4}[/.年-])?\d{1,2}[/.月-]\d{1,2}日?(?:\s?\([日月火水木金土]\))?,?\s{0,2})"
_DAY: Final = r"(?:(?:けさ|今朝|今日|本日|昨日|きのう|昨夜|さっき|today|yesterday)\s{0,2})"
_CLOCK: Final = r"(?:(?:午前|午後|am|pm)\s?)?\d{1,2}(?:[:時]\d{2}(?::\d{2}|分)?)(?:\s?[ap]m)?"
_TIME: Final = rf"[\[(【<]?(?:{_DATE}|{_DAY})?{_CLOCK}[\])】>]?"
_SIGNS: Final = r"[\s|,/\-●○◯◎・■□▶▷]{0,4}"
_WORD: Final = r"[^\s:>「」。、?!\[\]【】〔〕()|/=]{1,20}"
_NAME: Final = (
    rf"{_WORD}(?: \d{{3,8}})?(?: [^\s:>「」。、?!\[\]【】〔〕()|/=\d]{{1,10}})?(?:\s?\([^()]{{1,12}}\))?"
)

_TIME_ONLY: Final = re.compile(
    rf"^[\s\-─━=*]{{0,8}}(?:{_TIME}|{_DATE})\s?(?:公開返信|内部メモ|public reply|internal note)?"
    r"[\s\-─━=*]{0,8}$"
)
_TIMED_NAME: Final = re.compile(rf"^\s*{_TIME}{_SIGNS}[\[(<【]?({_NAME})[\])>】]?\s*:?\s*$")
_NAME_TIMED: Final = re.compile(rf"^\s*[\[(<【]?({_NAME}){_SIGNS}{_TIME}\s*[\])>】]?\s*:?\s*$")
_TIMED_TURN: Final = re.compile(rf"^\s*{_TIME}{_SIGNS}[\[(<【]?({_NAME})[\])>】]?\s?[:>|]\s*(?=\S)")
_TIMED_BRACKET: Final = re.compile(rf"^\s*{_TIME}{_SIGNS}[\[(<【]({_NAME})[\])>】]\s*(?=\S)")
_TIMED_SPACED: Final = re.compile(rf"^\s*{_TIME}\s{{1,3}}([^\s:>「」。、?!]{{1,16}})\s{{1,4}}(?=\S)")
_NAMED_TURN: Final = re.compile(rf"^\s*({_NAME})(?:\s?[({{\[]?{_TIME}[)}}\]]?)?\s?[:>|]\s*(?=\S)")
_BRACKETED_TURN: Final = re.compile(rf"^\s*[\[【<(〔]({_NAME})(?:\s{{1,2}}{_TIME})?[\]】>)〕]\s?:?\s*(?=\S)")
_CLOSED_TURN: Final = re.compile(r"^\s*([^\s:>「」。、?!()]{1,10})[)】」]\s?(?=\S)")
_QUOTED_TURN: Final = re.compile(r"^\s*([^\s:「」。、?!]{1,12})「(?=[^」]{1,400}」?\s*$)")
_DASHED_TURN: Final = re.compile(
    r"^\s*[*_]{0,2}([^\s:>「」。、?!()*]{1,12})[*_]{0,2}\s?[:-][*_]{0,2}\s+(?=\S)"
)
_SIGN_TURN: Final = re.compile(
    r"^\s*([<>≪≫«»→←⇒⇐]"
    r"|[\U0001f300-\U0001faff\u2600-\u27bf][\ufe0f\u200d\u2640\u2642\U0001f300-\U0001faff]{0,6})\s?:?\s{0,3}(?=\S)"
)
_TITLES: Final = ("さん", "さま", "様", "氏", "ちゃん", "くん")
# Pattern, whether a time stands by the name, whether speech follows on the line.
_HEADS: Final = (
    (_TIMED_TURN, True, True),
    (_TIMED_BRACKET, True, True),
    (_TIMED_NAME, True, False),
    (_NAME_TIMED, True, False),
    (_TIMED_SPACED, True, True),
    (_BRACKETED_TURN, False, True),
    (_NAMED_TURN, False, True),
    (_CLOSED_TURN, False, True),
    (_QUOTED_TURN, False, True),
    (_DASHED_TURN, False, True),
    (_SIGN_TURN, False, True),
)
_TYPICAL_ONLY: Final = frozenset((_CLOSED_TURN, _QUOTED_TURN, _DASHED_TURN))
"""Heads that are believed only with a name typical of a side."""


@dataclass(kw_only=True, slots=True)
class _Head:
    """The head of a turn: on which line, whose, whether a time stands by it, and where the speech begins."""

    line: Line
    name: str
    timed: bool
    end: int | None
    colon: bool = False


def mark_transcript(lines: Sequence[Line], channel: str) -> bool:
    """Mark the turns of a transcript, if the lines are one.

    Args:
        lines: All lines; those of the support side become OPERATOR, heads of turns LABEL.
        channel: Where the text came from; a phone note has to look more like a chat than others.

    Returns:
        Whether they were taken for a transcript.
    """
    heads = _heads(lines)
    _part_names(heads)
    speakers = _believed(heads, channel)
    heads = [head for head in heads if head.name in speakers]
    if not heads:
        return _mark_nameless(lines, bare=channel == "chat")
    sides = tell_sides(_turns(lines, heads), {head.name: head.timed for head in heads})
    if not _is_transcript(heads, sides, channel):
        return channel == "chat" and _mark_bare(lines)
    _mark_turns(lines, heads, sides)
    return True


def _heads(lines: Sequence[Line]) -> list[_Head]:
    heads = []
    after_time = False
    repeated = _repeated_alone(lines)
    counts = Counter(match[1] for line in lines if (match := _QUOTED_TURN.match(line.folded)))
    quoting = {name for name, count in counts.items() if count >= 2}
    for line in lines:
        if line.blank or line.kind is not None:
            continue
        head = _named_after_time(line) if after_time else None
        after_time = False
        if head is None and _TIME_ONLY.match(line.folded):
            after_time = True
            continue
        if head is None and line.content in repeated:
            head = _Head(line=line, name=_plain(line.content), timed=False, end=None)
        head = head or _head(line, quoting)
        if head is not None:
            heads.append(head)
    return heads


def _repeated_alone(lines: Sequence[Line]) -> frozenset[str]:
    """Return the names that stand on lines of their own, above speech, if two or more of them come back."""
    alone = [
        line.content
        for line, following in pairwise(lines)
        if not following.blank and following.content != line.content and _is_name_alone(line)
    ]
    counts = Counter(alone)
    found = frozenset(name for name, count in counts.items() if count >= 2 or _TYPICAL_ALONE.fullmatch(name))
    return found if len(found) >= 2 else frozenset()


def _is_name_alone(line: Line) -> bool:
    name = line.content
    return (
        line.open
        and len(name) <= 16
        and re.fullmatch(_NAME, name) is not None
        and formula(name, early=True) is None
        and not re.search(r"(?:です|ます|か|たい|ない|た|る|けど|だよ|かな|よ|ね)$|^[\W\d]", name)
    )


def _part_names(heads: Sequence[_Head]) -> None:
    """Take the second word of a timed name for speech, if the first one is a name elsewhere."""
    names = {head.name for head in heads}
    for head in heads:
        first, space, _ = head.name.partition(" ")
        if head.timed and head.end is None and space and first in names:
            position = head.line.folded.find(f"{first} ")
            head.name, head.end = first, position + len(first) + 1


def _named_after_time(line: Line) -> _Head | None:
    name = line.folded.strip()
    if (
        len(name) <= 20
        and re.fullmatch(_NAME, name)
        and not re.search(r"[?。!、]$|です$|ます$|か$|たい$", name)
    ):
        # Whatever follows a time may be speech: as a name it has to come back, or be typical.
        return _Head(line=line, name=_plain(name), timed=False, end=None)
    return None


def _head(line: Line, quoting: Container[str] = ()) -> _Head | None:
    folded = line.folded
    for pattern, timed, inline in _HEADS:
        match = pattern.match(folded)
        known = match and (side_of(match[1]) or (pattern is _QUOTED_TURN and match[1] in quoting))
        if match and (pattern not in _TYPICAL_ONLY or known):
            return _Head(
                line=line,
                name=_plain(match[1]),
                timed=timed,
                end=match.end() if inline else None,
                colon=pattern is _NAMED_TURN,
            )
    name = folded.strip(" []【】<>()■●◆:")
    if len(name) <= 12 and side_of(name) and (name != folded.strip() or _TYPICAL_ALONE.fullmatch(name)):
        return _Head(line=line, name=_plain(name), timed=False, end=None)
    return None


_TYPICAL_ALONE: Final = re.compile(
    r"お?客(?:様|さま)?|オペレーター|ボット|bot|自動応答|チャットボット|ゲスト|ビジター|ユーザー"
    r"|サポート|あなた|担当者?|スタッフ|operator|agent|user|guest|visitor|customer|you"
)


def _plain(name: str) -> str:
    name = name.strip()
    for title in _TITLES:
        if len(name) > len(title) + 1:
            name = name.removesuffix(title).strip()
    return name


def _is_label(name: str) -> bool:
    return any(pattern.search(name) for pattern in (CONTENT_LABEL, META_LABEL, SUBJECT_LABEL, WRITER_LABEL))


def _believed(heads: Sequence[_Head], channel: str) -> set[str]:
    """Return the names that are speakers: typical ones, those beside a time, and those that come back."""
    counts = Counter(head.name for head in heads if head.name)
    timed = {head.name for head in heads if head.timed and head.name}
    strange = {name for name in counts if not side_of(name) and not _is_label(name) and _is_word(name)}
    typical = {
        name for name in counts if side_of(name) and not (_is_label(name) and channel in {"phone", "form"})
    }
    chat = channel == "chat" and any(side_of(name) == "operator" for name in typical)
    spoken = {head.name for head in heads if head.colon and len(head.name) <= 8} if chat else set()
    repeated = {name for name in strange if counts[name] >= 2 or name in spoken}
    signs = {name for name in counts if not _is_word(name)}
    if channel != "chat" or len(signs) < 2:
        signs = set()
    return timed | repeated | typical | signs


def _is_word(name: str) -> bool:
    return any(map(str.isalnum, name))


def _turns(lines: Sequence[Line], heads: Sequence[_Head]) -> list[tuple[str, list[Line]]]:
    """Return each turn's speaker and lines, the head's own line with it."""
    by_line = {id(head.line): head.name for head in heads}
    turns: list[tuple[str, list[Line]]] = []
    for line in lines:
        if id(line) in by_line:
            turns.append((by_line[id(line)], [line]))
        elif turns:
            turns[-1][1].append(line)
    return turns


def _is_transcript(heads: Sequence[_Head], sides: dict[str, str], channel: str) -> bool:
    customers = [head for head in heads if sides[head.name] == "customer"]
    operators = [head for head in heads if sides[head.name] == "operator"]
    timed = sum(head.timed for head in heads)
    if channel == "phone":
        return bool(customers and operators) and len(heads) >= 3
    if customers and operators:
        return len(heads) >= 2
    if channel == "form":
        return False
    return timed >= 2 or (timed >= 1 and channel == "chat") or (len(heads) >= 2 and channel == "chat")


def _mark_turns(lines: Sequence[Line], heads: Sequence[_Head], sides: dict[str, str]) -> None:
    by_line = {id(head.line): head for head in heads}
    speaker = asked = said = ""
    turn = 0
    named = {head.line.folded[:1] for head in heads}
    signs = set("■●◆▼□○◎★☆▽▶◇>＞") - named if named & set("■●◆▼□○◎★☆▽▶◇") else set()
    for line in lines:
        if line.blank or line.kind is not None:
            continue
        head = by_line.get(id(line))
        if head is not None:
            turn += 1
            # What the support side said in the turn before, which this one answers.
            asked, said = said[-_HEARD:] if speaker == "operator" else "", ""
            speaker = sides[head.name]
            if head.end is None:
                line.kind = PartKind.LABEL
                continue
            line.cut(head.end)
        elif _TIME_ONLY.match(line.folded):
            line.kind = PartKind.LABEL
            continue
        elif speaker == "operator" and line.folded[0] in signs:
            # Signs tell the sides: the support side names itself under one, the customer has another.
            turn, speaker, asked = turn + 1, "customer", said[-_HEARD:]
        line.turn = turn
        said += f"{line.content}\n"
        _mark_speech(line, speaker, asked)


_HEARD: Final = 400
"""So many characters of what was said before a turn tell what that answers."""


def _mark_speech(line: Line, speaker: str, asked: str) -> None:
    if speaker == "operator" or (not speaker and is_serving(line.content) and not line.asks):
        line.kind = PartKind.OPERATOR
    elif speaker and _IDENTITY.search(asked) and _tells_identity(line):
        line.kind = PartKind.SIGNATURE
    elif speaker:
        line.fresh = ANYTHING_ELSE.search(asked) is not None


_IDENTITY: Final = re.compile(
    r"(?:会員|お客様|電話|契約|受付|登録|注文|伝票|証券|決済)(?:の)?(?:番号|id)|id[をは]|お?名前|氏名|生年月日|ご?住所"
    r"|メールアドレス|下\s?\d+桁"
)


def _tells_identity(line: Line) -> bool:
    """Tell whether an answer to who one is says no more than that: a number, a name."""
    content = line.content
    return (
        len(content) <= 40
        and not line.asks
        and not PROBLEM.search(content)
        and (any(map(str.isdigit, content)) or len(content) <= 12)
    )


_THANKED: Final = re.compile(r"^(?:ありがとうございます|承知(?:いた|し)|少々)")
_NUMBER: Final = re.compile(r"^(?=.*\d{4})[a-z]{0,4}[-_]?[\d-]{4,16}(?:です)?$")


def _mark_bare(lines: Sequence[Line]) -> bool:
    """Mark the lines of the support side in a chat without names and times, and the numbers it asked for."""
    opened = [line for line in lines if line.open]
    served = [line for line in opened if SERVES.search(line.content) or SERVING.search(line.content)]
    if len(opened) < 3 or len(served) in {0, len(opened)}:
        return False
    for before, line in zip([None, *opened], opened, strict=False):
        after = before is not None and _NUMBER.match(before.content) is not None
        if line in served or (after and _THANKED.match(line.content)):
            line.kind = PartKind.OPERATOR
        elif before is not None and before.kind is PartKind.OPERATOR and _NUMBER.match(line.content):
            line.kind = PartKind.LABEL
    return True


def _mark_nameless(lines: Sequence[Line], *, bare: bool) -> bool:
    """Mark turns that only times part: sides take turns, and the support side speaks formally."""
    stamps = [index for index, line in enumerate(lines) if line.open and _TIME_ONLY.match(line.folded)]
    if len(stamps) < 3:
        return bare and _mark_bare(lines)
    edges = sorted({0, *stamps, len(lines)})
    turns = [[line for line in lines[start:end] if line.open] for start, end in pairwise(edges)]
    turns = [
        speech for turn in turns if (speech := [line for line in turn if not _TIME_ONLY.match(line.folded)])
    ]
    formal = [any(is_serving(line.content) for line in turn) for turn in turns]
    if not any(formal) or all(formal):
        return False
    parity = int(sum(formal[1::2]) >= sum(formal[::2]))
    for index in stamps:
        lines[index].kind = PartKind.LABEL
    fresh = False
    for number, turn in enumerate(turns):
        asked = any(line.asks for line in turn)
        operator = formal[number] or (number % 2 == parity and not asked)
        for line in turn:
            line.turn = number + 1
            if operator:
                line.kind = PartKind.OPERATOR
            line.fresh = fresh
        fresh = operator and any(ANYTHING_ELSE.search(line.content) for line in turn)
    return True
