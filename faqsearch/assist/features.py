"""Evidence that the first hit answers an inquiry, read off the match itself.

Every feature means the same on any base: shares, and a score of a preset whose scores do. The information of
a word is its idf in the base. What the first entry has is read off the index, so that a feature vector costs
about as much as the analysis of the question.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Analyzer
from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.engine import Hit, SearchResult, View
from faqsearch.entry import FaqEntry
from faqsearch.ranking import Query, analyze_query
from faqsearch.ranking.bm25 import lucene_idf
from faqsearch.ranking.context import CONTEXT_WEIGHT
from faqsearch.ranking.expansion import ExpansionKind, expand
from faqsearch.ranking.word_facts import BoundedCache

SCORE: Final = "score"
"""The one feature that depends on the preset: another's scores may be of any size."""

FEATURES: Final[Mapping[str, str]] = {
    "information": "information that question and first entry share, discounted where it is a small share",
    "ngram_overlap": "Dice overlap of the character n-grams of the question and of the entry's best wording",
    "margin": "lead over the runner-up, as a share of the first score, at most one half",
    SCORE: "score of the first entry, as a share of what the weights of question and context allow",
    "context": "1 where the rest of the inquiry helped to rank, 0 where the question is all of it",
}
"""Name of each feature to what it is, in the order of a feature vector."""

_MOST_MARGIN: Final = 0.5
"""A larger lead says no more: where little is found at all, the runner-up is far behind."""

_IN_OTHER_WORDS: Final[Mapping[ExpansionKind, float]] = {
    "owner": 0.9,
    "synonym": 0.3,
    "reading": 0.6,
    "typo": 0.5,
}
"""What counts as the same word, as the shipped presets have it. Words of near meaning are left out: of nearly
everything an entry has something that is near."""

_MOST_WORDINGS: Final = 2_000
"""Entries whose analysed questions are kept with a snapshot: about 20 MB."""

IntArray: TypeAlias = npt.NDArray[np.int32]
Ngrams: TypeAlias = frozenset[str]


@dataclass(frozen=True, slots=True)
class _Wordings:
    """The n-grams of questions by their texts, and the analyzer, so that no other can come to have its id."""

    analyzer: Analyzer
    kept: BoundedCache[tuple[Ngrams, ...]]


class FeatureExtractor:
    """Computes feature vectors against one state of a base."""

    def __init__(self, analyzer: Analyzer, view: View) -> None:
        self._analyzer = analyzer
        self._snapshot = view.snapshot
        self._resources = view.resources
        self._layer = analyzer.layers[0]

    def features(self, result: SearchResult, *, in_context: bool = False) -> tuple[float, ...]:
        """Return one value for each of ``FEATURES``; without a hit, the worst there is.

        Args:
            result: What was found for a question.
            in_context: Whether the question was ranked in the light of the whole inquiry.
        """
        if not result.hits:
            return (0.0,) * len(FEATURES)
        first = result.hits[0]
        query = result.query or analyze_query(self._analyzer, result.text, self._resources)
        shared, total = self._information(query, first.id)
        return (
            shared_information(shared, total),
            self._overlap(query, first.entry),
            _margin(result.hits),
            first.score / (1.0 + CONTEXT_WEIGHT if in_context else 1.0),
            float(in_context),
        )

    def _information(self, query: Query, entry_id: str) -> tuple[float, float]:
        """Return the information of a query's words that an entry has, and of all of them."""
        expanded = expand(self._snapshot, self._layer, query, _IN_OTHER_WORDS)
        document = self._snapshot.number_of(entry_id)
        shared, total = [], []
        for _, group in groupby(expanded.options, key=lambda option: option.asked):
            # Of each word, itself comes first and then what stands for it.
            found = [self._documents(option.layer, option.term) for option in group]
            own = found[0] if len(found[0]) else np.unique(np.concatenate(found))
            idf = lucene_idf(self._snapshot.n_docs, len(own))
            total.append(idf)
            if any(_holds(docs, document) for docs in found):
                shared.append(idf)
        return math.fsum(shared), math.fsum(total)

    def _documents(self, layer: str, term: str) -> IntArray:
        """Return the numbers of the live documents that have a term, ascending."""
        found = [np.zeros(0, np.int32)]
        for offset, segment, live in self._snapshot.parts():
            index = segment.layer(layer)
            number = index.numbers.get(term)
            if number is not None:
                first, last = index.postings.indptr[number : number + 2].tolist()
                docs = index.postings.docs[first:last]
                docs = docs[live[docs]]
                # A document has one posting for each field.
                found.append(docs[np.diff(docs, prepend=np.int32(-1)) > 0] + np.int32(offset))
        return np.concatenate(found)

    def _overlap(self, query: Query, entry: FaqEntry) -> float:
        """Compare the n-grams of a query with those of the wording of the question that is most like it."""
        asked = query.terms(NGRAM_LAYER).keys()
        return max(
            2 * len(asked & known) / (len(asked) + len(known)) if known else 0.0
            for known in self._wordings(entry)
        )

    def _wordings(self, entry: FaqEntry) -> tuple[Ngrams, ...]:
        """Return the n-grams of the question of an entry and of its variants; those used last are kept."""
        wordings = self._snapshot.memo.get(
            ("n-grams of questions", id(self._analyzer)),
            lambda: _Wordings(self._analyzer, BoundedCache(_MOST_WORDINGS)),
        )
        texts = (entry.question, *entry.variants)
        found = wordings.kept.peek(texts)
        if found is None:
            found = tuple(self._ngrams(text) for text in texts)
            wordings.kept.put(texts, found)
        return found

    def _ngrams(self, text: str) -> Ngrams:
        layers = self._analyzer.analyze(text).layers
        return frozenset(layers[NGRAM_LAYER].terms) if NGRAM_LAYER in layers else frozenset()


def shared_information(shared: float, total: float) -> float:
    """Return the square of ln(1 + shared) times the cube root of the share it is of the whole.

    One word in common says little, be it all of the question; many say much, though more was said beside. Of
    the forms tried, out of fold and on the base left out, this has the lowest log loss, and it never falls
    where more is shared.

    Args:
        shared: Sum of the idf of the words that question and entry share.
        total: Sum of the idf of all words of the question.
    """
    return math.log1p(shared) ** 2 * math.cbrt(shared / total) if total else 0.0


def _holds(docs: IntArray, document: int | None) -> bool:
    place = int(np.searchsorted(docs, document)) if document is not None else len(docs)
    return place < len(docs) and int(docs[place]) == document


def _margin(hits: Sequence[Hit]) -> float:
    return min(_MOST_MARGIN, 1.0 - hits[1].score / hits[0].score) if len(hits) > 1 else _MOST_MARGIN
