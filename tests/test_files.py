"""Replacing a file in pieces; the store's tests hold the rest of what a write owes."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from faqsearch import files
from faqsearch.store import atomic


def test_the_file_appears_whole_when_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with files.replacing(path) as handle:
        handle.write(b"....ld")
        handle.seek(0)
        handle.write(b"a wor")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"a word"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit])
def test_an_error_in_the_block_leaves_the_old_file_and_no_other(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with contextlib.suppress(error), files.replacing(path) as handle:
        handle.write(b"new")
        raise error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_store_writes_by_the_same_function() -> None:
    assert atomic.write_bytes is files.write_bytes
    assert atomic.replacing is files.replacing
