"""What the bot does on one turn of the customer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from faqsearch.assist import Decision
from faqsearch.dialogue.choosing import is_outside, pick
from faqsearch.dialogue.cleaning import MAX_TEXT, clean, essence
from faqsearch.dialogue.hand_over import Reason
from faqsearch.dialogue.intents import Intent, asks, intent_of, yes_or_no
from faqsearch.dialogue.messages import NO_LABEL, NONE_LABEL, PERSON_LABEL, YES_LABEL
from faqsearch.dialogue.reading import N_NEAR, Found, Reader
from faqsearch.dialogue.references import find_reference
from faqsearch.dialogue.state import MAX_LABEL, Choice, ChoiceKind, DialogueState, Outcome, Said, Say
from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase

_MOST_DENIED: Final = 2
"""After so many answers that did not help, a person takes over."""
_N_RELATED: Final = 2
_N_REPEATS: Final = 2

_CALLS: Final = {
    Intent.PERSON: Reason.REQUESTED,
    Intent.FED_UP: Reason.FRUSTRATED,
    Intent.DANGER: Reason.DISTRESSED,
}
_HELPLESS: Final = (Say.NEAR, Say.REPHRASE, Say.NOT_FOUND)
_LOST: Final = (Say.NEAR, Say.REPHRASE, Say.REWORD)
"""What the bot says once where nothing fits; after that, a person takes over."""

_PERSON: Final = Choice(kind=ChoiceKind.PERSON, label=PERSON_LABEL)
_NONE: Final = Choice(kind=ChoiceKind.NONE, label=NONE_LABEL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reaction:
    """What the bot does.

    Attributes:
        said: What it says.
        choices: What can be picked now.
        question: What is being answered from now on; None if that stays.
        entries: Ids of the entries it shows.
        shown: All entries shown for that question, these included; None if that stays.
        outcome: How the dialogue ends, if it does.
        reason: Why it is handed over, if it is.
        ask: Words of the question back, in place of the plain ones.
    """

    said: tuple[Said, ...]
    choices: tuple[Choice, ...] = ()
    question: str | None = None
    entries: tuple[str, ...] = ()
    shown: tuple[str, ...] | None = None
    outcome: Outcome | None = None
    reason: Reason | None = None
    ask: str = ""


def hand_over(reason: Reason, question: str | None = None) -> Reaction:
    """Hand over to a person."""
    said = (Said(say=Say(reason.value)), Said(say=Say.CONTACTS))
    return Reaction(said=said, question=question, outcome=Outcome.HAND_OVER, reason=reason)


class Reactor:
    """Decides what the bot does; a pure function of state, text and base."""

    def __init__(self, knowledge_base: KnowledgeBase, audience: Audience) -> None:
        self._base = knowledge_base
        self._audience = audience
        self._reader = Reader(knowledge_base, audience)

    def react(self, state: DialogueState, text: str) -> Reaction:
        """React on a cleaned turn. The state may be of an ended dialogue; its choices are gone then."""
        if not essence(text):
            return _only(Say.EMPTY, state)
        if state.choices and is_outside(state.choices, text):
            return _only(Say.WHICH, state)
        intent = intent_of(text)
        chosen = pick(state.choices, text, self._reader.terms)
        if chosen is not None and intent not in _CALLS:
            return self._chosen(state, chosen)
        if intent in _CALLS:
            return hand_over(_CALLS[intent])
        answered = self._answered(state, text)
        if answered is not None:
            return answered
        return self._asked(state, text) if intent is None else _small_talk(state, intent)

    def _chosen(self, state: DialogueState, choice: Choice) -> Reaction:
        match choice.kind:
            case ChoiceKind.ENTRY:
                return self._show(state, (choice.entry_id,), ())
            case ChoiceKind.YES:
                return _closed(Say.CLOSED)
            case ChoiceKind.PERSON:
                return hand_over(Reason.REQUESTED)
            case ChoiceKind.NO | ChoiceKind.NONE:
                return self._refused(state)

    def _answered(self, state: DialogueState, text: str) -> Reaction | None:
        """React on a yes or no; None if the turn is none, or says more than that."""
        reply = yes_or_no(text)
        if reply is None:
            return None
        if not state.choices and state.outcome is None:
            # Nothing can be agreed to; that other words do not help either is a no all the same.
            again = not reply.yes and not reply.rest and _has_said(state, *_LOST)
            return self._refused(state) if again else None
        if reply.rest:
            reaction = self._asked(state, reply.rest, denied=not reply.yes)
            agreed = reply.yes and _asks_solved(state) and not reaction.entries
            # わかりました、無視します: what comes after a yes need not be a question.
            helpless = _says(reaction.said, *_HELPLESS) or not asks(reply.rest)
            return _closed(Say.CLOSED) if agreed and helpless else reaction
        if not reply.yes:
            return self._refused(state)
        if state.outcome is not None:
            return _only(Say.WELCOME, state)
        return _closed(Say.CLOSED) if _asks_solved(state) else _only(Say.WHICH, state)

    def _refused(self, state: DialogueState) -> Reaction:
        """React on a no: to an answer, to an end with an answer, or to all of the choices."""
        if _asks_solved(state) or state.outcome is Outcome.ANSWER:
            return self._next_best(state)
        if state.outcome is not None:
            return _only(Say.TELL_MORE, state)
        if _has_said(state, *_LOST) or _was_reworded(state):
            return hand_over(Reason.NOT_FOUND)
        return replace(_only(Say.REWORD, state), choices=())

    def _asked(self, state: DialogueState, text: str, *, denied: bool = False) -> Reaction:
        """React on a question.

        Args:
            state: Where the dialogue stands.
            text: The question.
            denied: Whether a no came with it: what was shown is not shown again.
        """
        triage = self._base.triage(text, audience=self._audience)
        upset = triage.complaint.found
        if upset and state.outcome is None and (state.shown or state.unresolved):
            return hand_over(Reason.FRUSTRATED, text)
        repeats = 0 if state.outcome else _repeats(state, text)
        if repeats:
            again = _asks_solved(state) and repeats < _N_REPEATS
            return self._next_best(state) if again else hand_over(Reason.REPEATED)
        reaction = self._found(state, self._read(state, text), state.shown if denied else ())
        if triage.distress.found and not reaction.entries:
            return hand_over(Reason.DISTRESSED, reaction.question)
        lead = [Said(say=Say.SORRY)] if upset and reaction.outcome is None else []
        lead += [Said(say=Say.CARE)] if triage.distress.found else []
        return replace(reaction, said=(*lead, *reaction.said))

    def _read(self, state: DialogueState, text: str) -> Found:
        reference = find_reference(text, self._reader.terms) if state.question else None
        if reference is None or (reference.loose and state.outcome is not None):
            return self._reader.find(text)
        return self._reader.follow(state, text, reference)

    def _found(self, state: DialogueState, found: Found, denied: tuple[str, ...]) -> Reaction:
        state = replace(state, question=clean(found.question)[:MAX_TEXT].rstrip(), shown=denied)
        match found.decision:
            case Decision.ANSWER:
                related = [one for one in found.near if one not in dict(found.offers)]
                ids = tuple(entry_id for entry_id, _ in found.offers if entry_id not in denied)
                if not ids:
                    return self._next_best(state)
                return self._show(state, ids, tuple(related[:_N_RELATED]), part=found.part)
            case Decision.CHOOSE:
                return self._offer(state, Say.CHOOSE, found.offers)
            case Decision.ASK_BACK:
                return self._offer(state, Say.ASK_BACK, found.offers, ask=found.ask)
            case Decision.HAND_OVER:
                return self._unsure(state, found)

    def _unsure(self, state: DialogueState, found: Found) -> Reaction:
        """Nothing fits: show what is near, ask for more, or hand over if that was done already."""
        if _has_said(state, *_LOST):
            return hand_over(Reason.NOT_FOUND, state.question)
        near = [(one, entry.question) for one in found.near if (entry := self._reader.look_up(one))]
        if near:
            return self._offer(state, Say.NEAR, tuple(near[:N_NEAR]))
        if len(self._reader.terms(state.question)) > 2:
            return hand_over(Reason.NOT_FOUND, state.question)
        return replace(_only(Say.REPHRASE, state), choices=(), question=state.question, outcome=None)

    def _offer(
        self, state: DialogueState, say: Say, offers: tuple[tuple[str, str], ...], ask: str = ""
    ) -> Reaction:
        choices = _distinct([_entry_choice(entry_id, label) for entry_id, label in offers])
        options = tuple(Said(say=Say.OPTION, entry_id=one.entry_id) for one in choices)
        return Reaction(
            said=(Said(say=say), *options),
            choices=(*choices, _NONE, _PERSON),
            question=state.question,
            shown=state.shown,
            ask=ask,
        )

    def _show(
        self,
        state: DialogueState,
        ids: tuple[str, ...],
        related: tuple[str, ...],
        *,
        part: tuple[int, int] = (0, 0),
        lead: Say | None = None,
    ) -> Reaction:
        start, end = part
        say = Say.PART if end else Say.ANSWER
        shown = tuple(Said(say=say, entry_id=one, start=start, end=end) for one in ids)
        first = (Said(say=lead),) if lead else ()
        entries = [entry for one in related if (entry := self._reader.look_up(one))]
        choices = _distinct(
            [
                Choice(kind=ChoiceKind.YES, label=YES_LABEL),
                Choice(kind=ChoiceKind.NO, label=NO_LABEL),
                *(_entry_choice(entry.id, entry.question) for entry in entries),
            ]
        )
        return Reaction(
            said=(*first, *shown, Said(say=Say.SOLVED)),
            choices=choices,
            question=state.question,
            entries=ids,
            shown=(*state.shown, *ids),
        )

    def _next_best(self, state: DialogueState) -> Reaction:
        """Show the nearest entry that was not shown for this question, or hand over."""
        if not state.question or len(state.shown) >= _MOST_DENIED:
            return hand_over(Reason.UNSOLVED)
        left = [one for one in self._reader.near(state.question) if one not in state.shown]
        if not left:
            return hand_over(Reason.UNSOLVED)
        return self._show(state, (left[0],), (), lead=Say.NEXT_BEST)


def _only(say: Say, state: DialogueState) -> Reaction:
    """Say one thing and leave everything as it is, the choices and an end too."""
    return Reaction(said=(Said(say=say),), choices=state.choices, outcome=state.outcome)


def _closed(say: Say) -> Reaction:
    return Reaction(said=(Said(say=say),), outcome=Outcome.ANSWER)


def _small_talk(state: DialogueState, intent: Intent) -> Reaction:
    answered = bool(state.shown) and (state.outcome is Outcome.ANSWER or _asks_solved(state))
    match intent:
        case Intent.THANKS if answered:
            return _closed(Say.CLOSED)
        case Intent.FAREWELL if answered:
            return _closed(Say.FAREWELL)
        case Intent.FAREWELL:
            return hand_over(Reason.LEFT) if state.outcome is None else _only(Say.FAREWELL, state)
        case Intent.THANKS:
            return _only(Say.WELCOME, state)
        case Intent.ROBOT:
            return _only(Say.ROBOT, state)
        case _:
            return _only(Say.GREETED if not state.turns else Say.TELL_MORE, state)


def _asks_solved(state: DialogueState) -> bool:
    return any(choice.kind is ChoiceKind.YES for choice in state.choices)


def _has_said(state: DialogueState, *says: Say) -> bool:
    """Tell whether the last line of the bot says one of these."""
    return bool(state.lines) and state.outcome is None and _says(state.lines[-1].bot, *says)


def _was_reworded(state: DialogueState) -> bool:
    """Tell whether other words were asked for since an entry was shown last."""
    lines = state.lines[state.opened :]
    return any(_says(line.bot, Say.REWORD) for line in lines[max(len(lines) - 2 * state.unresolved, 0) :])


def _says(said: Iterable[Said], *says: Say) -> bool:
    return any(one.say in says for one in said)


def _repeats(state: DialogueState, text: str) -> int:
    """How often the customer has said the same since the dialogue opened."""
    wanted = essence(text)
    return sum(essence(line.customer) == wanted for line in state.lines[state.opened :] if not line.bot)


def _entry_choice(entry_id: str, label: str) -> Choice:
    text = clean(label.replace("\n", " "))
    short = text if len(text) <= MAX_LABEL - 4 else f"{text[: MAX_LABEL - 5].rstrip()}…"
    return Choice(kind=ChoiceKind.ENTRY, label=short or "回答を見る", entry_id=entry_id)


def _distinct(choices: list[Choice]) -> tuple[Choice, ...]:
    """Number labels that come twice."""
    found: dict[str, Choice] = {}
    for choice in choices:
        label, number = choice.label, 2
        while label in found:
            label, number = f"{choice.label}（{number}）", number + 1
        found[label] = replace(choice, label=label)
    return tuple(found.values())
