"""docs/cli.md names every command and option and no others, and its examples show what really comes out.

``python tests/cli/test_docs.py`` writes the output of every example into the page anew.
"""

from __future__ import annotations

import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from faqsearch.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"


def commands_of(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every command under its full name, those of groups too: ``vectors info``."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS: dict[str, Any] = dict(commands_of(get_command(app)))
COMMON = {"--json", "--help", "-h", "--version"}
EXAMPLE = re.compile(r"^```console\n\$ (?P<command>[^\n]+)\n(?P<output>.*?)^```$", re.DOTALL | re.MULTILINE)
CSV = re.compile(r"^```csv\n(?P<table>.*?)^```$", re.DOTALL | re.MULTILINE)
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])")

RENEW = "the page is out of date; run: python tests/cli/test_docs.py"

OTHER_FILES = {
    "inquiries.jsonl": (
        '{"id": "q1", "text": "送料はいくらですか", "channel": "mail"}\n{"id": "q2", "text": "株主総会"}\n'
    ),
    "queries.jsonl": '{"id": "q1", "text": "返品の送料"}\n{"id": "q2", "text": "領収書がほしい"}\n',
    "qrels.txt": "q1 0 return-1 2\nq1 0 ship-1 1\nq2 0 receipt-1 1\n",
    "teams.csv": "category,team\n返品,返品係\n会員,会員係\n",
    "labelled.jsonl": (
        '{"id": "q1", "text": "返品の送料", "relevant": {"return-1": 2}}\n'
        '{"id": "q2", "text": "株主総会", "relevant": {}}\n'
    ),
    "own.vec": "2 3\n引っ越し 4 2 0\n転居 3 2 0\n",
    "vocabulary.csv": "kind,words,others\nsynonym,送料,運賃\none-way,返品,交換\nstop,領収書がほしい,\n",
    "broken-vocabulary.csv": "kind,words,others\nsynonym,について,返品\nstop,送料,配送料\n",
    "broken.csv": "id,question,answer,status\na,質問,回答,live\nb,,回答,draft\n",
}


def sections(page: str) -> dict[str, str]:
    """Command -> its section."""
    parts = re.split(r"^## `([^`]+)`$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def options_of(command: str) -> set[str]:
    names = (name for parameter in COMMANDS[command].params for name in parameter.opts)
    return {name for name in names if name.startswith("-")}


def examples(page: str) -> list[str]:
    return [found["command"] for found in EXAMPLE.finditer(page)]


def output_of(command: str, folder: Path, table: str) -> str:
    """Run an example among the files of the page; what it prints, without spaces at line ends."""
    for name, content in {**OTHER_FILES, "faq.csv": table}.items():
        (folder / name).write_text(content, encoding="utf-8")
    words, given = shlex.split(command), None
    if words[0] == "echo":
        given, words = words[1] + "\n", words[3:]
    assert words[0] == "faqsearch"
    before = Path.cwd()
    os.chdir(folder)
    try:
        environment = dict.fromkeys(("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"))
        result = CliRunner().invoke(
            app,
            words[1:],
            input=given,
            env={**environment, "COLUMNS": "80", "FAQSEARCH_HOME": str(folder / "home")},
        )
    finally:
        os.chdir(before)
    return "".join(f"{line.rstrip()}\n" for line in result.output.rstrip().splitlines())


def essence(output: str) -> tuple[list[str], list[str]]:
    """What must not differ: everything but scores, their bars, confidences and the order of the evidence.

    A better model or the last bit of another processor moves those; a new command renews the page.
    """
    masked = re.sub(r"#{1,8} *(?=\S)|\d+(?=%)|\d+\.\d+(e-\d+)?", "~", re.sub(r"[+-](?=\d+\.)", "", output))
    lines = [" ".join(line.split()) for line in masked.splitlines()]
    return [line for line in lines if line[:3] != "~ ~"], sorted(line for line in lines if line[:3] == "~ ~")


def renewed(page: str, folder: Path) -> str:
    found = CSV.search(page)
    assert found is not None
    table = found["table"]
    return EXAMPLE.sub(
        lambda example: (
            f"```console\n$ {example['command']}\n{output_of(example['command'], folder, table)}```"
        ),
        page,
    )


def test_every_command_has_its_section_and_every_section_its_command() -> None:
    assert sorted(sections(PAGE.read_text("utf-8"))) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_documented_and_no_other(command: str) -> None:
    section = sections(PAGE.read_text("utf-8"))[command]
    prose = EXAMPLE.sub("", section)
    rows = set(re.findall(r"^\| `(-[^ `]+)", section, flags=re.MULTILINE))
    assert rows == options_of(command) - COMMON
    assert set(OPTION.findall(prose)) <= options_of(command) | COMMON


def test_the_common_options_are_documented() -> None:
    common = PAGE.read_text("utf-8").split("## Common to all commands")[1].split("\n## ")[0]
    for option in COMMON:
        assert f"`{option}`" in common
    for command in COMMANDS:
        assert "--json" in options_of(command)


def test_every_command_that_ends_has_an_example() -> None:
    every = examples(PAGE.read_text("utf-8"))
    shown = {name for name in COMMANDS if any(f"faqsearch {name} " in f"{example} " for example in every)}
    assert shown == set(COMMANDS) - {"demo", "encode", "serve", "info", "vectors install"}


@pytest.mark.parametrize("command", examples(PAGE.read_text("utf-8")))
def test_an_example_shows_what_really_comes_out(command: str, tmp_path: Path) -> None:
    page = PAGE.read_text("utf-8")
    [shown] = [found["output"] for found in EXAMPLE.finditer(page) if found["command"] == command]
    table = CSV.search(page)
    assert table is not None
    assert essence(output_of(command, tmp_path, table["table"])) == essence(shown), RENEW


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        PAGE.write_text(renewed(PAGE.read_text("utf-8"), Path(name)), encoding="utf-8")
