"""The scripted dialogues of the sample data, played as the benchmark plays them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from faqsearch import read_entries, sample_path

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import dialogues

SCRIPTS = dialogues.read_scripts()


@pytest.fixture(scope="module")
def played() -> list[Any]:
    players = {name: dialogues.dialogue_of(name, "lexical") for name in ("shop", "saas")}
    return [dialogues.play(players[script["base"]], script) for script in SCRIPTS]


def test_there_are_two_hundred_and_twenty_of_them_are_hostile() -> None:
    assert Counter(script["kind"] for script in SCRIPTS) == {"ordinary": 180, "hostile": 20}
    assert len({script["id"] for script in SCRIPTS}) == 200


def test_every_expected_entry_is_one_the_public_can_see() -> None:
    for name in ("shop", "saas"):
        public = {entry.id for entry in read_entries(sample_path(name)) if entry.audience == "public"}
        wanted = {script["expect"]["entry"] for script in SCRIPTS if script["base"] == name} - {None}
        assert wanted <= public


def test_every_dialogue_ends_in_an_answer_or_with_a_person(played: list[Any]) -> None:
    assert {one.outcome for one in played} == {"answer", "hand_over"}
    assert max(one.longest for one in played) < dialogues.MAX_TURNS


def test_nearly_all_end_without_a_goodbye_and_as_their_script_expects(played: list[Any]) -> None:
    assert sum(one.by_itself for one in played) >= 180
    assert sum(one.as_expected for one in played) >= 190


def test_most_expected_entries_come_up(played: list[Any]) -> None:
    summary = dialogues.summarise(played)["expected_entry"]
    assert summary["shown_or_offered"] >= 0.9 * summary["named"]
    assert summary["shown"] >= 0.85 * summary["named"]
