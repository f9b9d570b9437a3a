"""Find lists whose items are questions though they hold no verb: ・有効期限 ・払い戻しの可否.

Facts, steps and goods come in lists, too. A list of nouns is believed to ask only where the writer says so
before or after it, or writes nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from faqsearch.inquiry.asking_words import BULLET, LIST_MARK
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.sentences import Sentence

_LONGEST_CUT: Final = 600
_INLINE: Final = (
    re.compile(r"[①-⑳]\s?"),
    re.compile(r"(?:^|(?<=[\s、。:]))\(?(\d{1,2})[.)](?!\d)\s?"),
    re.compile(r"(?:^|(?<=[\s:]))[・●■◆▪]\s?(?=\S)"),
)
"""Marks that items on one line begin with; group 1 is the number."""
_TAIL: Final = re.compile(
    r"(?:を|について|に関して|につき)?、?(?:の?(?:以上|上記)?\d?[点件つ]?(?:を|について)?、?)?"
    r"(?:ご?(?:教示|教授|回答)|お?(?:教え|おしえ|知らせ|聞かせ|聞き|伺い|尋ね)|知りた|うかが|質問)[^。?!]{0,24}[。?!]?$"
)
"""How the last item on a line ends: 海外発送の可否を教えてください."""
_NO_NOUN: Final = re.compile(r"[はがを:=。、?!\n]|[ぁ-ん]{4}|[うくすつぬぶむるただてで]$|\d\s?[^\d\s]{0,2}$")
_NOUN: Final = re.compile(r"[^\s].{0,28}[一-龥々ァ-ヶーa-z)しせけりれえき]$")
_INTRODUCES: Final = re.compile(
    r"教え|おしえ|伺|うかが|尋ね|聞き|お聞|質問|知りた|教示|教授|問い?合わ?せ|回答"
    r"|(?:について|に関して|の件|のこと)(?:です)?[。:、]?$"
)
_CLOSES: Final = re.compile(
    r"^(?:を|について|に関して|につき|以上|上記)[^。?!]{0,20}(?:教|知|伺|うかが|尋|聞|質問|回答|[点件つ]|願)"
)
TOPIC: Final = re.compile(r"について|に関し|に付いて|の件|のこと[でを]|の話")
"""What names the matter of the list that follows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A list of questions.

    Attributes:
        before: What stands before it and does not introduce it.
        intro: What introduces it; may be empty.
        items: Its items, without their marks; two or more.
        after: What stands after it.
    """

    before: Sequence[Sentence]
    intro: Sequence[Sentence]
    items: Sequence[Sentence]
    after: Sequence[Sentence]


def cut_items(sentence: Sentence) -> list[Sentence]:
    """Return the items that stand in one sentence, what leads to them first; mostly that is the sentence."""
    folded = sentence.folded[:_LONGEST_CUT]
    for pattern in _INLINE:
        marks = list(pattern.finditer(folded))
        if len(marks) < 2 or not _in_order(marks):
            continue
        if pattern is _INLINE[-1] and marks[0].start() > 0:
            continue
        edges = sorted({0, *(mark.start() for mark in marks), len(sentence.folded)})
        pieces = [
            (start, sentence.folded[start:end].rstrip(" 、,\u3000\n")) for start, end in pairwise(edges)
        ]
        return [
            replace(
                sentence,
                start=sentence.start + start,
                end=sentence.start + start + len(piece),
                folded=piece,
                first=sentence.first or start >= marks[0].start(),
                _asks=None,
            )
            for start, piece in pieces
        ]
    return [sentence]


def _in_order(marks: Sequence[re.Match[str]]) -> bool:
    """Tell whether marks count up from one; bullets count nothing."""
    first = marks[0][0][0]
    if "①" <= first <= "⑳":
        numbers = [ord(mark[0][0]) - ord("①") + 1 for mark in marks]
    elif marks[0].re.groups:
        numbers = [int(mark[1]) for mark in marks]
    else:
        return True
    return numbers == list(range(1, len(marks) + 1))


def find_listing(sentences: Sequence[Sentence]) -> Listing | None:
    """Find the first list of nouns that asks; None without one.

    Args:
        sentences: All sentences of an inquiry, formulas with them: these introduce and close lists, too.
    """
    kept = [sentence.kind is PartKind.BODY for sentence in sentences]
    pieces = [
        one
        for sentence, body in zip(sentences, kept, strict=True)
        for one in (cut_items(sentence) if body else [sentence])
    ]
    for marked in (LIST_MARK, BULLET):
        places = [index for index, one in enumerate(pieces) if _is_item(one, marked)]
        if len(places) < 2 or places[-1] - places[0] != len(places) - 1:
            continue
        first, last = places[0], places[-1]
        items = [unmarked(one, marked) for one in pieces[first : last + 1]]
        nouns = [_is_noun(item.folded) for item in items]
        if any(nouns) and all(noun or item.asks for noun, item in zip(nouns, items, strict=True)):
            listing = _listing(pieces[:first], items, pieces[last + 1 :])
            if listing is not None:
                return listing
    return None


def _listing(before: list[Sentence], items: list[Sentence], after: list[Sentence]) -> Listing | None:
    """Return a list with what stands around it, if that or nothing tells that it asks."""
    introduced = bool(before) and _INTRODUCES.search(before[-1].folded) is not None
    closed = bool(after) and _CLOSES.match(after[0].folded) is not None
    asked = _TAIL.search(items[-1].folded) is not None
    if not (introduced or closed or asked or (not _body(before) and not _body(after))):
        return None
    edge = len(before) - introduced
    return Listing(
        before=_body(before[:edge]), intro=_body(before[edge:]), items=items, after=_body(after[closed:])
    )


def _body(sentences: Sequence[Sentence]) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.kind is PartKind.BODY]


def _is_item(sentence: Sentence, marked: re.Pattern[str]) -> bool:
    return sentence.kind is PartKind.BODY and sentence.first and marked.match(sentence.folded) is not None


def unmarked(sentence: Sentence, marked: re.Pattern[str]) -> Sentence:
    """Return an item without the mark it begins with."""
    match = marked.match(sentence.folded)
    if match is None:
        return sentence
    folded = sentence.folded[match.end() :].lstrip()
    return replace(sentence, start=sentence.end - len(folded), folded=folded, _asks=None)


def _is_noun(folded: str) -> bool:
    """Tell whether an item is a noun with its modifiers, whatever plea it ends with."""
    noun = _TAIL.sub("", folded)
    return _NOUN.match(noun) is not None and _NO_NOUN.search(noun) is None
