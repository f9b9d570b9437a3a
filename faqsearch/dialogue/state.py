"""The state of a dialogue: all that one worker has to tell the next, and nothing that it must believe."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

VERSION: Final = 1
"""Of the JSON form; a state of another version is refused."""

MAX_TURNS: Final = 30
"""Turns of the customer in one dialogue; the last of them is handed over."""

MAX_UNRESOLVED: Final = 5
"""Turns in a row that neither show an answer nor end the dialogue; the last of them is handed over."""

MAX_TRANSCRIPT: Final = 20_000
"""Characters that a customer may write in one dialogue before it is handed over."""

MAX_LINES: Final = 100
MAX_SAID: Final = 12
MAX_SHOWN: Final = 20
MAX_TRIED: Final = 90
MAX_CHOICES: Final = 8
MAX_LABEL: Final = 120

IDLE: Final = dt.timedelta(minutes=30)
"""Age at which a state is too old to go on with."""


class Outcome(StrEnum):
    """How a dialogue ended."""

    ANSWER = "answer"
    HAND_OVER = "hand_over"


class Say(StrEnum):
    """Everything the bot can say. States keep these names, not its words: none can be forged."""

    GREETING = "greeting"
    GREETED = "greeted"
    IDLE = "idle"
    ANEW = "anew"
    CUT = "cut"
    EMPTY = "empty"
    SORRY = "sorry"
    CARE = "care"
    ANSWER = "answer"
    PART = "part"
    NEXT_BEST = "next_best"
    SOLVED = "solved"
    CHOOSE = "choose"
    NEAR = "near"
    ASK_BACK = "ask_back"
    OPTION = "option"
    REPHRASE = "rephrase"
    ROBOT = "robot"
    WELCOME = "welcome"
    WHICH = "which"
    REWORD = "reword"
    TELL_MORE = "tell_more"
    CLOSED = "closed"
    FAREWELL = "farewell"
    REQUESTED = "requested"
    NOT_FOUND = "not_found"
    UNSOLVED = "unsolved"
    REPEATED = "repeated"
    FRUSTRATED = "frustrated"
    DISTRESSED = "distressed"
    LEFT = "left"
    TOO_LONG = "too_long"
    CONTACTS = "contacts"


class ChoiceKind(StrEnum):
    """What choosing does."""

    ENTRY = "entry"
    YES = "yes"
    NO = "no"
    NONE = "none"
    PERSON = "person"


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Something the customer can pick, by its number (from 1), its label or some of its words.

    Attributes:
        kind: What choosing it does.
        label: The words of the button, 1 to 120 characters; no two choices of a turn have the same.
        entry_id: The entry it shows; empty for the other kinds.
    """

    kind: ChoiceKind
    label: str
    entry_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One thing the bot said.

    Attributes:
        say: What.
        entry_id: The entry it is about, or empty.
        start: Where the quoted part of that entry's answer begins.
        end: Where it ends; 0 if no part is quoted.
    """

    say: Say
    entry_id: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One turn of either side: the customer's text, or what the bot said.

    Attributes:
        customer: The customer's words; empty for a line of the bot.
        bot: What the bot said; empty for a line of the customer.
    """

    customer: str = field(default="", repr=False)
    bot: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DialogueState:
    """Where a dialogue stands. It holds the customer's words: keep it only as long as the dialogue lasts.

    Attributes:
        at: When the last turn was, with a time zone.
        turns: Turns of the customer since the dialogue opened, 0 to 30.
        unresolved: Of these, how many in a row have led nowhere, 0 to 5.
        question: What is being answered: the last question, completed by what it referred back to.
        topic: Id of the entry shown last, or empty.
        shown: Ids of the entries shown for the question.
        tried: Ids of all entries shown since the dialogue opened.
        outcome: How the dialogue ended; None while it goes on.
        choices: What can be picked now.
        lines: What was said so far by both.
        opened: How many of the lines are of dialogues that had ended before.
    """

    at: dt.datetime
    turns: int = 0
    unresolved: int = 0
    question: str = field(default="", repr=False)
    topic: str = ""
    shown: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    outcome: Outcome | None = None
    choices: tuple[Choice, ...] = ()
    lines: tuple[Line, ...] = ()
    opened: int = 0

    def to_json(self) -> str:
        """Write the state as JSON; any worker can go on from there."""
        from faqsearch.dialogue.state_json import write_state

        return write_state(self)

    @classmethod
    def from_json(cls, text: str) -> DialogueState:
        """Read a state that came from outside.

        Raises:
            InputError: If it is no state of this version: types, ranges, unknown or missing names. The
                message names the field and never repeats its content.
        """
        from faqsearch.dialogue.state_json import read_state

        return read_state(text)
