from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import faqsearch
from faqsearch import load_confidence_model
from faqsearch.assist import read_confidence_model
from faqsearch.inquiry import CHANNELS

SAMPLE = faqsearch.sample_path("saas")
INQUIRIES = SAMPLE.parent / "inquiries.jsonl"


def words(*more: object, inquiries: object = INQUIRIES) -> list[object]:
    files = ("--faq", SAMPLE, "--inquiries", inquiries)
    return ["calibrate", *files, "--preset", "lexical", "--audience", "operator", *more]


def test_a_model_is_fitted_written_drawn_and_taken(invoke: Any, tmp_path: Path) -> None:
    out, svg = tmp_path / "model.json", tmp_path / "curve.svg"
    result = invoke(*words("--precision", "0.8", "--out", out, "--svg", svg, "--json"))
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    found = json.loads(result.stdout)
    lines = INQUIRIES.read_text("utf-8").splitlines()
    assert found["questions"] >= len(lines)
    assert (found["preset"], found["precision"]) == ("lexical", 0.8)
    assert (found["written"], found["svg"]) == (str(out), str(svg))
    [(name, model)] = read_confidence_model(out).by_preset.items()
    assert (name, model.answer_at, model.precision) == ("lexical", found["answer_at"], 0.8)
    assert model.provenance["inquiries"] == "inquiries.jsonl"
    assert "違約金" not in out.read_text("utf-8")
    assert ET.parse(svg).getroot().get("aria-label") == "faq.csv, lexical"
    base = faqsearch.load(SAMPLE, preset="lexical", confidence_model=out)
    suggestion = base.suggest("パスワードを忘れました")
    assert suggestion.calibrated
    expected = faqsearch.KnowledgeBase(
        base.entries(), preset="lexical", confidence_model=load_confidence_model(out)
    ).suggest("パスワードを忘れました")
    assert suggestion.confidence == expected.confidence
    told = invoke(
        "suggest",
        "パスワードを忘れました",
        "--faq",
        SAMPLE,
        "--preset",
        "lexical",
        "--confidence",
        out,
        "--json",
    )
    assert json.loads(told.stdout)["confidence"] == suggestion.confidence
    assert json.loads(told.stdout)["calibrated"] is True


def test_the_text_shows_before_and_after_and_what_each_precision_costs(invoke: Any, tmp_path: Path) -> None:
    result = invoke(*words("--out", tmp_path / "m.json", "--svg", tmp_path / "m.svg"))
    assert result.exit_code == 0
    assert "before" in result.stdout
    assert "95 % intervals, after is out of fold:" in result.stdout
    for name in ("calibration error", "brier score", "precision", "coverage"):
        assert any(line.startswith(name) and line.count("[") == 2 for line in result.stdout.splitlines())
    assert "90%" in result.stdout
    written = "".join(result.stdout.split())
    assert f"{tmp_path / 'm.json'}:written{tmp_path / 'm.svg'}:written" in written


def test_every_channel_that_the_labels_name_has_its_row(invoke: Any) -> None:
    lines = [json.loads(line) for line in INQUIRIES.read_text("utf-8").splitlines()]
    named = sorted({line["channel"] for line in lines})
    told = invoke(*words())
    rows = [line.split() for line in told.stdout.splitlines()]
    assert [row[0] for row in rows if row and row[0] in CHANNELS] == named
    found = json.loads(invoke(*words("--json")).stdout)
    assert [one["channel"] for one in found["channels"]] == named
    assert sum(one["questions"] for one in found["channels"]) == found["questions"]
    mail = found["channels"][named.index("mail")]
    cells = next(row for row in rows if row and row[0] == "mail")
    assert cells[1:4] == [
        str(mail["questions"]),
        f"{mail['first_right']:.1%}",
        f"{mail['before']['value']:.3f}",
    ]


def test_no_channel_is_shown_where_the_labels_name_none(
    invoke: Any, write_jsonl: Callable[..., Path]
) -> None:
    lines = [json.loads(line) for line in INQUIRIES.read_text("utf-8").splitlines()]
    bare = write_jsonl("bare.jsonl", *({**line, "channel": None} for line in lines))
    told = invoke(*words(inquiries=bare))
    assert told.exit_code == 0
    assert "by channel" not in told.stdout


def test_an_inquiry_is_suggested_for_its_own_audience(invoke: Any, write_jsonl: Callable[..., Path]) -> None:
    told = invoke("calibrate", "--faq", SAMPLE, "--inquiries", INQUIRIES, "--preset", "lexical", "--json")
    assert told.exit_code == 0, told.output
    lines = [json.loads(line) for line in INQUIRIES.read_text("utf-8").splitlines()]
    for number, line in enumerate(lines):
        line["audience"] = None
        if number % 2:
            del line["audience"]
    without = write_jsonl("without.jsonl", *lines)
    refused = invoke("calibrate", "--faq", SAMPLE, "--inquiries", without, "--preset", "lexical")
    assert refused.exit_code != 0
    assert "are not in this audience's view" in " ".join(refused.stderr.split())


@pytest.mark.parametrize("audience", ["everyone", 5, ["public"]])
def test_an_audience_that_there_is_not_is_refused(
    invoke: Any, write_jsonl: Callable[..., Path], audience: object
) -> None:
    line = {"id": "q1", "text": "返品", "audience": audience, "relevant": {"saas-001": 2}}
    result = invoke(*words(inquiries=write_jsonl("wrong.jsonl", line)))
    assert result.exit_code != 0
    assert "'audience': is none that is known; allowed are public, operator" in " ".join(
        result.stderr.split()
    )


def test_models_of_other_presets_in_the_file_stay(invoke: Any, tmp_path: Path) -> None:
    out = tmp_path / "model.json"
    assert invoke(*words("--out", out)).exit_code == 0
    lexical = read_confidence_model(out).by_preset["lexical"]
    again = [word if word != "lexical" else "bm25" for word in words("--out", out)]
    assert invoke(*again).exit_code == 0
    both = read_confidence_model(out).by_preset
    assert list(both) == ["lexical", "bm25"]
    assert both["lexical"] == lexical


def test_too_few_labels_are_refused_and_nothing_is_written(
    invoke: Any, write_jsonl: Callable[..., Path], tmp_path: Path
) -> None:
    few = write_jsonl("few.jsonl", *INQUIRIES.read_text("utf-8").splitlines()[:40])
    result = invoke(*words("--out", tmp_path / "m.json", inquiries=few))
    assert result.exit_code != 0
    assert "fitting needs 150 questions in 50 groups" in " ".join(result.stderr.split())
    assert not (tmp_path / "m.json").exists()


def test_labels_without_the_grade_that_answers_are_refused(
    invoke: Any, write_jsonl: Callable[..., Path]
) -> None:
    related = write_jsonl("related.jsonl", {"id": "q1", "text": "返品", "relevant": {"saas-001": 1}})
    result = invoke(*words(inquiries=related))
    assert result.exit_code != 0
    assert "no label has grade 2 or above" in result.stderr
    # With grade 1 there are labels, but not enough.
    assert "1 labelled questions" in invoke(*words("--grade", "1", inquiries=related)).stderr


def test_labels_of_entries_that_the_audience_does_not_see_are_refused(
    invoke: Any, write_jsonl: Callable[..., Path]
) -> None:
    wrong = write_jsonl("wrong.jsonl", {"id": "q1", "text": "返品", "relevant": {"nowhere": 2}})
    result = invoke(*words(inquiries=wrong))
    assert result.exit_code != 0
    assert "1 labelled entries are not in this audience's view, such as 'nowhere'" in " ".join(
        result.stderr.split()
    )


@pytest.mark.parametrize("command", ["suggest", "calibrate"])
def test_a_file_that_is_no_model_is_refused(invoke: Any, tmp_path: Path, command: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("{}")
    if command == "suggest":
        result = invoke("suggest", "送料", "--faq", SAMPLE, "--preset", "lexical", "--confidence", bad)
    else:
        result = invoke(*words("--out", bad))
    assert result.exit_code != 0
    assert "not such a model" in result.stderr
    assert bad.read_text() == "{}"
