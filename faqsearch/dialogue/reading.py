"""What the base has for a question, whether it stands alone or refers back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from faqsearch.assist import Decision, Suggestion
from faqsearch.dialogue.references import Reference, find_part
from faqsearch.dialogue.state import DialogueState, Say
from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import EntryNotFoundError
from faqsearch.knowledge_base import KnowledgeBase

CHANNEL: Final = "chat"
N_NEAR: Final = 3
MOST_ANSWERS: Final = 3

_N_SEARCHED: Final = 30
_LONGEST_CONTEXT: Final = 300
_NEAR: Final = 0.08
"""Below this confidence, what was found is not worth showing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What to do with a question.

    Attributes:
        question: The question, completed by what it refers back to.
        decision: Answer, choose, ask back or hand over.
        offers: Entries to show or to choose from, each with a label; several to answer with where several
            questions were asked at once.
        near: Ids of the nearest entries, whatever the decision.
        ask: The question to ask back, or empty.
        part: The part of the one offer that is meant, or (0, 0).
    """

    question: str
    decision: Decision
    offers: tuple[tuple[str, str], ...]
    near: tuple[str, ...]
    ask: str = ""
    part: tuple[int, int] = (0, 0)


class Reader:
    """A knowledge base as one audience's dialogue asks it."""

    def __init__(self, knowledge_base: KnowledgeBase, audience: Audience) -> None:
        self._base = knowledge_base
        self._audience = audience

    def look_up(self, entry_id: str) -> FaqEntry | None:
        """Return an entry that the audience may see now, or None."""
        try:
            return self._base.get(entry_id, self._audience)
        except EntryNotFoundError:
            return None

    def terms(self, text: str) -> tuple[str, ...]:
        """Return the content words of a text."""
        return tuple(next(iter(self._base.analyzer.analyze(text).layers.values())).terms)

    def find(self, question: str) -> Found:
        """Ask the base a question that stands alone."""
        suggestion = self._base.suggest(question, channel=CHANNEL, audience=self._audience)
        near = tuple(hit.id for hit in suggestion.candidates)
        several = _answers(suggestion)
        if len(several) > 1:
            return Found(question=question, decision=Decision.ANSWER, offers=several, near=near)
        if suggestion.decision is Decision.ASK_BACK and suggestion.ask is not None:
            labels = tuple((choice.entry_id, choice.label) for choice in suggestion.ask.choices)
            return Found(
                question=question,
                decision=Decision.ASK_BACK,
                offers=labels,
                near=near,
                ask=suggestion.ask.text,
            )
        offers = tuple((hit.id, hit.entry.question) for hit in suggestion.offers)
        if suggestion.decision is Decision.HAND_OVER and suggestion.confidence < _NEAR:
            near = ()
        return Found(question=question, decision=suggestion.decision, offers=offers, near=near)

    def near(self, question: str) -> tuple[str, ...]:
        """Return the ids of the entries nearest to a question."""
        result = self._base.search(question, k=10, audience=self._audience)
        return tuple(hit.id for hit in result.hits)

    def follow(self, state: DialogueState, text: str, reference: Reference) -> Found:
        """Ask the base a question that refers back to what the state holds.

        First the entry shown last is looked at: the sentence that says it may be there. Then all entries that
        have the new words are ranked by these and by the words of the topic.
        """
        topic = self.look_up(state.topic)
        question = f"{state.question[-_LONGEST_CONTEXT:]}\n{reference.rest}".strip()
        part = find_part(topic.answer, reference, self.terms) if topic and not reference.loose else None
        if topic and part:
            return Found(
                question=question,
                decision=Decision.ANSWER,
                offers=((topic.id, topic.question),),
                near=self.near(question),
                part=part,
            )
        alone = self.find(text)
        if alone.decision is Decision.ANSWER and not reference.points and reference.terms:
            return alone
        contexts = (question, f"{topic.question}\n{reference.rest}") if topic else (question,)
        out = set() if reference.loose else {state.topic, *self._not_meant(state, reference)}
        ids = [one for one in self._ranked(contexts, reference) if one not in out]
        return self._weighed(question, ids, alone, loose=reference.loose)

    def _weighed(self, question: str, ids: Sequence[str], alone: Found, *, loose: bool) -> Found:
        """Decide about ranked entries: to rank first is no reason to be sure.

        Args:
            question: The completed question.
            ids: Entries that may be meant, the best first.
            alone: What was found for the turn by itself.
            loose: Whether it may not refer back at all: then the entries must be offered for the question.
        """
        whole = self.find(question)
        offered = {one for one, _ in (*alone.offers, *whole.offers)}
        if not ids or (loose and offered.isdisjoint(ids[:N_NEAR])):
            return whole if ids and whole.decision is Decision.CHOOSE else alone
        sure = any(one.decision is Decision.ANSWER and ids[0] in dict(one.offers) for one in (alone, whole))
        return Found(
            question=question,
            decision=Decision.ANSWER if sure else Decision.CHOOSE,
            offers=tuple((one, self._label(one)) for one in ids[: 1 if sure else N_NEAR]),
            near=tuple(ids),
        )

    def _not_meant(self, state: DialogueState, reference: Reference) -> Iterator[str]:
        """Yield the entries that a choice ruled out and that no word of the reference brings back."""
        for one in ruled_out(state):
            new = set(self.terms(self._label(one))) - set(self.terms(self._label(state.topic)))
            if new.isdisjoint(reference.terms):
                yield one

    def _ranked(self, contexts: Sequence[str], reference: Reference) -> list[str]:
        """Rank entries by the words of a reference and, as much again, by its words in their contexts.

        The contexts are long and what refers to them is short: added up, the new words decide.
        """
        own = self._scores(reference.rest) if reference.terms else {}
        if reference.loose and not own:
            return []
        scores = dict(own)
        for text in contexts:
            for entry_id, score in self._scores(text).items():
                # Where there are new words, an entry without any of them is out of the question.
                if not own or entry_id in own:
                    scores[entry_id] = scores.get(entry_id, 0.0) + score / len(contexts)
        return sorted(scores, key=lambda entry_id: (-scores[entry_id], entry_id))

    def _scores(self, text: str) -> dict[str, float]:
        result = self._base.search(text, k=_N_SEARCHED, audience=self._audience)
        return {hit.id: hit.score for hit in result.hits}

    def _label(self, entry_id: str) -> str:
        entry = self.look_up(entry_id)
        return entry.question if entry else ""


def ruled_out(state: DialogueState) -> tuple[str, ...]:
    """Return the entries that were asked back about together with the entry shown last, without that one."""
    for line in reversed(state.lines[state.opened :]):
        options = [said.entry_id for said in line.bot if said.say is Say.OPTION]
        if state.topic in options and any(said.say is Say.ASK_BACK for said in line.bot):
            return tuple(one for one in options if one and one != state.topic)
    return ()


def _answers(suggestion: Suggestion) -> tuple[tuple[str, str], ...]:
    """Return what answers the questions of an inquiry that asks several, each entry once."""
    found = {
        one.offers[0].id: one.offers[0].entry.question
        for one in suggestion.questions
        if one.decision is Decision.ANSWER and one.offers
    }
    return tuple(found.items())[:MOST_ANSWERS]
