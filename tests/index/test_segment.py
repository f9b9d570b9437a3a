"""Inverting documents, and joining inverted documents."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from faqsearch.errors import SettingsError
from faqsearch.index import Document, Segment, gather
from faqsearch.index.merging import merge_segments
from faqsearch.index.segment import Memo, build_segment

LAYERS = ("a", "ngram")


def document(doc_id: str, **layers: dict[int, str]) -> Document:
    return Document(
        doc_id,
        {
            layer: {number: Counter(text.split()) for number, text in fields.items()}
            for layer, fields in layers.items()
        },
    )


def random_documents(seed: int, n: int, first: int = 0) -> list[Document]:
    draw = random.Random(seed)
    return [
        document(
            f"d{number}",
            **{
                layer: {
                    field: " ".join(draw.choices("返品 送料 a b c あ い う".split(), k=draw.randint(1, 6)))
                    for field in range(5)
                    if draw.random() < 0.6
                }
                for layer in LAYERS
            },
        )
        for number in range(first, first + n)
    ]


def contents(segment: Segment) -> object:
    """Everything a segment holds, down to the bytes and types of its arrays."""

    def raw(array: np.ndarray) -> tuple[str, tuple[int, ...], bytes]:
        return str(array.dtype), array.shape, array.tobytes()

    return segment.doc_ids, {
        name: (
            index.terms,
            dict(index.numbers),
            raw(index.lengths),
            raw(index.postings.indptr),
            raw(index.postings.docs),
            raw(index.postings.fields),
            raw(index.postings.frequencies),
        )
        for name, index in segment.layers.items()
    }


def test_postings_are_sorted_by_term_document_and_field() -> None:
    segment = build_segment(
        [document("x", a={2: "b a b", 0: "b"}), document("y", a={0: "あ a"}), document("z", a={0: "a"})],
        ["a"],
    )
    index = segment.layer("a")

    assert segment.doc_ids == ("x", "y", "z")
    assert segment.n_docs == 3
    assert index.terms == ("a", "b", "あ")
    assert index.postings.indptr.tolist() == [0, 3, 5, 6]
    assert index.postings.docs.tolist() == [0, 1, 2, 0, 0, 1]
    assert index.postings.fields.tolist() == [2, 0, 0, 0, 2, 0]
    assert index.postings.frequencies.tolist() == [1, 1, 1, 1, 2, 1]
    assert len(index.postings) == 6
    assert index.lengths.tolist() == [[1, 2, 1], [0, 0, 0], [3, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert segment.doc_numbers == {"x": 0, "y": 1, "z": 2}


def test_a_document_without_a_layer_has_no_terms_there() -> None:
    segment = build_segment([document("x", a={0: "b"}), document("y", ngram={0: "c"})], LAYERS)

    assert segment.layer("a").lengths[0].tolist() == [1, 0]
    assert segment.layer("ngram").lengths[0].tolist() == [0, 1]


def test_terms_are_looked_up_and_unknown_ones_left_out() -> None:
    index = build_segment([document("x", a={0: "b c"})], ["a"]).layer("a")

    positions, numbers = index.known(["x", "c", "y", "b"])

    assert (positions.tolist(), numbers.tolist()) == ([1, 3], [1, 0])


def test_stretches_of_an_array_are_gathered_in_the_order_asked_for() -> None:
    which, places = gather(np.array([2, 2, 0, 2]), np.array([5, 2, 2, 5]))

    assert which.tolist() == [0, 0, 0, 2, 2, 3, 3, 3]
    assert places.tolist() == [2, 3, 4, 0, 1, 2, 3, 4]


def test_a_missing_layer_raises_an_error_that_names_the_filled_ones() -> None:
    with pytest.raises(SettingsError, match="layer 'c' is not in the index; the analyzer fills a, ngram"):
        build_segment([], LAYERS).layer("c")


@pytest.mark.parametrize("seed", range(5))
def test_the_same_documents_give_the_same_bytes(seed: int) -> None:
    assert contents(build_segment(random_documents(seed, 30), LAYERS)) == contents(
        build_segment(random_documents(seed, 30), LAYERS)
    )


def test_the_order_in_which_terms_are_counted_changes_no_byte() -> None:
    forward = build_segment([document("x", a={0: "a b c", 2: "d"})], ["a"])
    backward = build_segment([document("x", a={2: "d", 0: "c b a"})], ["a"])

    assert contents(forward) == contents(backward)


@pytest.mark.parametrize("seed", range(5))
def test_merging_gives_the_bytes_of_a_fresh_build_of_the_kept_documents(seed: int) -> None:
    draw = random.Random(seed)
    groups = [random_documents(seed, 12), random_documents(seed + 100, 7, first=12), []]
    keep = [np.array([draw.random() < 0.6 for _ in group], np.bool_) for group in groups]
    kept = [
        doc for group, mask in zip(groups, keep, strict=True) for doc, k in zip(group, mask, strict=True) if k
    ]

    merged = merge_segments([build_segment(group, LAYERS) for group in groups], keep)

    assert contents(merged) == contents(build_segment(kept, LAYERS))


def test_merging_nothing_that_is_kept_gives_an_empty_segment() -> None:
    merged = merge_segments([build_segment(random_documents(1, 3), LAYERS)], [np.zeros(3, np.bool_)])

    assert contents(merged) == contents(build_segment([], LAYERS))


def test_a_memo_computes_once() -> None:
    memo, calls = Memo(), []

    values = [memo.get("key", lambda: calls.append(1) or "value") for _ in range(3)]

    assert (values, calls) == (["value"] * 3, [1])


@pytest.mark.parametrize("at_a_time", [7, 1 << 20])
def test_postings_by_document_are_those_of_each_document_by_term_and_field(
    at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqsearch.index.segment._AT_A_TIME", at_a_time)
    segment = build_segment([*random_documents(3, 40), document("empty")], LAYERS)

    for name, index in segment.layers.items():
        postings, by_document = index.postings, segment.by_document(name)
        assert by_document is segment.by_document(name) is index.by_document
        assert by_document.frequencies.dtype == np.uint8
        for doc in range(segment.n_docs):
            here = postings.docs == doc
            docs, *found = by_document.of(np.array([doc]))
            columns = (index.term_of_each, postings.fields, postings.frequencies)
            assert [one.tolist() for one in found] == [one[here].tolist() for one in columns]
            assert docs.tolist() == [0] * len(found[0])
            keys = list(zip(found[0].tolist(), found[1].tolist(), strict=True))
            assert keys == sorted(set(keys))
        both = by_document.of(np.array([2, 0]))
        alone = [by_document.of(np.array([doc])) for doc in (2, 0)]
        assert both.terms.tolist() == [*alone[0].terms, *alone[1].terms]
        assert both.docs.tolist() == [0] * len(alone[0].terms) + [1] * len(alone[1].terms)


def test_frequencies_by_document_take_as_many_bytes_as_they_need() -> None:
    counts = Counter({"a": 256})
    index = build_segment([Document("x", {"a": {0: counts}})], ["a"]).layers["a"]

    assert (index.by_document.frequencies.dtype, index.by_document.frequencies.tolist()) == (np.uint16, [256])


@pytest.mark.parametrize("at_a_time", [7, 1 << 20])
def test_postings_by_document_of_an_empty_segment_are_empty(
    at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqsearch.index.segment._AT_A_TIME", at_a_time)
    index = build_segment((), LAYERS).layers["a"]

    assert (index.by_document.starts.tolist(), index.by_document.terms.tolist()) == ([0], [])
