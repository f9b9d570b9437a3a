from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from faqsearch.encoders import VectorCache, text_digest
from faqsearch.errors import FaqSearchError

DIGESTS = [text_digest(f"文{number}") for number in range(1_200)]


def vectors(count: int = 3, value: float = 0.5) -> dict[bytes, np.ndarray]:
    return {key: np.full(4, value + row, dtype=np.float16) for row, key in enumerate(DIGESTS[:count])}


def shown(found: dict[bytes, np.ndarray]) -> dict[bytes, list[float]]:
    return {key: vector.tolist() for key, vector in found.items()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def test_what_was_put_is_there_after_the_file_was_closed(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors())
    with VectorCache(path) as cache:
        found = cache.get_many("e", "passage", DIGESTS[:5] + DIGESTS[:1])
        assert shown(found) == shown(vectors())
        assert found[DIGESTS[0]].dtype == np.float16
        assert len(cache) == 3


def test_encoders_and_kinds_are_kept_apart(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors(value=1))
        cache.put_many("e", "query", vectors(value=2))
        cache.put_many("f", "passage", vectors(value=3))
        assert shown(cache.get_many("e", "passage", DIGESTS)) == shown(vectors(value=1))
        assert shown(cache.get_many("e", "query", DIGESTS)) == shown(vectors(value=2))
        assert shown(cache.get_many("f", "passage", DIGESTS)) == shown(vectors(value=3))
        assert cache.get_many("f", "query", DIGESTS) == cache.get_many("g", "query", DIGESTS) == {}


def test_more_texts_than_one_statement_takes_are_found(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors(1_200))
        assert shown(cache.get_many("e", "passage", DIGESTS)) == shown(vectors(1_200))


def test_a_vector_put_again_replaces_the_old_one(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors(value=1))
        cache.put_many("e", "passage", vectors(value=2))
        assert shown(cache.get_many("e", "passage", DIGESTS)) == shown(vectors(value=2))


def test_no_text_is_in_the_file_and_only_its_owner_reads_it(path: Path) -> None:
    text = "山田太郎の電話番号"
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", {text_digest(text): np.ones(4, dtype=np.float16)})
        files = list(path.parent.iterdir())
        assert all(text.encode() not in file.read_bytes() for file in files)
        assert {file.stat().st_mode & 0o077 for file in files} == {0}


def test_pruning_keeps_one_encoder_and_only_the_texts_that_are_named(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.put_many("old", "passage", vectors(1_200))
        cache.put_many("new", "passage", vectors(3))
        cache.put_many("new", "query", vectors(2))
    with VectorCache(path) as cache:
        before = path.stat().st_size
        assert cache.prune("new") == 1_200
        assert path.stat().st_size < before
        assert cache.prune("new") == 0
        assert cache.prune("new", DIGESTS[:1]) == 3
        assert shown(cache.get_many("new", "passage", DIGESTS)) == shown(vectors(1))
        assert shown(cache.get_many("new", "query", DIGESTS)) == shown(vectors(1))
        assert cache.prune("never seen") == 2
        assert len(cache) == 0


def test_a_failed_put_stores_nothing(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors(1))
    raw = sqlite3.connect(path)
    raw.execute(
        "CREATE TRIGGER full BEFORE INSERT ON vectors WHEN (SELECT count(*) FROM vectors) > 1 "
        "BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    raw.close()
    with VectorCache(path) as cache:
        with pytest.raises(FaqSearchError, match="no room"):
            cache.put_many("e", "query", vectors(3))
        assert len(cache) == 1
    assert list(path.parent.glob("*.damaged*")) == []


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"\xff" * 600])
def test_a_file_that_is_no_database_is_moved_aside_and_begun_anew(
    path: Path, caplog: pytest.LogCaptureFixture, damage: bytes
) -> None:
    path.write_bytes(damage)
    with caplog.at_level(logging.WARNING, "faqsearch.encoders"), VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors())
        assert len(cache) == 3
    assert path.with_name("vectors.sqlite.damaged-1").read_bytes() == damage
    assert "vectors.sqlite is damaged" in caplog.text
    path.write_bytes(damage)
    with VectorCache(path) as cache:
        assert len(cache) == 0
    assert path.with_name("vectors.sqlite.damaged-2").read_bytes() == damage


def test_damage_met_while_the_file_is_open_is_mended(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors(1_200))
    content = bytearray(path.read_bytes())
    content[4_096:] = os.urandom(len(content) - 4_096)
    path.write_bytes(content)
    with caplog.at_level(logging.WARNING, "faqsearch.encoders"), VectorCache(path) as cache:
        assert cache.get_many("e", "passage", DIGESTS) == {}
        cache.put_many("e", "passage", vectors())
        assert shown(cache.get_many("e", "passage", DIGESTS)) == shown(vectors())
    assert caplog.text.count("is damaged") == 1


def test_a_good_file_that_another_process_put_there_is_not_moved(path: Path) -> None:
    first, second = VectorCache(path), VectorCache(path)
    first.put_many("e", "passage", vectors(1_200))
    first.close()
    second.close()
    content = bytearray(path.read_bytes())
    content[4_096:] = os.urandom(len(content) - 4_096)
    path.write_bytes(content)
    first._attempt(lambda connection: None)
    second._attempt(lambda connection: None)
    assert first.get_many("e", "passage", DIGESTS) == {}
    first.put_many("e", "passage", vectors())
    assert shown(second.get_many("e", "passage", DIGESTS)) == shown(vectors())
    assert not path.with_name("vectors.sqlite.damaged-2").exists()
    first.close()
    second.close()


def test_a_damaged_vector_is_taken_for_missing(path: Path) -> None:
    with VectorCache(path) as cache:
        cache.put_many("e", "passage", vectors(2))
    raw = sqlite3.connect(path)
    raw.execute("UPDATE vectors SET vector = ? WHERE digest = ?", (b"\0" * 8, DIGESTS[0]))
    raw.commit()
    raw.close()
    with VectorCache(path) as cache:
        assert list(cache.get_many("e", "passage", DIGESTS)) == [DIGESTS[1]]


def test_a_damaged_file_that_cannot_be_moved_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "in use", str(self))

    path.write_bytes(b"not a database at all" * 100)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", refuse)
        with pytest.raises(FaqSearchError, match="cannot be used"):
            VectorCache(path)
    with VectorCache(path) as cache:
        assert len(cache) == 0


def test_another_programs_database_is_left_alone(path: Path) -> None:
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE theirs (x)")
    raw.commit()
    raw.close()
    with pytest.raises(FaqSearchError, match="another program's data"):
        VectorCache(path)
    assert [file.name for file in path.parent.glob("*.damaged*")] == []


def test_a_file_of_a_later_format_is_left_alone(path: Path) -> None:
    VectorCache(path).close()
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 9")
    raw.close()
    with pytest.raises(FaqSearchError, match="it has format 9, this version reads 1"):
        VectorCache(path)


@pytest.mark.parametrize("name", ["missing/vectors.sqlite", "", "a\0b"])
def test_a_path_that_cannot_be_used_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(FaqSearchError, match="cannot be used"):
        VectorCache(tmp_path / name)


def test_threads_share_one_cache(path: Path) -> None:
    with VectorCache(path) as cache:

        def work(number: int) -> None:
            for row in range(number, 400, 4):
                cache.put_many("e", "passage", {DIGESTS[row]: np.full(4, row, dtype=np.float16)})
                assert DIGESTS[row] in cache.get_many("e", "passage", DIGESTS[:400])

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = cache.get_many("e", "passage", DIGESTS)
        assert [found[key][0] for key in DIGESTS[:400]] == list(range(400))


WRITER = """
import sys, numpy as np
from faqsearch.encoders import VectorCache, text_digest
first, path = int(sys.argv[1]), sys.argv[2]
cache = VectorCache(path)
for row in range(first, 200, 2):
    cache.put_many("e", "passage", {text_digest(f"文{row}"): np.full(4, row, dtype=np.float16)})
"""


def test_processes_share_one_file(path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(first), str(path)]) for first in (0, 1)]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    with VectorCache(path) as cache:
        found = cache.get_many("e", "passage", DIGESTS)
    assert [found[key][0] for key in DIGESTS[:200]] == list(range(200))


ENDLESS = """
import sys, numpy as np
from faqsearch.encoders import VectorCache, text_digest
cache = VectorCache(sys.argv[1])
batch = 0
while True:
    rows = {text_digest(f"{batch}-{row}"): np.full(384, batch, dtype=np.float16) for row in range(50)}
    cache.put_many("e", "passage", rows)
    batch += 1
    print(batch, flush=True)
"""


@pytest.mark.parametrize("batches", [1, 3, 8])
def test_a_killed_writer_leaves_whole_batches_and_a_file_that_works(path: Path, batches: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS, str(path)], stdout=subprocess.PIPE, encoding="utf-8"
    ) as writer:
        assert writer.stdout is not None
        while int(writer.stdout.readline()) < batches:
            pass
        writer.send_signal(signal.SIGKILL)
        told = batches + len(writer.stdout.read().split())
    with VectorCache(path) as cache:
        stored = len(cache)
        assert stored % 50 == 0
        # Everything it said was stored is there; at most the batch it could not say any more besides.
        assert told <= stored // 50 <= told + 1
        keys = [text_digest(f"{batch}-{row}") for batch in range(told) for row in range(50)]
        assert len(cache.get_many("e", "passage", keys)) == told * 50
        cache.put_many("e", "passage", vectors())
        assert len(cache) == stored + 3
    assert list(path.parent.glob("*.damaged*")) == []
