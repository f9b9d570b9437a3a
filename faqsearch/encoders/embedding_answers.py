"""Read the answer of an embeddings server, trusting nothing in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders.retrying import Failure

if TYPE_CHECKING:
    import httpx


def read_vectors(answer: httpx.Response, count: int, dimensions: int | None) -> NDArray[np.float64] | Failure:
    """Return the vectors in the order of the texts: shape (count, d), all finite.

    Args:
        answer: What the server sent.
        count: How many texts it was asked for.
        dimensions: The length each vector must have; None for any, if all have the same.

    Returns:
        The vectors, or what is wrong, in words that repeat nothing of the answer.
    """
    try:
        parts = answer.json()["data"]
        placed = {part["index"]: part["embedding"] for part in parts}
    except (ValueError, LookupError, TypeError, RecursionError):
        return Failure("answered with something else than embeddings; check base_url")
    if len(parts) != count or placed.keys() != set(range(count)):
        return Failure(f"answered with other vectors than the {count} it was asked for; try batch_size=1")
    return _matrix([placed[index] for index in range(count)], dimensions)


def _matrix(vectors: list[Any], dimensions: int | None) -> NDArray[np.float64] | Failure:
    if not all(_is_vector(vector) for vector in vectors):
        return Failure("answered with a vector that is no list of numbers")
    lengths = {len(vector) for vector in vectors}
    wanted = min(lengths) if dimensions is None else dimensions
    if lengths != {wanted}:
        found = ", ".join(str(length) for length in sorted(lengths))
        return Failure(f"answered with vectors of length {found} where {wanted} was expected")
    try:
        rows = np.array(vectors, dtype=np.float64)
    except OverflowError:
        return Failure("answered with a number that is too large")
    if not np.isfinite(rows).all():
        return Failure("answered with a number that is not finite")
    return rows


def _is_vector(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(type(part) in {int, float} for part in value)
