from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from faqsearch.entry import JAPAN
from faqsearch.errors import InputError

NOW = dt.datetime(2026, 4, 1, tzinfo=JAPAN)


def test_only_entries_an_operator_can_see_today_take_part(trec_folder: Path) -> None:
    from _relevance.collection import load_folder

    collection = load_folder(trec_folder, NOW)
    assert [entry.id for entry in collection.entries] == [
        "return",
        "password",
        "shipping",
        "receipt",
        "cancel",
        "staff",
    ]
    assert not collection.quotable


def test_a_beir_folder_holds_the_same_as_the_trec_folder_it_was_made_of(
    trec_folder: Path, beir_folder: Path
) -> None:
    from _relevance.collection import load_folder

    trec, beir = load_folder(trec_folder, NOW), load_folder(beir_folder, NOW)
    assert replace(beir, name=trec.name, hashes=trec.hashes) == trec
    assert sorted(beir.hashes) == ["corpus.jsonl", "queries.jsonl", "test.tsv"]


def test_the_only_split_of_a_beir_folder_is_taken_and_of_several_the_one_called_test(
    beir_folder: Path,
) -> None:
    from _relevance.collection import load_folder

    test = beir_folder / "qrels" / "test.tsv"
    test.rename(beir_folder / "qrels" / "dev.tsv")
    assert list(load_folder(beir_folder, NOW).qrels) == ["q1", "q2", "q3", "q4"]
    (beir_folder / "qrels" / "train.tsv").write_text("query-id\tcorpus-id\tscore\n", "utf-8")
    with pytest.raises(InputError, match=r"^the folder 'beir' holds 2 files qrels/\*\.tsv and none is test"):
        load_folder(beir_folder, NOW)
    test.write_text("query-id\tcorpus-id\tscore\nq2\tpassword\t1\n", "utf-8")
    assert list(load_folder(beir_folder, NOW).qrels) == ["q2"]


def test_a_draw_is_made_by_the_seed_and_stays_in_file_order(trec_folder: Path) -> None:
    from _relevance.collection import load_folder, sample

    collection = load_folder(trec_folder, NOW)
    draws = {tuple(query.id for query in sample(collection, 2, seed).queries) for seed in range(30)}
    assert draws == {("q1", "q2"), ("q1", "q3"), ("q1", "q4"), ("q2", "q3"), ("q2", "q4"), ("q3", "q4")}
    assert sample(collection, 2, 3) == sample(collection, 2, 3)
    assert sample(collection, 4, 0) is collection


def test_paths_inside_the_repository_are_shown_in_full_and_others_by_their_last_name(tmp_path: Path) -> None:
    from _relevance.collection import REPOSITORY, shown_path

    assert shown_path(REPOSITORY / "data" / "shop") == str(Path("data") / "shop")
    assert shown_path(tmp_path / "private") == "private"
