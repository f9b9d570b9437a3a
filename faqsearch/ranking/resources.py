"""What rankers may use besides the index: a dictionary, an owner's words, vectors of words and texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Lexicon
from faqsearch.vectors import WordVectors

Phrase: TypeAlias = tuple[str, ...]
"""Neighbouring terms of the main layer."""

Resource: TypeAlias = Literal["word_vectors", "text_vectors"]
"""A resource without which a preset cannot rank as it says."""


@runtime_checkable
class TextVectors(Protocol):
    """Dense vectors of the texts of entries, made beforehand, and of queries, made when they come."""

    @property
    def fingerprint(self) -> str:
        """Everything that can change a vector."""
        ...

    @property
    def dimensions(self) -> int:
        """Number of components of a vector."""
        ...

    def query(self, text: str) -> npt.NDArray[np.float32]:
        """Return the vector of a query, shape (dimensions,), of length 1."""
        ...

    def passages(self, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        """Return the vectors of texts of entries, shape (len(texts), dimensions), of length 1."""
        ...


@dataclass(frozen=True, kw_only=True)
class Resources:
    """What a query may be matched with; everything is optional.

    Attributes:
        lexicon: Readings and synonym groups of words.
        synonyms: The owner's synonyms: a phrase of a query to phrases that entries may have instead.
        stop_phrases: The owner's phrases that say nothing in a query.
        word_vectors: Vectors of words.
        text_vectors: Vectors of entries' texts and of queries.
    """

    lexicon: Lexicon | None = None
    synonyms: Mapping[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)
    stop_phrases: tuple[Phrase, ...] = ()
    word_vectors: WordVectors | None = None
    text_vectors: TextVectors | None = None

    def available(self, resource: Resource) -> bool:
        """Tell whether a resource is there."""
        return getattr(self, resource) is not None

    def fingerprints(self, needed: Iterable[Resource]) -> frozenset[str]:
        """Return the fingerprints of those of some resources that are there."""
        found = (getattr(self, resource) for resource in needed)
        return frozenset(one.fingerprint for one in found if one is not None)

    def for_one_query(self) -> Resources:
        """Return the same with a memory for the vector of one query: what explains a score finds it there.

        Otherwise an explanation that is asked for later might need an encoder that is away by then.
        """
        vectors = self.text_vectors
        return self if vectors is None else replace(self, text_vectors=_OneQuery(vectors))


class _OneQuery:
    """Vectors of texts that remember the one query they are used for."""

    def __init__(self, vectors: TextVectors) -> None:
        self._vectors = vectors
        self._query: tuple[str, npt.NDArray[np.float32]] | None = None

    @property
    def fingerprint(self) -> str:
        return self._vectors.fingerprint

    @property
    def dimensions(self) -> int:
        return self._vectors.dimensions

    def query(self, text: str) -> npt.NDArray[np.float32]:
        known = self._query
        if known is None or known[0] != text:
            self._query = known = text, self._vectors.query(text)
        return known[1]

    def passages(self, texts: tuple[str, ...]) -> npt.NDArray[np.float32]:
        return self._vectors.passages(texts)


NO_RESOURCES = Resources()
