"""What triage says of an inquiry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

FOUND_AT: Final = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Label:
    """One name out of several, with how sure it is.

    Attributes:
        name: Of a category, a team, or a language (ISO 639: ja, en, zh, ko, vi, pt; und for any other).
        confidence: Probability that it is right, in [0, 1].
    """

    name: str
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """Words of the inquiry that told.

    Attributes:
        text: The words as they stand there.
        start: Offset into ``Reading.text``.
        end: Where they end (exclusive).
    """

    text: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Whether an inquiry shows something, and by which words.

    Attributes:
        confidence: Probability that it does, in [0, 1].
        words: What told, in text order; may be empty.
    """

    confidence: float
    words: tuple[Word, ...] = ()

    @property
    def found(self) -> bool:
        """Whether it more likely does than not."""
        return self.confidence >= FOUND_AT


@dataclass(frozen=True, kw_only=True, slots=True)
class Triage:
    """What to know of an inquiry before somebody opens it.

    Attributes:
        category: The base's category it belongs to; None where nothing in the base matches.
        team: Who should take it; None where no teams are known, or no category tells.
        urgency: Whether it cannot wait.
        deadline: Whether it names a time by which something must have happened.
        complaint: Whether somebody complains.
        distress: Whether somebody is in distress: afraid, in despair, in need.
        language: In which language it is written.
    """

    category: Label | None
    team: Label | None
    urgency: Finding
    deadline: Finding
    complaint: Finding
    distress: Finding
    language: Label
