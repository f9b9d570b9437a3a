from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import faqsearch
from faqsearch.cli import render
from faqsearch.highlight import Highlight, Snippet


def test_marks_of_a_snippet_count_in_the_answer() -> None:
    answer = "はじめに。領収書は注文履歴から発行できます。おわりに。"
    snippet = Snippet(
        text=answer[5:22],
        start=5,
        end=22,
        highlights=(
            Highlight(field="answer", start=5, end=8),
            Highlight(field="answer", start=15, end=17),
        ),
    )
    shown = render._snippet(snippet, len(answer), plain=True).plain
    assert shown == "…【領収書】は注文履歴から【発行】できます。…"


def test_a_snippet_of_the_whole_answer_has_no_dots() -> None:
    snippet = Snippet(text="はい。", start=0, end=3, highlights=())
    assert render._snippet(snippet, 3, plain=True).plain == "はい。"


def test_the_bar_is_the_share_of_the_first_score() -> None:
    lines = [render._score(score, 2.0, plain=True).plain for score in (2.0, 1.0, 0.001)]
    assert lines == ["########\n   2.000", "####    \n   1.000", "#       \n   0.001"]
    assert render._score(0.0, 0.0, plain=True).plain == "        \n   0.000"


def test_line_breaks_in_tags_and_category_do_not_break_the_columns(faq: Path) -> None:
    entry = faqsearch.FaqEntry(
        id="a", question="送料\nは", answer="無料", category="配\n送", tags=("一\n二",)
    )
    [hit] = faqsearch.KnowledgeBase([entry]).search("送料").hits
    lines = [line.plain for line in render._body(hit, plain=True)]
    assert lines[:3] == ["【送料】 は", "配 送 ／ #一 二 ／ a", "無料"]
    assert not any("\n" in line for line in lines)


def test_a_hit_without_reasons_has_an_empty_line(faq: Path) -> None:
    [hit, *_] = faqsearch.load(faq).search("送料").hits
    assert render.reason(hit).startswith("送料 ← 質問")
    bare = dataclasses.replace(hit)
    bare.__dict__["reasons"] = ()
    assert render.reason(bare) == ""


def test_a_long_list_of_terms_is_cut(faq: Path) -> None:
    base = faqsearch.load(faq)
    [hit, *_] = base.search("返品の送料はお客様のご都合か不良品かで当店の負担が変わりますか").hits
    terms, fields = render.reason(hit).split(" ← ")
    assert len(terms.removesuffix(" ほか").split("・")) == 5
    assert terms.endswith(" ほか")
    assert fields.startswith("質問")


def test_a_word_that_stands_for_another_says_so_and_the_result_that_it_is_not_strict(
    invoke, faq: Path, word_vectors: Path
) -> None:
    shown = invoke("search", "代金", "--faq", faq, "-k", 1, env={"COLUMNS": "120"}).stdout
    lines = [line.strip() for line in shown.splitlines()]
    assert lines[1] == "入力した言葉そのものを含む質問はありません。近いものを挙げます。"
    assert "一致: 「代金」に近い語「領収」 ← 質問, 回答" in lines
    document = json.loads(invoke("search", "代金", "--faq", faq, "-k", 1, "--json").stdout)
    assert (document["preset"], document["strict"]) == ("semantic", False)
    [hit] = document["hits"]
    reason = {"term": "領収", "kind": "near", "asked": "代金", "fields": ["question", "answer"]}
    assert (hit["kind"], hit["reasons"]) == ("near", [reason])
    assert [(item["kind"], item["asked"]) for item in hit["matches"]] == [("near", "代金")]


def test_an_entry_that_is_near_in_meaning_alone_is_said_to_be(faq: Path) -> None:
    [hit, *_] = faqsearch.load(faq).search("送料").hits
    bare = dataclasses.replace(hit)
    bare.__dict__.update(reasons=(), kind="meaning")
    assert render.reason(bare) == "意味が近い"


def test_words_of_the_query_itself_need_no_notice(invoke, faq: Path) -> None:
    assert "そのものを含む質問はありません" not in invoke("search", "領収書", "--faq", faq).stdout
