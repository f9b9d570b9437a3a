"""Lines of an inquiry, and what every rule wants to know of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from faqsearch.inquiry.asking_words import ASKING, CORRESPONDENCE
from faqsearch.inquiry.courtesy_words import SELF_INTRODUCTION
from faqsearch.inquiry.parts import PartKind

_NEWLINE: Final = re.compile(r"\r\n|[\n\r\v\f\u0085\u2028\u2029]")


def _folding() -> dict[int, str]:
    """Map full-width forms, half-width kana and capitals to one form each, character by character."""
    table = {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
    table |= {code: chr(code).lower() for code in range(ord("A"), ord("Z") + 1)}
    half = "｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
    full = (
        "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテト"
        "ナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
    )
    table |= dict(zip(map(ord, half), full, strict=True))
    return table | {ord("\u3000"): " ", ord("\u00a0"): " ", ord("，"): "、", ord("．"): "."}


_FOLDING: Final = _folding()


def fold(text: str) -> str:
    """Write full-width ASCII, half-width kana and capitals in one form; the length stays the same."""
    return text.translate(_FOLDING)


@dataclass(kw_only=True, slots=True)
class Line:
    """One line, and what has been found out about it.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends, without its newline.
        folded: ``fold(text[start:end])``.
        body: Where its content begins, after a label, a speaker or a mark; what stands before is a LABEL.
        kind: What the content is; None while that is open.
        turn: Number of the turn in a chat it belongs to; 0 outside chats.
        fresh: Whether a new question is to be expected here: the support side asked for one.
    """

    start: int
    end: int
    folded: str
    body: int
    kind: PartKind | None = None
    turn: int = 0
    fresh: bool = False
    _asks: tuple[int, bool] | None = None

    @property
    def content(self) -> str:
        """The folded content, without spaces around it."""
        return self.folded[self.body - self.start :].strip()

    @property
    def blank(self) -> bool:
        """Whether it holds nothing but spaces."""
        return not self.folded or self.folded.isspace()

    @property
    def open(self) -> bool:
        """Whether it holds something, and nobody knows yet what that is."""
        return self.kind is None and not self.blank

    @property
    def asks(self) -> bool:
        """Whether it asks for something: such a line must not be dropped on a guess."""
        if self._asks is None or self._asks[0] != self.body:
            self._asks = (self.body, asks(self.content))
        return self._asks[1]

    def cut(self, offset: int) -> None:
        """Let the content begin at an offset of the folded line, spaces after it passed over."""
        rest = self.folded[offset:]
        self.body = self.start + offset + len(rest) - len(rest.lstrip())


def split_lines(text: str) -> list[Line]:
    """Split a text into lines."""
    folded = fold(text)
    lines = []
    position = 0
    for match in _NEWLINE.finditer(text):
        lines.append(
            Line(start=position, end=match.start(), folded=folded[position : match.start()], body=position)
        )
        position = match.end()
    if position < len(text) or not lines:
        lines.append(Line(start=position, end=len(text), folded=folded[position:], body=position))
    return lines


def asks(content: str) -> bool:
    """Tell whether a folded text asks or requests something, beyond asking for an answer."""
    return bool(ASKING.search(content)) and not CORRESPONDENCE.search(content)


def introduces(content: str) -> bool:
    """Tell whether a folded sentence ends as one in which somebody tells their name (山田と申します)."""
    return content.rstrip("。!、♪〜~☆ ").endswith(SELF_INTRODUCTION) or content.startswith("my name is ")


_RULE: Final = re.compile(r"[^0-9a-z\u3041-\u309f\u30a1-\u30fa\u3400-\u9fff\uac00-\ud7af]+")
_SPEAKING: Final = re.compile(r"[!?。、…♪♥❤\U0001f300-\U0001faff\u2600-\u26ff\ufe0f\u200d\s]+")


def is_rule(line: Line) -> bool:
    """Tell whether a line is nothing but signs, as a rule between sections or around a signature."""
    content = line.folded.strip()
    if len(content) < 2 or _RULE.fullmatch(content) is None:
        return False
    if len(set(content)) == 1 and len(content) >= 3 and content[0] not in "!?。、…":
        return True
    return (
        content.isprintable()
        and not any(character.isalnum() for character in content)
        and _SPEAKING.fullmatch(content) is None
    )
