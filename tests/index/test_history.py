"""Any history of edits ends in exactly the index, and the scores, of a fresh build."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from faqsearch.analysis import KanaWord as KanaStretch
from faqsearch.analysis import Word
from faqsearch.entry import FIELDS
from faqsearch.index import (
    Document,
    EntryTexts,
    Snapshot,
    build_snapshot,
    document_frequencies,
    field_lengths,
    frequencies,
    merging,
    statistics,
    tiers,
    update_snapshot,
)
from faqsearch.index.merging import merge_segments
from faqsearch.index.segment import build_segment
from faqsearch.index.tiers import Fold
from faqsearch.ranking import (
    BM25Ranker,
    FusionRanker,
    MeaningRanker,
    Query,
    Ranker,
    Resources,
    TfidfRanker,
    WeightedRanker,
)
from faqsearch.ranking.dense import DenseRanker, PassageRanker
from faqsearch.ranking.neighbours import NeighbourRanker
from faqsearch.ranking.query import KanaWord, LongWord
from faqsearch.vectors import StaticWordVectors

LAYERS = ("a", "c", "ngram")
TERMS = ("返品", "送料", "会員", "a", "b", "ソウリョウ", "𠮷", "サーバー")
ALL_FIELDS = {"question": 3.0, "variants": 0.7, "answer": 1.0, "category": 0.1, "tags": 0.3}

LUCENE = BM25Ranker(fields=ALL_FIELDS, layers={"a": 1.0, "ngram": 0.3}, normalized=True)
COSINE = TfidfRanker(fields={"question": 0.7, "answer": 0.1, "tags": 1.3}, layer="ngram", sublinear=True)
EXPANDED = BM25Ranker(
    fields=ALL_FIELDS,
    layers={"a": 1.0, "ngram": 0.3},
    normalized=True,
    expand={"owner": 0.9, "synonym": 0.3, "reading": 0.6, "typo": 0.5, "near": 0.4},
)
MEANING = MeaningRanker(shrinkage=0.4, at_least=0.05)
DENSE = DenseRanker(shrinkage=0.4)
RANKERS: Mapping[str, Ranker] = {
    "lucene": LUCENE,
    "two fields": BM25Ranker(fields={"question": 1.7, "answer": 0.9}, layers={"ngram": 0.2}, b=0.3),
    "okapi": BM25Ranker(fields={"answer": 1.0}, layers={"a": 1.0}, variant="okapi", k1=1.5),
    "cosine": COSINE,
    "all fields": TfidfRanker(fields=ALL_FIELDS),
    "fusion": FusionRanker(
        (
            WeightedRanker(name="bm25", ranker=LUCENE, weight=1.0),
            WeightedRanker(name="tfidf", ranker=COSINE, weight=1.5),
        )
    ),
    "expanded": EXPANDED,
    "meaning": MEANING,
    "dense": DENSE,
    "passages": PassageRanker(shrinkage=0.4),
    "near words": NeighbourRanker(ranker=EXPANDED, vectors=MEANING, weight=0.3, neighbours=3),
    "near texts": NeighbourRanker(ranker=DENSE, vectors=DENSE, weight=0.6, neighbours=2, candidates=5),
}


class Lexicon:
    """Some of the terms are read alike, some are synonyms, and one is in two groups."""

    words = MappingProxyType(
        {
            "返品": Word(reading="ヘンピン", synonym_groups=frozenset({1})),
            "送料": Word(reading="ソウリョウ", synonym_groups=frozenset({1, 2})),
            "会員": Word(reading="カイイン", synonym_groups=frozenset({2})),
            "ソウリョウ": Word(reading="ソウリョウ"),
            "サーバー": Word(reading="サーバー", synonym_groups=frozenset({1})),
        }
    )

    def word(self, term: str) -> Word:
        return self.words.get(term, Word())

    def kana_words(self, text: str) -> list[KanaStretch]:
        raise NotImplementedError


class TextVectors:
    """Random vectors, the same for the same text."""

    fingerprint = "random texts"
    dimensions = 6

    def query(self, text: str) -> npt.NDArray[np.float32]:
        return self.passages((text,))[0]

    def passages(self, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=6) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32).reshape(-1, 6)


SEED = 20_261_122
RESOURCES = Resources(
    lexicon=Lexicon(),
    synonyms={("返品",): (("会員", "b"), ("a",)), ("a", "b"): (("𠮷",),)},
    word_vectors=StaticWordVectors(
        dict(zip(TERMS, np.random.default_rng(SEED).normal(size=(len(TERMS), 3)), strict=True))
    ),
    text_vectors=TextVectors(),
)


def query_of(found: Mapping[str, Mapping[str, float]]) -> Query:
    """A query with all that can be matched in place of its words; the last of them may be cut from kana."""
    words = tuple(found["a"])
    return Query(
        found,
        " ".join(words),
        words,
        kana=(KanaWord("ソウリョウ", 0, 5, words[-2:]), KanaWord("サーパー", 5, 9, words[:1])),
        long=tuple(LongWord(term, words[:2]) for term in found["c"]),
        resources=RESOURCES,
    )


# Every term, each with another weight: an error in any statistic changes some score.
EVERYTHING = query_of({layer: {term: number + 1.0 for number, term in enumerate(TERMS)} for layer in LAYERS})

counts = st.lists(st.sampled_from(TERMS), min_size=1, max_size=6).map(Counter)
layers = st.fixed_dictionaries(
    {layer: st.dictionaries(st.integers(0, len(FIELDS) - 1), counts, max_size=4) for layer in LAYERS}
)
ids = st.integers(0, 14).map(lambda number: f"id{number}")
documents = st.dictionaries(ids, layers, max_size=5).map(
    lambda found: [
        Document(doc_id, content, EntryTexts(str(content["a"].get(0)), (), str(content["a"].get(2))))
        for doc_id, content in found.items()
    ]
)
queries = st.fixed_dictionaries(
    {
        layer: st.lists(st.sampled_from((*TERMS, "unknown", "サーハー")), max_size=5).map(Counter)
        for layer in LAYERS
    }
).map(query_of)

Postings = set[tuple[str, str, int]]


def naive_postings(base: Mapping[str, Document], layer: str, term: str) -> Postings:
    return {
        (document.id, FIELDS[number], found[term])
        for document in base.values()
        for number, found in document.layers[layer].items()
        if term in found
    }


def postings_of(snapshot: Snapshot, layer: str, term: str) -> Postings:
    found = snapshot.postings(layer, term)
    places = list(zip(found.docs.tolist(), found.fields.tolist(), strict=True))
    assert places == sorted(set(places))
    return {
        (snapshot.doc_ids[doc], FIELDS[number], int(frequency))
        for doc, number, frequency in zip(found.docs, found.fields, found.frequencies, strict=True)
    }


def scores_of(snapshot: Snapshot, query: Query) -> dict[str, dict[str, float]]:
    """For each ranker the score of each live document, after checking that dead ones score 0."""
    found = {}
    for name, ranker in RANKERS.items():
        scores = ranker.score(snapshot, query)
        assert scores.shape == (snapshot.n_slots,)
        assert not scores[~snapshot.live_mask].any()
        found[name] = {
            snapshot.doc_ids[number]: float(scores[number]) for number in np.flatnonzero(snapshot.live_mask)
        }
    return found


class History(RuleBasedStateMachine):
    """Edits of a base, followed by a plain dictionary of documents."""

    def __init__(self) -> None:
        super().__init__()
        self.base: dict[str, Document] = {}
        self.past: list[tuple[Snapshot, Query, dict[str, dict[str, float]]]] = []

    def teardown(self) -> None:
        if hasattr(self, "patch"):
            self.patch.undo()
        for snapshot, query, scores in self.past:
            assert scores_of(snapshot, query) == scores
            assert scores_of(Snapshot(snapshot.segments, snapshot.live), query) == scores

    @initialize(start=documents, small=st.sampled_from([0, 1, 3, 2_000]), fold=st.sampled_from([4, 64]))
    def begin(self, start: list[Document], small: int, fold: int) -> None:
        # Merge often: with bases this small the real figures would never be reached.
        self.patch = pytest.MonkeyPatch()
        for name, value in (("_FOLD_AT_LEAST", fold), ("_RATIO", 3), ("_BY_EDITS", 2), ("_SMALL", small)):
            self.patch.setattr(tiers, name, value)
        # Share what did not change even of so few terms, and merge them one after the other.
        for module, name, value in (
            (frequencies, "_SMALL", 0),
            (frequencies, "_TERMS_FOR_A_CHANGE", 2),
            (merging, "_TERMS_AT_A_TIME", 1),
            (merging, "_MOST_TERMS", 3),
            (statistics, "_AT_A_TIME", 1),
        ):
            self.patch.setattr(module, name, value)
        self.base = {document.id: document for document in start}
        self.snapshot = build_snapshot(start, LAYERS)

    @rule(new=documents, removed=st.sets(ids, max_size=4), query=queries)
    def edit(self, new: list[Document], removed: set[str], query: Query) -> None:
        self.past.append((self.snapshot, query, scores_of(self.snapshot, query)))
        self.snapshot = update_snapshot(self.snapshot, new, removed)
        self.base = {key: value for key, value in self.base.items() if key not in removed}
        self.base |= {document.id: document for document in new}

    @rule(meanwhile=st.lists(st.tuples(documents, st.sets(ids, max_size=4)), max_size=3))
    def fold_while_edits_go_on(self, meanwhile: list[tuple[list[Document], set[str]]]) -> None:
        run = tiers.due(self.snapshot)
        if run is None:
            return
        fold = Fold.of(self.snapshot, *run, lambda: None)
        for new, removed in meanwhile:
            self.edit(new, removed, EVERYTHING)
        found = fold.caught_up(self.snapshot)
        assert found is not None
        self.snapshot = found

    @rule()
    def merge_all(self) -> None:
        folded = merge_segments(self.snapshot.segments, self.snapshot.live)
        self.snapshot = Snapshot((folded,), (np.ones(folded.n_docs, np.bool_),))

    @precondition(lambda self: len(self.base) > 2)
    @rule(old=documents, data=st.data())
    def scatter(self, old: list[Document], data: st.DataObject) -> None:
        """The same base in three segments, with outdated documents dead in the first."""
        current = data.draw(st.permutations(list(self.base.values())))
        groups = [old + current[:1], current[1:2], current[2:]]
        dead = np.array([False] * len(old) + [True])
        self.snapshot = Snapshot(
            tuple(build_segment(group, LAYERS) for group in groups),
            (dead, *(np.ones(len(group), np.bool_) for group in groups[1:])),
        )

    @invariant()
    def statistics_are_those_of_the_base(self) -> None:
        snapshot = self.snapshot
        live = {snapshot.doc_ids[number]: int(number) for number in np.flatnonzero(snapshot.live_mask)}
        assert live.keys() == self.base.keys()
        assert snapshot.n_docs == len(self.base)
        assert {doc_id: snapshot.number_of(doc_id) for doc_id in live} == live
        for layer in LAYERS:
            lengths = snapshot.lengths(layer)
            assert int(lengths.sum()) == int(lengths[:, list(live.values())].sum())
            for doc_id, number in live.items():
                fields = self.base[doc_id].layers[layer]
                assert lengths[:, number].tolist() == [fields.get(f, Counter()).total() for f in range(5)]
            for term in (*TERMS, "unknown"):
                assert postings_of(snapshot, layer, term) == naive_postings(self.base, layer, term)

    @invariant()
    def statistics_are_those_of_a_first_count(self) -> None:
        afresh = Snapshot(self.snapshot.segments, self.snapshot.live)
        for layer in LAYERS:
            for fields in (FIELDS, ("question", "tags"), ("answer",)):
                found, counted = (document_frequencies(one, layer, fields) for one in (self.snapshot, afresh))
                assert [counts.tolist() for counts in found] == [counts.tolist() for counts in counted]
                for segment, counts in zip(afresh.segments, counted, strict=True):
                    for term, count in zip(segment.layer(layer).terms, counts.tolist(), strict=True):
                        naive = naive_postings(self.base, layer, term)
                        assert count == len({doc for doc, field, _ in naive if field in fields})
            lengths = [
                [document.layers[layer].get(number, Counter()).total() for number in range(len(FIELDS))]
                for document in self.base.values()
            ]
            found = field_lengths(self.snapshot, layer)
            assert found.totals.tolist() == np.sum(lengths or [[0] * 5], axis=0).tolist()
            assert found.counts.tolist() == np.count_nonzero(lengths or [[0] * 5], axis=0).tolist()

    @invariant()
    def scores_are_those_of_a_fresh_build(self) -> None:
        fresh = build_snapshot(sorted(self.base.values(), key=lambda document: document.id), LAYERS)
        assert scores_of(self.snapshot, EVERYTHING) == scores_of(fresh, EVERYTHING)

    @rule(query=queries, data=st.data())
    def the_order_of_a_fresh_build_changes_no_score(self, query: Query, data: st.DataObject) -> None:
        in_any_order = data.draw(st.permutations(list(self.base.values())))
        assert scores_of(self.snapshot, query) == scores_of(build_snapshot(in_any_order, LAYERS), query)


TestHistory = History.TestCase
TestHistory.settings = settings(stateful_step_count=12, deadline=None)
