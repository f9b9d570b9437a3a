from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from faqsearch.cli import inputs
from faqsearch.errors import FormatError, InputError

CHANNELS = ("chat", "mail")
JAPANESE = "返品したい"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_a_text_is_read_in_every_encoding_in_use_in_japan(encoding: str) -> None:
    assert inputs.decode(JAPANESE.encode(encoding)) == JAPANESE


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("返品したい".encode()[:-1], "返品した\ufffd"),
        ("返品".encode() + b"\xff ok", "返品\ufffd ok"),
        (b"\x81\xff a", "\ufffd\ufffd a"),
        (b"\xff\xfea", "\ufffd"),
        ("ﾍﾝﾋﾟﾝ".encode("cp932"), "ﾍﾝﾋﾟﾝ"),
        (b"", ""),
    ],
)
def test_broken_bytes_cost_only_themselves(data: bytes, text: str) -> None:
    assert inputs.decode(data) == text


def test_a_sound_word_of_the_command_line_stays_as_it_is() -> None:
    assert inputs.repair("引っ越し🚚") == "引っ越し🚚"


def test_escaped_bytes_of_a_word_are_read_as_cp932() -> None:
    assert inputs.repair(JAPANESE.encode("cp932").decode("utf-8", "surrogateescape")) == JAPANESE


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert inputs.repair("返品\ud800") == "返品?"


def test_one_inquiry_comes_from_a_word_or_a_file_but_not_both(tmp_path: Path) -> None:
    file = tmp_path / "mail.txt"
    file.write_bytes("領収書をください\r\n".encode("cp932"))
    assert inputs.read_inquiry("領収書", None) == "領収書"
    assert inputs.read_inquiry("", None) == ""
    assert inputs.read_inquiry(None, file) == file.read_bytes()
    for text, path in ((None, None), ("領収書", file), ("-", file)):
        with pytest.raises(InputError, match="give one inquiry: as TEXT, with --file FILE, or - "):
            inputs.read_inquiry(text, path)


def test_a_batch_is_read_in_order_with_its_channels(write_jsonl: Callable[..., Path]) -> None:
    path = write_jsonl(
        "batch.jsonl",
        {"id": "q1", "text": JAPANESE, "channel": "mail", "relevant": {"x": 2}},
        "",
        {"id": "q2", "text": "", "channel": None},
    )
    assert inputs.read_inquiries(path, CHANNELS) == (
        inputs.Inquiry(id="q1", text=JAPANESE, channel="mail"),
        inputs.Inquiry(id="q2", text="", channel=None),
    )


def test_every_bad_line_of_a_batch_is_reported_without_its_text(write_jsonl: Callable[..., Path]) -> None:
    secret = "山田太郎です"
    path = write_jsonl(
        "batch.jsonl",
        {"id": "q1", "text": "ok"},
        f'{{"id": "q2", "text": "{secret}"',
        [secret],
        {"text": secret},
        {"id": "a b", "text": secret},
        {"id": "q3", "text": 5},
        {"id": "q4", "text": secret, "channel": "fax"},
        {"id": "q1", "text": secret},
        {"id": "q5", "text": secret, "channel": ["chat"]},
        "[" * 100_000,
    )
    with pytest.raises(FormatError) as caught:
        inputs.read_inquiries(path, CHANNELS)
    problems = caught.value.problems
    places = [(problem.row, problem.column) for problem in problems]
    assert places[:4] == [(2, ""), (3, ""), (4, "id"), (5, "id")]
    assert places[4:] == [(6, "text"), (7, "channel"), (8, "id"), (9, "channel"), (10, "")]
    assert problems[5].message == "is none that is known; allowed are chat, mail"
    assert problems[6].message == "'q1' comes twice; give every inquiry its own id"
    assert secret not in str(caught.value)


def test_file_names_of_other_encodings_survive_repair() -> None:
    raw = b"\x95\xd4\x95i"
    assert inputs.repair(os.fsdecode(raw)) == raw.decode("cp932") or sys.platform == "win32"
