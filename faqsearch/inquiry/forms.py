"""Read web forms and phone notes: which lines are labels, and which hold the matter."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final

from faqsearch.inquiry.labels import REMARKS, Label, Sort, column_labels, label_of, numbered_labels
from faqsearch.inquiry.lines import Line, asks, is_rule
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.talk_words import EMPTY_VALUE, NAMED_CALLER, NOTE_HEAD, OPERATOR_NOTE

_LONG_VALUE: Final = 25


def mark_form(lines: Sequence[Line], channel: str) -> bool:
    """Mark the labels of a form or note and the values that are no text.

    Args:
        lines: All lines.
        channel: A form or note is believed sooner where one is to be expected.

    Returns:
        Whether the lines were taken for a form or note.
    """
    if channel == "phone":
        _mark_note_heads(lines)
    labels = {id(line): label for line in lines if line.open and (label := label_of(line)) is not None}
    if channel == "form":
        labels.update(column_labels(lines, labels))
        labels.update(numbered_labels(lines))
    if channel != "phone":
        for label in labels.values():
            if label.sort == "writer" and REMARKS.search(label.name):
                label.sort = "content"
    known = [label for label in labels.values() if label.sort not in {"unknown", "fact"}]
    wanted = 1 if channel in {"form", "phone"} else 2
    sorts = {label.sort for label in known}
    believed = len(known) >= wanted and (channel in {"form", "phone"} or _complete(sorts, known))
    if not believed:
        return False
    before = [line for line in lines if line.open]
    _mark_fields(lines, labels, channel)
    if "content" not in sorts and channel != "phone":
        _reopen(before)
    return True


def form_of_json(text: str) -> str | None:
    """Lay a form that was pasted as a JSON object out as lines of label and value; None for what is none."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return None
    values = fields.values() if isinstance(fields, dict) else ()
    if len(values) < 2 or any(isinstance(value, (dict, list)) for value in values):
        return None
    return "\n".join(f"【{key}】{'' if value is None else value}" for key, value in fields.items())


def _reopen(values: Sequence[Line]) -> None:
    """Open the longest text again, where no label says that the matter follows and all would be dropped."""
    if any(line.open for line in values):
        return
    texts = [line for line in values if line.kind is PartKind.LABEL and _TEXT.search(line.content)]
    if texts:
        max(texts, key=lambda line: len(line.content)).kind = None


_TEXT: Final = re.compile(r"[ぁ-ん]{2}|[一-龥ァ-ヶー]{4}")


def _complete(sorts: set[Sort], known: Sequence[Label]) -> bool:
    """Tell whether labels make a form even where none is expected."""
    return (
        "content" in sorts
        and ("meta" in sorts or "subject" in sorts)
        and (len(known) >= 3 or any(label.decorated for label in known))
    )


def _mark_fields(lines: Sequence[Line], labels: dict[int, Label], channel: str) -> None:
    """Walk down the form; a field goes on until the next label."""
    note = channel == "phone"
    state: Sort = "unknown"
    fresh = False
    strong = any(
        re.search("内容|本文|詳細|質問|メッセージ|くわしく|詳しく|自由", label.name)
        for label in labels.values()
    )
    for line in lines:
        if not line.open:
            continue
        label = labels.get(id(line))
        if label is not None and _interrupts(label, line, state):
            state = _begin_field(line, label, strong=strong)
            if not line.content:
                line.kind = PartKind.LABEL
                fresh = line.fresh
            elif state == "fact":
                state = "meta"
        elif is_rule(line):
            line.kind = PartKind.LABEL
            continue
        if line.kind is None:
            line.fresh, fresh = line.fresh or fresh, False
            _mark_value(line, state, note=note)


def _interrupts(label: Label, line: Line, state: Sort) -> bool:
    """Tell whether a label inside the matter begins a new field; people write エラー：E-401 there, too."""
    if state != "content" or label.decorated:
        return label.sort != "unknown" or label.decorated or state != "content"
    if label.spaced:
        return label.sort in {"meta", "writer"} and _CODE.search(line.folded[label.end :]) is not None
    return label.sort in {"meta", "writer", "subject", "content"} and not asks(line.folded[label.end :])


def _begin_field(line: Line, label: Label, *, strong: bool) -> Sort:
    line.cut(label.end)
    line.fresh = any(map(str.isdigit, label.name)) and label.sort == "content"
    sort = label.sort
    if sort == "content" and strong and re.search("用件|要件", label.name) and "内容" not in label.name:
        sort = "meta"
    if sort == "unknown":
        sort = "meta"
    return sort


_ASKED: Final = re.compile(
    r"[?]|(?:です|ます|でしょう|ません)か|教え|知りた|(?:し|え|け|り|み|き|て|れ|せ|び)たい|ほしい"
    r"|欲しい|ください|下さい|できない|できません"
)
_CODE: Final = re.compile(r"^[^。?]{0,12}(?:\d{2,}[-:/]\d|\d{5,}|@)")
_CHOSEN: Final = re.compile(
    r"(?:希望し(?:ない|ます|ません)|同意し?(?:ます|する)|[^ ]{1,12}希望|不要|必要|はい|いいえ|可|不可)。?$"
)


_ARROW: Final = re.compile(r"^\s*(?:[→⇒➡>]|->|=>)\s*")


def _mark_value(line: Line, state: Sort, *, note: bool) -> None:
    arrow = _ARROW.match(line.folded) if state != "unknown" and not note else None
    if arrow and line.body == line.start:
        line.cut(arrow.end())
    content = line.content
    if EMPTY_VALUE.match(content):
        line.kind = PartKind.LABEL
    elif state == "subject":
        line.kind = PartKind.SUBJECT
    elif state == "writer":
        if note or not _ASKED.search(content):
            line.kind = PartKind.OPERATOR
    elif state == "meta":
        asked = (_ASKED.search(content) or (note and asks(content))) and not _CHOSEN.match(content)
        if not (asked or (len(content) > _LONG_VALUE and "。" in content)):
            line.kind = PartKind.LABEL
    elif (
        note
        and OPERATOR_NOTE.search(content)
        and not re.search(r"[?]|ですか|とのこと|のか|ないか|たい(?:。|と|$)", content)
    ):
        line.kind = PartKind.OPERATOR


_CALL_TIME: Final = re.compile(r"\d{1,2}[:時]\d{2}|\d{1,2}/\d{1,2}|\d{1,2}月\d{1,2}日|\d{4}\.\d{1,2}")
_REACHED: Final = re.compile(
    r"0\d{1,4}[-() ]{1,2}\d{1,4}[-() ]{1,2}\d{3,4}|0[789]0\d{8}|[a-z0-9._+-]{1,40}@[a-z0-9.-]{3,60}"
    r"|[a-z]{1,3}-?\d{4}-?\d{4,}"
)
_MATTER: Final = re.compile(
    r"[?。]|とのこと|したい|してほしい|ですか|いとのこと|って(?:言|いう|こと)|できない|のに|けど|ので"
)


def _mark_note_heads(lines: Sequence[Line]) -> None:
    """Mark what a phone note begins with (when, who, from where) and what its writer did or will do."""
    heads = 0
    for line in lines[:12]:
        if not line.open:
            continue
        if _is_note_head(line) and _label_sort(line) not in {"content", "writer"}:
            line.kind = PartKind.LABEL
            heads += 1
        elif heads and is_rule(line):
            line.kind = PartKind.LABEL
    matter = False
    for line in lines:
        if not line.open:
            continue
        noted = OPERATOR_NOTE.search(line.content) and not line.asks and _label_sort(line) != "content"
        if noted and (matter or line.content[0] in "→⇒"):
            line.kind = PartKind.OPERATOR
        matter = True


def _is_note_head(line: Line) -> bool:
    content = re.sub(r"\([^()]{0,40}\)", " ", line.content)
    if len(content) > 70 or _MATTER.search(content) or asks(content):
        return False
    timed = _CALL_TIME.search(content) is not None
    noted = NOTE_HEAD.search(content) is not None and (timed or len(content) <= 24)
    caller = _caller(content) or _caller(line.content)
    return (
        noted
        or caller
        or (timed and len(content) <= 40)
        or (_REACHED.search(content) is not None and len(content) <= 50)
    )


def _caller(content: str) -> bool:
    return NAMED_CALLER.match(content) is not None


def _label_sort(line: Line) -> Sort | None:
    label = label_of(line)
    return label.sort if label else None
