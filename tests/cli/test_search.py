from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.cells import cell_len

import faqsearch


def test_results_name_rank_question_facts_snippet_and_reason(invoke, faq: Path) -> None:
    result = invoke("search", "引っ越したんだけど", "--faq", faq)
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[0].startswith("「引っ越したんだけど」 ")
    assert lines[0].endswith("（公開・lexical）")
    assert lines[2].startswith(" 1  ########  【引っ越し】をしたので届け先の住所を変更したい")
    assert lines[3].strip().endswith("会員 ／ #住所 #マイページ ／ addr-1")
    assert lines[4].strip().startswith("マイページの「お届け先」から")
    reason = next(line.strip() for line in lines if "一致: " in line)
    assert reason.startswith("一致: 引っ越")
    assert "← 質問" in reason


def test_the_text_column_starts_at_the_same_cell_in_every_row(invoke, faq: Path) -> None:
    result = invoke("search", "返品の送料 住所", "--faq", faq, "--audience", "operator")
    rows = [line.rstrip() for line in result.stdout.splitlines()[2:] if line.strip()]
    assert len(rows) >= 3 * 4
    for row in rows:
        assert row[:14].isascii()  # rank, bar and score take one cell a character
        assert not row[12:14].strip()
        assert row[14] != " "
        assert cell_len(row) <= 80


def test_json_is_the_whole_result_and_nothing_else(invoke, faq: Path) -> None:
    result = invoke("search", "引っ越したんだけど", "--faq", faq, "-k", 2, "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.count("\n") == 1
    document = json.loads(result.stdout)
    expected = faqsearch.load(faq).search("引っ越したんだけど", k=2)
    assert {key: document[key] for key in ("text", "audience", "preset", "revision", "total")} == {
        "text": "引っ越したんだけど",
        "audience": "public",
        "preset": "lexical",
        "revision": expected.revision,
        "total": expected.total,
    }
    assert [(hit["rank"], hit["id"], hit["score"]) for hit in document["hits"]] == [
        (hit.rank, hit.id, hit.score) for hit in expected.hits
    ]
    first, wanted = document["hits"][0], expected.hits[0]
    assert first["id"] == "addr-1"
    assert first["question"] == wanted.entry.question
    assert first["answer"] == wanted.entry.answer
    assert (first["category"], first["tags"]) == ("会員", ["住所", "マイページ"])
    assert (first["audience"], first["url"]) == ("public", "https://shop.example/faq/addr-1")
    marked = [first[item["field"]][item["start"] : item["end"]] for item in first["highlights"]]
    assert "引っ越し" in marked
    snippet = first["snippet"]
    assert snippet["text"] == first["answer"][snippet["start"] : snippet["end"]]
    assert (document["strict"], first["kind"]) == (True, "exact")
    assert first["reasons"] == [
        {"term": item.term, "kind": item.kind, "asked": item.asked, "fields": list(item.fields)}
        for item in wanted.reasons
    ]
    assert first["matches"][0] == {
        "term": wanted.matches[0].term,
        "kind": "exact",
        "asked": None,
        "layer": wanted.matches[0].layer,
        "fields": list(wanted.matches[0].fields),
        "value": wanted.matches[0].value,
    }
    assert "explanation" not in first


def test_explain_adds_the_tree_of_every_score(invoke, faq: Path) -> None:
    result = invoke("search", "送料", "--faq", faq, "--explain", "--json")
    for hit in json.loads(result.stdout)["hits"]:
        assert hit["explanation"]["value"] == pytest.approx(hit["score"])
        assert hit["explanation"]["details"]
    shown = invoke("search", "送料", "--faq", faq, "--explain").stdout
    explanation = faqsearch.load(faq).search("送料").hits[0].explanation
    assert f"{explanation.value:.4f}" in shown
    leaf = explanation
    while leaf.details:
        leaf = leaf.details[0]
    assert f"── {leaf.value:.4f} {leaf.description.split()[0]}" in shown
    [first] = [line.rstrip() for line in shown.splitlines() if line.startswith(" 1 ")]
    assert first[14:] == "【送料】はいくらですか"


def test_the_public_never_sees_an_entry_of_the_operators(invoke, faq: Path) -> None:
    def ids(*options: str) -> list[str]:
        document = json.loads(invoke("search", "返品の送料", "--faq", faq, "--json", *options).stdout)
        return [hit["id"] for hit in document["hits"]]

    assert "return-ops" not in ids()
    assert ids("--audience", "operator")[0] in {"return-1", "return-ops"}
    assert "return-ops" in ids("--audience", "operator")
    shown = invoke("search", "返品の送料", "--faq", faq, "--audience", "operator").stdout
    assert "（社内・lexical）" in shown
    assert "〔社内〕" in shown


def test_category_and_tags_narrow_the_result(invoke, faq: Path) -> None:
    def ids(*options: str) -> list[str]:
        document = json.loads(invoke("search", "送料", "--faq", faq, "--json", *options).stdout)
        return [hit["id"] for hit in document["hits"]]

    assert set(ids()) > {"return-1", "ship-1"}
    assert ids("--category", "配送") == ["ship-1"]
    assert sorted(ids("--tag", "送料")) == ["return-1", "ship-1"]
    both = ids("--tag", "送料", "--tag", "社内", "--audience", "operator")
    expected = faqsearch.load(faq).search("送料", audience="operator", tags=("送料", "社内"))
    assert both == [hit.id for hit in expected.hits]
    assert ids("--category", "ない") == []


def test_no_result_is_said_in_words(invoke, faq: Path) -> None:
    result = invoke("search", "zzzzqqq", "--faq", faq)
    assert result.exit_code == 0
    assert "「zzzzqqq」 0件" in result.stdout
    assert "見つかりませんでした" in result.stdout


def test_another_preset_ranks_and_is_named(invoke, faq: Path) -> None:
    document = json.loads(invoke("search", "送料", "--faq", faq, "--preset", "bm25", "--json").stdout)
    expected = faqsearch.load(faq, preset="bm25").search("送料")
    assert document["preset"] == "bm25"
    assert [(hit["id"], hit["score"]) for hit in document["hits"]] == [
        (hit.id, hit.score) for hit in expected.hits
    ]


def test_matches_are_styled_on_a_terminal_and_bracketed_elsewhere(invoke, faq: Path) -> None:
    words = ("search", "領収書", "--faq", faq)
    assert "【領収書】" in invoke(*words).stdout
    coloured = invoke(*words, env={"FORCE_COLOR": "1", "TERM": "xterm-256color"}).stdout
    assert "【" not in coloured
    assert "\x1b[1;4;33m領収書\x1b[0m" in coloured


def test_no_color_leaves_no_colour_but_still_marks_the_matches(invoke, faq: Path) -> None:
    environment = {"FORCE_COLOR": "1", "TERM": "xterm-256color", "NO_COLOR": "1"}
    shown = invoke("search", "領収書", "--faq", faq, env=environment).stdout
    assert "\x1b[1;4m領収書\x1b[0m" in shown
    assert ";33m" not in shown
    assert "\x1b[7m        \x1b[0m" in shown  # the bar, reversed without colour


def test_a_dumb_terminal_gets_brackets(invoke, faq: Path) -> None:
    shown = invoke("search", "領収書", "--faq", faq, env={"FORCE_COLOR": "1", "TERM": "dumb"}).stdout
    assert "【領収書】" in shown
    assert "\x1b" not in shown


def test_control_characters_of_a_query_do_not_reach_the_terminal(invoke, faq: Path) -> None:
    shown = invoke("search", "領収書\x1b[2J\x07\r\n", "--faq", faq).stdout
    assert shown.startswith("「領収書 [2J」 ")
    assert "\x1b" not in shown


def test_a_narrow_terminal_still_gets_lines_that_fit(invoke, faq: Path) -> None:
    shown = invoke("search", "返品の送料", "--faq", faq, env={"COLUMNS": "42"}).stdout
    assert max(cell_len(line.rstrip()) for line in shown.splitlines()) <= 42


def test_a_category_that_does_not_exist_is_said_on_standard_error(invoke, faq: Path) -> None:
    words = ("search", "送料", "--faq", faq, "--category")
    result = invoke(*words, "shiping")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "「送料」 0件 （公開・lexical）")
    assert result.stderr == (
        "faqsearch: --category came as 'shiping'; this audience sees no entry in such a category\n"
    )
    assert "came as str of length 3;" in invoke(*words, "返品と").stderr
    assert invoke(*words, "shiping", "--json").stderr == ""


def test_a_category_that_exists_is_not_complained_of_even_without_hits(invoke, faq: Path) -> None:
    result = invoke("search", "zzzzqqq", "--faq", faq, "--category", "会員")
    assert (result.exit_code, result.stderr) == (0, "")


def test_a_number_of_results_out_of_range_is_refused_before_the_file_is_read(
    invoke, faq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    monkeypatch.setattr("faqsearch.cli.searching.open_base", lambda *_, **__: opened.append(1))
    assert invoke("search", "送料", "--faq", faq, "-k", 10_001).exit_code == 2
    assert opened == []
