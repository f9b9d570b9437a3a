"""Terms of many texts at once, counted: arrays instead of lists, for the first index of a large base."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, overload, runtime_checkable

import numpy as np
import numpy.typing as npt

from faqsearch.analysis.terms import Analyzer, TermLister

Numbers = npt.NDArray[np.int64]


class PackedGrams(Sequence[str]):
    """Distinct n-grams of up to three characters, in code-point order.

    Args:
        keys: Shape (n,), int64, ascending: the code points of an n-gram, 21 bits each, the first one highest,
            0 where there is none. Numbers are in order as their n-grams are.
    """

    __slots__ = ("keys",)

    def __init__(self, keys: Numbers) -> None:
        self.keys = keys

    def code_points(self) -> npt.NDArray[np.uint32]:
        """Return the code points, shape (n, 3); 0 for none, which stands at the end only."""
        shifted = self.keys[:, None] >> np.array([42, 21, 0])
        code_points: npt.NDArray[np.uint32] = (shifted & 0x1FFFFF).astype("<u4")
        return code_points

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> PackedGrams: ...

    def __getitem__(self, index: int | slice) -> str | PackedGrams:
        if isinstance(index, slice):
            return PackedGrams(self.keys[index])
        return next(iter(PackedGrams(self.keys[[index]])))

    def __iter__(self) -> Iterator[str]:
        strings: list[str] = self.code_points().view("<U3")[:, 0].tolist()
        return iter(strings)


@dataclass(frozen=True, slots=True)
class TermCounts:
    """How often each term of a layer occurs in each of some texts.

    Attributes:
        terms: The terms, in code-point order.
        starts: Shape (n_terms + 1,); what is said of term t stands at ``starts[t]:starts[t + 1]``.
        texts: Shape (n,), int32; positions of the texts it occurs in, ascending within a term.
        frequencies: Shape (n,), int32; how often, at least 1.
    """

    terms: Sequence[str]
    starts: Numbers
    texts: npt.NDArray[np.int32]
    frequencies: npt.NDArray[np.int32]

    @classmethod
    def of(cls, terms: Sequence[str], numbers: Numbers, texts: Numbers) -> TermCounts:
        """Count occurrences.

        Args:
            terms: The terms, in code-point order; each occurs.
            numbers: Shape (m,); the number of a term, for each of its occurrences.
            texts: Shape (m,); where that is.
        """
        pairs = numbers << 32
        pairs |= texts
        pairs.sort()
        firsts = np.flatnonzero(np.diff(pairs, prepend=-1))
        found = pairs[firsts]
        starts = np.zeros(len(terms) + 1, np.int64)
        np.cumsum(np.bincount(found >> 32, minlength=len(terms)), out=starts[1:])
        frequencies = np.diff(firsts, append=len(pairs)).astype(np.int32)
        return cls(terms, starts, (found & 0xFFFFFFFF).astype(np.int32), frequencies)

    @classmethod
    def of_strings(cls, strings: Sequence[str], numbers: Numbers, texts: Numbers) -> TermCounts:
        """Count occurrences of terms that come in any order, and of which not all need occur.

        Args:
            strings: The terms, distinct.
            numbers: Shape (m,); the position of a term in ``strings``, for each of its occurrences.
            texts: Shape (m,); where that is.
        """
        used = np.flatnonzero(np.bincount(numbers, minlength=len(strings)))
        ordered = sorted(zip(map(strings.__getitem__, used.tolist()), used.tolist(), strict=True))
        rank = np.zeros(len(strings), np.int64)
        rank[[number for _, number in ordered]] = np.arange(len(ordered))
        return cls.of(tuple(term for term, _ in ordered), rank[numbers], texts)


class JoinedTexts:
    """Texts one behind the other, and a line break behind each.

    Args:
        texts: The texts.

    Attributes:
        texts: The texts.
        text: All in one, n characters.
        code_points: Shape (n,), int64.
    """

    __slots__ = ("code_points", "text", "texts")

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.text = "".join([f"{text}\n" for text in texts])
        encoded = self.text.encode("utf-32-le", "surrogatepass")
        self.code_points: Numbers = np.frombuffer(encoded, "<u4").astype(np.int64)

    def numbers(self) -> Numbers:
        """Return for each character the position of its text, shape (n,)."""
        return np.repeat(np.arange(len(self.texts)), [len(text) + 1 for text in self.texts])


@runtime_checkable
class TermCounter(Protocol):
    """Can count the terms of many texts at once; an analyzer may be one as well."""

    def counts(self, texts: Sequence[str]) -> Mapping[str, TermCounts]:
        """Return for each layer how often the terms that ``analyze`` finds occur in each text."""
        ...


def count_terms(analyzer: Analyzer, texts: Sequence[str]) -> Mapping[str, TermCounts]:
    """Return for each layer of an analyzer how often each term occurs in each text."""
    if isinstance(analyzer, TermCounter) and not _has_other_terms(analyzer):
        return analyzer.counts(texts)
    return count_one_by_one(analyzer, texts)


def _has_other_terms(analyzer: object) -> bool:
    """Tell whether the class of an analyzer finds other terms than the one that it has ``counts`` from."""
    told = (vars(kind).keys() & {"counts", "terms", "analyze"} for kind in type(analyzer).__mro__)
    return "counts" not in next(filter(None, told), {"counts"})


def count_one_by_one(analyzer: Analyzer, texts: Iterable[str]) -> Mapping[str, TermCounts]:
    """Do as ``count_terms`` with any analyzer, text after text."""
    if isinstance(analyzer, TermLister):
        listed = [analyzer.terms(text) for text in texts]
    else:
        listed = [
            {layer: found.terms for layer, found in analyzer.analyze(text).layers.items()} for text in texts
        ]
    counts = {}
    for layer in analyzer.layers:
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        each = [one.get(layer, ()) for one in listed]
        flat = np.fromiter(map(numbers.__getitem__, chain.from_iterable(each)), np.int64)
        places = np.repeat(np.arange(len(each)), [len(one) for one in each])
        counts[layer] = TermCounts.of_strings(tuple(numbers), flat, places)
    return counts


def gather(begins: Numbers, ends: Numbers) -> tuple[Numbers, Numbers]:
    """List the places in some stretches of an array, stretch after stretch, without a loop.

    Args:
        begins: Where each stretch begins.
        ends: Where it ends.

    Returns:
        For each place the number of its stretch, and where it is.
    """
    counts = ends - begins
    shifts = begins - (np.cumsum(counts) - counts)
    which = np.repeat(np.arange(len(begins), dtype=np.int64), counts)
    return which, np.arange(counts.sum()) + np.repeat(shifts, counts)
