from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from faqsearch.errors import SettingsError
from faqsearch.ranking import Preset, preset_names

PEERS = [
    "bm25s-default-tokenizer",
    "sqlite-fts5-trigram",
    "rank-bm25-sudachi-c-surface",
    "rank-bm25-sudachi-c-normalized",
    "bm25s-character-bigrams",
    "rank-bm25-janome",
    "rank-bm25-mecab-unidic-lite",
    "rank-bm25-sudachi-a-normalized",
    "tantivy-sudachi-a-normalized",
]
OPTIONAL = ["rank-bm25-janome", "rank-bm25-mecab-unidic-lite", "tantivy-sudachi-a-normalized"]
FEW = "rank-bm25-sudachi-c-surface,faqsearch-bm25"
DETERMINISTIC = ("summary.json", "rows.csv")


def relevance(*arguments: object) -> int:
    from relevance import main

    return int(main([str(argument) for argument in arguments]))


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_summary(out: Path, name: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((out / f"relevance-{name}-summary.json").read_text("utf-8"))
    return found


@pytest.fixture
def without_optional_peers() -> Iterator[pytest.MonkeyPatch]:
    patch = pytest.MonkeyPatch()
    for module in ("janome.tokenizer", "fugashi", "tantivy"):
        patch.setitem(sys.modules, module, None)
    yield patch
    patch.undo()


def test_the_ladder_is_printed_and_rows_summary_and_times_are_written(
    trec_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    without_optional_peers: pytest.MonkeyPatch,
) -> None:
    out = tmp_path / "results"
    assert relevance(trec_folder, "--out", out, "--ablation", "none") == 0
    printed = capsys.readouterr().out
    record = json.loads((out / "relevance-tiny-summary.json").read_text("utf-8"))
    ready = record["ladder"]
    presets = [f"faqsearch-{name}" for name in preset_names()]
    assert [name for name in [*PEERS, *presets] if name not in record["not_ready"]] == ready
    assert {"faqsearch-bm25", "faqsearch-lexical", "faqsearch-tfidf"} <= set(ready)
    assert [name for name in PEERS if name in record["not_ready"]] == OPTIONAL
    assert record["not_ready"]["rank-bm25-mecab-unidic-lite"] == (
        'not installed: fugashi; run: pip install "faqsearch[bench]"'
    )
    places = [printed.index(f" {system} ") for system in ready]
    assert places == sorted(places)
    assert "tiny: 6 entries, 4 queries" in printed
    assert "tantivy-sudachi-a-normalized: not ready: not installed: tantivy" in printed

    rows = read_rows(out / "relevance-tiny-rows.csv")
    assert [(row["system"], row["query"]) for row in rows] == [
        (system, query) for system in ready for query in ("q1", "q2", "q3", "q4")
    ]
    ours = {row["query"]: row for row in rows if row["system"] == "faqsearch-lexical"}
    assert ours["q2"]["hits"].split()[0] == "password"
    assert float(ours["q2"]["nDCG@10"]) == pytest.approx(1.0)
    assert ours["q3"]["hits"].split()[0] == "staff"
    assert (ours["q4"]["hits"], float(ours["q4"]["recall@100"])) == ("", 0.0)
    trigram = {row["query"]: row["hits"] for row in rows if row["system"] == "sqlite-fts5-trigram"}
    assert trigram["q2"] == "password"

    assert record["command"] == "python benchmarks/relevance.py tiny --ablation none --seed 0"
    content = (trec_folder / "qrels.txt").read_bytes()
    assert record["files_sha256"]["qrels.txt"] == hashlib.sha256(content).hexdigest()
    assert sorted(record["files_sha256"]) == ["faq.jsonl", "qrels.txt", "queries.jsonl"]
    assert (record["entries"], record["queries"], record["relevant_entries_not_in_the_base"]) == (6, 4, 1)
    assert record["comparison"]["systems"][0] == record["baseline"] == "faqsearch-lexical"
    assert record["comparison"]["differences"][0]["reference"] == "faqsearch-lexical"
    assert record["intervals"]["faqsearch-lexical"]["nDCG@10"] == [0.25, 1.0]
    assert record["packages"]["sudachipy"] != ""

    times = json.loads((out / "relevance-tiny-timings.json").read_text("utf-8"))
    assert list(times["systems"]) == ready
    assert set(times["machine"]) == {"cpu", "cores", "system"}
    lexical = times["systems"]["faqsearch-lexical"]
    assert lexical["search_ms_p95"] >= lexical["search_ms_p50"] > 0
    assert lexical["search_p50_over_baseline_p50"] == 1.0
    raw = read_rows(out / "relevance-tiny-times.csv")
    assert [row["query"] for row in raw if row["system"] == "faqsearch-bm25"] == ["q1", "q2", "q3", "q4"]
    assert all(float(row["search_ms"]) > 0 for row in raw)


def test_wins_and_losses_against_the_baseline_stand_with_ids_and_the_biggest_first(
    trec_folder: Path, tmp_path: Path
) -> None:
    # The baseline finds all that q2 asks for, and of q1 only the lesser half.
    (trec_folder / "qrels.txt").write_text("q1 0 return 1\nq1 0 gone 2\nq2 0 password 1\n", "utf-8")
    out = tmp_path / "results"
    relevance(trec_folder, "--out", out, "--systems", "bm25s-default-tokenizer", "--ablation", "none")
    found = read_summary(out, "tiny")["examples"]["bm25s-default-tokenizer"]  # type: ignore[index]
    assert [example["query"] for example in found["lost"]] == ["q2", "q1"]
    assert found["won"] == []
    assert found["lost"][0] == {
        "query": "q2",
        "value": 0.0,
        "baseline_value": 1.0,
        "first_hit": None,
        "baseline_first_hit": "password",
    }


def test_no_text_of_a_base_elsewhere_and_no_path_gets_into_the_results(
    trec_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    relevance(trec_folder, "--out", out, "--systems", FEW)
    assert sorted(path.name for path in out.iterdir()) == [
        "relevance-tiny-rows.csv",
        "relevance-tiny-summary.json",
        "relevance-tiny-times.csv",
        "relevance-tiny-timings.json",
        "relevance.html",
    ]
    for path in out.iterdir():
        content = path.read_text("utf-8")
        assert not re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", content)
        assert str(tmp_path) not in content


def test_texts_of_a_base_under_data_stand_in_examples_and_are_escaped_in_the_report(
    trec_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from _relevance import collection

    monkeypatch.setattr(collection, "DATA", tmp_path)
    with (trec_folder / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "q6", "text": "送料<b>&"}\n')
    with (trec_folder / "qrels.txt").open("a", encoding="utf-8") as file:
        file.write("q6 0 shipping 1\n")
    out = tmp_path / "results"
    relevance(trec_folder, "--out", out, "--systems", "bm25s-default-tokenizer", "--ablation", "none")
    found = read_summary(out, "tiny")["examples"]["bm25s-default-tokenizer"]["lost"]  # type: ignore[index]
    assert {example["query"]: example["text"] for example in found}["q6"] == "送料<b>&"
    page = (out / "relevance.html").read_text("utf-8")
    assert "送料&lt;b&gt;&amp;" in page
    assert "<b>" not in page


def test_a_second_run_gives_the_same_figures_byte_for_byte(inquiries_folder: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert relevance(inquiries_folder, "--out", tmp_path / name, "--systems", FEW) == 0
    for suffix in DETERMINISTIC:
        name = f"relevance-labelled-{suffix}"
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    record = read_summary(tmp_path / "first", "labelled")
    assert record["queries"] == 4
    assert sorted(record["files_sha256"]) == ["faq.csv", "inquiries.jsonl"]  # type: ignore[call-overload]


def test_the_report_is_one_well_formed_file_without_scripts_or_outside_references(
    trec_folder: Path, inquiries_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    relevance(trec_folder, "--out", out, "--systems", FEW, "--ablation", "none")
    relevance(inquiries_folder, "--out", out, "--systems", FEW, "--ablation", "lexical")
    page = (out / "relevance.html").read_text("utf-8")
    root = ET.fromstring(page.removeprefix("<!DOCTYPE html>\n"))
    names = {"h": "http://www.w3.org/1999/xhtml", "s": "http://www.w3.org/2000/svg"}
    sections = root.findall(".//h:section", names)
    assert [section.get("id") for section in sections] == ["labelled", "tiny"]
    assert [len(section.findall(".//s:svg", names)) for section in sections] == [4, 3]
    tags = {element.tag.split("}")[1] for element in root.iter()}
    assert tags.isdisjoint({"script", "link", "img", "iframe", "image", "use", "object"})
    for element in root.iter():
        for attribute, value in element.attrib.items():
            assert attribute not in {"src", "style", "onclick"}
            assert attribute != "href" or value.startswith("#")
    style = root.findtext(".//h:style", namespaces=names)
    assert style is not None
    assert "url(" not in style
    assert "@import" not in style
    assert "prefers-color-scheme: dark" in style
    bars = sections[1].findall(".//s:rect", names)
    assert [bar.get("class") for bar in bars] == ["peer", "ours", "baseline"]


def test_limiting_the_queries_draws_by_the_seed_and_is_on_record(trec_folder: Path, tmp_path: Path) -> None:
    options = ("--limit-queries", "2", "--seed", "3", "--systems", FEW, "--ablation", "none")
    relevance(trec_folder, "--out", tmp_path / "out", *options)
    drawn = [row["query"] for row in read_rows(tmp_path / "out" / "relevance-tiny-rows.csv")][:2]
    record = read_summary(tmp_path / "out", "tiny")
    assert record["queries"] == 2
    assert drawn == sorted(drawn)
    assert record["command"] == (
        f"python benchmarks/relevance.py tiny --ablation none --systems {FEW} --limit-queries 2 --seed 3"
    )


@pytest.mark.parametrize(
    ("remove", "message"),
    [
        ("faq.jsonl", "the folder 'tiny' holds no faq.jsonl or faq.csv"),
        ("qrels.txt", "the folder 'tiny' holds no qrels.txt"),
        ("queries.jsonl", "the folder 'tiny' holds no inquiries.jsonl"),
    ],
)
def test_a_missing_file_ends_with_two_and_one_line(
    trec_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], remove: str, message: str
) -> None:
    (trec_folder / remove).unlink()
    assert relevance(trec_folder, "--out", tmp_path / "results") == 2
    assert capsys.readouterr().err == f"{message}; benchmarks/README.md says more\n"
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--limit-queries", "0"], "--limit-queries came as 0; give at least 1"),
        (["--baseline", "best"], "--baseline came as 'best'; allowed are bm25, "),
        (["--ablation", "best"], "--ablation holds 'best'; allowed are none, bm25, "),
        (["--systems", "best"], "--systems holds 'best'; allowed are bm25s-default-tokenizer, "),
    ],
)
def test_bad_options_end_with_two_and_say_what_is_allowed(
    trec_folder: Path, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    assert relevance(trec_folder, *options) == 2
    assert capsys.readouterr().err.startswith(message)


def test_data_without_labels_and_two_folders_of_one_name_end_with_two(
    trec_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert relevance(trec_folder, trec_folder) == 2
    assert capsys.readouterr().err == "two folders are called 'tiny'; give folders of different names\n"
    (trec_folder / "qrels.txt").write_text("q1 0 return 0\n", "utf-8")
    assert relevance(trec_folder) == 2
    assert capsys.readouterr().err == "qrels.txt marks nothing as relevant for any query of queries.jsonl\n"


def test_a_preset_that_is_not_ready_is_said_so_and_as_a_baseline_ends_with_two(
    trec_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from _relevance import systems

    made = systems.KnowledgeBase

    def build(entries: object, *, preset: Preset, **options: object) -> object:
        if preset.name == "tfidf":
            raise SettingsError("the vectors are\nmissing")
        return made(entries, preset=preset, **options)

    monkeypatch.setattr(systems, "KnowledgeBase", build)
    out = tmp_path / "results"
    options = ("--out", out, "--systems", "faqsearch-tfidf,faqsearch-bm25", "--ablation", "tfidf")
    assert relevance(trec_folder, *options) == 0
    assert "faqsearch-tfidf: not ready: the vectors are missing" in capsys.readouterr().out
    record = read_summary(out, "tiny")
    assert record["ladder"] == ["faqsearch-bm25", "faqsearch-lexical"]
    assert record["ablations"] == {}
    assert relevance(trec_folder, "--out", tmp_path / "other", "--baseline", "tfidf", "--systems", FEW) == 2
    assert capsys.readouterr().err == "--baseline tfidf is not ready: the vectors are missing\n"
    assert not (tmp_path / "other").exists()


def test_the_ablation_of_the_baseline_is_on_record_and_compared_with_the_whole_preset(
    trec_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results"
    relevance(trec_folder, "--out", out, "--systems", FEW, "--ablation", "bm25,tfidf")
    assert "tiny: bm25 (" in capsys.readouterr().out
    record = read_summary(out, "tiny")
    taken = record["ablations"]
    assert isinstance(taken, dict)
    assert list(taken) == ["bm25", "tfidf"]
    assert list(taken["bm25"]["without"])[:2] == ["fields.question", "fields.variants"]
    without = taken["bm25"]["without"]["fields.question"]["nDCG@10"]
    assert (without["won"], without["lost"], without["tied"]) == (0, 2, 2)
    assert without["low"] <= without["mean"] < 0
    times = json.loads((out / "relevance-tiny-timings.json").read_text("utf-8"))
    assert list(times["ablations"]["tfidf"]) == ["", *taken["tfidf"]["without"]]
