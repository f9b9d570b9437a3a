"""A mapping that is never changed, and of which a slightly different one is made in little time."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST_CHANGES: Final = 512
"""Changes that are kept beside the values; beyond, they become part of them."""


class Overlay(Mapping[K, V], Generic[K, V]):
    """An immutable mapping: some values and, beside them, what has changed since.

    A change costs as much as the changes kept so far, which are few, and not as much as the values. The order
    is that of a dictionary, but for a key that was removed and came back: it stands where it stood.

    Args:
        values: The values; they are not copied and must not change.
        changes: What is different: values by key, None for a key that was removed.
    """

    __slots__ = ("_changes", "_length", "_values")

    def __init__(self, values: Mapping[K, V], changes: Mapping[K, V | None] = MappingProxyType({})) -> None:
        self._values = values
        self._changes = changes
        there = sum((changes[key] is not None) - (key in values) for key in changes)
        self._length = len(values) + there

    def changed(self, values: Mapping[K, V], removed: Collection[K] = ()) -> Overlay[K, V]:
        """Return a mapping with values added or replaced, and others removed; this one stays as it is.

        Args:
            values: Values by key; none of them is None.
            removed: Keys to remove before that; unknown ones are ignored.
        """
        changes = {**self._changes, **dict.fromkeys(removed), **values}
        new: Overlay[K, V] = Overlay(self._values, changes)
        return new if len(changes) <= _MOST_CHANGES else Overlay(dict(new))

    def __getitem__(self, key: K) -> V:
        if key not in self._changes:
            return self._values[key]
        value = self._changes[key]
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        if key in self._changes:
            return self._changes[key] is not None  # type: ignore[index]  # it is one of the keys
        return key in self._values

    def __iter__(self) -> Iterator[K]:
        for key in self._values:
            if self._changes.get(key, self) is not None:
                yield key
        for key, value in self._changes.items():
            if value is not None and key not in self._values:
                yield key

    def __len__(self) -> int:
        return self._length
