"""The documentation runs, its links lead somewhere, and its figures are those of the results."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data/README.md", ROOT / "benchmarks/README.md"]
)
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
# The page on analysis has a stricter test of its own: tests/analysis/test_analysis_docs.py.
BLOCKS = [
    pytest.param(code, id=f"{page.relative_to(ROOT)}-{number}")
    for page in PAGES
    if page.name != "analysis.md"
    for number, code in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), start=1)
]


@pytest.mark.parametrize("code", BLOCKS)
def test_python_block_of_the_docs_runs_and_prints_what_its_comments_say(
    run_code: Callable[[str, Path], subprocess.CompletedProcess[str]], code: str, tmp_path: Path
) -> None:
    shutil.copy(ROOT / "data/shop/faq.csv", tmp_path)
    run = run_code(code, tmp_path)
    assert run.returncode == 0, run.stderr
    # `print(...)  # text` promises its output; a comment in English words explains instead.
    promised = re.findall(
        r"^print\(.*\)(?:  |\n)# ([^a-z\n][^\n]*|answer [\d.]+|hand_over)$", code, re.MULTILINE
    )
    for text in promised:
        assert text in run.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in targets if not (page.parent / link).exists()] == []


def test_the_tables_of_the_readmes_hold_the_figures_of_the_results() -> None:
    command = [sys.executable, str(ROOT / "benchmarks/readme_tables.py"), "--check"]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr


def test_both_readmes_name_the_two_commands() -> None:
    for name in ("README.md", "README.ja.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "make demo" in text
        assert "make test" in text
