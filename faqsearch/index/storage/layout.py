"""How a stored segment is laid out in a file: plain arrays one behind the other, opened by mapping the file.

Arrays are in the byte order of the machine and begin at multiples of 64 bytes. Strings are an array of UTF-8
and one of the places, counted in characters, where each of them ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from faqsearch.index.segment import N_FIELDS, LayerIndex, Postings
from faqsearch.index.storage.stored import DIGEST_SIZE, StoredSegment

ALIGNMENT: Final = 64
Array = npt.NDArray[Any]


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


def arrays_of(stored: StoredSegment) -> Iterator[tuple[str, Array]]:
    """Yield the named arrays that a stored segment consists of."""
    yield from _strings("ids", stored.doc_ids)
    yield "digests", np.frombuffer(b"".join(stored.digests), np.uint8)
    for layer, index in stored.layers.items():
        yield from _strings(f"terms {layer}", index.terms)
        yield f"indptr {layer}", index.postings.indptr
        yield f"docs {layer}", index.postings.docs
        yield f"fields {layer}", index.postings.fields
        yield f"frequencies {layer}", index.postings.frequencies
        yield f"lengths {layer}", index.lengths


def placed(arrays: Iterable[tuple[str, Array]]) -> Iterator[tuple[Place, bytes, npt.NDArray[np.uint8]]]:
    """Yield for each array its place in the file, the zeros that come before it, and its bytes."""
    at = 0
    for name, array in arrays:
        gap = -at % ALIGNMENT
        place = Place(name, array.dtype.name, array.shape, at + gap)
        yield place, bytes(gap), np.ascontiguousarray(array).reshape(-1).view(np.uint8)
        at = place.offset + array.nbytes


def stored_from(buffer: Any, places: Iterable[Place], layers: Iterable[str]) -> StoredSegment:
    """Return the segment whose arrays stand in a buffer; they are views of it.

    Args:
        buffer: The bytes of the file.
        places: Where its arrays are.
        layers: Names of its layers.
    """
    arrays = {place.name: _array(buffer, place) for place in places}
    digests = arrays["digests"].tobytes()
    return StoredSegment(
        doc_ids=_read_strings(arrays, "ids"),
        digests=tuple(digests[at : at + DIGEST_SIZE] for at in range(0, len(digests), DIGEST_SIZE)),
        layers={layer: _layer(arrays, layer) for layer in layers},
    )


def _array(buffer: Any, place: Place) -> Array:
    count = int(np.prod(place.shape, dtype=np.int64))
    return np.frombuffer(buffer, place.dtype, count, place.offset).reshape(place.shape)


def _layer(arrays: Mapping[str, Array], layer: str) -> LayerIndex:
    terms = _read_strings(arrays, f"terms {layer}")
    columns = (arrays[f"{name} {layer}"] for name in ("indptr", "docs", "fields", "frequencies"))
    postings, lengths = Postings(*columns), arrays[f"lengths {layer}"]
    _check(postings, len(terms), *lengths.shape)
    numbers = {term: number for number, term in enumerate(terms)}
    return LayerIndex(terms, postings, lengths, numbers)


def _check(postings: Postings, n_terms: int, n_fields: int, n_docs: int) -> None:
    """Check what scoring relies on; a checksum tells only that a file is what somebody wrote.

    Raises:
        ValueError: If a number points outside.
    """
    starts, n_postings = postings.indptr, len(postings)
    ascending = len(starts) == n_terms + 1 and starts[0] == 0 and bool((np.diff(starts) >= 0).all())
    inside = n_postings == 0 or (
        postings.docs.min() >= 0 and postings.docs.max() < n_docs and postings.fields.max() < n_fields
    )
    same = len(postings.fields) == len(postings.frequencies) == n_postings
    if not (ascending and starts[-1] == n_postings and inside and same and n_fields == N_FIELDS):
        raise ValueError("a number points outside of the index")


def _strings(name: str, strings: tuple[str, ...]) -> Iterator[tuple[str, Array]]:
    # An analyzer may make terms of anything: half a surrogate pair must not stop it.
    yield name, np.frombuffer("".join(strings).encode("utf-8", "surrogatepass"), np.uint8)
    yield f"ends of {name}", np.cumsum([0, *map(len, strings)], dtype=np.int64)


def _read_strings(arrays: Mapping[str, Array], name: str) -> tuple[str, ...]:
    text = arrays[name].tobytes().decode("utf-8", "surrogatepass")
    return tuple(text[start:end] for start, end in pairwise(arrays[f"ends of {name}"].tolist()))
