"""Presets: shipped ones load, broken ones say what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from faqsearch.errors import SettingsError
from faqsearch.ranking import (
    BM25Ranker,
    FusionRanker,
    Ranker,
    TfidfRanker,
    WeightedRanker,
    load_preset,
    preset_names,
)
from faqsearch.ranking.neighbours import NeighbourRanker

GOOD = """
name = "mine"
description = "my own"

[[ranker]]
type = "bm25"
layers = { a = 1.0 }
fields = { question = 2, answer = 1.0 }
"""
TFIDF = """
[[ranker]]
type = "tfidf"
layer = "ngram"
sublinear = true
weight = 1.5
fields = { question = 1.0 }
"""


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "mine.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_shipped_presets_are_listed_sorted() -> None:
    assert preset_names() == ("bm25", "hybrid", "lexical", "semantic", "tfidf")


@pytest.mark.parametrize("name", preset_names())
def test_every_shipped_preset_loads_under_its_own_name(name: str) -> None:
    preset = load_preset(name)

    assert preset.name == name
    assert preset.description
    assert isinstance(preset.ranker, Ranker)


def test_who_changes_a_loaded_preset_changes_it_for_nobody_else() -> None:
    mine, others = load_preset("bm25"), load_preset("bm25")
    assert mine == others
    assert isinstance(mine.ranker, BM25Ranker)
    assert isinstance(mine.ranker.fields, dict)
    mine.ranker.fields["question"] = 99.0
    assert load_preset("bm25") == others != mine


def test_the_lexical_preset_fuses_words_and_character_ngrams() -> None:
    ranker = load_preset("lexical").ranker

    assert isinstance(ranker, FusionRanker)
    assert [(part.name, part.weight) for part in ranker.parts] == [
        ("bm25", 1.0),
        ("tfidf", 1.5),
        ("confirmed", 0.3),
    ]


def test_the_semantic_preset_adds_near_words_meaning_and_neighbours() -> None:
    ranker = load_preset("semantic").ranker

    assert isinstance(ranker, NeighbourRanker)
    assert isinstance(ranker.ranker, FusionRanker)
    words, *others = ranker.ranker.parts
    assert isinstance(words.ranker, BM25Ranker)
    assert "near" in words.ranker.expand
    assert [part.name for part in others] == ["tfidf", "confirmed", "meaning"]
    assert ranker.vectors is others[-1].ranker
    assert ranker.requires == {"word_vectors"}


def test_the_hybrid_preset_requires_both_kinds_of_vectors_and_the_lexical_none() -> None:
    assert load_preset("hybrid").ranker.requires == {"word_vectors", "text_vectors"}
    assert load_preset("lexical").ranker.requires == set()


NEIGHBOURS = """
[[ranker]]
type = "meaning"

[neighbours]
vectors = "meaning"
weight = 0.5
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'vectors = "meaning"',
            'vectors = "dense"',
            "neighbours.vectors came as 'dense'; give the type of a",
        ),
        ('vectors = "meaning"', 'vectors = "bm25"', "neighbours.vectors came as 'bm25'; give the type of a"),
        ("weight = 0.5", "weight = 0", "weight of neighbours came as 0"),
        ("weight = 0.5", "weight = 0.5\nneighbours = 0", "neighbours came as 0; give a whole number from 1"),
        ("weight = 0.5", "", "missing or unknown: weight; the keys are candidates, neighbours, vectors"),
    ],
)
def test_broken_neighbours_are_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert isinstance(load_preset(write(tmp_path, GOOD + NEIGHBOURS)).ranker, NeighbourRanker)

    with pytest.raises(SettingsError, match=message):
        load_preset(write(tmp_path, GOOD + NEIGHBOURS.replace(old, new)))


def test_neighbours_must_be_a_table(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="neighbours came as 3; give a table"):
        load_preset(write(tmp_path, "neighbours = 3\n" + GOOD))


@pytest.mark.parametrize("as_text", [False, True])
def test_an_own_preset_loads_from_its_path(tmp_path: Path, as_text: bool) -> None:
    path = write(tmp_path, GOOD)

    preset = load_preset(str(path) if as_text else path)

    assert (preset.name, preset.description) == ("mine", "my own")
    assert preset.ranker == BM25Ranker(fields={"question": 2, "answer": 1.0}, layers={"a": 1.0})


def test_several_rankers_are_fused(tmp_path: Path) -> None:
    words = BM25Ranker(fields={"question": 2, "answer": 1.0}, layers={"a": 1.0})
    cosine = TfidfRanker(fields={"question": 1.0}, layer="ngram", sublinear=True)

    assert load_preset(write(tmp_path, GOOD + TFIDF)).ranker == FusionRanker(
        (
            WeightedRanker(name="bm25", ranker=words, weight=1.0),
            WeightedRanker(name="tfidf", ranker=cosine, weight=1.5),
        )
    )


def test_a_single_ranker_with_a_weight_of_its_own_keeps_it(tmp_path: Path) -> None:
    ranker = load_preset(write(tmp_path, GOOD + "weight = 2")).ranker

    assert isinstance(ranker, FusionRanker)
    assert [part.weight for part in ranker.parts] == [2]


def test_an_unknown_name_is_answered_with_the_shipped_names() -> None:
    with pytest.raises(
        SettingsError,
        match=r"preset came as 'lexcial'; allowed are bm25, hybrid, lexical, semantic, tfidf, or the path",
    ):
        load_preset("lexcial")


def test_a_name_that_may_be_a_sentence_is_not_repeated() -> None:
    with pytest.raises(SettingsError, match=r"preset came as str of length 6; allowed are bm25, hybrid, "):
        load_preset("返品したい。")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read: No such file or directory"):
        load_preset(tmp_path / "none.toml")


def test_a_folder_is_not_a_preset(tmp_path: Path) -> None:
    (tmp_path / "folder.toml").mkdir()

    with pytest.raises(SettingsError, match=r"folder\.toml: cannot be read: Is a directory"):
        load_preset(tmp_path / "folder.toml")


def test_a_path_that_no_system_allows_is_refused() -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load_preset("a\0.toml")


@pytest.mark.parametrize(
    "text",
    ["name = ", b"name = '\xff'", "a = 1\na = 2", "a = " + "[" * 5000, f"a = {'1' * 5000}"],
    ids=["cut off", "not UTF-8", "key twice", "nested too deep", "number too long"],
)
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(SettingsError, match=r"mine\.toml: cannot be read as TOML: "):
        load_preset(write(tmp_path, text))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "mine"', "", "missing or unknown: name; the keys are description, name, neighbours, ranker"),
        ('name = "mine"', 'nmae = "mine"', "missing or unknown: name, nmae"),
        ('name = "mine"', "name = 5", "name came as 5; give a text"),
        ('name = "mine"', 'name = ""', "name came as ''; give a text"),
        ('description = "my own"', "", "missing or unknown: description"),
        ('description = "my own"', "description = []", r"description came as \[\]; give a text"),
        ("[[ranker]]", "[ranker]", r"ranker must be one or more \[\[ranker\]\] tables"),
        (
            'type = "bm25"',
            "",
            r"\[\[ranker\]\] 1: type came as None; allowed are bm25, confirmed, .*, passage, tfidf",
        ),
        (
            'type = "bm25"',
            'type = "bm52"',
            r"\[\[ranker\]\] 1: type came as 'bm52'; allowed are bm25, confirmed, .*, tfidf",
        ),
        ('type = "bm25"', 'type = ["bm25"]', r"\[\[ranker\]\] 1: type came as \['bm25'\]"),
        (
            "layers = { a = 1.0 }",
            "",
            r"\[\[ranker\]\] 1: missing or unknown: layers; the keys are b, expand, fields,",
        ),
        ("fields = {", "felder = {", r"\[\[ranker\]\] 1: missing or unknown: felder, fields"),
        ('type = "bm25"', 'type = "bm25"\nlayer = "a"', r"\[\[ranker\]\] 1: missing or unknown: layer;"),
        ("layers = { a = 1.0 }", "layers = 1", r"\[\[ranker\]\] 1: layers came as 1; give a table"),
        ("layers = { a = 1.0 }", "layers = {}", r"\[\[ranker\]\] 1: layers is empty"),
        ("question = 2", "question = true", r"\[\[ranker\]\] 1: fields.question came as True; a weight is"),
        ("question = 2", 'question = "2"', "fields.question came as '2'"),
        ("question = 2", "question = -2", "fields.question came as -2"),
        ("question = 2", "question = 0.0", "fields.question came as 0.0"),
        ("question = 2", "question = nan", "fields.question came as nan"),
        ("question = 2", "question = inf", "fields.question came as inf"),
        ("question = 2", "title = 2", "fields holds 'title'; allowed are question, variants"),
        ('type = "bm25"', 'type = "bm25"\nk1 = "x"', r"\[\[ranker\]\] 1: k1 came as 'x'"),
        ('type = "bm25"', 'type = "bm25"\nk1 = true', "k1 came as True"),
        ('type = "bm25"', 'type = "bm25"\nb = nan', "b came as nan"),
        ('type = "bm25"', 'type = "bm25"\nvariant = "plus"', "variant came as 'plus'"),
        ('type = "bm25"', 'type = "bm25"\nvariant = {}', "variant came as {}"),
        ('type = "bm25"', 'type = "bm25"\nnormalized = "no"', "normalized came as 'no'"),
        ('type = "bm25"', 'type = "bm25"\nweight = true', r"\[\[ranker\]\] 1: weight of bm25 came as True"),
        ('type = "bm25"', 'type = "bm25"\nweight = "1"', "weight of bm25 came as '1'"),
        ('type = "bm25"', 'type = "bm25"\nweight = -1', "weight of bm25 came as -1"),
        ('type = "bm25"', 'type = "bm25"\nweight = nan', "weight of bm25 came as nan"),
    ],
)
def test_a_broken_preset_is_refused_with_file_and_key(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    assert old in GOOD

    with pytest.raises(SettingsError, match=rf"^preset .*mine\.toml: .*{message}"):
        load_preset(write(tmp_path, GOOD.replace(old, new)))


@pytest.mark.parametrize("ranker", ["ranker = []", "ranker = 5", "ranker = [1]", 'ranker = ["bm25"]'])
def test_rankers_that_are_no_tables_are_refused(tmp_path: Path, ranker: str) -> None:
    text = f'name = "mine"\ndescription = "my own"\n{ranker}'

    with pytest.raises(SettingsError, match=r"mine\.toml: .*\[\[ranker\]\]"):
        load_preset(write(tmp_path, text))


def test_the_number_of_the_broken_ranker_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"mine\.toml: \[\[ranker\]\] 2: sublinear came as 1"):
        load_preset(write(tmp_path, GOOD + TFIDF.replace("true", "1")))


def test_a_ranker_without_layers_needs_none_for_the_cosine(tmp_path: Path) -> None:
    preset = load_preset(write(tmp_path, GOOD + TFIDF.replace('layer = "ngram"\n', "")))

    assert isinstance(preset.ranker, FusionRanker)
    assert preset.ranker.parts[1].ranker == TfidfRanker(fields={"question": 1.0}, sublinear=True)
