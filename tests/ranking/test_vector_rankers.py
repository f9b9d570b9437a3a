"""Spaces, vectors of entries, meaning, dense vectors and neighbours against formulas written out."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.analysis import KanaWord, Word
from faqsearch.errors import SettingsError
from faqsearch.index import (
    Document,
    EntryTexts,
    Snapshot,
    build_snapshot,
    document_frequencies,
    update_snapshot,
)
from faqsearch.ranking import BM25Ranker, MeaningRanker, Query, Resources
from faqsearch.ranking.dense import DenseRanker, PassageRanker, entry_passages
from faqsearch.ranking.entry_vectors import EntryVectors, FieldVectors, entry_vectors
from faqsearch.ranking.neighbours import NeighbourRanker
from faqsearch.ranking.space import (
    LEAST_PAIRS,
    SAMPLE,
    Space,
    Vectors,
    learn_space,
    sample,
    sample_keys,
    unit,
)
from faqsearch.ranking.sums import sum_by_key
from faqsearch.ranking.word_facts import BoundedCache, term_vectors, word_facts
from faqsearch.vectors import StaticWordVectors
from faqsearch.vectors.quantize import quantize

FloatArray = npt.NDArray[np.float64]
SEED = 20_261_122


def random(*shape: int, seed: int = SEED) -> Vectors:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


# --- The space


def naive_space(
    questions: FloatArray, answers: FloatArray, shrinkage: float
) -> tuple[FloatArray, FloatArray]:
    """Centre, and the matrix that whitens the shrunk covariance of question minus answer."""
    q = np.array([row / np.linalg.norm(row) for row in questions])
    a = np.array([row / np.linalg.norm(row) for row in answers])
    centre = (q.sum(axis=0) + a.sum(axis=0)) / (2 * len(q))
    within = np.zeros((q.shape[1], q.shape[1]))
    for one, other in zip(q - centre, a - centre, strict=True):
        difference = one / np.linalg.norm(one) - other / np.linalg.norm(other)
        within += np.outer(difference, difference) / len(q)
    within /= np.trace(within) / len(within)
    shrunk = (1 - shrinkage) * within + shrinkage * np.eye(len(within))
    values, vectors = np.linalg.eig(np.linalg.inv(shrunk))
    return centre, np.real(vectors @ np.diag(np.sqrt(values)) @ np.linalg.inv(vectors))


@pytest.mark.parametrize("shrinkage", [0.1, 0.5, 1.0])
def test_a_space_is_the_formula_written_out(shrinkage: float) -> None:
    questions, answers = random(40, 5), random(40, 5, seed=2) + 1.0

    space = learn_space(questions, answers, shrinkage)
    centre, transform = naive_space(questions, answers, shrinkage)

    np.testing.assert_allclose(space.centre, centre, atol=1e-6)
    np.testing.assert_allclose(space.transform, transform, atol=1e-5)
    row = random(5, seed=3)
    centred = row / np.linalg.norm(row) - centre
    expected = centred / np.linalg.norm(centred) @ transform
    np.testing.assert_allclose(space.project(row[None])[0], expected / np.linalg.norm(expected), atol=1e-5)


def test_whitening_makes_the_differences_of_pairs_alike_in_all_directions() -> None:
    questions = random(4000, 3)
    answers = questions + random(4000, 3, seed=2) * [1.0, 0.1, 0.1]
    plain, adapted = (learn_space(questions, answers, shrinkage) for shrinkage in (1.0, 0.01))

    def spread(matrix: FloatArray) -> float:
        centred = unit(unit(questions) - plain.centre) - unit(unit(answers) - plain.centre)
        values = np.linalg.eigvalsh(np.cov((centred @ matrix).T))
        return float(values[-1] / values[0])

    assert spread(plain.transform) > 3
    assert spread(adapted.transform) < 1.2


def test_of_few_pairs_nothing_is_learned() -> None:
    few = LEAST_PAIRS - 1
    space = learn_space(random(few, 4), random(few, 4, seed=2), 0.5)

    assert not space.centre.any()
    assert space.transform.tolist() == np.eye(4).tolist()


def test_pairs_that_lack_a_vector_are_left_out() -> None:
    questions, answers = random(20, 4), random(20, 4, seed=2)
    with_gaps = learn_space(
        np.vstack([questions, np.zeros((3, 4)), random(2, 4)]),
        np.vstack([answers, random(3, 4), np.zeros((2, 4))]),
        0.5,
    )

    np.testing.assert_allclose(with_gaps.transform, learn_space(questions, answers, 0.5).transform, atol=1e-6)


def test_questions_that_equal_their_answers_leave_only_the_centre() -> None:
    rows = random(10, 3)
    space = learn_space(rows, rows, 0.5)

    assert space.transform.tolist() == np.eye(3).tolist()
    np.testing.assert_allclose(space.centre, unit(rows).mean(axis=0))


def test_a_vector_of_zeros_stays_one() -> None:
    space = learn_space(random(10, 3), random(10, 3, seed=2), 0.5)

    assert space.project(np.zeros((1, 3))).tolist() == [[0.0, 0.0, 0.0]]
    assert np.linalg.norm(space.project(random(4, 3)), axis=1).tolist() == pytest.approx([1.0] * 4)


@given(st.sets(st.text(max_size=4), max_size=30), st.integers(0, 40), st.randoms())
def test_a_sample_depends_on_the_set_of_ids_alone(ids: set[str], most: int, order: object) -> None:
    one, other = sorted(ids), sorted(ids)
    order.shuffle(other)  # type: ignore[attr-defined]

    chosen = [one[number] for number in sample(sample_keys(one), most)]

    assert chosen == [other[number] for number in sample(sample_keys(other), most)]
    assert len(set(chosen)) == min(len(ids), most)


def test_adding_an_entry_changes_at_most_one_of_a_sample() -> None:
    ids = [f"id{number}" for number in range(100)]
    before = {ids[number] for number in sample(sample_keys(ids), 20)}
    ids.append("new")

    assert len(before - {ids[number] for number in sample(sample_keys(ids), 20)}) <= 1
    assert SAMPLE == 4096


# --- Entries of words


WORDS = ("返品", "送料", "会員", "解約", "家屋", "転居", "予約", "料金")


def documents_of(texts: Sequence[Mapping[int, str]]) -> list[Document]:
    return [
        Document(
            f"{number:02}",
            {"a": {place: Counter(text.split()) for place, text in fields.items()}},
            EntryTexts(fields.get(0, ""), (fields[1],) if 1 in fields else (), fields.get(2, "")),
        )
        for number, fields in enumerate(texts)
    ]


def snapshot_of(*texts: Mapping[int, str]) -> Snapshot:
    return build_snapshot(documents_of(texts), ("a",))


def query_of(text: str, resources: Resources) -> Query:
    return Query({"a": Counter(text.split())}, text, tuple(text.split()), resources=resources)


BASE = [
    {0: f"{WORDS[n % 8]} {WORDS[n * 3 % 7]}", 2: f"{WORDS[n * 5 % 8]} {WORDS[n % 5]} {WORDS[n % 5]}"}
    for n in range(12)
] + [{0: "未知", 1: "返品"}]
VECTORS = StaticWordVectors(dict(zip(WORDS, random(8, 6), strict=True)))


def naive_cosines(base: Sequence[Mapping[int, str]], query: Sequence[str], shrinkage: float) -> FloatArray:
    """Meaning as the docstrings have it, in float64 and without rounding to whole numbers."""
    _, rows = VECTORS.lookup(WORDS)
    units = {word: row / np.linalg.norm(row) for word, row in zip(WORDS, rows.astype(float), strict=True)}

    def idf(word: str) -> float:
        df = max(1, sum(any(word in text.split() for text in fields.values()) for fields in base))
        return math.log(1 + (len(base) - df + 0.5) / (df + 0.5))

    def vector(words: Sequence[str], *, damped: bool) -> FloatArray:
        counts = Counter(word for word in words if word in units)
        return np.sum(
            [
                (1 + math.log(count) if damped else 1) * idf(word) * units[word]
                for word, count in counts.items()
            ]
            or [np.zeros(6)],
            axis=0,
        )

    fields = {
        place: np.array([vector(text.get(place, "").split(), damped=True) for text in base])
        for place in (0, 1, 2)
    }
    both = fields[0].any(axis=1) & fields[2].any(axis=1)
    centre, transform = naive_space(fields[0][both], fields[2][both], shrinkage)

    def project(row: FloatArray) -> FloatArray:
        if not row.any():
            return row
        centred = row / np.linalg.norm(row) - centre
        moved = centred / np.linalg.norm(centred) @ transform
        return moved / np.linalg.norm(moved)

    weights = {0: 1.0, 1: 0.5, 2: 1.0}
    entries = [
        sum((w * project(fields[place][n]) for place, w in weights.items()), np.zeros(6))
        for n in range(len(base))
    ]
    asked = project(vector(query, damped=False))
    return np.array([entry @ asked / max(float(np.linalg.norm(entry)), 1e-9) for entry in entries])


@pytest.mark.parametrize("query", ["返品", "送料 解約", "転居 転居 家屋", "返品 未知"])
def test_meaning_is_the_formula_written_out_up_to_rounding_to_whole_numbers(query: str) -> None:
    ranker = MeaningRanker(shrinkage=0.4, at_least=0.2)
    scores = ranker.score(snapshot_of(*BASE), query_of(query, Resources(word_vectors=VECTORS)))

    expected = naive_cosines(BASE, query.split(), 0.4)
    for score, cosine in zip(scores.tolist(), expected.tolist(), strict=True):
        if abs(cosine - 0.2) > 0.02:
            assert score == pytest.approx(cosine if cosine >= 0.2 else 0.0, abs=0.02)
    assert (scores > 0).any()


def test_meaning_is_explained_as_such() -> None:
    explanation = MeaningRanker().explain(
        snapshot_of(*BASE), query_of("返品", Resources(word_vectors=VECTORS)), 0
    )

    assert (explanation.description, explanation.kind) == (
        "similarity of meaning, by word vectors",
        "meaning",
    )
    assert (explanation.term, explanation.details) == (None, ())


def test_without_a_word_that_has_a_vector_nothing_is_meant() -> None:
    ranker = MeaningRanker(at_least=0.0)

    assert not ranker.score(snapshot_of(*BASE), query_of("未知", Resources(word_vectors=VECTORS))).any()
    assert ranker.entries(snapshot_of(*BASE), Resources()) is None


def test_a_base_without_a_known_word_has_vectors_of_zeros() -> None:
    snapshot = snapshot_of(*[{0: "未知", 2: "不明"}] * 9)
    ranker = MeaningRanker(at_least=0.0)
    query = query_of("返品", Resources(word_vectors=VECTORS))

    entries = ranker.entries(snapshot, query.resources)

    assert entries is not None
    assert not entries.rows.any()
    assert entries.among(np.arange(9)).tolist() == np.zeros((9, 9)).tolist()
    assert not ranker.score(snapshot, query).any()


def test_blocks_of_a_large_base_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot, query = snapshot_of(*BASE), query_of("返品 解約", Resources(word_vectors=VECTORS))
    whole = MeaningRanker().score(snapshot, query).tolist()

    monkeypatch.setattr("faqsearch.ranking.entry_vectors._MOST_WIDENED", 0)
    monkeypatch.setattr("faqsearch.ranking.entry_vectors._BLOCK", 5)

    assert MeaningRanker().score(snapshot_of(*BASE), query).tolist() == whole


def test_entries_stand_in_the_same_place_whatever_the_order_of_the_base() -> None:
    documents = documents_of(BASE)
    other = update_snapshot(build_snapshot(documents[::-1], ("a",)), documents[3:5], ["07"])
    fresh = build_snapshot([document for document in documents if document.id != "07"], ("a",))

    def rows(snapshot: Snapshot) -> dict[str, list[int]]:
        found = MeaningRanker().entries(snapshot, Resources(word_vectors=VECTORS))
        assert found is not None
        return {
            snapshot.doc_ids[doc]: found.rows[doc].tolist()
            for doc in np.flatnonzero(snapshot.live_mask).tolist()
        }

    assert rows(other) == rows(fresh)


def test_weights_of_fields_weigh() -> None:
    snapshot = snapshot_of({0: "返品", 2: "送料"}, {0: "会員", 2: "解約"})
    space = Space(np.zeros(2, np.float32), np.eye(2, dtype=np.float32))
    fields: FieldVectors = {
        "question": np.array([[1.0, 0.0], [0.0, 0.0]], np.float32),
        "answer": np.array([[0.0, 1.0], [0.0, 1.0]], np.float32),
    }
    found = entry_vectors(snapshot, space, fields, {"question": 3.0, "answer": 1.0})

    assert found.rows.tolist() == [[127, 42], [0, 127]]


@pytest.mark.parametrize("ranker", [MeaningRanker, DenseRanker])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"fields": {"question": 1.0}}, "fields lacks answer; give it a weight"),
        (
            {"fields": {"question": 1.0, "answer": 1.0, "tags": 1.0}},
            "fields holds 'tags'; allowed are question",
        ),
        ({"shrinkage": 0}, "shrinkage came as 0; it must be a number above 0 and at most 1"),
        ({"shrinkage": 1.1}, "shrinkage came as 1.1"),
        ({"at_least": -0.1}, "at_least came as -0.1; it must be a number from 0 to 1"),
    ],
)
def test_settings_outside_their_range_are_refused(
    ranker: type[MeaningRanker | DenseRanker], options: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        ranker(**options)  # type: ignore[arg-type]


# --- Dense vectors


class TextVectors:
    """Random vectors, the same for the same text; remembers what it was asked for."""

    fingerprint = "random texts"
    dimensions = 4

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, text: str) -> npt.NDArray[np.float32]:
        return self.passages((text,))[0]

    def passages(self, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        self.asked += texts
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=4) for text in texts]
        return unit(np.array(rows).reshape(-1, 4)).astype(np.float32)


def test_the_question_asked_word_for_word_is_nearest() -> None:
    snapshot = snapshot_of(*[{0: f"質問 {number}", 2: f"答 {number}"} for number in range(5)])
    ranker = DenseRanker(fields={"question": 1.0, "answer": 0.01}, at_least=0.0)

    for number in range(5):
        query = query_of(f"質問 {number}", Resources(text_vectors=TextVectors()))
        assert int(ranker.score(snapshot, query).argmax()) == number
    explanation = ranker.explain(snapshot, query, 4)
    assert explanation.description == "similarity of meaning, by dense vectors"
    assert explanation.value == pytest.approx(1.0, abs=0.02)


def test_the_nearest_passage_of_an_entry_counts_and_no_mean_of_all() -> None:
    answers = [
        "。".join(f"{number}の{part}番目の長い説明です" * 12 for part in range(3)) + "。"
        for number in range(9)
    ]
    texts = [{0: f"質問 {number}", 2: answer} for number, answer in enumerate(answers)]
    snapshot = snapshot_of(*texts)
    resources = Resources(text_vectors=TextVectors())
    passage = entry_passages(EntryTexts("", (), answers[4]))[2][1]

    scores = PassageRanker(at_least=0.0).score(snapshot, query_of(passage, resources))
    assert int(scores.argmax()) == 4
    assert scores[4] == pytest.approx(1.0, abs=0.02)
    assert scores[4] > DenseRanker(at_least=0.0).score(snapshot, query_of(passage, resources))[4]
    assert not PassageRanker().score(snapshot, query_of(passage, Resources())).any()
    assert not PassageRanker().score(snapshot, query_of("  ", resources)).any()


def test_only_what_is_new_is_encoded() -> None:
    vectors = TextVectors()
    documents = documents_of([{0: "一", 2: "答"}, {0: "二", 1: "変", 2: "答"}])
    snapshot = build_snapshot(documents[:1], ("a",))
    ranker = DenseRanker()
    ranker.prepare(snapshot, Resources(text_vectors=vectors))
    assert vectors.asked == ["一", "答"]

    snapshot = update_snapshot(snapshot, documents[1:], [])
    ranker.prepare(snapshot, Resources(text_vectors=vectors))
    assert vectors.asked == ["一", "答", "二", "変", "答"]
    assert ranker.entries(snapshot, Resources()) is None


def test_a_long_answer_is_cut_into_passages() -> None:
    long = "これは答えです。" * 300
    question, variants, answer = entry_passages(EntryTexts("問", ("一", "二"), long))

    assert (question, variants) == (("問",), ("一", "二"))
    assert len(answer) > 1
    assert entry_passages(EntryTexts("", (), "")) is not None


# --- Neighbours


BM25 = BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0})


def test_entries_borrow_from_those_near_to_them() -> None:
    snapshot = snapshot_of(*BASE)
    query = query_of("返品 送料 会員", Resources(word_vectors=VECTORS))
    meaning = MeaningRanker()
    ranker = NeighbourRanker(ranker=BM25, vectors=meaning, weight=0.5, neighbours=2, candidates=5)

    own = BM25.score(snapshot, query)
    entries = meaning.entries(snapshot, query.resources)
    assert entries is not None
    best = sorted(np.flatnonzero(own > 0).tolist(), key=lambda doc: (-own[doc], doc))[:5]
    expected = own.copy()
    rows = entries.rows.astype(float)
    for doc in best:
        near = sorted(
            (
                -float(rows[doc] @ rows[o] / np.linalg.norm(rows[doc]) / np.linalg.norm(rows[o])),
                best.index(o),
                o,
            )
            for o in best
            if o != doc
        )[:2]
        shares = [max(-cosine, 0.0) for cosine, _, _ in near]
        total = max(sum(shares), 0.5)
        expected[doc] += 0.5 * sum(s / total * own[o] for s, (_, _, o) in zip(shares, near, strict=True))

    scores = ranker.score(snapshot, query)

    np.testing.assert_allclose(scores, expected, rtol=1e-12)
    assert (scores > own).any()
    for doc in range(len(BASE)):
        assert ranker.explain(snapshot, query, doc).value == scores[doc]


def test_a_loan_is_explained_by_the_entries_that_lend() -> None:
    snapshot = snapshot_of({0: "返品 送料", 2: "送料"}, {0: "返品", 2: "送料"}, {0: "解約", 2: "会員"})
    ranker = NeighbourRanker(ranker=BM25, vectors=MeaningRanker(), weight=0.5)
    query = query_of("返品", Resources(word_vectors=VECTORS))

    own, loan = ranker.explain(snapshot, query, 0).details

    assert own.value == BM25.score(snapshot, query)[0]
    assert loan.description == "borrowed from near entries"
    (mean,) = [detail for detail in loan.details if detail.details]
    assert [detail.description for detail in mean.details] == ["entry 01"]
    assert ranker.explain(snapshot, query, 2).value == 0


def test_nobody_lends_where_one_entry_or_no_vector_is_found() -> None:
    snapshot = snapshot_of({0: "返品", 2: "送料"}, {0: "解約", 2: "会員"})
    ranker = NeighbourRanker(ranker=BM25, vectors=MeaningRanker(), weight=0.5)

    alone = query_of("返品", Resources(word_vectors=VECTORS))
    without = query_of("返品 解約", Resources())

    for query in (alone, without):
        assert ranker.score(snapshot, query).tolist() == BM25.score(snapshot, query).tolist()
        assert ranker.explain(snapshot, query, 0) == BM25.explain(snapshot, query, 0)


def test_entries_alike_lend_by_id_whatever_their_order() -> None:
    documents = documents_of([{0: "返品 送料", 2: "会員"}] * 6 + [{0: "返品", 2: "解約"}])
    ranker = NeighbourRanker(ranker=BM25, vectors=MeaningRanker(), weight=0.5, neighbours=3, candidates=4)
    query = query_of("返品 送料", Resources(word_vectors=VECTORS))

    def scores(order: Sequence[Document]) -> dict[str, float]:
        snapshot = build_snapshot(order, ("a",))
        return dict(zip(snapshot.doc_ids, ranker.score(snapshot, query).tolist(), strict=True))

    assert scores(documents) == scores(documents[::-1])
    assert scores(documents)["03"] > scores(documents)["04"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weight": 0}, "weight of neighbours came as 0"),
        ({"neighbours": 0}, "neighbours came as 0; give a whole number from 1 to 100"),
        ({"neighbours": True}, "neighbours came as True"),
        ({"candidates": 1}, "candidates came as 1; give a whole number from 2 to 1,000"),
        ({"candidates": 20.0}, "candidates came as 20.0"),
    ],
)
def test_settings_of_neighbours_outside_their_range_are_refused(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        NeighbourRanker(**{"ranker": BM25, "vectors": MeaningRanker(), "weight": 0.5} | options)  # type: ignore[arg-type]


# --- What they are made of


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0.01, 10.0)), max_size=40), st.sampled_from([10, 10_000])
)
def test_sums_by_key_are_added_in_order_by_a_table_and_by_sorting(
    pairs: list[tuple[int, float]], n_keys: int
) -> None:
    expected: dict[int, float] = {}
    for key, value in pairs:
        expected[key] = expected.get(key, 0.0) + value

    keys, sums = sum_by_key(
        np.array([key for key, _ in pairs], np.int64), np.array([value for _, value in pairs], float), n_keys
    )

    assert dict(zip(keys.tolist(), sums.tolist(), strict=True)) == expected
    assert keys.tolist() == sorted(expected)


def test_a_bounded_cache_stays_bounded_and_keeps_what_is_new() -> None:
    cache = BoundedCache[int](most=4)
    for number in range(100):
        cache.put(number, number)
        assert cache.peek(number) == number
        assert len(cache) <= 4
    assert cache.peek(0) is None


def test_neighbours_of_a_word_do_not_depend_on_what_was_looked_for_before() -> None:
    vectors = StaticWordVectors(dict(zip(WORDS, random(8, 2), strict=True)))
    _, rows = vectors.lookup(WORDS)

    def similar(words: Sequence[int], snapshot: Snapshot) -> list[tuple[list[int], list[float]]]:
        known = term_vectors(snapshot.segments[0], "a", vectors)
        found = known.similar([WORDS[n] for n in words], rows[list(words)], 0.3)
        return [(near.numbers.tolist(), near.cosines.tolist()) for near in found]

    cold = [similar([number], snapshot_of(*BASE))[0] for number in range(8)]
    warm = snapshot_of(*BASE)
    assert similar([3, 1, 3], warm) == [cold[3], cold[1], cold[3]]
    assert similar(range(8), warm) == cold
    assert similar(range(8), warm) == cold
    assert all(cosines == sorted(cosines, reverse=True) for _, cosines in cold)


def test_facts_of_one_dictionary_are_not_those_of_another() -> None:
    segment = snapshot_of({0: "返品"}).segments[0]

    class Lexicon:
        def __init__(self, reading: str) -> None:
            self.reading = reading

        def word(self, term: str) -> Word:
            return Word(reading=self.reading)

        def kana_words(self, text: str) -> list[KanaWord]:
            return []

    for reading in ("ヘンピン", "カエシ", "ヘンピン"):
        # Objects that are gone leave their identity to others.
        facts = word_facts(segment, "a", Lexicon(reading))
        assert (tuple(facts.readings), facts.read_as(reading)) == ((reading,), [0])
    assert len(word_facts(segment, "a", None).readings) == 0


def test_document_frequencies_count_over_all_segments_and_live_entries_only() -> None:
    documents = documents_of([{0: "返品 返品", 2: "返品"}, {0: "送料"}, {0: "返品"}])
    snapshot = update_snapshot(build_snapshot(documents, ("a",)), documents_of([{0: "送料 返品"}]), ["02"])

    counts = [
        dict(zip(segment.layer("a").terms, found.tolist(), strict=True))
        for segment, found in zip(snapshot.segments, document_frequencies(snapshot, "a"), strict=True)
    ]

    assert counts == [{"送料": 2, "返品": 1}, {"送料": 2, "返品": 1}]


# --- Very many documents


def test_the_nearest_of_very_many_documents_are_those_of_looking_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = quantize(random(400, 12))
    lengths = np.sqrt((rows.astype(np.float64) ** 2).sum(axis=1))
    space = Space(np.zeros(12, np.float32), np.eye(12, dtype=np.float32))
    query = random(12, seed=3)
    everything = EntryVectors(space.centre, space.transform, rows, lengths).cosines(query)
    monkeypatch.setattr("faqsearch.ranking.entry_vectors.APPROXIMATE_FROM", 399)
    monkeypatch.setattr("faqsearch.ranking.entry_vectors.MOST_NEAR", 20)
    found = EntryVectors(space.centre, space.transform, rows, lengths).cosines(query)
    nearest = np.argsort(-everything, kind="stable")[:20]
    assert set(np.flatnonzero(found)) == set(nearest)
    assert found[nearest].tolist() == everything[nearest].tolist()
