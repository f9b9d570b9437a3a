"""A bulk build: the same files whoever makes them, progress, and an end of all workers whatever happens."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast
from unittest.mock import Mock

import numpy as np
import pytest

from faqsearch import Audience, FaqEntry, KnowledgeBase, SudachiAnalyzer, read_entries, sample_path
from faqsearch.analysis import Analyzer, NgramAnalyzer, PlainAnalyzer
from faqsearch.confirmations import Confirmation, ConfirmationKind, PrivateVariants
from faqsearch.errors import InputError
from faqsearch.index import BulkBuild, BulkIndex, analyze_entry, chunks, index_layers
from faqsearch.index.segment import Segment, build_segment
from faqsearch.index.workers import worth_workers

ANALYZER = SudachiAnalyzer()
ENTRIES = read_entries(sample_path("shop"))[:14]


def files(folder: Path, bulk: BulkBuild | None, entries: tuple[FaqEntry, ...] = ENTRIES) -> dict[str, bytes]:
    base = KnowledgeBase(entries, preset="lexical", analyzer=ANALYZER, bulk=bulk)
    base.save_index(folder)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def check_equal(one: Segment, other: Segment) -> None:
    assert tuple(one.doc_ids) == tuple(other.doc_ids)
    assert one.layers.keys() == other.layers.keys()
    for layer, index in one.layers.items():
        wanted = other.layers[layer]
        assert tuple(index.terms) == tuple(wanted.terms)
        assert np.array_equal(index.lengths, wanted.lengths)
        for column in ("indptr", "docs", "fields", "frequencies"):
            found, right = getattr(index.postings, column), getattr(wanted.postings, column)
            assert found.dtype == right.dtype
            assert np.array_equal(found, right)


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_the_files_are_the_same_whatever_the_number_of_workers(workers: int, tmp_path: Path) -> None:
    bulk = BulkBuild(workers=workers, chunk=3)
    assert files(tmp_path / "bulk", bulk) == files(tmp_path / "plain", None)
    assert multiprocessing.active_children() == []


def test_audiences_that_see_other_entries_get_files_of_their_own(tmp_path: Path) -> None:
    sample = read_entries(sample_path("shop"))
    internal = [entry for entry in sample if entry.audience is Audience.OPERATOR][:2]
    mixed = (internal[0], *ENTRIES[:3], internal[1], *ENTRIES[3:5])
    mixed = tuple({entry.id: entry for entry in mixed}.values())
    found = files(tmp_path / "bulk", BulkBuild(workers=1, chunk=2), mixed)
    assert found == files(tmp_path / "plain", None, mixed)
    assert "gen-000001/segment-2" in found


@pytest.mark.parametrize(("chunk", "on_disk"), [(1, True), (7, True), (7, False), (100, True)])
@pytest.mark.parametrize(
    "analyzer", [ANALYZER, NgramAnalyzer(), PlainAnalyzer(tokenize=str.split, name="split")]
)
def test_what_is_put_together_is_what_is_built_at_once(
    analyzer: Analyzer, chunk: int, *, on_disk: bool
) -> None:
    entries = read_entries(sample_path("shop"))[:40]
    # A word stands there more often than a byte can count; most of what is looked at below is without it.
    entries = (replace(entries[0], answer="返品 " * 300), *entries[1:])
    made = BulkIndex(analyzer, entries, BulkBuild(workers=1, chunk=chunk, on_disk=on_disk))
    for some in (entries, entries[5:9], entries[::3]):
        found = made.snapshot({entry.id: entry for entry in some}, {})
        wanted = build_segment([analyze_entry(analyzer, entry) for entry in some], index_layers(analyzer))
        assert found is not None
        check_equal(found.segments[0], wanted)
        assert found.segments[0].texts == wanted.texts


def test_vocabularies_that_are_joined_in_several_turns_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "_FOLDED", 10)
    made = BulkIndex(ANALYZER, ENTRIES, BulkBuild(workers=1, chunk=1))
    found = made.snapshot({entry.id: entry for entry in ENTRIES}, {})
    assert found is not None
    wanted = build_segment([analyze_entry(ANALYZER, entry) for entry in ENTRIES], index_layers(ANALYZER))
    check_equal(found.segments[0], wanted)


def test_files_go_with_what_was_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    base = KnowledgeBase(ENTRIES, preset="lexical", analyzer=ANALYZER, bulk=BulkBuild(workers=1))
    assert base.search("返品したい").hits
    assert list(tmp_path.iterdir()) == []


def test_without_being_asked_many_entries_are_built_in_bulk_in_memory_and_very_many_on_disk() -> None:
    few, many, most = (BulkBuild.by_default(entries) for entries in (499, 500, 20_001))
    assert few is None
    assert (many, most) == (BulkBuild(workers=1, on_disk=False), BulkBuild(workers=1, on_disk=True))


def test_where_nothing_can_be_written_very_many_entries_are_built_in_memory_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere() -> str:
        raise FileNotFoundError("no usable temporary directory")

    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    assert BulkBuild.by_default(20_001) == BulkBuild(workers=1, on_disk=False)


def test_a_build_by_default_needs_no_temporary_folder_and_is_one_entry_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    entries = [replace(one, id=f"{one.id}-{turn}") for turn in range(36) for one in ENTRIES]
    assert len(entries) > 500
    base = KnowledgeBase(entries, preset="lexical", analyzer=ANALYZER)
    [segment] = base.view("public").snapshot.segments
    seen = [one for one in entries if one.id in segment.doc_numbers]
    wanted = build_segment([analyze_entry(ANALYZER, one) for one in seen], index_layers(ANALYZER))
    check_equal(segment, wanted)


def test_a_temporary_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(InputError, match=r"No such file.*TMPDIR"):
        BulkIndex(ANALYZER, ENTRIES, BulkBuild(workers=1))


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "_write", Mock(side_effect=OSError(28, "No space left on device")))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(InputError, match=r"temporary file.*No space left.*TMPDIR"):
        BulkIndex(ANALYZER, ENTRIES, BulkBuild(workers=1))


@pytest.mark.parametrize("on_disk", [True, False])
def test_an_error_of_the_analyzer_is_not_taken_for_one_of_the_disk(*, on_disk: bool) -> None:
    away = Mock(side_effect=ConnectionRefusedError("a server is away"))
    analyzer = PlainAnalyzer(tokenize=away, name="away")
    with pytest.raises(ConnectionRefusedError, match="a server is away"):
        BulkIndex(analyzer, ENTRIES, BulkBuild(workers=1, on_disk=on_disk))


def test_processes_that_cannot_be_started_are_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Mock(side_effect=OSError(11, "Resource temporarily unavailable"))
    monkeypatch.setattr("concurrent.futures.ProcessPoolExecutor.submit", refused)
    with pytest.raises(InputError, match=r"cannot be started \(Resource temporarily.*use fewer workers"):
        BulkIndex(ANALYZER, ENTRIES, BulkBuild(workers=2, chunk=2))


def test_a_snapshot_knows_texts_and_what_was_confirmed() -> None:
    now, by = dt.datetime.now(dt.UTC), ConfirmationKind.OPERATOR
    made = Confirmation(entry_id=ENTRIES[1].id, text="戻すにはいくら", source="a", kind=by, at=now)
    bases = [
        KnowledgeBase(ENTRIES, preset="lexical", analyzer=ANALYZER, confirmations=[made], bulk=bulk)
        for bulk in (None, BulkBuild(workers=1, chunk=4))
    ]
    one, other = (base.view("operator").snapshot.segments[-1] for base in bases)
    check_equal(one, other)
    assert one.texts == other.texts
    assert [base.revision() for base in bases] == [1, 1]
    for base in bases:
        base.upsert(ENTRIES[0])
    assert [base.revision() for base in bases] == [1, 1]


def test_who_sees_the_same_shares_the_snapshot_and_who_does_not_has_another() -> None:
    made = BulkIndex(ANALYZER, ENTRIES, BulkBuild(workers=1))
    every, few = ({entry.id: entry for entry in some} for some in (ENTRIES, ENTRIES[:3]))
    learnt = {ENTRIES[0].id: PrivateVariants(operator=("戻すにはいくら",))}
    snapshots = [made.snapshot(*seen) for seen in ((every, {}), (every, {}), (every, learnt), (few, learnt))]
    assert snapshots[0] is snapshots[1]
    first, again, taught, fewer = (one.segments[0] for one in snapshots if one is not None)
    assert first is again
    assert taught is not first
    assert (first.layer("confirmed:a").terms, len(taught.layer("confirmed:a").terms)) == ((), 2)
    assert taught.layer("a") is first.layer("a")
    assert list(fewer.doc_ids) == list(few)
    assert fewer.layer("confirmed:a").terms == taught.layer("confirmed:a").terms


def test_nobody_sees_nothing() -> None:
    made = BulkIndex(ANALYZER, (), BulkBuild())
    assert made.snapshot({}, {}) is None


def test_progress_goes_from_nothing_to_all() -> None:
    told: list[tuple[int, int]] = []
    BulkIndex(
        ANALYZER, ENTRIES, BulkBuild(workers=1, chunk=5, progress=lambda *numbers: told.append(numbers))
    )
    assert told == [(0, 14), (5, 14), (10, 14), (14, 14)]
    assert all(one < other for one, other in pairwise(told))


def test_an_interrupted_build_ends_its_workers() -> None:
    def interrupt(done: int, _all: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as held:
        BulkIndex(ANALYZER, ENTRIES, BulkBuild(workers=2, chunk=2, progress=interrupt))
    assert multiprocessing.active_children() == []
    assert held.tb is not None  # whoever catches it holds the frames; the workers have ended nevertheless


class Dying(SudachiAnalyzer):
    """Ends the process that it is sent to."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (3,)


def test_a_worker_that_dies_is_an_error_of_the_library() -> None:
    dying = Dying()
    with pytest.raises(InputError, match="a worker process ended"):
        BulkIndex(dying, ENTRIES, BulkBuild(workers=2, chunk=2))
    assert multiprocessing.active_children() == []


def test_an_error_in_a_worker_is_raised_here() -> None:
    failing = PlainAnalyzer(tokenize=cast("Callable[[str], list[str]]", int), name="failing")
    with pytest.raises(ValueError, match="invalid literal"):
        BulkIndex(failing, ENTRIES, BulkBuild(workers=2, chunk=2))
    assert multiprocessing.active_children() == []


def test_an_analyzer_that_cannot_be_sent_is_refused() -> None:
    local = PlainAnalyzer(tokenize=lambda text: text.split(), name="local")
    with pytest.raises(InputError, match="cannot be sent to worker processes"):
        BulkIndex(local, ENTRIES, BulkBuild(workers=2, chunk=2))


def test_few_entries_start_no_process() -> None:
    assert worth_workers(0) == worth_workers(2_999) == 1
    assert worth_workers(10**9) >= 1
