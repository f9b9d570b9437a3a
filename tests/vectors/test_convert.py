"""word2vec and fastText files become compact files."""

from __future__ import annotations

import gzip
import os
import struct
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from faqsearch.errors import FormatError, VectorsError
from faqsearch.vectors import CompactWordVectors, VectorsInfo, convert_vectors

VECTORS = {"転居": [4.0, 2.0], "Ab": [0.0, -1e-3], "\u3000": [1.0, 1.0], "a\u2028b\x85": [-1.0, 0.25]}
EXPECTED = [[127, 64], [0, -127], [127, 127], [-127, 32]]


def text(*, header: bool, separator: str = " ", end: str = "\n", start: str = "") -> bytes:
    lines = [f"{len(VECTORS)}{separator}2"] if header else []
    lines += [separator.join([word, *map(str, vector)]) for word, vector in VECTORS.items()]
    return (start + "".join(line + end for line in lines)).encode()


def binary(*, line_breaks: bool) -> bytes:
    records = (
        word.encode() + b" " + struct.pack("<2f", *vector) + b"\n" * line_breaks
        for word, vector in VECTORS.items()
    )
    return f"{len(VECTORS)} 2\n".encode() + b"".join(records)


SOURCES: dict[str, tuple[str, bytes]] = {
    "fastText text": ("w.vec", text(header=True, end=" \n")),
    "word2vec text": ("w.txt", text(header=True)),
    "text without a first line of counts": ("w.vec", text(header=False)),
    "text with tabs": ("w.txt", text(header=True, separator="\t")),
    "text with Windows line ends and a byte order mark": (
        "w.txt",
        text(header=True, end="\r\n", start="\ufeff"),
    ),
    "text without a last line break": ("w.txt", text(header=True)[:-1]),
    "text with blank lines": ("w.txt", text(header=True, end="\n\n")),
    "capitals in the ending": ("w.VEC", text(header=False)),
    "word2vec binary with line breaks": ("w.bin", binary(line_breaks=True)),
    "binary without line breaks": ("w.bin", binary(line_breaks=False)),
}


@pytest.fixture
def convert(tmp_path: Path) -> Callable[..., CompactWordVectors]:
    def run(name: str, content: bytes, **options: object) -> CompactWordVectors:
        folder = tmp_path / "from"
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
        return convert_vectors(folder / name, tmp_path / "out", **options)  # type: ignore[arg-type]

    return run


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("case", SOURCES)
def test_every_format_gives_the_same_vectors(convert, case: str, packed: bool) -> None:
    name, content = SOURCES[case]
    made = convert(f"{name}.gz", gzip.compress(content)) if packed else convert(name, content)
    positions, vectors = made.lookup(list(VECTORS))
    assert positions.tolist() == [0, 1, 2, 3]
    assert vectors.tolist() == EXPECTED
    made.verify()


def test_a_word_in_a_text_file_may_hold_spaces(convert) -> None:
    made = convert("w.vec", b"1 2\nNew York City 1 0\n")
    assert made.lookup(["New", "New York City", "new york city"])[0].tolist() == [1, 2]


def test_without_more_the_source_is_the_name_of_the_file(convert) -> None:
    made = convert("cc.ja.300.vec.gz", gzip.compress(text(header=True)))
    assert (made.header.source, made.header.version, made.header.licence) == ("cc.ja.300", "", "")
    assert made.fingerprint.startswith("vectors(cc.ja.300, no version, ")


def test_the_source_can_be_stated(convert) -> None:
    info = VectorsInfo(source="mine", version="2", licence="CC0", attribution="me")
    header = convert("w.vec", text(header=True), info=info).header
    assert (header.source, header.version, header.licence, header.attribution) == ("mine", "2", "CC0", "me")


def test_words_that_cannot_be_used_are_left_out_and_counted(convert) -> None:
    content = b"5 2\n\xff\xfe 1 2\nzero 0 0\n 1 1\n\xe7\x8a\xac 1 2\nlast 2 1\n"
    made = convert("w.vec", content)
    assert (made.header.words, made.header.left_out) == (2, 3)
    assert made.lookup(["zero", "", "犬", "last"])[0].tolist() == [2, 3]


def test_the_first_of_two_equal_words_counts(convert) -> None:
    made = convert("w.vec", b"a 1 0\na 0 1\n")
    assert (made.header.words, made.lookup(["a"])[1].tolist()) == (1, [[127, 0]])


def test_many_words_are_read_in_pieces_and_progress_is_told(convert) -> None:
    random = np.random.default_rng(11)
    vectors = random.normal(size=(9000, 100)).astype(np.float32)
    content = b"9000 100\n" + b"".join(
        f"w{number} ".encode() + vector.tobytes() for number, vector in enumerate(vectors)
    )
    told: list[tuple[str, float]] = []
    made = convert("w.bin", content, progress=lambda what, share: told.append((what, share)))
    asked = [0, 5241, 5242, 8999]
    found = made.lookup([f"w{number}" for number in asked])[1].astype(np.float64)
    wanted = vectors[asked]
    assert np.array_equal(
        found, np.rint(wanted / np.abs(wanted).max(axis=1, keepdims=True).astype(np.float64) * 127)
    )
    assert [what for what, _ in told] == ["convert"] * 2
    assert 0 < told[0][1] < told[1][1] == 1.0


def test_a_text_is_read_in_pieces(convert, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faqsearch.vectors.word2vec._NUMBERS_AT_ONCE", 4)
    told: list[str] = []
    made = convert("w.vec", text(header=False), progress=lambda what, _share: told.append(what))
    assert made.lookup(list(VECTORS))[1].tolist() == EXPECTED
    assert told == ["convert", "convert"]


def test_memory_does_not_grow_with_the_matrix(convert) -> None:
    row = np.linspace(-1, 1, 1000, dtype="<f4").tobytes()
    content = b"12000 1000\n" + b"".join(b"w%d " % number + row for number in range(12_000))
    tracemalloc.start()
    try:
        made = convert("w.bin", content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert made.header.rows == 12_000
    # The file has 48 MB, and its numbers would fill 96 MB.
    assert peak < 40e6


MALFORMED: dict[str, tuple[str, bytes, int, str]] = {
    "an empty file": ("w.vec", b"", 0, "is empty; give a file of word vectors"),
    "only counts of nothing": ("w.vec", b"0 2\n", 0, "is empty"),
    "no numbers": ("w.vec", b"word\n", 1, "has 0 numbers after its word; expected 1"),
    "a line with too few numbers": (
        "w.vec",
        b"2 3\na 1 2 3\nb 1 2\n",
        3,
        "has 2 numbers after its word; expected 3",
    ),
    "a text for a number": ("w.vec", b"a 1 2\nb 1 x\n", 2, "something else than numbers after its word"),
    "a number too many": ("w.vec", b"a x y\n", 1, "something else than numbers"),
    "no number": ("w.vec", b"1 2\na 1 nan\n", 2, "infinite or no number"),
    "an infinite number": ("w.vec", b"a 1 1\nb 1 1e999\nc 1 1\n", 2, "infinite or no number"),
    "fewer words than promised": ("w.vec", b"3 1\na 1\nb 2\n", 0, "has 2 words; its first line promises 3"),
    "more words than promised": ("w.vec", b"1 1\na 1\nb 2\n", 3, "is one more than the 1 words"),
    "no dimensions": ("w.vec", b"1 0\na\n", 1, "tells of 0 dimensions; allowed are 1 to 16384"),
    "too many dimensions": ("w.bin", b"1 16385\n", 1, "tells of 16385 dimensions"),
    "an endless line": ("w.vec", b"a " + b"1" * (1 << 21), 1, "is longer than 2 MiB"),
    "a binary file that is text": ("w.bin", b"word 1 2\n", 1, "let its name end in .vec or .txt"),
    "a text file that is binary": ("w.vec", binary(line_breaks=False), 2, "numbers"),
    "a binary file cut off in a vector": ("w.bin", binary(line_breaks=False)[:-1], 5, "is cut off"),
    "a binary file cut off in a word": ("w.bin", b"1 2\nword", 2, "is cut off"),
    "a binary file that goes on": (
        "w.bin",
        binary(line_breaks=False) + b"xx",
        0,
        "goes on after the 4 words",
    ),
    "a binary file with no number": ("w.bin", b"1 1\na " + struct.pack("<f", float("nan")), 2, "no number"),
    "a fastText model": (
        "w.bin",
        struct.pack("<ii", 793712314, 12),
        0,
        "give the .vec file that comes with it",
    ),
    "a fastText model called text": ("w.vec", struct.pack("<ii", 793712314, 12), 0, "is a fastText model"),
    "another ending": ("w.csv", b"a 1\n", 0, "has an unknown ending; allowed are .vec, .txt and .bin"),
    "no ending": ("w", b"a 1\n", 0, "has an unknown ending"),
    "only the ending of packed files": ("w.gz", gzip.compress(b"a 1\n"), 0, "has an unknown ending"),
    "a packed file that is none": ("w.vec.gz", b"a 1\n", 0, "is damaged or cut off: it cannot be unpacked"),
    "a packed file cut off": ("w.vec.gz", gzip.compress(text(header=True))[:-9], 0, "damaged or cut off"),
    "a packed file with wrong bytes": (
        "w.vec.gz",
        gzip.compress(text(header=True))[:10] + b"\xff" * 20,
        0,
        "damaged or cut off",
    ),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_file_is_refused_with_the_place_and_changes_nothing(
    convert, tmp_path: Path, case: str
) -> None:
    name, content, row, message = MALFORMED[case]
    (tmp_path / "out").write_bytes(b"old")
    with pytest.raises(FormatError) as caught:
        convert(name, content)
    [problem] = caught.value.problems
    assert (problem.file, problem.row) == (str(tmp_path / "from" / name), row)
    assert message in problem.message
    assert (tmp_path / "out").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["from", "out"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"w\.vec: cannot be read: No such file or directory"):
        convert_vectors(tmp_path / "w.vec", tmp_path / "out")


def test_a_file_without_one_usable_word_is_refused(convert, tmp_path: Path) -> None:
    with pytest.raises(VectorsError, match="holds no word with a vector"):
        convert("w.vec", b"a 0 0\n")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_missing_is_named(tmp_path: Path, write_text, words) -> None:
    source = write_text(tmp_path / "w.vec", words)
    with pytest.raises(
        VectorsError, match="nowhere/out cannot be written: No such file or directory; what was"
    ):
        convert_vectors(source, tmp_path / "nowhere" / "out")


def test_a_full_disk_leaves_the_old_file_and_no_other(
    tmp_path: Path, write_text, words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    source = write_text(tmp_path / "w.vec", words)
    (tmp_path / "out").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        VectorsError, match="out cannot be written: No space left on device; what was there before"
    ):
        convert_vectors(source, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "w.vec"]


KILLED = """
import os, sys
from faqsearch.vectors import convert_vectors, writer

source, target, moment = sys.argv[1:]
replace, finish = os.replace, writer.CompactWriter.finish

def replaced(old, new):
    if moment == "after":
        replace(old, new)
    os._exit(9)

def finished(self, info):
    if moment == "vectors":
        self._handle.flush()
        os._exit(9)
    finish(self, info)

os.replace, writer.CompactWriter.finish = replaced, finished
convert_vectors(source, target)
"""


@pytest.mark.parametrize(("moment", "known"), [("vectors", ["old"]), ("before", ["old"]), ("after", ["new"])])
def test_a_killed_conversion_leaves_the_old_file_or_the_new(
    tmp_path: Path, write_text, moment: str, known: list[str]
) -> None:
    target = tmp_path / "out"
    convert_vectors(write_text(tmp_path / "old.vec", {"old": [1.0]}), target)
    source = write_text(tmp_path / "new.vec", {"new": [1.0]})
    done = subprocess.run([sys.executable, "-c", KILLED, str(source), str(target), moment], check=False)
    assert done.returncode == 9
    vectors = CompactWordVectors(target)
    vectors.verify()
    assert [word for word in ("old", "new") if len(vectors.lookup([word])[0])] == known
