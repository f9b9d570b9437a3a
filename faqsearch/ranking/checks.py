"""Checks of the settings that rankers are made of; every message names the setting and what is allowed."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from typing import Any

from faqsearch.errors import SettingsError


def check_weights(
    name: str, weights: Any, allowed: tuple[str, ...] | None, *, required: tuple[str, ...] = ()
) -> None:
    """Check a mapping of names to weights.

    Raises:
        SettingsError: If it is no mapping, empty, lacks a required name, holds an unknown one, or a weight
            that is not a number from 0.000001 to 1000000.
    """
    if not isinstance(weights, Mapping):
        raise SettingsError(f"{name} came as {weights!r}; give a table of names and weights")
    if not weights:
        raise SettingsError(f"{name} is empty; give at least one with its weight")
    if missing := [key for key in required if key not in weights]:
        raise SettingsError(f"{name} lacks {', '.join(missing)}; give it a weight")
    for key, weight in weights.items():
        if allowed is not None and key not in allowed:
            raise SettingsError(f"{name} holds {key!r}; allowed are {', '.join(allowed)}")
        check_weight(f"{name}.{key}", weight)


def check_weight(name: str, value: Any) -> None:
    """Check a weight.

    Raises:
        SettingsError: If it is not a number from 0.000001 to 1000000.
    """
    # Beyond, products of weights could leave the range of the numbers that the compiled loops read.
    check_number(name, value, "a weight is a number from 0.000001 to 1000000", lowest=1e-6, highest=1e6)


def check_number(
    name: str,
    value: Any,
    rule: str,
    *,
    zero: bool = False,
    lowest: float = math.ulp(0.0),
    highest: float = sys.float_info.max,
) -> None:
    """Check a number above 0.

    Args:
        name: Name of the setting.
        value: What came.
        rule: What is allowed, in words.
        zero: Whether 0 is allowed too.
        lowest: The smallest number allowed, above 0.
        highest: The largest number allowed.

    Raises:
        SettingsError: If the value is something else.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not (lowest <= value <= highest or (zero and value == 0)):
        raise SettingsError(f"{name} came as {value!r}; {rule}")


def check_flag(name: str, value: Any) -> None:
    """Check a truth value.

    Raises:
        SettingsError: If it is something else.
    """
    if not isinstance(value, bool):
        raise SettingsError(f"{name} came as {value!r}; it is true or false")
