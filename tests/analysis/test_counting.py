"""Terms of many texts, counted at once: those that are found text by text."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from faqsearch import SudachiAnalyzer, read_entries, sample_path
from faqsearch.analysis import (
    Analyzer,
    NgramAnalyzer,
    PackedGrams,
    PlainAnalyzer,
    TermCounter,
    TermCounts,
    count_terms,
    unit_counts,
)
from faqsearch.analysis.counting import count_one_by_one

ODD = (
    "",
    "\n",
    "ー",
    "見てみる。見る。見られない。読んでおいて、読んで置く",
    "Wi-Fiとwi fiとlog-inのi-padでcheck-inしたい",
    "引っ越したので申し込みたい。二十歳のひとり、一人、1人",
    "徳島(とくしま)の徳島（トクシマ）に行った",
    "返品について教えてください。お手数ですがよろしくお願いいたします。",
    "について",
    "デリヴァリーのヴェルサーナとデリバリー",
    "𠮷野家の😀👨‍👩‍👧とﾊﾟｿｺﾝ、한국어ไทย\ud800\u0000 \u3000_x_",
    "長い" * 7_000 + "。終わり",
    "ア" * 100 + "、" + "ア" * 100,
)


def sample() -> list[str]:
    entries = read_entries(sample_path("shop"))[:60]
    return [text for entry in entries for text in (entry.question, *entry.variants, entry.answer)]


def check_equal(one: TermCounts, other: TermCounts) -> None:
    assert tuple(one.terms) == tuple(other.terms)
    for column in ("starts", "texts", "frequencies"):
        found, wanted = getattr(one, column), getattr(other, column)
        assert found.dtype == wanted.dtype
        assert np.array_equal(found, wanted)


def check_counted(analyzer: Analyzer, texts: Sequence[str]) -> None:
    found, wanted = count_terms(analyzer, texts), count_one_by_one(analyzer, texts)
    assert tuple(found) == tuple(wanted) == analyzer.layers
    for layer in analyzer.layers:
        check_equal(found[layer], wanted[layer])


@pytest.mark.parametrize(
    "analyzer",
    [
        SudachiAnalyzer(),
        SudachiAnalyzer(layers=("ngram", "c")),
        SudachiAnalyzer(ngram_sizes=(1, 3)),
        SudachiAnalyzer(ngram_sizes=(1,)),
        SudachiAnalyzer(ngram_sizes=(2, 3)),
        SudachiAnalyzer(ngram_sizes=(1, 4)),
        SudachiAnalyzer(layers=("a", "pair")),
    ],
    ids=lambda analyzer: analyzer.fingerprint.partition("layers=")[2],
)
def test_counts_are_those_of_the_terms_of_each_text(analyzer: SudachiAnalyzer) -> None:
    assert isinstance(analyzer, TermCounter)
    check_counted(analyzer, [*ODD, *sample(), *ODD])


def test_counts_with_words_of_the_owner_are_those_of_each_text(with_own_words: SudachiAnalyzer) -> None:
    assert with_own_words("返品についての連絡")[0] == "返品について"
    check_counted(with_own_words, [*ODD, *sample(), *ODD])


def test_counts_of_random_texts_are_those_of_each_text() -> None:
    draw = random.Random(5)
    pieces = [
        "".join(draw.choices(text, k=draw.randint(1, 6))) for text in (*ODD[3:11], *sample()) for _ in "ab"
    ]
    texts = ["".join(draw.choices([*pieces, "-", " ", "て", "で", "について"], k=12)) for _ in range(300)]
    check_counted(SudachiAnalyzer(), texts)


def test_a_text_longer_than_any_morpheme_with_a_latin_word_that_is_cut_is_counted_too() -> None:
    text = "log-inのi-pad。" + "あ" * (65_537 - 13)
    check_counted(SudachiAnalyzer(), ["", text, "ん"])


def test_a_second_chunk_is_counted_as_the_first_even_when_all_was_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    analyzer, texts = SudachiAnalyzer(), sample()
    first = analyzer.counts(texts)
    again = analyzer.counts(texts)
    monkeypatch.setattr(unit_counts, "MOST_KEPT", 1)
    forgotten = analyzer.counts(texts)
    for layer in analyzer.layers:
        check_equal(first[layer], again[layer])
        check_equal(first[layer], forgotten[layer])


@pytest.mark.parametrize(
    "analyzer", [NgramAnalyzer(), PlainAnalyzer(tokenize=str.split, name="split")], ids=["ngram", "plain"]
)
def test_other_analyzers_are_counted_text_by_text(analyzer: Analyzer) -> None:
    texts = ["返品 送料", "", "送料 送料 b", "返品"]
    layer = analyzer.layers[0]
    found = count_terms(analyzer, texts)[layer]
    listed = [Counter(analyzer.analyze(text).layers[layer].terms) for text in texts]
    terms = sorted(set().union(*listed))
    assert tuple(found.terms) == tuple(terms)
    wanted = [(number, one[term]) for term in terms for number, one in enumerate(listed) if one[term]]
    assert list(zip(found.texts.tolist(), found.frequencies.tolist(), strict=True)) == wanted
    assert np.diff(found.starts).tolist() == [sum(1 for one in listed if one[term]) for term in terms]


def test_no_texts_have_no_terms() -> None:
    for counts in SudachiAnalyzer().counts([]).values():
        assert tuple(counts.terms) == ()
        assert counts.starts.tolist() == [0]


def test_packed_grams_are_a_sequence_in_code_point_order() -> None:
    strings = ["a", "ab", "abc", "送", "送料", "\U00020bb7", "\U00020bb7野", "\U00020bb7野家"]
    keys = [sum(ord(c) << 42 - 21 * place for place, c in enumerate(text)) for text in strings]
    grams = PackedGrams(np.array(keys, np.int64))
    assert list(grams) == sorted(strings) == strings
    assert [grams[number] for number in range(-8, 8)] == strings * 2
    assert list(grams[2:5]) == strings[2:5]
    assert len(grams) == 8


class WithMarks(SudachiAnalyzer):
    """Finds one term more, and has ``counts`` from a class that does not know of it."""

    def terms(self, text: str) -> dict[str, list[str]]:
        found = super().terms(text)
        return {**found, "a": [*found["a"], "印"]}


class Counting(WithMarks):
    """Counts one by one itself."""

    def counts(self, texts: Sequence[str]) -> Mapping[str, TermCounts]:
        return count_one_by_one(self, texts)


@pytest.mark.parametrize("analyzer", [WithMarks(), Counting()])
def test_a_class_that_finds_other_terms_is_not_counted_by_the_one_it_derives_from(analyzer: Analyzer) -> None:
    assert "印" in count_terms(analyzer, ["返品したい"])["a"].terms
