"""What suggestions look like beside what people say is right: the raw material of calibration."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from faqsearch.assist.features import FEATURES
from faqsearch.assist.fitting import LabelledFeatures
from faqsearch.assist.suggestion import QuestionSuggestion, Suggestion


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelledQuestion:
    """A question of an inquiry as a person labelled it.

    Attributes:
        text: The question; where an inquiry has one only, anything.
        right: Ids of the entries that answer it; none where nothing does.
    """

    text: str
    right: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Observation:
    """What was found for one question of an inquiry, and whether that is right.

    Attributes:
        inquiry: Id of the inquiry.
        channel: Where it came from.
        preset: What ranked.
        features: One value for each of ``FEATURES``.
        score: Score of the first hit, 0 without one.
        right: Ids of the entries that answer.
        first_right: Whether the first hit does.
        three_right: Whether one of the first three does.
    """

    inquiry: str
    channel: str
    preset: str
    features: tuple[float, ...]
    score: float
    right: frozenset[str]
    first_right: bool
    three_right: bool


def observe(
    inquiry: str, suggestion: Suggestion, labelled: Sequence[LabelledQuestion]
) -> tuple[Observation, ...]:
    """Compare a suggestion with labels: one observation for each question that was found in the inquiry.

    A question is judged by the labels of the questions whose text it holds or is part of; one that is
    neither, by all of them.
    """
    parts: Sequence[Suggestion | QuestionSuggestion] = suggestion.questions or (suggestion,)
    return tuple(_observation(inquiry, suggestion, part, right_entries(part, labelled)) for part in parts)


def right_entries(
    part: Suggestion | QuestionSuggestion, labelled: Sequence[LabelledQuestion]
) -> frozenset[str]:
    """Return the entries that answer a question as it was found in an inquiry."""
    text = _squeezed(part.text) if isinstance(part, QuestionSuggestion) else ""
    meant = [
        label.right for label in labelled if _squeezed(label.text) in text or text in _squeezed(label.text)
    ]
    return frozenset[str]().union(*(meant or [label.right for label in labelled]))


def _observation(
    inquiry: str, whole: Suggestion, part: Suggestion | QuestionSuggestion, right: frozenset[str]
) -> Observation:
    values = {item.feature: item.value for item in part.evidence}
    ids = [hit.id for hit in part.candidates]
    return Observation(
        inquiry=inquiry,
        channel=whole.reading.channel,
        preset=whole.preset,
        features=tuple(values[name] for name in FEATURES),
        score=part.candidates[0].score if ids else 0.0,
        right=right,
        first_right=not right.isdisjoint(ids[:1]),
        three_right=not right.isdisjoint(ids[:3]),
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def laid_out(observations: Sequence[Observation], groups: Sequence[Hashable]) -> LabelledFeatures:
    """Lay observations out as arrays.

    Args:
        observations: n of them.
        groups: n labels; observations with the same one are never split between training and test.
    """
    return LabelledFeatures(
        features=np.array([one.features for one in observations], np.float64).reshape(-1, len(FEATURES)),
        first_right=np.array([one.first_right for one in observations], np.bool_),
        three_right=np.array([one.three_right for one in observations], np.bool_),
        answerable=np.array([bool(one.right) for one in observations], np.bool_),
        groups=groups,
    )
