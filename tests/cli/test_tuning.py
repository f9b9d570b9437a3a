from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import faqsearch
from faqsearch.evaluation import read_labels, read_queries
from faqsearch.evaluation.tuning import Tuning, tune
from faqsearch.ranking import FusionRanker, load_preset
from faqsearch.ranking.neighbours import NeighbourRanker

SAMPLE = faqsearch.sample_path("saas")
INQUIRIES = SAMPLE.parent / "inquiries.jsonl"

# Category and tags alone drown the words.
BAD = """
name = "bad"
description = "a deliberately bad weight"

[[ranker]]
type = "bm25"
weight = 0.5
normalized = true
layers = { a = 1.0 }
fields = { question = 3.0, answer = 1.0 }

[[ranker]]
type = "tfidf"
weight = 4.0
layer = "ngram"
fields = { category = 1.0, tags = 1.0 }
"""
# Both parts say the same, so no weights can rank better.
SAME = """
name = "same"
description = "one ranker twice"

[[ranker]]
type = "bm25"
normalized = true
layers = { a = 1.0 }
fields = { question = 1.0 }

[[ranker]]
type = "bm25"
normalized = true
layers = { a = 1.0 }
fields = { question = 1.0 }
"""


@pytest.fixture
def words(tmp_path: Path) -> list[object]:
    """The command with the labelled inquiries of the sample base, and a bad preset to mend."""
    labels = read_labels(INQUIRIES)
    lines = [f"{key} 0 {entry} {grade}" for key, judged in labels.items() for entry, grade in judged.items()]
    (tmp_path / "qrels.txt").write_text("\n".join(lines) + "\n")
    (tmp_path / "bad.toml").write_text(BAD)
    return command(tmp_path, INQUIRIES, tmp_path / "bad.toml")


def command(folder: Path, queries: Path, preset: object) -> list[object]:
    files = ("--faq", SAMPLE, "--queries", queries, "--qrels", folder / "qrels.txt")
    return ["tune", *files, "--preset", preset, "--audience", "operator"]


def test_a_bad_weight_is_mended_and_the_file_says_how(invoke, words: list[object], tmp_path: Path) -> None:
    out = tmp_path / "mine.toml"
    result = invoke(*words, "--output", out, "--json")
    assert result.exit_code == 0
    assert result.stderr == ""
    found = json.loads(result.stdout)
    assert (found["preset"], found["pays"], found["written"], found["seed"]) == ("bad", True, str(out), 0)
    assert found["figures"]["nDCG@10"]["gain"]["low"] > 0.02
    usable = sum(any(grade > 0 for grade in judged.values()) for judged in read_labels(INQUIRIES).values())
    assert found["queries"] + found["queries_left_out"] == len(read_queries(INQUIRIES))
    assert found["queries"] == usable
    written = load_preset(out)
    assert isinstance(written.ranker, FusionRanker)
    assert [part.weight for part in written.ranker.parts] == [part["fitted"] for part in found["parts"]]
    assert written.name == "mine"
    assert written.description == f"bad, its weights fitted to {usable} labelled queries of faq.csv"
    header = [line for line in out.read_text("utf-8").splitlines() if line.startswith("#")]
    assert header[0].startswith("# Preset bad, fitted to faq.csv by faqsearch tune on 20")
    assert header[1] == f"# {usable} queries in {found['groups']} groups without a common entry, seed 0."
    figure = found["figures"]["nDCG@10"]
    before, after, gain = (
        f"{value['mean']:{sign}.4f} [{value['low']:{sign}.4f}, {value['high']:{sign}.4f}]"
        for value, sign in ((figure["before"], ""), (figure["after"], ""), (figure["gain"], "+"))
    )
    assert header[3] == f"# nDCG@10: {before} before, {after} after; gain {gain}, p = {figure['p']:.4f}"
    first = out.read_bytes()
    assert invoke(*words, "--output", out, "--json").stdout == result.stdout
    assert out.read_bytes() == first


def test_without_an_output_the_preset_is_shown(invoke, words: list[object], tmp_path: Path) -> None:
    result = invoke(*words, "--seed", 4)
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    assert " groups without a common relevant entry; " in lines[0]
    assert lines[1] == "each query ranked by weights fitted without its group; means and 95 % intervals:"
    assert lines[2].startswith("nDCG@10: ")
    assert lines[3].startswith("recall@10: ")
    assert lines[4].split() == ["part", "before", "fitted"]
    assert [line.split()[:2] for line in lines[5:7]] == [["bm25", "0.5"], ["tfidf", "4"]]
    assert lines[7] == "the fitted weights rank better"
    (tmp_path / "shown.toml").write_text("\n".join(lines[8:]), encoding="utf-8")
    assert load_preset(tmp_path / "shown.toml").name == "bad-tuned"


def test_what_does_not_pay_is_written_only_when_forced(invoke, words: list[object], tmp_path: Path) -> None:
    (tmp_path / "same.toml").write_text(SAME)
    out = tmp_path / "mine.toml"
    words = [*command(tmp_path, INQUIRIES, tmp_path / "same.toml"), "--output", out]
    kept = invoke(*words)
    reason = "no other weights rank queries that were left out better"
    assert kept.exit_code == 0
    assert kept.stdout.splitlines()[-1] == (
        f"{reason}: the weights of same are kept, nothing is written (--force writes them)"
    )
    assert not out.exists()
    assert json.loads(invoke(*words, "--json").stdout)["written"] is None
    forced = invoke(*words, "--force")
    assert forced.stdout.splitlines()[-1] == f"{out}: written as forced, though {reason}"
    assert load_preset(out).ranker == load_preset(tmp_path / "same.toml").ranker
    assert "# The gain is not certain; the weights were written all the same (--force)." in out.read_text(
        "utf-8"
    )


def test_a_gain_that_may_be_a_loss_is_said(
    invoke, words: list[object], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def doubtful(*positional: object, **keywords: object) -> Tuning:
        return replace(tune(*positional, **keywords), pays=False)

    monkeypatch.setattr("faqsearch.cli.tuning.tune", doubtful)
    out = tmp_path / "mine.toml"
    result = invoke(*words, "--output", out)
    assert result.stdout.splitlines()[-1] == (
        "the interval of the gain in nDCG@10 includes a loss: "
        "the weights of bad are kept, nothing is written (--force writes them)"
    )
    assert not out.exists()


def test_few_labels_are_refused_before_anything_is_scored(
    invoke, words: list[object], tmp_path: Path, write_jsonl
) -> None:
    labels = read_labels(INQUIRIES)
    some = [query for query in read_queries(INQUIRIES) if labels[query.id]][:20]
    few = write_jsonl("few.jsonl", *({"id": query.id, "text": query.text} for query in some))
    out = tmp_path / "mine.toml"
    result = invoke(*command(tmp_path, few, tmp_path / "bad.toml"), "--output", out, "--force")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("faqsearch: 20 usable queries in ")
    assert "groups came; fitting needs 100 queries" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not out.exists()


def test_a_preset_of_one_ranker_is_refused(invoke, words: list[object], tmp_path: Path) -> None:
    result = invoke(*command(tmp_path, INQUIRIES, "bm25"))
    assert result.exit_code == 2
    assert result.stderr == (
        "faqsearch: a preset of one ranker has no weights to fit; give one of two [[ranker]] tables or more\n"
    )


def test_the_output_must_be_a_toml_file(invoke, words: list[object], tmp_path: Path) -> None:
    result = invoke(*words, "--output", tmp_path / "mine.txt")
    assert result.exit_code == 2
    assert result.stderr == (
        "faqsearch: --output must be the name of a .toml file; presets are read by that ending\n"
    )


def test_an_output_that_cannot_be_written_is_named(invoke, words: list[object], tmp_path: Path) -> None:
    result = invoke(*words, "--output", tmp_path / "nowhere" / "mine.toml")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_preset_that_rescores_keeps_doing_so_in_the_file(
    invoke, words: list[object], word_vectors: Path, tmp_path: Path
) -> None:
    meaning = '[[ranker]]\ntype = "meaning"\nweight = 0.5\n'
    rescoring = '[neighbours]\nvectors = "meaning"\nweight = 0.25\n'
    (tmp_path / "near.toml").write_text(BAD.replace('"bad"', '"near"') + meaning + rescoring)
    out = tmp_path / "mine.toml"
    result = invoke(*command(tmp_path, INQUIRIES, tmp_path / "near.toml"), "--output", out, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)
    assert [part["name"] for part in found["parts"]] == ["bm25", "tfidf", "meaning"]
    assert (found["pays"], found["written"]) == (True, str(out))
    ranker = load_preset(out).ranker
    assert isinstance(ranker, NeighbourRanker)
    assert (ranker.weight, ranker.ranker.parts[2].ranker) == (0.25, ranker.vectors)
    assert [part.weight for part in ranker.ranker.parts] == [part["fitted"] for part in found["parts"]]
