"""The page on file formats tells the truth: its examples run, its report is what comes out."""

import contextlib
import io
import re
from pathlib import Path

import pytest

from faqsearch.entry import Audience
from faqsearch.store import read_entries
from faqsearch.store.records import COLUMNS

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return found


def test_the_example_files_are_read_and_converted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("faq.csv").write_text(blocks("csv")[0], encoding="utf-8")
    exec(blocks("python")[0], {})
    first, second, third = read_entries("faq.xlsx")
    assert (first.id, first.variants, first.tags) == (
        "return-1",
        ("返したい", "サイズが合わない"),
        ("返品", "送料"),
    )
    assert str(second.valid_until) == "2026-04-01"
    assert third.audience is Audience.OPERATOR
    Path("faq.jsonl").write_text(blocks("json")[0], encoding="utf-8")
    assert read_entries("faq.jsonl")[0].variants == ("返したい",)


def test_the_report_is_what_the_broken_file_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("broken.csv").write_text(blocks("csv")[1], encoding="utf-8")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(blocks("python")[1], {})
    assert printed.getvalue() == blocks("text")[0]


def test_every_column_is_described() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| (?:yes)? ?\|", PAGE, re.MULTILINE)) == COLUMNS
