"""What several commands share means the same in each of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from faqsearch.assist import ConfidenceModel, load_confidence_model
from faqsearch.cli import app
from faqsearch.knowledge_base import KnowledgeBase

QUESTION = "パスワードを忘れました"
ANSWER = "再設定の手続きをしてください。"
SHARED = {"TEXT", "--file", "--channel", "--confidence", "--teams", "--desk"}


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    """A confidence model that never answers: no confidence reaches one."""
    shipped = load_confidence_model().for_preset("lexical")
    path = tmp_path / "model.json"
    never = ConfidenceModel(by_preset={"lexical": replace(shipped, answer_at=1.0, choose_at=1.0)})
    path.write_text(never.to_json(), encoding="utf-8")
    return path


def parameters(name: str) -> list[Any]:
    """Every parameter of that name, of all commands."""
    commands: dict[str, Any] = get_command(app).commands
    return [
        one
        for command in commands.values()
        for one in command.params
        if name in one.opts or (name == "TEXT" and one.metavar == "TEXT" and not one.required)
    ]


@pytest.mark.parametrize("name", sorted(SHARED))
def test_an_option_of_several_commands_has_one_description(name: str) -> None:
    found = parameters(name)
    assert len(found) >= 2
    assert len({(one.help, one.metavar, one.callback is None) for one in found}) == 1


def test_the_confidence_model_decides_what_suggest_says(invoke, faq: Path, strict: Path) -> None:
    words = ("suggest", QUESTION, "--faq", faq, "--json")
    assert json.loads(invoke(*words).stdout)["decision"] == "answer"
    assert json.loads(invoke(*words, "--confidence", strict).stdout)["decision"] == "hand_over"


def test_the_confidence_model_decides_what_a_draft_promises(invoke, faq: Path, strict: Path) -> None:
    words = ("draft", QUESTION, "--faq", faq)
    assert ANSWER in invoke(*words).stdout
    careful = invoke(*words, "--confidence", strict)
    assert (careful.exit_code, ANSWER in careful.stdout) == (0, False)


def test_the_confidence_model_decides_what_a_chat_answers(invoke, faq: Path, strict: Path) -> None:
    words = ("inquire", "--faq", faq)
    assert ANSWER in invoke(*words, input=QUESTION).stdout
    careful = invoke(*words, "--confidence", strict, input=QUESTION)
    assert (careful.exit_code, ANSWER in careful.stdout) == (0, False)


def test_the_confidence_model_decides_what_is_served(
    invoke, faq: Path, strict: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[KnowledgeBase] = []
    monkeypatch.setattr("faqsearch.cli.serving._check_free", lambda *_: None)
    monkeypatch.setattr("faqsearch.web.serve", lambda base, *_, **__: served.append(base))
    assert invoke("serve", "--faq", faq, "--confidence", strict).exit_code == 0
    assert served[0].suggest(QUESTION).decision == "hand_over"


@pytest.mark.parametrize("command", ["suggest", "draft", "triage"])
def test_an_unknown_channel_is_refused_by_every_command(invoke, faq: Path, command: str) -> None:
    result = invoke(command, QUESTION, "--faq", faq, "--channel", "fax")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "faqsearch: --channel came as 'fax'; allowed are chat, mail, phone, form, sns, search\n"
    )
