"""Generations in a folder: published by one rename, damage told, old ones removed when nobody holds them."""

from __future__ import annotations

import errno
import gc
import importlib
import json
import os
import stat
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from faqsearch.entry import FaqEntry
from faqsearch.errors import InputError
from faqsearch.index import Document
from faqsearch.index.derived import Derived
from faqsearch.index.segment import build_segment
from faqsearch.index.storage import FileEntries, locks, manifest, read_index, vectors_of_source
from faqsearch.index.storage import folder as folder_module
from faqsearch.index.storage.folder import CURRENT, LOCK, MANIFEST, write_index
from faqsearch.index.storage.stored import DIGEST_SIZE, StoredSegment

FINGERPRINT = "plain/1 words"


def stored_of(*words: str) -> StoredSegment:
    found = [Document(f"id{n}", {"a": {0: Counter([word])}}) for n, word in enumerate(words)]
    segment = build_segment(found, ("a",))
    digests = b"".join(word.encode().ljust(DIGEST_SIZE) for word in words)
    return StoredSegment(doc_ids=segment.doc_ids, digests=digests, layers=segment.layers)


ONE = {"public": stored_of("返品"), "operator": stored_of("返品", "送料")}
TWO = {"public": stored_of("会員"), "operator": stored_of("会員")}


def generations(folder: Path) -> list[str]:
    gc.collect()
    return sorted(path.name for path in folder.iterdir() if path.name not in {CURRENT, LOCK})


def terms(folder: Path) -> dict[str, tuple[str, ...]]:
    found = read_index(folder, FINGERPRINT)
    assert (found.state, found.reason) == ("right", "")
    return {audience: tuple(stored.layers["a"].terms) for audience, stored in found.segments.items()}


def test_what_was_written_is_read_and_nothing_else_is_in_the_folder(tmp_path: Path) -> None:
    written = write_index(tmp_path / "deep" / "index", FINGERPRINT, ONE)
    folder = tmp_path / "deep" / "index"
    assert terms(folder) == {"public": ("返品",), "operator": ("返品", "送料")}
    assert (written.generation, written.new) == ("gen-000001", True)
    assert written.size == sum(path.stat().st_size for path in folder.rglob("segment-*"))
    assert generations(folder) == ["gen-000001"]
    names = sorted(path.name for path in (folder / "gen-000001").iterdir())
    assert names == ["manifest.json", "segment-1", "segment-2"]


def test_audiences_that_see_the_same_share_a_file(tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, TWO)
    found = read_index(tmp_path, FINGERPRINT)
    assert found.segments["public"] is found.segments["operator"]
    assert len(found.files) == 1


def test_the_same_index_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_index(tmp_path / name, FINGERPRINT, ONE)
    for path in (tmp_path / "a").rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_only_the_owner_may_look_into_a_generation(tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    assert stat.S_IMODE((tmp_path / "gen-000001").stat().st_mode) == 0o700


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    first = write_index(tmp_path, FINGERPRINT, ONE)
    again = write_index(tmp_path, FINGERPRINT, ONE)
    assert (again.generation, again.size, again.new) == ("gen-000001", first.size, False)


def test_a_new_generation_replaces_the_old_one_and_that_is_removed(tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    assert write_index(tmp_path, FINGERPRINT, TWO).generation == "gen-000002"
    assert terms(tmp_path) == {"public": ("会員",), "operator": ("会員",)}
    assert generations(tmp_path) == ["gen-000002"]


def test_an_old_generation_stays_as_long_as_anything_of_it_is_in_use(tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    docs = read_index(tmp_path, FINGERPRINT).segments["operator"].layers["a"].postings.docs
    write_index(tmp_path, FINGERPRINT, TWO)
    assert generations(tmp_path) == ["gen-000001", "gen-000002"]
    assert docs.tolist() == [0, 1]
    del docs
    gc.collect()
    write_index(tmp_path, FINGERPRINT, TWO)
    assert generations(tmp_path) == ["gen-000002"]


def test_an_empty_folder_and_one_that_is_not_there_have_no_index(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path, tmp_path / "none", tmp_path / "file"):
        found = read_index(folder, FINGERPRINT)
        assert (found.state, found.reason, found.generation, found.size) == (
            "missing",
            "there is none",
            "",
            0,
        )


def test_an_index_of_another_analyzer_is_told_and_not_used(tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    found = read_index(tmp_path, "plain/1 other words")
    assert found.state == "other analyzer"
    assert found.reason == "another analyzer, dictionary or choice of layers made it"
    assert not found.segments
    assert found.size > 0


@pytest.mark.parametrize("changed", ["format", "faqsearch", "unicode", "python", "byte order"])
def test_an_index_made_with_other_versions_is_told_and_not_used(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    monkeypatch.setattr(folder_module, "made_with", lambda: {**manifest.made_with(), changed: "other"})
    found = read_index(tmp_path, FINGERPRINT)
    assert (found.state, dict(found.segments)) == ("other version", {})
    write_index(tmp_path, FINGERPRINT, ONE)
    assert read_index(tmp_path, FINGERPRINT).state == "right"
    assert generations(tmp_path) == ["gen-000002"]


@pytest.mark.parametrize("content", [{}, {"format": "9"}, [], {"files": [{"name": "x"}]}])
def test_a_manifest_of_a_later_library_is_another_version(
    content: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_module, "encode", lambda _: json.dumps(content).encode())
    write_index(tmp_path, FINGERPRINT, ONE)
    assert read_index(tmp_path, FINGERPRINT).state == "other version"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (CURRENT, "index.current is not what was written"),
        (f"gen-000001/{MANIFEST}", "manifest.json is not what was written"),
        ("gen-000001/segment-2", "segment-2 is not what was written"),
    ],
)
def test_a_flipped_bit_is_told_and_mended_by_the_next_write(name: str, reason: str, tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    data = bytearray((tmp_path / name).read_bytes())
    data[3] ^= 0x20
    (tmp_path / name).write_bytes(data)
    found = read_index(tmp_path, FINGERPRINT)
    assert (found.state, found.reason, dict(found.segments)) == ("damaged", reason, {})
    write_index(tmp_path, FINGERPRINT, ONE)
    assert terms(tmp_path)["operator"] == ("返品", "送料")


def test_a_segment_that_is_cut_off_or_gone_is_told(tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    path = tmp_path / "gen-000001" / "segment-1"
    whole = path.read_bytes()
    for size in (0, 1, len(whole) - 1):
        path.write_bytes(whole[:size])
        reason = f"segment-1 has {size:,} bytes, {len(whole):,} were written"
        assert read_index(tmp_path, FINGERPRINT).reason == reason
    path.unlink()
    assert read_index(tmp_path, FINGERPRINT).reason == "segment-1: No such file or directory"
    (tmp_path / "gen-000001" / MANIFEST).unlink()
    found = read_index(tmp_path, FINGERPRINT)
    assert (found.state, found.reason) == ("damaged", "manifest.json: No such file or directory")


def test_a_pointer_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / CURRENT).mkdir()
    found = read_index(tmp_path, FINGERPRINT)
    assert (found.state, found.reason) == ("damaged", "index.current: Is a directory")


def test_a_reader_that_a_writer_overtakes_reads_the_new_generation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading which generation counts and opening it, that is replaced and removed."""
    write_index(tmp_path, FINGERPRINT, ONE)
    real, calls = folder_module._read, []

    def overtaken(*given: object) -> object:
        calls.append(given)
        if len(calls) == 1:
            monkeypatch.setattr(folder_module, "_read", real)
            write_index(tmp_path, FINGERPRINT, TWO)
            monkeypatch.setattr(folder_module, "_read", overtaken)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(folder_module, "_read", overtaken)
    assert terms(tmp_path)["public"] == ("会員",)
    assert generations(tmp_path) == ["gen-000002"]


def test_a_pointer_that_goes_away_meanwhile_leaves_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    real = folder_module._read

    def gone(*given: object) -> object:
        for name in ("gen-000001/segment-1", CURRENT):
            (tmp_path / name).unlink()
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(folder_module, "_read", gone)
    assert read_index(tmp_path, FINGERPRINT).state == "missing"


@pytest.mark.parametrize("step", range(1, 9))
def test_a_full_disk_is_a_clear_error_and_leaves_the_old_index_and_nothing_else(
    step: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    real, calls = os.fsync, []

    def full(opened: int) -> None:
        calls.append(opened)
        if len(calls) == step and not stat.S_ISDIR(os.fstat(opened).st_mode):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(opened)

    monkeypatch.setattr(os, "fsync", full)
    if step % 2:  # a file, the next is its folder, which need not be synced
        with pytest.raises(InputError) as caught:
            write_index(tmp_path, FINGERPRINT, {**TWO, "operator": ONE["operator"]})
        assert str(caught.value) == (
            f"the index cannot be kept in {tmp_path} (No space left on device);"
            " make room there, or give another folder"
        )
        assert generations(tmp_path) == ["gen-000001"]
        assert terms(tmp_path) == {"public": ("返品",), "operator": ("返品", "送料")}
    else:
        write_index(tmp_path, FINGERPRINT, {**TWO, "operator": ONE["operator"]})
        assert terms(tmp_path) == {"public": ("会員",), "operator": ("返品", "送料")}


def test_a_folder_that_may_not_be_written_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_index(tmp_path, FINGERPRINT, ONE)
    real = os.open

    def read_only(path: object, flags: int, *given: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR):
            raise OSError(errno.EROFS, "Read-only file system", str(path))
        return real(path, flags, *given)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(os, "open", read_only)
    assert terms(tmp_path)["public"] == ("返品",)
    with pytest.raises(InputError, match=r"index\.lock: Read-only file system"):
        write_index(tmp_path, FINGERPRINT, TWO)
    assert terms(tmp_path)["public"] == ("返品",)


def test_what_killed_writers_left_is_removed_and_what_others_put_there_is_not(tmp_path: Path) -> None:
    left = tmp_path / "gen-000007"
    left.mkdir()
    (left / "segment-1").touch()
    (left / ".faqsearch-0123.tmp").touch()
    for name in (".faqsearch-4567.tmp", "manifest.json", "segment-1"):
        (tmp_path / name).touch()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "manifest.json").touch()
    (tmp_path / "gen-000001").symlink_to(elsewhere)
    mine = tmp_path / "gen-000003"
    mine.mkdir()
    (mine / "my notes").touch()
    (tmp_path / "faq.csv").touch()
    assert write_index(tmp_path, FINGERPRINT, ONE).generation == "gen-000008"
    kept = ["elsewhere", "faq.csv", "gen-000001", "gen-000003", "gen-000008", "manifest.json", "segment-1"]
    assert generations(tmp_path) == [".faqsearch-4567.tmp", *kept]
    assert list(elsewhere.iterdir()) == [elsewhere / "manifest.json"]
    assert list(mine.iterdir()) == [mine / "my notes"]


def test_a_number_that_another_process_has_just_taken_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gen-000001").mkdir()
    monkeypatch.setattr(folder_module, "_GENERATION", folder_module.re.compile("never"))
    assert write_index(tmp_path, FINGERPRINT, ONE).generation == "gen-000002"


def no_locks(*_: object) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.mark.parametrize("kind", ["file system", "operating system"])
def test_without_locks_all_works_and_old_generations_stay(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "file system":
        monkeypatch.setattr(locks.fcntl, "flock", no_locks)
    else:
        monkeypatch.setattr(locks, "fcntl", None)
    for index in (ONE, TWO, ONE):
        write_index(tmp_path, FINGERPRINT, index)
        assert terms(tmp_path)["public"] == index["public"].layers["a"].terms
    assert generations(tmp_path) == ["gen-000001", "gen-000002", "gen-000003"]
    with locks.if_free(tmp_path) as free:
        assert not free


def test_windows_has_no_such_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "fcntl", None)
        importlib.reload(locks)
        assert locks.fcntl is None
    importlib.reload(locks)
    assert locks.fcntl is not None


def test_a_segment_without_entries_is_kept_as_well(tmp_path: Path) -> None:
    write_index(tmp_path, FINGERPRINT, {"public": stored_of()})
    found = read_index(tmp_path, FINGERPRINT).segments["public"]
    assert tuple(found.doc_ids) == ()
    np.testing.assert_array_equal(found.layers["a"].postings.indptr, [0])


@pytest.mark.parametrize("wrong", ["docs", "fields", "indptr"])
def test_an_index_that_points_outside_of_itself_is_damaged_whatever_its_checksums_say(
    tmp_path: Path, wrong: str
) -> None:
    stored = next(iter(ONE.values()))
    layer = next(name for name, index in stored.layers.items() if len(index.postings))
    index = stored.layers[layer]
    columns = {name: getattr(index.postings, name) for name in ("indptr", "docs", "fields", "frequencies")}
    columns[wrong] = columns[wrong] - columns[wrong].dtype.type(1)
    layers = {**stored.layers, layer: replace(index, postings=type(index.postings)(**columns))}
    write_index(tmp_path, FINGERPRINT, {"public": replace(stored, layers=layers)})
    found = read_index(tmp_path, FINGERPRINT)
    assert (found.state, found.reason) == ("damaged", "segment-1 holds no index: ValueError")


def test_an_index_that_lacks_a_derived_value_is_written_again_and_one_that_has_more_is_not(
    tmp_path: Path,
) -> None:
    one = Derived(kind="of nobody", key=("a", ("answer", 1.0)), columns={"values": np.arange(3)})
    more = {audience: replace(stored, derived=(one,)) for audience, stored in ONE.items()}
    for index, new in ((ONE, True), (more, True), (ONE, False), (more, False)):
        assert write_index(tmp_path, FINGERPRINT, index).new is new
    [found] = read_index(tmp_path, FINGERPRINT).segments["operator"].derived
    assert (found.kind, found.key) == (one.kind, one.key)
    np.testing.assert_array_equal(np.asarray(found.columns["values"]), [0, 1, 2])


def test_vectors_are_those_that_every_audience_has_something_of(tmp_path: Path) -> None:
    kinds = (("entry vectors", "words-1"), ("encoded passages", "dense-1"))
    words, dense = (
        Derived(kind=kind, key=(kind, made), columns={"rows": np.ones(2)}) for kind, made in kinds
    )
    for public, both in (((), set()), ((words,), {"words-1"}), ((words, dense), {"words-1", "dense-1"})):
        derived = {"public": public, "operator": (words, dense)}
        index = {audience: replace(stored, derived=derived[audience]) for audience, stored in ONE.items()}
        write_index(tmp_path, FINGERPRINT, index)
        assert read_index(tmp_path, FINGERPRINT).vectors == both
    assert read_index(tmp_path, "plain/1 others").vectors == both


def test_without_looking_at_its_files_an_index_tells_the_vectors_of_the_file_it_was_made_of(
    tmp_path: Path,
) -> None:
    dense = Derived(
        kind="encoded passages", key=("encoded passages", "dense-1"), columns={"rows": np.ones(2)}
    )
    stored = replace(ONE["public"], rows=np.zeros(1, np.int32), derived=(dense,))
    entries = FileEntries([FaqEntry(id="id0", question="返品", answer="できます")], "the file")
    write_index(tmp_path, FINGERPRINT, {"public": stored}, entries)
    assert vectors_of_source(tmp_path, FINGERPRINT, "the file") == {"dense-1"}
    assert vectors_of_source(tmp_path, FINGERPRINT, "another") == frozenset()
    assert vectors_of_source(tmp_path, "plain/1 others", "the file") == frozenset()
    assert vectors_of_source(tmp_path / "nowhere", FINGERPRINT, "the file") == frozenset()
    manifest = tmp_path / "gen-000001" / MANIFEST
    manifest.write_bytes(manifest.read_bytes() + b" ")
    assert vectors_of_source(tmp_path, FINGERPRINT, "the file") == frozenset()
    (tmp_path / CURRENT).write_bytes(b"?")
    assert vectors_of_source(tmp_path, FINGERPRINT, "the file") == frozenset()
