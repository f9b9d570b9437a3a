from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from faqsearch.errors import EvaluationError
from faqsearch.evaluation.significance import bootstrap_interval, holm, randomisation_test


def exhaustive(differences: list[float]) -> float:
    """Share of all sign assignments at least as extreme, counted one by one in exact integers."""
    whole = [round(difference * 1000) for difference in differences]
    observed = abs(sum(whole))
    sums = [
        abs(sum(sign * value for sign, value in zip(signs, whole, strict=True)))
        for signs in itertools.product((1, -1), repeat=len(whole))
    ]
    return sum(value >= observed for value in sums) / len(sums)


@pytest.mark.parametrize("seed", range(25))
def test_with_few_differing_queries_p_is_that_of_an_exhaustive_enumeration(seed: int) -> None:
    chance = random.Random(seed)
    differences = [chance.randint(-500, 500) / 1000 for _ in range(chance.randint(1, 12))]
    assert randomisation_test(differences, seed=seed) == pytest.approx(exhaustive(differences), abs=1e-12)


def test_p_of_three_wins_of_equal_size_is_a_quarter() -> None:
    assert randomisation_test([0.1, 0.1, 0.1]) == 0.25


def test_queries_without_a_difference_do_not_change_p() -> None:
    assert randomisation_test([0.1, 0.0, 0.1, 0.0, 0.1] + [0.0] * 50) == 0.25


def test_equal_systems_have_p_one() -> None:
    assert randomisation_test([0.0, 0.0]) == 1.0


def test_the_sign_of_the_difference_does_not_matter() -> None:
    chance = np.random.default_rng(3)
    differences = chance.normal(0.1, 0.5, size=40)
    assert randomisation_test(differences) == randomisation_test(-differences)


def test_sampled_p_is_close_to_the_exhaustive_one() -> None:
    differences = [0.3, -0.1, 0.2, 0.4, -0.2, 0.1, 0.5, -0.3, 0.2, 0.1, 0.3, -0.1, 0.2, -0.4]
    sampled = randomisation_test(differences, permutations=40_000, seed=1)
    assert sampled == pytest.approx(exhaustive(differences), abs=0.01)


def test_sampled_p_is_the_same_for_a_seed_and_never_zero() -> None:
    differences = [0.5] * 60
    assert randomisation_test(differences, permutations=999, seed=7) == 1 / 1000
    mixed = [0.5, -0.4] * 30
    assert randomisation_test(mixed, seed=7) == randomisation_test(mixed, seed=7)
    assert randomisation_test(mixed, seed=7) != randomisation_test(mixed, seed=8)


def test_an_odd_number_of_permutations_is_drawn_in_full() -> None:
    assert randomisation_test([0.5, -0.5] * 10, permutations=1234) == 1.0


@pytest.mark.parametrize("differences", [[], [[0.1]], [float("nan")], [float("inf")]])
def test_anything_but_a_finite_vector_is_rejected(differences: list[float]) -> None:
    with pytest.raises(EvaluationError, match="give one finite number per query"):
        randomisation_test(differences)
    with pytest.raises(EvaluationError, match="give one finite number per query"):
        bootstrap_interval(differences)


def test_holm_by_hand() -> None:
    # Sorted: .01 x 4 = .04, .02 x 3 = .06, .03 x 2 = .06, .5 x 1 = .5.
    assert holm([0.03, 0.01, 0.5, 0.02]) == pytest.approx((0.06, 0.04, 0.5, 0.06))


def test_holm_never_falls_below_an_earlier_step_and_never_passes_one() -> None:
    assert holm([0.04, 0.03]) == pytest.approx((0.06, 0.06))
    assert holm([0.9, 0.8, 0.7]) == (1.0, 1.0, 1.0)
    assert holm([0.2]) == (0.2,)
    assert holm([]) == ()


def test_bootstrap_of_a_constant_is_that_constant() -> None:
    assert bootstrap_interval([0.25] * 8) == (0.25, 0.25)


def test_bootstrap_interval_agrees_with_the_normal_approximation() -> None:
    differences = np.random.default_rng(5).normal(0.2, 1.0, size=400)
    low, high = bootstrap_interval(differences, seed=2)
    half = 1.96 * differences.std() / 20
    assert low == pytest.approx(differences.mean() - half, abs=0.01)
    assert high == pytest.approx(differences.mean() + half, abs=0.01)


def test_bootstrap_is_the_same_for_a_seed_and_wider_for_a_higher_level() -> None:
    differences = np.random.default_rng(6).normal(0.1, 0.3, size=30)
    assert bootstrap_interval(differences, seed=1) == bootstrap_interval(differences, seed=1)
    assert bootstrap_interval(differences, seed=1) != bootstrap_interval(differences, seed=2)
    narrow = bootstrap_interval(differences, level=0.8)
    wide = bootstrap_interval(differences, level=0.99)
    assert wide[0] < narrow[0] < differences.mean() < narrow[1] < wide[1]
