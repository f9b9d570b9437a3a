"""Snapshots: what is alive, and when segments are folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np
import pytest

from faqsearch.errors import SettingsError
from faqsearch.index import Document, Snapshot, build_snapshot, update_snapshot


def documents(ids: Iterable[object], text: str = "a b") -> list[Document]:
    return [Document(str(doc_id), {"a": {0: Counter(text.split())}}) for doc_id in ids]


def shape(snapshot: Snapshot) -> list[tuple[int, int]]:
    """For each segment its documents, and how many of them are alive."""
    return [(segment.n_docs, int(live.sum())) for _, segment, live in snapshot.parts()]


def live_ids(snapshot: Snapshot) -> list[str]:
    return [snapshot.doc_ids[number] for number in np.flatnonzero(snapshot.live_mask)]


def test_a_fresh_build_is_one_segment_with_everything_alive() -> None:
    snapshot = build_snapshot(documents("xyz"), ["a"])

    assert shape(snapshot) == [(3, 3)]
    assert (snapshot.n_docs, snapshot.n_slots, snapshot.doc_ids) == (3, 3, ("x", "y", "z"))


def test_an_empty_snapshot_answers_with_nothing() -> None:
    snapshot = build_snapshot((), ["a"])

    assert (snapshot.n_docs, snapshot.doc_ids, snapshot.number_of("x")) == (0, (), None)
    assert snapshot.postings("a", "b").docs.tolist() == []
    assert snapshot.lengths("a").shape == (5, 0)


def test_a_replaced_document_is_found_with_its_new_terms_only() -> None:
    old = build_snapshot(documents("xyz"), ["a"])

    new = update_snapshot(old, documents("y", "a c c"), ())

    assert shape(new) == [(3, 2), (1, 1)]
    assert live_ids(new) == ["x", "z", "y"]
    assert new.number_of("y") == 3
    assert new.postings("a", "a").docs.tolist() == [0, 2, 3]
    assert new.postings("a", "b").docs.tolist() == [0, 2]
    assert new.postings("a", "c").docs.tolist() == [3]
    assert new.postings("a", "c").frequencies.tolist() == [2]
    assert new.lengths("a")[0].tolist() == [2, 0, 2, 3]


def test_a_removed_document_is_not_found_and_an_unknown_id_is_ignored() -> None:
    new = update_snapshot(build_snapshot(documents("xyz"), ["a"]), (), ["y", "nobody"])

    assert (new.n_docs, live_ids(new), new.number_of("y")) == (2, ["x", "z"], None)


def test_a_document_that_is_removed_and_given_at_once_is_there() -> None:
    new = update_snapshot(build_snapshot(documents("xy"), ["a"]), documents("y", "new"), ["y"])

    assert live_ids(new) == ["x", "y"]
    assert new.postings("a", "new").docs.tolist() == [2]


def test_a_document_added_later_can_be_replaced_and_removed() -> None:
    first = update_snapshot(build_snapshot(documents("x"), ["a"]), documents("yz"), ())
    second = update_snapshot(first, documents("y", "new"), ["z"])

    assert live_ids(second) == ["x", "y"]
    assert shape(second) == [(1, 1), (1, 1)]
    assert second.postings("a", "new").docs.tolist() == [1]


def test_postings_of_several_terms_say_which_term_each_belongs_to() -> None:
    old = build_snapshot([*documents("x", "a b"), *documents("y", "b")], ["a"])
    snapshot = update_snapshot(old, documents("z", "b c"), ())

    postings = snapshot.postings("a", "c", "unknown", "b", "a")

    assert list(zip(postings.terms.tolist(), postings.docs.tolist(), strict=True)) == [
        (2, 0), (2, 1), (3, 0), (0, 2), (2, 2),
    ]  # fmt: skip
    assert snapshot.postings("a").docs.tolist() == []


def test_an_old_snapshot_stays_as_it_was() -> None:
    old = build_snapshot(documents("xyz"), ["a"])
    second = update_snapshot(old, documents("w"), ())
    update_snapshot(second, documents("xw", "c"), ["y", "z"])

    assert live_ids(old) == ["x", "y", "z"]
    assert live_ids(second) == ["x", "y", "z", "w"]
    assert second.postings("a", "a").docs.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("base", "added", "expected"),
    [
        (10, 64, [(10, 10), (64, 64)]),
        (10, 65, [(75, 75)]),
        (1000, 100, [(1000, 1000), (100, 100)]),
        (1000, 101, [(1101, 1101)]),
    ],
)
def test_new_documents_are_folded_above_64_and_a_tenth_of_the_base(
    base: int, added: int, expected: list[tuple[int, int]]
) -> None:
    snapshot = build_snapshot(documents(range(base)), ["a"])

    assert shape(update_snapshot(snapshot, documents(range(base, base + added)), ())) == expected


@pytest.mark.parametrize(("base", "removed", "expected"), [(200, 64, [(200, 136)]), (200, 65, [(135, 135)])])
def test_dead_documents_are_folded_away_above_64_and_a_tenth_of_the_base(
    base: int, removed: int, expected: list[tuple[int, int]]
) -> None:
    snapshot = build_snapshot(documents(range(base)), ["a"])

    assert shape(update_snapshot(snapshot, (), [str(number) for number in range(removed)])) == expected


def test_a_missing_layer_raises_a_settings_error() -> None:
    snapshot = build_snapshot(documents("x"), ["a"])

    with pytest.raises(SettingsError, match="layer 'ngram' is not in the index; the analyzer fills a"):
        snapshot.postings("ngram", "x")
    with pytest.raises(SettingsError, match="layer 'ngram'"):
        snapshot.lengths("ngram")


def test_ids_of_several_segments_stand_one_behind_the_other() -> None:
    snapshot = update_snapshot(build_snapshot(documents(range(70)), ["a"]), documents("xy"), ["3"])

    ids = snapshot.doc_ids

    assert list(ids) == [*map(str, range(70)), "x", "y"]
    assert (ids[0], ids[69], ids[70], ids[-1], ids[-72]) == ("0", "69", "x", "y", "0")
    assert ids[69:] == ("69", "x", "y")
    assert ids[::-70] == ("y", "1")
    with pytest.raises(IndexError):
        ids[72]
