"""Evidence that the first hit answers an inquiry, read off the match itself.

Every feature is a share or a count that means the same on any base and under any preset; none is a raw score.
The information of a word is its idf in the base (unknown words have the highest).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from faqsearch.analysis import Analyzer
from faqsearch.analysis.ngram import NGRAM_LAYER
from faqsearch.engine import Hit, SearchResult, View
from faqsearch.entry import FaqEntry
from faqsearch.ranking.bm25 import lucene_idf

FEATURES: Final[Mapping[str, str]] = {
    "coverage": "share of the inquiry's information that the first entry has, as it is or in other words",
    "question_match": "share of the information of its best question or variant that the inquiry contains",
    "ngram_overlap": "Dice overlap of the character n-grams of the inquiry and that question",
    "margin": "lead over the runner-up, as a share of the first score",
    "rivals": "number of other hits that score at least 80 % of the first, logarithm of 1 + n",
    "information": "information that inquiry and first entry share, logarithm of 1 + the sum of idf",
}
"""Name of each feature to what it is, in the order of a feature vector."""

_RIVAL_SHARE: Final = 0.8


@dataclass(frozen=True, slots=True)
class _Words:
    """Words and character n-grams of a text, each once."""

    words: frozenset[str]
    ngrams: frozenset[str]


class FeatureExtractor:
    """Computes feature vectors against one state of a base."""

    def __init__(self, analyzer: Analyzer, view: View) -> None:
        self._analyzer = analyzer
        self._snapshot = view.snapshot
        self._layer = analyzer.layers[0]

    def features(self, result: SearchResult) -> tuple[float, ...]:
        """Return one value for each of ``FEATURES``; without a hit, the worst there is."""
        inquiry = self._words(result.text)
        idf = {word: self._idf(word) for word in inquiry.words}
        total = math.fsum(idf.values())
        if not result.hits:
            return (0.0,) * len(FEATURES)
        entry = result.hits[0].entry
        found = self._entry_words(entry) | self._in_other_words(result.hits[0])
        shared = math.fsum(idf[word] for word in inquiry.words & found)
        return (
            shared / total if total else 0.0,
            *self._best_question(inquiry, entry),
            *_lead(result.hits),
            math.log1p(shared),
        )

    def _best_question(self, inquiry: _Words, entry: FaqEntry) -> tuple[float, float]:
        """Compare with the wording of the question, own or variant, that matches best."""
        wordings = (entry.question, *entry.variants)
        return max((self._question_match(inquiry, text) for text in wordings), key=sum)

    def _question_match(self, inquiry: _Words, text: str) -> tuple[float, float]:
        """Compare with one wording of the question: share of it in the inquiry, overlap of n-grams."""
        question = self._words(text)
        idf = {word: self._idf(word) for word in question.words}
        common = math.fsum(idf[word] for word in inquiry.words & question.words)
        total = math.fsum(idf.values())
        n_grams = len(inquiry.ngrams) + len(question.ngrams)
        overlap = 2 * len(inquiry.ngrams & question.ngrams) / n_grams if n_grams else 0.0
        return common / total if total else 0.0, overlap

    def _entry_words(self, entry: FaqEntry) -> frozenset[str]:
        texts = (entry.question, *entry.variants, entry.answer, entry.category, *entry.tags)
        return frozenset(self._analyzer.analyze("\n".join(texts)).layers[self._layer].terms)

    def _in_other_words(self, hit: Hit) -> frozenset[str]:
        """Return words of the inquiry for which the entry has a synonym, another spelling or the right one.

        Words of near meaning are left out: of nearly everything an entry has something that is near.
        """
        return frozenset(
            match.asked
            for match in hit.matches
            if match.layer == self._layer and match.kind != "near" and match.asked is not None
        )

    def _words(self, text: str) -> _Words:
        layers = self._analyzer.analyze(text).layers
        ngrams = layers[NGRAM_LAYER].terms if NGRAM_LAYER in layers else ()
        return _Words(frozenset(layers[self._layer].terms), frozenset(ngrams))

    def _idf(self, word: str) -> float:
        postings = self._snapshot.postings(self._layer, word)
        return lucene_idf(self._snapshot.n_docs, len(set(postings.docs.tolist())))


def _lead(hits: Sequence[Hit]) -> tuple[float, float]:
    first = hits[0].score
    margin = 1.0 - hits[1].score / first if len(hits) > 1 else 1.0
    rivals = sum(hit.score >= _RIVAL_SHARE * first for hit in hits[1:])
    return margin, math.log1p(rivals)
