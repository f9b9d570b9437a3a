from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import pytest
from rich.console import Console

import faqsearch
from faqsearch.assist.features import FEATURES
from faqsearch.cli.render import DECISION_LABELS, EVIDENCE_LABELS, show_suggestion

INQUIRY = "先日引っ越したのですが、届け先の住所はどこで変更できますか。"


def test_a_suggestion_names_decision_confidence_and_evidence(invoke, faq: Path) -> None:
    result = invoke("suggest", INQUIRY, "--faq", faq)
    expected = faqsearch.load(faq).suggest(INQUIRY)
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[0] == f"判定: {DECISION_LABELS[expected.decision]}（確信度 {expected.confidence:.0%}）"
    assert lines[1] == "根拠（確信度への影響、値）:"
    assert [line.split(maxsplit=2) for line in lines[2 : 2 + len(expected.evidence)]] == [
        [f"{item.contribution:+.2f}", f"{item.value:.3f}", EVIDENCE_LABELS[item.feature]]
        for item in expected.evidence
    ]
    for hit in expected.offers or expected.candidates[:1]:
        assert hit.id in result.stdout


def test_json_carries_offers_candidates_and_evidence_but_not_the_inquiry(invoke, faq: Path) -> None:
    result = invoke("suggest", INQUIRY, "--faq", faq, "--json")
    expected = faqsearch.load(faq).suggest(INQUIRY)
    document = json.loads(result.stdout)
    assert (document["decision"], document["confidence"]) == (expected.decision.value, expected.confidence)
    assert [hit["id"] for hit in document["offers"]] == [hit.id for hit in expected.offers]
    assert document["candidates"] == [{"id": hit.id, "score": hit.score} for hit in expected.candidates]
    assert document["candidates"][0]["id"] == "addr-1"
    assert [item["feature"] for item in document["evidence"]] == [item.feature for item in expected.evidence]
    assert (document["audience"], document["preset"]) == ("public", "lexical")
    assert INQUIRY not in result.stdout


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_word_file_and_standard_input_give_the_same_suggestion(
    invoke, faq: Path, tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "mail.txt"
    file.write_bytes(INQUIRY.encode(encoding))
    by_word = invoke("suggest", INQUIRY, "--faq", faq, "--json").stdout
    assert invoke("suggest", "--file", file, "--faq", faq, "--json").stdout == by_word
    assert invoke("suggest", "-", "--faq", faq, "--json", input=INQUIRY.encode(encoding)).stdout == by_word


def test_an_inquiry_about_nothing_in_the_base_is_handed_over(invoke, faq: Path) -> None:
    result = invoke("suggest", "zzzz", "--faq", faq)
    assert result.exit_code == 0
    assert result.stdout.startswith("判定: 担当者に引き継ぎます（確信度 ")


def test_operators_are_offered_their_own_entries(invoke, faq: Path) -> None:
    text = "初期不良の返品を着払いで受けてよいですか"

    def ids(*options: str) -> list[str]:
        document = json.loads(invoke("suggest", text, "--faq", faq, "--json", *options).stdout)
        return [hit["id"] for hit in document["candidates"]]

    assert "return-ops" not in ids()
    assert "return-ops" in ids("--audience", "operator")


def test_a_batch_gives_one_line_for_each_inquiry_in_order(invoke, faq: Path, write_jsonl) -> None:
    batch = write_jsonl(
        "batch.jsonl",
        {"id": "q1", "text": INQUIRY, "channel": "mail", "relevant": {"addr-1": 2}},
        {"id": "q2", "text": "zzzz"},
        {"id": "q3", "text": ""},
    )
    result = invoke("suggest", "--batch", batch, "--faq", faq)
    assert result.exit_code == 0
    assert result.stderr == ""
    base = faqsearch.load(faq)
    expected = [base.suggest(INQUIRY, channel="mail"), base.suggest("zzzz"), base.suggest("")]
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {
            "id": key,
            "decision": suggestion.decision.value,
            "confidence": suggestion.confidence,
            "candidates": [{"id": hit.id, "score": hit.score} for hit in suggestion.candidates],
        }
        for key, suggestion in zip(("q1", "q2", "q3"), expected, strict=True)
    ]


def test_a_batch_with_a_bad_line_writes_nothing(invoke, faq: Path, write_jsonl) -> None:
    batch = write_jsonl("batch.jsonl", {"id": "q1", "text": "返品"}, {"id": "q2"}, {"id": "q3"})
    result = invoke("suggest", "--batch", batch, "--faq", faq)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"faqsearch: {batch}, row 2, column 'text': came as NoneType; give a string; and 1 more\n"
    )


@pytest.mark.parametrize("words", [("返品",), ("--file", "FAQ"), ("-",)])
def test_a_batch_stands_alone(invoke, faq: Path, write_jsonl, words: tuple[str, ...]) -> None:
    batch = write_jsonl("batch.jsonl", {"id": "q1", "text": "返品"})
    extra = [faq if word == "FAQ" else word for word in words]
    result = invoke("suggest", *extra, "--batch", batch, "--faq", faq)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "faqsearch: --batch stands alone; leave out TEXT and --file\n"


def test_an_inquiry_must_be_given(invoke, faq: Path) -> None:
    result = invoke("suggest", "--faq", faq)
    assert result.exit_code == 2
    assert result.stderr == (
        "faqsearch: give one inquiry: as TEXT, with --file FILE, or - to read standard input\n"
    )


@pytest.mark.parametrize("batch", [False, True])
def test_an_unknown_channel_is_refused(invoke, faq: Path, write_jsonl, batch: bool) -> None:
    words = ("--batch", write_jsonl("batch.jsonl", {"id": "q1", "text": "返品"})) if batch else ("返品",)
    result = invoke("suggest", *words, "--faq", faq, "--channel", "fax")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert "'fax'" in result.stderr
    assert "chat" in result.stderr


def test_every_piece_of_evidence_has_a_japanese_name() -> None:
    assert set(EVIDENCE_LABELS) == set(FEATURES)


@pytest.mark.parametrize(
    ("decision", "shown"),
    [
        ("answer", ["addr-1"]),
        ("choose", ["addr-1", "return-1"]),
        ("hand_over", ["addr-1", "return-1", "ship-1"]),
    ],
)
def test_every_decision_shows_its_entries(faq: Path, decision: str, shown: list[str]) -> None:
    base = faqsearch.load(faq)
    hits = base.search("住所").hits[:1] + base.search("返品").hits[:1] + base.search("全国一律").hits[:1]
    real = base.suggest(INQUIRY)
    offered = {"answer": 1, "choose": 2, "hand_over": 0}[decision]
    suggestion = dataclasses.replace(
        real, decision=faqsearch.Decision(decision), confidence=0.256, offers=hits[:offered], candidates=hits
    )
    console = Console(file=io.StringIO(), width=80)
    show_suggestion(console, suggestion)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.startswith(f"判定: {DECISION_LABELS[suggestion.decision]}（確信度 26%）\n")
    assert [key for key in ("addr-1", "return-1", "ship-1") if key in text] == shown
    assert ("近いFAQ（回答には使いません）:" in text) is (decision == "hand_over")


def test_a_batch_is_answered_for_the_audience_and_channel_asked_for(
    invoke, faq: Path, write_jsonl, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, str]] = []
    real = faqsearch.KnowledgeBase.suggest

    def recorded(
        base: faqsearch.KnowledgeBase, text: str, channel: str, audience: str
    ) -> faqsearch.Suggestion:
        calls.append((channel, str(audience)))
        return real(base, text, channel=channel, audience=audience)

    monkeypatch.setattr(faqsearch.KnowledgeBase, "suggest", recorded)
    text = "初期不良の返品を着払いで受けてよいですか"
    batch = write_jsonl(
        "batch.jsonl", {"id": "q1", "text": text}, {"id": "q2", "text": text, "channel": "phone"}
    )
    words = ("suggest", "--batch", batch, "--faq", faq, "--channel", "form")
    shown = invoke(*words, "--audience", "operator").stdout.splitlines()
    assert calls == [("form", "operator"), ("phone", "operator")]
    assert all("return-ops" in [hit["id"] for hit in json.loads(line)["candidates"]] for line in shown)
    assert "return-ops" not in invoke(*words).stdout
