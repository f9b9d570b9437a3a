"""The command ``complete``."""

from __future__ import annotations

import json
from pathlib import Path

import faqsearch


def test_completions_name_rank_kind_question_and_entry(invoke, faq: Path) -> None:
    result = invoke("complete", "hikk", "--faq", faq)
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout.split() == [
        "1",
        "読み",
        "【引っ越】しをしたので届け先の住所を変更したい",
        "(addr-1)",
    ]


def test_the_best_go_first_and_the_kind_of_match_is_told(invoke, faq: Path) -> None:
    lines = [line.split() for line in invoke("complete", "送料", "--faq", faq).stdout.splitlines()]
    assert [line[:3] for line in lines] == [
        ["1", "表記", "【送料】はいくらですか"],
        ["2", "表記", "返品の【送料】は誰が払いますか"],
    ]
    slip = invoke("complete", "ぱすわど", "--faq", faq).stdout.split()
    assert slip[1:3] == ["打ち間違い", "【パスワード】を忘れました"]


def test_json_is_what_the_library_finds_and_nothing_else(invoke, faq: Path) -> None:
    result = invoke("complete", "返品の", "--faq", faq, "-k", 1, "--audience", "operator", "--json")
    assert result.stderr == ""
    (expected,) = faqsearch.load(faq).complete("返品の", 1, "operator")
    assert json.loads(result.stdout) == {
        "text": "返品の",
        "audience": "operator",
        "completions": [
            {
                "id": expected.entry_id,
                "text": expected.text,
                "kind": "surface",
                "spans": [{"start": 0, "end": 3}],
            }
        ],
    }


def test_internal_entries_are_for_operators_alone(invoke, faq: Path) -> None:
    assert "return-ops" not in invoke("complete", "返品の", "--faq", faq).stdout
    assert "return-ops" in invoke("complete", "返品の", "--faq", faq, "--audience", "operator").stdout


def test_nothing_found_is_said(invoke, faq: Path) -> None:
    result = invoke("complete", "株主", "--faq", faq)
    assert (result.exit_code, result.stdout) == (0, "候補はありません。\n")


def test_a_number_out_of_range_is_one_line_of_error(invoke, faq: Path) -> None:
    result = invoke("complete", "a", "--faq", faq, "-k", 0)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
