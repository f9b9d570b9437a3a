"""The page on analysis: every promised line is printed, every rule of the table holds."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from faqsearch.analysis import normalize

PAGE = (Path(__file__).parents[2] / "docs" / "analysis.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", BLOCKS, ids=[code.splitlines()[-1][:40] for code in BLOCKS])
def test_a_block_prints_exactly_what_its_comments_promise(
    run_code: Callable[[str, Path], subprocess.CompletedProcess[str]], code: str, tmp_path: Path
) -> None:
    promised = re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE)
    assert len(promised) == len(re.findall(r"^print\(", code, re.MULTILINE))
    run = run_code(code, tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == promised


def test_every_rule_of_the_table_holds() -> None:
    table = PAGE[PAGE.index("| rule | from | to |") : PAGE.index("## Politeness")]
    rows = re.findall(r"^\| [^|]*\| (`[^|]*) \| (`[^|]*) \|$", table, re.MULTILINE)
    pairs = [
        (source, target)
        for sources, targets in rows
        for source, target in zip(
            re.findall("`([^`]+)`", sources), re.findall("`([^`]+)`", targets), strict=True
        )
    ]
    assert len(pairs) == 15
    assert [normalize(source).text for source, _ in pairs] == [target for _, target in pairs]
