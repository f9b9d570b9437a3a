"""Split an inquiry into its questions.

Most inquiries hold one question, told in several sentences. A second one is believed only where the writer
marks it (by a numbered list, by a connective such as また or もう一つ, by asking plainly again in another
paragraph), or where the support side asked for more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from faqsearch.inquiry.asking_words import (
    ALSO,
    BULLET,
    CONNECTIVE,
    COUNTED,
    DEPENDENT,
    LIST_MARK,
    PLAIN_ASKING,
    PROBLEM,
    STRONG_CONNECTIVE,
)
from faqsearch.inquiry.clauses import clauses, distinct
from faqsearch.inquiry.listings import TOPIC, Listing, cut_items, find_listing, unmarked
from faqsearch.inquiry.parts import Part, PartKind, Question, kept_between
from faqsearch.inquiry.salience import saliences, salient
from faqsearch.inquiry.sentences import Sentence

_MEANT: Final = 12
"""A question of its own has so many characters at least, unless it is marked as one."""
MAX_QUESTIONS: Final = 20
"""Most questions that an inquiry is split into; the last holds the rest."""


def find_questions(text: str, parts: tuple[Part, ...], sentences: Sequence[Sentence]) -> tuple[Question, ...]:
    """Return the questions of an inquiry, in order; at least one if there is any body or subject.

    Args:
        text: The whole text.
        parts: Its parts.
        sentences: Its sentences; those that are neither body nor subject are passed over.
    """
    body = [sentence for sentence in sentences if sentence.kind is PartKind.BODY]
    subjects = [part for part in parts if part.kind is PartKind.SUBJECT]
    if not body:
        whole = subjects or [part for part in parts if part.kind is PartKind.BODY]
        spans = [(whole[0].start, whole[-1].end)] if whole else []
    else:
        listing = find_listing(sentences)
        if listing is not None:
            return _listed(text, parts, listing)
        groups = _groups(body, _announced(sentences))
        body = [sentence for group in groups for sentence in group]
        spans = [(group[0].start, group[-1].end) for group in groups]
        asked = any(sentence.asks for sentence in body)
        if subjects and not asked and subjects[0].start < spans[0][0]:
            spans[0] = (subjects[0].start, spans[0][1])
    spans = [span for span in spans if text[slice(*span)].strip()]
    salience = list(zip(body, saliences(body), strict=True))
    questions = [_question(text, parts, salience, span, alone=len(spans) == 1) for span in spans]
    return tuple(_with_topic(text, questions, groups[0]) if body and len(questions) > 1 else questions)


def _with_topic(text: str, questions: list[Question], group: Sequence[Sentence]) -> list[Question]:
    """Put what introduces a list, and stands with its first item, to the core of the others, too."""
    place = next((index for index, one in enumerate(group) if _is_numbered(one) or _is_bullet(one)), 0)
    topic = "\n".join(text[one.start : one.end] for one in group[:place] if TOPIC.search(one.folded))
    return [
        replace(one, core=f"{topic}\n{one.core}") if topic and index else one
        for index, one in enumerate(questions)
    ]


def _listed(text: str, parts: tuple[Part, ...], listing: Listing) -> tuple[Question, ...]:
    """Return the items of a list as questions, each with its topic, and what is asked around the list."""
    before = listing.before if any(map(_directly, listing.before)) else ()
    context = [*(() if before else listing.before[-_CONTEXT:]), *listing.intro]
    said = [*context, *(one for one in listing.after if not one.asks)]
    topic = [sentence for sentence in said if TOPIC.search(sentence.folded)] or context
    named = [(one.start, one.end) for one in topic]
    if not any(TOPIC.search(one.folded) for one in topic):
        named = [(part.start, part.end) for part in parts if part.kind is PartKind.SUBJECT] + named
    lead = "".join(f"{text[start:end].strip()}\n" for start, end in named)
    items: list[Sequence[Sentence]] = [[item] for item in listing.items]
    around = [_merged(_cut_pairs(side, _goes_on)) if side else [] for side in (before, listing.after)]
    if around[1] and not _wants(around[1][0]):
        items[-1] = [*items[-1], *around[1].pop(0)]
    groups = _bounded([*around[0], *items, *around[1]])
    numbers = range(len(around[0]), len(around[0]) + len(items))
    found = []
    for number, group in enumerate(groups):
        start, end = group[0].start, group[-1].end
        whole = kept_between(text, parts, start, end)
        core = f"{lead}{text[start : group[0].end]}" if number in numbers and len(group) <= 2 else whole
        found.append(Question(text=whole, start=start, end=end, core=core))
    return tuple(found)


_CONTEXT: Final = 3
"""So many sentences before a list may name what it is about."""


def _question(
    text: str,
    parts: tuple[Part, ...],
    salience: Sequence[tuple[Sentence, float]],
    span: tuple[int, int],
    *,
    alone: bool,
) -> Question:
    start, end = span
    whole = kept_between(text, parts, start, end)
    # What names the matter of the only question is part of its core: the subject, wherever it stands.
    first, last = (0, len(text)) if alone else span
    inside = [pair for pair in salience if start <= pair[0].start and pair[0].end <= end]
    chosen = salient([value for _, value in inside])
    if all(chosen):
        core = kept_between(text, parts, first, last)
    else:
        subjects = [part for part in parts if part.kind is PartKind.SUBJECT and first <= part.start < last]
        taken = [sentence for (sentence, _), is_salient in zip(inside, chosen, strict=True) if is_salient]
        bounds = [(piece.start, piece.end) for group in (subjects, taken) for piece in group]
        core = "\n".join(text[slice(*bound)].strip() for bound in bounds)
    return Question(text=whole, start=start, end=end, core=core)


def _groups(body: Sequence[Sentence], announced: int) -> list[Sequence[Sentence]]:
    pieces = [one for sentence in body for one in cut_items(sentence)]
    for begins in (_is_numbered, _is_bullet):
        groups = _cut(pieces, begins)
        # Steps and facts come in lists, too: a list of questions has several items that ask.
        items = [group for group in groups if begins(group[0])]
        wanting = sum(_wants(group) for group in items)
        if (wanting >= 2 and any(_asks(group) for group in items)) or len(items) == announced > 1:
            return _bounded([_unbulleted(group) for group in _led(groups, begins)])
    asking = [sentence for sentence in body if sentence.asks]
    alone = asking[-1] if asking and not any(map(_directly, asking[:-1])) else None
    parted = [one for sentence in body for one in clauses(sentence, alone=sentence is alone)]
    groups = _connected(parted)
    if len(groups) < announced:
        groups = _by_paragraphs(parted, announced) or groups
    return _bounded(groups)


def _unbulleted(group: Sequence[Sentence]) -> Sequence[Sentence]:
    return [unmarked(group[0], BULLET), *group[1:]]


def _by_paragraphs(body: Sequence[Sentence], announced: int) -> list[Sequence[Sentence]]:
    """Cut where paragraphs end, if as many of them as announced want something; else return nothing."""
    pieces = _cut_pairs(body, lambda before, after: before.paragraph != after.paragraph)
    wanted = [piece for piece in pieces if _wants(piece) and COUNTED.search(piece[0].folded) is None]
    if len(wanted) != announced:
        wanted = [
            piece for piece in pieces if _length(piece) >= _MEANT and not COUNTED.search(piece[0].folded)
        ]
    if len(wanted) != announced:
        return []
    return _led(pieces, lambda sentence: any(sentence is piece[0] for piece in wanted))


_NUMBERS: Final = {"二": 2, "三": 3, "四": 4, "五": 5}


def _announced(sentences: Sequence[Sentence]) -> int:
    """Return how many questions the writer says there are; 0 if that is not said."""
    for sentence in sentences:
        match = COUNTED.search(sentence.folded)
        item = BULLET.match(sentence.folded) is not None
        if match and not item and sentence.kind not in {PartKind.OPERATOR, PartKind.QUOTE}:
            return _NUMBERS.get(match[1]) or int(match[1])
    return 0


def _led(groups: list[Sequence[Sentence]], begins: Callable[[Sentence], bool]) -> list[Sequence[Sentence]]:
    """Put what leads to a list to its first item, and items that want nothing to the one before."""
    if len(groups) > 1 and not begins(groups[0][0]):
        leads = not _asks(groups[0]) or any(COUNTED.search(sentence.folded) for sentence in groups[0])
        if leads:
            groups = [[*groups[0], *groups[1]], *groups[2:]]
    led: list[Sequence[Sentence]] = []
    for group in groups:
        if led and not (_wants(group) or begins(group[0])):
            led[-1] = [*led[-1], *group]
        else:
            led.append(group)
    return led


_CIRCLED: Final = re.compile(r"[①-⑳⑴-⑽]|\(\d\)")
"""Numbers that stand in the middle of a line, too."""


def _is_numbered(sentence: Sentence) -> bool:
    return (sentence.first or _CIRCLED.match(sentence.folded) is not None) and (
        LIST_MARK.match(sentence.folded) is not None
    )


def _is_bullet(sentence: Sentence) -> bool:
    return sentence.first and BULLET.match(sentence.folded) is not None


def _connected(body: Sequence[Sentence]) -> list[Sequence[Sentence]]:
    """Cut where the writer goes on to another question."""
    return _merged(_cut_pairs(body, _goes_on))


def _goes_on(before: Sentence, after: Sentence) -> bool:
    if after.clause:
        return True
    if CONNECTIVE.match(after.folded) or ALSO.search(after.folded) or (after.fresh and not after.turn):
        return True
    if _both_brief(before, after):
        return True
    if DEPENDENT.match(after.folded):
        return False
    if after.turn == before.turn:
        return after.paragraph != before.paragraph or _directly(before)
    return after.fresh or after.turn > before.turn + 1


_BRIEF: Final = re.compile(r"[^、。?]{1,10}は[?]$")


def _both_brief(before: Sentence, after: Sentence) -> bool:
    """Tell whether two lines each ask a question of a few words: 送料は? / 返品は?."""
    return after.first and _BRIEF.match(before.folded) is not None and _BRIEF.match(after.folded) is not None


def _cut(body: Sequence[Sentence], begins: Callable[[Sentence], bool]) -> list[Sequence[Sentence]]:
    return _cut_pairs(body, lambda _, after: begins(after))


def _cut_pairs(
    body: Sequence[Sentence], parted: Callable[[Sentence, Sentence], bool]
) -> list[Sequence[Sentence]]:
    cuts = [0, *(index for index, pair in enumerate(pairwise(body), 1) if parted(*pair)), len(body)]
    return [body[start:end] for start, end in pairwise(cuts)]


def _merged(groups: Sequence[Sequence[Sentence]]) -> list[Sequence[Sentence]]:
    """Put groups that ask nothing to the one before, or the first ones to the one after."""
    merged: list[list[Sentence]] = []
    for group in groups:
        if merged and not _is_second(merged[-1][-_NEAR:], group[:_NEAR]):
            merged[-1] += group
        else:
            merged.append(list(group))
    return list(merged)


def _is_second(before: Sequence[Sentence], group: Sequence[Sentence]) -> bool:
    """Tell whether a group is a question of its own beside the one before."""
    if group[0].clause:
        return True
    if CONNECTIVE.match(group[0].folded) or group[0].fresh or ALSO.search(group[0].folded):
        if group[0].fresh:
            wanted = any(sentence.asks or PROBLEM.search(sentence.folded) for sentence in group)
            return wanted and (group[0].turn > 0 or _wants(before))
        strong = STRONG_CONNECTIVE.match(group[0].folded) is not None and _length(before) >= _MEANT
        return (strong or _wants(before)) and _wants(group)
    if _both_brief(before[-1], group[0]):
        return True
    asked = [[one.folded for one in side if _directly(one)] for side in (before, group)]
    apart = all(asked) and distinct(*asked)
    short = min(_length(before), _length(group)) < _MEANT
    if group[0].turn == before[-1].turn:
        return not short and all(asked) and (apart or group[0].paragraph != before[-1].paragraph)
    return apart or (not short and _plainly_asks(before) and _plainly_asks(group))


_NEAR: Final = 20
"""So many sentences of a question, at most, are looked at to tell whether the next is another."""


def _plainly_asks(group: Sequence[Sentence]) -> bool:
    return any(PLAIN_ASKING.search(sentence.folded) and sentence.asks for sentence in group)


_DIRECT: Final = re.compile(
    r"[?][」』)\s]*$|(?:です|ます|でしょう|ました|ません|[るいのうたで])か[。!]*$|までか[。!]*$"
    r"|(?:教えて|お?知らせ|知りた)(?:ください|下さい|いただ|頂|ほし|欲し|い).{0,16}$"
)
_RHETORICAL: Final = re.compile(
    r"じゃ(?:ありません|ない(?:です)?)か|(?:くれる|ない|なかった|思ってる|思っている)(?:んです|のです)か|(?:ふざけ|一体|いったい).{0,4}[か?]|どう責任"
    r"|何を考え"
)


def _directly(sentence: Sentence) -> bool:
    """Tell whether a sentence is a question, not a mere wish or complaint."""
    return _DIRECT.search(sentence.folded) is not None and not _RHETORICAL.search(sentence.folded)


def _wants(group: Sequence[Sentence]) -> bool:
    """Tell whether a group asks, or tells of a problem in more than a word."""
    return _asks(group) or (
        any(PROBLEM.search(sentence.folded) for sentence in group) and _length(group) >= _MEANT
    )


def _length(group: Sequence[Sentence]) -> int:
    return sum(len(sentence.folded) for sentence in group)


def _asks(group: Sequence[Sentence]) -> bool:
    return any(sentence.asks for sentence in group)


def _bounded(groups: list[Sequence[Sentence]]) -> list[Sequence[Sentence]]:
    if len(groups) <= MAX_QUESTIONS:
        return groups
    rest = [sentence for group in groups[MAX_QUESTIONS - 1 :] for sentence in group]
    return [*groups[: MAX_QUESTIONS - 1], rest]
