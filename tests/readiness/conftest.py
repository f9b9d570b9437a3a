"""An encoder whose work can be watched, held up and made to fail, and word vectors to go with it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from faqsearch.encoders import CachedEncoder, Kind, VectorCache
from faqsearch.encoders.base import checked_texts, unit_rows
from faqsearch.vectors import StaticWordVectors

DIMENSIONS = 16
PATIENCE = 60.0
"""Seconds after which something that a test waits for has certainly gone wrong."""


class WatchedEncoder:
    """Vectors drawn from the digest of the text."""

    def __init__(self) -> None:
        self.passages: list[str] = []
        self.queries: list[str] = []
        self.failure: Exception | None = None
        self.query_failure: Exception | None = None
        self.gate = threading.Event()  # passages wait until it is set
        self.gate.set()
        self.entered = threading.Event()  # set when a passage has come to the gate

    @property
    def fingerprint(self) -> str:
        return "watched-1"

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        readable = checked_texts(texts, kind, 1_000)
        failure = self.failure if kind == "passage" else self.query_failure
        if kind == "passage":
            self.entered.set()
            assert self.gate.wait(PATIENCE)
        if failure is not None:
            raise failure
        (self.passages if kind == "passage" else self.queries).extend(readable)
        rows = [
            np.random.default_rng(list(hashlib.sha256(text.encode()).digest())).standard_normal(DIMENSIONS)
            for text in readable
        ]
        return unit_rows(np.array(rows).reshape(-1, DIMENSIONS), "the test")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder for each test."""
    folder = tmp_path / "home"
    monkeypatch.setenv("FAQSEARCH_HOME", str(folder))
    return folder


@pytest.fixture
def watched() -> Iterator[WatchedEncoder]:
    encoder = WatchedEncoder()
    yield encoder
    encoder.gate.set()


@pytest.fixture
def cached(tmp_path: Path) -> Iterator[Callable[[WatchedEncoder], CachedEncoder]]:
    """Put an encoder in front of a file of this test."""
    with VectorCache(tmp_path / "cache.sqlite") as cache:
        yield lambda encoder: CachedEncoder(encoder, cache)


@pytest.fixture(scope="session")
def words() -> StaticWordVectors:
    return StaticWordVectors(
        {
            "送料": [1.0, 0.1, 0.0, 0.0],
            "運賃": [0.9, 0.2, 0.0, 0.0],
            "返品": [0.0, 1.0, 0.1, 0.0],
            "パスワード": [0.0, 0.0, 1.0, 0.2],
            "忘れる": [0.0, 0.1, 0.8, 0.4],
        }
    )
