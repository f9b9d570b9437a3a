"""The library as a system that ranks terms."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, overload

from _speed.corpus import Corpus
from _speed.engines import K, Pairs
from _speed.oracle import K1, B
from faqsearch.index import Document, Snapshot, build_snapshot
from faqsearch.ranking import NO_RESOURCES, BM25Ranker, Query, top_documents

LAYER: Final = "a"
RANKER: Final = BM25Ranker(fields={"question": 1.0}, layers={LAYER: 1.0}, k1=K1, b=B)


class _Documents(Sequence[Document]):
    """The documents of a corpus, made one by one as they are read."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus

    def __len__(self) -> int:
        return self._corpus.n_docs

    @overload
    def __getitem__(self, number: int) -> Document: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Document]: ...
    def __getitem__(self, number: int | slice) -> Document | Sequence[Document]:
        raise NotImplementedError(f"documents are read in their order, not at {number}")

    def __iter__(self) -> Iterator[Document]:
        for number, terms in enumerate(self._corpus.documents()):
            yield Document(str(number), {LAYER: {0: Counter(terms)}})


def best_documents(snapshot: Snapshot, terms: Sequence[str]) -> Pairs:
    """Rank with the library: the one place to change when its way in does."""
    found = top_documents(RANKER, snapshot, Query({LAYER: dict.fromkeys(terms, 1.0)}), K)
    return list(zip(found.docs, found.scores, strict=True))


def build(corpus: Corpus, folder: Path) -> None:
    """Index the terms of a corpus."""
    snapshot = build_snapshot(_Documents(corpus), (LAYER,))
    # Terms alone are no knowledge base, whose index the library would keep; that is measured end to end.
    with (folder / "snapshot").open("wb") as file:
        pickle.dump(snapshot, file, protocol=5)


def open_search(folder: Path) -> Callable[[Sequence[str]], Pairs]:
    """Return the search over what ``build`` left in a folder."""
    with (folder / "snapshot").open("rb") as file:
        snapshot = pickle.load(file)
    RANKER.prepare(snapshot, NO_RESOURCES)
    return lambda terms: best_documents(snapshot, terms)
