"""``faqsearch vocabulary``: check and preview; ``--vocabulary`` of the commands that search."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from faqsearch.cli import serving

HEADER = "kind,words,others\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out word vectors that happen to be installed."""
    monkeypatch.setenv("FAQSEARCH_HOME", str(tmp_path / "home"))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "vocabulary.csv"
    path.write_text(
        HEADER + "one-way,紙,領収書\nsynonym,暗証番号,パスワード\nstop,返品なのですが,\n", encoding="utf-8"
    )
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.csv"
    path.write_text(HEADER + "synonym,について,返品\nstop,返品,送料\n", encoding="utf-8")
    return path


@pytest.fixture
def queries(write_jsonl) -> Path:
    texts = {"q1": "紙", "q2": "紙の送料", "q3": "返品", "q4": "会員"}
    return write_jsonl("queries.jsonl", *({"id": key, "text": text} for key, text in texts.items()))


def test_check_counts_what_is_there_and_lists_what_is_odd(invoke, good: Path) -> None:
    result = invoke("vocabulary", "check", good)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        (
            f"{good}, row 4, column 'words': '返品なのですが' counts as '返品' and takes that out "
            "of every query; make sure that none is about it"
        ),
        f"{good}: 2 pairs of synonyms, 1 stop phrase, 1 remark",
    ]


def test_check_lists_every_problem_and_exits_with_2(invoke, bad: Path) -> None:
    result = invoke("vocabulary", "check", bad)
    assert result.exit_code == 2
    assert [line.partition(": ")[0] for line in result.stdout.splitlines()] == [
        f"{bad}, row 2, column 'words'",
        f"{bad}, row 3, column 'others'",
    ]
    assert result.stderr == f"faqsearch: {bad}: 2 problems\n"


def test_check_speaks_json(invoke, good: Path, bad: Path) -> None:
    found = json.loads(invoke("vocabulary", "check", good, "--json").stdout)
    assert {key: found[key] for key in ("file", "valid", "pairs", "stop_phrases")} == {
        "file": str(good),
        "valid": True,
        "pairs": 2,
        "stop_phrases": 1,
    }
    assert [(item["row"], item["column"]) for item in found["problems"]] == [(4, "words")]
    result = invoke("vocabulary", "check", bad, "--json")
    found = json.loads(result.stdout)
    assert (result.exit_code, found["valid"]) == (2, False)
    assert [(item["row"], item["column"]) for item in found["problems"]] == [(2, "words"), (3, "others")]


def test_preview_shows_which_queries_change_and_how(invoke, good: Path, faq: Path, queries: Path) -> None:
    result = invoke("vocabulary", "preview", good, "--faq", faq, "--queries", queries)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "q1: 紙",
        "  1 (new)  receipt-1  領収書は発行できますか",
        "q2: 紙の送料",
        "  3 (new)  receipt-1  領収書は発行できますか",
        "  4 (was 3)  addr-1  引っ越しをしたので届け先の住所を変更したい",
        "q3: 返品",
        "  out (was 1)  return-1  返品の送料は誰が払いますか",
        "3 of 4 queries would change, 2 in the first hit; 1 would find nothing any more",
    ]


def test_preview_speaks_json_and_looks_at_the_first_k_of_an_audience(
    invoke, good: Path, faq: Path, queries: Path
) -> None:
    options = ("--faq", faq, "--queries", queries, "--audience", "operator", "-k", 1, "--json")
    found = json.loads(invoke("vocabulary", "preview", good, *options).stdout)
    assert {key: value for key, value in found.items() if key != "changes"} == {
        "queries": 4,
        "k": 1,
        "changed": 2,
        "first_changes": 2,
        "emptied": 1,
    }
    assert found["changes"][0] == {
        "id": "q1",
        "text": "紙",
        "first_changes": True,
        "emptied": False,
        "moves": [{"id": "receipt-1", "before": None, "after": 1}],
    }


def test_preview_refuses_a_vocabulary_with_problems(invoke, bad: Path, faq: Path, queries: Path) -> None:
    result = invoke("vocabulary", "preview", bad, "--faq", faq, "--queries", queries)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"faqsearch: {bad}, row 2, column 'words': 'について' holds")
    assert result.stderr.endswith("; and 1 more\n")


def test_search_finds_by_a_synonym(invoke, good: Path, faq: Path) -> None:
    words = ("search", "紙", "--faq", faq, "--json")
    assert json.loads(invoke(*words).stdout)["hits"] == []
    found = json.loads(invoke(*words, "--vocabulary", good).stdout)
    assert [hit["id"] for hit in found["hits"]] == ["receipt-1"]


def test_suggest_takes_a_vocabulary_for_one_inquiry_and_for_many(
    invoke, good: Path, faq: Path, queries: Path
) -> None:
    options = ("--faq", faq, "--vocabulary", good, "--json")
    one = json.loads(invoke("suggest", "紙", *options).stdout)
    first = json.loads(invoke("suggest", "--batch", queries, *options).stdout.splitlines()[0])
    assert [item["id"] for item in one["candidates"]] == ["receipt-1"]
    assert [item["id"] for item in first["candidates"]] == ["receipt-1"]


def test_run_and_evaluate_take_a_vocabulary(
    invoke, good: Path, faq: Path, queries: Path, tmp_path: Path
) -> None:
    out, qrels = tmp_path / "run.txt", tmp_path / "qrels.txt"
    qrels.write_text("q1 0 receipt-1 1\n", encoding="utf-8")
    common = ("--faq", faq, "--queries", queries, "--vocabulary", good)
    assert invoke("run", *common, "--out", out).exit_code == 0
    assert out.read_text("utf-8").splitlines()[0].split()[:4] == ["q1", "Q0", "receipt-1", "1"]
    found = json.loads(invoke("evaluate", *common, "--qrels", qrels, "--presets", "lexical", "--json").stdout)
    assert found["means"]["lexical"]["nDCG@10"] == 1.0


def test_serve_takes_a_vocabulary(invoke, good: Path, faq: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = []
    monkeypatch.setattr("faqsearch.web.serve", lambda base, *_, **__: served.append(base))
    monkeypatch.setattr(serving, "_check_free", lambda *_: None)
    assert invoke("serve", "--faq", faq, "--vocabulary", good).exit_code == 0
    assert [hit.id for hit in served[0].search("紙").hits] == ["receipt-1"]


def test_without_a_command_the_help_is_shown(invoke) -> None:
    result = invoke("vocabulary")
    assert result.exit_code == 0
    assert "preview" in result.stdout
