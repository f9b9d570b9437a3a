"""The compact file: what it says about itself, and how damage shows."""

from __future__ import annotations

import dataclasses
import json
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from faqsearch.errors import VectorsError
from faqsearch.vectors import CompactWordVectors, VectorsInfo, WordVectors, convert_vectors, layout, writer
from faqsearch.vectors import keys as keys_module


def rewrite(path: Path, **fields: object) -> None:
    """Put a header with other fields and a right checksum at the head of a file."""
    data = path.read_bytes()
    length = struct.unpack_from("<I", data, 12)[0]
    text = json.dumps({**json.loads(data[20 : 20 + length]), **fields}).encode()
    head = struct.pack("<8sIII", layout.MAGIC, 1, len(text), zlib.crc32(text)) + text
    path.write_bytes(head.ljust(4096, b"\0") + data[4096:])


def change(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as handle:
        handle.seek(at)
        handle.write(data)


def test_the_header_says_where_the_vectors_come_from_and_how_many_there_are(compact, words) -> None:
    vectors = compact({**words, "犬": [0.0, 0.0, 0.0]})
    header = vectors.header
    assert dataclasses.astuple(header)[:9] == (
        "chive", "test 1", "Apache-2.0", "someone", 3, 4, 1, 5, 4,
    )  # fmt: skip
    assert vectors.path.stat().st_size == header.size == 4096 + 12 + 4 + 5 * 8 + 5 * 4
    assert vectors.fingerprint == f"vectors(chive, test 1, {header.digest[:16]})"
    assert repr(vectors) == f"CompactWordVectors({str(vectors.path)!r})"
    vectors.verify()


def test_the_same_content_gives_the_same_bytes(compact, words) -> None:
    assert compact(words, "a").path.read_bytes() == compact(words, "b").path.read_bytes()


def test_the_layout_is_the_documented_one(compact) -> None:
    """Read the file with nothing of ours but the key of a word."""
    data = compact({"犬": [1.0, -0.5], "猫": [0.0, 3.0]}).path.read_bytes()
    magic, version, length, checksum = struct.unpack_from("<8sIII", data)
    assert (magic, version) == (b"FAQSVEC\0", 1)
    assert zlib.crc32(data[20 : 20 + length]) == checksum
    header = json.loads(data[20 : 20 + length])
    assert (header["rows"], header["keys"], header["dimensions"]) == (2, 2, 2)
    assert np.frombuffer(data, np.int8, 4, 4096).tolist() == [127, -64, 0, 127]
    table = dict(
        zip(
            np.frombuffer(data, "<u8", 2, 4104).tolist(),
            np.frombuffer(data, "<u4", 2, 4120).tolist(),
            strict=True,
        )
    )
    assert table == {keys_module.hash_word("犬")[0]: 0, keys_module.hash_word("猫")[0]: 1}
    assert list(table) == sorted(table)


def test_the_key_of_a_word_never_changes() -> None:
    """Files live longer than a version of the library. The numbers are those of `b2sum -l 128`."""
    assert keys_module.hash_word("転居") == (16443868531596870034, 1288477167447865888)


def test_a_relative_path_is_kept_as_an_absolute_one(compact, monkeypatch: pytest.MonkeyPatch) -> None:
    path = compact().path
    monkeypatch.chdir(path.parent)
    assert CompactWordVectors(path.name).path == path


def test_replacing_the_file_does_not_disturb_who_has_it_open(compact, words) -> None:
    old = compact(words)
    new = compact({"犬": [1.0, 0.0]})
    assert old.lookup(["転居"])[1].tolist() == [[127, 95, -32]]
    assert new.lookup(["転居", "犬"])[1].tolist() == [[127, 0]]


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(VectorsError, match="nowhere does not exist; run `faqsearch vectors install`"):
        CompactWordVectors(tmp_path / "nowhere")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(VectorsError, match="cannot be read: Is a directory"):
        CompactWordVectors(tmp_path)


def test_a_path_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(VectorsError, match="cannot be read: embedded null byte"):
        CompactWordVectors("a\0b")


@pytest.mark.parametrize("content", [b"", b"FAQ", b"2 3\n\xe7\x8a\xac 1 2 3\n"])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(VectorsError, match="other is not a compact file of word vectors"):
        CompactWordVectors(path)


@pytest.mark.parametrize(
    ("size", "message"), [(8, "cut off within"), (4095, "cut off within"), (4096, "it has 4096")]
)
def test_a_file_cut_off_at_the_head_is_refused(compact, size: int, message: str) -> None:
    path = compact().path
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(VectorsError, match=message):
        CompactWordVectors(path)


@pytest.mark.parametrize("change_of_length", [-1, 1])
def test_a_file_of_another_length_is_refused(compact, change_of_length: int) -> None:
    path = compact().path
    data = path.read_bytes() + b"\0"
    path.write_bytes(data[: len(data) - 1 + change_of_length])
    with pytest.raises(VectorsError, match=f"it has {4172 + change_of_length} bytes and should have 4172"):
        CompactWordVectors(path)


def test_another_format_version_is_refused(compact) -> None:
    path = compact().path
    change(path, 8, b"\2\0\0\0")
    with pytest.raises(VectorsError, match="has format version 2; this faqsearch reads version 1"):
        CompactWordVectors(path)


@pytest.mark.parametrize("at", [12, 16, 20, 60])
def test_a_damaged_header_is_refused(compact, at: int) -> None:
    path = compact().path
    change(path, at, b"\xff")
    with pytest.raises(VectorsError, match="its header does not match its checksum"):
        CompactWordVectors(path)


@pytest.mark.parametrize(
    "fields",
    [
        {"dimensions": 0},
        {"dimensions": 16385},
        {"dimensions": "3"},
        {"dimensions": True},
        {"rows": 0},
        {"rows": 2**32},
        {"words": 0},
        {"words": 6},
        {"left_out": -1},
        {"source": None},
        {"more": 1},
    ],
)
def test_a_header_with_other_fields_is_refused(compact, fields: dict[str, object]) -> None:
    path = compact().path
    rewrite(path, **fields)
    with pytest.raises(VectorsError, match="its header has other fields than it should"):
        CompactWordVectors(path)


@pytest.mark.parametrize("at", [4096, 4110, 4112, 4160, 4171])
def test_a_changed_byte_of_the_content_is_found_by_verify(compact, at: int) -> None:
    vectors = compact()
    byte = vectors.path.read_bytes()[at]
    change(vectors.path, at, bytes([byte ^ 1]))
    with pytest.raises(VectorsError, match="its content does not match its checksum"):
        CompactWordVectors(vectors.path).verify()


def test_a_row_that_does_not_exist_is_found_when_it_is_asked_for(compact) -> None:
    vectors = compact()
    change(vectors.path, vectors.header.rows_at, b"\xff" * 20)
    with pytest.raises(VectorsError, match="is damaged: a word names a vector that is not there"):
        CompactWordVectors(vectors.path).lookup(["転居"])


@pytest.mark.parametrize(("at", "data"), [(4096, b"\x80"), (4112, b"\xff" * 8), (4152, b"\xff\0\0\0")])
def test_content_that_breaks_the_rules_is_found_by_verify(compact, at: int, data: bytes) -> None:
    import hashlib

    path = compact().path
    change(path, at, data)
    rewrite(path, digest=hashlib.sha256(path.read_bytes()[4096:]).hexdigest())
    with pytest.raises(VectorsError, match="breaks the rules of its format"):
        CompactWordVectors(path).verify()


def test_texts_that_do_not_fit_into_the_header_are_refused(tmp_path: Path, write_text, words) -> None:
    source = write_text(tmp_path / "a.vec", words)
    with pytest.raises(VectorsError, match=r"take 45\d\d bytes together; give shorter ones"):
        convert_vectors(source, tmp_path / "a", info=VectorsInfo(source="x", licence="y" * 4300))
    assert list(tmp_path.iterdir()) == [source]


def test_two_words_with_one_key_are_refused(compact, words, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "hash_word", lambda word: (1, len(word)))
    with pytest.raises(VectorsError, match="two words with the same 64-bit key"):
        compact(words)


def test_among_thousands_of_words_too_the_first_has_the_folded_form(compact) -> None:
    order = [(name.format(number), number) for name in ("Aa{}", "aA{}", "AA{}") for number in range(2000)]
    angles = np.random.default_rng(2).permutation(len(order))
    content = {word: [np.cos(angle), np.sin(angle)] for (word, _), angle in zip(order, angles, strict=True)}
    vectors = compact(content)
    numbers = range(2000)
    first = vectors.lookup([f"Aa{number}" for number in numbers])[1]
    assert np.array_equal(vectors.lookup([f"aa{number}" for number in numbers])[1], first)
    assert len(np.unique(first, axis=0)) > 500


def test_a_mapping_of_the_protocol_is_not_enough() -> None:
    assert not isinstance({"犬": [1.0]}, WordVectors)
