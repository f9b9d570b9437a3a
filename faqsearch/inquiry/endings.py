"""Find what stands below the last sentence of a letter: names, numbers, notes for who answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from faqsearch.inquiry.asking_words import PROBLEM
from faqsearch.inquiry.formulas import formula
from faqsearch.inquiry.lines import Line, is_rule
from faqsearch.inquiry.parts import PartKind

_LONGEST: Final = 36
_MOST_LINES: Final = 8
_SENTENCE: Final = re.compile(
    r"[。?!]$|(?:です|ます|でした|ました|ない|たい|する|した|ている|てる|だけど|けど|ので|のに|んだ|だよ"
    r"|て|が|を|は|に|も|から)$"
)
_NOTE: Final = re.compile(r"^[※*(].{0,20}(?:電話|連絡|返信|返事|不在|平日|土日|時以降|時まで|つながり)")
_ITEM: Final = re.compile(r"^(?:[・①-⑳]|[((]?\d{1,2}[.)](?!\d))\s?\S")
"""An item of a list: what is asked for may stand last of all."""
_MATTER: Final = re.compile(
    r"について|の件|方法|希望|エラー|error|不可|番号[がはを]|とは|場合|変更|解約|返品|交換|送料|料金|予約"
    r"|注文(?!番号|id|no)"
)


def mark_ending(lines: Sequence[Line]) -> None:
    """Mark short lines at the end that are no sentences, below an empty line or a closing."""
    tail: list[Line] = []
    index = len(lines)
    while index and len(tail) <= _MOST_LINES:
        line = lines[index - 1]
        if not (line.blank or line.kind is not None or _may_end(line)):
            break
        if line.open:
            tail.append(line)
        elif tail and line.blank:
            # The part below an empty line is settled; what stands above it has to be parted on its own.
            _mark(tail)
            tail = []
            if not _closes(lines, index - 1):
                return
        index -= 1
    if tail and index and (_is_closing(lines[index - 1]) or _signs(lines[index - 1], tail)):
        _mark(tail)


_NAME: Final = re.compile(
    r"^(?:[一-龥々]{1,4}(?: {1,3}[一-龥々ァ-ヶーぁ-ん]{1,6}|[ァ-ヶー]{2,5})?"
    r"|[^。、?]{1,12} {1,3}[一-龥々]{1,4}"
    r"|[^。、?]{1,14}より)$"
)


def _signs(above: Line, tail: Sequence[Line]) -> bool:
    """Tell whether one line below a finished sentence is a name."""
    return (
        len(tail) == 1
        and above.content.endswith(("。", "!", "?", "♪", "す", "ん", "か"))
        and _NAME.match(tail[0].content) is not None
    )


def _mark(tail: Sequence[Line]) -> None:
    for line in tail:
        line.kind = PartKind.SIGNATURE


def _closes(lines: Sequence[Line], index: int) -> bool:
    """Tell whether what stands before an empty line may still belong to the ending."""
    above = next((line for line in reversed(lines[:index]) if not line.blank), None)
    return above is not None and (above.kind is not None or _may_end(above))


def _is_closing(line: Line) -> bool:
    return formula(line.content, early=False) is PartKind.CLOSING


def _may_end(line: Line) -> bool:
    content = line.content
    if is_rule(line) or _NOTE.match(content):
        return True
    return (
        len(content) <= _LONGEST
        and not line.asks
        and not _is_closing(line)
        and _SENTENCE.search(content) is None
        and _ITEM.match(content) is None
        and _MATTER.search(content) is None
        and PROBLEM.search(content) is None
        and "、" not in content
    )
