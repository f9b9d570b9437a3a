from __future__ import annotations

import json

import faqsearch
from faqsearch.cli.demo import INQUIRIES, SEARCHES


def test_the_demo_searches_three_times_suggests_three_times_and_says_what_next(invoke) -> None:
    result = invoke("demo")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    headings = [line for line in lines if line.endswith("----")]
    assert [line.rstrip("- ") for line in headings] == [
        "検索 1/3", "検索 2/3", "検索 3/3",
        "回答の提案 1/3", "回答の提案 2/3", "回答の提案 3/3", "次に試すこと"
    ]  # fmt: skip
    assert "「引っ越したんだけど」" in lines[lines.index(headings[0]) + 1]
    assert sum(line.startswith("判定: この回答を返せます") for line in lines) == 1
    assert sum(line.startswith("判定: 条件を聞き返します") for line in lines) == 1
    assert "聞き返す文: 次のどれに当てはまりますか。 会員の方 ／ ゲスト購入の方" in lines
    assert sum(line.startswith("判定: 担当者に引き継ぎます") for line in lines) == 1
    assert "【引っ越し】" in result.stdout
    assert "一致: " in result.stdout
    path = faqsearch.sample_path("shop")
    assert f"  faqsearch serve --faq {path}" in lines


def test_the_demo_in_json_is_one_document_of_real_results(invoke) -> None:
    result = invoke("demo", "--json")
    assert (result.stderr, result.stdout.count("\n")) == ("", 1)
    document = json.loads(result.stdout)
    base = faqsearch.load(faqsearch.sample_path("shop"))
    assert SEARCHES[0] == "引っ越したんだけど"
    assert [item["text"] for item in document["searches"]] == list(SEARCHES)
    for text, found in zip(SEARCHES, document["searches"], strict=True):
        expected = base.search(text, k=3)
        assert [(hit["id"], hit["score"]) for hit in found["hits"]] == [
            (hit.id, hit.score) for hit in expected.hits
        ]
    assert [item["text"] for item in document["suggestions"]] == list(INQUIRIES)
    assert [item["decision"] for item in document["suggestions"]] == ["answer", "ask_back", "hand_over"]
    assert document["entries"] == len(base.entries())
    assert len(document["next"]) == 4


def test_the_first_hit_of_every_search_is_the_entry_a_person_would_pick() -> None:
    base = faqsearch.load(faqsearch.sample_path("shop"))
    first = [base.search(text).hits[0].entry.question for text in SEARCHES]
    assert "住所" in first[0]
    assert "有効期限" in first[1]
    assert "キャンセル" in first[2]


def test_the_suggestion_that_is_answered_offers_the_right_entry() -> None:
    base = faqsearch.load(faqsearch.sample_path("shop"))
    [offer] = base.suggest(INQUIRIES[0]).offers
    assert "置き配" in offer.entry.question
