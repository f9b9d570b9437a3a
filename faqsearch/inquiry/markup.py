"""HTML of a mail to text: lines where a reader sees lines, quotes marked with ``>``.

A reader of mail needs lines and quotes, no layout, and has to take any bytes in linear time; so this is one
pass over the tags, with no tree.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

_NAME: Final = re.compile(r"/?([a-zA-Z][a-zA-Z0-9:]{0,20})")
_SPACES: Final = re.compile(r"[ \t\r\n\f\v]+")
_HIDDEN: Final = frozenset("script style title head template noscript svg object".split())
_BLOCKS: Final = frozenset(
    "address article aside body blockquote center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody "
    "tfoot thead tr ul".split()
)
_SPACED: Final = frozenset("p blockquote h1 h2 h3 h4 h5 h6 ul ol table pre dl".split())
"""Blocks with an empty line before and after."""
_CELLS: Final = frozenset(("td", "th"))
_QUOTES: Final = ("blockquote",)
_VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
"""Elements that have no end, and so hold nothing to hide."""
_UNSEEN_STYLE: Final = re.compile(
    r"""\sstyle\s{0,9}=\s{0,9}(?:"[^"]{0,2000}?|'[^']{0,2000}?)(?<![a-z-])"""
    r"""(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden"""
    r"""|font-size\s{0,9}:\s{0,9}0(?:\.0)?(?:px|pt|r?em|%)?\s{0,9}(?=[;!"']))""",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"""\"[^"]*\"|'[^']*'""")
_HIDDEN_ATTRIBUTE: Final = re.compile(r"\shidden(?=[\s>/=])", re.IGNORECASE)
MAX_QUOTE_DEPTH: Final = 8


def html_to_text(html: str) -> str:
    """Turn HTML into text.

    Args:
        html: Any text; what is no tag is taken as text.

    Returns:
        Lines parted by a newline, no more than one empty line in a row, without trailing spaces; lines inside
        a block quote begin with as many ``>`` as quotes are open (at most 8) and a space.
    """
    writer = _Writer()
    _write(html, writer)
    if writer.unseen:
        # What is hidden has no end: rather all of it than nothing of what may follow.
        writer = _Writer(shows_all=True)
        _write(html, writer)
    return writer.text()


def _write(html: str, writer: _Writer) -> None:
    position = 0
    while True:
        opening = html.find("<", position)
        if opening < 0:
            break
        if not _begins_tag(html, opening):
            writer.write(html[position : opening + 1])
            position = opening + 1
            continue
        writer.write(html[position:opening])
        position = _pass_tag(html, opening, writer)
    writer.write(html[position:])


def _begins_tag(html: str, opening: int) -> bool:
    following = html[opening + 1 : opening + 2]
    return following.isascii() and (following.isalpha() or following in {"/", "!", "?"}) and following != ""


def _pass_tag(html: str, opening: int, writer: _Writer) -> int:
    """Take note of the tag at a place; return the place after it, or the end of the text."""
    if html.startswith("<!--", opening):
        return _after(html, "-->", opening + 4)
    end = _after(html, ">", opening)
    match = _NAME.match(html, opening + 1)
    if match is None:
        return end
    name = match[1].lower()
    if html[opening + 1] == "/":
        writer.close(name)
        return end
    if name in _HIDDEN and html[end - 2 : end] != "/>":
        return _after_element(html, name, end, writer.unclosed)
    writer.open(name, unseen=name not in _VOID and _is_unseen(html[opening:end]))
    return end


def _is_unseen(tag: str) -> bool:
    """Tell whether a tag hides its element: what a reader does not see was written for machines."""
    return bool(_UNSEEN_STYLE.search(tag) or _HIDDEN_ATTRIBUTE.search(_QUOTED.sub("", tag)))


def _after(html: str, mark: str, position: int) -> int:
    found = html.find(mark, position)
    return len(html) if found < 0 else found + len(mark)


def _after_element(html: str, name: str, position: int, unclosed: set[str]) -> int:
    """Return the place after the closing tag, or, if it is missing, after the opening one.

    Names in ``unclosed`` were looked for before, and there is no closing tag of them any more.
    """
    match = None
    if name not in unclosed:
        match = re.compile(rf"</{name}\s{{0,50}}>", re.IGNORECASE).search(html, position)
    if match:
        return match.end()
    unclosed.add(name)
    return len(html) if name in {"script", "style"} else position


class _Writer:
    """Collects text into lines; within a hidden element only its own tags are counted, to find its end."""

    def __init__(self, *, shows_all: bool = False) -> None:
        self.unclosed: set[str] = set()
        self.unseen = 0
        self._unseen_name = ""
        self._shows_all = shows_all
        self._lines: list[str] = []
        self._line: list[str] = []
        self._depth = 0
        self._preformatted = 0

    def write(self, raw: str) -> None:
        """Add text between two tags."""
        if not raw or self.unseen:
            return
        text = unescape(raw)
        if self._preformatted:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self._line.append(first)
            for line in rest:
                self._end_line()
                self._line.append(line)
            return
        text = _SPACES.sub(" ", text)
        if text != " " or (self._line and not self._line[-1].endswith(" ")):
            self._line.append(text)

    def open(self, name: str, *, unseen: bool = False) -> None:
        """Begin an element."""
        if self.unseen or (unseen and not self._shows_all):
            self._unseen_name = self._unseen_name if self.unseen else name
            self.unseen += name == self._unseen_name
            return
        if name == "br":
            self._end_line()
        elif name in _BLOCKS:
            self._break(spaced=name in _SPACED)
        elif name in _CELLS and self._line:
            self._line.append(" ")
        if name == "hr":
            self._lines.append(self._prefix() + "-" * 10)
        elif name == "li":
            self._line.append("・")
        elif name == "pre":
            self._preformatted += 1
        elif name in _QUOTES:
            self._depth += 1

    def close(self, name: str) -> None:
        """End an element."""
        if self.unseen:
            self.unseen -= name == self._unseen_name
            return
        if name in _BLOCKS:
            self._break(spaced=name in _SPACED)
        if name == "pre":
            self._preformatted = max(self._preformatted - 1, 0)
        elif name in _QUOTES:
            self._depth = max(self._depth - 1, 0)

    def text(self) -> str:
        """Return all that was written."""
        self._break(spaced=False)
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        return "\n".join(self._lines)

    def _prefix(self) -> str:
        depth = min(self._depth, MAX_QUOTE_DEPTH)
        return ">" * depth + " " if depth else ""

    def _end_line(self) -> None:
        line = "".join(self._line).replace("\xa0", " ")
        line = line.rstrip() if self._preformatted else line.strip()
        self._line = []
        if line or (self._lines and self._lines[-1].strip("> ")):
            self._lines.append((self._prefix() + line).rstrip() if line else "")

    def _break(self, *, spaced: bool) -> None:
        if "".join(self._line).strip():
            self._end_line()
        self._line = []
        if spaced and self._lines and self._lines[-1] != "":
            self._lines.append("")
