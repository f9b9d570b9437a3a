"""What every analyzer promises, held over every implementation."""

import pickle
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.analysis import (
    Analyzer,
    NgramAnalyzer,
    PlainAnalyzer,
    SudachiAnalyzer,
    TermLister,
    Terms,
    UserWord,
)

WORDS = (UserWord(word="クラウド帳簿プロ"), UserWord(word="あんしん保証パック"))
MAKERS: dict[str, Callable[[], Analyzer]] = {
    "sudachi": SudachiAnalyzer,
    "sudachi-short": lambda: SudachiAnalyzer(layers=("a",)),
    "sudachi-long-first": lambda: SudachiAnalyzer(layers=("c", "a")),
    "sudachi-pairs": lambda: SudachiAnalyzer(layers=("ngram",), ngram_sizes=(2,)),
    "sudachi-words": lambda: SudachiAnalyzer(WORDS),
    "sudachi-all": lambda: SudachiAnalyzer(
        layers=("a", "c", "ngram", "surface", "reading", "synonym", "pair")
    ),
    "ngram": NgramAnalyzer,
    "ngram-kanji": lambda: NgramAnalyzer(sizes=(1, 2)),
    "plain": lambda: PlainAnalyzer(tokenize=str.split, name="split/1"),
    "plain-lower": lambda: PlainAnalyzer(tokenize=str.lower, name="lower/1", layer="characters"),
}
LAYERS = {
    "sudachi": ("a", "c", "ngram"),
    "sudachi-short": ("a",),
    "sudachi-long-first": ("c", "a"),
    "sudachi-pairs": ("ngram",),
    "sudachi-words": ("a", "c", "ngram"),
    "sudachi-all": ("a", "c", "ngram", "surface", "reading", "synonym", "pair"),
    "ngram": ("ngram",),
    "ngram-kanji": ("ngram",),
    "plain": ("a",),
    "plain-lower": ("characters",),
}
NAMES = pytest.mark.parametrize("name", MAKERS)
SENTENCES = [
    "健康保険証の再発行手続きについて教えてください。",
    "ｻｰﾊﾞｰ（サ−バ−）が 落ちました😭！！",
    "クラウド帳簿プロと、ｱﾝｼﾝ保証パックのちがい",
    "Wi-Fi が３回 切れる。\n10,000円　返して",
    "e\u0301 葛\U000e0100城 👨\u200d👩\u200d👧 か\u3099",
]
ODD = {
    "empty": "",
    "space": " 　\t\n",
    "surrogates": "\ud800返品\udfff\ude00",
    "controls": "\x00\x01返\x1f品\x7f\x9b",
    "marks": "\u3099\u309a\u0301\ufe0f\u200d",
    "right-to-left": "\u202eשלום مرحبا 返品\u202c",
    "emoji": "👩🏽\u200d💻🏴\U000e0067\U000e0062\U000e007f1\ufe0f\u20e3",
    "noncharacter": "\uffff\ufffe\U0010ffff返品",
    "markup": "<b>返品</b>&amp;'\"\\",
}


def check_offsets(text: str, terms: Terms) -> None:
    normalized = terms.text
    for layer in terms.layers.values():
        assert len(layer) == len(layer.terms) == len(layer.starts) == len(layer.ends)
        for position, (start, end) in enumerate(zip(layer.starts, layer.ends, strict=True)):
            assert 0 <= start <= end <= len(normalized.text)
            if start < end:
                first, last = normalized.original_span(start, end)
                assert 0 <= first < last <= len(text)
            assert layer.terms[position]


@NAMES
def test_it_is_an_analyzer_and_names_its_layers(name: str) -> None:
    analyzer = MAKERS[name]()
    assert isinstance(analyzer, Analyzer)
    assert analyzer.layers == LAYERS[name]
    for text in (*SENTENCES, *ODD.values()):
        assert tuple(analyzer.analyze(text).layers) == LAYERS[name]


@NAMES
def test_the_fingerprint_is_stable(name: str) -> None:
    first, second = MAKERS[name](), MAKERS[name]()
    assert first.fingerprint == second.fingerprint
    first.analyze(SENTENCES[0])
    assert first.fingerprint == second.fingerprint


def test_different_options_have_different_fingerprints() -> None:
    fingerprints = [make().fingerprint for make in MAKERS.values()]
    assert sorted(set(fingerprints)) == sorted(fingerprints)


@NAMES
def test_offsets_are_valid_and_in_the_original(name: str) -> None:
    analyzer = MAKERS[name]()
    for text in SENTENCES:
        check_offsets(text, analyzer.analyze(text))


@NAMES
@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_any_string_is_accepted(name: str, text: str) -> None:
    check_offsets(text, MAKERS[name]().analyze(text))


@NAMES
@pytest.mark.parametrize("unit", ["返品", "あ", "a", "ｶﾞ", "😡", "\ud800", "か\u3099"])
def test_two_hundred_thousand_characters_without_a_sentence_end_are_accepted(name: str, unit: str) -> None:
    text = unit * (200_000 // len(unit))
    terms = MAKERS[name]().analyze(text)
    for layer in terms.layers.values():
        assert all(0 <= s < e for s, e in zip(layer.starts, layer.ends, strict=True))
        assert max(layer.ends, default=0) <= len(terms.text.text)


@NAMES
def test_the_same_text_gives_equal_terms(name: str) -> None:
    analyzer = MAKERS[name]()
    for text in SENTENCES:
        assert analyzer.analyze(text) == analyzer.analyze(text)


def counted(terms: Mapping[str, Sequence[str]]) -> dict[str, Counter[str]]:
    return {layer: Counter(found) for layer, found in terms.items()}


def check_terms(analyzer: Analyzer, text: str) -> None:
    assert isinstance(analyzer, TermLister)
    with_places = {layer: found.terms for layer, found in analyzer.analyze(text).layers.items()}
    assert counted(analyzer.terms(text)) == counted(with_places)


@pytest.mark.parametrize("name", [name for name in MAKERS if name.startswith("sudachi")])
def test_terms_without_places_are_those_with_them(name: str) -> None:
    analyzer = MAKERS[name]()
    for text in (*SENTENCES, *ODD.values(), "返品。" * 5_000):
        check_terms(analyzer, text)


PARTS = (
    *"教えていただけますか また見てみるのですが 引っ越した後で チェックin wi-fi".split(),
    *"㍿ 漢字(かんじ) 二十歳 ヴェルサーナ".split(),
    *"お世話になっております 大丈夫ですか について て で ー - 。".split(),
    *("log-in ", "wi fi", " ", "あ" * 40),
)


@given(st.lists(st.sampled_from(PARTS) | st.text(max_size=4), max_size=10).map("".join))
def test_terms_of_random_texts_without_places_are_those_with_them(text: str) -> None:
    for name in ("sudachi", "sudachi-pairs", "sudachi-long-first"):
        check_terms(MAKERS[name](), text)


@NAMES
def test_a_pickled_copy_gives_equal_terms(name: str) -> None:
    analyzer = MAKERS[name]()
    copy: Analyzer = pickle.loads(pickle.dumps(analyzer))
    assert copy.fingerprint == analyzer.fingerprint
    assert copy.layers == analyzer.layers
    assert [copy.analyze(text) for text in SENTENCES] == [analyzer.analyze(text) for text in SENTENCES]


@NAMES
def test_sixteen_threads_at_once_get_the_results_of_one(name: str) -> None:
    analyzer = MAKERS[name]()
    texts = [sentence * times for sentence in SENTENCES for times in range(1, 12)]
    expected = [analyzer.analyze(text) for text in texts]
    barrier = Barrier(16)

    def analyze_all(_: int) -> list[Terms]:
        barrier.wait(timeout=60)
        return [analyzer.analyze(text) for text in texts]

    with ThreadPoolExecutor(16) as pool:
        results = list(pool.map(analyze_all, range(16)))
    assert all(result == expected for result in results)


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_offsets_of_random_texts_are_valid(text: str) -> None:
    for make in MAKERS.values():
        check_offsets(text, make().analyze(text))


@given(
    st.text(
        st.sampled_from("返品送料ｻｰﾊﾞをがの、。！ 12Ａｂ😡\u3099\u200d\ufe0f\n教えてくださいのですが"),
        max_size=60,
    )
)
@settings(max_examples=300, deadline=None)
def test_no_sudachi_or_ngram_term_spans_nothing(text: str) -> None:
    for name in ("sudachi", "sudachi-words", "ngram"):
        for layer in MAKERS[name]().analyze(text).layers.values():
            assert all(start < end for start, end in zip(layer.starts, layer.ends, strict=True))
