from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from faqsearch.errors import InputError, SettingsError
from faqsearch.ranking import BM25Ranker

BASE = {
    "name": "base",
    "description": "d",
    "ranker": [
        {"type": "bm25", "layers": {"a": 1.0}, "fields": {"question": 2.0, "tags": 0.5}},
        {"type": "tfidf", "layer": "ngram"},
    ],
}


def experiments(*arguments: object) -> int:
    from experiments import main

    return int(main([str(argument) for argument in arguments]))


def test_a_variant_says_only_what_is_different() -> None:
    from _relevance.variants import changed

    changes = tomllib.loads(
        'extends = "base"\nidea = "i"\ndescription = "new"\ndrop = ["1.fields.tags", "2"]\n'
        "[ranker.1]\nk1 = 0.9\nlayers = { c = 0.2 }\n"
        '[[add]]\ntype = "tfidf"\nlayer = "a"\n'
    )
    assert changed(BASE, changes) == {
        "name": "base",
        "description": "new",
        "ranker": [
            {"type": "bm25", "layers": {"a": 1.0, "c": 0.2}, "fields": {"question": 2.0}, "k1": 0.9},
            {"type": "tfidf", "layer": "a"},
        ],
    }
    assert BASE["ranker"][0]["layers"] == {"a": 1.0}  # type: ignore[index]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"drop": ["3"]}, "drop holds '3', which the preset does not have"),
        ({"drop": ["1.layers.c"]}, "drop holds '1.layers.c'"),
        ({"drop": ["1.type.x"]}, "drop holds '1.type.x'"),
        ({"ranker": {"3": {}}}, r"\[ranker.N\] goes from 1 to 2"),
        ({"ranker": [{}]}, r"\[ranker.N\] goes from 1 to 2"),
    ],
)
def test_a_change_of_what_the_preset_does_not_have_is_refused(
    changes: dict[str, object], message: str
) -> None:
    from _relevance.variants import changed

    with pytest.raises(InputError, match=message):
        changed(BASE, changes)


def test_tables_are_written_as_toml_that_reads_back_equal() -> None:
    from _relevance.variants import to_toml

    data = {
        "text": 'a "b" \\ \n 漢字\x7f',
        "flags": [True, False],
        "numbers": [1, 0.1, 1e-9],
        "table": {"漢 字": {"x": "y"}},
        "tables": [{"a": 1}, {}],
    }
    assert tomllib.loads(to_toml(data)) == data


def test_the_variants_shipped_here_are_presets(monkeypatch: pytest.MonkeyPatch) -> None:
    from _relevance.variants import read_variant
    from experiments import VARIANTS

    found = {path.stem: read_variant(path) for path in sorted(VARIANTS.glob("*.toml"))}
    assert {"k1-0.9", "long-units", "without-characters"} <= set(found)
    for name, variant in found.items():
        assert (variant.name, variant.preset.name) == (name, name)


def test_a_variant_file_is_read_as_a_preset_of_its_own_name(tmp_path: Path) -> None:
    from _relevance.variants import read_variant

    path = tmp_path / "flat.toml"
    path.write_text('extends = "bm25"\nidea = "lengths say nothing"\n[ranker.1]\nb = 0.0\n', "utf-8")
    variant = read_variant(path)
    assert (variant.extends, variant.idea, variant.preset.name) == ("bm25", "lengths say nothing", "flat")
    assert isinstance(variant.preset.ranker, BM25Ranker)
    assert variant.preset.ranker.b == 0.0


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ("=", InputError, "^experiment bad: cannot be read: "),
        ('extends = "best"\nidea = "i"', InputError, "^experiment bad: give extends .one of bm25, "),
        ('extends = "bm25"', InputError, "^experiment bad: give extends .* and idea"),
        ('extends = "bm25"\nidea = "i"\ndrop = ["7"]', InputError, "^experiment bad: drop holds '7'"),
        ('extends = "bm25"\nidea = "i"\n[ranker.1]\nk1 = -1', SettingsError, "^experiment bad: preset .*k1"),
    ],
)
def test_a_bad_variant_file_is_refused_by_name(
    tmp_path: Path, content: str, error: type[Exception], message: str
) -> None:
    from _relevance.variants import read_variant

    path = tmp_path / "bad.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(error, match=message):
        read_variant(path)


def test_an_experiment_prints_the_difference_from_the_preset_it_extends(
    trec_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "no-question.toml"
    path.write_text('extends = "bm25"\nidea = "i"\ndrop = ["1.fields.question"]\n', "utf-8")
    assert experiments(path, "--data", trec_folder) == 0
    printed = capsys.readouterr().out
    assert "tiny: 4 queries, against bm25" in printed
    line = next(line for line in printed.splitlines() if "no-question" in line)
    assert "0 / 2 / 2" in line
    assert experiments(path, "--data", trec_folder, "--baseline", "tfidf") == 0
    assert "tiny: 4 queries, against tfidf" in capsys.readouterr().out


def test_an_unknown_experiment_and_a_folder_without_data_end_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert experiments("best", "--data", tmp_path) == 2
    assert capsys.readouterr().err.startswith("experiment came as 'best'; there are few-candidates, k1-0.9, ")
    assert experiments("k1-0.9", "--data", tmp_path) == 2
    assert "holds no faq.jsonl or faq.csv" in capsys.readouterr().err
