"""A vocabulary in the terms of an analyzer, and all that is odd about it.

What the analyzer makes of a word decides what the word does: one without a term would never be found, one of
whose parts only some are terms does more than it says. Both are reported, the first as an error.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations, product
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from faqsearch.analysis import Analyzer, normalize
from faqsearch.errors import FormatError, Problem
from faqsearch.vocabulary.table import COLUMNS, Kind, VocabularyRow, parse_rows, quoted

Phrase: TypeAlias = tuple[str, ...]
"""Neighbouring terms of the main layer."""

Place: TypeAlias = tuple[int, str]
"""Row and column."""

_OTHER_SEPARATORS: Final = ",;/・"
_SAY_NOTHING: Final = frozenset("お ご 御 する".split())
"""Parts that are in no term and change nothing about a word (ご利用, 引っ越しする)."""


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """An owner's synonyms and stop phrases, as queries are matched with them.

    Attributes:
        synonyms: A phrase of a query to the phrases that entries may have instead.
        stop_phrases: Phrases that say nothing in a query.
        problems: What is odd but harmless, in file order.
    """

    synonyms: Mapping[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)
    stop_phrases: tuple[Phrase, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Changes with the synonyms and the stop phrases."""
        content = [sorted((phrase, *others) for phrase, others in self.synonyms.items()), self.stop_phrases]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of the file and what the analyzer makes of it.

    Attributes:
        written: The word, normalised.
        phrase: Its terms.
        left_out: The stretches of it that are in no term.
    """

    written: str
    phrase: Phrase
    left_out: tuple[str, ...]


def read_vocabulary(path: str | Path, analyzer: Analyzer) -> Vocabulary:
    """Read a vocabulary CSV and bring it into the terms of an analyzer.

    Raises:
        FormatError: With every problem that makes the file unusable.
    """
    rows, problems = parse_rows(path)
    vocabulary, errors = _compiled(rows, analyzer, str(path))
    if problems or errors:
        raise FormatError(sorted((*problems, *errors), key=_place))
    return vocabulary


def compile_vocabulary(
    rows: Iterable[VocabularyRow], analyzer: Analyzer, *, file: str = "vocabulary"
) -> Vocabulary:
    """Bring rows into the terms of an analyzer, and check them.

    Args:
        rows: The rows.
        analyzer: The analyzer of entries and queries.
        file: Name that problems carry.

    Raises:
        FormatError: If a synonym has no term, a row holds a word twice, or a stop phrase takes the words of a
            synonym away.
    """
    vocabulary, errors = _compiled(rows, analyzer, file)
    if errors:
        raise FormatError(errors)
    return vocabulary


def _compiled(
    rows: Iterable[VocabularyRow], analyzer: Analyzer, file: str
) -> tuple[Vocabulary, tuple[Problem, ...]]:
    compiler = _Compiler(analyzer)
    for row in rows:
        compiler.add(row)
    compiler.check_stopped()
    errors, warnings = (
        tuple(
            sorted(
                (
                    Problem(file=file, row=row, column=column, message=message)
                    for (row, column), message in found
                ),
                key=_place,
            )
        )
        for found in (compiler.errors, compiler.warnings)
    )
    synonyms = {phrase: tuple(sorted(others)) for phrase, others in sorted(compiler.synonyms.items())}
    stop_phrases = tuple(sorted(compiler.stops))
    vocabulary = Vocabulary(synonyms=MappingProxyType(synonyms), stop_phrases=stop_phrases, problems=warnings)
    return vocabulary, errors


def _place(problem: Problem) -> tuple[int, int]:
    return problem.row, (*COLUMNS, problem.column).index(problem.column)


class _Compiler:
    """Gathers synonyms and stop phrases row by row.

    Attributes:
        synonyms: A phrase to each of its synonyms and the row that says so.
        stops: Stop phrases and where they stand.
        errors: What makes the file unusable: place and message.
        warnings: What does not.
    """

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self.synonyms: dict[Phrase, dict[Phrase, Place]] = {}
        self.stops: dict[Phrase, Place] = {}
        self.errors: list[tuple[Place, str]] = []
        self.warnings: list[tuple[Place, str]] = []

    def add(self, row: VocabularyRow) -> None:
        """Take a row in."""
        words = [((row.row, "words"), self._word(word)) for word in row.words]
        others = [((row.row, "others"), self._word(word)) for word in row.others]
        if row.kind is Kind.STOP:
            for place, word in words:
                self._add_stop(place, word)
            return
        for place, word in (*words, *others):
            self._check_synonym(place, word)
        self._check_alike([*words, *others])
        pairs: Iterable[tuple[tuple[Place, _Word], tuple[Place, _Word]]] = product(words, others)
        if row.kind is Kind.SYNONYM:
            pairs = permutations((*words, *others), 2)
        known: set[frozenset[Phrase]] = set()
        for (_, word), (place, other) in pairs:
            if word.phrase and other.phrase and word.phrase != other.phrase:
                self._add_pair(row.kind, word, place, other, known)

    def check_stopped(self) -> None:
        """Report stop phrases that take the words of a synonym away, which then would never be found."""
        for phrase, others in self.synonyms.items():
            inside = next((stop for stop in _parts(phrase) if stop in self.stops), None)
            if inside is not None:
                row, _ = min(others.values())
                message = (
                    f"the stop phrase {_terms(inside)} takes words of {_terms(phrase)} in row {row} away, "
                )
                self._refuse(self.stops[inside], f"{message}which would never be found; keep one of the two")

    def _add_stop(self, place: Place, word: _Word) -> None:
        phrase, name = word.phrase, quoted(word.written)
        if not phrase:
            self._warn(place, f"{name} says nothing anyway; take it out")
        elif phrase in self.stops:
            row, _ = self.stops[phrase]
            self._warn(place, f"{name} counts as {_terms(phrase)}, a stop phrase of row {row}; take one out")
        else:
            self.stops[phrase] = place
            if len(phrase) == 1 or word.left_out:
                message = f"{name} counts as {_terms(phrase)} and takes that out of every query"
                self._warn(place, f"{message}; make sure that none is about it")

    def _check_synonym(self, place: Place, word: _Word) -> None:
        """Report a word without terms, and one that matches more than it says."""
        name, counts = quoted(word.written), f"counts as {_terms(word.phrase)}"
        if not word.phrase:
            message = f"{name} holds function words, politeness or symbols only, which are never searched for"
            self._refuse(place, f"{message}; write a word with a meaning of its own")
        elif word.left_out:
            left_out = quoted(" ".join(word.left_out))
            self._warn(place, f"{name} {counts}; texts without {left_out} match too")
        if word.phrase and any(separator in word.written for separator in _OTHER_SEPARATORS):
            self._warn(
                place, f"{name} {counts}, one phrase; if it is several words, separate them by | or 、"
            )

    def _check_alike(self, words: Iterable[tuple[Place, _Word]]) -> None:
        """Report words of one row that are the same, as written or in terms."""
        seen: dict[Phrase, _Word] = {}
        for place, word in words:
            known = seen.setdefault(word.phrase, word)
            if known is word or not word.phrase:
                continue
            name = quoted(word.written)
            if known.written == word.written:
                self._refuse(place, f"{name} stands for itself; write another word or take it out")
            else:
                same = f"{name} and {quoted(known.written)} are the same word {_terms(word.phrase)} anyway"
                self._warn(place, f"{same}; take one out")

    def _add_pair(
        self, kind: Kind, word: _Word, place: Place, other: _Word, known: set[frozenset[Phrase]]
    ) -> None:
        row, _ = self.synonyms.setdefault(word.phrase, {}).setdefault(other.phrase, place)
        pair = frozenset({word.phrase, other.phrase})
        names = quoted(other.written), quoted(word.written)
        if row != place[0] and pair not in known:
            known.add(pair)
            self._warn(place, f"{names[1]} and {names[0]} stand in row {row} already; take one out")
        elif kind is Kind.ONE_WAY and set(word.phrase) <= set(other.phrase):
            message = f"{names[0]} holds all words of {names[1]}, so a query finds it anyway"
            self._warn(place, f"{message}; take it out")

    def _refuse(self, place: Place, message: str) -> None:
        self.errors.append((place, message))

    def _warn(self, place: Place, message: str) -> None:
        self.warnings.append((place, message))

    def _word(self, text: str) -> _Word:
        terms = self._analyzer.analyze(text)
        layer = terms.layers[self._analyzer.layers[0]]
        written = terms.text.text
        covered = bytearray(len(written))
        for start, end in zip(layer.starts, layer.ends, strict=True):
            covered[start:end] = b"\1" * (end - start)
        stretches = zip(written, covered, strict=True)
        bare = "".join(c if not mark and (c.isalnum() or c in "+#") else " " for c, mark in stretches)
        left_out = (stretch for stretch in bare.split() if stretch not in _SAY_NOTHING)
        return _Word(normalize(text).text.strip(), tuple(layer.terms), tuple(left_out))


def _parts(phrase: Phrase) -> Iterator[Phrase]:
    """Yield a phrase and all stretches of it, the longest first."""
    for length in range(len(phrase), 0, -1):
        for first in range(len(phrase) - length + 1):
            yield phrase[first : first + length]


def _terms(phrase: Phrase) -> str:
    return quoted(" ".join(phrase))
