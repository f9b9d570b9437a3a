"""How columns are laid out in a file: plain arrays one behind the other, opened by mapping the file.

Arrays are in the byte order of the machine and begin at multiples of 64 bytes. Strings are an array of UTF-8
and one of the places where each of them ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from faqsearch.index.derived import Column, Derived
from faqsearch.index.segment import N_FIELDS, LayerIndex, Postings
from faqsearch.index.storage.stored import StoredSegment
from faqsearch.index.strings import NumbersOf, PackedStrings

ALIGNMENT: Final = 64
Array = npt.NDArray[Any]
_ENDS: Final = "ends of "
_FREQUENCIES: Final = (np.dtype(np.uint8), np.dtype(np.uint16), np.dtype(np.uint32))


class Place(NamedTuple):
    """Where an array stands in a file.

    Attributes:
        name: Its name.
        dtype: Its type, such as ``int32``.
        shape: Its shape.
        offset: First byte.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    offset: int


def columns_of(stored: StoredSegment) -> Iterator[tuple[str, Column]]:
    """Yield the named columns that a stored segment consists of."""
    yield "ids", PackedStrings.pack(stored.doc_ids)
    yield "digests", np.frombuffer(stored.digests, np.uint8)
    if stored.rows is not None:
        yield "rows", stored.rows
    for layer, index in stored.layers.items():
        yield f"terms {layer}", PackedStrings.pack(index.terms)
        yield f"indptr {layer}", index.postings.indptr
        yield f"docs {layer}", index.postings.docs
        yield f"fields {layer}", index.postings.fields
        yield f"frequencies {layer}", index.postings.frequencies
        yield f"lengths {layer}", index.lengths
    for number, one in enumerate(stored.derived):
        yield from ((f"derived {number} {name}", column) for name, column in one.columns.items())


def placed(columns: Iterable[tuple[str, Column]]) -> Iterator[tuple[Place, bytes, npt.NDArray[np.uint8]]]:
    """Yield for each array its place in the file, the zeros that come before it, and its bytes."""
    at = 0
    for column_name, column in columns:
        for name, array in _arrays(column_name, column):
            gap = -at % ALIGNMENT
            place = Place(name, array.dtype.name, array.shape, at + gap)
            yield place, bytes(gap), np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            at = place.offset + array.nbytes


def _arrays(name: str, column: Column) -> Iterator[tuple[str, Array]]:
    if isinstance(column, PackedStrings):
        yield name, column.data
        yield _ENDS + name, column.ends
    else:
        yield name, column


def read_columns(buffer: Any, places: Iterable[Place]) -> dict[str, Column]:
    """Return the columns that stand in a buffer; they are views of it.

    Args:
        buffer: The bytes of the file.
        places: Where its arrays are.

    Raises:
        ValueError: If an array points outside.
    """
    arrays = {place.name: _array(buffer, place) for place in places}
    columns: dict[str, Column] = {}
    for name, array in arrays.items():
        ends = arrays.get(_ENDS + name)
        if ends is not None:
            if len(ends) == 0 or ends[0] != 0 or ends[-1] != len(array) or not _ascends(ends):
                raise ValueError("strings point outside of the file")
            columns[name] = PackedStrings(array, ends)
        elif not name.startswith(_ENDS):
            columns[name] = array
    return columns


def stored_from(
    buffer: Any,
    places: Iterable[Place],
    layers: Iterable[str],
    derived: Iterable[tuple[str, tuple[Any, ...]]],
) -> StoredSegment:
    """Return the segment whose columns stand in a buffer.

    Args:
        buffer: The bytes of the file.
        places: Where its arrays are.
        layers: Names of its layers.
        derived: Class and key of the values derived from it.

    Raises:
        KeyError: If a column is missing.
        TypeError: If a column is of another kind.
        ValueError: If something points outside.
    """
    columns = read_columns(buffer, places)
    digests, rows = np.asarray(columns["digests"]), columns.get("rows")
    values = []
    for number, (kind, key) in enumerate(derived):
        prefix = f"derived {number} "
        found = {name.removeprefix(prefix): one for name, one in columns.items() if name.startswith(prefix)}
        values.append(Derived(kind=kind, key=key, columns=found))
    return StoredSegment(
        doc_ids=_strings(columns, "ids"),
        digests=digests.tobytes(),
        layers={layer: _layer(columns, layer) for layer in layers},
        rows=None if rows is None else np.asarray(rows),
        derived=tuple(values),
    )


def _array(buffer: Any, place: Place) -> Array:
    count = int(np.prod(place.shape, dtype=np.int64))
    return np.frombuffer(buffer, place.dtype, count, place.offset).reshape(place.shape)


def _strings(columns: Mapping[str, Column], name: str) -> PackedStrings:
    column = columns[name]
    if not isinstance(column, PackedStrings):
        raise TypeError(f"{name} are no strings")
    return column


def _layer(columns: Mapping[str, Column], layer: str) -> LayerIndex:
    terms = _strings(columns, f"terms {layer}")
    indptr, docs, fields, frequencies, lengths = (
        np.asarray(columns[f"{name} {layer}"])
        for name in ("indptr", "docs", "fields", "frequencies", "lengths")
    )
    kinds = [array.dtype for array in (indptr, docs, fields, lengths)]
    if kinds != [np.int64, np.int32, np.uint8, np.int32] or frequencies.dtype not in _FREQUENCIES:
        raise ValueError("numbers of another type than they are written in")
    postings = Postings(indptr, docs, fields, frequencies)
    _check(postings, len(terms), *lengths.shape)
    return LayerIndex(terms, postings, lengths, NumbersOf(terms))


def _check(postings: Postings, n_terms: int, n_fields: int, n_docs: int) -> None:
    """Check what scoring relies on; a checksum tells only that a file is what somebody wrote.

    Raises:
        ValueError: If a number points outside.
    """
    starts, n_postings = postings.indptr, len(postings)
    ascending = len(starts) == n_terms + 1 and starts[0] == 0 and _ascends(starts)
    # Taken for numbers without a sign, those below 0 are the largest of all: one look is enough.
    inside = n_postings == 0 or (
        postings.docs.view(np.uint32).max() < n_docs and postings.fields.max() < n_fields
    )
    same = len(postings.fields) == len(postings.frequencies) == n_postings
    if not (ascending and starts[-1] == n_postings and inside and same and n_fields == N_FIELDS):
        raise ValueError("a number points outside of the index")


def _ascends(values: Array) -> bool:
    return bool((values[1:] >= values[:-1]).all())
