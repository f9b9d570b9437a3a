from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from faqsearch.entry import FaqEntry
from faqsearch.store.formats import read_entries, write_entries


@pytest.fixture
def incoming(tmp_path: Path, entries: tuple[FaqEntry, ...]) -> Path:
    """One entry as it is, one changed, one new."""
    changed = dataclasses.replace(entries[1], answer="返品の送料は当店が負担します。")
    new = FaqEntry(id="new-1", question="ギフト包装はできますか", answer="はい、無料です。")
    path = tmp_path / "incoming.jsonl"
    write_entries(path, (new, changed, entries[0]))
    return path


def test_import_replaces_by_id_adds_at_the_end_and_says_how_many(
    invoke, faq: Path, incoming: Path, entries: tuple[FaqEntry, ...]
) -> None:
    result = invoke("import", incoming, "--into", faq)
    assert result.exit_code == 0
    assert result.stdout == f"{faq}: 1 new, 1 changed, 1 unchanged; 9 entries; written\n"
    new, changed, _ = read_entries(incoming)
    assert read_entries(faq) == (entries[0], changed, *entries[2:], new)


def test_a_second_import_finds_nothing_to_write(invoke, faq: Path, incoming: Path) -> None:
    invoke("import", incoming, "--into", faq)
    before = faq.stat().st_mtime_ns, faq.read_bytes()
    result = invoke("import", incoming, "--into", faq)
    assert result.stdout == f"{faq}: 0 new, 0 changed, 3 unchanged; 9 entries; nothing to write\n"
    assert (faq.stat().st_mtime_ns, faq.read_bytes()) == before


def test_a_dry_run_only_says_what_would_happen(invoke, faq: Path, incoming: Path) -> None:
    before = faq.read_bytes()
    result = invoke("import", incoming, "--into", faq, "--dry-run")
    assert result.stdout == f"{faq}: 1 new, 1 changed, 1 unchanged; 9 entries; nothing written (dry run)\n"
    assert faq.read_bytes() == before


def test_import_in_json_lists_the_ids(invoke, faq: Path, incoming: Path) -> None:
    document = json.loads(invoke("import", incoming, "--into", faq, "--json").stdout)
    assert document == {
        "base": str(faq),
        "entries": 9,
        "new": ["new-1"],
        "changed": ["return-1"],
        "unchanged": ["addr-1"],
        "created": False,
        "written": True,
    }


def test_import_makes_a_base_that_is_missing(invoke, tmp_path: Path, incoming: Path) -> None:
    base = tmp_path / "base.csv"
    dry = json.loads(invoke("import", incoming, "--into", base, "--dry-run", "--json").stdout)
    assert (dry["created"], dry["written"], base.exists()) == (False, False, False)
    document = json.loads(invoke("import", incoming, "--into", base, "--json").stdout)
    assert (document["created"], document["written"], document["entries"]) == (True, True, 3)
    assert read_entries(base) == read_entries(incoming)


@pytest.mark.parametrize("broken", ["source", "base"])
def test_import_is_all_or_nothing(invoke, faq: Path, incoming: Path, broken: str) -> None:
    bad = incoming if broken == "source" else faq
    bad.write_text('{"id": "x", "question": ""}\n' if broken == "source" else "id,question\nx,y\n", "utf-8")
    before = faq.read_bytes()
    result = invoke("import", incoming, "--into", faq)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith(f"faqsearch: {bad}")
    assert faq.read_bytes() == before


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".xlsx"])
def test_export_converts_without_a_change(
    invoke, faq: Path, tmp_path: Path, entries: tuple[FaqEntry, ...], suffix: str
) -> None:
    out = tmp_path / f"out{suffix}"
    result = invoke("export", "--faq", faq, "--out", out)
    assert result.stdout == f"{out}: 8 entries written\n"
    assert read_entries(out) == entries
    document = json.loads(invoke("export", "--faq", out, "--out", faq, "--json").stdout)
    assert document == {"out": str(faq), "entries": 8}
    assert read_entries(faq) == entries


def test_export_takes_its_file_as_a_word_too(
    invoke, faq: Path, tmp_path: Path, entries: tuple[FaqEntry, ...]
) -> None:
    out = tmp_path / "out.jsonl"
    result = invoke("export", faq, "--out", out)
    assert (result.exit_code, result.stdout) == (0, f"{out}: 8 entries written\n")
    assert read_entries(out) == entries


def test_export_to_an_unknown_format_is_refused(invoke, faq: Path, tmp_path: Path) -> None:
    result = invoke("export", "--faq", faq, "--out", tmp_path / "faq.pdf")
    assert result.exit_code == 2
    assert "'.pdf'; allowed are .csv, .jsonl, .xlsx" in result.stderr


def test_validate_counts_a_sound_file(invoke, faq: Path) -> None:
    result = invoke("validate", faq)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[0] == f"{faq}: 8 entries, no problems"
    assert [line.split() for line in lines[1:]] == [
        ["status", "archived", "1"],
        ["status", "draft", "1"],
        ["status", "published", "6"],
        ["audience", "operator", "1"],
        ["audience", "public", "7"],
        ["category", "(none)", "1"],
        ["category", "会員", "3"],
        ["category", "支払い", "1"],
        ["category", "返品", "2"],
        ["category", "配送", "1"],
    ]


def test_counts_line_up_by_cell_width(invoke, faq: Path) -> None:
    from rich.cells import cell_len

    lines = [line.rstrip() for line in invoke("validate", faq).stdout.splitlines()[1:]]
    assert len({cell_len(line) for line in lines}) == 1


def test_validate_in_json_counts_too(invoke, faq: Path) -> None:
    assert json.loads(invoke("validate", faq, "--json").stdout) == {
        "file": str(faq),
        "valid": True,
        "entries": 8,
        "status": {"archived": 1, "draft": 1, "published": 6},
        "audience": {"operator": 1, "public": 7},
        "category": {"(none)": 1, "会員": 3, "支払い": 1, "返品": 2, "配送": 1},
        "problems": [],
    }


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.csv"
    path.write_text(
        "id,question,answer,status\na,質問,回答,live\nb,,回答,draft\nb,質問,回答,draft\n", "utf-8"
    )
    return path


def test_validate_lists_every_problem_and_exits_2(invoke, broken: Path) -> None:
    result = invoke("validate", broken)
    assert result.exit_code == 2
    lines = result.stdout.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        f"{broken}, row 2, column 'status'",
        f"{broken}, row 3, column 'question'",
        f"{broken}, row 4, column 'id'",
    ]
    assert result.stderr == f"faqsearch: {broken}: 3 problems\n"


def test_validate_in_json_lists_the_problems_as_records(invoke, broken: Path) -> None:
    result = invoke("validate", broken, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 2
    assert (document["file"], document["valid"]) == (str(broken), False)
    assert [(item["file"], item["row"], item["column"]) for item in document["problems"]] == [
        (str(broken), 2, "status"),
        (str(broken), 3, "question"),
        (str(broken), 4, "id"),
    ]
    assert "'live'" in document["problems"][0]["message"]
    assert result.stderr == f"faqsearch: {broken}: 3 problems\n"


def test_other_commands_name_the_first_problem_and_the_way_to_the_rest(invoke, broken: Path) -> None:
    result = invoke("search", "質問", "--faq", broken)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"faqsearch: {broken}, row 2, column 'status': ")
    assert result.stderr.endswith(f"; and 2 more; run `faqsearch validate {broken}`\n")


def test_a_single_problem_is_counted_as_one(invoke, tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("id,question,answer\na,質問,\n", "utf-8")
    assert invoke("validate", path).stderr == f"faqsearch: {path}: 1 problem\n"
    assert "more" not in invoke("search", "x", "--faq", path).stderr
