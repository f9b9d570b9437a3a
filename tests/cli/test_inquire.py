from __future__ import annotations

import json
from pathlib import Path

import pytest

DESK = """
[[contacts]]
name = "メール"
kind = "mail"
address = "support@example.jp"
"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    path = tmp_path / "desk.toml"
    path.write_text(DESK, encoding="utf-8")
    return path


def test_a_dialogue_is_read_from_standard_input(invoke, faq: Path) -> None:
    result = invoke("inquire", "--faq", faq, input="パスワードを忘れました\n\nはい\n")
    assert (result.exit_code, result.stderr) == (0, "")
    blocks = result.stdout.strip().split("\n\n")
    assert blocks[0].startswith("こんにちは。ご質問に自動でお答えします。")
    assert blocks[1].splitlines()[:2] == [
        "「パスワードを忘れました」",
        "ログイン画面の「パスワードをお忘れの方」から再設定の手続きをしてください。",
    ]
    assert "  1. はい、解決しました" in blocks[1].splitlines()
    assert blocks[2].startswith("お役に立てて何よりです。")


def test_quit_ends_it_before_the_end_of_the_input(invoke, faq: Path) -> None:
    result = invoke("inquire", "--faq", faq, input="/quit\nパスワードを忘れました\n")
    assert result.exit_code == 0
    assert "再設定" not in result.stdout


def test_a_url_stands_on_a_line_of_its_own(invoke, faq: Path) -> None:
    result = invoke("inquire", "--faq", faq, input="引っ越しをしたので届け先の住所を変更したい\n")
    assert "https://shop.example/faq/addr-1" in result.stdout.splitlines()


def test_a_person_takes_over_with_contacts_and_what_was_tried(invoke, faq: Path, desk: Path) -> None:
    result = invoke("inquire", "--faq", faq, "--desk", desk, input="パスワードを忘れました\n担当者\n")
    assert result.exit_code == 0
    assert "・メール：support@example.jp" in result.stdout
    assert "（引き継ぎの理由: requested、試した質問: pass-1）" in result.stdout
    assert "試した質問: なし" in invoke("inquire", "--faq", faq, input="担当者\n").stdout


def test_json_writes_a_document_for_every_turn(invoke, faq: Path, desk: Path) -> None:
    result = invoke(
        "inquire", "--faq", faq, "--desk", desk, "--json", input="パスワードを忘れました\n担当者\n"
    )
    turns = [json.loads(line) for line in result.stdout.splitlines()]
    assert [turn["outcome"] for turn in turns] == [None, None, "hand_over"]
    assert turns[1]["messages"][0]["entry_id"] == "pass-1"
    assert turns[1]["choices"][0] == {"label": "はい、解決しました", "entry_id": ""}
    record = turns[2]["hand_over"]
    assert (record["reason"], record["tried"]) == ("requested", ["pass-1"])
    assert [line["speaker"] for line in record["transcript"]] == ["bot", "customer"] * 2 + ["bot"]
    assert record["contacts"][0] == {
        "name": "メール",
        "kind": "mail",
        "address": "support@example.jp",
        "open": True,
        "next_opening": None,
    }


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_both_encodings_of_a_japanese_terminal_are_read(invoke, faq: Path, encoding: str) -> None:
    result = invoke("inquire", "--faq", faq, input="パスワードを忘れました\n".encode(encoding))
    assert "再設定の手続き" in result.stdout


def test_a_line_of_a_megabyte_is_one_turn(invoke, faq: Path) -> None:
    result = invoke("inquire", "--faq", faq, "--json", input="送料はいくらですか。" * 50_000 + "\nはい")
    turns = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(turns) == 3
    assert turns[1]["messages"][0]["text"].startswith("文が長いため")


def test_control_characters_are_not_echoed(invoke, faq: Path) -> None:
    result = invoke("inquire", "--faq", faq, input="\x1b[2J\x07\n担当者\n")
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout


def test_the_public_sees_no_operators_entry_and_operators_do(invoke, faq: Path) -> None:
    question = "返品の送料を当店で負担してよい場合\n1\n"
    assert "伝票番号" not in invoke("inquire", "--faq", faq, input=question).stdout
    assert "伝票番号" in invoke("inquire", "--faq", faq, "--audience", "operator", input=question).stdout


def test_a_desk_that_cannot_be_read_is_bad_input(invoke, faq: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text("[[contacts]]\nname = 5\n", encoding="utf-8")
    result = invoke("inquire", "--faq", faq, "--desk", broken, input="")
    assert result.exit_code == 2
    assert "broken.toml" in result.stderr
