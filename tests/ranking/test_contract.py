"""What every ranker owes: exact explanations, no negative scores, nothing for nothing."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.analysis import SudachiAnalyzer
from faqsearch.entry import FaqEntry
from faqsearch.index import Snapshot, analyze_entry, build_snapshot, index_layers, update_snapshot
from faqsearch.ranking import (
    BM25Ranker,
    FusionRanker,
    MeaningRanker,
    Query,
    Ranker,
    Resources,
    TfidfRanker,
    WeightedRanker,
    analyze_query,
    load_preset,
)
from faqsearch.ranking.dense import DenseRanker, PassageRanker
from faqsearch.ranking.neighbours import NeighbourRanker
from faqsearch.vectors import StaticWordVectors

ANALYZER = SudachiAnalyzer()
QUESTIONS = (
    "引っ越しのときの住所の変更",
    "転居の届け出",
    "領収書の発行",
    "レシートをなくした",
    "ログインの手順",
    "サインインできない",
    "パスワードの再設定",
    "返品の送料",
    "送料は550円ですか",
    "予約の取り消し",
    "キャンセルの料金",
)
QUERIES = (
    "転居したい",
    "りょうしゅうしょ",
    "サインインの手順",
    "パスワートを忘れた",
    "送料は880円",
    "ゼグロフ",
    "手順 手順 手順",
    "",
    "。",
)
WORDS = sorted({term for text in (*QUESTIONS, *QUERIES) for term in ANALYZER(text)})


def random_vectors(seed: int) -> StaticWordVectors:
    return StaticWordVectors(
        dict(zip(WORDS, np.random.default_rng(seed).normal(size=(len(WORDS), 5)), strict=True))
    )


class TextVectors:
    """Random vectors, the same for the same text."""

    fingerprint = "random texts"
    dimensions = 6

    def query(self, text: str) -> npt.NDArray[np.float32]:
        return self.passages((text,))[0]

    def passages(self, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        rows = [np.random.default_rng(zlib.crc32(text.encode())).normal(size=6) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32).reshape(-1, 6)


RESOURCES = Resources(
    lexicon=ANALYZER,
    synonyms={("転居",): (("住所", "変更"),), ("手順",): (("届け出",),)},
    stop_phrases=(("忘れる",),),
    word_vectors=random_vectors(1),
    text_vectors=TextVectors(),
)
WEIGHTS = {"question": 3.0, "variants": 0.5, "answer": 1.0}
EXPANDED = BM25Ranker(
    fields=WEIGHTS,  # type: ignore[arg-type]
    layers={"a": 1.0},
    normalized=True,
    expand={"owner": 0.9, "synonym": 0.3, "reading": 0.6, "typo": 0.5, "near": 0.4},
)
NGRAMS = TfidfRanker(fields=WEIGHTS, layer="ngram", sublinear=True)  # type: ignore[arg-type]
MEANING = MeaningRanker()
DENSE = DenseRanker(at_least=0.0)
RANKERS: dict[str, Ranker] = {
    "expanded": EXPANDED,
    "ngrams": NGRAMS,
    "meaning": MEANING,
    "dense": DENSE,
    "passages": PassageRanker(),
    "fusion": FusionRanker(
        (
            WeightedRanker(name="bm25", ranker=EXPANDED, weight=1.0),
            WeightedRanker(name="meaning", ranker=MEANING, weight=0.5),
            WeightedRanker(name="dense", ranker=DENSE, weight=1.5),
        )
    ),
    "neighbours": NeighbourRanker(ranker=EXPANDED, vectors=MEANING, weight=0.3, neighbours=3),
    "few neighbours": NeighbourRanker(ranker=DENSE, vectors=DENSE, weight=0.6, neighbours=1, candidates=3),
    "lexical": load_preset("lexical").ranker,
    "semantic": load_preset("semantic").ranker,
    "hybrid": load_preset("hybrid").ranker,
}
rankers = pytest.mark.parametrize("ranker", RANKERS.values(), ids=RANKERS.keys())


def snapshot_of(questions: Sequence[str]) -> Snapshot:
    entries = [
        FaqEntry(id=f"{number:02}", question=text, answer=f"{text}については{questions[number - 1]}を参照。")
        for number, text in enumerate(questions)
    ]
    return build_snapshot([analyze_entry(ANALYZER, entry) for entry in entries], index_layers(ANALYZER))


BASE = snapshot_of(QUESTIONS)


def query_of(text: str, resources: Resources = RESOURCES) -> Query:
    return analyze_query(ANALYZER, text, resources)


@rankers
@pytest.mark.parametrize("text", QUERIES)
def test_an_explanation_equals_the_score_to_the_last_bit_and_its_leaves_make_it_up(
    ranker: Ranker, text: str
) -> None:
    query = query_of(text)
    scores = ranker.score(BASE, query)

    assert scores.shape == (len(QUESTIONS),)
    assert (scores >= 0).all()
    for doc in range(len(QUESTIONS)):
        explanation = ranker.explain(BASE, query, doc)
        assert explanation.value == scores[doc]
        assert explanation.recomputed() == pytest.approx(explanation.value, rel=1e-9, abs=1e-12)


@rankers
@pytest.mark.parametrize("size", [0, 1, 2, 7])
def test_small_bases_are_ranked_too(ranker: Ranker, size: int) -> None:
    snapshot = snapshot_of(QUESTIONS[:size])

    for text in QUERIES:
        query = query_of(text)
        scores = ranker.score(snapshot, query)
        assert scores.shape == (size,)
        assert np.isfinite(scores).all()
        assert [ranker.explain(snapshot, query, doc).value for doc in range(size)] == scores.tolist()


@rankers
@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_query_finds_nothing(ranker: Ranker, text: str) -> None:
    assert not ranker.score(BASE, query_of(text)).any()


@rankers
def test_without_resources_nothing_breaks_and_words_match_as_they_are(ranker: Ranker) -> None:
    query = query_of("返品の送料", Resources())
    scores = ranker.score(BASE, query)

    assert [ranker.explain(BASE, query, doc).value for doc in range(len(QUESTIONS))] == scores.tolist()
    if ranker not in (MEANING, DENSE, RANKERS["passages"], RANKERS["few neighbours"]):
        assert int(scores.argmax()) == QUESTIONS.index("返品の送料")
    else:
        assert not scores.any()


@rankers
def test_preparing_and_threads_change_no_score(ranker: Ranker) -> None:
    fresh = snapshot_of(QUESTIONS)
    prepared = snapshot_of(QUESTIONS)
    ranker.prepare(prepared, RESOURCES)

    def scores(snapshot: Snapshot, text: str) -> list[float]:
        return ranker.score(snapshot, query_of(text)).tolist()  # type: ignore[no-any-return]

    expected = [scores(BASE, text) for text in QUERIES]
    assert [scores(prepared, text) for text in reversed(QUERIES)] == expected[::-1]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda text: scores(fresh, text), QUERIES * 4)) == expected * 4


@rankers
def test_preparing_without_resources_is_allowed(ranker: Ranker) -> None:
    ranker.prepare(snapshot_of(QUESTIONS[:2]), Resources())


@rankers
def test_a_dead_document_scores_nothing_and_changes_no_other(ranker: Ranker) -> None:
    gone = QUESTIONS.index("転居の届け出")
    edited = update_snapshot(BASE, [], [f"{gone:02}"])
    documents = [doc for doc in range(len(QUESTIONS)) if doc != gone]
    entries = [
        FaqEntry(
            id=f"{number:02}",
            question=QUESTIONS[number],
            answer=f"{QUESTIONS[number]}については{QUESTIONS[number - 1]}を参照。",
        )
        for number in documents
    ]
    fresh = build_snapshot([analyze_entry(ANALYZER, entry) for entry in entries], index_layers(ANALYZER))

    for text in QUERIES:
        scores = ranker.score(edited, query_of(text))
        assert scores[gone] == 0
        assert scores[documents].tolist() == ranker.score(fresh, query_of(text)).tolist()


@given(
    st.lists(st.sampled_from(QUESTIONS), max_size=9, unique=True),
    st.lists(st.sampled_from([*WORDS, "りょうしゅうしょ", "サイソイン", "9"]), max_size=6).map(" ".join),
    st.integers(0, 3),
    st.sampled_from(sorted(RANKERS)),
)
def test_any_base_and_query_are_explained_exactly(
    questions: list[str], text: str, seed: int, name: str
) -> None:
    resources = Resources(
        lexicon=ANALYZER, word_vectors=random_vectors(seed), text_vectors=RESOURCES.text_vectors
    )
    snapshot, query = snapshot_of(questions), query_of(text, resources)
    scores = RANKERS[name].score(snapshot, query)

    assert (scores >= 0).all()
    assert [
        RANKERS[name].explain(snapshot, query, doc).value for doc in range(len(questions))
    ] == scores.tolist()


def test_what_is_required_is_said() -> None:
    assert EXPANDED.requires == {"word_vectors"}
    assert BM25Ranker(fields={"question": 1.0}, layers={"a": 1.0}).requires == set()
    assert NGRAMS.requires == set()
    assert MEANING.requires == {"word_vectors"}
    assert DENSE.requires == {"text_vectors"}
    assert RANKERS["fusion"].requires == {"word_vectors", "text_vectors"}
    assert RANKERS["neighbours"].requires == {"word_vectors"}
    assert RESOURCES.available("word_vectors")
    assert not Resources().available("text_vectors")
