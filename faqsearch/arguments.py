"""Checks of what callers of a knowledge base give; each raises an InputError that repeats no text."""

from __future__ import annotations

from collections.abc import Iterable

from faqsearch.errors import InputError

MAX_K = 10_000
"""Largest number of hits a search may ask for."""


def check_text(text: object) -> None:
    """Check that a query or inquiry is a string."""
    if not isinstance(text, str):
        raise InputError(f"text came as {type(text).__name__}; give a string")


def check_id(entry_id: object) -> None:
    """Check that an id is a string."""
    if not isinstance(entry_id, str):
        raise InputError(f"an entry id came as {type(entry_id).__name__}; give a string")


def check_k(k: object) -> None:
    """Check a number of hits, 1 to 10,000."""
    # Only a number is repeated in the message: a text may be a query that slipped into the wrong place.
    if isinstance(k, bool) or not isinstance(k, int):
        raise InputError(f"k came as {type(k).__name__}; give a whole number from 1 to {MAX_K:,}")
    if not 1 <= k <= MAX_K:
        came = f"{k:,}" if abs(k) < 10**18 else "a number of more than 18 digits"
        raise InputError(f"k came as {came}; give a whole number from 1 to {MAX_K:,}")


def tag_set(tags: object) -> frozenset[str]:
    """Return the tags to filter by."""
    if isinstance(tags, str) or not isinstance(tags, Iterable):
        raise InputError(f"tags came as {type(tags).__name__}; give a sequence of strings")
    found = tuple(tags)
    for tag in found:
        if not isinstance(tag, str):
            raise InputError(f"tags holds a {type(tag).__name__}; give a sequence of strings")
    return frozenset(found)
