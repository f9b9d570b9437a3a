"""What every implementation of ``WordVectors`` does."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from faqsearch.vectors import StaticWordVectors, WordVectors

Make = Callable[[Mapping[str, Sequence[float]]], WordVectors]


@pytest.fixture(params=["compact", "static"])
def make(request: pytest.FixtureRequest, compact) -> Make:
    return compact if request.param == "compact" else StaticWordVectors


def test_it_is_one(make: Make, words) -> None:
    vectors = make(words)
    assert isinstance(vectors, WordVectors)
    assert vectors.dimensions == 3


def test_vectors_are_scaled_to_127_and_rounded(make: Make, words) -> None:
    positions, vectors = make(words).lookup(["引っ越し", "転居", "wifi", "ABC"])
    assert positions.tolist() == [0, 1, 2, 3]
    assert vectors.tolist() == [[127, 64, 0], [127, 95, -32], [0, 0, 127], [-127, 0, 64]]
    assert (positions.dtype, vectors.dtype) == (np.int64, np.float32)


def test_unknown_words_are_left_out_and_positions_say_which_are_known(make: Make, words) -> None:
    positions, vectors = make(words).lookup(["犬", "転居", "", "転居", "猫 ", "wifi", "\ud800"])
    assert positions.tolist() == [1, 3, 5]
    assert vectors.tolist() == [[127, 95, -32], [127, 95, -32], [0, 0, 127]]


@pytest.mark.parametrize("asked", [[], ["犬"], ["", "\ud800", "\0"]])
def test_nothing_known_gives_empty_arrays_of_the_right_shape(make: Make, words, asked: list[str]) -> None:
    positions, vectors = make(words).lookup(asked)
    assert (positions.shape, vectors.shape) == ((0,), (0, 3))
    assert (positions.dtype, vectors.dtype) == (np.int64, np.float32)


@pytest.mark.parametrize("spelling", ["wifi", "WiFi", "ＷｉＦｉ", "ｗｉｆｉ", "WIFI"])
def test_a_word_is_found_by_its_folded_form(make: Make, words, spelling: str) -> None:
    positions, vectors = make(words).lookup(["犬", spelling])
    assert (positions.tolist(), vectors.tolist()) == ([1], [[0, 0, 127]])


@pytest.mark.parametrize("spelling", ["ABC", "abc", "ａｂｃ", "Abc"])
def test_a_word_known_in_capitals_is_found_in_small_letters(make: Make, words, spelling: str) -> None:
    assert make(words).lookup([spelling])[1].tolist() == [[-127, 0, 64]]


def test_the_exact_word_comes_before_the_folded_form(make: Make) -> None:
    vectors = make({"US": [1, 0], "us": [0, 1], "Us": [1, 1]})
    assert vectors.lookup(["US", "us", "Us", "uS"])[1].tolist() == [[127, 0], [0, 127], [127, 127], [0, 127]]


def test_the_first_of_several_words_has_their_folded_form(make: Make) -> None:
    vectors = make({"IT": [1, 0], "It": [0, 1]})
    assert vectors.lookup(["it", "ＩＴ"])[1].tolist() == [[127, 0], [127, 0]]


def test_a_vector_of_zeros_makes_its_word_unknown(make: Make) -> None:
    vectors = make({"犬": [0, 0], "猫": [0, 2], "ABC": [0, 0]})
    assert vectors.lookup(["犬", "猫", "abc"])[0].tolist() == [1]


def test_looking_up_again_gives_the_same_in_memory_of_the_callers_own(make: Make, words) -> None:
    vectors = make(words)
    first = vectors.lookup(["転居"])[1]
    first[:] = 0
    assert vectors.lookup(["転居"])[1].tolist() == [[127, 95, -32]]


def test_the_fingerprint_tells_words_vectors_and_folded_forms_apart(make: Make, words) -> None:
    prints = {
        make(content).fingerprint
        for content in (
            words,
            {**words, "犬": [1, 1, 1]},
            {**words, "転居": [1, 1, 1]},
            {("引越" if word == "引っ越し" else word): vector for word, vector in words.items()},
            {"IT": [1, 0], "It": [0, 1]},
            {"It": [0, 1], "IT": [1, 0]},
        )
    }
    assert len(prints) == 6
    assert make(words).fingerprint in prints


def test_it_survives_pickling(make: Make, words) -> None:
    vectors = make(words)
    restored = pickle.loads(pickle.dumps(vectors))
    assert restored.fingerprint == vectors.fingerprint
    assert restored.lookup(["犬", "abc"])[1].tolist() == [[-127, 0, 64]]


def test_threads_get_what_one_thread_gets(make: Make) -> None:
    random = np.random.default_rng(7)
    content = {f"w{number}": random.normal(size=8).tolist() for number in range(300)}
    vectors = make(content)
    asked = [[f"w{number}" for number in random.integers(0, 400, size=50)] for _ in range(40)]
    expected = [vectors.lookup(some)[1].tobytes() for some in asked]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda some: vectors.lookup(some)[1].tobytes(), asked)) == expected


def test_both_kinds_hold_the_same_vectors(compact, words) -> None:
    asked = ["引っ越し", "犬", "ｗｉｆｉ", "abc", "転居"]
    for left, right in zip(compact(words).lookup(asked), StaticWordVectors(words).lookup(asked), strict=True):
        assert np.array_equal(left, right)
        assert left.dtype == right.dtype
