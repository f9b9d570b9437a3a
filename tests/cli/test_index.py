"""``index build``, ``verify`` and ``info``, and ``--cache`` of the commands that open a base."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from faqsearch.entry import FaqEntry
from faqsearch.readiness import text_vectors_file
from faqsearch.store import write_entries

Invoke = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def test_an_index_is_built_and_then_right(invoke: Invoke, faq: Path, folder: Path) -> None:
    built = invoke("index", "build", "--faq", faq, "--cache", folder)
    assert (built.exit_code, built.stdout) == (0, f"{folder}: gen-000001, 0.08 MB, written\n")
    again = invoke("index", "build", "--faq", faq, "--cache", folder)
    assert again.stdout == f"{folder}: gen-000001, 0.08 MB, right already\n"
    verified = invoke("index", "verify", "--faq", faq, "--cache", folder)
    assert (verified.exit_code, verified.stdout) == (0, f"{folder}: gen-000001, right\n")


def test_the_same_for_machines(invoke: Invoke, faq: Path, folder: Path) -> None:
    built = json.loads(invoke("index", "build", "--faq", faq, "--cache", folder, "--json").stdout)
    names = ("segment-*", "entries")
    size = sum(path.stat().st_size for name in names for path in folder.rglob(name))
    assert built == {"cache": str(folder), "generation": "gen-000001", "size": size, "new": True}
    state = {
        "cache": str(folder),
        "state": "right",
        "reason": "",
        "generation": "gen-000001",
        "size": size,
        "entries": {"public": 5, "operator": 6},
        "differing": {"public": 0, "operator": 0},
        "vectors": [],
    }
    for command in ("verify", "info"):
        assert json.loads(invoke("index", command, "--faq", faq, "--cache", folder, "--json").stdout) == state


def test_verify_ends_with_2_and_one_line(
    invoke: Invoke, faq: Path, folder: Path, entries: tuple[FaqEntry, ...]
) -> None:
    def complaint() -> str:
        result = invoke("index", "verify", "--faq", faq, "--cache", folder)
        assert (result.exit_code, result.stdout) == (2, "")
        return result.stderr

    mend = "mend it by `faqsearch index build`\n"
    assert complaint() == f"faqsearch: the index in {folder} is not right (missing): there is none; {mend}"
    invoke("index", "build", "--faq", faq, "--cache", folder)
    write_entries(faq, entries[1:])
    assert complaint() == (
        f"faqsearch: the index in {folder} is not right (other content):"
        f" 1 entries are new, changed or gone; {mend}"
    )
    segment = folder / "gen-000001" / "segment-1"
    segment.write_bytes(b"\xff" + segment.read_bytes()[1:])
    assert complaint() == (
        f"faqsearch: the index in {folder} is not right (damaged): segment-1 is not what was written; {mend}"
    )
    invoke("index", "build", "--faq", faq, "--cache", folder)
    assert invoke("index", "verify", "--faq", faq, "--cache", folder).exit_code == 0


def test_info_says_what_is_there(
    invoke: Invoke, faq: Path, folder: Path, entries: tuple[FaqEntry, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    nothing = invoke("index", "info", "--faq", faq, "--cache", folder)
    assert nothing.exit_code == 0
    assert [line.split() for line in nothing.stdout.splitlines()] == [
        ["folder", str(folder)],
        ["state", "missing:", "there", "is", "none"],
        ["generation", "none"],
        ["size", "0.00", "MB"],
    ]
    invoke("index", "build", "--faq", faq, "--cache", folder)
    write_entries(faq, entries[:-3])
    lines = invoke("index", "info", "--faq", faq, "--cache", folder).stdout.splitlines()
    assert [" ".join(line.split()) for line in lines[1:]] == [
        "state other content: 1 entries are new, changed or gone",
        "generation gen-000001",
        "size 0.08 MB",
        f"public 5 entries, 0 differ from {faq}",
        f"operator 6 entries, 1 differ from {faq}",
    ]


def test_a_folder_that_cannot_be_written_is_one_line(invoke: Invoke, faq: Path) -> None:
    result = invoke("index", "build", "--faq", faq, "--cache", faq / "index")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"faqsearch: the index cannot be kept in {faq / 'index'} (index: Not a directory);"
        " make room there, or give another folder\n"
    )


def test_the_group_alone_shows_its_help(invoke: Invoke) -> None:
    assert "verify" in invoke("index").stdout


def test_a_search_makes_the_index_and_the_next_one_uses_it(invoke: Invoke, faq: Path, folder: Path) -> None:
    words = ("search", "返品の送料", "--faq", faq, "--preset", "lexical", "--json")
    plain = invoke(*words)
    first, second = (invoke(*words, "--cache", folder) for _ in range(2))
    assert first.stdout == second.stdout == plain.stdout
    assert invoke("index", "verify", "--faq", faq, "--cache", folder).exit_code == 0
    assert [path.name for path in folder.glob("gen-*")] == ["gen-000001"]


def test_an_index_of_hybrid_holds_its_vectors_and_no_command_makes_them_again(
    invoke: Invoke, faq: Path, folder: Path, encoder, word_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    preset = ("--faq", faq, "--cache", folder, "--preset", "hybrid")
    assert invoke("index", "build", *preset).exit_code == 0
    assert encoder.asked
    lines = [" ".join(line.split()) for line in invoke("index", "info", *preset).stdout.splitlines()]
    assert lines[1] == "state right"
    assert "vectors small-1:float16" in lines
    plain = invoke("search", "領収書", "--faq", faq, "--preset", "hybrid", "--json").stdout
    text_vectors_file().unlink()
    encoder.asked.clear()
    found = invoke("search", "領収書", *preset, "--json")
    assert (found.stdout, encoder.asked) == (plain, ["領収書"])
    assert invoke("index", "verify", *preset).exit_code == 0
    assert invoke("index", "build", *preset).stdout.endswith("right already\n")
    assert encoder.asked == ["領収書"]


def test_an_index_without_the_vectors_of_the_preset_is_told_and_mended(
    invoke: Invoke, faq: Path, folder: Path, encoder, word_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preset = ("--faq", faq, "--cache", folder, "--preset")

    def complaint() -> str:
        result = invoke("index", "verify", *preset, "hybrid")
        assert (result.exit_code, result.stdout) == (2, "")
        return result.stderr

    told = (
        f"faqsearch: the index in {folder} is not right (other vectors): it lacks vectors that preset hybrid"
        " ranks with, or others made them; mend it by `faqsearch index build`\n"
    )
    for built in ("lexical", "semantic"):
        invoke("index", "build", *preset, built)
        assert invoke("index", "verify", *preset, built).exit_code == 0
        assert complaint() == told
    invoke("index", "build", *preset, "hybrid")
    assert invoke("index", "verify", *preset, "hybrid").exit_code == 0
    monkeypatch.setattr(encoder, "fingerprint", "small-2")
    assert complaint() == told
    assert invoke("index", "verify", *preset, "semantic").exit_code == 0
    encoder.asked.clear()
    assert invoke("index", "build", *preset, "hybrid").exit_code == 0
    assert encoder.asked
    assert invoke("index", "verify", *preset, "hybrid").exit_code == 0


def test_a_build_whose_encoder_fails_is_one_line_and_leaves_no_index(
    invoke: Invoke, faq: Path, folder: Path, encoder, word_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "fails", True)
    result = invoke("index", "build", "--faq", faq, "--cache", folder, "--preset", "hybrid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("out of order\n")
    assert not folder.exists()
