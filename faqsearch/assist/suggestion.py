"""From an inquiry to a decision: answer, offer a choice, or hand over to a person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from faqsearch.assist.confidence import ConfidenceModel
from faqsearch.assist.features import FEATURES, FeatureExtractor
from faqsearch.engine import Engine, Hit
from faqsearch.entry import Audience

CHANNELS: Final = ("chat", "mail", "phone", "form", "sns", "search")
"""Where an inquiry can come from."""

N_CANDIDATES: Final = 10
N_CHOICES: Final = 3


class Decision(StrEnum):
    """What to do with an inquiry."""

    ANSWER = "answer"
    CHOOSE = "choose"
    HAND_OVER = "hand_over"


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
class Suggestion:
    """What to do with an inquiry, how sure we are, and why.

    Attributes:
        decision: Answer with one entry, offer a choice, or hand over.
        confidence: Probability that the first candidate is right, in [0, 1]; 0 without a candidate.
        offers: The entries to show: one to answer with, two or three to choose from, none to hand over.
        candidates: The ten best hits, whatever the decision: for operators and for measuring.
        evidence: Why the confidence is what it is, the strongest contribution first.
        audience: Who will read the suggestion.
        preset: Name of the preset that ranked.
        revision: Revision of the audience's view.
    """

    decision: Decision
    confidence: float
    offers: tuple[Hit, ...]
    candidates: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    audience: Audience
    preset: str
    revision: int


def suggest(engine: Engine, model: ConfidenceModel, text: str) -> Suggestion:
    """Search for an inquiry and decide what to do with what was found."""
    view = engine.view
    result = engine.search(text, N_CANDIDATES, view=view)
    features = FeatureExtractor(engine.analyzer, view).features(result)
    confidence = model.first.probability(features) if result.hits else 0.0
    decision, offers = _decide(model, features, confidence, result.hits)
    columns = zip(FEATURES.items(), features, model.first.contributions(features), strict=True)
    evidence = [
        Evidence(feature=name, value=value, contribution=contribution, description=description)
        for (name, description), value, contribution in columns
    ]
    return Suggestion(
        decision=decision,
        confidence=confidence,
        offers=offers,
        candidates=result.hits,
        evidence=tuple(sorted(evidence, key=lambda item: -abs(item.contribution))),
        audience=result.audience,
        preset=result.preset,
        revision=result.revision,
    )


def _decide(
    model: ConfidenceModel, features: tuple[float, ...], confidence: float, hits: tuple[Hit, ...]
) -> tuple[Decision, tuple[Hit, ...]]:
    if hits and confidence >= model.answer_at:
        return Decision.ANSWER, hits[:1]
    if len(hits) > 1 and model.among_three.probability(features) >= model.choose_at:
        return Decision.CHOOSE, hits[:N_CHOICES]
    return Decision.HAND_OVER, ()
