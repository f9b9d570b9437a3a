"""The hash of spaCy's strings."""

from __future__ import annotations

import pytest

from faqsearch.vectors.murmur import murmur64


@pytest.mark.parametrize(
    ("word", "key"),
    [
        # From spaCy's documentation of its StringStore.
        ("coffee", 3197928453018144401),
        ("apple", 8566208034543834098),
    ],
)
def test_hashes_are_those_of_spacy(word: str, key: int) -> None:
    assert murmur64(word.encode()) == key


def test_every_byte_and_the_length_count() -> None:
    inputs = [bytes(length) for length in range(20)]
    inputs += [bytes(at) + b"\1" + bytes(18 - at) for at in range(19)]
    hashes = {murmur64(data) for data in inputs}
    assert len(hashes) == len(inputs)
    assert all(0 <= value < 2**64 for value in hashes)
    assert murmur64(b"apple", seed=2) not in {murmur64(b"apple"), *hashes}
