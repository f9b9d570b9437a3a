"""The exhaustive scorer: every formula in numpy, against which every system's answers are checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from _speed.corpus import Corpus

K1: Final = 1.2
B: Final = 0.75
"""Tantivy and FTS5 have these values for good; the others are told."""
OKAPI_EPSILON: Final = 0.25
TOLERANCE: Final = 1e-4
"""Relative; scores are float32 in some systems."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Formula:
    """Which BM25 a system computes.

    Attributes:
        idf: ``lucene``: ln(1 + (N - n + 0.5) / (n + 0.5)). ``fts5``: ln((N - n + 0.5) / (n + 0.5)), and 1e-6
            where that is not above 0. ``okapi``: the same, and a quarter of the mean over all terms where
            it is below 0.
        gain: Whether the term-frequency part is multiplied by k1 + 1, which changes no order.
        rounded: Whether lengths are rounded down to what one byte can say, as Lucene has it.
    """

    idf: Literal["lucene", "fts5", "okapi"] = "lucene"
    gain: bool = True
    rounded: bool = False


LUCENE: Final = Formula()


def byte_lengths() -> npt.NDArray[np.int64]:
    """Return the 256 lengths that one byte says: 0 to 39 as they are, larger ones in three binary places."""
    codes = np.arange(256 - 24)
    shift = (codes >> 3) - 1
    coded = np.where(shift < 0, codes & 7, ((codes & 7) | 8) << np.maximum(shift, 0))
    return np.concatenate([np.arange(24), 24 + coded])


class Oracle:
    """Scores of every document of a corpus for some queries.

    Args:
        corpus: The corpus.
        queries: The only queries it will be asked for.
    """

    def __init__(self, corpus: Corpus, queries: Sequence[Sequence[str]]) -> None:
        self._corpus = corpus
        self._numbers = {word: number for number, word in enumerate(corpus.words)}
        self._lengths = np.diff(corpus.begins)
        asked = {self._numbers[term] for query in queries for term in query if term in self._numbers}
        wanted = np.zeros(len(corpus.words), np.bool_)
        wanted[list(asked)] = True
        places = np.flatnonzero(wanted[corpus.terms])
        docs = np.searchsorted(corpus.begins, places, side="right") - 1
        # Postings by term, then document; a key that occurs twice is a term that stands in a document twice.
        keys = corpus.terms[places].astype(np.int64) * corpus.n_docs + docs
        found, counts = np.unique(keys, return_counts=True)
        self._terms, self._docs = np.divmod(found, max(corpus.n_docs, 1))
        self._counts = counts.astype(np.float64)

    def postings(self, terms: Sequence[str]) -> int:
        """Return how many postings the terms have: what an exhaustive search reads."""
        return sum(len(self._row(term)[0]) for term in terms)

    def scores(self, terms: Sequence[str], formula: Formula) -> Floats:
        """Return the score of every document, shape (n_docs,)."""
        lengths = self._lengths
        if formula.rounded:
            table = byte_lengths()
            lengths = table[np.searchsorted(table, lengths, side="right") - 1]
        norms = K1 * (1 - B + B * lengths / self._lengths.mean())
        total = np.zeros(self._corpus.n_docs)
        for term in terms:
            docs, counts = self._row(term)
            if len(docs):
                gain = K1 + 1 if formula.gain else 1.0
                total[docs] += self._idf(len(docs), formula) * gain * counts / (counts + norms[docs])
        return total

    def _row(self, term: str) -> tuple[npt.NDArray[np.int64], Floats]:
        number = self._numbers.get(term, -1)
        begin, end = np.searchsorted(self._terms, [number, number + 1])
        return self._docs[begin:end], self._counts[begin:end]

    def _idf(self, document_frequency: int, formula: Formula) -> float:
        odds = (self._corpus.n_docs - document_frequency + 0.5) / (document_frequency + 0.5)
        if formula.idf == "lucene":
            return float(np.log1p(odds))
        idf = float(np.log(odds))
        if formula.idf == "fts5":
            return idf if idf > 0 else 1e-6
        return idf if idf >= 0 else OKAPI_EPSILON * self._mean_okapi_idf

    @cached_property
    def _mean_okapi_idf(self) -> float:
        n_docs = self._corpus.n_docs
        docs = np.repeat(np.arange(n_docs), self._lengths)
        pairs = np.unique(self._corpus.terms.astype(np.int64) * n_docs + docs)
        frequencies = np.bincount(pairs // n_docs)
        return float(np.mean(np.log(n_docs - frequencies + 0.5) - np.log(frequencies + 0.5)))


def difference(found: Sequence[tuple[int, float]], scores: Floats, k: int) -> str:
    """Say in what an answer differs from the exhaustive one; empty if it is right.

    Right is: the k best scores, or all above 0, each that of its document, within ``TOLERANCE``. Documents of
    equal score may stand in any order.
    """
    best = np.sort(scores[scores > 0])[::-1][:k]
    answer = [(doc, score) for doc, score in found if score > 0]
    if len(answer) != len(best):
        return f"{len(answer)} documents instead of {len(best)}"
    if len({doc for doc, _ in answer}) < len(answer):
        return "a document stands in the answer twice"
    for rank, ((doc, score), wanted) in enumerate(zip(answer, best.tolist(), strict=True), start=1):
        for right, what in ((float(scores[doc]), "its document has"), (wanted, "the rank has")):
            if abs(score - right) > TOLERANCE * max(abs(right), 1e-9):
                return f"score {score:.6f} at rank {rank}, where {what} {right:.6f}"
    return ""
