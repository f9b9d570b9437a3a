"""Small vectors, the files that hold them, and a wheel laid out like the one of ja-ginza."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgpack
import numpy as np
import pytest

from faqsearch.vectors import CompactWordVectors, Release, VectorsInfo, convert_vectors
from faqsearch.vectors.murmur import murmur64

Make = Callable[..., CompactWordVectors]
WORDS: dict[str, list[float]] = {
    "引っ越し": [4.0, 2.0, 0.0],
    "転居": [0.2, 0.15, -0.05],
    "wifi": [0.0, 0.0, 3.0],
    "ABC": [-1.0, 0.0, 0.5],
}
INFO = VectorsInfo(source="chive", version="test 1", licence="Apache-2.0", attribution="someone")
FOLDER = "ja_test/ja_test-1.0/vocab/"


@pytest.fixture
def words() -> dict[str, list[float]]:
    return dict(WORDS)


@pytest.fixture
def write_text() -> Callable[[Path, Mapping[str, Sequence[float]]], Path]:
    def write(path: Path, vectors: Mapping[str, Sequence[float]]) -> Path:
        lines = [
            " ".join([word, *(repr(float(number)) for number in vector)]) for word, vector in vectors.items()
        ]
        head = f"{len(vectors)} {len(next(iter(vectors.values())))}"
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def compact(tmp_path: Path, write_text) -> Make:
    """Make a compact file of a mapping."""

    def make(
        vectors: Mapping[str, Sequence[float]] = WORDS, name: str = "words.vectors"
    ) -> CompactWordVectors:
        source = write_text(tmp_path / f"{name}.vec", vectors)
        made = convert_vectors(source, tmp_path / name, info=INFO)
        source.unlink()
        return made

    return make


def release_of(wheel: Path) -> Release:
    return Release(
        package="ja-test",
        version="1.0",
        sha256=hashlib.sha256(wheel.read_bytes()).hexdigest(),
        folder=FOLDER,
        info=INFO,
    )


@pytest.fixture
def release() -> Callable[[Path], Release]:
    return release_of


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., Path]:
    """Make a wheel of two vectors and three words; members may be replaced or, with None, left out."""

    def make(**members: bytes | None) -> Path:
        matrix = io.BytesIO()
        np.save(matrix, np.array([[4.0, 2.0, 0.0], [0.0, -0.5, 0.5]], dtype=np.float32))
        rows = {murmur64(word.encode()): row for word, row in (("転居", 0), ("引っ越し", 0), ("WiFi", 1))}
        content = {
            "vectors": matrix.getvalue(),
            "key2row": msgpack.packb({**rows, 5: 1}),
            "strings": json.dumps(["NOUN", "WiFi", "引っ越し", "転居"]).encode(),
            **members,
        }
        dist = "ja_test-1.0.dist-info/"
        files = {
            "ja_test/__init__.py": b"raise RuntimeError('nothing of the wheel may be run')\n",
            FOLDER + "vectors": content["vectors"],
            FOLDER + "key2row": content["key2row"],
            FOLDER + "strings.json": content["strings"],
            dist + "METADATA": b"Metadata-Version: 2.1\nName: ja-test\nVersion: 1.0\nRequires-Dist: spacy\n",
            dist
            + "WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            dist + "RECORD": b"",
        }
        folder = tmp_path / "index"
        folder.mkdir(exist_ok=True)
        path = folder / "ja_test-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as handle:
            for name, data in files.items():
                if data is not None:
                    handle.writestr(name, data)
        return path

    return make
