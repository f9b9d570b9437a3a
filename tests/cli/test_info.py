from __future__ import annotations

import json
import platform
from importlib.metadata import version

import faqsearch
from faqsearch.cli.information import version_of


def test_info_in_json_names_versions_dictionary_analyzer_and_presets(invoke) -> None:
    document = json.loads(invoke("info", "--json").stdout)
    assert document["versions"]["python"] == platform.python_version()
    for package in ("faqsearch", "sudachipy", "numpy", "typer", "ir-measures"):
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
