from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

# The scripts there import what lies beside them, as Python lets a script.
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

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
    {"id": "q4", "text": "天気<&>"},
    {"id": "q5", "text": "お昼ご飯"},
]
RELEVANT: dict[str, dict[str, int]] = {
    "q1": {"return": 2, "staff": 0},
    "q2": {"password": 2},
    "q3": {"staff": 2, "return": 1},
    "q4": {"gone": 1},
    "q5": {},
}


def write_lines(path: Path, records: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), "utf-8")


def make_trec_folder(folder: Path) -> Path:
    folder.mkdir(parents=True)
    write_lines(folder / "faq.jsonl", ENTRIES)
    write_lines(folder / "queries.jsonl", QUERIES)
    lines = [
        f"{query} 0 {key} {grade}\n" for query, judged in RELEVANT.items() for key, grade in judged.items()
    ]
    (folder / "qrels.txt").write_text("".join(lines), "utf-8")
    return folder


@pytest.fixture
def trec_folder(tmp_path: Path) -> Path:
    return make_trec_folder(tmp_path / "tiny")


@pytest.fixture
def beir_folder(tmp_path: Path, trec_folder: Path) -> Path:
    from faqsearch.evaluation import read_qrels, read_queries, write_beir
    from faqsearch.store import read_entries

    folder = tmp_path / "beir"
    entries, queries = read_entries(trec_folder / "faq.jsonl"), read_queries(trec_folder / "queries.jsonl")
    write_beir(folder, entries, queries, read_qrels(trec_folder / "qrels.txt"))
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
