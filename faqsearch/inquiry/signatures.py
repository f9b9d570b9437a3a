"""Find signatures, footers of programs, and disclaimers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import Final

from faqsearch.inquiry.endings import mark_ending
from faqsearch.inquiry.formulas import formula
from faqsearch.inquiry.letter_words import (
    COMPANY,
    CONTACT,
    DEPARTMENT,
    DISCLAIMER,
    FOOTER,
    NAME_FIELD,
    PERSON,
    POST_NOTE,
    POSTSCRIPT,
    SHORT_NAME,
)
from faqsearch.inquiry.lines import Line, introduces, is_rule
from faqsearch.inquiry.notices import PROGRAM_NOTE, REACTIONS
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.surnames import is_surname
from faqsearch.inquiry.talk_words import SERVICE_NOTE, SYSTEM_NOTE

_FRAME: Final = " -=─━*_~+★☆◆◇■□●○|┃│♪／/<>"
_LONG: Final = 60
_PREDICATE: Final = re.compile(r"[。?!…]$|(?:です|ます|ました|ません|ない|たい|ください|下さい|とのこと)$")
_ADDRESS: Final = re.compile(r"https?://|@[a-z0-9-]+\.")
_DASHES: Final = re.compile(r"^\s*--\s*$")


_LONG_NOTE: Final = 120
_NOTES: Final = (
    (REACTIONS, PartKind.LABEL, 60),
    (SYSTEM_NOTE, PartKind.OPERATOR, 40),
    (SERVICE_NOTE, PartKind.FOOTER, _LONG_NOTE),
    (POST_NOTE, PartKind.LABEL, 60),
    (FOOTER, PartKind.FOOTER, _LONG_NOTE),
)
"""What programs add, with the kind and the most characters of such a line."""


def mark_footers(lines: Sequence[Line]) -> None:
    """Mark lines that programs add, and the rule above them."""
    for line in lines:
        if not line.open or len(line.content) > _LONG_NOTE:
            continue
        if len(line.content) <= 80 and PROGRAM_NOTE.search(line.content):
            line.kind = PartKind.LABEL
            continue
        for pattern, kind, longest in _NOTES:
            if len(line.content) <= longest and pattern.search(line.content) and not _really_asks(line):
                line.kind = kind
                break
    _spread(lines, PartKind.FOOTER)


def mark_disclaimers(lines: Sequence[Line]) -> None:
    """Mark notices about secrecy, from where they begin to the end of their paragraph."""
    running = False
    for line in lines:
        if line.blank or line.kind is not None or is_rule(line):
            running = False
            continue
        running = running or (DISCLAIMER.search(line.content) is not None and not _really_asks(line))
        if running:
            line.kind = PartKind.DISCLAIMER
    _spread(lines, PartKind.DISCLAIMER)


def _really_asks(line: Line) -> bool:
    return re.search(r"[?]|ですか|ますか|でしょうか", line.content) is not None


def _spread(lines: Sequence[Line], kind: PartKind) -> None:
    """Give rules that touch lines of a kind the same kind."""
    for before, line in pairwise(lines):
        if (
            line.open
            and before.kind is kind
            and kind is PartKind.FOOTER
            and _ADDRESS.search(line.content)
            and not line.asks
        ):
            line.kind = kind
    for line, neighbour in [*pairwise(lines), *zip(lines[1:], lines, strict=False)]:
        if line.open and neighbour.kind is kind and is_rule(line):
            line.kind = kind


def mark_signatures(lines: Sequence[Line], names: frozenset[str], *, letter: bool) -> None:
    """Mark signatures: between rules, after ``--``, or at the end.

    Args:
        lines: All lines.
        names: Names that the writer goes by, as far as they are known; each of two characters or more.
        letter: Whether the text looks like a letter, which ends in a name; a chat does not.
    """
    _mark_between_rules(lines, names)
    if letter:
        _mark_at_end(lines, names)
        mark_ending(lines)


def is_contact(line: Line, names: frozenset[str]) -> bool:
    """Tell whether a line looks as in a signature: a name, a company, an address, no sentence."""
    content = line.content.strip(_FRAME)
    if content != line.content and PERSON.match(content):
        return True
    if not content or len(content) > _LONG or line.asks or _PREDICATE.search(content):
        return False
    return bool(
        CONTACT.search(content)
        or COMPANY.search(content)
        or NAME_FIELD.match(content)
        or _is_named(content, names)
        or (len(content) <= 30 and DEPARTMENT.search(content) and (" " in content or PERSON.match(content)))
    )


def _is_named(content: str, names: frozenset[str]) -> bool:
    squeezed = content.replace(" ", "")
    return len(squeezed) <= 24 and any(name in squeezed for name in names)


def _mark_between_rules(lines: Sequence[Line], names: frozenset[str]) -> None:
    """Mark blocks that begin with a rule and hold contacts but no sentences."""
    index = 0
    while index < len(lines):
        line = lines[index]
        if not (line.open and is_rule(line)):
            index += 1
            continue
        block = _block_after(lines, index)
        if not all(_fits(one) for one in block if one.open and not is_rule(one)):
            block = list(takewhile(lambda one: not one.blank, block))
        inside = [one for one in block if one.open and not is_rule(one)]
        dashes = _DASHES.match(line.folded) is not None
        contacts = [one for one in inside if is_contact(one, names) or PERSON.match(one.content)]
        last = not any(one.open for one in lines[index + 1 + len(block) :])
        signed = contacts and all(_fits(one) for one in inside)
        if signed or (dashes and last and len(inside) <= 12):
            for one in (line, *block):
                if one.open and (is_rule(one) or _fits(one)):
                    one.kind = PartKind.SIGNATURE
        else:
            line.kind = PartKind.LABEL
        index += 1


def _block_after(lines: Sequence[Line], index: int) -> list[Line]:
    """Return the lines after a rule up to the next one, at most 16, that one with them."""
    block = []
    for line in lines[index + 1 : index + 17]:
        if line.kind is not None:
            break
        block.append(line)
        if is_rule(line):
            break
    return block


def _fits(line: Line) -> bool:
    """Tell whether a line may stand in a signature."""
    return (
        len(line.content) <= 80
        and not line.asks
        and not POSTSCRIPT.match(line.content)
        and not re.search(r"。.{3,}|ですが|ません", line.content)
    )


def _mark_at_end(lines: Sequence[Line], names: frozenset[str]) -> None:
    """Mark runs of contacts and names below the first sentence, and a name that stands alone at the end."""
    written = [index for index, line in enumerate(lines) if line.open]
    first = next((index for index in written if _says_something(lines[index])), None)
    if first is None:
        return
    run: list[int] = []
    for index in (*(index for index in written if index > first), len(lines)):
        fits = index < len(lines) and _may_sign(lines[index], names)
        if run and (not fits or index - run[-1] > 2):
            _mark_run(lines, run, names)
            run = []
        if fits:
            run.append(index)
    last = [
        index for index in written if index > first and lines[index].open and not _is_polite(lines[index])
    ][-2:]
    for index in reversed(last):
        if not _is_name_line(lines, index, ()):
            break
        lines[index].kind = PartKind.SIGNATURE


def _says_something(line: Line) -> bool:
    content = line.content
    return line.asks or (not _is_polite(line) and bool(_PREDICATE.search(content))) or len(content) > 30


def _is_polite(line: Line) -> bool:
    return formula(line.folded, early=False) is not None or introduces(line.content)


def _may_sign(line: Line, names: frozenset[str]) -> bool:
    return not _is_polite(line) and (is_contact(line, names) or _could_belong(line))


def _mark_run(lines: Sequence[Line], run: Sequence[int], names: frozenset[str]) -> None:
    """Mark a run that holds a contact; what only might belong counts between or below contacts."""
    sure = [index for index in run if is_contact(lines[index], names) or PERSON.match(lines[index].content)]
    if not any(is_contact(lines[index], names) for index in sure):
        return
    begin = sure[0]
    parted = (
        run[0] == 0
        or lines[run[0] - 1].blank
        or _is_polite(lines[run[0] - 1])
        or lines[run[0] - 1].kind is not None
    )
    if parted and begin - run[0] <= 2:
        begin = run[0]
    for index in run:
        if index >= begin:
            lines[index].kind = PartKind.SIGNATURE


def _could_belong(line: Line) -> bool:
    content = line.content
    return len(content) <= 30 and _fits(line) and not _PREDICATE.search(content) and "、" not in content


def _is_name_line(lines: Sequence[Line], index: int, signed: Sequence[Line]) -> bool:
    """Tell whether a line is a name: alone at the end, after an empty line, a closing, or indented."""
    line = lines[index]
    content = line.content
    if line.asks or _PREDICATE.search(re.sub("(?:です|でした)$", "", content)):
        return False
    if not (PERSON.match(content) or SHORT_NAME.match(content)):
        return False
    if is_surname(content):
        return True
    before = lines[index - 1]
    parted = before.blank or before.kind is not None or formula(before.folded, early=False) is not None
    indented = len(line.folded) - len(line.folded.lstrip()) >= 3
    return parted or indented or (bool(signed) and PERSON.match(content) is not None)
