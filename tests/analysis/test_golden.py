"""Tricky sentences with the terms they have under exactly one version of the dictionary."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from faqsearch.analysis import SudachiAnalyzer

DICTIONARY = "20261015"
GOLDEN = [
    json.loads(line)
    for line in Path(__file__).with_name("golden_sentences.jsonl").read_text(encoding="utf-8").splitlines()
]


def test_the_dictionary_is_the_one_that_the_sentences_are_written_for() -> None:
    assert version("sudachidict-core") == DICTIONARY, (
        f"the golden sentences hold under sudachidict-core {DICTIONARY}, but {version('sudachidict-core')} is"
        f" installed: pip install sudachidict-core=={DICTIONARY}, or go through the differences one by one"
    )


def test_there_are_sentences_enough_and_none_twice() -> None:
    texts = [golden["text"] for golden in GOLDEN]
    assert len(texts) >= 70
    assert sorted(set(texts)) == sorted(texts)


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden["text"][:20] or "empty")
def test_a_tricky_sentence_has_these_terms(analyzer: SudachiAnalyzer, golden: dict[str, object]) -> None:
    layers = analyzer.analyze(str(golden["text"])).layers
    assert (layers["a"].terms, layers["c"].terms) == (golden["a"], golden["c"]), golden.get("note", "")
