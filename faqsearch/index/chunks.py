"""Entries that are analysed and inverted some at a time, in files until they are put together.

What is in memory while a base is built is the index that comes out, one chunk, and the vocabulary.
"""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import numpy as np
import numpy.typing as npt

from faqsearch.analysis import Analyzer, PackedGrams, TermCounts, count_terms, gather
from faqsearch.entry import FIELDS, FaqEntry
from faqsearch.errors import InputError
from faqsearch.index.segment import N_FIELDS, IntArray, LayerIndex, Postings, Unsigned, narrow
from faqsearch.index.strings import NumbersOf, PackedStrings

Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Vocabulary = PackedGrams | PackedStrings
"""The terms of a layer; n-grams that are numbers are so in every chunk of a layer."""

_FOLDED: Final = 1 << 20
"""N-grams that wait, at least, before they are put among the others."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Texts of some entries.

    Attributes:
        n_docs: Number of entries.
        texts: The texts of all their fields that are not empty, entry after entry, by field number.
        docs: Shape (n_texts,); the position of the entry of each.
        fields: Shape (n_texts,); the number of its field.
    """

    n_docs: int
    texts: tuple[str, ...]
    docs: IntArray
    fields: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, entries: Sequence[FaqEntry]) -> Chunk:
        """Take the searched texts of entries."""
        found = [
            (text, doc, field)
            for doc, entry in enumerate(entries)
            for field, name in enumerate(FIELDS)
            if (text := entry.field_text(name))
        ]
        texts, docs, fields = zip(*found, strict=True)
        return cls(len(entries), texts, np.array(docs, np.int32), np.array(fields, np.uint8))


class ChunkFiles:
    """The files of some chunks.

    Args:
        folder: Where they are; None for files that are in memory, of this process alone.
        layers: The layers, in the order of their files.
    """

    def __init__(self, folder: Path | None, layers: Sequence[str]) -> None:
        self.folder = folder
        self.layers = tuple(layers)
        self._in_memory: dict[tuple[int, str], bytes] = {}

    def write(self, number: int, analyzer: Analyzer, chunk: Chunk) -> None:
        """Analyse and invert a chunk.

        Raises:
            InputError: If a file cannot be written.
        """
        counts = count_terms(analyzer, chunk.texts)
        for layer in self.layers:
            if self.folder is not None:
                with disk_errors(), self._path(self.folder, number, layer).open("wb") as file:
                    _write(file, counts[layer], chunk)
            else:
                written = io.BytesIO()
                _write(written, counts[layer], chunk)
                self._in_memory[number, layer] = written.getvalue()

    def together(self, layer: str, keep: Sequence[Mask]) -> LayerIndex:
        """Put a layer of the kept documents of all chunks together.

        Args:
            layer: The layer.
            keep: For each chunk a mask of shape (n_docs,).

        Raises:
            InputError: If a file cannot be read.
        """
        vocabulary = self._vocabulary(layer)
        lengths = []
        for number, mask in enumerate(keep):
            part = self._read(number, layer, mask, postings=False)
            vocabulary.add(part)
            lengths.append(part.lengths)
        indptr = np.concatenate([[0], np.cumsum(vocabulary.finish())])
        docs, fields, frequencies = (np.empty(indptr[-1], kind) for kind in (np.int32, np.uint8, np.uint8))
        free, offset = indptr[:-1].copy(), 0
        for number, mask in enumerate(keep):
            part = self._read(number, layer, mask, postings=True)
            new = vocabulary.find(part)
            _, places = gather(free[new], free[new] + part.counts)
            free[new] += part.counts
            docs[places] = part.docs + np.int32(offset)
            fields[places] = part.fields
            wider = np.promote_types(frequencies.dtype, part.frequencies.dtype)
            frequencies = frequencies.astype(wider, copy=False)
            frequencies[places] = part.frequencies
            offset += int(mask.sum())
        terms = vocabulary.packed()
        # Few terms are soonest found in a dictionary; many would take too much memory in it.
        numbers = {term: n for n, term in enumerate(terms)} if self.folder is None else NumbersOf(terms)
        postings = Postings(indptr, docs, fields, frequencies)
        return LayerIndex(terms, postings, np.concatenate(lengths, axis=1), numbers)

    def _vocabulary(self, layer: str) -> _Grams | _Strings:
        with disk_errors(), self._open(0, layer) as file:
            return _Grams() if isinstance(_vocabulary_in(file), PackedGrams) else _Strings()

    def _read(self, number: int, layer: str, mask: Mask, *, postings: bool) -> _Part:
        with disk_errors(), self._open(number, layer) as file:
            return _read(file, mask, postings=postings)

    def _open(self, number: int, layer: str) -> BinaryIO:
        if self.folder is None:
            return io.BytesIO(self._in_memory[number, layer])
        return self._path(self.folder, number, layer).open("rb")

    def _path(self, folder: Path, number: int, layer: str) -> Path:
        return folder / f"{number}-{self.layers.index(layer)}"


# --- Files


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Say of what could not be written or read where it was to be."""
    try:
        yield
    except OSError as error:
        raise InputError(
            f"a temporary file of the index cannot be written or read ({error.strerror}); free space on the"
            " disk, or name another folder in the environment variable TMPDIR"
        ) from error


def _write(file: BinaryIO, counts: TermCounts, chunk: Chunk) -> None:
    docs, fields = chunk.docs[counts.texts], chunk.fields[counts.texts]
    lengths = np.zeros((N_FIELDS, chunk.n_docs), np.int32)
    np.add.at(lengths, (fields, docs), counts.frequencies)
    vocabulary: list[npt.NDArray[Any]]
    if isinstance(counts.terms, PackedGrams):
        vocabulary = [counts.terms.keys]
    else:
        strings = PackedStrings.pack(counts.terms)
        vocabulary = [strings.data, strings.ends]
    for array in (*vocabulary, lengths, np.diff(counts.starts), docs, fields, narrow(counts.frequencies)):
        np.save(file, array, allow_pickle=False)


@dataclass(frozen=True, slots=True)
class _Part:
    """The kept documents of a layer of a chunk.

    Attributes:
        terms: The terms that occur.
        counts: Shape (n_terms,); number of postings of each.
        lengths: Shape (N_FIELDS, n_docs); number of terms in each field.
        docs: Documents of the postings; this and what follows is empty if it was not asked for.
        fields: Fields of the postings.
        frequencies: Frequencies of the postings.
    """

    terms: Vocabulary
    counts: Numbers
    lengths: IntArray
    docs: IntArray
    fields: npt.NDArray[np.uint8]
    frequencies: Unsigned


def _vocabulary_in(file: BinaryIO) -> Vocabulary:
    first = np.load(file)
    return PackedStrings(first, np.load(file)) if first.dtype == np.uint8 else PackedGrams(first)


def _read(file: BinaryIO, mask: Mask, *, postings: bool) -> _Part:
    whole = bool(mask.all())
    terms = _vocabulary_in(file)
    lengths, counts = np.load(file), np.load(file)
    if whole and not postings:
        nothing = np.zeros(0, np.uint8)
        return _Part(terms, counts, lengths, nothing.astype(np.int32), nothing, nothing)
    docs, fields, frequencies = np.load(file), np.load(file), np.load(file)
    if whole:
        return _Part(terms, counts, lengths, docs, fields, frequencies)
    kept = mask[docs]
    counts = np.diff(np.append(0, np.cumsum(kept))[np.append(0, np.cumsum(counts))])
    used = np.flatnonzero(counts)
    if isinstance(terms, PackedGrams):
        terms = PackedGrams(terms.keys[used])
    else:
        terms = PackedStrings.pack([terms[number] for number in used.tolist()])
    new = np.cumsum(mask, dtype=np.int32) - np.int32(1)
    kept_frequencies = narrow(frequencies[kept])
    return _Part(terms, counts[used], lengths[:, mask], new[docs[kept]], fields[kept], kept_frequencies)


# --- Vocabularies


class _Strings:
    """A vocabulary of strings."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def add(self, part: _Part) -> None:
        """Add the terms of a chunk."""
        self._counts.update(dict(zip(part.terms, part.counts.tolist(), strict=True)))

    def finish(self) -> Numbers:
        """Return how many postings each term has, in code-point order."""
        ordered = sorted(self._counts.items())
        self._numbers = {term: number for number, (term, _) in enumerate(ordered)}
        return np.array([count for _, count in ordered], np.int64)

    def find(self, part: _Part) -> Numbers:
        """Return the numbers of the terms of a chunk."""
        return np.fromiter(map(self._numbers.__getitem__, part.terms), np.int64, len(part.terms))

    def packed(self) -> PackedStrings:
        """Return the terms."""
        return PackedStrings.pack(self._numbers)


class _Grams:
    """A vocabulary of n-grams that are numbers."""

    def __init__(self) -> None:
        self._keys = np.zeros(0, np.int64)
        self._counts = np.zeros(0, np.int64)
        self._waiting: list[_Part] = []

    def add(self, part: _Part) -> None:
        """Add the terms of a chunk."""
        self._waiting.append(part)
        if sum(len(one.terms) for one in self._waiting) > max(len(self._keys), _FOLDED):
            self._fold()

    def finish(self) -> Numbers:
        """Return how many postings each term has, in code-point order."""
        self._fold()
        return self._counts

    def find(self, part: _Part) -> Numbers:
        """Return the numbers of the terms of a chunk."""
        return np.searchsorted(self._keys, _keys(part))

    def packed(self) -> PackedStrings:
        """Return the terms."""
        return PackedStrings.of_grams(PackedGrams(self._keys))

    def _fold(self) -> None:
        keys = np.concatenate([self._keys, *map(_keys, self._waiting)])
        counts = np.concatenate([self._counts, *(part.counts for part in self._waiting)])
        self._waiting.clear()
        order = np.argsort(keys)
        keys = keys[order]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        self._keys = keys[firsts]
        self._counts = np.add.reduceat(counts[order], firsts) if len(firsts) else counts


def _keys(part: _Part) -> Numbers:
    return cast("PackedGrams", part.terms).keys
