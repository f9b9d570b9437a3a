"""Vectors for rankers: kept, made in parts, remembered for the last queries, and one kind of error."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from faqsearch import FaqSearchError
from faqsearch.encoders import CachedEncoder, PreparedVectors, VectorCache
from faqsearch.encoders.prepared import MOST_QUERIES
from faqsearch.errors import EncoderError

TEXTS = tuple(f"文{number}" for number in range(70))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    with VectorCache(tmp_path / "cache.sqlite") as opened:
        yield opened


@pytest.fixture
def prepared(hash_encoder, cache: VectorCache) -> PreparedVectors:
    return PreparedVectors(CachedEncoder(hash_encoder, cache))


def break_down(encoder, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(texts: object, kind: object) -> None:
        raise error

    monkeypatch.setattr(encoder, "encode", fail)


def test_it_is_known_by_the_name_and_length_of_its_encoder(prepared: PreparedVectors) -> None:
    assert (prepared.fingerprint, prepared.dimensions) == ("hash-1:float16", 16)


def test_passages_and_queries_are_the_encoders(prepared: PreparedVectors, hash_encoder) -> None:
    expected = hash_encoder.encode(TEXTS[:2], "passage")
    np.testing.assert_allclose(prepared.passages(TEXTS[:2]), expected, atol=1e-3)
    np.testing.assert_allclose(prepared.query("文"), hash_encoder.encode(["文"], "query")[0], atol=1e-3)


def test_no_texts_have_no_vectors(prepared: PreparedVectors) -> None:
    assert prepared.passages(()).shape == (0, 16)
    assert prepared.missing(()) == ()


def test_missing_texts_are_told_once_each_in_order(prepared: PreparedVectors) -> None:
    prepared.make(["b"])
    assert prepared.missing(["c", "b", "a", "c"]) == ("c", "a")


def test_only_what_is_missing_is_made(prepared: PreparedVectors, hash_encoder) -> None:
    prepared.make(TEXTS[:3])
    prepared.make([*TEXTS[:5], "文4"])
    assert hash_encoder.asked == ["文0", "文1", "文2", "文3", "文4"]
    assert prepared.missing(TEXTS[:5]) == ()


def test_progress_is_told_part_by_part(prepared: PreparedVectors) -> None:
    told: list[tuple[int, int]] = []
    prepared.make(TEXTS, lambda done, total: told.append((done, total)))
    assert told == [(32, 70), (64, 70), (70, 70)]


def test_what_was_made_before_an_interruption_is_kept(prepared: PreparedVectors, hash_encoder) -> None:
    class Interrupted(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        prepared.make(TEXTS, stop)
    assert prepared.missing(TEXTS) == TEXTS[32:]
    prepared.make(TEXTS)
    assert hash_encoder.asked == list(TEXTS)


def test_what_is_ready_is_not_looked_up_again(
    prepared: PreparedVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared.make(TEXTS)
    monkeypatch.setattr(CachedEncoder, "absent", lambda *_: pytest.fail("looked up"))
    assert prepared.missing(TEXTS) == ()


def test_vectors_of_an_earlier_process_are_found(prepared: PreparedVectors, hash_encoder, cache) -> None:
    prepared.make(TEXTS)
    hash_encoder.asked.clear()
    again = PreparedVectors(CachedEncoder(hash_encoder, cache))
    assert again.missing([*TEXTS, "新しい"]) == ("新しい",)
    assert again.missing(TEXTS) == ()
    assert hash_encoder.asked == []


def test_the_last_queries_are_remembered_and_never_written(
    prepared: PreparedVectors, hash_encoder, cache: VectorCache
) -> None:
    for number in range(MOST_QUERIES):
        prepared.query(f"問{number}")
    prepared.query("問0")
    assert len(hash_encoder.asked) == MOST_QUERIES
    prepared.query("もう一つ")
    prepared.query("問0")
    assert hash_encoder.asked[-2:] == ["もう一つ", "問0"]
    assert len(cache) == 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FaqSearchError("the server is away"), "the server is away"),
        (RuntimeError("ひみつの問い合わせ"), "the encoder failed with RuntimeError"),
    ],
)
def test_whatever_the_encoder_fails_with_is_one_kind_of_error(
    prepared: PreparedVectors, hash_encoder, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    break_down(hash_encoder, monkeypatch, error)
    with pytest.raises(EncoderError, match=f"^the query cannot be encoded: {said}$"):
        prepared.query("文")
    for call in (prepared.passages, prepared.make):
        with pytest.raises(EncoderError, match=f"^vectors of entries cannot be made: {said}$"):
            call(TEXTS)


def test_an_encoder_that_must_ask_for_its_length_may_fail_at_it(
    prepared: PreparedVectors, hash_encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> int:
        raise FaqSearchError("the server is away")

    prepared.make(TEXTS[:1])
    monkeypatch.setattr(type(hash_encoder), "dimensions", property(fail))
    with pytest.raises(EncoderError, match="the server is away"):
        _ = prepared.dimensions
    assert prepared.missing(TEXTS[:2]) == TEXTS[1:2]  # as far as can be told


def test_without_the_file_nothing_is_ready(
    hash_encoder, cache: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise FaqSearchError("the vector cache cannot be used")

    prepared = PreparedVectors(CachedEncoder(hash_encoder, cache))
    monkeypatch.setattr(cache, "get_many", fail)
    assert prepared.missing(["b", "a", "b"]) == ("b", "a")
    with pytest.raises(EncoderError, match="the vector cache cannot be used"):
        prepared.make(["a"])
