"""Find quoted mails: marked lines, mails below a separator, header fields above a text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from faqsearch.inquiry.asking_words import PROBLEM
from faqsearch.inquiry.letter_words import (
    MAIL_FIELD,
    QUOTE_END,
    QUOTE_INTRO,
    QUOTE_MARK,
    QUOTE_NOTICE,
    QUOTE_WORD,
    SUBJECT_FIELDS,
    SUBJECT_PREFIX,
)
from faqsearch.inquiry.lines import Line, is_rule
from faqsearch.inquiry.parts import PartKind
from faqsearch.inquiry.talk_words import SERVICE

_FIELDS_OF_A_HEADER: Final = 2


def mark_header(lines: Sequence[Line]) -> None:
    """Mark the fields of a mail that was copied with them; the subject is kept.

    One field alone counts if it is a subject, which nobody writes by chance.
    """
    found: list[tuple[Line, str, int]] = []
    for line in lines[:30]:
        if line is lines[0] and SUBJECT_PREFIX.match(line.folded) and not _tagged_alike(lines):
            line.kind = PartKind.SUBJECT
            continue
        if line.blank:
            if found:
                break
            continue
        match = MAIL_FIELD.match(line.folded)
        if match is None:
            break
        found.append((line, match[1], match.end()))
    if len(found) < _FIELDS_OF_A_HEADER and not any(name in SUBJECT_FIELDS for _, name, _ in found):
        return
    for line, name, end in found:
        if name in SUBJECT_FIELDS:
            line.cut(end)
            line.kind = PartKind.SUBJECT
        else:
            line.kind = PartKind.LABEL


def _tagged_alike(lines: Sequence[Line]) -> bool:
    """Tell whether the line below the first begins with a tag, too: turns of a chat do, no mail."""
    return len(lines) > 1 and all(line.folded.lstrip().startswith("[") for line in lines[:2])


def mark_quotes(lines: Sequence[Line], *, letter: bool) -> None:
    """Mark quoted lines; what is written between or below marked ones stays open.

    Args:
        lines: All lines.
        letter: Whether a letter is to be expected, which may stand below one of the support side.
    """
    everything = False
    begin = None
    for index, line in enumerate(lines):
        if everything and begin is None:
            begin = index
        if line.kind is not None and not everything:
            continue
        if everything:
            everything = QUOTE_END.search(line.folded) is None
            line.kind = PartKind.QUOTE
        elif QUOTE_MARK.match(line.folded) or QUOTE_END.search(line.folded):
            line.kind = PartKind.QUOTE
        elif is_separator(line) or _begins_header(lines, index):
            line.kind = PartKind.QUOTE
            everything = not _marked_next(lines, index)
        elif _introduces(lines, index):
            line.kind = PartKind.QUOTE
            everything = not _marked_next(lines, index) and _something_before(lines, index)
    _mark_wrapped(lines)
    _mark_runs(lines)
    if begin is not None:
        _open_answer(lines, begin)
    elif letter:
        _mark_letter_above(lines)


def _open_answer(lines: Sequence[Line], begin: int) -> None:
    """Open what asks below a quote without marks, if nothing else does: some people answer below."""
    if any(line.open and (line.asks or PROBLEM.search(line.content)) for line in lines):
        return
    quoted = [line for line in lines[begin:] if line.blank or not MAIL_FIELD.match(line.folded)]
    paragraphs = _paragraphs(line for line in quoted if line.blank or line.kind is PartKind.QUOTE)
    start, end = _answer(paragraphs)
    if len(paragraphs) > 1 and end > 1:
        start = max(start, 1)
    for line in (line for paragraph in paragraphs[start:] if end for line in paragraph):
        line.kind = None


def _mark_letter_above(lines: Sequence[Line]) -> None:
    """Mark a letter of the support side that stands without any mark above the answer to it."""
    paragraphs = _paragraphs(line for line in lines if line.blank or line.open or is_rule(line))
    start, _ = _answer(paragraphs)
    above = [line for paragraph in paragraphs[:start] for line in paragraph]
    served = sum(SERVICE.search(line.content) is not None for line in above)
    if served >= 2 and 2 * served >= len(above) - 1:
        for line in above:
            line.kind = PartKind.QUOTE


def _paragraphs(lines: Iterable[Line]) -> list[list[Line]]:
    """Return runs of lines between empty ones and rules; rules are left out."""
    runs: list[list[Line]] = [[]]
    for line in lines:
        if line.blank or is_rule(line):
            runs.append([])
        else:
            runs[-1].append(line)
    return [run for run in runs if run]


def _answer(paragraphs: Sequence[Sequence[Line]]) -> tuple[int, int]:
    """Return where the answer begins and ends: below what the support side says, and with what asks last."""
    asking = [index for index, one in enumerate(paragraphs) if any(map(_is_question, one))]
    end = asking[-1] + 1 if asking else 0
    served = (index + 1 for index in range(end) if not any(map(_is_question, paragraphs[index])))
    return max((index for index in served if any(map(_serves, paragraphs[index - 1]))), default=0), end


def _serves(line: Line) -> bool:
    return SERVICE.search(line.content) is not None


def _is_question(line: Line) -> bool:
    return line.asks and not _serves(line)


_FRAME: Final = re.compile(r"^[-=─━_*~+#―–—<>＜＞【】\[\]()〔〕《》〈〉↓▼▽◆■●★☆・|\s]{1,80}")
_LONGEST_FRAMED: Final = 40
_MARKS: Final = frozenset("|¦┃│▏≫》»:%")


def is_separator(line: Line) -> bool:
    """Tell whether a line says that what follows is quoted: ---- 元のメッセージ ----, ＜以下引用＞."""
    folded = line.folded.strip()
    if QUOTE_NOTICE.search(folded):
        return True
    frame = _FRAME.match(folded)
    if frame is None or len(folded) > 4 * _LONGEST_FRAMED:
        return False
    words = folded.strip(" -=─━_*~+#―–—<>＜＞【】[]()〔〕《》〈〉↓▼▽◆■●★☆・|:")
    return (
        len(words) <= _LONGEST_FRAMED
        and QUOTE_WORD.search(words) is not None
        and not re.search("[。?]", words)
    )


def _introduces(lines: Sequence[Line], index: int) -> bool:
    """Tell whether a line, or it and the next, say who wrote what follows."""
    line = lines[index]
    if QUOTE_INTRO.search(line.folded):
        return not line.asks
    if index + 1 < len(lines) and line.folded.lstrip().startswith("on ") and len(line.folded) <= 100:
        return QUOTE_INTRO.search(f"{line.folded} {lines[index + 1].folded[:100]}") is not None
    return False


def _mark_runs(lines: Sequence[Line]) -> None:
    """Mark runs of lines that begin with the same uncommon mark, but for boxes, which are signatures."""
    run: list[Line] = []
    mark = ""
    for index, line in enumerate(lines):
        first = line.folded.lstrip()[:1]
        if line.open and first in _MARKS and (not run or first == mark) and not is_rule(line):
            if not run and index and is_rule(lines[index - 1]):
                continue
            mark = first
            run.append(line)
            continue
        _mark_run(run)
        run = []
    _mark_run(run)


def _mark_run(run: Sequence[Line]) -> None:
    boxed = any(line.folded.rstrip()[-1:] in _MARKS for line in run)
    if len(run) >= 2 and not boxed:
        for line in run:
            line.kind = PartKind.QUOTE


def _begins_header(lines: Sequence[Line], index: int) -> bool:
    """Tell whether three fields of a mail header stand here, as Outlook writes them above a quote."""
    names = set()
    for line in lines[index : index + 4]:
        match = MAIL_FIELD.match(line.folded)
        if match is None:
            break
        names.add(match[1])
    return len(names) >= 3 and _something_before(lines, index)


def _something_before(lines: Sequence[Line], index: int) -> bool:
    return any(line.open for line in lines[max(0, index - 200) : index])


def _marked_next(lines: Sequence[Line], index: int) -> bool:
    """Tell whether marked lines follow an introduction, perhaps after an empty line or fields."""
    following = [line for line in lines[index + 1 : index + 4] if not line.blank]
    if any(QUOTE_MARK.match(line.folded) for line in following[:2]):
        return True
    firsts = {line.folded.lstrip()[:1] for line in following[:2]}
    return len(following) >= 2 and len(firsts) == 1 and firsts <= _MARKS


def _mark_wrapped(lines: Sequence[Line]) -> None:
    """Mark short lines that a mail program broke off a marked one: between two marked lines, no question."""
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        between = before.kind is PartKind.QUOTE and QUOTE_MARK.match(after.folded)
        long = len(before.folded) >= 34 and len(line.folded) <= 12
        if line.open and between and long and not line.asks:
            line.kind = PartKind.QUOTE


def open_quotes(lines: Sequence[Line]) -> None:
    """Take the marks off quoted lines, for a mail that is nothing but a quote."""
    for index, line in enumerate(lines):
        mark = QUOTE_MARK.match(line.folded)
        if mark:
            rest = line.folded[mark.end() :]
            line.cut(mark.end() + len(rest) - len(rest.lstrip("> ")))
        elif is_separator(line) or QUOTE_INTRO.search(line.folded) or QUOTE_END.search(line.folded):
            line.kind = PartKind.QUOTE
        if MAIL_FIELD.match(line.content) and index < 40:
            line.kind = PartKind.QUOTE
