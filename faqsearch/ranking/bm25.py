"""BM25 over several fields and layers.

With one field and one layer this is plain BM25 (Robertson & Zaragoza, "The Probabilistic Relevance
Framework: BM25 and Beyond", 2009). With several fields it is their simple BM25F: the frequencies of a term in
the fields, each normalised by its own field length and weighted, are added before they saturate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np

from faqsearch.entry import FIELDS, FieldName
from faqsearch.errors import SettingsError
from faqsearch.index import Snapshot
from faqsearch.ranking import accumulate
from faqsearch.ranking.accumulate import saturation
from faqsearch.ranking.base import Scores
from faqsearch.ranking.checks import check_flag, check_number, check_weights
from faqsearch.ranking.clauses import Clauses, SparseScores
from faqsearch.ranking.expansion import (
    EXPANSION_KINDS,
    ExpandedQuery,
    ExpansionKind,
    Option,
    expand,
    prepare_facts,
    searched_layers,
)
from faqsearch.ranking.explanation import Explanation, scaled, summed
from faqsearch.ranking.field_weighting import FieldWeighting, SearchedLayer, field_weights
from faqsearch.ranking.query import Query
from faqsearch.ranking.resources import Resource, Resources
from faqsearch.ranking.rows import DocNumbers, FloatArray
from faqsearch.ranking.sums import sum_in_order
from faqsearch.ranking.words import SegmentRows, Words, find_options

OKAPI_EPSILON = 0.25
"""rank-bm25's floor for the idf of terms in more than half of the documents, as a share of the mean idf."""
_LayerRows: TypeAlias = tuple[float, Sequence[SegmentRows], Sequence[Sequence[SearchedLayer]]]


def lucene_idf(n_docs: int, document_frequency: int) -> float:
    """Inverse document frequency as Lucene has it: ln(1 + (N - df + 0.5) / (df + 0.5)); never negative."""
    return math.log1p((n_docs - document_frequency + 0.5) / (document_frequency + 0.5))


def okapi_idf(n_docs: int, document_frequency: int) -> float:
    """Robertson-Sparck Jones idf: ln((N - df + 0.5) / (df + 0.5)); negative where df exceeds N / 2."""
    return math.log(n_docs - document_frequency + 0.5) - math.log(document_frequency + 0.5)


def _standing_for(others: Sequence[tuple[Option, int]]) -> int:
    """Return the document frequency that counts for a word that no entry has; 0 if none does.

    Args:
        others: Its alternatives that entries have, by descending weight, and their document frequencies.
    """
    if others and others[0][0].weight == 1.0:
        return others[0][1]  # the word in another shape
    return min([frequency for _, frequency in others], default=0)


@dataclass(frozen=True, slots=True)
class _SparseScores:
    """The scores of a query: those of its words in each layer, weighted.

    Attributes:
        layers: The weight of each layer; for each segment rows, and of how many of them each word is, and its
            worth; and for each segment of each searched layer by how much its impacts may be off.
        k1: Saturation of frequencies.
        scale: What the sum over layers is multiplied by.
    """

    layers: Sequence[_LayerRows]
    k1: float
    scale: float

    def add_to(self, sums: Sequence[Clauses], factor: float) -> None:
        """Add a clause for each word and layer."""
        for weight, segments, searched in self.layers:
            share = weight * self.scale * factor * (self.k1 + 1.0)
            for one, (rows, words) in zip(sums, segments, strict=True):
                one.parts.append((rows, words, share, self.k1))
            for layer in searched:
                for one, here in zip(sums, layer, strict=True):
                    one.widen(here.low, here.high)

    def of_documents(self, docs: Sequence[DocNumbers]) -> FloatArray:
        """Return the scores of some documents of each segment."""
        add = accumulate.kernel.add_saturated_of
        total = np.zeros(sum(map(len, docs)))
        for weight, segments, _ in self.layers:
            first = 0
            for here, (rows, words) in zip(docs, segments, strict=True):
                add(rows, words, self.k1, here, weight, total[first : first + len(here)])
                first += len(here)
        return total if self.scale == 1.0 else total * self.scale


@dataclass(frozen=True, kw_only=True)
class BM25Ranker:
    """BM25 or, over several fields, simple BM25F.

    Attributes:
        fields: Weight of each field, 0.000001 to 1,000,000; fields left out are not searched.
        layers: Weight of each layer, in the same range; scores of layers are added.
        variant: ``lucene`` (non-negative idf; average length over documents that have the field) or
            ``okapi`` (the scores of ``rank_bm25.BM25Okapi``; one field, one layer).
        k1: Saturation of term frequency, above 0 to 1,000,000.
        b: Length normalisation, 0 (none) to 1 (full), for all fields.
        normalized: Divide by the score that a document could at most reach for the query's known terms, which
            brings scores into [0, 1] and makes them comparable to a cosine.
        expand: Weight of each kind of alternative (see ``expansion``), 0.000001 to below 1: a word of the
            query also matches its synonyms, other spellings, slips and words of near meaning, whose
            frequencies, times that weight, are added to its own before they saturate.

    Raises:
        SettingsError: If a value is outside its range.
    """

    fields: Mapping[FieldName, float]
    layers: Mapping[str, float]
    variant: Literal["lucene", "okapi"] = "lucene"
    k1: float = 1.2
    b: float = 0.75
    normalized: bool = False
    expand: Mapping[ExpansionKind, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_weights("fields", self.fields, FIELDS)
        if self.expand != {}:
            check_weights("expand", self.expand, EXPANSION_KINDS)
            if max(self.expand.values()) >= 1:
                raise SettingsError(
                    "expand holds a weight of 1 or more; an alternative must weigh less than 1"
                )
        check_weights("layers", self.layers, None)
        if self.variant not in ("lucene", "okapi"):
            raise SettingsError(f"variant came as {self.variant!r}; allowed are lucene, okapi")
        # Beyond, what a frequency counts could leave the range of the compiled loops.
        check_number("k1", self.k1, "it must be a number above 0, at most 1000000", highest=1e6)
        check_number("b", self.b, "it must be a number from 0 to 1", zero=True, highest=1)
        check_flag("normalized", self.normalized)
        if self.variant == "okapi" and (len(self.fields), len(self.layers)) != (1, 1):
            raise SettingsError("variant okapi takes exactly one field and one layer")
        if self.variant == "okapi" and self.expand:
            raise SettingsError("variant okapi takes no expand")

    @cached_property
    def _weighting(self) -> FieldWeighting:
        return FieldWeighting(self.fields, self.b, lucene=self.variant == "lucene")

    @property
    def requires(self) -> frozenset[Resource]:
        """Word vectors, if words of near meaning are to match."""
        return frozenset({"word_vectors"}) if "near" in self.expand else frozenset()

    def prepare(self, snapshot: Snapshot, resources: Resources) -> None:
        """Look the vocabulary up in dictionary and vectors, so that no search waits for it."""
        for layer in self.layers:
            for name in searched_layers(snapshot, layer) if self.expand else (layer,):
                self._weighting.prepare(snapshot, name)
            prepare_facts(snapshot, layer, resources, self.expand)

    def score(self, snapshot: Snapshot, query: Query) -> Scores:
        """Return BM25 scores, shape (n_slots,)."""
        total = np.zeros(snapshot.n_slots)
        found = self._find(snapshot, query)
        for layer, words in found.items():
            total += self.layers[layer] * words.scores()
        return total * self._scale(found)

    def sparse(self, snapshot: Snapshot, query: Query) -> SparseScores | None:
        """Return the scores as a sum over words; None for okapi, whose words may count below 0."""
        if self.variant == "okapi":
            return None
        found = self._find(snapshot, query, compiled=True)
        layers = [(self.layers[name], words.rows(), words.searched) for name, words in found.items()]
        return _SparseScores(layers, self.k1, self._scale(found))

    def explain(self, snapshot: Snapshot, query: Query, doc: int) -> Explanation:
        """Explain one score: layers, terms, and for each term its idf and its weighted field frequencies."""
        layers = []
        total = 0.0
        found = self._find(snapshot, query)
        for layer, words in found.items():
            terms = self._explain_terms(snapshot, layer, words, doc)
            score = sum_in_order(term.value for term in terms)
            weight = self.layers[layer]
            total += weight * score
            inner = summed(terms, score, f"BM25 of layer {layer}")
            layers.append(scaled(weight, "layer weight", inner, f"weighted BM25 of layer {layer}"))
        sum_of_layers = summed(layers, total, "sum over layers")
        if not self.normalized:
            return sum_of_layers
        scale = self._scale(found)
        return scaled(scale, "1 / highest attainable score", sum_of_layers, "normalised BM25")

    def _find(self, snapshot: Snapshot, query: Query, *, compiled: bool = False) -> dict[str, Words]:
        """Look up what the words of the query match, by layer, and what the compiled loops read of it."""
        return {layer: self._words(snapshot, query, layer, compiled=compiled) for layer in self.layers}

    def _words(self, snapshot: Snapshot, query: Query, layer: str, *, compiled: bool) -> Words:
        expanded = expand(snapshot, layer, query, self.expand)
        names = searched_layers(snapshot, layer) if self.expand else (layer,)
        layers = {name: self._weighting.searched(snapshot, name, compiled=compiled) for name in names}
        found, frequencies = find_options(expanded, layers, len(snapshot.segments))
        idf = self._word_idf(snapshot, layer, expanded, frequencies)
        worth = [count * rarity for count, rarity in zip(expanded.occurrences, idf, strict=True)]
        return Words(
            snapshot,
            layer,
            self._weighting,
            self.k1,
            expanded,
            tuple(layers.values()),
            found,
            frequencies,
            idf,
            worth,
        )

    def _word_idf(
        self, snapshot: Snapshot, layer: str, query: ExpandedQuery, frequencies: Sequence[int]
    ) -> list[float]:
        """Return the idf of each word: its own or, if no entry has it, that of its rarest alternative."""
        found = []
        first = 0
        n_docs, lucene = snapshot.n_docs, self.variant == "lucene"
        for others in query.others:
            frequency = frequencies[first]
            if others and not frequency:
                known = zip(others, frequencies[first + 1 : first + 1 + len(others)], strict=True)
                frequency = _standing_for([(option, count) for option, count in known if count])
            first += 1 + len(others)
            if not frequency:
                found.append(0.0)
            elif lucene:
                found.append(lucene_idf(n_docs, frequency))
            else:
                found.append(self._okapi_idf(snapshot, layer, frequency))
        return found

    def _okapi_idf(self, snapshot: Snapshot, layer: str, document_frequency: int) -> float:
        idf = okapi_idf(snapshot.n_docs, document_frequency)
        return idf if idf >= 0 else OKAPI_EPSILON * self._mean_okapi_idf(snapshot, layer)

    def _mean_okapi_idf(self, snapshot: Snapshot, layer: str) -> float:
        """Mean idf over the vocabulary of the one field, negative values included, as rank-bm25 has it."""

        def compute() -> float:
            vocabulary = {term for segment in snapshot.segments for term in segment.layer(layer).terms}
            postings = snapshot.postings(layer, *vocabulary)
            searched = postings.terms[field_weights(self.fields)[postings.fields] > 0]
            values = [okapi_idf(snapshot.n_docs, df) for df in np.bincount(searched).tolist() if df]
            return math.fsum(values) / len(values)

        return snapshot.memo.get(("mean okapi idf", layer, *self.fields), compute)

    def _scale(self, found: Mapping[str, Words]) -> float:
        if not self.normalized:
            return 1.0
        highest = math.fsum(
            value
            for layer, words in found.items()
            for value in [self.layers[layer] * worth * (self.k1 + 1.0) for worth in words.worth]
            if value > 0  # okapi's floor can be negative; such a term cannot raise a score
        )
        return 1.0 / highest if highest > 0 else 1.0

    def _explain_terms(self, snapshot: Snapshot, layer: str, words: Words, doc: int) -> list[Explanation]:
        """Explain what each word of the query that matches a document contributes."""
        found: dict[int, list[tuple[Option, Explanation]]] = {}
        options = words.query.options
        for position, number, count, value in words.in_fields(doc):
            option, name = options[position], FIELDS[number]
            description = f"weighted, length-normalised frequency in {name} (×{count})"
            if option.kind != "exact":
                description = f"{option.kind} {option.term}, weight {option.weight:.3f}: {description}"
            other = option.term if option.kind != "exact" else None
            leaf = Explanation(value=value, description=description, term=other, field=name)
            found.setdefault(option.asked, []).append((option, leaf))
        which, joined = words.in_document(doc)
        return [
            self._explain_word(snapshot, layer, words, word, tf, found[word])
            for word, tf in zip(which.tolist(), saturation(joined, self.k1).tolist(), strict=True)
        ]

    def _explain_word(
        self,
        snapshot: Snapshot,
        layer: str,
        words: Words,
        which: int,
        tf: float,
        found: Sequence[tuple[Option, Explanation]],
    ) -> Explanation:
        word = words.query.words[which]
        occurrences, idf = float(words.query.occurrences[which]), words.idf[which]
        joined = sum(leaf.value for _, leaf in found)
        # The word itself where it stands in the entry, else the alternative that says most.
        main = max(found, key=lambda item: (item[0].kind == "exact", item[1].value))[0]
        own = words.query.options.index(Option(which, word, layer, 1.0, "exact"))
        in_entries = f"{words.document_frequencies[own]} of {snapshot.n_docs} entries"
        return Explanation(
            value=occurrences * idf * tf,
            description=f"term {word} in layer {layer}",
            operation="product",
            term=main.term,
            asked=word if main.kind != "exact" else None,
            kind=main.kind,
            layer=main.layer,
            details=(
                Explanation(value=occurrences, description="occurrences in the query"),
                Explanation(value=idf, description=f"idf ({in_entries})"),
                summed((leaf for _, leaf in found), joined, "frequency over fields"),
                Explanation(value=tf / joined, description=f"saturation with k1 = {self.k1}"),
            ),
        )
