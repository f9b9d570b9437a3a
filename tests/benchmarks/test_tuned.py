from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

import faqsearch
from faqsearch.entry import JAPAN

NOW = dt.datetime(2026, 6, 1, tzinfo=JAPAN)
SAAS = faqsearch.sample_path("saas").parent


def test_results_have_a_file_for_each_folder_and_preset() -> None:
    from tuned import result_name

    assert result_name("saas", "hybrid") == "tuned-saas-hybrid.json"
    assert result_name("saas", "../my preset") == "tuned-saas-..-my-preset.json"


def test_a_preset_that_is_not_ready_is_not_measured_as_another(monkeypatch: pytest.MonkeyPatch) -> None:
    import tuned
    from _relevance.collection import load_folder

    class Unready(faqsearch.KnowledgeBase):
        def wait_until_ready(self, timeout: float | None = None) -> bool:
            return False

        def view(self, audience: object = "public") -> object:
            return faqsearch.KnowledgeBase(preset="bm25").view()

    monkeypatch.setattr(tuned, "KnowledgeBase", Unready)
    with pytest.raises(faqsearch.EncoderError, match="preset lexical is not ready"):
        tuned.tune_folder(load_folder(SAAS, NOW), faqsearch.load_preset("lexical"), NOW, 0)


def test_a_folder_is_tuned_and_the_result_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import tuned

    preset = tmp_path / "two.toml"
    preset.write_text(
        'name = "two"\ndescription = "two parts"\n'
        '[[ranker]]\ntype = "bm25"\nnormalized = true\nlayers = { a = 1.0 }\nfields = { question = 1.0 }\n'
        '[[ranker]]\ntype = "tfidf"\nlayer = "ngram"\nfields = { category = 1.0 }\n',
        encoding="utf-8",
    )
    assert tuned.main([str(SAAS), "--preset", str(preset), "--out", str(tmp_path)]) == 0
    written = json.loads((tmp_path / "tuned-saas-two.json").read_text("utf-8"))
    assert (written["folder"], written["preset"]) == ("saas", "two")
    assert [part["name"] for part in written["parts"]] == ["bm25", "tfidf"]
    assert capsys.readouterr().out.startswith(f"saas, two: {written['queries']} queries in ")
    assert tuned.main([str(SAAS), "--preset", "none-such"]) == 2
    assert capsys.readouterr().err.startswith("tuned.py: preset came as 'none-such'")
