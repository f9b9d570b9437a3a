"""Large bases: what an edit merges, what the background does, and what is counted meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from faqsearch.index import (
    Document,
    Memo,
    Snapshot,
    build_snapshot,
    document_frequencies,
    tiers,
    update_snapshot,
)
from faqsearch.index.tiers import Fold, due


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a base of 200 documents count as large."""
    monkeypatch.setattr(tiers, "_SMALL", 100)


def documents(ids: Iterable[object], text: str = "a b") -> list[Document]:
    return [Document(str(doc_id), {"a": {0: Counter(text.split())}}) for doc_id in ids]


def sizes(snapshot: Snapshot) -> list[int]:
    return [segment.n_docs for segment in snapshot.segments]


def edited(snapshot: Snapshot, count: int, first: int = 1000) -> Snapshot:
    for number in range(first, first + count):
        snapshot = update_snapshot(snapshot, documents([number], f"b t{number}"), ())
    return snapshot


def merged(snapshot: Snapshot) -> Snapshot:
    run = due(snapshot)
    assert run
    found = Fold.of(snapshot, *run, lambda: None).caught_up(snapshot)
    assert found
    return found


BASE = build_snapshot(documents(range(200)), ["a"])


def test_an_edit_of_a_large_base_merges_what_is_below_eight_documents() -> None:
    assert sizes(edited(BASE, 7)) == [200, 7]
    assert sizes(edited(BASE, 8)) == [200, 8]
    assert sizes(edited(BASE, 18)) == [200, 8, 8, 2]
    assert edited(BASE, 3).segments[0] is BASE.segments[0]


def test_what_is_deleted_of_the_last_segment_is_forgotten_at_once() -> None:
    snapshot = edited(BASE, 3)

    assert update_snapshot(snapshot, (), ["1001"]).segments[-1].doc_ids == ("1000", "1002")
    assert sizes(update_snapshot(snapshot, (), ["1000", "1001", "1002"])) == [200]


def test_the_background_keeps_segments_of_graded_sizes() -> None:
    assert due(edited(BASE, 15)) is None
    snapshot = edited(BASE, 18)
    assert due(snapshot) == (1, 3)
    snapshot = merged(snapshot)
    assert sizes(snapshot) == [200, 16, 2]
    assert due(snapshot) is None
    snapshot = update_snapshot(snapshot, documents(range(2000, 2040)), ())
    assert sizes(snapshot) == [200, 16, 2, 40]
    assert sizes(merged(snapshot)) == [200, 58]


def test_a_base_is_folded_above_64_and_a_tenth_of_it() -> None:
    assert due(update_snapshot(BASE, documents(range(500, 564)), ())) is None
    assert due(update_snapshot(BASE, documents(range(500, 565)), ())) == (0, 2)
    dead = update_snapshot(BASE, (), [str(number) for number in range(65)])
    assert due(dead) == (0, 1)
    assert sizes(merged(dead)) == [135]
    assert sizes(merged(update_snapshot(BASE, (), [str(number) for number in range(200)]))) == [0]


def test_a_fold_brings_with_it_what_edits_changed_meanwhile() -> None:
    snapshot = update_snapshot(BASE, documents(range(500, 565), "c"), ())
    document_frequencies(snapshot, "a")
    fold = Fold.of(snapshot, 0, 2, lambda: None)
    current = edited(update_snapshot(snapshot, documents([5], "c d"), ["500", "6"]), 9)
    current = update_snapshot(current, (), ["1000"])

    found = fold.caught_up(current)

    assert found is not None
    assert sizes(found) == [265, 8, 2]
    assert found.n_docs == current.n_docs == 200 + 65 + 9 - 3
    assert set(np.array(found.doc_ids)[found.live_mask]) == set(np.array(current.doc_ids)[current.live_mask])
    kept = found.frequencies.known()[("a", ("question", "variants", "answer", "category", "tags"))]
    counted = document_frequencies(Snapshot(found.segments, found.live), "a")
    assert [one.tolist() for one in kept] == [one.tolist() for one in counted]
    assert found.segments[0].layer("a").terms == ("a", "b", "c")
    assert kept[0].tolist() == [198, 206, 65]


def test_a_fold_without_edits_meanwhile_is_the_very_one_that_was_made_ready() -> None:
    snapshot = edited(BASE, 18)
    fold = Fold.of(snapshot, 1, 3, lambda: None)
    assert fold.caught_up(snapshot) is fold.new


def test_a_fold_of_segments_that_are_there_no_more_is_dropped() -> None:
    snapshot = edited(BASE, 18)
    fold = Fold.of(snapshot, 1, 3, lambda: None)

    assert fold.caught_up(merged(snapshot)) is None
    assert fold.caught_up(BASE) is None


def test_a_fold_ends_where_it_is_told_to() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Fold.of(edited(BASE, 18), 1, 3, stop)


def test_what_an_edit_makes_of_the_very_same_is_made_once() -> None:
    made = Memo()
    new = documents([5], "c d")

    found = update_snapshot(BASE, new, ["6"], made)

    assert update_snapshot(Snapshot(BASE.segments, BASE.live), new, ["6"], made) is found
    other = update_snapshot(build_snapshot(documents(range(100, 300)), ["a"]), new, ["6"], made)
    assert other.segments[-1] is found.segments[-1]
    assert sizes(other) == [200, 1]
    without = update_snapshot(BASE, new, (), made)
    assert (without.n_docs, found.n_docs) == (200, 199)
    assert without.segments == found.segments
    alike = update_snapshot(BASE, documents([5], "c d"), ["6"], made)
    assert alike.segments[-1] is not found.segments[-1]


def test_what_was_made_is_told_by_objects_that_cannot_go_out_of_use() -> None:
    made = Memo()
    for number in range(50):
        found = update_snapshot(edited(BASE, 2), documents([number], f"c t{number}"), (), made)
        assert found.segments[-1].doc_ids == ("1000", "1001", str(number))
        assert f"t{number}" in found.segments[-1].layer("a").terms
