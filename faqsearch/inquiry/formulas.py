"""Tell whether a sentence is a mere formula: a greeting, an opening or a closing.

A sentence is a formula if it can be tiled with words that say nothing, and one of them is typical of
greetings or closings. So お忙しいところ恐れ入りますが、よろしくお願いいたします goes, in every combination,
while 返品の手順をご回答ください stays: 返品 and 手順 are no such words.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from faqsearch.inquiry.courtesy_words import (
    CLOSING_CORES,
    CLOSING_PHRASE,
    FILLERS,
    GREETING_CORES,
    GREETING_PHRASE,
    OPENING_CORES,
    PUNCTUATION,
)
from faqsearch.inquiry.parts import PartKind

_MAX_FORMULA: Final = 160
"""No formula has more characters."""

_GREETS: Final = 1
_CLOSES: Final = 2
_OPENS: Final = 4
_GREETINGS: Final = frozenset(GREETING_CORES)
_CLOSINGS: Final = frozenset(CLOSING_CORES)
_OPENINGS: Final = frozenset(OPENING_CORES)


def _by_first_character() -> dict[str, tuple[tuple[str, int], ...]]:
    """Return words by their first character, each with the sum of the kinds it is a core of."""
    words: dict[str, list[tuple[str, int]]] = {}
    for word in sorted({*FILLERS, *_GREETINGS, *_CLOSINGS, *_OPENINGS}):
        flags = _GREETS * (word in _GREETINGS) + _CLOSES * (word in _CLOSINGS) + _OPENS * (word in _OPENINGS)
        words.setdefault(word[0], []).append((word, flags))
    return {first: tuple(group) for first, group in words.items()}


_WORDS: Final = _by_first_character()
_NAMING: Final = re.compile(r"[一-龥々]+|[ァ-ヶー]{2,}|[a-z0-9]+")
_FORMULA_WORDS: Final = frozenset(
    run for word in (*FILLERS, *_GREETINGS, *_CLOSINGS, *_OPENINGS) for run in _NAMING.findall(word)
)
_RELATED: Final = re.compile(r"と(?:の|か|、|も|言|い[うっ])")
"""How a sentence goes on that relates what somebody said."""
_QUESTION: Final = re.compile(r"[?]|か[。!]*$")
# ご確認いただけますか only pleads; 確認は可能ですか may ask.
_PLEA: Final = re.compile(r"(?:いただけ|頂け|もらえ|貰え|願え|くれ|くださ|下さ|お元気)")


def formula(sentence: str, *, early: bool) -> PartKind | None:
    """Return the kind of formula a folded sentence is, or None if it says anything.

    Args:
        sentence: A folded sentence; it may hold newlines.
        early: Whether nothing of substance stood before: ありがとうございます greets there, thanks later.
    """
    stripped = sentence.strip()
    if not stripped or len(stripped) > _MAX_FORMULA or _RELATED.match(stripped):
        return None
    if GREETING_PHRASE.search(stripped):
        return PartKind.GREETING
    if CLOSING_PHRASE.search(stripped):
        return PartKind.CLOSING
    length, cores = _tile(stripped)
    if length < len(stripped) or not cores or (_QUESTION.search(stripped) and not _PLEA.search(stripped)):
        return None
    if cores & _GREETS and (early or not cores & _CLOSES):
        return PartKind.GREETING
    return PartKind.CLOSING if cores & _CLOSES else PartKind.OPENING


def names_nothing(sentence: str) -> bool:
    """Tell whether all words of a folded sentence but for grammar are those of formulas."""
    words = _NAMING.findall(sentence)
    return bool(words) and _FORMULA_WORDS.issuperset(words)


def leading_formula(sentence: str, *, early: bool) -> tuple[int, PartKind] | None:
    """Return the length and kind of a formula that a sentence begins with, up to a comma or space.

    こんにちは、返品できますか gives 6. お忙しいところすみませんが、返品できますか gives None: politeness
    within a sentence stays.
    """
    match = _BREAK.search(sentence, 0, 60)
    while match:
        head = sentence[: match.end()]
        kind = formula(head, early=early)
        if kind is PartKind.GREETING and sentence[match.end() :].strip() and not _INNER.search(head):
            return match.end(), kind
        if kind is None and _tile(head)[0] < len(head):
            return None
        match = _BREAK.search(sentence, match.end(), 60)
    return None


def trailing_formula(sentence: str) -> int | None:
    """Return where a closing begins that a sentence ends with, after a comma or space; None without one.

    Only pleas that name nothing are cut: in 送料を教えてください、よろしくお願いします, the second half.
    """
    breaks = list(_BREAK.finditer(sentence, max(0, len(sentence) - 60)))
    for match in reversed(breaks):
        tail = sentence[match.end() :]
        if _tile(tail)[0] < len(tail):
            return None
        closes = _FINAL.match(tail) or (
            "\n" in match[0]
            and formula(tail, early=False) is not None
            and not _CLAUSE.search(sentence[: match.start()])
        )
        if closes and sentence[: match.start()].strip():
            return match.end()
    return None


_INNER: Final = re.compile(r"(?:が|けど|けれど|けれども|ので|のに)[、,\s]*$")
_CLAUSE: Final = re.compile(r"[かをはがにとで]$")
"""What asks for a predicate: the plea below it (何が要るか / 教えてください) is part of the sentence."""
_BREAK: Final = re.compile(r"[、,\s]+")
_FINAL: Final = re.compile(
    r"(?:どうぞ|何卒|以上)?、?(?:よろしく|宜しく|よろしゅう|ヨロシク|ありがとうございま|お願いし"
    r"|お願いいたし|お願い致し)"
)


def _tile(text: str) -> tuple[int, int]:
    """Cover a text with formula words from the left, in any way.

    Returns:
        How many characters can be covered, and the sum of the cores that are among the words.
    """
    text = text[: _MAX_FORMULA + 1]
    # What words of a core stand on some way to each place; -1 where no way leads.
    reached = [-1] * (len(text) + 1)
    reached[0] = 0
    farthest = 0
    for position, character in enumerate(text):
        found = reached[position]
        if found < 0:
            if position > farthest:
                break
            continue
        steps = [(word, flags) for word, flags in _WORDS.get(character, ()) if _stands(word, text, position)]
        if not steps and (character in PUNCTUATION or character.isdigit() or _is_sign(character)):
            steps = [(character, 0)]
        for word, flags in steps:
            end = position + len(word)
            reached[end] = max(reached[end], 0) | found | flags
            farthest = max(farthest, end)
    return farthest, reached[farthest]


def _stands(word: str, text: str, position: int) -> bool:
    """Tell whether a word stands at a place; a Latin word has to end there."""
    if not text.startswith(word, position):
        return False
    following = text[position + len(word) : position + len(word) + 1]
    return not (word.isascii() and following.isascii() and following.isalpha())


def _is_sign(character: str) -> bool:
    return character > "\u2000" and unicodedata.category(character) in {"So", "Sk", "Mn", "Cf", "Sm"}
