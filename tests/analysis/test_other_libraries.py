"""The analyzer as a plain callable inside scikit-learn, rank-bm25 and bm25s."""

import math
import pickle

import bm25s
import numpy as np
import pytest
from bm25s.tokenization import Tokenizer
from rank_bm25 import BM25Okapi
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from faqsearch.analysis import NgramAnalyzer, SudachiAnalyzer

CORPUS = [
    "返品の送料は、お客様のご負担です。",
    "領収書はマイページから発行できます。領収書の宛名も変えられます。",
    "ﾊﾟｽﾜｰﾄﾞを忘れた場合は、マイページから再設定してください。",
]
QUERY = "マイページの領収書について教えてください"
TERMS = [
    ["返品", "送料", "客", "負担"],
    ["領収", "書", "マイページ", "発行", "領収", "書", "宛て名", "変える"],
    ["パスワード", "忘れる", "マイページ", "再", "設定"],
]
QUERY_TERMS = ["マイページ", "領収", "書"]


def test_the_terms_that_every_library_gets(analyzer: SudachiAnalyzer) -> None:
    assert [analyzer(text) for text in CORPUS] == TERMS
    assert analyzer(QUERY) == QUERY_TERMS


# --- scikit-learn


def test_count_vectorizer(analyzer: SudachiAnalyzer) -> None:
    vectorizer = CountVectorizer(analyzer=analyzer)
    counts = vectorizer.fit_transform(CORPUS).toarray()
    names = vectorizer.get_feature_names_out()
    assert names.tolist() == sorted({term for terms in TERMS for term in terms})
    assert {name: int(n) for name, n in zip(names, counts[1], strict=True) if n} == {
        "領収": 2, "書": 2, "マイページ": 1, "発行": 1, "宛て名": 1, "変える": 1,
    }  # fmt: skip
    assert vectorizer.transform(["存在しない単語"]).nnz == 0


def test_tfidf_vectorizer(analyzer: SudachiAnalyzer) -> None:
    vectorizer = TfidfVectorizer(analyzer=analyzer)
    matrix = vectorizer.fit_transform(CORPUS)
    similarities = cosine_similarity(vectorizer.transform([QUERY]), matrix)[0]
    # By hand: scikit-learn's smooth idf, ln((1 + n) / (1 + df)) + 1.
    once, twice = math.log(4 / 2) + 1, math.log(4 / 3) + 1
    query = math.hypot(twice, once, once)
    second = math.hypot(2 * once, 2 * once, twice, once, once, once)
    third = math.hypot(once, once, twice, once, once)
    assert similarities == pytest.approx(
        [0, (twice**2 + 4 * once**2) / query / second, twice**2 / query / third], abs=1e-12
    )


def test_a_fitted_vectorizer_is_picklable(analyzer: SudachiAnalyzer) -> None:
    vectorizer = TfidfVectorizer(analyzer=analyzer).fit(CORPUS)
    copy = pickle.loads(pickle.dumps(vectorizer))
    assert (copy.transform([QUERY]) != vectorizer.transform([QUERY])).nnz == 0


def test_ngrams_in_a_vectorizer() -> None:
    vectorizer = CountVectorizer(analyzer=NgramAnalyzer(sizes=(2,)))
    vectorizer.fit(["返品可", "ﾍﾝﾋﾟﾝ"])
    assert vectorizer.get_feature_names_out().tolist() == ["ピン", "ヘン", "ンピ", "品可", "返品"]


# --- rank-bm25


def okapi(frequency: int, length: int, idf: float) -> float:
    average = sum(map(len, TERMS)) / len(TERMS)
    return idf * frequency * 2.5 / (frequency + 1.5 * (0.25 + 0.75 * length / average))


# Its tokenizer= runs in a pool of processes that it never closes, which Python warns of.
@pytest.mark.filterwarnings("ignore:unclosed running multiprocessing pool:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
@pytest.mark.parametrize("name", ["analyzer", "with_own_words"])
def test_rank_bm25_tokenizer(name: str, request: pytest.FixtureRequest) -> None:
    analyzer: SudachiAnalyzer = request.getfixturevalue(name)
    index = BM25Okapi(CORPUS, tokenizer=analyzer)
    scores = index.get_scores(analyzer(QUERY))
    # By hand: ln((N - df + 0.5) / (df + 0.5)), and for マイページ, whose idf is negative, epsilon's floor.
    idf = math.log(2.5 / 1.5)
    negative = math.log(1.5 / 2.5)
    n_terms = len({term for terms in TERMS for term in terms})
    floor = 0.25 * ((n_terms - 1) * idf + negative) / n_terms
    assert scores == pytest.approx([0, okapi(1, 8, floor) + 2 * okapi(2, 8, idf), okapi(1, 5, floor)])
    assert np.argsort(scores)[::-1].tolist() == [1, 2, 0]


def test_rank_bm25_over_terms_made_beforehand(analyzer: SudachiAnalyzer) -> None:
    index = BM25Okapi([analyzer(text) for text in CORPUS])
    assert index.get_top_n(analyzer(QUERY), CORPUS, n=2) == [CORPUS[1], CORPUS[2]]
    assert index.doc_freqs[1] == {
        "領収": 2, "書": 2, "マイページ": 1, "発行": 1, "宛て名": 1, "変える": 1,
    }  # fmt: skip


# --- bm25s


def lucene(frequency: int, length: int, document_frequency: int) -> float:
    average = sum(map(len, TERMS)) / len(TERMS)
    idf = math.log(1 + (3 - document_frequency + 0.5) / (document_frequency + 0.5))
    return idf * frequency / (frequency + 1.5 * (0.25 + 0.75 * length / average))


EXPECTED_BM25S = [lucene(1, 8, 2) + 2 * lucene(2, 8, 1), lucene(1, 5, 2), 0]


def test_bm25s_tokenizer(analyzer: SudachiAnalyzer) -> None:
    tokenizer = Tokenizer(splitter=analyzer, stopwords=None, lower=False)
    index = bm25s.BM25()
    index.index(tokenizer.tokenize(CORPUS, show_progress=False), show_progress=False)
    query = tokenizer.tokenize([QUERY], update_vocab=False, show_progress=False)
    found, scores = index.retrieve(query, k=3, corpus=CORPUS, show_progress=False)
    assert found[0].tolist() == [CORPUS[1], CORPUS[2], CORPUS[0]]
    assert scores[0] == pytest.approx(EXPECTED_BM25S, abs=1e-6)


def test_bm25s_over_terms_made_beforehand(analyzer: SudachiAnalyzer) -> None:
    index = bm25s.BM25()
    index.index([analyzer(text) for text in CORPUS], show_progress=False)
    found, scores = index.retrieve([analyzer(QUERY)], k=3, show_progress=False)
    assert found[0].tolist() == [1, 2, 0]
    assert scores[0] == pytest.approx(EXPECTED_BM25S, abs=1e-6)
