"""States as JSON: written as they are, read as untrusted input."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, NoReturn, TypeVar

from faqsearch.dialogue.cleaning import MAX_TEXT, clean
from faqsearch.dialogue.state import (
    MAX_CHOICES,
    MAX_LABEL,
    MAX_LINES,
    MAX_SAID,
    MAX_SHOWN,
    MAX_TRANSCRIPT,
    MAX_TRIED,
    MAX_TURNS,
    MAX_UNRESOLVED,
    VERSION,
    Choice,
    ChoiceKind,
    DialogueState,
    Line,
    Outcome,
    Said,
    Say,
)
from faqsearch.entry import MAX_ID_LENGTH
from faqsearch.errors import InputError

MAX_STATE: Final = 200_000
"""Characters of a state as JSON."""

_LAST_OFFSET: Final = 10**7
_NAMES: Final = frozenset(
    "version at turns unresolved question topic shown tried outcome choices lines opened".split()
)

_T = TypeVar("_T")
_E = TypeVar("_E", bound=StrEnum)


def write_state(state: DialogueState) -> str:
    """Return a state as one line of JSON."""
    document = {
        "version": VERSION,
        "at": state.at.isoformat(),
        "turns": state.turns,
        "unresolved": state.unresolved,
        "question": state.question,
        "topic": state.topic,
        "shown": state.shown,
        "tried": state.tried,
        "outcome": state.outcome,
        "choices": [{"kind": one.kind, "label": one.label, "entry": one.entry_id} for one in state.choices],
        "lines": [_line_document(line) for line in state.lines],
        "opened": state.opened,
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def read_state(text: object) -> DialogueState:
    """Read a state; see :meth:`DialogueState.from_json`."""
    if not isinstance(text, str):
        _refuse("", f"came as {type(text).__name__}; give the JSON text of a state")
    if len(text) > MAX_STATE:
        _refuse("", f"has {len(text):,} characters; allowed are {MAX_STATE:,}")
    try:
        raw = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raw = None
    fields = _fields(raw, "", _NAMES)
    if type(fields["version"]) is not int or fields["version"] != VERSION:
        _refuse("version", f"is another than {VERSION}; start a new dialogue")
    lines = _many(fields["lines"], "lines", MAX_LINES, _line)
    if sum(len(line.customer) for line in lines) > MAX_TRANSCRIPT + MAX_TEXT:
        _refuse("lines", f"hold too many characters; allowed are {MAX_TRANSCRIPT + MAX_TEXT:,}")
    outcome = fields["outcome"]
    state = DialogueState(
        at=_time(fields["at"]),
        turns=_number(fields["turns"], "turns", MAX_TURNS),
        unresolved=_number(fields["unresolved"], "unresolved", MAX_UNRESOLVED),
        question=_text(fields["question"], "question", MAX_TEXT),
        topic=_id(fields["topic"], "topic"),
        shown=_many(fields["shown"], "shown", MAX_SHOWN, _id),
        tried=_many(fields["tried"], "tried", MAX_TRIED, _id),
        outcome=None if outcome is None else _member(Outcome, outcome, "outcome"),
        choices=_many(fields["choices"], "choices", MAX_CHOICES, _choice),
        lines=lines,
        opened=_number(fields["opened"], "opened", len(lines)),
    )
    if len({choice.label for choice in state.choices}) < len(state.choices):
        _refuse("choices", "hold the same label twice")
    return state


def _line_document(line: Line) -> dict[str, object]:
    if not line.bot:
        return {"customer": line.customer}
    return {
        "bot": [
            {"say": said.say, "entry": said.entry_id, "start": said.start, "end": said.end}
            for said in line.bot
        ]
    }


def _refuse(field: str, message: str) -> NoReturn:
    raise InputError(f"dialogue state{f', {field}' if field else ''}: {message}")


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _no_number(_constant: str) -> NoReturn:
    raise ValueError


def _fields(raw: object, field: str, names: Iterable[str]) -> Mapping[str, Any]:
    if not isinstance(raw, dict) or set(raw) != set(names):
        wanted = ", ".join(sorted(names))
        _refuse(field, f"is no JSON object of exactly these names, each once: {wanted}")
    return raw


def _many(raw: object, field: str, most: int, read: Callable[[object, str], _T]) -> tuple[_T, ...]:
    if not isinstance(raw, list) or len(raw) > most:
        _refuse(field, f"is no list of at most {most} items")
    return tuple(read(item, field) for item in raw)


def _number(raw: object, field: str, most: int) -> int:
    if type(raw) is not int or not 0 <= raw <= most:
        _refuse(field, f"is no whole number from 0 to {most}")
    return raw


def _text(raw: object, field: str, most: int) -> str:
    if not isinstance(raw, str) or len(raw) > most or raw != clean(raw):
        _refuse(field, f"is no tidy text of at most {most:,} characters")
    return raw


def _id(raw: object, field: str) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_ID_LENGTH or " " in raw or not raw.isprintable():
        _refuse(field, "holds what is no id of an entry")
    return raw


def _member(kind: type[_E], raw: object, field: str) -> _E:
    if not isinstance(raw, str) or raw not in list(kind):
        _refuse(field, f"is none of {', '.join(kind)}")
    return kind(raw)


def _time(raw: object) -> dt.datetime:
    try:
        at = dt.datetime.fromisoformat(raw) if isinstance(raw, str) and len(raw) <= 40 else None
    except ValueError:
        at = None
    # A year from either end of the calendar could not be moved to another time zone.
    if at is None or at.utcoffset() is None or not 2 < at.year < 9998:
        _refuse("at", "is no ISO time with a time zone")
    return at


def _choice(raw: object, field: str) -> Choice:
    fields = _fields(raw, field, ("kind", "label", "entry"))
    kind = _member(ChoiceKind, fields["kind"], field)
    label = _text(fields["label"], field, MAX_LABEL)
    entry_id = _id(fields["entry"], field)
    if not label or (kind is ChoiceKind.ENTRY) != bool(entry_id):
        _refuse(field, "hold one without a label, or with an entry where none belongs")
    return Choice(kind=kind, label=label, entry_id=entry_id)


def _line(raw: object, field: str) -> Line:
    if isinstance(raw, dict) and set(raw) == {"customer"}:
        return Line(customer=_text(raw["customer"], field, MAX_TEXT))
    fields = _fields(raw, field, ("bot",))
    return Line(bot=_many(fields["bot"], field, MAX_SAID, _said))


def _said(raw: object, field: str) -> Said:
    fields = _fields(raw, field, ("say", "entry", "start", "end"))
    return Said(
        say=_member(Say, fields["say"], field),
        entry_id=_id(fields["entry"], field),
        start=_number(fields["start"], field, _LAST_OFFSET),
        end=_number(fields["end"], field, _LAST_OFFSET),
    )
