"""A write leaves the old file or the new one, whatever happens."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from faqsearch.entry import FaqEntry
from faqsearch.errors import InputError
from faqsearch.store import atomic, read_entries, write_entries

OLD = FaqEntry(id="old", question="q", answer="a")
NEW = FaqEntry(id="new", question="q", answer="a")


@pytest.fixture(params=[".csv", ".jsonl", ".xlsx"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / f"faq{request.param}"
    write_entries(path, [OLD])
    return path


def assert_untouched(target: Path, before: bytes) -> None:
    assert target.read_bytes() == before
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
def test_a_failing_step_leaves_the_old_file_and_no_other(
    target: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*arguments: object, **options: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    before = target.read_bytes()
    monkeypatch.setattr(os, step, fail)
    with pytest.raises(InputError, match="cannot be written: No space left on device"):
        write_entries(target, [NEW])
    assert_untouched(target, before)


def test_an_interrupt_leaves_the_old_file_and_no_other(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*arguments: object) -> NoReturn:
        raise KeyboardInterrupt

    before = target.read_bytes()
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_entries(target, [NEW])
    assert_untouched(target, before)


def test_entries_that_fail_in_the_middle_leave_the_old_file(target: Path) -> None:
    def entries() -> Iterator[FaqEntry]:
        yield NEW
        raise RuntimeError("source broke off")

    before = target.read_bytes()
    with pytest.raises(RuntimeError, match="source broke off"):
        write_entries(target, entries())
    assert_untouched(target, before)


KILLED = """
import os, sys
from faqsearch.entry import FaqEntry
from faqsearch.store import write_entries

replace = os.replace

def killed(source, target):
    if sys.argv[2] == "after":
        replace(source, target)
    os._exit(9)

os.replace = killed
write_entries(sys.argv[1], [FaqEntry(id="new", question="q", answer="a")])
"""


@pytest.mark.parametrize(("moment", "left"), [("before", OLD), ("after", NEW)])
def test_a_killed_process_leaves_the_old_file_or_the_new(target: Path, moment: str, left: FaqEntry) -> None:
    finished = subprocess.run([sys.executable, "-c", KILLED, str(target), moment], check=False)
    assert finished.returncode == 9
    assert read_entries(target) == (left,)


def test_the_permissions_of_an_existing_file_stay(target: Path) -> None:
    target.chmod(0o640)
    write_entries(target, [NEW])
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_an_existing_private_file_is_private_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "private"
    path.touch(mode=0o600)
    seen: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda opened: seen.append(stat.S_IMODE(os.fstat(opened).st_mode)))
    atomic.write_bytes(path, b"secret")
    assert seen[0] == 0o600


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "any").touch()
    atomic.write_bytes(tmp_path / "new", b"")
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "any").stat().st_mode


def test_a_symbolic_link_stays_and_its_target_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real = tmp_path / "real" / "faq.csv"
    write_entries(real, [OLD])
    link = tmp_path / "faq.csv"
    link.symlink_to(real)
    write_entries(link, [NEW])
    assert link.is_symlink()
    assert read_entries(real) == (NEW,)


def test_a_folder_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync
    synced: list[bool] = []

    def files_only(opened: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(opened).st_mode)
        synced.append(is_folder)
        if is_folder:
            raise OSError(22, "Invalid argument")
        real(opened)

    monkeypatch.setattr(os, "fsync", files_only)
    atomic.write_bytes(tmp_path / "file", b"new")
    assert synced == [False, True]
    assert (tmp_path / "file").read_bytes() == b"new"
