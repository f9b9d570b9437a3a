"""What every encoder must do, run over all of them."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from faqsearch.encoders import CachedEncoder, Encoder, OpenAICompatibleEncoder, VectorCache
from faqsearch.encoders.base import KINDS
from faqsearch.errors import InputError

NAMES = [
    "hash_encoder",
    "nano",
    "remote",
    "cached",
    pytest.param("sentence", marks=pytest.mark.sentence_transformers),
]
TEXTS = ["返品できますか", "送料はいくら", "解約の方法", "料金", "いつ返品できるか。送料は料金か。"]
ODD = [
    "",
    " ",
    "\n\n",
    "\0",
    "返品\0送料",
    "\ud800",
    "\ufdfa" * 60,
    "👨‍👩‍👧",
    "a" * 1_000_000,
    "\u202e",
    "か゚",
]


@pytest.fixture
def cached(hash_encoder: Encoder, tmp_path: Path) -> Iterator[CachedEncoder]:
    with VectorCache(tmp_path / "vectors.sqlite") as cache:
        yield CachedEncoder(hash_encoder, cache)


@pytest.fixture(params=NAMES)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    found: Encoder = request.getfixturevalue(request.param)
    return found


def test_it_fulfils_the_protocol(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.fingerprint == encoder.fingerprint != ""
    assert encoder.dimensions >= 1


@pytest.mark.parametrize("kind", KINDS)
def test_each_text_gets_a_row_of_length_one(encoder: Encoder, kind: str) -> None:
    rows = encoder.encode(TEXTS, kind)
    assert rows.shape == (len(TEXTS), encoder.dimensions)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows.astype(np.float64), axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-6)
    assert len(np.unique(rows, axis=0)) == len(TEXTS)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([], "query").shape == (0, encoder.dimensions)
    assert encoder.encode((), "passage").dtype == np.float32


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_gives_the_same_bits_alone_in_a_batch_and_in_any_order(encoder: Encoder, kind: str) -> None:
    batch = encoder.encode(TEXTS, kind)
    alone = np.concatenate([encoder.encode([text], kind) for text in TEXTS])
    assert batch.tobytes() == alone.tobytes()
    assert encoder.encode(TEXTS[::-1], kind)[::-1].tobytes() == batch.tobytes()


def test_any_text_is_accepted(encoder: Encoder) -> None:
    rows = encoder.encode(ODD, "passage")
    assert np.linalg.norm(rows.astype(np.float64), axis=1) == pytest.approx(np.ones(len(ODD)), abs=1e-6)


@pytest.mark.parametrize(
    ("texts", "kind"), [("返品", "query"), ([b"x"], "query"), ([None], "query"), (["返品"], "doc")]
)
def test_what_is_no_sequence_of_texts_or_no_kind_is_an_input_error(
    encoder: Encoder, texts: list[str], kind: str
) -> None:
    with pytest.raises(InputError) as caught:
        encoder.encode(texts, kind)
    assert "返品" not in str(caught.value)


def test_threads_get_the_same_bits(encoder: Encoder) -> None:
    expected = encoder.encode(TEXTS, "passage").tobytes()
    found: list[bytes] = []

    def work() -> None:
        found.append(encoder.encode(TEXTS, "passage").tobytes())

    run_together(work, 4)
    assert found == [expected] * 4


def test_a_pickled_copy_gives_the_same_bits(encoder: Encoder) -> None:
    copy = pickle.loads(pickle.dumps(encoder))
    assert copy.fingerprint == encoder.fingerprint
    try:
        assert copy.encode(TEXTS[:2], "query").tobytes() == encoder.encode(TEXTS[:2], "query").tobytes()
    finally:
        close(copy)


def close(encoder: Encoder) -> None:
    if isinstance(encoder, OpenAICompatibleEncoder):
        encoder.close()
    if isinstance(encoder, CachedEncoder):
        encoder._cache.close()


def run_together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
