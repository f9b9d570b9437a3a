from __future__ import annotations

import csv
import datetime as dt
import hashlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from faqsearch.entry import JAPAN

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "relevance.py"
ENTRIES: list[dict[str, object]] = [
    {"id": "return", "question": "商品を返品できますか", "answer": "到着から七日以内なら返品できます。"},
    {"id": "password", "question": "パスワードを忘れました", "answer": "再設定の画面から変更してください。"},
    {"id": "shipping", "question": "送料はいくらですか", "answer": "全国一律で五百円です。"},
    {"id": "receipt", "question": "領収書は発行できますか", "answer": "購入履歴から印刷できます。"},
    {
        "id": "cancel",
        "question": "注文を取り消したい",
        "answer": "発送前なら取り消せます。",
        "variants": ["キャンセル"],
    },
    {"id": "staff", "question": "返金の承認手順", "answer": "責任者に連絡する。", "audience": "operator"},
    {"id": "old", "question": "昔の返品の案内", "answer": "終了しました。", "status": "archived"},
]
QUERIES = [
    {"id": "q1", "text": "返品のやり方を教えて"},
    {"id": "q2", "text": "パスワードがわからない"},
    {"id": "q3", "text": "返金の承認は誰がするの"},
    {"id": "q4", "text": "天気"},
    {"id": "q5", "text": "お昼ご飯"},
]
RELEVANT: dict[str, dict[str, int]] = {
    "q1": {"return": 2, "staff": 0},
    "q2": {"password": 2},
    "q3": {"staff": 2, "return": 1},
    "q4": {"gone": 1},
    "q5": {},
}


@pytest.fixture(scope="module")
def relevance() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("relevance_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def write_lines(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")


@pytest.fixture
def trec_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    write_lines(folder / "faq.jsonl", ENTRIES)
    write_lines(folder / "queries.jsonl", QUERIES)
    lines = [
        f"{query} 0 {key} {grade}\n" for query, judged in RELEVANT.items() for key, grade in judged.items()
    ]
    (folder / "qrels.txt").write_text("".join(lines), "utf-8")
    return folder


@pytest.fixture
def inquiries_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "labelled"
    folder.mkdir()
    header = "id,question,answer,audience\n"
    lines = [f"{e['id']},{e['question']},{e['answer']},{e.get('audience', 'public')}\n" for e in ENTRIES[:6]]
    (folder / "faq.csv").write_text(header + "".join(lines), "utf-8")
    records = [{**query, "channel": "chat", "relevant": RELEVANT[query["id"]]} for query in QUERIES]
    write_lines(folder / "inquiries.jsonl", records)
    return folder


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_ladder_is_printed_and_raw_rows_and_a_summary_are_written(
    relevance: ModuleType, trec_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results"
    assert relevance.main([str(trec_folder), "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    systems = [
        "bm25s-default-tokenizer",
        "rank-bm25-sudachi-c-surface",
        "rank-bm25-sudachi-a-normalized",
        "bm25s-character-bigrams",
        "faqsearch-tfidf",
        "faqsearch-bm25",
        "faqsearch-lexical",
    ]
    assert [printed.index(f" {system} ") for system in systems] == sorted(
        printed.index(f" {system} ") for system in systems
    )
    assert "tiny: 6 entries, 4 queries" in printed
    assert "nDCG@10" in printed

    rows = read_rows(out / "relevance-tiny-rows.csv")
    assert [(row["system"], row["query"]) for row in rows] == [
        (system, query) for system in systems for query in ("q1", "q2", "q3", "q4")
    ]
    ours = {row["query"]: row for row in rows if row["system"] == "faqsearch-lexical"}
    assert ours["q2"]["hits"].split()[0] == "password"
    assert float(ours["q2"]["nDCG@10"]) == pytest.approx(1.0)
    assert ours["q3"]["hits"].split()[0] == "staff"
    assert (ours["q4"]["hits"], float(ours["q4"]["nDCG@10"])) == ("", 0.0)
    assert float(ours["q1"]["ms"]) > 0

    record = json.loads((out / "relevance-tiny-summary.json").read_text("utf-8"))
    assert record["command"] == "python benchmarks/relevance.py tiny --seed 0"
    content = (trec_folder / "qrels.txt").read_bytes()
    assert record["files_sha256"]["qrels.txt"] == hashlib.sha256(content).hexdigest()
    assert sorted(record["files_sha256"]) == ["faq.jsonl", "qrels.txt", "queries.jsonl"]
    assert (record["entries"], record["queries"], record["relevant_entries_not_in_the_base"]) == (6, 4, 1)
    assert list(record["timings"]) == systems
    assert record["comparison"]["systems"][0] == "faqsearch-lexical"
    assert record["comparison"]["differences"][0]["reference"] == "faqsearch-lexical"
    assert set(record["machine"]) == {"cpu", "cores", "system"}
    assert record["packages"]["sudachipy"] != ""


def test_no_text_of_the_data_and_no_path_gets_into_the_results(
    relevance: ModuleType, trec_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    relevance.main([str(trec_folder), "--out", str(out)])
    for path in out.iterdir():
        content = path.read_text("utf-8")
        assert content.isascii()
        assert str(tmp_path) not in content


def test_a_second_run_differs_in_nothing_but_date_and_times(
    relevance: ModuleType, inquiries_folder: Path, tmp_path: Path
) -> None:
    kept = []
    for name in ("first", "second"):
        assert relevance.main([str(inquiries_folder), "--out", str(tmp_path / name)]) == 0
        rows = read_rows(tmp_path / name / "relevance-labelled-rows.csv")
        record = json.loads((tmp_path / name / "relevance-labelled-summary.json").read_text("utf-8"))
        for key in ("date", "timings"):
            del record[key]
        kept.append((record, [{key: row[key] for key in row if key != "ms"} for row in rows]))
    assert kept[0] == kept[1]
    assert kept[0][0]["queries"] == 4
    assert sorted(kept[0][0]["files_sha256"]) == ["faq.csv", "inquiries.jsonl"]


def test_limiting_the_queries_draws_by_the_seed_and_is_on_record(
    relevance: ModuleType, trec_folder: Path, tmp_path: Path
) -> None:
    relevance.main([str(trec_folder), "--out", str(tmp_path), "--limit-queries", "2", "--seed", "3"])
    drawn = [row["query"] for row in read_rows(tmp_path / "relevance-tiny-rows.csv")][:2]
    collection = relevance.load_folder(trec_folder, dt.datetime.now(JAPAN))
    assert [query.id for query in relevance.sample(collection, 2, 3).queries] == drawn == sorted(drawn)
    assert {
        tuple(query.id for query in relevance.sample(collection, 2, seed).queries) for seed in range(9)
    } > {tuple(drawn)}
    assert relevance.sample(collection, 4, 0) is collection
    record = json.loads((tmp_path / "relevance-tiny-summary.json").read_text("utf-8"))
    assert record["command"] == "python benchmarks/relevance.py tiny --limit-queries 2 --seed 3"
    assert record["queries"] == 2


def test_only_entries_an_operator_can_see_today_take_part(relevance: ModuleType, trec_folder: Path) -> None:
    collection = relevance.load_folder(trec_folder, dt.datetime.now(JAPAN))
    assert [entry.id for entry in collection.entries] == [
        "return",
        "password",
        "shipping",
        "receipt",
        "cancel",
        "staff",
    ]
    assert (
        relevance.document(collection.entries[4])
        == "注文を取り消したい\n発送前なら取り消せます。\nキャンセル"
    )


def test_the_k_best_share_a_term_and_ties_go_by_id(relevance: ModuleType) -> None:
    scores = relevance.np.array([0.0, 2.0, 1.0, 2.0, 1.0, -1.0])
    assert relevance.best(["e", "d", "c", "b", "a", "f"], scores, 3) == [("b", 2.0), ("d", 2.0), ("a", 1.0)]
    assert relevance.best(["e", "d"], relevance.np.zeros(2), 3) == []


def test_bigrams_are_taken_within_runs_of_word_characters(relevance: ModuleType) -> None:
    assert relevance.bigrams("返品、ＯＫ？ 犬") == ["返品", "ok", "犬"]
    assert relevance.bigrams("返品した") == ["返品", "品し", "した"]
    assert relevance.bigrams("！？") == []


def test_sudachi_tokens_of_a_text_beyond_its_limit_and_with_a_lone_surrogate(relevance: ModuleType) -> None:
    tokenize = relevance.sudachi_tokens(relevance.sudachipy.SplitMode.C, "surface")
    assert tokenize("返品したい") == ["返品", "し", "たい"]
    assert tokenize("返品した。" * 8_000) == ["返品", "し", "た", "。"] * 8_000
    assert tokenize("\ud800返品") == ["?", "返品"]


@pytest.mark.parametrize(
    ("remove", "message"),
    [
        ("faq.jsonl", "the folder 'tiny' holds no faq.jsonl or faq.csv"),
        ("qrels.txt", "the folder 'tiny' holds no qrels.txt"),
        ("queries.jsonl", "the folder 'tiny' holds no inquiries.jsonl"),
    ],
)
def test_a_missing_file_ends_with_two_and_one_line(
    relevance: ModuleType,
    trec_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    remove: str,
    message: str,
) -> None:
    (trec_folder / remove).unlink()
    assert relevance.main([str(trec_folder), "--out", str(tmp_path / "results")]) == 2
    error = capsys.readouterr().err
    assert error == f"{message}; benchmarks/README.md says more\n"
    assert not (tmp_path / "results").exists()


def test_bad_options_and_data_without_labels_end_with_two(
    relevance: ModuleType, trec_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert relevance.main([str(trec_folder), "--limit-queries", "0"]) == 2
    assert capsys.readouterr().err == "--limit-queries came as 0; give at least 1\n"
    (trec_folder / "qrels.txt").write_text("q1 0 return 0\n", "utf-8")
    assert relevance.main([str(trec_folder)]) == 2
    assert capsys.readouterr().err == "qrels.txt marks nothing as relevant for any query of queries.jsonl\n"


def test_paths_inside_the_repository_are_shown_in_full(relevance: ModuleType) -> None:
    assert relevance.shown_path(SCRIPT) == str(Path("benchmarks") / "relevance.py")
