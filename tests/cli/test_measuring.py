from __future__ import annotations

import json
from pathlib import Path

import pytest

import faqsearch
from faqsearch.evaluation import evaluate_runs, read_qrels, read_run

QUERIES = ({"id": "q1", "text": "返品の送料"}, {"id": "q2", "text": "領収書"}, {"id": "q3", "text": "zzzz"})


@pytest.fixture
def queries(write_jsonl) -> Path:
    return write_jsonl("queries.jsonl", *QUERIES)


@pytest.fixture
def qrels(tmp_path: Path) -> Path:
    path = tmp_path / "qrels.txt"
    path.write_text("q1 0 return-1 2\nq1 0 ship-1 1\nq2 0 receipt-1 1\nq3 0 pass-1 1\nq4 0 x 0\n")
    return path


def test_a_run_holds_what_search_finds_in_its_order(invoke, faq: Path, queries: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.trec"
    result = invoke("run", "--faq", faq, "--queries", queries, "--out", out)
    base = faqsearch.load(faq)
    lines = [
        f"{query['id']} Q0 {hit.id} {hit.rank} {hit.score!r} lexical"
        for query in QUERIES
        for hit in base.search(query["text"], k=100).hits
    ]
    assert result.exit_code == 0
    assert out.read_text("utf-8").splitlines() == lines
    assert result.stdout == f"{out}: {len(lines)} lines for 3 queries (1 without hits), preset lexical\n"
    assert result.stderr == ""


def test_depth_preset_and_audience_shape_the_run(invoke, faq: Path, queries: Path, tmp_path: Path) -> None:
    out = tmp_path / "run.trec"
    words = ("run", "--faq", faq, "--queries", queries, "--out", out, "--preset", "bm25", "-k", 1)
    result = invoke(*words, "--audience", "operator", "--json")
    base = faqsearch.load(faq, preset="bm25")
    best = {query["id"]: base.search(query["text"], k=1, audience="operator").hits for query in QUERIES}
    assert {key: tuple(run) for key, run in read_run(out).items()} == {
        key: ((hits[0].id, hits[0].score),) for key, hits in best.items() if hits
    }
    assert out.read_text("utf-8").splitlines()[0].endswith(" bm25")
    assert json.loads(result.stdout) == {
        "out": str(out), "preset": "bm25", "queries": 3, "lines": 2, "queries_without_hits": 1
    }  # fmt: skip


def test_evaluate_prints_the_five_measures_and_the_differences(
    invoke, faq: Path, queries: Path, qrels: Path
) -> None:
    words = ("evaluate", "--faq", faq, "--queries", queries, "--qrels", qrels, "--presets", "bm25, tfidf")
    document = json.loads(invoke(*words, "--json").stdout)
    runs = {}
    for preset in ("bm25", "tfidf"):
        base = faqsearch.load(faq, preset=preset)
        runs[preset] = {
            query["id"]: tuple((hit.id, hit.score) for hit in base.search(query["text"], k=100).hits)
            for query in QUERIES
        }
    expected = evaluate_runs(runs, read_qrels(qrels))
    assert document == json.loads(json.dumps(expected.to_dict(per_query=False)))
    assert document["queries_without_hits"] == {"bm25": 1, "tfidf": 1}

    shown = invoke(*words, env={"COLUMNS": "100"}).stdout
    lines = [line.split() for line in shown.splitlines()]
    assert lines[0] == ["preset", "nDCG@10", "recall@10", "P@10", "MRR@10", "success@1", "no", "hits"]
    assert lines[1] == ["bm25", *(f"{value:.4f}" for value in expected.means["bm25"].values()), "1"]
    assert lines[2] == ["tfidf", *(f"{value:.4f}" for value in expected.means["tfidf"].values()), "1"]
    assert shown.splitlines()[3] == "3 queries; 1 more without a relevant entry left out"
    found = expected.difference("tfidf", "nDCG@10")
    assert found is not None
    assert shown.splitlines()[4] == (
        f"tfidf - bm25  nDCG@10: {found.mean:+.4f} [{found.low:+.4f}, {found.high:+.4f}]  "
        f"p={found.p:.4f} (Holm {found.p_holm:.4f})  {found.won} won, {found.lost} lost, {found.tied} tied"
    )
    assert len(shown.splitlines()) == 4 + 5


def test_one_preset_is_measured_without_a_comparison(invoke, faq: Path, queries: Path, qrels: Path) -> None:
    result = invoke("evaluate", "--faq", faq, "--queries", queries, "--qrels", qrels)
    lines = result.stdout.splitlines()
    assert lines[1].split()[0] == "lexical"
    assert len(lines) == 3


@pytest.mark.parametrize("presets", ["", "bm25,", "bm25,bm25"])
def test_presets_must_be_named_once_each(invoke, faq: Path, queries: Path, qrels: Path, presets: str) -> None:
    result = invoke("evaluate", "--faq", faq, "--queries", queries, "--qrels", qrels, "--presets", presets)
    assert result.exit_code == 2
    message = f"--presets came as str of length {len(presets)}; name each preset once, separated by commas"
    assert result.stderr == f"faqsearch: {message}\n"


def test_bad_queries_leave_no_run_behind(invoke, faq: Path, write_jsonl, tmp_path: Path) -> None:
    bad = write_jsonl("bad.jsonl", {"id": "q1"}, {"id": "q2", "text": "山田"}, {"id": "q2", "text": "山田"})
    result = invoke("run", "--faq", faq, "--queries", bad, "--out", tmp_path / "run.trec")
    assert result.exit_code == 2
    assert result.stderr == f"faqsearch: {bad}, row 1, column 'text': is missing; give a string; and 1 more\n"
    assert not (tmp_path / "run.trec").exists()


def test_a_run_that_cannot_be_written_says_where(invoke, faq: Path, queries: Path, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "run.trec"
    result = invoke("run", "--faq", faq, "--queries", queries, "--out", out)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert str(out.parent) in result.stderr
    assert "No such file or directory" in result.stderr
