"""What is written into a file is what is read from it, to the last bit."""

from __future__ import annotations

import hashlib
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.entry import FIELDS
from faqsearch.index import Document
from faqsearch.index.segment import build_segment
from faqsearch.index.storage.layout import ALIGNMENT, Place, columns_of, placed, stored_from
from faqsearch.index.storage.manifest import FORMAT_VERSION
from faqsearch.index.storage.stored import DIGEST_SIZE, StoredSegment

# Any analyzer may make any strings: empty ones, control characters, half of a surrogate pair.
terms = st.text(st.characters(codec=None), max_size=4)
counts = st.dictionaries(terms, st.integers(1, 100_000_000), min_size=1, max_size=5).map(Counter)
documents = st.lists(
    st.fixed_dictionaries(
        {layer: st.dictionaries(st.integers(0, len(FIELDS) - 1), counts) for layer in ("a", "層 1")}
    ),
    max_size=5,
)


def stored_of(contents: list[dict[str, dict[int, Counter[str]]]]) -> StoredSegment:
    segment = build_segment([Document(f"品-{n}", found) for n, found in enumerate(contents)], ("a", "層 1"))
    digests = b"".join(bytes([number]) * DIGEST_SIZE for number in range(len(contents)))
    return StoredSegment(doc_ids=segment.doc_ids, digests=digests, layers=segment.layers)


def laid_out(stored: StoredSegment) -> tuple[bytes, list[Place]]:
    data, places = b"", []
    for place, gap, array in placed(columns_of(stored)):
        data += gap + array.tobytes()
        places.append(place)
    return data, places


@given(documents)
def test_a_segment_is_read_as_it_was_written(contents: list[dict[str, dict[int, Counter[str]]]]) -> None:
    stored = stored_of(contents)
    data, places = laid_out(stored)
    found = stored_from(data, places, stored.layers, ())
    assert tuple(found.doc_ids) == stored.doc_ids
    assert (found.digests, found.content) == (stored.digests, stored.content)
    assert found.layers.keys() == stored.layers.keys()
    for name, index in stored.layers.items():
        there = found.layers[name]
        assert tuple(there.terms) == index.terms
        assert there.numbers == index.numbers
        assert there.lengths.dtype == index.lengths.dtype
        np.testing.assert_array_equal(there.lengths, index.lengths)
        for column in ("indptr", "docs", "fields", "frequencies"):
            here = getattr(index.postings, column)
            assert getattr(there.postings, column).dtype == here.dtype
            np.testing.assert_array_equal(getattr(there.postings, column), here)


@given(documents)
def test_arrays_begin_at_multiples_of_64_bytes_and_do_not_overlap(
    contents: list[dict[str, dict[int, Counter[str]]]],
) -> None:
    data, places = laid_out(stored_of(contents))
    at = 0
    for place in places:
        assert place.offset % ALIGNMENT == 0
        assert place.offset >= at
        at = place.offset + np.dtype(place.dtype).itemsize * int(np.prod(place.shape))
    assert at == len(data)


def test_the_bytes_are_those_of_this_version_of_the_format() -> None:
    """Other bytes: raise FORMAT_VERSION, so that all indexes are made anew, and put the new digest here."""
    contents = [
        {"a": {0: Counter({"返品": 2, "a": 1}), 2: Counter({"a": 3})}, "層 1": {4: Counter({"𠮷": 1})}}
    ]
    data, places = laid_out(stored_of(contents))
    described = repr([tuple(place) for place in places]).encode()
    assert (FORMAT_VERSION, hashlib.sha256(data + described).hexdigest()[:16]) == (4, "749e078df1e88d29")


def test_what_was_read_cannot_be_changed() -> None:
    stored = stored_of([{"a": {0: Counter({"返品": 2})}, "層 1": {}}])
    data, places = laid_out(stored)
    found = stored_from(data, places, stored.layers, ())
    with pytest.raises(ValueError, match="read-only"):
        found.layers["a"].postings.docs[0] = 1


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("frequencies a", "int8"),
        ("frequencies a", "bool"),
        ("docs a", "uint32"),
        ("docs a", ">i4"),
        ("fields a", "int8"),
        ("indptr a", "uint64"),
        ("lengths a", "float32"),
    ],
)
def test_numbers_of_another_type_are_told(column: str, kind: str) -> None:
    stored = stored_of([{"a": {0: Counter({"返品": 2, "b": 1})}, "層 1": {}}])
    data, places = laid_out(stored)
    changed = [place._replace(dtype=kind) if place.name == column else place for place in places]
    assert changed != places
    with pytest.raises(ValueError, match="numbers of another type"):
        stored_from(data, changed, stored.layers, ())


def test_strings_that_point_outside_and_columns_of_another_kind_are_told() -> None:
    stored = stored_of([{"a": {0: Counter({"返品": 2})}, "層 1": {}}])
    data, places = laid_out(stored)
    numbers = {place.name: place for place in places}
    ends = numbers["ends of ids"]
    for wrong in (
        ends._replace(shape=(0,)),
        ends._replace(shape=(1,)),
        ends._replace(offset=ends.offset + 8),
    ):
        changed = [wrong if place is ends else place for place in places]
        with pytest.raises(ValueError, match="strings point outside"):
            stored_from(data + bytes(8), changed, stored.layers, ())
    with pytest.raises(TypeError, match="ids are no strings"):
        stored_from(data, [place for place in places if place is not ends], stored.layers, ())
