"""Japanese text in a terminal: marked matches and lines broken by cell width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len, get_character_cell_size
from rich.console import Console
from rich.text import Text

MATCH_STYLE: Final = "bold underline yellow"
OPENING, CLOSING = "【", "】"

_ONE_LINE: Final = dict.fromkeys(map(ord, "\n\t\u0085\u2028\u2029"), " ")
_NEVER_FIRST: Final = frozenset(
    "、。，．・：；？！!?,.:;)）]］｝〕〉》」』】ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…"
)
_NEVER_LAST: Final = frozenset("([（［｛〔〈《「『【")
_LONGEST_STEP_BACK: Final = 24


def is_plain(console: Console) -> bool:
    """Tell whether a console shows no styles at all, so that matches need brackets."""
    return console.color_system is None


def one_line(text: str) -> str:
    """Return a text of the same length with spaces for its line breaks and tabs."""
    return text.translate(_ONE_LINE)


def marked(text: str, spans: Iterable[tuple[int, int]], *, plain: bool) -> Text:
    """Return a text on one line with spans marked: by style, or by 【】 where there are no styles.

    Args:
        text: The text; line breaks become spaces.
        spans: Sorted, disjoint half-open ranges of offsets into ``text``.
        plain: Whether to use brackets.
    """
    line = one_line(text)
    result, position = Text(), 0
    for start, end in spans:
        result.append(line[position:start])
        result.append(f"{OPENING}{line[start:end]}{CLOSING}" if plain else line[start:end], MATCH_STYLE)
        position = end
    return result.append(line[position:])


def wrapped(text: Text, width: int) -> Text:
    """Return a one-line text broken into lines of at most ``width`` cells, by the basic rules of kinsoku.

    Words of Latin letters and digits stay whole, closing marks do not begin and opening ones do not end a
    line, as far as a few steps back allow.
    """
    lines = text.divide(_breaks(text.plain, max(width, 2)))
    for line in lines:
        line.rstrip()
    return Text("\n").join(lines)


def _breaks(text: str, width: int) -> Iterator[int]:
    start = used = 0
    for position, character in enumerate(text):
        size = get_character_cell_size(character)
        used += size
        if used > width:
            start = _best_break(text, start, position)
            yield start
            used = cell_len(text[start : position + 1])


def _best_break(text: str, start: int, limit: int) -> int:
    for position in range(limit, max(start, limit - _LONGEST_STEP_BACK), -1):
        before, after = text[position - 1], text[position]
        inside_word = _is_latin(before) and _is_latin(after)
        if not inside_word and after not in _NEVER_FIRST and before not in _NEVER_LAST and after != " ":
            return position
    return limit


def _is_latin(character: str) -> bool:
    return character.isascii() and not character.isspace()
