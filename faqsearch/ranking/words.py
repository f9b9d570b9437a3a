"""The words of a query in one layer: where what they match stands, and what they add to BM25 scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faqsearch.index import Snapshot
from faqsearch.ranking.accumulate import saturation, sum_saturated
from faqsearch.ranking.clauses import Clauses
from faqsearch.ranking.expansion import ExpandedQuery
from faqsearch.ranking.field_weighting import FieldWeighting
from faqsearch.ranking.occurrences import Part, occurrences
from faqsearch.ranking.rows import FloatArray, Numbers, find_rows
from faqsearch.ranking.sums import sum_by_document, sum_by_key


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a query in one layer.

    Attributes:
        snapshot: The entries.
        layer: The layer.
        weighting: What an occurrence in a field counts.
        k1: Saturation of frequencies, above 0.
        query: The n_terms words of the query and the n_options terms that they match.
        parts: For each segment the options that it has.
        asked: Shape (n_options,); the word of each option.
        weights: Shape (n_options,); what an occurrence counts.
        occurrences: Shape (n_terms,); how often each word stands in the query.
        document_frequencies: Shape (n_options,); 0 for unknown terms.
        idf: Shape (n_terms,); of the word itself or, if no entry has it, of the rarest of its alternatives.
    """

    snapshot: Snapshot
    layer: str
    weighting: FieldWeighting
    k1: float
    query: ExpandedQuery
    parts: tuple[Part, ...]
    asked: Numbers
    weights: FloatArray
    occurrences: FloatArray
    document_frequencies: Numbers
    idf: FloatArray

    @property
    def worth(self) -> FloatArray:
        """Shape (n_terms,); the contribution of each word is this times its saturated frequency."""
        worth: FloatArray = self.occurrences * self.idf
        return worth

    def scores(self) -> FloatArray:
        """Add up what the words contribute to every document, shape (n_slots,)."""
        scores = []
        for part in self.parts:
            stretches = [
                (self.weighting.matrix(self.snapshot, part, one.layer), one.numbers, one.asked)
                for one in part.located
            ]
            rows = find_rows(part.offset, part.segment.n_docs, stretches).ordered(self.asked)
            words, weights = self.asked[rows.asked], self.weights[rows.asked]
            scores.append(sum_saturated(rows, words, weights, self.worth, self.k1))
        return scores[0] if len(scores) == 1 else np.concatenate(scores)

    def of_documents(self, docs: Numbers) -> FloatArray:
        """Return what they contribute to some documents, given in ascending order; the same numbers."""
        scores = np.zeros(len(docs))
        for part in self.parts:
            own, here = part.own(docs)
            if len(here):
                which, found, joined = self._joined(part, here)
                values = self.worth[which] * saturation(joined, self.k1)
                scores[own] = sum_by_document(found, values, len(here))
        return scores

    def in_document(self, doc: int) -> tuple[Numbers, FloatArray]:
        """Return the words that one document matches, in order, and their joined frequencies."""
        part, here = self._where(doc)
        which, _, joined = self._joined(part, here)
        return which, joined

    def in_fields(self, doc: int) -> Iterator[tuple[int, int, int, float]]:
        """Yield the options in a document: which, in which field, how often, and what that counts."""
        part, here = self._where(doc)
        found = occurrences(part, here, self.asked)
        counted, values = self.weighting.counted(self.snapshot, part, found, here)
        options = found.asked[counted]
        columns = (options, found.fields[counted], found.frequencies[counted], values * self.weights[options])
        yield from zip(*(column.tolist() for column in columns), strict=True)

    def _where(self, doc: int) -> tuple[Part, npt.NDArray[np.int32]]:
        """Return the segment of a document, and its number in it."""
        part = next(part for part in reversed(self.parts) if part.offset <= doc)
        return part, np.array([doc - part.offset], np.int32)

    def clauses(self) -> tuple[Clauses, ...]:
        """Return a clause for each word, for each segment."""
        return tuple(self._clauses(part) for part in self.parts)

    def _clauses(self, part: Part) -> Clauses:
        rough = [self.weighting.rough(self.snapshot, part, one.layer) for one in part.located]
        stretches = [(one.impacts, at.numbers, at.asked) for one, at in zip(rough, part.located, strict=True)]
        rows = find_rows(part.offset, part.segment.n_docs, stretches).ordered(self.asked)
        firsts = np.flatnonzero(np.diff(self.asked[rows.asked], prepend=-1))
        return Clauses(
            rows=rows,
            weights=self.weights[rows.asked],
            firsts=np.append(firsts, len(rows.asked)),
            worth=self.worth[self.asked[rows.asked[firsts]]] * (self.k1 + 1.0),
            k1=np.full(len(firsts), self.k1),
            low=min(one.low for one in rough),
            high=max(one.high for one in rough),
        )

    def _joined(
        self, part: Part, docs: npt.NDArray[np.int32]
    ) -> tuple[Numbers, npt.NDArray[np.int32], FloatArray]:
        """Return words, positions of documents, and joined frequencies, by word, then document."""
        found = occurrences(part, docs, self.asked)
        counted, values = self.weighting.counted(self.snapshot, part, found, docs)
        options, positions = found.asked[counted], found.docs[counted]
        starts = np.flatnonzero(np.diff(options, prepend=-1) | np.diff(positions, prepend=-1))
        joined = np.add.reduceat(values, starts) if len(starts) else values
        options, positions = options[starts], positions[starts]
        keys = self.asked[options] * len(docs) + positions
        pairs, sums = sum_by_key(keys, joined * self.weights[options], len(self.query.words) * len(docs))
        which, where = np.divmod(pairs, len(docs))
        return which, where.astype(np.int32), sums
