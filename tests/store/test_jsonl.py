"""Reading and writing JSONL."""

import datetime as dt
from pathlib import Path

import pytest

from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import FormatError
from faqsearch.store import read_entries, write_entries

GOOD = '{"id": "g", "question": "q", "answer": "a"}'
CHARACTERS = "only line breaks and tabs are allowed"


def problems(folder: Path, data: bytes | str) -> list[tuple[int, str, str]]:
    path = folder / "faq.jsonl"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(FormatError) as caught:
        read_entries(path)
    return [(problem.row, problem.column, problem.message) for problem in caught.value.problems]


def test_missing_optional_keys_take_their_defaults_and_blank_lines_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "faq.JSONL"
    path.write_text(f'\n{GOOD}\r\n  \n{{"id":"h","question":"q","answer":"a","valid_from":null,"tags":[]}}')
    assert read_entries(path) == (
        FaqEntry(id="g", question="q", answer="a"),
        FaqEntry(id="h", question="q", answer="a"),
    )


def test_an_empty_file_holds_no_entries(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_bytes(b"")
    assert read_entries(tmp_path / "faq.jsonl") == ()


def test_the_export_writes_every_key_unescaped(tmp_path: Path) -> None:
    path = tmp_path / "faq.jsonl"
    entry = FaqEntry(
        id="1",
        question="質問\n二行目",
        answer="=a",
        variants=("別の",),
        audience=Audience.OPERATOR,
        valid_until=dt.date(2026, 4, 1),
    )
    write_entries(path, [entry])
    assert path.read_bytes().decode() == (
        '{"id": "1", "question": "質問\\n二行目", "answer": "=a", "variants": ["別の"], "category": "", '
        '"tags": [], "audience": "operator", "status": "published", "valid_from": null, '
        '"valid_until": "2026-04-01", "url": ""}\n'
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "is not valid JSON at character 2 of the line (Expecting property name enclosed"),
        ('{"id": "a",}', "is not valid JSON at character 1"),
        (GOOD + GOOD, f"is not valid JSON at character {len(GOOD) + 1} of the line (Extra data)"),
        ("[1]", "is an array; write one object a line"),
        ('"text"', "is a string; write one object a line"),
        ("null", "is null; write one object a line"),
        ("true", "is a boolean; write one object a line"),
        ("1", "is a number; write one object a line"),
        ("NaN", "holds NaN, which is not JSON"),
        ('{"id": -Infinity}', "holds -Infinity, which is not JSON"),
        ('{"id": "a", "tags": [], "id": "b"}', "holds the key 'id' more than once; keep one"),
        ('{"id": {"x": 1, "x": 2}}', "holds the key 'x' more than once; keep one"),
        ('{"id": ' + "9" * 5000 + "}", "holds a number too long to read"),
        ("[" * 100_000, "is nested too deeply"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_proper_object_is_reported_with_its_number(
    tmp_path: Path, line: str, message: str
) -> None:
    ((row, column, came),) = problems(tmp_path, f"\n{GOOD}\n{line}\n")
    assert (row, column) == (3, "")
    assert came.startswith(message)


def test_bad_utf8_is_reported_for_each_line(tmp_path: Path) -> None:
    allowed = "which UTF-8 does not allow there; save the file as UTF-8"
    found = problems(tmp_path, b'{"id": "\xff"}\n' + GOOD.encode() + b'\n"\x82\xa0"')
    assert found == [
        (1, "", f"holds the byte 0xFF at byte 9 of the line, {allowed}"),
        (3, "", f"holds the byte 0x82 at byte 2 of the line, {allowed}"),
    ]


def test_a_byte_order_mark_is_reported_beside_other_problems(tmp_path: Path) -> None:
    found = problems(tmp_path, '\ufeff{"id": "1"}')
    assert found == [
        (1, "", "begins with a byte order mark; save the file as UTF-8 without BOM"),
        (1, "question", "is missing; every entry needs id, question, answer"),
        (1, "answer", "is missing; every entry needs id, question, answer"),
    ]


def test_utf16_is_reported_once_for_the_file(tmp_path: Path) -> None:
    found = problems(tmp_path, f"{GOOD}\n{GOOD}\n".encode("utf-16"))
    assert found == [(0, "", "is saved as UTF-16; save the file as UTF-8 without BOM")]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("id", "12", "came as a number (12); give a string"),
        ("id", "1.5", "came as a number (1.5); give a string"),
        ("question", "null", "came as null; give a string"),
        ("question", '"\\ud800"', f"holds the control character U+D800; {CHARACTERS}"),
        ("answer", '{"text": "a"}', "came as an object ({'text': 'a'}); give a string"),
        ("variants", '"one"', "came as a string ('one'); give an array of strings"),
        ("variants", '["one", 2]', "came as an array that holds a number; give an array of strings"),
        ("tags", '["one", null]', "came as an array that holds null; give an array of strings"),
        ("tags", '[""]', "holds an empty text; leave it out"),
        ("category", "[]", "came as an array; give a string"),
        ("audience", '"all"', "came as 'all'; allowed are public, operator"),
        ("status", "true", "came as a boolean (True); give a string"),
        ("valid_from", "20260401", "came as a number (20260401); give a string such as 2026-04-01, or null"),
        ("valid_until", '""', "came as ''; write an existing day as 2026-04-01 or 2026/4/1"),
    ],
)  # fmt: skip
def test_a_value_of_the_wrong_kind_is_reported_with_its_key(
    tmp_path: Path, key: str, value: str, message: str
) -> None:
    record = {"id": '"i"', "question": '"q"', "answer": '"a"', key: value}
    line = "{" + ", ".join(f'"{name}": {text}' for name, text in record.items()) + "}"
    assert problems(tmp_path, line) == [(1, key, message)]


def test_an_unknown_key_is_reported_with_the_nearest_known_one(tmp_path: Path) -> None:
    ((row, column, message),) = problems(tmp_path, GOOD.replace('"answer"', '"Answer": "x", "answer"'))
    assert (row, column) == (1, "Answer")
    assert message.startswith("is not a known key; did you mean 'answer'? Allowed are id, question,")


def test_a_repeated_id_names_both_lines_even_if_the_first_is_broken(tmp_path: Path) -> None:
    found = problems(tmp_path, '{"id": "g", "question": ""}\n' + GOOD)
    assert found == [
        (1, "question", "is empty; write at least one visible character"),
        (1, "answer", "is missing; every entry needs id, question, answer"),
        (2, "id", "came as 'g', which row 1 has already; give each entry its own"),
    ]
