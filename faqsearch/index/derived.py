"""Values derived from a segment that are kept on disk with it.

A segment's memo holds values by key. Those of a registered class whose key is made of plain values alone are
written with the segment, and stand in its memo again when it is opened. Such a value is a frozen dataclass;
its fields that hold arrays or packed strings are kept, all others begin anew with their defaults. Class and
key must say all that a value depends on, beside the segment and the analyzer that it was made with.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeGuard, TypeVar

import numpy as np
import numpy.typing as npt

from faqsearch.index.document import is_private_layer
from faqsearch.index.memo import Memo
from faqsearch.index.strings import PackedStrings

Column: TypeAlias = npt.NDArray[Any] | PackedStrings
Key: TypeAlias = tuple["str | int | float | bool | Key", ...]
"""A key that means the same in every process."""
C = TypeVar("C", bound=type)

_CLASSES: Final[dict[str, type]] = {}
_OF_VECTORS: Final[set[str]] = set()
_BY_DOCUMENT: Final[set[type]] = set()


def kept_with_segment(name: str, *, of_vectors: bool = False, by_document: bool = False) -> Callable[[C], C]:
    """Register a dataclass under a name, by which its values are found on disk.

    Args:
        name: The name.
        of_vectors: Whether its values are made with vectors of words or texts, whose fingerprint is then the
            second part of each key.
        by_document: Whether what its values tell of a document depends on that alone, so that it need not be
            derived again where segments are merged; see ``carry_over``.
    """

    def register(cls: C) -> C:
        _CLASSES[name] = cls
        if of_vectors:
            _OF_VECTORS.add(name)
        if by_document:
            _BY_DOCUMENT.add(cls)
        return cls

    return register


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Derived:
    """A value derived from a segment, taken apart.

    Attributes:
        kind: The name of its class.
        key: Its key in the memo of the segment.
        columns: Its fields that are kept.
    """

    kind: str
    key: Key
    columns: Mapping[str, Column]

    @property
    def vectors(self) -> str | None:
        """Fingerprint of the vectors that it was made with; None if there is no vector in it."""
        return str(self.key[1]) if self.kind in _OF_VECTORS else None


def taken_apart(memo: Memo) -> Iterator[Derived]:
    """Yield what of a memo can be kept, ordered by class and key."""
    names = {cls: name for name, cls in _CLASSES.items()}
    kept: list[Derived] = []
    for key, value in memo.items():
        kind = names.get(type(value))
        if kind is not None and _is_plain(key):
            fields = {one.name: getattr(value, one.name) for one in dataclasses.fields(_CLASSES[kind])}
            columns = {
                name: one for name, one in fields.items() if isinstance(one, np.ndarray | PackedStrings)
            }
            kept.append(Derived(kind=kind, key=key, columns=columns))
    yield from sorted(kept, key=lambda one: (one.kind, repr(one.key)))


def put_together(derived: Derived, memo: Memo) -> None:
    """Put a value back into a memo; one of an unknown class is left out.

    Raises:
        TypeError: If the class has other fields.
    """
    cls = _CLASSES.get(derived.kind)
    if cls is not None:
        memo.put(derived.key, cls(**derived.columns))


def is_by_document(value: object) -> bool:
    """Tell whether what a value tells of a document depends on that alone."""
    return type(value) in _BY_DOCUMENT


def _is_plain(key: object) -> TypeGuard[Key]:
    """Tell whether a key means the same in every process, and is of the owner's texts alone."""
    return isinstance(key, tuple) and all(
        not is_private_layer(part)
        if isinstance(part, str)
        else isinstance(part, int | float) or _is_plain(part)
        for part in key
    )
