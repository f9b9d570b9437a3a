"""Signs in the words of an inquiry: urgency, deadline, complaint, distress.

``phrases.tsv`` lists phrases in groups, with a weight from 1 (a hint) to 3 (says it); negative weights speak
against. The strength of a sign is the sum over its groups of the strongest phrase found, and of the
strongest against. ``signs.json`` holds a logistic curve for each sign that makes a confidence of its
strength: two numbers, so that some dozens of labelled inquiries are enough to fit them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from faqsearch.assist.triage.findings import Finding, Word
from faqsearch.inquiry import PartKind, Reading
from faqsearch.inquiry.personal_text import fold

SIGNS: Final = ("urgency", "deadline", "complaint", "distress")

# What customers say themselves; closings too, where many write by when they need an answer.
_OWN_WORDS: Final = frozenset(
    (PartKind.BODY, PartKind.SUBJECT, PartKind.GREETING, PartKind.OPENING, PartKind.CLOSING)
)
# On the phone it is we who write down that somebody is angry, or cannot wait.
_NOTES: Final = frozenset((PartKind.OPERATOR, PartKind.LABEL))
_HIGHEST: Final = 0.99
_MAX_WORDS: Final = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """Phrases of one group and weight.

    Attributes:
        sign: What they are a sign of.
        group: Phrases of one group tell the same thing; it counts once.
        weight: From 1 to 3, or negative where they speak against the sign.
        pattern: Regular expression, to be matched in half width.
    """

    sign: str
    group: str
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """A logistic curve: log-odds are ``intercept + slope * strength``."""

    intercept: float
    slope: float

    def confidence(self, strength: float) -> float:
        """Return the probability of a sign of some strength, from 0.01 to 0.99."""
        odds = max(-500.0, min(500.0, self.intercept + self.slope * strength))
        return min(max(1.0 / (1.0 + math.exp(-odds)), 1.0 - _HIGHEST), _HIGHEST)


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """How strong a sign is, and the words that told."""

    strength: float
    words: tuple[Word, ...]


@cache
def phrases() -> tuple[Phrases, ...]:
    """Return the shipped table of phrases."""
    text = (files("faqsearch") / "assist" / "triage" / "phrases.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines()[1:]]
    return tuple(
        Phrases(sign=sign, group=group, weight=float(weight), pattern=re.compile(pattern))
        for sign, group, weight, pattern in rows
    )


@cache
def curves() -> Mapping[str, Curve]:
    """Return the shipped curves: sign to curve."""
    text = (files("faqsearch") / "assist" / "triage" / "signs.json").read_text(encoding="utf-8")
    return {sign: Curve(**curve) for sign, curve in json.loads(text)["curves"].items()}


def find_signs(reading: Reading) -> dict[str, Finding]:
    """Look for every sign in an inquiry; in time proportional to its length."""
    told = tell_signs(reading)
    return {
        sign: Finding(confidence=curves()[sign].confidence(told[sign].strength), words=told[sign].words)
        for sign in SIGNS
    }


def tell_signs(reading: Reading) -> dict[str, Told]:
    """Find the strength of every sign and the words that told, without judging them."""
    passages = _passages(reading)
    return {sign: _tell(reading.text, passages, sign) for sign in SIGNS}


def _passages(reading: Reading) -> list[tuple[int, str]]:
    """Return the customer's own words: offset and folded text of each stretch of them."""
    folded = fold(reading.text)
    # A subject such as 至急 says nothing to a search, but much here.
    subject = len(reading.subject) if reading.text.startswith(reading.subject) else 0
    stretches: list[tuple[int, int]] = []
    for part in reading.parts:
        noted = part.kind in _NOTES and (reading.channel == "phone" or part.start < subject)
        if part.kind in _OWN_WORDS or noted:
            if stretches and stretches[-1][1] == part.start:
                stretches[-1] = stretches[-1][0], part.end
            else:
                stretches.append((part.start, part.end))
    return [(start, folded[start:end]) for start, end in stretches]


def _tell(text: str, passages: Sequence[tuple[int, str]], sign: str) -> Told:
    strongest: dict[tuple[str, bool], float] = {}
    spans: list[tuple[int, int]] = []
    for row in phrases():
        if row.sign != sign:
            continue
        found = [
            (offset + match.start(), offset + match.end())
            for offset, passage in passages
            for match in row.pattern.finditer(passage)
        ]
        if found:
            key = row.group, row.weight > 0
            strongest[key] = max(strongest.get(key, 0.0), row.weight, key=abs)
            spans += found if row.weight > 0 else ()
    words = tuple(
        Word(text=text[start:end], start=start, end=end) for start, end in _merged(spans)[:_MAX_WORDS]
    )
    return Told(strength=math.fsum(strongest.values()), words=words)


def _merged(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sort spans, and make one of those that overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
