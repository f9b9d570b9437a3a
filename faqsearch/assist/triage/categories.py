"""The category of an inquiry: a vote of the entries that match it best."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from faqsearch.assist.triage.findings import Label
from faqsearch.engine import Engine, Hit
from faqsearch.inquiry import Reading
from faqsearch.view import View

N_VOTERS: Final = 10

_POWER: Final = 4
"""A vote is the share of the best score, to this power: better hits count much more."""
_INTERCEPT: Final = -3.07
_SLOPE: Final = 7.20
"""Log-odds of the category being right: a line in its share of the votes, fitted by benchmarks/triage.py."""


def find_category(engine: Engine, reading: Reading, view: View | None = None) -> Label | None:
    """Find the category of an inquiry in a base; None where no entry that matches has one.

    What matches all that is kept votes, and so does what matches the first question: a mail is about what it
    asks first.
    """
    texts = [reading.kept, *(question.text for question in reading.questions[:1])]
    return vote_category(
        [engine.search(text, N_VOTERS, view=view).hits for text in dict.fromkeys(texts) if text]
    )


def vote_category(searches: Sequence[Sequence[Hit]]) -> Label | None:
    """Let the best hits of some searches vote for their categories; None where none has one.

    The confidence depends on shares of votes alone, never on a score itself, so that it means the same on
    any base and under any preset.
    """
    votes: dict[str, float] = defaultdict(float)
    for hits in searches:
        for hit in hits[:N_VOTERS]:
            votes[hit.entry.category] += (hit.score / hits[0].score) ** _POWER
    total = math.fsum(votes.values())
    named = {name: count for name, count in votes.items() if name}
    if not named:
        return None
    # Of equals the one that a better hit named first.
    best = max(named, key=lambda name: named[name])
    return Label(name=best, confidence=_confidence(named[best] / total))


def _confidence(share: float) -> float:
    return round(1.0 / (1.0 + math.exp(-(_INTERCEPT + _SLOPE * share))), 4)
