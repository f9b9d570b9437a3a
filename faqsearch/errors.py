"""Every exception the library raises on purpose, under one root.

The tree::

    FaqSearchError
    ├── EntryError               an entry breaks a rule of its own fields
    ├── EntryNotFoundError       no entry of that id is visible to the caller
    ├── InputError               a query, inquiry or option that cannot be used
    ├── FormatError              a file of entries or inquiries cannot be read as it stands
    ├── SettingsError            a preset, model or option file cannot be used
    ├── DictionaryError          a Sudachi dictionary is missing or cannot be compiled
    ├── EncoderError             vectors of texts cannot be made now, as when a server is away
    ├── VectorsError             word vectors that are missing, damaged or cannot be made
    └── EvaluationError          queries, judgements or runs that cannot be evaluated

Messages say what came, what is allowed and how to put it right. They never carry the text of a
query or inquiry: that is personal data, and messages end up in logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sized
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z0-9_.:-]{1,30}")


def shown(value: object) -> str:
    """Word a value for a message: quoted if it cannot be a sentence, else only its type and length.

    Quoted are strings of 1 to 30 ASCII letters, digits and ``_.:-``. Anything else may be a customer's
    text that slipped into the wrong place.
    """
    if is_word(value):
        return repr(str(value))
    kind = type(value).__name__
    return f"{kind} of length {len(value)}" if isinstance(value, Sized) else kind


def is_word(value: object) -> bool:
    """Tell whether a message may repeat a value: see :func:`shown`."""
    return isinstance(value, str) and _WORD.fullmatch(value) is not None


class FaqSearchError(Exception):
    """Root of all exceptions raised by this library."""


class EntryError(FaqSearchError, ValueError):
    """A field of an entry breaks a rule.

    Attributes:
        field: Name of the offending field, such as ``"question"``.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.reason = message

    def __reduce__(self) -> tuple[type[EntryError], tuple[str, str]]:
        return (type(self), (self.field, self.reason))


class EntryNotFoundError(FaqSearchError, KeyError):
    """No entry with this id is visible to the audience that asked.

    An entry that exists but may not be seen raises the very same message as one that never existed.

    Attributes:
        entry_id: The id that was asked for; the message repeats it only if it is a plain word.
    """

    def __init__(self, entry_id: str) -> None:
        super().__init__(entry_id)
        self.entry_id = entry_id

    def __str__(self) -> str:
        wanted = f"id {self.entry_id!r}" if is_word(self.entry_id) else "this id"
        return f"no entry with {wanted} is visible to this audience"


class InputError(FaqSearchError, ValueError):
    """A query, inquiry or search option that cannot be used."""


class SettingsError(FaqSearchError, ValueError):
    """A preset, confidence model or option file that cannot be used."""


class DictionaryError(FaqSearchError):
    """A Sudachi dictionary that is missing, damaged or cannot be compiled."""


class EncoderError(FaqSearchError):
    """Vectors of texts cannot be made now; searches go on without them and say so."""


class VectorsError(FaqSearchError):
    """Word vectors that are missing, damaged, or cannot be fetched, converted or written."""


class EvaluationError(FaqSearchError, ValueError):
    """Queries, judgements or runs that cannot be evaluated."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing wrong with a file.

    Attributes:
        file: Name of the file as the caller gave it.
        row: Line or spreadsheet row, counted from 1 with the header as row 1; 0 for the whole file.
        column: Column or key name; empty where the row or file as a whole is meant.
        message: What came, what is allowed.
    """

    file: str
    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column!r}"
        return f"{place}: {self.message}"


class FormatError(FaqSearchError, ValueError):
    """A file that cannot be read as it stands; carries every problem found, not only the first.

    Attributes:
        problems: All problems in file order; never empty.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[FormatError], tuple[tuple[Problem, ...]]]:
        return (type(self), (self.problems,))
