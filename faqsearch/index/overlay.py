"""A mapping that is never changed, and of which a slightly different one is made in little time."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from types import MappingProxyType
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_MOST_CHANGES: Final = 512
"""Changes that are kept beside the values, or one for so many values; beyond, they become part of them."""
_VALUES_FOR_A_CHANGE: Final = 16


class Overlay(Mapping[K, V], Generic[K, V]):
    """An immutable mapping: some values and, beside them, what has changed since.

    To change it, the changes kept so far are copied, which are few, and not the values. The order
    is that of a dictionary, but for a key that was removed and came back: it stands where it stood.

    Args:
        values: The values; they are not copied and must not change.
    """

    __slots__ = ("_changes", "_length", "_values")

    def __init__(self, values: Mapping[K, V]) -> None:
        self._values = values
        self._changes: Mapping[K, V | None] = MappingProxyType({})
        self._length = len(values)

    def changed(self, values: Mapping[K, V], removed: Collection[K] = ()) -> Overlay[K, V]:
        """Return a mapping with values added or replaced, and others removed; this one stays as it is.

        Args:
            values: Values by key; none of them is None.
            removed: Keys to remove before that; unknown ones are ignored.
        """
        changes: dict[K, V | None] = {**dict.fromkeys(removed), **values}
        new: Overlay[K, V] = Overlay(self._values)
        new._length = len(self) + sum((changes[key] is not None) - (key in self) for key in changes)
        new._changes = {**self._changes, **changes}
        few = max(_MOST_CHANGES, len(self._values) // _VALUES_FOR_A_CHANGE)
        return new if len(new._changes) <= few else Overlay(dict(new))

    @property
    def unchanged(self) -> Mapping[K, V]:
        """The values themselves where nothing has changed since, else this."""
        return self if self._changes else self._values

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
