"""Split what is left of an inquiry into sentences, and tell which of them are mere formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from faqsearch.inquiry.asking_words import BULLET, LIST_MARK, PROBLEM
from faqsearch.inquiry.courtesy_words import (
    AFFILIATION,
    NAMED_ENDING,
    NO_NAMES,
    REPLY,
    SALUTATION,
    STANCE,
    USUAL,
)
from faqsearch.inquiry.formulas import formula, leading_formula, names_nothing, trailing_formula
from faqsearch.inquiry.letter_words import PERSON, POSTSCRIPT
from faqsearch.inquiry.lines import Line, asks, introduces
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.scoring import sounds_empty
from faqsearch.inquiry.surnames import is_surname


@dataclass(kw_only=True, slots=True)
class Sentence:
    """A sentence, or a piece of one.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends, without spaces behind it.
        folded: Its folded text.
        kind: What it is.
        first: Whether it begins a line.
        paragraph: Number of its paragraph.
        turn: Number of the turn in a chat; 0 outside chats.
        fresh: Whether the support side had just asked for another question.
        clause: Whether it is a later clause of a sentence that asks several things.
    """

    start: int
    end: int
    folded: str
    kind: PartKind
    first: bool
    paragraph: int
    turn: int = 0
    fresh: bool = False
    clause: bool = False
    _asks: bool | None = None

    @property
    def asks(self) -> bool:
        """Whether it asks or requests something."""
        if self._asks is None:
            self._asks = asks(self.folded)
        return self._asks


_END: Final = re.compile(r"[。!?]+[」』)\"]*\s*")
_WRAPPED: Final = re.compile(r"(?:[、,はがをにでのとも]|[一-龥ァ-ヶー]{1}|[てりしばく])$")
_LONGEST_TAG: Final = 60
_TAG: Final = re.compile(r"(?:[#@][^\s#@]{1,60}){1,5}|https?://\S{1,300}|(?:🔁|❤|♡|♥|👍|💬|rt|dm)?\d{0,7}")
_SALUTATION_LINES: Final = 4
_OPENING_SENTENCES: Final = 8


def classify(lines: Sequence[Line], names: frozenset[str]) -> list[Sentence]:
    """Split all open lines into sentences and tell their kinds.

    Args:
        lines: All lines; open ones are classified, subjects taken along.
        names: Names the writer is known by.

    Returns:
        Sentences in order; between them stand spaces and what earlier rules have marked.
    """
    early = True
    found: list[Sentence] = []
    opened = 0
    for paragraph, unit in _units(lines):
        introduced = False
        for sentence in _split(unit, paragraph):
            for piece in _classify(sentence, names, early=early, opened=opened):
                if piece.kind is PartKind.CLOSING and POSTSCRIPT.match(piece.folded) and asks(_join(unit)):
                    piece.kind = PartKind.BODY
                if introduced and piece.kind is PartKind.BODY and not piece.asks and _is_stance(piece.folded):
                    piece.kind = PartKind.OPENING
                introduced = introduced or piece.kind is PartKind.OPENING
                found.append(piece)
                opened += 1
                if piece.kind is PartKind.BODY:
                    early = False if piece.asks else early and opened < _OPENING_SENTENCES
    _drop_empty(found)
    _restore(found)
    return found


def _drop_empty(sentences: Sequence[Sentence]) -> None:
    """Drop what no rule knew but sounds like boilerplate: an opening before all that asks, else a closing."""
    body = [sentence for sentence in sentences if sentence.kind is PartKind.BODY]
    asking = [index for index, sentence in enumerate(body) if sentence.asks]
    first, final = (asking[0], asking[-1]) if asking else (len(body), len(body))
    empty = [
        (sentence, index <= first)
        for index, sentence in enumerate(body)
        if not PROBLEM.search(_UNHURRIED.sub("", sentence.folded))
        and not _TOPIC.search(sentence.folded)
        and (not sentence.asks or names_nothing(sentence.folded))
        and sounds_empty(sentence.folded, early=index <= first, last=index > final)
    ]
    gone = {id(sentence) for sentence, _ in empty}
    if not any(sentence.asks and id(sentence) not in gone for sentence in body):
        empty = [(sentence, early) for sentence, early in empty if not sentence.asks]
    if len(empty) == len(body):
        return
    for sentence, early in empty:
        sentence.kind = PartKind.OPENING if early else PartKind.CLOSING


_TOPIC: Final = re.compile(r"の(?:こと|件|話|ほう|方)(?:です|で|なん|だ)|について")
"""What names the matter, though it says no more of it: ポットのことです."""


_UNHURRIED: Final = re.compile(
    r"急ぎません|急ぎではありません|急ぎではない|申し訳(?:あり|ござい)ません|申し訳ない|構いません|かまいません"
    r"|(?:難しいこと|よく)(?:は|が)?(?:わか|分か)りません|では?ないです"
)
"""Words that look like a problem and are none."""


def _restore(found: Sequence[Sentence]) -> None:
    """Keep an announcement (電話で相談したい) where nothing else asks: then it is what is asked."""
    if any(piece.kind is PartKind.BODY and (piece.asks or PROBLEM.search(piece.folded)) for piece in found):
        return
    for piece in found:
        if piece.kind is PartKind.OPENING and piece.asks:
            piece.kind = PartKind.BODY


def _is_stance(folded: str) -> bool:
    return len(folded) <= 50 and STANCE.search(folded) is not None and PROBLEM.search(folded) is None


def _units(lines: Sequence[Line]) -> Iterator[tuple[int, list[Line]]]:
    """Yield lines that a sentence may run through, with the number of their paragraph."""
    unit: list[Line] = []
    paragraph = 0
    for line in lines:
        if not line.open:
            if unit:
                yield paragraph, unit
            unit = []
            paragraph += line.blank or line.kind is not None
            continue
        if unit and not _goes_on(unit[-1], line):
            yield paragraph, unit
            unit = []
        unit.append(line)
    if unit:
        yield paragraph, unit


def _goes_on(line: Line, following: Line) -> bool:
    """Tell whether a sentence goes on in the next line: after a comma, or where a long line was wrapped."""
    if following.body != following.start or line.turn != following.turn:
        return False
    if (
        LIST_MARK.match(following.content)
        or BULLET.match(following.content)
        or SALUTATION.match(line.content)
    ):
        return False
    content = line.content
    if _CLAUSE.search(content) and _PLEADS.match(following.content):
        return True
    return content.endswith(("、", ",")) or (len(content) >= 30 and _WRAPPED.search(content) is not None)


_CLAUSE: Final = re.compile(r"[かをはがにとでも]$")
_PLEADS: Final = re.compile(r"お?(?:教え|知らせ|聞かせ|願い)|ご(?:教示|教授|回答|返答|案内|確認|対応|連絡)")
"""A plea that may end a sentence of the line before: 何を持たせればよいか / 教えてください."""


def _split(unit: Sequence[Line], paragraph: int) -> Iterator[Sentence]:
    """Split a unit at sentence ends; pieces carry no space at either end."""
    start, end = unit[0].body, unit[-1].end
    folded = _join(unit)
    position = 0
    first = True
    for match in _END.finditer(folded):
        # An interjection such as a lone ! within a word (Yahoo!メール) ends no sentence.
        if (
            match.end() < len(folded)
            and match[0] == "!"
            and folded[match.start() - 1 : match.start()].isascii()
        ):
            continue
        yield from _piece(folded, position, match.end(), start, unit[0], paragraph, first=first)
        position, first = match.end(), False
    if position < end - start:
        yield from _piece(folded, position, end - start, start, unit[0], paragraph, first=first)


def _join(unit: Sequence[Line]) -> str:
    """Return the folded text of a unit, as long as the text itself; newlines stand for what parts lines."""
    pieces = [unit[0].folded[unit[0].body - unit[0].start :]]
    for before, line in pairwise(unit):
        pieces += ["\n" * (line.start - before.end), line.folded]
    return "".join(pieces)


def _piece(
    folded: str, left: int, right: int, offset: int, line: Line, paragraph: int, *, first: bool
) -> Iterator[Sentence]:
    text = folded[left:right]
    stripped = text.strip()
    if not stripped:
        return
    left += len(text) - len(text.lstrip())
    yield Sentence(
        start=offset + left,
        end=offset + left + len(stripped),
        folded=stripped,
        kind=PartKind.BODY,
        first=first,
        paragraph=paragraph,
        turn=line.turn,
        fresh=line.fresh and first,
    )


def _classify(sentence: Sentence, names: frozenset[str], *, early: bool, opened: int) -> list[Sentence]:
    """Return the sentence with its kind, in pieces where a formula and substance share it."""
    kind = _kind(sentence, names, early=early, opened=opened)
    if kind is not None:
        sentence.kind = kind
        return [sentence]
    pieces = [sentence]
    lead = leading_formula(sentence.folded, early=early)
    if lead is not None:
        length, kind = lead
        head, tail = _cut(sentence, length)
        head.kind = kind
        rest = _kind(tail, names, early=early, opened=opened + 1)
        if rest is not None:
            tail.kind = rest
            return [head, tail]
        pieces = [head, tail]
    position = trailing_formula(pieces[-1].folded)
    if position is not None:
        head, tail = _cut(pieces[-1], position)
        tail.kind = PartKind.CLOSING
        return [*pieces[:-1], head, tail]
    tags = _tags_at_end(pieces[-1].folded)
    if tags is not None:
        head, tail = _cut(pieces[-1], tags)
        tail.kind = PartKind.LABEL
        return [*pieces[:-1], head, tail]
    return pieces


def _tags_at_end(folded: str) -> int | None:
    """Return where the hashtags begin that a sentence ends with; None without any or text before them."""
    position = len(folded)
    while True:
        mark = folded.rfind("#", 0, position)
        tag = folded[mark + 1 : position].strip() if 0 < position - mark <= _LONGEST_TAG else ""
        if mark < 1 or not tag or not folded[mark - 1].isspace() or any(map(str.isspace, tag)):
            break
        position = mark
    return position if position < len(folded) else None


def _cut(sentence: Sentence, position: int) -> tuple[Sentence, Sentence]:
    """Cut a sentence in two; spaces at the cut belong to neither."""
    head, tail = sentence.folded[:position].rstrip(), sentence.folded[position:]
    skipped = len(tail) - len(tail.lstrip())
    return (
        replace(sentence, end=sentence.start + len(head), folded=head, kind=PartKind.BODY, _asks=None),
        replace(
            sentence,
            start=sentence.start + position + skipped,
            folded=tail.lstrip(),
            kind=PartKind.BODY,
            first=False,
            _asks=None,
        ),
    )


def _kind(sentence: Sentence, names: frozenset[str], *, early: bool, opened: int) -> PartKind | None:
    """Return what a whole sentence is, if it is no body."""
    folded = _HANDLES.sub("", sentence.folded) or sentence.folded
    kind = formula(folded, early=early)
    if kind is not None:
        return kind
    if all(_TAG.fullmatch(word) for word in folded.split()):
        return PartKind.LABEL
    if not early and len(folded) <= 60 and REPLY.search(folded):
        return PartKind.CLOSING
    return None if sentence.asks else _address(sentence, names, early=early, opened=opened)


def _address(sentence: Sentence, names: frozenset[str], *, early: bool, opened: int) -> PartKind | None:
    """Return what a sentence that asks nothing is, if it names the reader or the writer."""
    folded = sentence.folded
    if opened < _SALUTATION_LINES and sentence.first and SALUTATION.match(folded.strip(" <>[]【】")):
        return PartKind.GREETING
    if POSTSCRIPT.match(folded) and not PROBLEM.search(folded):
        return PartKind.CLOSING
    if _is_introduction(folded, names, early=early and opened < _OPENING_SENTENCES):
        return PartKind.OPENING
    return None


_HANDLES: Final = re.compile(r"^(?:[.]?@\w{1,30}(?:\s+|$)){1,5}")


def _is_introduction(folded: str, names: frozenset[str], *, early: bool) -> bool:
    """Tell whether a sentence only tells who writes; less clear forms of that have to stand early."""
    if len(folded) > 120:
        return False
    named = _NAMED_ENDING_CUT.sub("", folded)
    if named != folded and (named in names or (is_surname(named) and PERSON.match(named))):
        return True
    if introduces(folded) and (early or len(folded) <= 40):
        return True
    return early and bool(USUAL.match(folded) or introduction(folded, names))


_NAMED_ENDING_CUT: Final = re.compile(r"(?:です|でございます|だよ|といいます|と申します)[。!、♪〜~]*$")


def introduction(folded: str, names: frozenset[str]) -> bool:
    """Tell whether a sentence such as 総務部の山田です says no more than who writes."""
    match = NAMED_ENDING.search(folded)
    if match is None:
        return False
    stem = re.sub(r" ?\([^()]{0,20}\)$", "", folded[: match.start()].strip())
    found = _NAME_AT_END.search(stem)
    if found is None:
        return False
    before, name = stem[: found.start(1)], found[1]
    if name in names or any(name.endswith(one) or name.startswith(one) for one in names):
        return True
    if name in NO_NAMES or len(name) > 10:
        return False
    if re.search("は|が、", before):
        return False
    return is_surname(name) or (len(name) > 1 and AFFILIATION.search(before[-30:]) is not None)


_NAME_AT_END: Final = re.compile(
    r"(?:^|[のるたす、\s])([一-龥々髙﨑]{1,4}(?: [一-龥々ぁ-んァ-ヶー]{1,5}|[ぁ-んァ-ヶー]{1,4})?"
    r"|[ァ-ヶーぁ-ん]{2,6}(?: [ァ-ヶーぁ-ん]{2,6})?|[a-z]{2,12}(?: [a-z]{2,12})?)$"
)
"""Group 1 is the word a sentence ends with, before です, that may be a name."""
