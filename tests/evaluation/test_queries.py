from __future__ import annotations

import json
from pathlib import Path

import pytest

from faqsearch.errors import EvaluationError, FormatError
from faqsearch.evaluation.queries import Query, read_labels, read_queries


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def problems(caught: pytest.ExceptionInfo[FormatError]) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.message) for problem in caught.value.problems]


def test_queries_come_in_file_order_and_other_keys_are_ignored(tmp_path: Path) -> None:
    path = write(
        tmp_path / "q.jsonl",
        '{"id": "q2", "text": "返品したい", "channel": "mail"}',
        "",
        '{"text": "", "id": "q1"}',
        "",
    )
    assert read_queries(path) == (Query(id="q2", text="返品したい"), Query(id="q1", text=""))


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"id": "a", "text": "x"}\r\n{"id": "b", "text": "y"}\r\n')
    assert read_queries(str(path)) == (Query(id="a", text="x"), Query(id="b", text="y"))


def test_a_line_separator_inside_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", json.dumps({"id": "a", "text": "x\u2028y"}, ensure_ascii=False))
    assert read_queries(path) == (Query(id="a", text="x\u2028y"),)


def test_every_bad_line_is_reported_at_once_with_its_row(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    lines = [
        b'{"id": "a", "text": "fine"}',
        b'{"id": "b", "text": ',
        b"[1]",
        b'{"text": "no id"}',
        b'{"id": 7, "text": "number"}',
        b'{"id": "a b", "text": "space"}',
        b'{"id": "c"}',
        b'{"id": "d", "text": null}',
        b'{"id": "a", "text": "again"}',
        b'{"id": "e", "text": "\xff"}',
        b"[" * 100_000,
        b'{"id": "f", "text": "x", "text": "y"}',
    ]
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(FormatError) as caught:
        read_queries(path)
    assert [(row, column) for row, column, _ in problems(caught)] == [
        (2, ""),
        (3, ""),
        (4, "id"),
        (5, "id"),
        (6, "id"),
        (7, "text"),
        (8, "text"),
        (9, "id"),
        (10, ""),
        (11, ""),
        (12, ""),
    ]
    messages = [message for _, _, message in problems(caught)]
    assert messages[0] == "is not JSON (Expecting value at character 21); write one object a line"
    assert messages[1] == 'came as list; write an object such as {"id": "q1", "text": "..."}'
    assert messages[2] == "is missing; give a string"
    assert messages[3] == "the query id came as int; give a string"
    assert messages[4] == "the query id came as 'a b'; allowed are visible characters without white space"
    assert messages[6] == "came as NoneType; give a string"
    assert messages[7] == "'a' stands in row 1 already; give every query its own id"
    assert messages[8] == "holds a byte at position 22 that is not UTF-8; save the file as UTF-8"
    assert messages[9] == "is JSON that cannot be read (RecursionError); write one flat object a line"
    assert messages[10] == "holds the same key twice in one object; keep one"
    assert str(caught.value).startswith(f"{path}, row 2: ")


def test_no_message_carries_the_text_of_a_query(tmp_path: Path) -> None:
    path = write(
        tmp_path / "q.jsonl",
        '{"id": "", "text": "himitsu"}',
        '{"id": "a", "text": ["himitsu"]}',
        '{"id": "b", "text": "himitsu',
    )
    with pytest.raises(FormatError) as caught:
        read_queries(path)
    assert [row for row, _, _ in problems(caught)] == [1, 2, 3]
    assert "himitsu" not in str(caught.value)


def test_a_very_long_id_is_shortened_in_the_message(tmp_path: Path) -> None:
    path = write(tmp_path / "q.jsonl", json.dumps({"id": "x" * 200 + " ", "text": ""}))
    with pytest.raises(FormatError, match=r"'x{80}'\.\.\.; allowed"):
        read_queries(path)


def test_a_missing_file_is_a_format_error_that_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "none.jsonl"
    with pytest.raises(FormatError) as caught:
        read_queries(path)
    message = "cannot be read (No such file or directory); give the path of a readable file"
    assert problems(caught) == [(0, "", message)]
    assert caught.value.problems[0].file == str(path)


@pytest.mark.parametrize("query_id", ["", "a b", "a\u3000b", "a\n", "\u200b", "\ud800", 3])
def test_a_query_with_an_id_no_trec_file_can_hold_is_rejected(query_id: str) -> None:
    with pytest.raises(EvaluationError, match="the query id came as"):
        Query(id=query_id, text="x")


def test_a_query_without_text_is_rejected_and_the_text_is_not_quoted() -> None:
    with pytest.raises(EvaluationError, match=r"the text of query 'q' came as bytes"):
        Query(id="q", text=b"x")  # type: ignore[arg-type]


def test_labels_are_read_and_an_inquiry_without_answer_has_none(tmp_path: Path) -> None:
    path = write(
        tmp_path / "i.jsonl",
        '{"id": "a", "text": "x", "relevant": {"e2": 2, "e1": 1}}',
        '{"id": "b", "text": "y", "relevant": {}}',
    )
    assert read_labels(path) == {"a": {"e2": 2, "e1": 1}, "b": {}}


def test_bad_labels_are_all_reported(tmp_path: Path) -> None:
    path = write(
        tmp_path / "i.jsonl",
        '{"id": "a"}',
        '{"id": "b", "relevant": ["e1"]}',
        '{"id": "c", "relevant": {"e1": 1.5}}',
        '{"id": "d", "relevant": {"e1": true}}',
        '{"id": "e", "relevant": {"e1": -1}}',
        '{"id": "f", "relevant": {"e 1": 1}}',
        '{"id": "a", "relevant": {}}',
    )
    with pytest.raises(FormatError) as caught:
        read_labels(path)
    assert problems(caught) == [
        (1, "relevant", "is missing; give an object of entry ids with grades"),
        (2, "relevant", "came as list; give an object of entry ids with grades"),
        (3, "relevant", "the grade of 'e1' came as 1.5; allowed are whole numbers from 0"),
        (4, "relevant", "the grade of 'e1' came as True; allowed are whole numbers from 0"),
        (5, "relevant", "the grade of 'e1' came as -1; allowed are whole numbers from 0"),
        (
            6,
            "relevant",
            "the entry id came as 'e 1'; allowed are visible characters without white space",
        ),
        (7, "id", "'a' stands in row 1 already; give every query its own id"),
    ]
