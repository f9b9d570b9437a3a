"""Where installed vectors are."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from faqsearch.errors import VectorsError
from faqsearch.vectors import data_folder, installed_vectors, remove_vectors, vectors_file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("FAQSEARCH_HOME", str(folder))
    return folder


def test_the_variable_names_the_folder(home: Path) -> None:
    assert data_folder() == home
    assert vectors_file() == home / "words.vectors"
    assert not home.exists()


def test_a_tilde_in_the_variable_is_the_users_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAQSEARCH_HOME", "~/data")
    assert data_folder() == Path.home() / "data"


def test_without_it_the_system_proposes_the_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    proposed = platformdirs.user_data_path("faqsearch")
    monkeypatch.setenv("FAQSEARCH_HOME", "")
    assert data_folder() == proposed
    monkeypatch.delenv("FAQSEARCH_HOME")
    assert data_folder() == proposed


def test_nothing_is_installed_at_first(home: Path) -> None:
    assert installed_vectors() is None
    assert remove_vectors() is None


def test_what_is_installed_is_opened_and_removed(home: Path, compact) -> None:
    home.mkdir()
    compact().path.rename(vectors_file())
    vectors = installed_vectors()
    assert vectors is not None
    assert (vectors.path, vectors.header.source) == (home / "words.vectors", "chive")
    assert remove_vectors() == home / "words.vectors"
    assert installed_vectors() is None


def test_a_damaged_file_says_how_to_mend_it(home: Path) -> None:
    home.mkdir()
    vectors_file().write_bytes(b"FAQSVEC\0")
    with pytest.raises(
        VectorsError, match="cut off within its header; mend it by `faqsearch vectors install --force`"
    ):
        installed_vectors()
    assert remove_vectors() == home / "words.vectors"


def test_a_file_that_cannot_be_deleted_is_named(home: Path) -> None:
    vectors_file().mkdir(parents=True)
    with pytest.raises(VectorsError, match=r"words\.vectors cannot be deleted: "):
        remove_vectors()
