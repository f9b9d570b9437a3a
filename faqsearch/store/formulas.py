"""Keep a spreadsheet from running a text as a formula.

A CSV cell cannot say that it is text: a spreadsheet runs whatever begins like a formula, which lets
anyone whose words reach an exported file act on the machine of the person who opens it. Such cells
go out with an apostrophe in front and lose it again on the way in. A text that has apostrophes in
front of such a beginning gets one more, so that the way back is unambiguous; a cell without an
apostrophe is never changed on the way in.
"""

from __future__ import annotations

import re
from typing import Final

# Full-width signs too: spreadsheets in Japanese locales take them for the ASCII ones.
_FORMULA: Final = r"(?:[\t\r\n]|\s*[=+\-@＝＋－＠])"
_EXPORTED: Final = re.compile(rf"'*{_FORMULA}")
_IMPORTED: Final = re.compile(rf"'+{_FORMULA}")


def neutralised(cell: str) -> str:
    """Return the cell as it is exported: with an apostrophe in front if it could run."""
    return f"'{cell}" if _EXPORTED.match(cell) else cell


def restored(cell: str) -> str:
    """Return the text of an exported cell; the inverse of ``neutralised``."""
    return cell[1:] if _IMPORTED.match(cell) else cell
