"""The dialogue: from a state and a text to the next turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from faqsearch.business_hours import Contact
from faqsearch.dialogue.cleaning import Heard, hear
from faqsearch.dialogue.hand_over import HandOver, Reason, contacts_message, contacts_now, transcript
from faqsearch.dialogue.messages import Message, render
from faqsearch.dialogue.reactions import Reaction, Reactor, hand_over
from faqsearch.dialogue.reading import Reader
from faqsearch.dialogue.state import (
    IDLE,
    MAX_LINES,
    MAX_SHOWN,
    MAX_TRANSCRIPT,
    MAX_TRIED,
    MAX_TURNS,
    MAX_UNRESOLVED,
    Choice,
    ChoiceKind,
    DialogueState,
    Line,
    Outcome,
    Said,
    Say,
)
from faqsearch.entry import JAPAN, Audience
from faqsearch.errors import InputError
from faqsearch.knowledge_base import KnowledgeBase

_CLOCK_SKEW: Final = dt.timedelta(minutes=5)
"""By so much the clock of another worker may be ahead."""
_KEPT_LINES: Final = 20
"""Lines of an ended dialogue that the next one of the same state still knows."""
_KEPT_CHARACTERS: Final = MAX_TRANSCRIPT // 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One turn of the bot.

    Attributes:
        messages: What the customer reads, in order.
        choices: What can be picked, by number from 1, label or words.
        state: What the next call needs; keep it as long as the dialogue lasts and no longer.
        outcome: How the dialogue ended; None while it goes on.
        hand_over: The record for a person, on the turn that hands over.
    """

    messages: tuple[Message, ...]
    choices: tuple[Choice, ...]
    state: DialogueState
    outcome: Outcome | None
    hand_over: HandOver | None = None


def _now() -> dt.datetime:
    return dt.datetime.now(JAPAN)


class Dialogue:
    """Dialogues of one audience over a knowledge base.

    It keeps nothing between calls and may be used from many threads: all that a dialogue is stands in its
    state, and state, text, base and clock alone decide the next turn.

    Args:
        knowledge_base: What is known.
        audience: Who talks; what this audience may not see is never shown, whatever a state says.
        contacts: Where to reach a person, and when.
        clock: Tells the time, with a time zone.
    """

    def __init__(
        self,
        knowledge_base: KnowledgeBase,
        *,
        audience: Audience | str = Audience.PUBLIC,
        contacts: Sequence[Contact] = (),
        clock: Callable[[], dt.datetime] = _now,
    ) -> None:
        self._audience = Audience.parse(audience)
        self._reader = Reader(knowledge_base, self._audience)
        self._reactor = Reactor(knowledge_base, self._audience)
        self._contacts = tuple(contacts)
        self._clock = clock

    def start(self) -> Turn:
        """Greet."""
        said = (Said(say=Say.GREETING),)
        state = DialogueState(at=self._clock(), lines=(Line(bot=said),))
        return Turn(messages=self._messages(said, state.at), choices=(), state=state, outcome=None)

    def reply(self, state: DialogueState, text: str) -> Turn:
        """Answer a turn of the customer.

        Args:
            state: The state of the turn before.
            text: What the customer wrote, of any length and content; at most 2,000 characters are read.

        Raises:
            InputError: If an argument has the wrong type.
        """
        if not isinstance(state, DialogueState) or not isinstance(text, str):
            raise InputError(
                f"a turn came as {type(state).__name__} and {type(text).__name__}; "
                "give a DialogueState and a string"
            )
        at, heard = self._clock(), hear(text)
        known, idle = self._visible(state), not -_CLOCK_SKEW <= at - state.at <= IDLE
        if idle:
            known = DialogueState(at=at)
        reaction = self._reactor.react(known, heard.text)
        if known.outcome is not None and reaction.outcome is None:
            known = _reopened(known, same=reaction.question == known.question)
        reaction = _bounded(known, heard, reaction)
        lead = [Said(say=Say.IDLE)] if idle else []
        lead += [Said(say=Say.CUT)] if heard.cut else []
        return self._turn(known, heard, replace(reaction, said=(*lead, *reaction.said)), at)

    def messages(self, line: Line) -> tuple[Message, ...]:
        """Put a line of the bot into words as the audience may see it now, to show a dialogue again."""
        return self._messages(line.bot, self._clock())

    def _turn(self, state: DialogueState, heard: Heard, reaction: Reaction, at: dt.datetime) -> Turn:
        spent = state.unresolved + 1 if not reaction.entries else 0
        lines = (*state.lines, Line(customer=heard.text), Line(bot=reaction.said))
        ended = reaction.outcome is not None
        state = replace(
            state,
            at=at,
            turns=min(state.turns + 1, MAX_TURNS),
            unresolved=0 if ended else min(spent, MAX_UNRESOLVED),
            question=state.question if reaction.question is None else reaction.question,
            topic=reaction.entries[-1] if reaction.entries else state.topic,
            shown=_distinct(state.shown if reaction.shown is None else reaction.shown)[-MAX_SHOWN:],
            tried=_distinct((*state.tried, *reaction.entries))[-MAX_TRIED:],
            outcome=reaction.outcome,
            choices=() if ended else reaction.choices,
        )
        state = _with_lines(state, lines)
        record = self._record(state, lines, reaction.reason, at) if reaction.reason else None
        return Turn(
            messages=self._messages(reaction.said, at, reaction.ask),
            choices=state.choices,
            state=state,
            outcome=state.outcome,
            hand_over=record,
        )

    def _record(
        self, state: DialogueState, lines: Sequence[Line], reason: Reason, at: dt.datetime
    ) -> HandOver:
        return HandOver(
            reason=reason,
            question=state.question,
            transcript=transcript(lines, self._reader.look_up),
            tried=state.tried,
            contacts=contacts_now(self._contacts, at),
        )

    def _messages(self, said: Sequence[Said], at: dt.datetime, ask: str = "") -> tuple[Message, ...]:
        # Options are choices of the turn; as lines of text they stand in transcripts only.
        found = [
            Message(text=ask) if ask and one.say is Say.ASK_BACK else render(one, self._reader.look_up)
            for one in said
            if one.say is not Say.OPTION
        ]
        if any(one.say is Say.CONTACTS for one in said):
            found += filter(None, [contacts_message(contacts_now(self._contacts, at))])
        return tuple(found)

    def _visible(self, state: DialogueState) -> DialogueState:
        """Return the state without entries that the audience cannot see, as if they had never been."""

        def seen(entry_id: str) -> bool:
            return bool(entry_id) and self._reader.look_up(entry_id) is not None

        def line(one: Line) -> Line:
            said = tuple(part if seen(part.entry_id) else replace(part, entry_id="") for part in one.bot)
            return replace(one, bot=said)

        return replace(
            state,
            topic=state.topic if seen(state.topic) else "",
            shown=tuple(filter(seen, state.shown)),
            tried=tuple(filter(seen, state.tried)),
            choices=tuple(
                one for one in state.choices if one.kind is not ChoiceKind.ENTRY or seen(one.entry_id)
            ),
            lines=tuple(map(line, state.lines)),
        )


def _bounded(state: DialogueState, heard: Heard, reaction: Reaction) -> Reaction:
    """Hand over in place of a turn that would go on without end."""
    if reaction.outcome is not None:
        return reaction
    written = sum(len(line.customer) for line in state.lines[state.opened :]) + len(heard.text)
    if state.turns + 1 >= MAX_TURNS or written > MAX_TRANSCRIPT - _KEPT_CHARACTERS:
        return hand_over(Reason.TOO_LONG, reaction.question)
    if not reaction.entries and state.unresolved + 1 >= MAX_UNRESOLVED:
        return hand_over(Reason.NOT_FOUND, reaction.question)
    return reaction


def _reopened(state: DialogueState, *, same: bool) -> DialogueState:
    """Return the state with which a dialogue opens after an end: what was talked of, and no counts.

    Args:
        state: The state of the ended dialogue.
        same: Whether its question is taken up again, after all it was not solved.
    """
    lines = state.lines[-_KEPT_LINES:]
    while sum(len(line.customer) for line in lines) > _KEPT_CHARACTERS:
        lines = lines[1:]
    return replace(
        state,
        turns=0,
        unresolved=0,
        shown=state.shown if same else (),
        tried=state.tried if same else (),
        outcome=None,
        choices=(),
        lines=lines,
        opened=len(lines),
    )


def _with_lines(state: DialogueState, lines: tuple[Line, ...]) -> DialogueState:
    """Keep the last lines, as many as a state may hold."""
    kept = lines[-MAX_LINES:]
    while sum(len(line.customer) for line in kept) > MAX_TRANSCRIPT:
        kept = kept[1:]
    return replace(state, lines=kept, opened=max(state.opened - (len(lines) - len(kept)), 0))


def _distinct(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
