"""Choosing a format, opening files, refusing what cannot be written."""

import errno
import os
import pickle
from pathlib import Path

import pytest

from faqsearch import store
from faqsearch.entry import FaqEntry
from faqsearch.errors import FormatError, InputError, Problem
from faqsearch.store import read_entries, write_entries

ENTRY = FaqEntry(id="1", question="q", answer="a")
SUFFIXES = [".csv", ".jsonl", ".xlsx"]


def problem(path: Path | str) -> Problem:
    with pytest.raises(FormatError) as caught:
        read_entries(path)
    (only,) = caught.value.problems
    return only


def test_the_public_names_are_sorted_and_exist() -> None:
    names = ["ConfirmationFile", "read_entries", "read_with_source", "source_of", "write_entries"]
    assert store.__all__ == sorted(store.__all__) == names
    assert all(hasattr(store, name) for name in store.__all__)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_names_may_be_strings_and_suffixes_upper_case(tmp_path: Path, suffix: str) -> None:
    path = str(tmp_path / f"FAQ{suffix.upper()}")
    write_entries(path, iter([ENTRY]))
    assert read_entries(path) == (ENTRY,)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_entries_round_trip(tmp_path: Path, suffix: str) -> None:
    write_entries(tmp_path / f"faq{suffix}", [])
    assert read_entries(tmp_path / f"faq{suffix}") == ()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_progress_counts_the_records_including_broken_ones(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"faq{suffix}"
    write_entries(path, [FaqEntry(id=str(number), question="q", answer="a") for number in range(3)])
    seen: list[int] = []
    read_entries(path, progress=seen.append)
    assert seen == [1, 2, 3]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("faq.csv", "id,question,answer\n1,,a\n2,q\n3,q,a\n"),
        ("faq.jsonl", '{"id": "1"}\n{\n{"id": "3", "question": "q", "answer": "a"}\n'),
    ],
)
def test_progress_goes_on_over_broken_records(tmp_path: Path, name: str, content: str) -> None:
    (tmp_path / name).write_text(content)
    seen: list[int] = []
    with pytest.raises(FormatError):
        read_entries(tmp_path / name, progress=seen.append)
    assert seen == [1, 2, 3]


@pytest.mark.parametrize("name", ["faq.xls", "faq.json", "faq", "faq.csv.gz"])
def test_another_suffix_is_refused_with_the_allowed_ones(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"allowed are \.csv, \.jsonl, \.xlsx"):
        read_entries(tmp_path / name)
    with pytest.raises(InputError, match=r"allowed are \.csv, \.jsonl, \.xlsx"):
        write_entries(tmp_path / name, [])


def test_a_missing_file_is_one_problem_of_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "faq.csv"
    message = "does not exist; check the name and the folder"
    assert problem(path) == Problem(file=str(path), row=0, column="", message=message)
    assert str(problem(path)) == f"{path}: {message}"


def test_a_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    assert problem(tmp_path / "folder.csv").message == "is a folder; give a file"


def test_a_file_that_may_not_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert problem(tmp_path / "faq.csv").message == "may not be read by this user; change its permissions"


def test_names_the_file_system_cannot_hold_are_reported(tmp_path: Path) -> None:
    assert problem(f"{tmp_path}/a\0b.csv").message == "cannot be read: embedded null byte"
    assert problem(f"{tmp_path}/{'x' * 5000}.csv").message == "cannot be read: File name too long"
    with pytest.raises(InputError, match="cannot be written: embedded null"):
        write_entries(f"{tmp_path}/a\0b.csv", [])


def test_the_file_is_named_as_the_caller_gave_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert problem("./faq.csv").file == "./faq.csv"


@pytest.mark.parametrize("place", ["missing/faq.csv", "file.txt/faq.csv", "folder.csv"])
def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path, place: str) -> None:
    (tmp_path / "file.txt").write_bytes(b"")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match="cannot be written: ") as caught:
        write_entries(tmp_path / place, [ENTRY])
    assert isinstance(caught.value.__cause__, OSError)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file.txt", "folder.csv"]


def test_two_entries_of_one_id_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the id '1' comes twice"):
        write_entries(tmp_path / "faq.csv", [ENTRY, ENTRY])
    assert list(tmp_path.iterdir()) == []


def test_only_entries_are_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="entries hold a dict; only FaqEntry can be written"):
        write_entries(tmp_path / "faq.csv", [{"id": "1"}])  # type: ignore[list-item]


def test_a_report_survives_pickling(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read_entries(tmp_path / "faq.csv")
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems
