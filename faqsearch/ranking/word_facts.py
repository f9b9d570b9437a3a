"""What dictionary and word vectors know of the vocabulary of an index, segment by segment.

Everything here depends on a term, the dictionary and the vectors alone, never on other terms: a segment keeps
it for good, and what a search sees is the same after any history of edits.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Lexicon, Word
from faqsearch.index import Same, Segment, Snapshot, document_frequencies
from faqsearch.index.derived import kept_with_segment
from faqsearch.index.strings import PackedStrings
from faqsearch.vectors import WordVectors

V = TypeVar("V")

_MOST_KEPT: Final = 4_096
"""Words that a segment remembers the neighbours of, and as many that it remembers the slips of."""
FIRST: Final = 21
"""Terms near to a word that are looked at: twenty and, where it is in the vocabulary, the word itself."""
_LAST_CHARACTER: Final = chr(0x10FFFF)
_BLOCK: Final = 2_048
"""Rows that are widened to float32 at a time: they stay in the processor's cache."""


class BoundedCache(Generic[V]):
    """Values by key, the older half forgotten beyond a bound: queries are made of any words whatever.

    Two threads that forget at the same time may both forget a value that one of them has just kept: it is
    then computed again.
    """

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._values: dict[Hashable, V] = {}

    def __len__(self) -> int:
        return len(self._values)

    def peek(self, key: Hashable) -> V | None:
        """Return the value of a key, None if it is not there."""
        return self._values.get(key)

    def put(self, key: Hashable, value: V) -> None:
        """Keep a value."""
        if len(self._values) >= self._most:
            kept = list(self._values.copy().items())
            self._values = dict(kept[len(kept) // 2 + 1 :])
        self._values[key] = value


@kept_with_segment("word facts")
@dataclass(frozen=True, slots=True)
class WordFacts:
    """Dictionary facts of a segment's vocabulary.

    Attributes:
        readings: Readings in katakana of the terms that have one, in code-point order.
        read: Shape (len(readings),); the term of each, ascending among equal readings.
        groups: Shape (n,); synonym groups of terms, ascending.
        grouped: Shape (n,); the term of each, ascending within a group.
        slips: Terms that are a slip of the pen away from words that were looked for.
    """

    readings: PackedStrings
    read: npt.NDArray[np.int32]
    groups: npt.NDArray[np.int64]
    grouped: npt.NDArray[np.int32]
    slips: BoundedCache[list[tuple[int, float]]] = field(default_factory=BoundedCache)

    def read_as(self, reading: str) -> list[int]:
        """Return the numbers of the terms with a reading, ascending."""
        found: list[int] = self.read[self._beginning(reading, reading + "\0")].tolist()
        return found

    def read_nearly(self, reading: str, slips: int) -> tuple[list[int], Sequence[str]]:
        """Return the numbers of terms whose reading may be so many slips away and begins alike, and these."""
        alike = self._beginning(reading[0], reading[0] + _LAST_CHARACTER)
        found = self.readings.nearly_as_long(reading, slips, alike.start, alike.stop)
        return self.read[found].tolist(), self.readings.some(found)

    def in_group(self, group: int) -> list[int]:
        """Return the numbers of the terms in a synonym group, ascending."""
        first, behind = np.searchsorted(self.groups, (group, group + 1))
        found: list[int] = self.grouped[first:behind].tolist()
        return found

    def _beginning(self, first: str, behind: str) -> slice:
        return slice(self.readings.first_not_below(first), self.readings.first_not_below(behind))


def word_facts(segment: Segment, layer: str, lexicon: Lexicon | None) -> WordFacts:
    """Look up the vocabulary of a layer; kept with the segment. Without a dictionary no fact is known."""

    def compute() -> WordFacts:
        terms: Sequence[str] = segment.layer(layer).terms if lexicon is not None else ()
        words = [lexicon.word(term) if lexicon is not None else Word() for term in terms]
        read = sorted((word.reading, number) for number, word in enumerate(words) if word.reading)
        grouped = sorted(
            (group, number) for number, word in enumerate(words) for group in word.synonym_groups
        )
        return WordFacts(
            readings=PackedStrings.pack(reading for reading, _ in read),
            read=np.array([number for _, number in read], np.int32),
            groups=np.array([group for group, _ in grouped], np.int64),
            grouped=np.array([number for _, number in grouped], np.int32),
        )

    # One that says what it is made of is known again, on disk too; any other is this very object.
    # (Asked for by name: to be compared with a whole Protocol takes as long as a short search.)
    known = getattr(lexicon, "fingerprint", None) or Same(lexicon)
    return segment.memo.get(("word facts", layer, known), compute)


class Similar(NamedTuple):
    """Terms near to a word, the nearest first; of equals the first term.

    Attributes:
        numbers: Shape (n,); term numbers.
        cosines: Shape (n,).
        first: The first of them, at most ``FIRST``, which most searches need and no more.
    """

    numbers: npt.NDArray[np.int32]
    cosines: npt.NDArray[np.float64]
    first: tuple[tuple[int, float], ...]

    def alive(self, live: npt.NDArray[np.bool_] | None) -> tuple[tuple[int, float], ...]:
        """Return the first of the terms that ``live``, shape (n_terms,), is true for; None if for all."""
        if live is None:
            return self.first
        kept = np.flatnonzero(live[self.numbers])[:FIRST]
        return tuple(zip(self.numbers[kept].tolist(), self.cosines[kept].tolist(), strict=True))


@kept_with_segment("term vectors", of_vectors=True)
@dataclass(frozen=True, slots=True)
class TermVectors:
    """Vectors of the terms of a segment's vocabulary that have one.

    Attributes:
        numbers: Shape (n,); the term numbers, ascending.
        rows: Shape (n, dimensions); whole numbers as int8.
        lengths: Shape (n,); lengths of the rows.
        neighbours: Neighbours of words that were looked for, by word and least cosine.
    """

    numbers: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int8]
    lengths: npt.NDArray[np.float64]
    neighbours: BoundedCache[Similar] = field(default_factory=BoundedCache)

    def similar(
        self, words: Sequence[str], vectors: npt.NDArray[np.float32], at_least: float
    ) -> list[Similar]:
        """Return for each word the terms whose cosine is at least that much.

        Whole numbers are added without rounding, so a cosine depends on its two vectors alone.

        Args:
            words: The words that are looked for; their neighbours are kept.
            vectors: Shape (len(words), dimensions); whole numbers.
            at_least: The least cosine.
        """
        found = [self.neighbours.peek((word, at_least)) for word in words]
        missing = [position for position, near in enumerate(found) if near is None]
        fresh = self._similar(vectors[missing], at_least) if missing else []
        for position, near in zip(missing, fresh, strict=True):
            self.neighbours.put((words[position], at_least), near)
        computed = dict(zip(missing, fresh, strict=True))
        return [near if near is not None else computed[position] for position, near in enumerate(found)]

    def _similar(self, vectors: npt.NDArray[np.float32], at_least: float) -> list[Similar]:
        lengths = np.sqrt((vectors * vectors).sum(axis=1).astype(np.float64))
        cosines = np.zeros((len(vectors), len(self.rows)))
        for start in range(0, len(self.rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            products = (vectors @ self.rows[block].astype(np.float32).T).astype(np.float64)
            cosines[:, block] = products / np.maximum(lengths[:, None] * self.lengths[block], 1.0)
        near = []
        for row in cosines:
            places = np.flatnonzero(row >= at_least)
            places = places[np.argsort(-row[places], kind="stable")]
            numbers, best = self.numbers[places].astype(np.int32), row[places]
            first = zip(numbers[:FIRST].tolist(), best[:FIRST].tolist(), strict=True)
            near.append(Similar(numbers, best, tuple(first)))
        return near


def term_vectors(segment: Segment, layer: str, vectors: WordVectors) -> TermVectors:
    """Look up the vectors of the vocabulary of a layer; kept with the segment."""

    def compute() -> TermVectors:
        positions, found = vectors.lookup(segment.layer(layer).terms)
        lengths = np.sqrt((found * found).sum(axis=1).astype(np.float64))
        return TermVectors(positions, found.astype(np.int8), lengths)

    return segment.memo.get(("term vectors", vectors.fingerprint, layer), compute)


def live_parts(snapshot: Snapshot, layer: str) -> Iterator[tuple[Segment, npt.NDArray[np.bool_] | None]]:
    """Yield each segment with a mask of its terms that live documents have; None where all do."""

    def compute() -> list[npt.NDArray[np.bool_] | None]:
        masks = [counts.all > 0 for counts in document_frequencies(snapshot, layer)]
        return [None if mask.all() else mask for mask in masks]

    yield from zip(snapshot.segments, snapshot.memo.get(("live terms", layer), compute), strict=True)
