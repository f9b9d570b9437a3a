"""From an inquiry to a decision: answer, offer a choice, ask back, or hand over to a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import zip_longest
from typing import Final

from faqsearch.assist.ambiguity import AskBack, Told, Verdict, find_ambiguity
from faqsearch.assist.conditions import condition_kinds, signed_words
from faqsearch.assist.confidence import ConfidenceModel, PresetModel
from faqsearch.assist.features import FEATURES, FeatureExtractor
from faqsearch.engine import Engine, Hit, SearchResult
from faqsearch.entry import Audience
from faqsearch.inquiry import Question, Reading, read_inquiry
from faqsearch.inquiry.parts import OTHERS
from faqsearch.ranking import Context

N_CANDIDATES: Final = 10
N_CHOICES: Final = 3
MOST_QUESTIONS: Final = 5
"""Questions of an inquiry that are ranked each on its own; more are ranked as one."""


class Decision(StrEnum):
    """What to do with an inquiry."""

    ANSWER = "answer"
    CHOOSE = "choose"
    ASK_BACK = "ask_back"
    HAND_OVER = "hand_over"


_CAREFUL: Final = (Decision.ANSWER, Decision.ASK_BACK, Decision.CHOOSE, Decision.HAND_OVER)
"""Decisions, the boldest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """One reason for a confidence.

    Attributes:
        feature: Name of the feature.
        value: Its value for this inquiry.
        contribution: What it adds to the log-odds of the first candidate being right, relative to the
            average inquiry.
        description: What the feature is, in English.
    """

    feature: str
    value: float
    contribution: float
    description: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionSuggestion:
    """What to do with one question of an inquiry.

    Attributes:
        text: The question, with the sentences that belong to it.
        start: Where it begins in the text of the reading.
        end: Where it ends, exclusive.
        decision: Answer with one entry, offer a choice, ask back, or hand over.
        confidence: Probability that the first candidate is right, in [0, 1]; 0 without a candidate.
        offers: The entries to show: one to answer with, two to four to choose from, none to hand over.
        candidates: The ten best hits, whatever the decision.
        evidence: Why the confidence is what it is, the strongest contribution first.
        ask: The question to ask, where the decision is to ask back.
    """

    text: str
    start: int
    end: int
    decision: Decision
    confidence: float
    offers: tuple[Hit, ...]
    candidates: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    ask: AskBack | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """What to do with an inquiry, how sure we are, and why.

    Of an inquiry with several questions the fields hold the view of all of them. Where each can be answered,
    the decision is to answer, where none can, to hand over; otherwise it is to offer a choice of what was
    found, and ``questions`` tells what to do with each.

    Attributes:
        decision: Answer, offer a choice, ask back, or hand over.
        confidence: Probability that the first candidate is right, in [0, 1]; 0 without a candidate. Of
            several questions, the lowest.
        offers: The entries to show: to answer with one (for each question), two to four to choose from, none
            to hand over.
        candidates: The ten best hits, whatever the decision: for operators and for measuring. Of several
            questions, their best ones by turns.
        evidence: Why the confidence is what it is, the strongest contribution first.
        ask: The question to ask, where the decision is to ask back.
        questions: The questions of the inquiry, in order; none if nothing in it asks.
        reading: How the inquiry was read: what was kept, what was dropped and why.
        audience: Who will read the suggestion.
        preset: Name of the preset that ranked.
        calibrated: Whether the confidence was fitted to results of that preset. Otherwise a model of another
            stands in, with less evidence and higher thresholds.
        revision: Revision of the audience's view.
    """

    decision: Decision
    confidence: float
    offers: tuple[Hit, ...]
    candidates: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    ask: AskBack | None
    questions: tuple[QuestionSuggestion, ...]
    reading: Reading
    audience: Audience
    preset: str
    revision: int
    calibrated: bool = True


def suggest(engine: Engine, model: ConfidenceModel, reading: Reading) -> Suggestion:
    """Search for the questions of an inquiry and decide what to do with what was found."""
    judge = _Judge(engine, model, reading)
    results = [judge.search(question) for question in _questions(reading)]
    judged = tuple(judge.decide(question, result) for question, result in results)
    unsure = min(judged, key=lambda item: item.confidence)
    if all(item.decision is Decision.HAND_OVER for item in judged):
        for heard in _heard_elsewhere(engine, model, reading, judged):
            judged, unsure = (heard, *judged), heard
    careful = max(judged, key=lambda item: _CAREFUL.index(item.decision))
    decisions = {item.decision for item in judged}
    if len(judged) > 1 and decisions not in ({Decision.ANSWER}, {Decision.HAND_OVER}):
        decision = Decision.CHOOSE
    else:
        decision = careful.decision
    _, result = results[0]
    return Suggestion(
        decision=decision,
        confidence=unsure.confidence,
        offers=tuple(_by_turns([item.offers for item in judged])),
        candidates=tuple(_by_turns([item.candidates for item in judged]))[:N_CANDIDATES],
        evidence=unsure.evidence,
        ask=careful.ask if decision is Decision.ASK_BACK else None,
        questions=judged if reading.questions else (),
        reading=reading,
        audience=result.audience,
        preset=result.preset,
        calibrated=model.for_preset(result.preset).preset == result.preset,
        revision=result.revision,
    )


def _heard_elsewhere(
    engine: Engine, model: ConfidenceModel, reading: Reading, judged: Sequence[QuestionSuggestion]
) -> Iterator[QuestionSuggestion]:
    """Yield the surest question in what was taken for somebody else's words, if it is surer than all others.

    What is a quote, and who is speaking, can be told wrongly. Where nothing else finds an answer, such a
    question is worth a choice, never an answer of its own.
    """
    others = reading.others
    if not others:
        return
    second = read_inquiry(others, reading.channel)
    judge = _Judge(engine, model, second)
    found = [judge.decide(*judge.search(question)) for question in _questions(second)]
    best = max(found, key=lambda item: item.confidence)
    if best.confidence > max(item.confidence for item in judged):
        offered = best.decision is not Decision.HAND_OVER
        yield replace(
            best,
            start=min(part.start for part in reading.parts if part.kind in OTHERS),
            end=max(part.end for part in reading.parts if part.kind in OTHERS),
            decision=Decision.CHOOSE if offered else Decision.HAND_OVER,
            offers=best.candidates[:N_CHOICES] if offered else (),
            ask=None,
        )


def _questions(reading: Reading) -> Sequence[Question]:
    """Return the questions to rank, at least one: the whole where there are none, or too many."""
    if 1 <= len(reading.questions) <= MOST_QUESTIONS:
        return reading.questions
    return (Question(text=reading.kept, core=reading.kept, start=0, end=len(reading.text)),)


def _by_turns(lists: Sequence[Sequence[Hit]]) -> Iterator[Hit]:
    """Yield the first of each list, then the second of each, every entry once, ranked anew from 1."""
    if len(lists) == 1:
        yield from lists[0]
        return
    seen: set[str] = set()
    for row in zip_longest(*lists):
        for hit in row:
            if hit is not None and hit.id not in seen:
                seen.add(hit.id)
                yield replace(hit, rank=len(seen))


class _Judge:
    """Decides about the questions of one inquiry, all against the same state of the base."""

    def __init__(self, engine: Engine, model: ConfidenceModel, reading: Reading) -> None:
        self._engine = engine
        self._model = model
        self._view = engine.view
        self._extractor = FeatureExtractor(engine.analyzer, self._view)
        self._kept = reading.kept

    @cached_property
    def _context(self) -> Context:
        return self._engine.context(self._kept, self._view)

    def search(self, question: Question) -> tuple[Question, SearchResult]:
        """Rank for a question in the light of the whole inquiry; a question that is the whole, as it is."""
        context = None if question.core == self._kept else self._context
        return question, self._engine.search(question.core, N_CANDIDATES, view=self._view, context=context)

    def _verdict(self, question: Question, result: SearchResult) -> Verdict:
        whole = result.query if question.core == self._kept else self._context.query
        words = whole.terms(whole.main_layer).keys() if whole is not None else frozenset[str]()
        return find_ambiguity(
            Told(words=words, signed=lambda: signed_words(self._engine.analyzer, self._kept)),
            result.hits,
            lambda question: self._extractor.wording(question).words,
            condition_kinds(self._engine.analyzer, self._view),
        )

    def decide(self, question: Question, result: SearchResult) -> QuestionSuggestion:
        """Decide what to do with a question."""
        judged = self._judge(question, result)
        if judged.decision is Decision.HAND_OVER:
            return judged
        verdict = self._verdict(question, result)
        if verdict.meant:
            return self._judge(question, replace(result, hits=_moved_up(result.hits, verdict.meant)))
        if verdict.ask is None:
            return judged
        named = {choice.entry_id for choice in verdict.ask.choices}
        return replace(
            judged,
            decision=Decision.ASK_BACK,
            offers=tuple(hit for hit in result.hits if hit.id in named),
            ask=verdict.ask,
        )

    def _judge(self, question: Question, result: SearchResult) -> QuestionSuggestion:
        """Decide by the confidence alone."""
        # What really ranked: an encoder that is away leaves it to another preset.
        model = self._model.for_preset(result.preset)
        features = self._extractor.features(result, in_context=question.core != self._kept)
        confidence = model.first.probability(features) if result.hits else 0.0
        decision, offers = _decide(model, features, confidence, result.hits)
        columns = zip(FEATURES.items(), features, model.first.contributions(features), strict=True)
        evidence = [
            Evidence(feature=name, value=value, contribution=contribution, description=description)
            for (name, description), value, contribution in columns
        ]
        return QuestionSuggestion(
            text=question.text,
            start=question.start,
            end=question.end,
            decision=decision,
            confidence=confidence,
            offers=offers,
            candidates=result.hits,
            evidence=tuple(sorted(evidence, key=lambda item: -abs(item.contribution))),
            ask=None,
        )


def _moved_up(hits: tuple[Hit, ...], position: int) -> tuple[Hit, ...]:
    """Put a hit before all others, and number them anew; scores stay as they are."""
    order = (hits[position], *hits[:position], *hits[position + 1 :])
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(order, 1))


def _decide(
    model: PresetModel, features: tuple[float, ...], confidence: float, hits: tuple[Hit, ...]
) -> tuple[Decision, tuple[Hit, ...]]:
    if hits and confidence >= model.answer_at:
        return Decision.ANSWER, hits[:1]
    if len(hits) > 1 and model.among_three.probability(features) >= model.choose_at:
        return Decision.CHOOSE, hits[:N_CHOICES]
    return Decision.HAND_OVER, ()
