from __future__ import annotations

import json
from pathlib import Path

import pytest

import faqsearch
from faqsearch.assist.triage import LANGUAGES
from faqsearch.cli.triage import LANGUAGE_LABELS, SIGN_LABELS, triage_document

INQUIRY = "返品の送料を払わされました。ふざけないでください。今日中に返事を。"


@pytest.fixture
def teams(tmp_path: Path) -> Path:
    path = tmp_path / "teams.csv"
    path.write_text("category,team\n返品,返品係\n", encoding="utf-8")
    return path


def test_triage_shows_every_part_with_its_confidence_and_words(invoke, faq: Path, teams: Path) -> None:
    result = invoke("triage", INQUIRY, "--faq", faq, "--teams", teams, "--preset", "lexical")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == ["分類", "担当", *SIGN_LABELS.values(), "言語"]
    assert lines[0].startswith("分類: 返品（確信度 ")
    assert lines[1].startswith("担当: 返品係（確信度 ")
    assert "苦情: あり" in lines[4]
    assert "「ふざけ」" in lines[4]
    assert lines[6].startswith("言語: 日本語")


def test_json_carries_what_the_library_says(invoke, faq: Path) -> None:
    result = invoke("triage", INQUIRY, "--faq", faq, "--json")
    expected = triage_document(faqsearch.load(faq).triage(INQUIRY))
    document = json.loads(result.stdout)
    assert document == expected
    assert document["team"] is None
    for sign in SIGN_LABELS:
        for word in document[sign]["words"]:
            assert INQUIRY[word["start"] : word["end"]] == word["text"]
    assert document["complaint"]["found"] is True
    assert document["distress"]["found"] is False


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_word_file_and_standard_input_give_the_same(invoke, faq: Path, tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "inquiry.txt"
    file.write_bytes(INQUIRY.encode(encoding))
    by_word = invoke("triage", INQUIRY, "--faq", faq, "--json").stdout
    assert invoke("triage", "--file", file, "--faq", faq, "--json").stdout == by_word
    assert invoke("triage", "-", "--faq", faq, "--json", input=INQUIRY.encode(encoding)).stdout == by_word


def test_an_inquiry_about_nothing_in_the_base_has_no_category(invoke, faq: Path) -> None:
    result = invoke("triage", "zzzz", "--faq", faq)
    assert result.stdout.startswith("分類: 該当なし\n緊急: なし")


def test_operators_are_given_their_own_categories(invoke, faq: Path) -> None:
    text = "初期不良の伝票番号を控える"
    words = ("triage", text, "--faq", faq, "--json")
    assert json.loads(invoke(*words, "--audience", "operator").stdout)["category"]["name"] == "返品"


def test_an_unknown_channel_is_refused(invoke, faq: Path) -> None:
    result = invoke("triage", INQUIRY, "--faq", faq, "--channel", "fax")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "--channel came as 'fax'" in result.stderr


def test_one_inquiry_must_be_given(invoke, faq: Path) -> None:
    for words in ((), (INQUIRY, "--file", faq)):
        result = invoke("triage", *words, "--faq", faq)
        assert result.exit_code == 2
        assert result.stderr == (
            "faqsearch: give one inquiry: as TEXT, with --file FILE, or - to read standard input\n"
        )


def test_a_file_that_names_no_teams_is_refused_in_one_line(invoke, faq: Path, tmp_path: Path) -> None:
    path = tmp_path / "teams.csv"
    path.write_text("name,team\na,b\n", encoding="utf-8")
    result = invoke("triage", INQUIRY, "--faq", faq, "--teams", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "the header must be category,team" in result.stderr


def test_every_language_has_a_japanese_name() -> None:
    assert set(LANGUAGE_LABELS) == {*LANGUAGES, "und"}
