"""Every example runs as it stands and says what it promises."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from faqsearch import FaqEntry, write_entries

EXAMPLES = Path(__file__).parents[1] / "examples"
ENTRIES = (
    FaqEntry(id="ship-1", question="送料はいくらですか", answer="全国一律550円です。", category="配送"),
    FaqEntry(id="pass-1", question="パスワードを忘れました", answer="再設定の手続きをしてください。"),
    FaqEntry(
        id="ship-ops", question="送料を当店で負担する基準", answer="誤配送のとき。", audience="operator"
    ),
)


def run(name: str, *arguments: object, cwd: Path, typed: str = "") -> list[str]:
    """Run an example away from the checkout; return the lines it prints."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name), *map(str, arguments)],
        input=typed,
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    path = tmp_path / "faq.csv"
    write_entries(path, ENTRIES)
    return path


def test_there_is_one_example_for_each_kind_of_user() -> None:
    assert sorted(path.name for path in EXAMPLES.glob("*.py")) == [
        "offline_benchmark.py",
        "operator_lookup.py",
        "python_app.py",
        "self_service_backend.py",
    ]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda path: path.name)
def test_an_example_is_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 85


def test_the_python_app_searches_edits_and_suggests(tmp_path: Path) -> None:
    lines = run("python_app.py", cwd=tmp_path)
    assert re.fullmatch(r".*faq\.csv: \d{3}件を読み込みました", lines[0])
    found = [line for line in lines if re.match(r"  1\. ", line)]
    assert "uchiwa-1 夏祭りの【うちわ】はもらえますか" in found[1]
    assert "uchiwa-1 夏祭りの【扇子】はもらえますか" in found[2]
    assert "     1位の理由: うちわ（question）" in lines
    assert any(line.startswith("uchiwa-1 を消しました（版 4、") for line in lines)
    suggestions = [line for line in lines if line.startswith("提案")]
    assert "answer（確信度 0." in suggestions[0]
    assert "hand_over（確信度 0." in suggestions[1]
    assert any(line.startswith("  → shop-087 ") for line in lines)


def test_the_python_app_takes_a_file_of_its_own(faq: Path, tmp_path: Path) -> None:
    lines = run("python_app.py", faq, cwd=tmp_path)
    assert lines[0] == f"{faq}: 3件を読み込みました"


def test_the_self_service_backend_answers_three_requests(tmp_path: Path) -> None:
    lines = run("self_service_backend.py", cwd=tmp_path)
    assert [line for line in lines if "→" in line] == [
        "GET /faq/api/v1/search → 200",
        "POST /faq/api/v1/suggest → 200",
        "POST /contact/check → 200",
    ]
    assert re.fullmatch(r"  \d\.\d{3} 領収書を発行したい（会員の方）", lines[1])
    assert re.fullmatch(r"  (answer|choose)（確信度 0\.\d\d）", lines[4])
    assert re.fullmatch(r"  (answer|choose): .*パスワードを忘れました.*", lines[6])


def test_the_operators_lookup_shows_internal_entries_with_reasons(tmp_path: Path) -> None:
    lines = run("operator_lookup.py", cwd=tmp_path)
    assert re.search(r"（確信度 \d+%）$", lines[0])
    assert all(re.search(r": 確信度を(上げる（\+|下げる（-)\d", line) for line in lines[1:4])
    hits = [line for line in lines if re.match(r" [1-5]\. ", line)]
    assert len(hits) == 5
    assert any("【社内】失効したポイントの復活を求められたら" in line for line in hits)
    assert any(line.startswith("    一致: ") and "ポイント" in line for line in lines)


def test_the_operators_lookup_reads_what_is_pasted(faq: Path, tmp_path: Path) -> None:
    note = "送料を当店で負担する基準はありますか"
    pasted = run("operator_lookup.py", "-", faq, cwd=tmp_path, typed=note)
    assert any(line.startswith(" 1. 【社内】送料を当店で負担する基準") for line in pasted)
    (tmp_path / "note.txt").write_text(note, encoding="utf-8")
    assert run("operator_lookup.py", "note.txt", faq, cwd=tmp_path) == pasted


def test_the_offline_benchmark_compares_presets_with_significance(tmp_path: Path) -> None:
    lines = run("offline_benchmark.py", cwd=tmp_path)
    assert re.fullmatch(r"\d+件の問い合わせで比較（正解のない\d+件は除く）", lines[0])
    means = dict(re.findall(r"^(\w+) +nDCG@10 (0\.\d{3})", "\n".join(lines), re.MULTILINE))
    assert list(means) == ["lexical", "bm25", "tfidf"]
    assert float(means["lexical"]) > 0.6
    assert sum("lexicalとの差" in line and " p=" in line for line in lines) == 2
    assert re.fullmatch(r"lexicalが最も苦手な問い合わせ: (saas-q\d+、?){5}", lines[-1])


def test_the_offline_benchmark_takes_ones_own_labels(faq: Path, tmp_path: Path) -> None:
    inquiries = [
        {"id": "q1", "text": "配送料", "relevant": {"ship-1": 2}},
        {"id": "q2", "text": "ログインできない", "relevant": {"pass-1": 2}},
        {"id": "q3", "text": "営業時間", "relevant": {}},
    ]
    labelled = tmp_path / "inquiries.jsonl"
    labelled.write_text("\n".join(map(json.dumps, inquiries)), encoding="utf-8")
    lines = run("offline_benchmark.py", faq, labelled, cwd=tmp_path)
    assert lines[0] == "2件の問い合わせで比較（正解のない1件は除く）"
    assert lines[-1].endswith("問い合わせ: q2、q1")
