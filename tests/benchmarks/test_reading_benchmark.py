from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import _raw
import _reading
import pytest
import reading

RECORD: dict[str, Any] = {
    "id": "x-r001",
    "split": "dev",
    "channel": "mail",
    "audience": "public",
    "from": [],
    "mime": None,
    "lines": [
        ["greeting", "お世話になります。"],
        ["blank", ""],
        ["question", "こんにちは、保証は何年ありますか？"],
        ["context", "赤いポットです。"],
        ["signature", "これは説明の文です。"],
    ],
    "questions": [{"text": "保証は何年ありますか？", "relevant": {}}],
    "triage": {},
}


def test_lines_kept_and_dropped_are_counted() -> None:
    row = reading.measure(_raw.build_raw(RECORD, "shop"))
    assert row.pop("milliseconds") > 0
    assert row == {
        "id": "x-r001",
        "base": "shop",
        "split": "dev",
        "channel": "mail",
        "question_lines": 1,
        "question_lines_kept": 1,
        "boilerplate": {"greeting": [1, 1], "signature": [1, 0]},
        "questions": 1,
        "questions_found": 1,
    }
    assert reading.summarise([row]) == {
        "inquiries": 1,
        "question_lines": 1,
        "question_lines_kept": 1.0,
        "boilerplate_lines": 2,
        "boilerplate_lines_dropped": 0.5,
        "split_right": 1.0,
        "with_several": 0,
        "several_split_right": 1.0,
    }


def test_a_dropped_question_counts_as_lost() -> None:
    record = {
        **RECORD,
        "lines": [["question", "よろしくお願いします"], ["context", "保証は何年ですか？"]],
        "questions": [],
    }
    assert reading.measure(_raw.build_raw(record, "shop"))["question_lines_kept"] == 0


def test_rows_are_summed_over_bases_and_channels() -> None:
    row = reading.measure(_raw.build_raw(RECORD, "shop"))
    assert list(reading.groups([row])) == [
        ("dev", "all", "all"),
        ("dev", "all", "mail"),
        ("dev", "shop", "all"),
        ("dev", "shop", "mail"),
    ]


def test_the_reader_is_compared_on_the_same_inquiries() -> None:
    figures = _reading.compare([_raw.build_raw(RECORD, "shop")])
    bodies, html, charsets = (values["faqsearch"] for values in figures.values())
    assert (bodies["question kept"], bodies["greeting kept"], bodies["signature kept"]) == (0.0, 0.0, 1.0)
    assert html["lines"] == 1.0
    assert [charsets[name] for name in _reading.CHARSETS] == [1.0] * 4


def test_the_command_writes_figures_and_no_texts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    raw = tmp_path / "raw.jsonl"
    raw.write_text(json.dumps(RECORD, ensure_ascii=False) + "\n", "utf-8")
    monkeypatch.setattr(_raw, "raw_path", lambda base: raw)
    monkeypatch.setattr(reading, "raw_path", lambda base: raw)
    out = tmp_path / "reading.json"
    monkeypatch.setattr(sys, "argv", ["reading.py", "--out", str(out)])
    reading.main()
    document = json.loads(out.read_text("utf-8"))
    assert document["summary"]["dev all all"]["inquiries"] == 2
    assert len(document["rows"]) == 2
    assert len(document["data_sha256"]) == 64
    assert "faqsearch" in document["versions"]
    shown = capsys.readouterr().out + out.read_text("utf-8")
    assert "保証" not in shown
    assert "boilerplate dropped" in shown
