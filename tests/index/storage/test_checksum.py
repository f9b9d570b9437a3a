"""Whatever happens to bytes shows in their checksum, and how they come in parts does not."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from faqsearch.index.storage.checksum import Checksum

ROW = 4096
BLOCK = 1 << 20


def checksum(*parts: bytes) -> str:
    found = Checksum()
    for part in parts:
        found.update(part)
    return found.hexdigest()


def some_bytes(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize("size", [0, 1, 8, ROW, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + ROW + 3])
def test_parts_and_files_have_the_checksum_of_the_whole(size: int, tmp_path: Path) -> None:
    data = some_bytes(size)
    chance = random.Random(2)
    for _ in range(5):
        cuts = [0, *sorted(chance.randrange(size + 1) for _ in range(4)), size]
        assert checksum(*(data[first:end] for first, end in pairwise(cuts))) == checksum(data)
    (tmp_path / "file").write_bytes(data)
    found = Checksum()
    with (tmp_path / "file").open("rb", buffering=0) as handle:
        found.read(handle)
    assert (found.size, found.hexdigest()) == (size, checksum(data))


@pytest.mark.parametrize("size", [1, 9, ROW, BLOCK + ROW + 5])
def test_a_flipped_bit_shows(size: int) -> None:
    data, chance = some_bytes(size), random.Random(3)
    whole = checksum(data)
    for _ in range(40):
        bit = chance.randrange(8 * size)
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        assert checksum(bytes(damaged)) != whole


def test_the_same_bit_flipped_in_two_words_shows_wherever_they_stand() -> None:
    data = bytearray(some_bytes(3 * ROW))
    whole = checksum(bytes(data))
    # In one row the sum of the row may stay, in one column that of the column: never both.
    for first, second in ((7, 8 + 7), (7, ROW + 7), (7, ROW + 15), (ROW + 7, 2 * ROW + 23)):
        damaged = bytearray(data)
        damaged[first] ^= 0x80
        damaged[second] ^= 0x80
        assert checksum(bytes(damaged)) != whole


def test_what_changes_places_shows() -> None:
    words = np.frombuffer(some_bytes(2 * BLOCK), np.uint64).copy()
    whole = checksum(words.tobytes())
    for one, other in (
        (slice(0, 1), slice(1, 2)),
        (slice(0, 1), slice(512, 513)),
        (slice(0, 512), slice(512, 1024)),
        (slice(0, BLOCK // 8), slice(BLOCK // 8, BLOCK // 4)),
    ):
        moved = words.copy()
        moved[one], moved[other] = words[other], words[one]
        assert checksum(moved.tobytes()) != whole


def test_zeros_at_the_end_count() -> None:
    assert len({checksum(bytes(size)) for size in (0, 1, 7, 8, 9, ROW, BLOCK, BLOCK + 1)}) == 8
