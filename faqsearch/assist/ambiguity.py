"""Two answers that differ in one condition: the inquiry has to say which holds, and we ask.

Two entries on cancelling, one for members and one for guests, match an inquiry alike unless it names the
condition. Guessing is wrong every other time; one short question settles it. Where the inquiry does name it,
ranking may still have the other twin first, for the rest of its wording: the condition decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, NamedTuple

from faqsearch.assist.conditions import BRACKET, denies, may_deny, opposite, plain
from faqsearch.engine import Hit

MOST_CHOICES: Final = 4
RIVAL_SHARE: Final = 0.75
"""Share of the first score that a rival's must reach."""
TWIN_SHARE: Final = 0.5
"""The same, of a rival that holds another condition: the condition a question names costs it much."""
ALIKE: Final = 0.5
"""Dice overlap of the words of two questions from which they differ in a condition only."""

WordsOf = Callable[[str], frozenset[str]]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What to do about twins among the hits.

    Attributes:
        ask: The question to ask; None where the first hit stands alone or the inquiry tells which is meant.
        meant: Position of the hit that the inquiry tells is meant; the first, unless it tells of another.
    """

    ask: AskBack | None = None
    meant: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """The words of an inquiry.

    Attributes:
        words: The words.
        signed: Returns them with those that the inquiry denies as ``signed_words`` has them. That is one more
            analysis of a long text, so it is done only where a condition is named at all.
    """

    words: AbstractSet[str]
    signed: Callable[[], frozenset[str]]


_ALONE: Final = Verdict()


def find_ambiguity(told: Told, hits: Sequence[Hit], words_of: WordsOf, kinds: Mapping[str, int]) -> Verdict:
    """Find out whether the best hits differ in a condition, and what an inquiry says of it.

    Args:
        told: The words of the inquiry.
        hits: What was found for it, the best first.
        words_of: Returns the words of the question of an entry, those that it denies marked.
        kinds: The words that set conditions in the base, with their kinds.
    """
    if len(hits) < 2:
        return _ALONE
    first = hits[0]
    # Analysing a question takes long beside this: those that can be no twins are left out by a look at them.
    holds = any(plain(word) in kinds or denies(word) for word in words_of(first.entry.question))
    close = [
        hit
        for hit in hits[: 2 * MOST_CHOICES]
        if hit.entry.category == first.entry.category
        and hit.score >= (TWIN_SHARE if holds or may_deny(hit.entry.question) else RIVAL_SHARE) * first.score
    ]
    if len(close) < 2:
        return _ALONE
    questions = {hit.id: _Question.of(hit, words_of) for hit in close}
    marks = {hit.id: _marks(questions[first.id], questions[hit.id], kinds) for hit in close[1:]}
    twins = [first, *(hit for hit in close[1:] if marks[hit.id])][:MOST_CHOICES]
    if len(twins) > 1:
        apart = frozenset().union(*(marks[hit.id] for hit in twins[1:]))
        said = told.signed() if told.words & _plain(apart) else frozenset[str]()
        return _settle(said, [questions[hit.id].words & apart for hit in twins], twins, hits)
    near = [hit for hit in close if hit.score >= RIVAL_SHARE * first.score]
    return Verdict(
        ask=_ask_about_near(told.words, near, {hit.id: _plain(questions[hit.id].words) for hit in near})
    )


class _Question(NamedTuple):
    """The words of a question of an entry, and those of its condition in brackets."""

    words: frozenset[str]
    bracket: frozenset[str]

    @classmethod
    def of(cls, hit: Hit, words_of: WordsOf) -> _Question:
        match = BRACKET.search(hit.entry.question)
        return cls(words_of(hit.entry.question), words_of(match[1]) if match else frozenset())


def _marks(one: _Question, other: _Question, kinds: Mapping[str, int]) -> frozenset[str]:
    """Return the words that tell two questions apart if they are twins; none if they are not.

    Twins hold conditions that exclude each other, words of one kind or a word and its denial, and are alike
    otherwise; what one has in brackets beside is no difference.
    """
    own, others = one.words - other.words, other.words - one.words
    pairs = (
        (own & {opposite(word) for word in others}, others & {opposite(word) for word in own}),
        *(
            tuple({word for word in words if kinds.get(plain(word)) == kind} for words in (own, others))
            for kind in {kinds[plain(word)] for word in own if plain(word) in kinds}
        ),
    )
    marks = frozenset().union(*(here | there for here, there in pairs if here and there))
    beside = _plain(marks | one.bracket | other.bracket) | kinds.keys()
    return marks if _dice(_plain(one.words) - beside, _plain(other.words) - beside) >= ALIKE else frozenset()


def _settle(
    told: AbstractSet[str], held: Sequence[AbstractSet[str]], twins: Sequence[Hit], hits: Sequence[Hit]
) -> Verdict:
    """Take the twin whose condition is told; ask about those between which nothing that is told decides."""
    support = [_support(told, words) for words in held]
    most = max(support)
    possible = [hit for hit, here in zip(twins, support, strict=True) if here == most]
    if most <= 0 and len(possible) > 1:
        return Verdict(ask=_question(possible))
    return Verdict(meant=hits.index(possible[0]))


def _support(told: AbstractSet[str], held: AbstractSet[str]) -> int:
    """Count what an inquiry says for the conditions of an entry, less what it says against them."""
    return sum((word in told) - (opposite(word) in told) for word in held)


def _ask_about_near(
    told: AbstractSet[str], close: Sequence[Hit], words: dict[str, frozenset[str]]
) -> AskBack | None:
    """Ask about entries of nearly the same score and wording, if no word in which they differ is told."""
    first = close[0]
    rivals = [hit for hit in close if hit is first or _dice(words[first.id], words[hit.id]) >= ALIKE]
    named = [hit for hit in rivals if BRACKET.search(hit.entry.question)]
    if first in named and len(named) > 1:
        rivals = named  # conditions of one kind make a clear question; what is merely near does not
    rivals = rivals[:MOST_CHOICES]
    shared = frozenset.intersection(*(words[hit.id] for hit in rivals))
    own = [words[hit.id] - shared for hit in rivals]
    if len(rivals) < 2 or sum(not condition for condition in own) > 1 or told & frozenset().union(*own):
        return None
    return _question(rivals)


def _question(rivals: Sequence[Hit]) -> AskBack:
    conditions = [BRACKET.search(hit.entry.question) for hit in rivals]
    named = [match[1] for match in conditions if match is not None]
    if len(named) == len(set(named)) == len(rivals):
        text, labels = "次のどれに当てはまりますか。", named
    else:
        text, labels = "どのことについてのお問い合わせでしょうか。", [hit.entry.question for hit in rivals]
    choices = (Choice(label=label, entry_id=hit.id) for label, hit in zip(labels, rivals, strict=True))
    return AskBack(text=text, choices=tuple(choices))


def _plain(words: AbstractSet[str]) -> frozenset[str]:
    return frozenset(map(plain, words))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    both = len(one) + len(other)
    return 2 * len(one & other) / both if both else 0.0
