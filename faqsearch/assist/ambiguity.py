"""Two answers that differ in one condition: the inquiry has to say which holds, and we ask.

Two entries on cancelling, one for members and one for guests, match an inquiry alike unless it names the
condition. Guessing is wrong every other time; one short question settles it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from faqsearch.engine import Hit

MOST_CHOICES: Final = 4
RIVAL_SHARE: Final = 0.75
"""Share of the first score that a rival's must reach."""
ALIKE: Final = 0.5
"""Dice overlap of the words of two questions from which they differ in a condition only."""

_CONDITION: Final = re.compile(r"[（(]([^（）()]{1,30})[）)]\s*[?？]?\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One of the answers to choose from.

    Attributes:
        label: What to show: the condition or, where it cannot be told in a word, the question of the entry.
        entry_id: The entry.
    """

    label: str
    entry_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AskBack:
    """A question back to the person who asks, in Japanese, with the answers to choose from.

    Attributes:
        text: The question.
        choices: Two to four, the likeliest first.
    """

    text: str
    choices: tuple[Choice, ...]


def find_ambiguity(
    told: AbstractSet[str], hits: Sequence[Hit], words_of: Callable[[str], frozenset[str]]
) -> AskBack | None:
    """Find out whether the best hits differ in a condition that an inquiry does not name.

    Args:
        told: The words of the inquiry.
        hits: What was found for it, the best first.
        words_of: Returns the words of the question of an entry.

    Returns:
        The question to ask, or None where the first hit stands alone or the inquiry tells which is meant.
    """
    if len(hits) < 2:
        return None
    first = hits[0]
    close = [
        hit
        for hit in hits[: 2 * MOST_CHOICES]
        if hit.score >= RIVAL_SHARE * first.score and hit.entry.category == first.entry.category
    ]
    if len(close) < 2:
        return None
    words = {hit.id: words_of(hit.entry.question) for hit in close}
    rivals = [hit for hit in close if hit is first or _dice(words[first.id], words[hit.id]) >= ALIKE]
    named = [hit for hit in rivals if _CONDITION.search(hit.entry.question)]
    if first in named and len(named) > 1:
        rivals = named  # conditions of one kind make a clear question; what is merely near does not
    rivals = rivals[:MOST_CHOICES]
    shared = frozenset.intersection(*(words[hit.id] for hit in rivals))
    conditions = [words[hit.id] - shared for hit in rivals]
    if (
        len(rivals) < 2
        or sum(not condition for condition in conditions) > 1
        or told & frozenset().union(*conditions)
    ):
        return None
    return _question(rivals)


def _question(rivals: Sequence[Hit]) -> AskBack:
    conditions = [_CONDITION.search(hit.entry.question) for hit in rivals]
    named = [match[1] for match in conditions if match is not None]
    if len(named) == len(set(named)) == len(rivals):
        text, labels = "次のどれに当てはまりますか。", named
    else:
        text, labels = "どのことについてのお問い合わせでしょうか。", [hit.entry.question for hit in rivals]
    choices = (Choice(label=label, entry_id=hit.id) for label, hit in zip(labels, rivals, strict=True))
    return AskBack(text=text, choices=tuple(choices))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 0.0
