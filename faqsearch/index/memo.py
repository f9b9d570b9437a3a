"""Values derived from what never changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")


class Memo:
    """Values derived from an immutable object, computed once and kept as long as it lives.

    Two threads may compute the same value at the same time; one of the two equal results is kept.
    """

    def __init__(self) -> None:
        self._values: dict[Hashable, object] = {}

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value of ``key``, computing it on first use."""
        if key not in self._values:
            self._values[key] = compute()
        return cast("T", self._values[key])

    def items(self) -> list[tuple[Hashable, object]]:
        """Return the keys and values so far."""
        return list(self._values.copy().items())
