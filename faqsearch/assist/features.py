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
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Analyzer
from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.assist.conditions import signed
from faqsearch.engine import Hit, SearchResult
from faqsearch.entry import FaqEntry
from faqsearch.ranking import Query, analyze_query
from faqsearch.ranking.bm25 import lucene_idf
from faqsearch.ranking.context import CONTEXT_WEIGHT
from faqsearch.ranking.expansion import ExpansionKind, expand
from faqsearch.ranking.word_facts import BoundedCache
from faqsearch.view import View

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

_MOST_WORDINGS: Final = 8_000
"""Analysed questions and variants that are kept with a snapshot: about 30 MB."""

_MOST_FREQUENCIES: Final = 65_536
"""Terms whose document frequencies are kept with a snapshot."""

IntArray: TypeAlias = npt.NDArray[np.int32]


class Wording(NamedTuple):
    """What a question or variant consists of.

    Attributes:
        words: Its terms of the main layer, those that it denies as ``conditions.signed`` has them.
        ngrams: Its character n-grams.
    """

    words: frozenset[str]
    ngrams: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Wordings:
    """Questions by their texts, and the analyzer, so that no other can come to have its id."""

    analyzer: Analyzer
    kept: BoundedCache[Wording]


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
            options = [(option.layer, option.term) for option in group]
            frequency = self._frequency(*options[0]) or len(self._documents(options))
            idf = lucene_idf(self._snapshot.n_docs, frequency)
            total.append(idf)
            if document is not None and any(
                len(self._snapshot.postings_of(document, layer, term).docs) for layer, term in options
            ):
                shared.append(idf)
        return math.fsum(shared), math.fsum(total)

    def _frequency(self, layer: str, term: str) -> int:
        """Count the live documents that have a term; the terms used last are kept."""
        kept = self._snapshot.memo.get("document frequencies", lambda: BoundedCache[int](_MOST_FREQUENCIES))
        found = kept.peek((layer, term))
        if found is None:
            found = len(self._documents([(layer, term)]))
            kept.put((layer, term), found)
        return found

    def _documents(self, terms: Sequence[tuple[str, str]]) -> IntArray:
        """Return the numbers of the live documents that have one of some terms, given with their layers."""
        return np.unique(np.concatenate([self._snapshot.postings(*term).docs for term in terms]))

    def _overlap(self, query: Query, entry: FaqEntry) -> float:
        """Compare the n-grams of a query with those of the wording of the question that is most like it."""
        asked = query.terms(NGRAM_LAYER).keys()
        known = [self.wording(text).ngrams for text in (entry.question, *entry.variants)]
        return max(2 * len(asked & own) / (len(asked) + len(own)) if own else 0.0 for own in known)

    def wording(self, text: str) -> Wording:
        """Return what the question or a variant of an entry consists of; those used last are kept."""
        wordings = self._snapshot.memo.get(
            ("wordings", id(self._analyzer)),
            lambda: _Wordings(self._analyzer, BoundedCache(_MOST_WORDINGS)),
        )
        found = wordings.kept.peek(text)
        if found is None:
            terms = self._analyzer.analyze(text)
            layers = terms.layers
            ngrams = frozenset(layers[NGRAM_LAYER].terms) if NGRAM_LAYER in layers else frozenset[str]()
            found = Wording(signed(terms, self._layer), ngrams)
            wordings.kept.put(text, found)
        return found


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


def _margin(hits: Sequence[Hit]) -> float:
    # A hit that was preferred to one of a higher score has no lead.
    return min(_MOST_MARGIN, max(0.0, 1.0 - hits[1].score / hits[0].score)) if len(hits) > 1 else _MOST_MARGIN
