"""Explanations equal the scores they explain, to the last bit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.entry import FIELDS
from faqsearch.index import Document, Snapshot, build_snapshot, update_snapshot
from faqsearch.ranking import (
    BM25Ranker,
    Explanation,
    FusionRanker,
    Query,
    Ranker,
    TfidfRanker,
    WeightedRanker,
    matches,
)

LAYERS = ("a", "ngram")
FEW = settings(max_examples=25)  # for each of the rankers
TERMS = ("返品", "送料", "a", "b", "c")
ALL_FIELDS = {"question": 3.0, "variants": 0.7, "answer": 1.0, "category": 0.1, "tags": 0.3}
NORMALIZED = BM25Ranker(fields=ALL_FIELDS, layers={"a": 1.0, "ngram": 0.3}, normalized=True)
COSINE = TfidfRanker(fields={"question": 0.7, "answer": 0.1, "tags": 1.3}, layer="ngram", sublinear=True)
FUSION = FusionRanker(
    (
        WeightedRanker(name="bm25", ranker=NORMALIZED, weight=1.1),
        WeightedRanker(name="tfidf", ranker=COSINE, weight=1.5),
    )
)
RANKERS: Mapping[str, Ranker] = {
    "lucene": BM25Ranker(fields=ALL_FIELDS, layers={"a": 1.0, "ngram": 0.3}),
    "normalized": NORMALIZED,
    "some fields": BM25Ranker(fields={"answer": 0.7, "question": 1.3}, layers={"ngram": 0.2}, k1=0.4, b=1.0),
    "okapi": BM25Ranker(fields={"answer": 1.0}, layers={"a": 1.0}, variant="okapi", k1=1.5),
    "cosine": COSINE,
    "all fields": TfidfRanker(fields=ALL_FIELDS),
    "fusion": FUSION,
    "nested": FusionRanker((WeightedRanker(name="inner", ranker=FUSION, weight=0.3),)),
}

counts = st.lists(st.sampled_from(TERMS), min_size=1, max_size=6).map(Counter)
contents = st.fixed_dictionaries(
    {layer: st.dictionaries(st.integers(0, len(FIELDS) - 1), counts, max_size=4) for layer in LAYERS}
)
Contents = Mapping[str, Mapping[int, Counter[str]]]
queries = st.fixed_dictionaries(
    {layer: st.lists(st.sampled_from((*TERMS, "unknown")), max_size=6).map(Counter) for layer in LAYERS}
).map(Query)


def documents(base: Sequence[Contents], first: int = 0) -> list[Document]:
    return [Document(f"id{number}", layers) for number, layers in enumerate(base, start=first)]


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Bases of one or two segments, with and without dead documents."""
    base = build_snapshot(documents(draw(st.lists(contents, min_size=1, max_size=5))), LAYERS)
    if draw(st.booleans()):
        return base
    first = draw(st.integers(0, 5))
    return update_snapshot(
        base,
        documents(draw(st.lists(contents, max_size=3)), first),
        draw(st.sets(st.sampled_from(base.doc_ids), max_size=2)),
    )


def terms_in(snapshot: Snapshot, doc: int, layer: str, fields: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Each term of a document with the searched fields it stands in, in the order of ``FIELDS``."""
    found: dict[str, tuple[str, ...]] = {}
    for term in TERMS:
        postings = snapshot.postings(layer, term)
        numbers = postings.fields[postings.docs == doc]
        names = tuple(FIELDS[number] for number in numbers if FIELDS[number] in fields)
        if names:
            found[term] = names
    return found


@pytest.mark.parametrize("name", RANKERS)
@FEW
@given(snapshot=snapshots(), query=queries)
def test_the_value_of_an_explanation_is_exactly_the_score(
    name: str, snapshot: Snapshot, query: Query
) -> None:
    scores = RANKERS[name].score(snapshot, query)

    for doc in np.flatnonzero(snapshot.live_mask).tolist():
        explanation = RANKERS[name].explain(snapshot, query, doc)
        assert explanation.value == float(scores[doc])
        assert explanation.recomputed() == pytest.approx(explanation.value, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("name", RANKERS)
@FEW
@given(snapshot=snapshots(), query=queries)
def test_every_node_is_the_sum_or_product_of_its_details(name: str, snapshot: Snapshot, query: Query) -> None:
    def check(node: Explanation) -> None:
        if node.operation == "leaf":
            assert node.details == ()
        values = [detail.value for detail in node.details]
        if node.operation == "sum":
            assert node.value == pytest.approx(sum(values), rel=1e-9, abs=1e-12)
        if node.operation == "product":
            assert node.value == pytest.approx(np.prod(values), rel=1e-9, abs=1e-12)
        for detail in node.details:
            check(detail)

    for doc in np.flatnonzero(snapshot.live_mask).tolist():
        check(RANKERS[name].explain(snapshot, query, doc))


@pytest.mark.parametrize("name", RANKERS)
@FEW
@given(snapshot=snapshots(), query=queries)
def test_matches_add_up_to_the_score_largest_first(name: str, snapshot: Snapshot, query: Query) -> None:
    scores = RANKERS[name].score(snapshot, query)

    for doc in np.flatnonzero(snapshot.live_mask).tolist():
        found = matches(RANKERS[name].explain(snapshot, query, doc))
        assert sum(match.value for match in found) == pytest.approx(float(scores[doc]), rel=1e-9, abs=1e-12)
        assert list(found) == sorted(found, key=lambda match: (-match.value, match.layer, match.term))
        assert len({(match.layer, match.term) for match in found}) == len(found)


@pytest.mark.parametrize("name", ["lucene", "some fields", "okapi", "cosine", "all fields"])
@FEW
@given(snapshot=snapshots(), query=queries)
def test_matches_name_the_common_terms_and_the_fields_they_stand_in(
    name: str, snapshot: Snapshot, query: Query
) -> None:
    ranker = RANKERS[name]
    assert isinstance(ranker, BM25Ranker | TfidfRanker)
    layers = [ranker.layer] if isinstance(ranker, TfidfRanker) else list(ranker.layers)

    for doc in np.flatnonzero(snapshot.live_mask).tolist():
        expected = {
            (layer, term): fields
            for layer in layers
            for term, fields in terms_in(snapshot, doc, layer, list(ranker.fields)).items()
            if term in query.terms(layer)
        }
        found = matches(ranker.explain(snapshot, query, doc))
        assert {(match.layer, match.term): match.fields for match in found} == expected


@given(snapshot=snapshots(), query=queries)
def test_a_term_found_by_several_rankers_is_one_match_with_all_its_fields_in_order(
    snapshot: Snapshot, query: Query
) -> None:
    parts = (
        WeightedRanker(
            name="tags", ranker=BM25Ranker(fields={"tags": 1.0}, layers={"ngram": 2.0}), weight=0.5
        ),
        WeightedRanker(
            name="rest",
            ranker=TfidfRanker(fields={"tags": 1.0, "answer": 1.0, "question": 2.0}, layer="ngram"),
            weight=3.0,
        ),
    )
    for doc in np.flatnonzero(snapshot.live_mask).tolist():
        of_parts = [matches(part.ranker.explain(snapshot, query, doc)) for part in parts]
        values: Counter[str] = Counter()
        for part, found in zip(parts, of_parts, strict=True):
            values.update({match.term: part.weight * match.value for match in found})
        fields = {match.term: match.fields for match in of_parts[1]}

        joined = matches(FusionRanker(parts).explain(snapshot, query, doc))

        assert {match.term: match.value for match in joined} == pytest.approx(dict(values))
        assert {match.term: match.fields for match in joined} == fields


@pytest.mark.parametrize("name", RANKERS)
@FEW
@given(snapshot=snapshots(), query=queries)
def test_an_explanation_is_json(name: str, snapshot: Snapshot, query: Query) -> None:
    explanation = (
        RANKERS[name].explain(snapshot, query, int(np.flatnonzero(snapshot.live_mask)[0]))
        if (snapshot.n_docs)
        else Explanation(value=0.0, description="nothing")
    )

    data = json.loads(json.dumps(explanation.to_dict(), allow_nan=False))

    assert data == explanation.to_dict()
    assert data["value"] == explanation.value


def test_an_explanation_says_what_it_is_made_of() -> None:
    snapshot = build_snapshot(
        [
            Document("x", {"a": {0: Counter(["返品"]), 2: Counter(["返品", "返品"])}}),
            Document("y", {"a": {0: Counter(["送料"])}}),
        ],
        ["a"],
    )
    ranker = BM25Ranker(fields={"question": 2.0, "answer": 1.0}, layers={"a": 1.0})

    tree = ranker.explain(snapshot, Query({"a": Counter(["返品", "会員"])}), 0)

    layer = tree.details[0].details[1]
    term = layer.details[0]
    assert (tree.operation, layer.description) == ("sum", "BM25 of layer a")
    assert (term.description, term.term, term.layer) == ("term 返品 in layer a", "返品", "a")
    assert [detail.description for detail in term.details] == [
        "occurrences in the query",
        "idf (1 of 2 entries)",
        "frequency over fields",
        "saturation with k1 = 1.2",
    ]
    assert [(part.field, part.value, part.description) for part in term.details[2].details] == [
        ("question", 2.0, "weighted, length-normalised frequency in question (×1)"),
        ("answer", 2.0, "weighted, length-normalised frequency in answer (×2)"),
    ]


def test_a_document_that_does_not_match_is_explained_with_zero() -> None:
    snapshot = build_snapshot([Document("x", {"a": {0: Counter("a")}, "ngram": {}})], LAYERS)

    for ranker in RANKERS.values():
        explanation = ranker.explain(snapshot, Query({"a": Counter("x")}), 0)
        assert (explanation.value, matches(explanation)) == (0.0, ())


def test_the_plain_form_leaves_out_what_is_absent() -> None:
    leaf = Explanation(value=2.0, description="two", field="answer")
    tree = Explanation(value=2.0, description="all", operation="sum", details=(leaf,), term="t", layer="a")

    assert tree.to_dict() == {
        "value": 2.0,
        "description": "all",
        "term": "t",
        "layer": "a",
        "operation": "sum",
        "details": [{"value": 2.0, "description": "two", "field": "answer"}],
    }
