"""BM25 against figures worked out by hand, against rank-bm25, and against the formula written out."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi

from faqsearch.analysis import PlainAnalyzer
from faqsearch.entry import FIELDS, FaqEntry
from faqsearch.errors import SettingsError
from faqsearch.index import Document, Snapshot, analyze_entry, build_snapshot
from faqsearch.ranking import BM25Ranker, Query, analyze_query
from faqsearch.ranking.bm25 import lucene_idf, okapi_idf, saturation

WORDS = PlainAnalyzer(tokenize=str.split, name="words")
ONE_FIELD = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0})
WEIGHTS = {"question": 3.0, "variants": 2.0, "answer": 1.0, "category": 0.5, "tags": 0.25}

texts = st.lists(st.sampled_from("abcdef"), max_size=8)
base_fields = st.dictionaries(st.integers(0, 4), texts.filter(bool), max_size=5)
bases = st.lists(st.fixed_dictionaries({"a": base_fields, "c": base_fields}), max_size=8)
questions = st.fixed_dictionaries({layer: st.lists(st.sampled_from("abcdefx"), max_size=6) for layer in "ac"})

Base = Sequence[Mapping[str, Mapping[int, Sequence[str]]]]


def snapshot_of(base: Base) -> Snapshot:
    documents = [
        Document(
            str(number),
            {
                layer: {field: Counter(terms) for field, terms in fields.items()}
                for layer, fields in layers.items()
            },
        )
        for number, layers in enumerate(base)
    ]
    return build_snapshot(documents, ("a", "c"))


def questions_of(corpus: Sequence[Sequence[str]]) -> Snapshot:
    """A base whose entries have a question and nothing else."""
    return snapshot_of([{"a": {0: terms} if terms else {}} for terms in corpus])


def query_of(*terms: str) -> Query:
    return Query({"a": Counter(terms)})


# --- By hand


def test_lucene_idf_is_the_published_formula() -> None:
    assert lucene_idf(10, 1) == pytest.approx(math.log(1 + 9.5 / 1.5))
    assert lucene_idf(4, 4) == pytest.approx(math.log(1 + 0.5 / 4.5))


def test_okapi_idf_turns_negative_above_half_of_the_documents() -> None:
    assert okapi_idf(10, 1) == pytest.approx(math.log(9.5 / 1.5))
    assert okapi_idf(10, 5) == 0.0
    assert okapi_idf(10, 6) == pytest.approx(math.log(4.5 / 6.5))


def test_saturation_runs_from_zero_to_k1_plus_one() -> None:
    assert saturation(np.array([0.0, 1.0, 1.2]), 1.2).tolist() == pytest.approx([0.0, 1.0, 1.1])
    assert float(saturation(np.array([1e9]), 1.2)[0]) == pytest.approx(2.2)


def test_a_small_base_scores_as_worked_out_by_hand() -> None:
    # avglen = (3 + 1 + 2) / 3 = 2; N = 3; df(a) = 2, df(c) = 1; k1 = 1.2, b = 0.75.
    snapshot = questions_of(["aab", "c", "ad"])
    idf_a, idf_c = math.log(1 + 1.5 / 2.5), math.log(1 + 2.5 / 1.5)
    long, short, middle = 1.2 * (0.25 + 0.75 * 1.5), 1.2 * (0.25 + 0.75 * 0.5), 1.2

    scores = ONE_FIELD.score(snapshot, query_of("a", "c", "unknown"))

    assert scores.tolist() == pytest.approx(
        [idf_a * 2 * 2.2 / (2 + long), idf_c * 2.2 / (1 + short), idf_a * 2.2 / (1 + middle)], abs=1e-12
    )


def test_fields_are_joined_before_they_saturate() -> None:
    # One document, every field of average length: f = 3 * 1 + 1 * 2 = 5, once through the saturation.
    snapshot = snapshot_of([{"a": {0: "a", 2: "aa"}}])
    ranker = BM25Ranker(fields={"question": 3.0, "answer": 1.0}, layers={"a": 1.0})

    assert ranker.score(snapshot, query_of("a")).tolist() == pytest.approx(
        [math.log(1 + 0.5 / 1.5) * 2.2 * 5 / 6.2]
    )


def test_the_average_length_is_that_of_documents_which_have_the_field() -> None:
    # Two of three have a tag: avglen = (1 + 3) / 2 = 2, not 4 / 3.
    snapshot = snapshot_of([{"a": {4: "a"}}, {"a": {4: "bbb"}}, {"a": {0: "c"}}])
    ranker = BM25Ranker(fields={"tags": 1.0}, layers={"a": 1.0})

    assert float(ranker.score(snapshot, query_of("a"))[0]) == pytest.approx(
        math.log(1 + 2.5 / 1.5) * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 0.5))
    )


def test_layers_are_added_with_their_weights() -> None:
    snapshot = snapshot_of([{"a": {0: "a"}, "c": {0: "xy"}}, {"a": {0: "b"}, "c": {0: "z"}}])
    query = Query({"a": Counter("a"), "c": Counter("x")})

    def score(**layers: float) -> float:
        return float(BM25Ranker(fields={"question": 1.0}, layers=layers).score(snapshot, query)[0])

    assert score(a=1.0) > 0
    assert score(c=1.0) > 0
    assert score(a=2.0, c=0.5) == pytest.approx(2.0 * score(a=1.0) + 0.5 * score(c=1.0))


def test_a_repeated_query_term_counts_as_often_as_it_stands() -> None:
    snapshot = questions_of(["aab", "c", "ad"])

    thrice = ONE_FIELD.score(snapshot, query_of("a", "a", "a"))

    assert thrice.tolist() == pytest.approx((3 * ONE_FIELD.score(snapshot, query_of("a"))).tolist())


@pytest.mark.parametrize("variant", ["lucene", "okapi"])
@pytest.mark.parametrize("terms", [(), ("unknown",)])
def test_nothing_known_scores_zero(variant: str, terms: tuple[str, ...]) -> None:
    ranker = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, variant=variant, normalized=True)

    assert ranker.score(questions_of(["ab", "c"]), query_of(*terms)).tolist() == [0.0, 0.0]
    assert ranker.score(questions_of([]), query_of(*terms)).tolist() == []


def test_fields_without_weight_change_no_score() -> None:
    with_answer = snapshot_of([{"a": {0: "a", 2: "abc"}}, {"a": {0: "b", 2: "aaa"}}, {"a": {0: "c"}}])
    without = snapshot_of([{"a": {0: "a"}}, {"a": {0: "b"}}, {"a": {0: "c"}}])
    query = query_of("a", "b", "c")

    assert ONE_FIELD.score(with_answer, query).tolist() == ONE_FIELD.score(without, query).tolist()


# --- rank-bm25


def okapi_scores(
    corpus: Sequence[Sequence[str]], query: Sequence[str], *, k1: float = 1.5, b: float = 0.75
) -> list[float]:
    ranker = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, variant="okapi", k1=k1, b=b)
    return ranker.score(questions_of(corpus), query_of(*query)).tolist()


@given(
    st.lists(texts, min_size=1, max_size=12).filter(any),
    st.lists(st.sampled_from("abcdefx"), max_size=8),
    st.floats(0.1, 3.0),
    st.floats(0.0, 0.99),  # at 1 rank-bm25 divides 0 by 0 for empty documents
)
def test_okapi_equals_rank_bm25(corpus: list[list[str]], query: list[str], k1: float, b: float) -> None:
    expected = BM25Okapi(corpus, k1=k1, b=b).get_scores(query)

    np.testing.assert_allclose(okapi_scores(corpus, query, k1=k1, b=b), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_okapi_equals_rank_bm25_on_a_larger_corpus(seed: int) -> None:
    draw = random.Random(seed)
    words = [f"w{number}" for number in range(400)]
    frequency = [1 / (rank + 1) for rank in range(len(words))]
    corpus = [draw.choices(words, frequency, k=draw.randint(0, 60)) for _ in range(300)]
    bm25 = BM25Okapi(corpus)
    floored = [word for word, idf in bm25.idf.items() if idf == bm25.epsilon * bm25.average_idf]
    assert "w0" in floored

    for _ in range(20):
        query = [*draw.choices(words, frequency, k=draw.randint(1, 12)), "w0", "w0", "unknown"]
        np.testing.assert_allclose(
            okapi_scores(corpus, query), bm25.get_scores(query), rtol=0, atol=1e-6, err_msg=f"seed {seed}"
        )


def test_okapi_equals_rank_bm25_for_entries_analysed_with_a_plain_tokenizer() -> None:
    entries = [
        FaqEntry(id="1", question="返品 の 送料", answer="x"),
        FaqEntry(id="2", question="送料 は いくら", answer="x"),
        FaqEntry(id="3", question="会員 に なる", answer="x"),
    ]
    snapshot = build_snapshot([analyze_entry(WORDS, entry) for entry in entries], WORDS.layers)
    ranker = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, variant="okapi", k1=1.5)
    text = "送料 は 返品 の 返品"

    np.testing.assert_allclose(
        ranker.score(snapshot, analyze_query(WORDS, text)),
        BM25Okapi([entry.question.split() for entry in entries]).get_scores(text.split()),
        rtol=0,
        atol=1e-6,
    )


def test_a_term_in_most_documents_gets_a_quarter_of_the_mean_idf() -> None:
    # df: a 4 of 5, the others 1 of 5.
    corpus = ["ab", "ac", "ad", "a", "e"]
    mean = (math.log(1.5 / 4.5) + 4 * math.log(4.5 / 1.5)) / 5
    scores = okapi_scores(corpus, "a")

    assert scores[3] == pytest.approx(0.25 * mean * 2.5 / (1 + 1.5 * (0.25 + 0.75 * 1 / 1.6)))
    assert scores[4] == 0.0


# --- The formula written out


def naive_scores(ranker: BM25Ranker, base: Base, query: Mapping[str, Sequence[str]]) -> list[float]:
    """BM25F as Robertson & Zaragoza give it, one document and one term at a time."""

    def average(layer: str, field: int) -> float:
        lengths = [len(document[layer][field]) for document in base if field in document[layer]]
        return sum(lengths) / len(lengths)

    def frequency(layer: str, term: str, document: Mapping[str, Mapping[int, Sequence[str]]]) -> float:
        found = 0.0
        for name, weight in ranker.fields.items():
            terms = document[layer].get(FIELDS.index(name), ())
            if term in terms:
                relative = len(terms) / average(layer, FIELDS.index(name))
                found += weight * list(terms).count(term) / (1 - ranker.b + ranker.b * relative)
        return found

    scores = [0.0] * len(base)
    highest = 0.0
    for layer, weight in ranker.layers.items():
        for term in query[layer]:
            frequencies = [frequency(layer, term, document) for document in base]
            df = sum(found > 0 for found in frequencies)
            if not df:
                continue
            idf = math.log(1 + (len(base) - df + 0.5) / (df + 0.5))
            highest += weight * idf * (ranker.k1 + 1)
            for number, found in enumerate(frequencies):
                scores[number] += weight * idf * found * (ranker.k1 + 1) / (found + ranker.k1)
    return [score / highest if ranker.normalized and highest else score for score in scores]


rankers = st.builds(
    BM25Ranker,
    fields=st.dictionaries(st.sampled_from(FIELDS), st.floats(0.01, 10.0), min_size=1),
    layers=st.dictionaries(st.sampled_from("ac"), st.floats(0.01, 10.0), min_size=1),
    k1=st.floats(0.05, 5.0),
    b=st.floats(0.0, 1.0),
    normalized=st.booleans(),
)


@given(rankers, bases, questions)
def test_scores_equal_the_formula_written_out(
    ranker: BM25Ranker, base: Base, query: dict[str, list[str]]
) -> None:
    scores = ranker.score(snapshot_of(base), Query({layer: Counter(terms) for layer, terms in query.items()}))

    np.testing.assert_allclose(scores, naive_scores(ranker, base, query), rtol=1e-9, atol=1e-12)


@given(rankers, bases, questions)
def test_scores_are_never_negative_and_normalised_ones_at_most_one(
    ranker: BM25Ranker, base: Base, query: dict[str, list[str]]
) -> None:
    scores = ranker.score(snapshot_of(base), Query({layer: Counter(terms) for layer, terms in query.items()}))

    assert (scores >= 0).all()
    if ranker.normalized:
        assert (scores <= 1 + 1e-12).all()


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_lucene_idf_is_positive_and_falls_with_document_frequency(case: tuple[int, int]) -> None:
    n_docs, document_frequency = case

    assert lucene_idf(n_docs, document_frequency) > 0
    assert lucene_idf(n_docs, document_frequency) > lucene_idf(n_docs, document_frequency + 1)


def test_terms_with_a_negative_floor_do_not_lift_normalised_scores_above_one() -> None:
    # Mean and floor are negative here: they lower the first three, and must not lower what is attainable.
    ranker = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, variant="okapi", normalized=True)

    *common, rare = ranker.score(questions_of(["abde", "abde", "abde", "c"]), query_of(*"abcde")).tolist()

    assert max(common) < 0 < rare <= 1


# --- What users expect


def test_a_weightier_field_scores_higher() -> None:
    snapshot = snapshot_of([{"a": {0: "ab", 2: "cd"}}, {"a": {0: "cd", 2: "ab"}}])
    ranker = BM25Ranker(fields=WEIGHTS, layers={"a": 1.0})

    in_question, in_answer = ranker.score(snapshot, query_of("a")).tolist()

    assert in_question > in_answer > 0


def test_more_occurrences_score_higher_at_the_same_length() -> None:
    scores = ONE_FIELD.score(questions_of(["abbb", "aabb", "aaab"]), query_of("a")).tolist()

    assert scores == sorted(scores)
    assert scores[0] < scores[1] < scores[2]


def test_a_longer_document_scores_lower_for_the_same_frequency_unless_b_is_zero() -> None:
    snapshot = questions_of(["a", "ab", "abc"])
    flat = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}, b=0.0)

    first, second, third = ONE_FIELD.score(snapshot, query_of("a")).tolist()

    assert first > second > third
    assert len(set(flat.score(snapshot, query_of("a")).tolist())) == 1


def test_a_rarer_term_scores_higher() -> None:
    scores = ONE_FIELD.score(questions_of(["ax", "by", "bz"]), query_of("a", "b")).tolist()

    assert scores[0] > scores[1] == scores[2] > 0


# --- Settings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fields": {}}, "fields is empty; give at least one with its weight"),
        ({"fields": {"title": 1.0}}, "fields holds 'title'; allowed are question, variants, answer"),
        ({"fields": {"question": 0}}, "fields.question came as 0; a weight is a number from 0.000001"),
        ({"fields": {"question": 1e39}}, r"fields.question came as 1e\+39; .* to 1000000"),
        ({"fields": {"question": 1e-7}}, "fields.question came as 1e-07"),
        ({"fields": {"question": True}}, "fields.question came as True"),
        ({"fields": {"question": "1"}}, "fields.question came as '1'"),
        ({"fields": {"question": math.nan}}, "fields.question came as nan"),
        ({"fields": {"question": math.inf}}, "fields.question came as inf"),
        ({"fields": {"question": 10**400}}, "fields.question came as 1000"),
        ({"fields": 1.0}, "fields came as 1.0; give a table of names and weights"),
        ({"layers": {}}, "layers is empty"),
        ({"layers": {"a": -1.0}}, "layers.a came as -1.0"),
        ({"layers": ["a"]}, r"layers came as \['a'\]; give a table"),
        ({"variant": "plus"}, "variant came as 'plus'; allowed are lucene, okapi"),
        ({"variant": ["okapi"]}, "variant came as"),
        ({"k1": 0.0}, "k1 came as 0.0; it must be a number above 0"),
        ({"k1": math.inf}, "k1 came as inf"),
        ({"k1": 1e40}, r"k1 came as 1e\+40; .* at most 1000000"),
        ({"k1": "1.2"}, "k1 came as '1.2'"),
        ({"b": -0.1}, r"b came as -0.1; it must be a number from 0 to 1"),
        ({"b": 1.1}, "b came as 1.1"),
        ({"b": math.nan}, "b came as nan"),
        ({"normalized": "yes"}, "normalized came as 'yes'; it is true or false"),
        ({"variant": "okapi", "fields": WEIGHTS}, "okapi takes exactly one field and one layer"),
        ({"variant": "okapi", "layers": {"a": 1, "c": 1}}, "okapi takes exactly one field and one layer"),
    ],
)
def test_a_setting_outside_its_range_raises_an_error_that_names_it(
    options: dict[str, object], message: str
) -> None:
    good: dict[str, object] = {"fields": {"question": 1}, "layers": {"a": 1}}
    BM25Ranker(**good)  # type: ignore[arg-type]

    with pytest.raises(SettingsError, match=message):
        BM25Ranker(**(good | options))  # type: ignore[arg-type]


def test_a_layer_that_the_analyzer_does_not_fill_raises_an_error() -> None:
    ranker = BM25Ranker(fields={"question": 1.0}, layers={"ngram": 1.0})

    with pytest.raises(SettingsError, match="layer 'ngram' is not in the index; the analyzer fills a, c"):
        ranker.score(questions_of(["a"]), Query({"ngram": Counter("a")}))
