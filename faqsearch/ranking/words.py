"""The words of a query in one layer: where what they match stands, and what they add to BM25 scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.index import Snapshot
from faqsearch.ranking.accumulate import sum_saturated
from faqsearch.ranking.clauses import Row
from faqsearch.ranking.expansion import ExpandedQuery
from faqsearch.ranking.field_weighting import FieldWeighting, SearchedLayer, by_layer
from faqsearch.ranking.occurrences import Part, locate, occurrences
from faqsearch.ranking.rows import FloatArray, Numbers, find_rows
from faqsearch.ranking.sums import sum_by_key, sum_stretches

SegmentRows: TypeAlias = tuple[list[Row], list[tuple[int, float]]]


class Found(NamedTuple):
    """The options of a query that a segment has.

    Attributes:
        rows: Impacts, its number among them, and what an occurrence counts, for each of these options.
        words: How many there are of each word.
    """

    rows: list[Row]
    words: list[int]


def find_options(
    query: ExpandedQuery, layers: Mapping[str, Sequence[SearchedLayer]], n_segments: int
) -> tuple[list[Found], list[int]]:
    """Look the options of a query up in each segment.

    Args:
        query: The query.
        layers: The layers of its options, for each segment.
        n_segments: Number of segments.

    Returns:
        What each segment has, and the document frequency of each option over all segments.
    """
    n_options = len(query.words) + sum(map(len, query.others))
    frequencies = [0] * n_options
    found = []
    for segment in range(n_segments):
        rows: list[Row] = []
        words: list[int] = []
        position = 0
        own = layers[query.layer][segment]
        impacts, numbers, counts = own.impacts, own.numbers, own.document_frequencies
        for word, others in zip(query.words, query.others, strict=True):
            first = len(rows)
            number = numbers.get(word)
            if number is not None:
                rows.append((impacts, number, 1.0))
                frequencies[position] = counts.item(number)
            position += 1
            for _, term, layer, weight, _ in others:
                of = layers[layer][segment]
                number = of.numbers.get(term)
                if number is not None:
                    rows.append((of.impacts, number, weight))
                    frequencies[position] = of.document_frequencies.item(number)
                position += 1
            words.append(len(rows) - first)
        found.append(Found(rows, words))
    return found, frequencies


class Words(NamedTuple):
    """The words of a query in one layer.

    Attributes:
        snapshot: The entries.
        layer: The layer.
        weighting: What an occurrence in a field counts.
        k1: Saturation of frequencies, above 0.
        query: The n_words words of the query and the n_options terms that they match.
        searched: The layers that were searched, for each segment.
        found: The options that each segment has.
        document_frequencies: Of each option; 0 for unknown terms.
        idf: Of each word: its own or, if no entry has it, that of the rarest of its alternatives.
        worth: Of each word: its contribution is this times its saturated frequency.
    """

    snapshot: Snapshot
    layer: str
    weighting: FieldWeighting
    k1: float
    query: ExpandedQuery
    searched: Sequence[Sequence[SearchedLayer]]
    found: Sequence[Found]
    document_frequencies: Sequence[int]
    idf: Sequence[float]
    worth: Sequence[float]

    def rows(self) -> list[SegmentRows]:
        """Return the rows of each segment, and of how many each word is, and its worth."""
        return [(here.rows, list(zip(here.words, self.worth, strict=True))) for here in self.found]

    def scores(self) -> FloatArray:
        """Add up what the words contribute to every document, shape (n_slots,)."""
        asked, weights = self._options
        worth = np.array(self.worth, np.float64)
        scores = []
        for part in self._parts:
            stretches = [
                (self.weighting.matrix(self.snapshot, part, one.layer), one.numbers, one.asked)
                for one in part.located
            ]
            rows = find_rows(part.offset, part.segment.n_docs, stretches).ordered(asked)
            scores.append(sum_saturated(rows, asked[rows.asked], weights[rows.asked], worth, self.k1))
        return scores[0] if len(scores) == 1 else np.concatenate(scores)

    def in_document(self, doc: int) -> tuple[Numbers, FloatArray]:
        """Return the words that one document matches, in order, and their joined frequencies."""
        part, here = self._where(doc)
        found = occurrences(part, here)
        counted, values = self.weighting.counted(self.snapshot, part, found, here)
        options = found.asked[counted]
        starts = np.flatnonzero(np.diff(options, prepend=-1))
        asked, weights = self._options
        options = options[starts]
        joined = sum_stretches(values, starts) * weights[options]
        return sum_by_key(asked[options], joined, len(self.query.words))

    def in_fields(self, doc: int) -> Iterator[tuple[int, int, int, float]]:
        """Yield the options in a document: which, in which field, how often, and what that counts."""
        part, here = self._where(doc)
        found = occurrences(part, here)
        counted, values = self.weighting.counted(self.snapshot, part, found, here)
        options = found.asked[counted]
        values = values * self._options[1][options]
        columns = (options, found.fields[counted], found.frequencies[counted], values)
        yield from zip(*(column.tolist() for column in columns), strict=True)

    @property
    def _parts(self) -> tuple[Part, ...]:
        """For each segment the options that it has."""
        return locate(self.snapshot, by_layer(self.query.options, self.layer))

    @property
    def _options(self) -> tuple[Numbers, FloatArray]:
        """Shape (n_options,) both; the word of each option, and what an occurrence of it counts."""
        options = self.query.options
        return (
            np.array([option.asked for option in options], np.int64),
            np.array([option.weight for option in options], np.float64),
        )

    def _where(self, doc: int) -> tuple[Part, npt.NDArray[np.int32]]:
        """Return the segment of a document, and its number in it."""
        part = next(part for part in reversed(self._parts) if part.offset <= doc)
        return part, np.array([doc - part.offset], np.int32)
