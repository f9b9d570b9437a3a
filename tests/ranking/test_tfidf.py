"""TF-IDF cosine against scikit-learn and against the formula written out."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from faqsearch.analysis import PlainAnalyzer
from faqsearch.entry import FIELDS, FaqEntry
from faqsearch.errors import SettingsError
from faqsearch.index import Document, Snapshot, analyze_entry, build_snapshot, update_snapshot
from faqsearch.ranking import Query, TfidfRanker, analyze_query

WORDS = PlainAnalyzer(tokenize=str.split, name="words")

texts = st.lists(st.sampled_from("abcdef"), max_size=8)
bases = st.lists(st.dictionaries(st.integers(0, 4), texts.filter(bool), max_size=5), max_size=8)

Base = Sequence[Mapping[int, Sequence[str]]]


def snapshot_of(base: Base) -> Snapshot:
    documents = [
        Document(str(number), {"a": {field: Counter(terms) for field, terms in fields.items()}})
        for number, fields in enumerate(base)
    ]
    return build_snapshot(documents, ["a"])


def query_of(*terms: str) -> Query:
    return Query({"a": Counter(terms)})


def sklearn_scores(corpus: Sequence[Sequence[str]], query: Sequence[str], *, sublinear: bool) -> list[float]:
    vectorizer = TfidfVectorizer(analyzer=list, sublinear_tf=sublinear)
    vectors = vectorizer.fit_transform(corpus)
    return (vectors @ vectorizer.transform([query]).T).toarray().ravel().tolist()


@given(
    st.lists(texts, min_size=1, max_size=12).filter(any),
    st.lists(st.sampled_from("abcdefx"), max_size=8),
    st.booleans(),
)
def test_cosines_equal_those_of_scikit_learn(
    corpus: list[list[str]], query: list[str], sublinear: bool
) -> None:
    ranker = TfidfRanker(fields={"answer": 1.0}, sublinear=sublinear)
    snapshot = snapshot_of([{2: terms} if terms else {} for terms in corpus])

    np.testing.assert_allclose(
        ranker.score(snapshot, query_of(*query)),
        sklearn_scores(corpus, query, sublinear=sublinear),
        rtol=0,
        atol=1e-6,
    )


@pytest.mark.parametrize("sublinear", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_cosines_equal_those_of_scikit_learn_on_a_larger_corpus(seed: int, sublinear: bool) -> None:
    draw = random.Random(seed)
    words = [f"w{number}" for number in range(400)]
    frequency = [1 / (rank + 1) for rank in range(len(words))]
    corpus = [draw.choices(words, frequency, k=draw.randint(0, 60)) for _ in range(300)]
    snapshot = snapshot_of([{0: terms} if terms else {} for terms in corpus])
    ranker = TfidfRanker(fields={"question": 1.0}, sublinear=sublinear)

    for _ in range(10):
        query = [*draw.choices(words, frequency, k=draw.randint(1, 12)), "w0", "w0", "unknown"]
        np.testing.assert_allclose(
            ranker.score(snapshot, query_of(*query)),
            sklearn_scores(corpus, query, sublinear=sublinear),
            rtol=0,
            atol=1e-6,
            err_msg=f"seed {seed}",
        )


def test_cosines_equal_those_of_scikit_learn_for_entries_after_edits() -> None:
    entries = [
        FaqEntry(id=str(number), question=text, answer="x")
        for number, text in enumerate(["返品 の 送料", "送料 は いくら", "会員 に なる"])
    ]
    edited = FaqEntry(id="1", question="送料 と 会員 と 会員", answer="x")
    documents = [analyze_entry(WORDS, entry) for entry in entries]
    snapshot = update_snapshot(build_snapshot(documents, ["a"]), [analyze_entry(WORDS, edited)], ["2"])
    text = "会員 の 送料 の"

    scores = TfidfRanker(fields={"question": 1.0}).score(snapshot, analyze_query(WORDS, text))

    np.testing.assert_allclose(
        [scores[0], scores[3]],
        sklearn_scores([entries[0].question.split(), edited.question.split()], text.split(), sublinear=False),
        rtol=0,
        atol=1e-6,
    )
    assert scores[1:3].tolist() == [0.0, 0.0]


# --- The formula written out


def naive_scores(ranker: TfidfRanker, base: Base, query: Sequence[str]) -> list[float]:
    weights = [ranker.fields.get(field, 0.0) for field in FIELDS]

    def dampened(frequency: float) -> float:
        return 1 + math.log(frequency) if ranker.sublinear and frequency > 1 else frequency

    joined: list[dict[str, float]] = []
    for fields in base:
        found: dict[str, float] = {}
        for field, terms in fields.items():
            for term in terms:
                if weights[field]:
                    found[term] = found.get(term, 0.0) + weights[field]
        joined.append(found)
    df = Counter(term for found in joined for term in found)
    idf = {term: math.log((1 + len(base)) / (1 + count)) + 1 for term, count in df.items()}
    vectors = [{term: dampened(found[term]) * idf[term] for term in found} for found in joined]
    asked = {term: dampened(count) * idf[term] for term, count in Counter(query).items() if term in idf}

    def cosine(vector: Mapping[str, float]) -> float:
        norms = math.hypot(*vector.values()) * math.hypot(*asked.values())
        return sum(vector.get(term, 0.0) * weight for term, weight in asked.items()) / norms if norms else 0.0

    return [cosine(vector) for vector in vectors]


rankers = st.builds(
    TfidfRanker,
    fields=st.dictionaries(st.sampled_from(FIELDS), st.floats(0.01, 10.0), min_size=1),
    sublinear=st.booleans(),
)


@given(rankers, bases, st.lists(st.sampled_from("abcdefx"), max_size=8))
def test_scores_equal_the_formula_written_out(ranker: TfidfRanker, base: Base, query: list[str]) -> None:
    scores = ranker.score(snapshot_of(base), query_of(*query))

    np.testing.assert_allclose(scores, naive_scores(ranker, base, query), rtol=1e-9, atol=1e-12)
    assert (scores >= 0).all()
    assert (scores <= 1 + 1e-12).all()


# --- What users expect


def test_a_document_scores_one_for_its_own_words() -> None:
    scores = TfidfRanker(fields={"question": 1.0}).score(
        snapshot_of([{0: "aab"}, {0: "c"}]), query_of(*"aab")
    )

    assert scores.tolist() == pytest.approx([1.0, 0.0])


def test_fields_are_joined_with_their_weights() -> None:
    # Vectors before idf (equal for both terms): (3, 1) and (1, 3).
    snapshot = snapshot_of([{0: "a", 2: "b"}, {0: "b", 2: "a"}])
    ranker = TfidfRanker(fields={"question": 3.0, "answer": 1.0})

    assert ranker.score(snapshot, query_of("a")).tolist() == pytest.approx(
        [3 / math.sqrt(10), 1 / math.sqrt(10)]
    )


def test_sublinear_frequencies_count_repetition_less() -> None:
    snapshot = snapshot_of([{0: "aaab"}, {0: "ab"}])

    plain = TfidfRanker(fields={"question": 1.0}).score(snapshot, query_of("b")).tolist()
    sublinear = TfidfRanker(fields={"question": 1.0}, sublinear=True).score(snapshot, query_of("b")).tolist()

    assert plain[0] == pytest.approx(1 / math.sqrt(10))
    assert sublinear[0] == pytest.approx(1 / math.hypot(1, 1 + math.log(3)))
    assert plain[1] == sublinear[1] == pytest.approx(1 / math.sqrt(2))


@pytest.mark.parametrize("terms", [(), ("unknown",)])
def test_nothing_known_scores_zero(terms: tuple[str, ...]) -> None:
    ranker = TfidfRanker(fields={"question": 1.0})

    assert ranker.score(snapshot_of([{0: "ab"}, {2: "c"}]), query_of(*terms)).tolist() == [0.0, 0.0]
    assert ranker.score(snapshot_of([]), query_of(*terms)).tolist() == []


def test_a_term_of_an_unsearched_field_is_unknown() -> None:
    snapshot = snapshot_of([{0: "a", 2: "b"}, {0: "b"}])
    ranker = TfidfRanker(fields={"answer": 1.0})

    assert ranker.score(snapshot, query_of("a")).tolist() == [0.0, 0.0]
    assert ranker.score(snapshot, query_of("a", "b")).tolist() == pytest.approx([1.0, 0.0])


# --- Settings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fields": {}}, "fields is empty; give at least one with its weight"),
        ({"fields": {"title": 1.0}}, "fields holds 'title'; allowed are question, variants, answer"),
        ({"fields": {"question": -1}}, "fields.question came as -1; a weight is a number from"),
        ({"layer": 1}, "layer came as 1; give the name of one layer"),
        ({"sublinear": 1}, "sublinear came as 1; it is true or false"),
    ],
)
def test_a_setting_outside_its_range_raises_an_error_that_names_it(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        TfidfRanker(**({"fields": {"question": 1}} | options))  # type: ignore[arg-type]


def test_a_layer_that_the_analyzer_does_not_fill_raises_an_error() -> None:
    ranker = TfidfRanker(fields={"question": 1.0}, layer="ngram")

    with pytest.raises(SettingsError, match="layer 'ngram' is not in the index; the analyzer fills a"):
        ranker.score(snapshot_of([{0: "a"}]), Query({"ngram": Counter("a")}))
