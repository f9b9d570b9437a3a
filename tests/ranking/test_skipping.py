"""The best documents found by skipping are those of scoring everything, to the last bit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.index import Document, Snapshot, build_snapshot, frequencies, private_layer, update_snapshot
from faqsearch.ranking import (
    BM25Ranker,
    ConfirmedRanker,
    FusionRanker,
    Query,
    Ranker,
    Resources,
    TfidfRanker,
    WeightedRanker,
    accumulate,
    segment_vectors,
    top_documents,
)


@pytest.fixture(autouse=True, scope="module")
def shared_counts() -> Iterator[None]:
    """Let few terms count as many, of which those that an edit does not change are shared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frequencies, "_SMALL", 0)
        patch.setattr(frequencies, "_TERMS_FOR_A_CHANGE", 2)
        patch.setattr(segment_vectors, "_MOST_SHIFT", 0.5)  # a document more is much where there are few
        yield


LAYERS = ("a", "b", "c", private_layer("a"))
FIELDS = {"question": 3.0, "variants": 0.7, "answer": 1.0}
BM25 = BM25Ranker(fields=FIELDS, layers={"a": 1.0})
TFIDF = TfidfRanker(fields={"question": 0.3, "answer": 1.7, "tags": 0.1}, layer="b", sublinear=True)
ALL = FusionRanker(
    (
        WeightedRanker(
            name="words",
            ranker=BM25Ranker(
                fields=FIELDS, layers={"a": 0.7, "b": 0.3}, normalized=True, expand={"owner": 0.9}
            ),
            weight=1.1,
        ),
        WeightedRanker(name="pieces", ranker=TFIDF, weight=1.5),
        WeightedRanker(name="confirmed", ranker=ConfirmedRanker(), weight=0.3),
    )
)
RANKERS = {
    "one field": BM25Ranker(fields={"answer": 1.0}, layers={"a": 1.0}),
    "fields": BM25,
    "no lengths": BM25Ranker(fields=FIELDS, layers={"a": 0.3, "b": 1.9}, b=0.0, k1=0.4),
    "full lengths": BM25Ranker(fields=FIELDS, layers={"b": 0.3}, b=1.0, normalized=True),
    "cosine": TFIDF,
    "all": ALL,
    "okapi": BM25Ranker(fields={"answer": 1.0}, layers={"a": 1.0}, variant="okapi"),
}

Terms = Mapping[str, Mapping[int, Sequence[str]]]

words = st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=6)
texts = st.dictionaries(st.integers(0, 4), words, max_size=3)
taught = st.dictionaries(st.just(0), words.map(set).map(sorted), max_size=1)  # each word once, in one field
entries = st.fixed_dictionaries({"a": texts, "b": texts, "c": texts, private_layer("a"): taught})
edits = st.lists(st.dictionaries(st.integers(0, 12), st.none() | entries, max_size=4), max_size=4)
bases = st.lists(entries, min_size=1, max_size=12)
queries = st.lists(st.sampled_from("uvwxyz!"), max_size=6)


def document(number: int, terms: Terms) -> Document:
    layers = {
        layer: {field: Counter(terms_of) for field, terms_of in fields.items()}
        for layer, fields in terms.items()
    }
    return Document(f"d{number:02d}", layers)


def edited(snapshot: Snapshot, edit: Mapping[int, Terms | None]) -> Snapshot:
    new = [document(number, terms) for number, terms in edit.items() if terms is not None]
    gone = [f"d{number:02d}" for number, terms in edit.items() if terms is None]
    return update_snapshot(snapshot, new, gone)


def query_of(terms: Sequence[str]) -> Query:
    synonyms = {("u",): (("v",), ("x", "y")), ("w",): (("z",),)}
    counted = Counter(terms)
    return Query(
        {"a": counted, "b": counted, "c": counted},
        sequence=tuple(terms),
        resources=Resources(synonyms=synonyms),
    )


def best_by_scoring_all(
    ranker: Ranker, snapshot: Snapshot, query: Query, k: int, passes: np.ndarray
) -> list[tuple[str, float]]:
    scores = ranker.score(snapshot, query)
    found = np.flatnonzero((scores > 0) & passes).tolist()
    order = sorted(found, key=lambda doc: (-scores[doc], snapshot.doc_ids[doc]))
    return [(snapshot.doc_ids[doc], float(scores[doc])) for doc in order[:k]]


@pytest.mark.parametrize("name", RANKERS)
@given(base=bases, changes=edits, terms=queries, k=st.integers(1, 5), chosen=st.integers(0, 2**16))
def test_the_best_are_those_of_scoring_all_after_any_edits(
    name: str,
    base: Sequence[Terms],
    changes: Sequence[Mapping[int, Terms | None]],
    terms: Sequence[str],
    k: int,
    chosen: int,
) -> None:
    ranker = RANKERS[name]
    query = query_of(terms)
    snapshot = build_snapshot([document(number, one) for number, one in enumerate(base)], LAYERS)
    top_documents(ranker, snapshot, query, k)  # what skips refers to this state
    for change in changes:
        snapshot = edited(snapshot, change)
        some = snapshot.live_mask & np.array([chosen >> doc & 1 for doc in range(snapshot.n_slots)], np.bool_)
        for passes in (None, some):
            live = snapshot.live_mask if passes is None else passes
            expected = best_by_scoring_all(ranker, snapshot, query, k, live)
            best = top_documents(ranker, snapshot, query, k, passes)
            named = [snapshot.doc_ids[doc] for doc in best.docs]
            assert list(zip(named, best.scores, strict=True)) == expected
            assert best.count() == np.count_nonzero((ranker.score(snapshot, query) > 0) & live)
            explained = [ranker.explain(snapshot, query, doc).value for doc in best.docs]
            assert explained == list(best.scores)


@pytest.mark.parametrize("name", RANKERS)
@given(base=bases, changes=edits, terms=queries)
def test_scores_are_the_same_without_the_extension(
    name: str, base: Sequence[Terms], changes: Sequence[Mapping[int, Terms | None]], terms: Sequence[str]
) -> None:
    ranker, query = RANKERS[name], query_of(terms)
    snapshot = build_snapshot([document(number, one) for number, one in enumerate(base)], LAYERS)
    for change in changes:
        snapshot = edited(snapshot, change)
    best = top_documents(ranker, snapshot, query, 4)
    again = Snapshot(snapshot.segments, snapshot.live)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accumulate, "kernel", None)
        ranker.prepare(again, query.resources)
        plain = top_documents(ranker, again, query, 4)
    assert (plain.docs, plain.scores, plain.count()) == (best.docs, best.scores, best.count())


def test_documents_of_many_windows_are_all_looked_at() -> None:
    chance = np.random.default_rng(7)
    chosen = chance.choice(list("uvwxyz"), p=[0.5, 0.25, 0.12, 0.08, 0.04, 0.01], size=(20_000, 4)).tolist()
    documents = [
        Document(f"d{number:05d}", {layer: {2: Counter(terms + terms[: number % 3])} for layer in "ab"})
        for number, terms in enumerate(chosen)
    ]
    snapshot = build_snapshot(documents, LAYERS)
    for ranker in (BM25, RANKERS["one field"], TFIDF, ALL):
        for terms in (["z", "u"], ["u", "v"], ["y", "x", "w", "u", "u"], ["z"]):
            query = query_of(terms)
            expected = best_by_scoring_all(ranker, snapshot, query, 10, snapshot.live_mask)
            best = top_documents(ranker, snapshot, query, 10)
            assert [snapshot.doc_ids[doc] for doc in best.docs] == [doc_id for doc_id, _ in expected]
            assert list(best.scores) == [score for _, score in expected]


@pytest.mark.parametrize("most", [255, 256, 65_536])
def test_a_word_may_stand_in_a_text_as_often_as_it_likes(most: int) -> None:
    counts = [1, most, 2, most - 1, 7, most // 2]
    contents = [{layer: {2: Counter(u=count, v=3)} for layer in LAYERS} for count in counts]
    contents.append({layer: {0: Counter(u=most), 2: Counter(v=3)} for layer in LAYERS})
    snapshot = build_snapshot([Document(f"d{n}", one) for n, one in enumerate(contents)], LAYERS)
    for edit in ([], [Document("d8", {"b": {2: Counter(u=2 * most)}})]):
        snapshot = update_snapshot(snapshot, edit, ["d2"] if edit else [])
        for ranker in (TFIDF, BM25, ALL):
            expected = best_by_scoring_all(ranker, snapshot, query_of(["u"]), 9, snapshot.live_mask)
            best = top_documents(ranker, snapshot, query_of(["u"]), 9)
            assert [snapshot.doc_ids[doc] for doc in best.docs] == [doc_id for doc_id, _ in expected]
            assert list(best.scores) == [score for _, score in expected]
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(accumulate, "kernel", None)
                again = Snapshot(snapshot.segments, snapshot.live)
                assert top_documents(ranker, again, query_of(["u"]), 9).scores == best.scores


@pytest.mark.parametrize("at_once", [1, 7])
def test_documents_may_go_until_none_is_left(at_once: int) -> None:
    contents = [{layer: {2: [f"own{n}", *"uvw"[: n % 3 + 1]]} for layer in LAYERS} for n in range(30)]
    for ranker in (TFIDF, BM25, ALL):
        snapshot = build_snapshot([document(number, one) for number, one in enumerate(contents)], LAYERS)
        for first in range(0, 30, at_once):
            query = query_of(["u", "w", "own29"])
            expected = best_by_scoring_all(ranker, snapshot, query, 5, snapshot.live_mask)
            best = top_documents(ranker, snapshot, query, 5)
            assert [snapshot.doc_ids[doc] for doc in best.docs] == [doc_id for doc_id, _ in expected]
            assert list(best.scores) == [score for _, score in expected]
            snapshot = edited(snapshot, dict.fromkeys(range(first, min(first + at_once, 30))))
        assert top_documents(ranker, snapshot, query_of(["u", "w"]), 5).docs == ()


def test_more_documents_with_the_best_score_than_there_is_room_for_are_ordered_by_id() -> None:
    documents = [
        Document(f"d{(number * 7919) % 5000:04d}", {"a": {2: Counter("uv")}}) for number in range(5000)
    ]
    snapshot = build_snapshot(documents, LAYERS)
    best = top_documents(BM25, snapshot, query_of(["u", "v"]), 3)
    assert [snapshot.doc_ids[doc] for doc in best.docs] == ["d0000", "d0001", "d0002"]
    assert best.count() == 5000


def test_a_view_from_before_an_edit_is_searched_as_before_whoever_asks_first() -> None:
    only = {layer: {2: ["z", "z"]} for layer in LAYERS}
    others = [{layer: {2: ["u", "v"]} for layer in LAYERS} for _ in range(5)]
    for ranker in (TFIDF, BM25, ALL):
        before = build_snapshot([document(number, one) for number, one in enumerate([only, *others])], LAYERS)
        after = edited(before, {0: None})
        assert top_documents(ranker, after, query_of(["z"]), 5).docs == ()  # the first to ask
        expected = best_by_scoring_all(ranker, before, query_of(["z", "u"]), 5, before.live_mask)
        best = top_documents(ranker, before, query_of(["z", "u"]), 5)
        assert [
            (before.doc_ids[doc], score) for doc, score in zip(best.docs, best.scores, strict=True)
        ] == expected
        assert expected[0][0] == "d00"
