from __future__ import annotations

import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import readme_tables
import speed
from _speed import corpus, engines, job, jobs, measure, report, targets, whole
from _speed.corpus import Corpus, Sentence, Source
from _speed.growth import growth_svg
from _speed.oracle import Formula, Oracle, byte_lengths, difference
from rich.console import Console

SENTENCES = [
    Sentence(text="商品を返品する", terms=("商品", "返品"), spans=((0, 2), (3, 5))),
    Sentence(text="商品の送料", terms=("商品", "送料"), spans=((0, 2), (3, 5))),
    Sentence(text="商品、返品、商品", terms=("商品", "返品", "商品"), spans=((0, 2), (3, 5), (6, 8))),
    Sentence(text="商品の稀語", terms=("商品", "稀語"), spans=((0, 2), (3, 5))),
    Sentence(
        text="返品と商品、返品と送料",
        terms=("返品", "商品", "返品", "送料"),
        spans=((0, 2), (3, 5), (6, 8), (9, 11)),
    ),
]
SOURCE = Source.of([SENTENCES[:2], SENTENCES[2:]])
SMALL = Corpus(
    words=("一", "二", "三"),
    terms=np.array([0, 1, 0, 1, 1, 1, 2], np.int32),
    begins=np.array([0, 2, 3, 7], np.int64),
)


def test_only_the_rarest_words_are_slots_and_numbers_lead_to_words() -> None:
    assert SOURCE.words == ("商品", "返品", "送料", "稀語")
    assert SOURCE.first_open == 3
    assert [SOURCE.word(number) for number in (0, 3)] == ["商品", "稀語"]
    names = {SOURCE.word(number) for number in range(4, 1_004)}
    assert len(names) == 1_000
    assert all(len(name) == 6 for name in names)


def test_a_corpus_is_the_beginning_of_a_larger_one_and_another_for_another_seed() -> None:
    small, large = corpus.grow(SOURCE, 700, 0), corpus.grow(SOURCE, 1_500, 0)
    assert small.n_docs == 700
    assert list(small.documents()) == list(large.documents())[:700]
    assert small.sha256() == corpus.grow(SOURCE, 700, 0).sha256() != corpus.grow(SOURCE, 700, 1).sha256()
    assert len(large.words) > len(small.words) > len(SOURCE.words)
    assert list(small.first(3).documents()) == list(small.documents())[:3]


def test_texts_hold_the_terms_of_the_corpus_in_their_places() -> None:
    written = list(corpus.texts(SOURCE, 40, 0))
    for sentences, terms in zip(written, corpus.grow(SOURCE, 40, 0).documents(), strict=True):
        text, place = "".join(sentences), 0
        for term in terms:
            place = text.index(term, place) + len(term)
    grown = list(corpus.entries(SOURCE, 40, 0))
    assert grown[0].question == written[0][0]
    assert len({entry.id for entry in grown}) == 40


def test_documents_are_as_long_as_wanted_and_the_slope_is_that_of_the_frequencies() -> None:
    grown = corpus.grow(SOURCE, 2_000, 0)
    assert len(grown.terms) / 2_000 == pytest.approx(corpus.TERMS, rel=0.05)
    counts = [round(1e5 / rank) for rank in range(1, 2_001)]
    terms = np.repeat(np.arange(2_000), counts).astype(np.int32)
    zipf = Corpus(words=("",) * 2_000, terms=terms, begins=np.array([0, len(terms)]))
    assert zipf.zipf_slope() == pytest.approx(-1.0, abs=0.01)
    assert SMALL.zipf_slope() == 0.0


def test_a_corpus_is_read_as_it_was_written(tmp_path: Path) -> None:
    grown = corpus.grow(SOURCE, 50, 0)
    grown.save(tmp_path / "corpus.npz")
    assert Corpus.load(tmp_path / "corpus.npz").sha256() == grown.sha256()


def test_the_exhaustive_scorer_computes_each_formula_as_by_hand() -> None:
    # Documents: 一 二 / 一 / 二 二 二 三; 3 of them, of mean length 7 / 3.
    oracle = Oracle(SMALL, [["二", "三", "?"]])
    idf = math.log(1 + 1.5 / 2.5)
    norms = [1.2 * (0.25 + 0.75 * length / (7 / 3)) for length in (2, 1, 4)]
    two = [idf * 2.2 * 1 / (1 + norms[0]), 0.0, idf * 2.2 * 3 / (3 + norms[2])]
    assert oracle.scores(["二"], Formula()) == pytest.approx(two)
    assert oracle.scores(["二"], Formula(gain=False)) == pytest.approx([score / 2.2 for score in two])
    three = math.log(1 + 2.5 / 1.5) * 2.2 / (1 + norms[2])
    assert oracle.scores(["二", "三", "?"], Formula())[2] == pytest.approx(two[2] + three)
    assert oracle.scores(["二"], Formula(idf="fts5"))[0] == pytest.approx(two[0] / idf * 1e-6)
    okapi = [math.log(1.5 / 2.5), math.log(1.5 / 2.5), math.log(2.5 / 1.5)]
    assert oracle.scores(["二"], Formula(idf="okapi"))[0] == pytest.approx(two[0] / idf * sum(okapi) / 3 / 4)
    assert oracle.scores(["三"], Formula(idf="okapi"))[2] == pytest.approx(okapi[2] * 2.2 / (1 + norms[2]))
    assert oracle.postings(["二", "三", "?"]) == 3


def test_lengths_in_a_byte_are_exact_up_to_forty_and_then_coarser() -> None:
    table = byte_lengths().tolist()
    assert table[:41] == list(range(41))
    assert table[41:52] == [42, 44, 46, 48, 50, 52, 54, 56, 60, 64, 68]
    assert (len(table), table[-1]) == (256, 2_013_265_944)


def test_an_answer_is_right_whatever_the_order_of_equals_and_wrong_otherwise() -> None:
    scores = np.array([3.0, 2.0, 2.0, 0.0])
    assert difference([(0, 3.0), (2, 2.0)], scores, 2) == ""
    assert difference([(0, 3.00001), (1, 2.0), (2, 2.0), (3, 0.0)], scores, 10) == ""
    assert difference([(0, 3.0)], scores, 2) == "1 documents instead of 2"
    assert difference([(1, 2.0), (1, 2.0)], scores, 2) == "a document stands in the answer twice"
    assert "rank 1" in difference([(1, 2.0), (2, 2.0)], scores, 2)
    assert "its document has" in difference([(0, 3.1), (2, 2.0)], scores, 2)


INSTALLED = [
    pytest.param(name, marks=[pytest.mark.slow] if name == engines.BM25S else [])  # numba compiles first
    for name, one in engines.ENGINES.items()
    if not one.missing()
]


@pytest.mark.parametrize("system", INSTALLED)
def test_every_system_that_is_installed_answers_like_the_exhaustive_scorer(
    system: str, tmp_path: Path
) -> None:
    grown = corpus.grow(SOURCE, 60, 0)
    engine = engines.ENGINES[system]
    engine.build(grown, tmp_path)
    opened = engine.open(tmp_path)
    queries = [["返品"], ["送料", "返品", "ない言葉"], [grown.words[-1], "商品"]]
    oracle = Oracle(grown, queries)
    for terms in queries:
        found = opened.pairs(opened.search(terms))
        assert difference(found, oracle.scores(terms, engine.formula), engines.K) == ""
    assert [pair for pair in opened.pairs(opened.search(["ない言葉"])) if pair[1] > 0] == []


def test_what_a_system_needs_is_named() -> None:
    nowhere = engines.Engine(build=lambda *_: None, open=lambda _: None, packages=("json", "no_such"))
    assert nowhere.missing() == "no-such"
    assert engines.ENGINES[engines.OURS].missing() == ""


def test_systems_take_turns_and_are_compared_on_the_queries_both_answered() -> None:
    asked: list[tuple[str, int]] = []
    searches = {
        name: (lambda query, name=name: asked.append((name, query)), limit)
        for name, limit in (("a", 45), ("b", 30))
    }
    rows = measure.rounds(searches, range(45), 2)
    assert [(row["system"], row["queries"], row["rounds"]) for row in rows] == [("a", 45, 2), ("b", 30, 2)]
    assert rows[0]["p50 / first"] == 1.0
    first = [name for name, _ in asked[:95:1]]
    assert first[:20] + first[20:40] == ["a"] * 20 + ["b"] * 20
    assert sorted(query for name, query in asked if name == "b") == sorted([*range(30)] * 4)


def test_times_threads_and_memory_are_counted() -> None:
    assert measure.percentiles([1.0, 2.0, 3.0]) == {"p50": 2.0, "p95": 2.9, "p99": 2.98}
    times, rate = measure.timed_by_threads(lambda _: None, range(7), 2)
    assert len(times) == 7
    assert rate > 0
    used = measure.memory()
    assert used["peak"] >= used["resident"] * 0.9 > 0
    measure.reset_peak()
    assert used["resident"] * 2 > measure.peak() > 0
    assert measure.peak("none") == 0.0
    assert measure.bandwidth() > 1e6


def test_a_run_measures_checks_and_records_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(whole, "PHASE_SECONDS", 0.2)
    monkeypatch.setattr(whole, "EDITS", 3)
    monkeypatch.setattr(jobs, "ROUNDS", 1)
    ours = {name: one for name, one in engines.ENGINES.items() if name in {engines.OURS, "SQLite FTS5"}}
    for module in (speed, jobs, whole):
        monkeypatch.setattr(module, "ENGINES", ours)
    monkeypatch.setattr(speed, "in_a_process", lambda name, system, folder: job.JOBS[name](folder, system))
    out = tmp_path / "results"
    speed.main(["--sizes", "200", "--queries", "6", "--write", "--out", str(out), "--work", str(tmp_path)])
    kept = json.loads((out / "speed.json").read_text("utf-8"))
    rows = kept["rows"]
    assert {row["part"] for row in rows} == {
        "corpus",
        "build",
        "serve",
        "bandwidth",
        "ranking",
        "base",
        "end to end",
        "serve end to end",
        "open",
        "edit",
    }
    checked = [row for row in rows if "wrong" in row]
    assert all(row["wrong"] == [] and row["checked"] > 0 for row in checked)
    assert {row["system"] for row in checked} == {
        "faqsearch",
        "SQLite FTS5",
        "faqsearch lexical",
        "faqsearch bm25",
    }
    assert kept["command"].startswith("python benchmarks/speed.py --sizes 200")
    assert str(tmp_path) not in json.dumps(kept)
    monkeypatch.setattr(readme_tables, "RESULTS", tmp_path)
    words = readme_tables.WORDS["README.md"]
    assert readme_tables.speed_table(words) == words["unmeasured"]
    monkeypatch.setattr(readme_tables, "RESULTS", out)
    table = readme_tables.speed_table(words)
    assert table.count("| ranking alone: ") == table.count("(× 1) |") == 2
    assert table.count("| end to end: ") == 3
    assert "| 200 documents, `lexical` | |" in table
    for name in ("speed-ranking.svg", "speed-end-to-end.svg"):
        assert ET.fromstring((out / name).read_text("utf-8")).tag.endswith("svg")
    assert "200 documents, ranking, question" in capsys.readouterr().out


def test_a_job_that_fails_says_so_and_a_system_that_lacks_something_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [row] = speed.in_a_process("build", "faqsearch", tmp_path / "missing")
    assert (row["part"], row["job"], row["system"]) == ("failed", "build", "faqsearch")
    assert "FileNotFoundError" in row["reason"]
    lacking = engines.Engine(build=lambda *_: None, open=lambda _: None, packages=("no_such",))
    slow = engines.Engine(build=lambda *_: None, open=lambda _: None, most=10)
    monkeypatch.setattr(speed, "ENGINES", {"x": lacking, "y": slow, "z": engines.ENGINES["faqsearch"]})
    assert [row["reason"] for row in speed.left_out(200)] == [
        "not installed: no-such",
        "asked up to 10 documents",
    ]
    options = SimpleNamespace(ranking_only=False, full=False)
    assert list(speed.plan(1_000_000, options)) == [
        ("corpus", ""),
        ("build", "z"),
        ("serve", "z"),
        ("rank", ""),
    ]
    assert ("edit", "") in list(speed.plan(100_000, options))


def test_sizes_are_read_and_nonsense_is_refused() -> None:
    assert speed.parse_sizes("10k,500,1m,10k") == [500, 10_000, 1_000_000]
    for text in ("", "k", "ten", "5"):
        with pytest.raises(speed.argparse.ArgumentTypeError, match="came as"):
            speed.parse_sizes(text)


def timed_row(part: str, size: int, system: str, p50: float, ratio: float) -> dict[str, Any]:
    return {
        "part": part,
        "size": size,
        "kind": "question",
        "system": system,
        "p50": p50,
        "p50 / first": ratio,
    }


def test_targets_are_held_against_the_rows_and_what_is_missing_is_no_failure() -> None:
    assert {one.met for one in targets.outcomes([])} == {None}
    peer = engines.BM25S
    rows = [
        timed_row("ranking", 100_000, "faqsearch", 1.0, 1.0),
        timed_row("ranking", 100_000, peer, 1.4, 1.4),
        timed_row("ranking", 1_000_000, "faqsearch", 5.0, 1.0),
        timed_row("end to end", 100_000, peer, 1.0, 0.5),
        timed_row("end to end", 100_000, "rank-bm25", 999.0, 999.0),
        timed_row("end to end", 100_000, "faqsearch bm25", 0.5, 0.5),
        {"part": "edit", "size": 100_000, "edit to found, ms": {"p95": 9.0}, "p95 beside / without": 1.3},
        {"part": "serve", "size": 100_000, "system": "faqsearch", "memory, MB": {"anonymous": 90.0}},
        {"part": "serve", "size": 100_000, "system": peer, "memory, MB": {"anonymous": 100.0}},
    ]
    found = {one.name: (one.measured, one.met) for one in targets.outcomes(rows) if one.met is not None}
    assert found == {
        f"ranking alone, 100,000: times as fast as {peer}": (1.4, False),
        "ranking alone: p50 at 1,000,000 over p50 at 100,000": (5.0, True),
        f"lexical end to end, 100,000: its time over {peer}'s": (2.0, True),
        "lexical end to end, 100,000: times as fast as rank-bm25": (999.0, False),
        "bm25 end to end, 100,000: times as fast as rank-bm25": (1998.0, True),
        "edit, 100,000: ms until it is found, p95": (9.0, True),
        "edit, 100,000: p95 of searches beside it over without": (1.3, False),
        f"memory while serving, ranking alone, 100,000: over {peer}'s": (0.9, True),
    }
    assert report.curves(rows, "ranking") == {
        "faqsearch": [(100_000, 1.0), (1_000_000, 5.0)],
        peer: [(100_000, 1.4)],
    }


def test_the_report_shows_wrong_answers_and_what_failed() -> None:
    row = {
        **timed_row("ranking", 1_000, "x", 1.0, 1.0),
        "p95": 1.0,
        "p99": 1.0,
        "lowest and highest": [1.0, 1.0],
        "2 threads": {"p50": 1.0, "p95": 1.0},
        "2 threads, queries/s": 9.0,
        "wrong": ["score 1"],
        "checked": 5,
    }
    failed = {"part": "failed", "size": 1_000, "system": "y", "reason": "out of memory"}
    console = Console(record=True, width=160)
    report.show(console, [row, failed], [])
    shown = console.export_text()
    assert "WRONG: score 1" in shown
    assert "out of memory" in shown


def test_the_plot_has_a_point_for_each_size_at_its_height() -> None:
    drawn = growth_svg("t<>", {"a&b": [(1_000, 1.0), (100_000, 10.0)], "c": [(1_000, 0.1)]})
    root = ET.fromstring(drawn)
    names = {"s": "http://www.w3.org/2000/svg"}
    circles = [(one.get("cx"), one.get("cy")) for one in root.findall(".//s:circle", names)]
    assert circles == [("70.0", "215.0"), ("650.0", "40.0"), ("70.0", "390.0")]
    assert root.get("aria-label") == "t<>"
    assert ET.fromstring(growth_svg("t", {})).tag.endswith("svg")
