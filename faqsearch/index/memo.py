"""Values derived from what never changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, cast

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


class Memo:
    """Values derived from an immutable object, computed once and kept as long as it lives.

    Two threads may compute the same value at the same time; one of the two equal results is kept.
    """

    def __init__(self) -> None:
        self._values: dict[Hashable, object] = {}

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """Return the value of ``key``, computing it on first use."""
        if key not in self._values:
            self._values[key] = compute()
        return cast("T", self._values[key])

    def knows(self, key: Hashable) -> bool:
        """Tell whether the value of ``key`` has been computed."""
        return key in self._values

    def peek(self, key: Hashable) -> object:
        """Return the value of ``key`` if it has been computed, else None."""
        return self._values.get(key)

    def put(self, key: Hashable, value: object) -> None:
        """Keep a value that is known."""
        self._values[key] = value

    def drop(self, key: Hashable) -> None:
        """Forget the value of ``key``, if it is known."""
        self._values.pop(key, None)

    def items(self) -> list[tuple[Hashable, object]]:
        """Return the keys and values so far."""
        return list(self._values.copy().items())


class Same:
    """A key that is equal for the same object only, and keeps it, so that no other can get its identity."""

    def __init__(self, wrapped: object) -> None:
        self._wrapped = wrapped

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self._wrapped is other._wrapped

    def __hash__(self) -> int:
        return id(self._wrapped)


class Table(Generic[K, T]):
    """Values of one kind by key, of an immutable object; they may also come from elsewhere."""

    def __init__(self) -> None:
        self._values: dict[K, T] = {}

    def get(self, key: K, compute: Callable[[], T]) -> T:
        """Return the value of ``key``, computing it on first use."""
        if key not in self._values:
            self._values[key] = compute()
        return self._values[key]

    def put(self, key: K, value: T) -> None:
        """Keep a value that is known."""
        self._values[key] = value

    def known(self) -> dict[K, T]:
        """Return all values that are known at the moment."""
        return self._values.copy()
