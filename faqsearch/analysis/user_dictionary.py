"""An owner's own words (product names, say) compiled with Sudachi's own dictionary builder.

The CSV has the columns ``word``, ``reading`` (katakana, optional) and ``normalized`` (the form to index the
word under, optional). Words are normalised as every text is before Sudachi sees them, so that ＦＡＱサーチ in
the file meets FAQサーチ in a query.
"""

from __future__ import annotations

import csv
import io
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sudachidict_core
from sudachipy import sudachipy as sudachi_builder

from faqsearch.analysis.normalize import normalize
from faqsearch.errors import DictionaryError, FormatError, Problem

COLUMNS: Final = ("word", "reading", "normalized")
MAX_WORD_LENGTH: Final = 100
# Connection class of general proper nouns (名詞-固有名詞-一般), and a cost at which a listed word wins over
# its parts without cutting through longer words: at -5000 リーフ splits リーフレット, at 0 it does not.
_CONNECTION: Final = "4786"
_COST: Final = "0"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class UserWord:
    """One word that stays whole.

    Attributes:
        word: The word as people write it, 1 to 100 characters on one line.
        reading: Its reading in katakana; empty for unknown.
        normalized: The form under which it is indexed; empty for the word itself.

    Raises:
        DictionaryError: If a rule is broken.
    """

    word: str
    reading: str = ""
    normalized: str = ""

    def __post_init__(self) -> None:
        for name in COLUMNS:
            object.__setattr__(self, name, _clean(name, getattr(self, name)))


def _clean(column: str, value: str) -> str:
    """Normalise a cell.

    Raises:
        DictionaryError: If it is too long, has unprintable characters, or is the word and empty.
    """
    value = normalize(value).text.strip()
    if column == "word" and not value:
        raise DictionaryError("word is empty; write the word as people type it")
    if len(value) > MAX_WORD_LENGTH or not value.isprintable():
        raise DictionaryError(
            f"{column} came with {len(value)} characters; allowed are up to {MAX_WORD_LENGTH}, on one line"
        )
    return _katakana(value) if column == "reading" else value


def _katakana(text: str) -> str:
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def read_user_words(path: str | Path) -> tuple[UserWord, ...]:
    """Read a user dictionary CSV (UTF-8, with or without BOM), sorted and without duplicates.

    Raises:
        FormatError: With every problem of the file.
    """
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise FormatError([_problem(path, 0, "", f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        message = f"byte {error.start} is not UTF-8; save the file as UTF-8"
        raise FormatError([_problem(path, 0, "", message)]) from None
    try:
        header, *rows = list(csv.reader(io.StringIO(text, newline=""))) or [[]]
    except csv.Error as error:  # a cell of more than 131,072 characters: most often a quote never closed
        raise FormatError([_problem(path, 0, "", f"is not CSV: {error}; check the quotes")]) from None
    if "word" not in header or set(header) - set(COLUMNS) or len(set(header)) < len(header):
        message = f"the header came as {header}; allowed are {', '.join(COLUMNS)}, of which word is required"
        raise FormatError([_problem(path, 1, "", message)])
    problems: list[Problem] = []
    for number, row in enumerate(rows, start=2):
        if any(row):
            problems += _row_problems(path, number, header, row)
    if problems:
        raise FormatError(problems)
    return tuple(sorted({UserWord(**dict(zip(header, row, strict=True))) for row in rows if any(row)}))


def _row_problems(path: Path, number: int, header: Sequence[str], row: Sequence[str]) -> list[Problem]:
    if len(row) != len(header):
        return [_problem(path, number, "", f"has {len(row)} cells; the header has {len(header)}")]
    problems: list[Problem] = []
    for column, cell in zip(header, row, strict=True):
        try:
            _clean(column, cell)
        except DictionaryError as error:
            problems.append(_problem(path, number, column, str(error)))
    return problems


def _problem(path: Path, row: int, column: str, message: str) -> Problem:
    return Problem(file=str(path), row=row, column=column, message=message)


def compile_user_words(words: Iterable[UserWord], target: Path) -> None:
    """Compile words into a binary Sudachi dictionary.

    Args:
        words: The words.
        target: File to write; its folder exists.

    Raises:
        DictionaryError: If Sudachi refuses the words.
    """
    system = Path(sudachidict_core.__file__).parent / "resources" / "system.dic"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "words.csv")
        with source.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(_sudachi_row(word) for word in words)
        try:
            sudachi_builder.build_user_dic(str(system), [str(source)], str(target))
        except Exception as error:  # the builder raises its own types without a common root
            raise DictionaryError(f"Sudachi cannot compile the user dictionary: {error}") from error


def _sudachi_row(word: UserWord) -> Sequence[str]:
    """Lay a word out in the 18 columns of Sudachi's lexicon format, plus synonym groups."""
    surface = unicodedata.normalize("NFKC", word.word)
    part_of_speech = ("名詞", "固有名詞", "一般", "*", "*", "*")
    reading = word.reading or surface
    normalized = word.normalized or surface
    units = ("*", "A", "*", "*", "*", "*")
    row = (surface, _CONNECTION, _CONNECTION, _COST, surface, *part_of_speech, reading, normalized, *units)
    # Sudachi reads \u0041 in its lexicon as an A; a backslash of ours is just that.
    return [cell.replace("\\", "\\u005c") for cell in row]
