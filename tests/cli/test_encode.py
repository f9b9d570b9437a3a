"""Vectors made beforehand, and no other preset in place of the one that was asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import faqsearch
from faqsearch.encoders import PreparedVectors
from faqsearch.readiness import passages_of, text_vectors_file


def texts_of(faq: Path) -> set[str]:
    return set(passages_of(faqsearch.read_entries(faq)))


def searched(invoke, faq: Path, *options: object) -> dict[str, object]:
    result = invoke("search", "領収書", "--faq", faq, "--json", *options)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_vectors_of_all_entries_are_made_once(invoke, faq: Path, encoder, word_vectors: Path) -> None:
    texts = texts_of(faq)
    first = invoke("encode", "--faq", faq)
    assert (first.exit_code, first.stderr) == (0, "")
    counts = f"{len(texts)} texts: 0 had vectors already, {len(texts)} made"
    assert first.stdout == f"{faq}: {counts}; kept in {text_vectors_file()}\n"
    assert set(encoder.asked) == texts
    second = invoke("encode", "--faq", faq, "--json")
    assert json.loads(second.stdout) == {
        "faq": str(faq),
        "texts": len(texts),
        "present": len(texts),
        "made": 0,
        "file": str(text_vectors_file()),
        "encoder": "small-1:float16",
    }
    assert len(encoder.asked) == len(texts)


def test_without_word_vectors_the_next_step_is_named(invoke, faq: Path, encoder) -> None:
    lines = invoke("encode", "--faq", faq).stdout.splitlines()
    assert lines[1:] == ["hybrid also needs word vectors; get them with `faqsearch vectors install`"]


def test_an_interrupted_run_goes_on_where_it_stopped(
    invoke, faq: Path, encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, make = texts_of(faq), PreparedVectors.make

    def interrupted(self: PreparedVectors, waiting: tuple[str, ...], progress=None) -> None:
        make(self, waiting[:5], progress)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(PreparedVectors, "make", interrupted)
        assert invoke("encode", "--faq", faq).exit_code == 130
    found = json.loads(invoke("encode", "--faq", faq, "--json").stdout)
    assert (found["present"], found["made"]) == (5, len(texts) - 5)
    assert sorted(encoder.asked) == sorted(texts)


def test_once_made_auto_and_hybrid_rank_with_them_at_once(
    invoke, faq: Path, encoder, word_vectors: Path
) -> None:
    assert searched(invoke, faq)["preset"] == "semantic"
    assert encoder.asked == []
    invoke("encode", "--faq", faq)
    encoder.asked.clear()
    assert searched(invoke, faq)["preset"] == "hybrid"
    assert searched(invoke, faq, "--preset", "hybrid")["preset"] == "hybrid"
    assert encoder.asked == ["領収書", "領収書"]


def test_a_named_preset_waits_for_its_vectors(invoke, faq: Path, encoder, word_vectors: Path) -> None:
    assert searched(invoke, faq, "--preset", "hybrid")["preset"] == "hybrid"
    assert texts_of(faq) < set(encoder.asked)
    suggested = invoke("suggest", "領収書", "--faq", faq, "--preset", "hybrid", "--json")
    assert json.loads(suggested.stdout)["preset"] == "hybrid"


def test_runs_and_figures_are_of_the_preset_that_was_named(
    invoke, faq: Path, encoder, word_vectors: Path, tmp_path: Path, write_jsonl
) -> None:
    queries = write_jsonl("queries.jsonl", {"id": "q1", "text": "領収書"})
    (tmp_path / "qrels.txt").write_text("q1 0 receipt-1 1\n")
    words = ("--faq", faq, "--queries", queries)
    ran = invoke("run", *words, "--out", tmp_path / "run.trec", "--preset", "hybrid")
    assert ran.stdout.endswith(", preset hybrid\n")
    assert all(line.endswith(" hybrid") for line in (tmp_path / "run.trec").read_text().splitlines())
    measured = invoke(
        "evaluate", *words, "--qrels", tmp_path / "qrels.txt", "--presets", "lexical,auto", "--json"
    )
    assert list(json.loads(measured.stdout)["systems"]) == [
        "lexical",
        "hybrid",
    ]


def test_auto_beside_the_preset_that_it_is_is_refused(invoke, faq: Path, tmp_path: Path, write_jsonl) -> None:
    queries = write_jsonl("queries.jsonl", {"id": "q1", "text": "領収書"})
    (tmp_path / "qrels.txt").write_text("q1 0 receipt-1 1\n")
    words = ("--faq", faq, "--queries", queries, "--qrels", tmp_path / "qrels.txt")
    result = invoke("evaluate", *words, "--presets", "lexical,auto")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "faqsearch: --presets names lexical twice: auto is lexical here; leave one out\n"


@pytest.mark.parametrize("command", [("search", "領収書"), ("suggest", "領収書")])
def test_vectors_that_cannot_be_made_are_an_error_of_one_line(
    invoke, faq: Path, encoder, word_vectors: Path, command: tuple[str, ...]
) -> None:
    encoder.fails = True
    result = invoke(*command, "--faq", faq, "--preset", "hybrid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("faqsearch: vectors of entries cannot be made: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("command", [("search", "領収書"), ("suggest", "領収書")])
def test_a_query_that_cannot_be_encoded_is_not_ranked_by_another_preset(
    invoke, faq: Path, encoder, word_vectors: Path, command: tuple[str, ...]
) -> None:
    invoke("encode", "--faq", faq)
    encoder.fails = True
    result = invoke(*command, "--faq", faq, "--preset", "hybrid", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "faqsearch: the encoder failed, and semantic ranked instead of hybrid; "
        "use --preset auto to take what can rank\n"
    )
    taken = invoke(*command, "--faq", faq, "--json")
    assert json.loads(taken.stdout)["preset"] == "semantic"


def test_what_is_not_installed_is_said_before_anything_is_made(invoke, faq: Path, encoder) -> None:
    result = invoke("search", "領収書", "--faq", faq, "--preset", "hybrid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "faqsearch: preset hybrid needs word vectors; get them with `faqsearch vectors install`\n"
    )
    assert encoder.asked == []


def test_a_broken_file_is_named_before_anything_is_made(
    invoke, tmp_path: Path, encoder, word_vectors: Path
) -> None:
    (tmp_path / "broken.csv").write_text("id,question,answer\na,,b\n", encoding="utf-8")
    for words in (("encode",), ("search", "x", "--preset", "hybrid")):
        result = invoke(*words, "--faq", tmp_path / "broken.csv")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "broken.csv, row 2, column 'question'" in result.stderr
    assert encoder.asked == []


def test_a_base_that_is_not_ready_after_all_is_refused(
    invoke, faq: Path, encoder, word_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faqsearch.KnowledgeBase, "wait_until_ready", lambda _: False)
    result = invoke("search", "領収書", "--faq", faq, "--preset", "hybrid")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "faqsearch: preset hybrid: not all vectors of texts could be made\n"
