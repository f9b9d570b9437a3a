"""The systems that rank terms: each indexes lists of terms, keeps that on disk and opens it again.

Terms come ready-made and are the very same for all. Every system has k1 = 1.2 and b = 0.75 and is set up in
its fastest way: bm25s compiled by numba, tantivy without positions and without counting what matches, so that
it may skip documents, FTS5 without a copy of the texts. Where a system cannot keep an index itself, pickle
does. Packages are imported where they are used: a process that serves one system holds nothing of another.
"""

from __future__ import annotations

import importlib.util
import pickle
import sqlite3
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np

from _speed.corpus import Corpus
from _speed.oracle import K1, LUCENE, B, Formula

K: Final = 10

Pairs: TypeAlias = list[tuple[int, float]]
"""Document numbers and scores, the best first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """An index that can be searched, from any thread.

    Attributes:
        search: From terms to the best ten, in whatever form the system gives them.
        pairs: Turns that into document numbers and scores; no part of what is timed when ranking alone is.
    """

    search: Callable[[Sequence[str]], Any]
    pairs: Callable[[Any], Pairs]


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """A system.

    Attributes:
        build: Indexes a corpus into an empty folder.
        open: Opens that folder.
        formula: What it computes.
        packages: What must be installed for it.
        most: Largest corpus it is asked to take, in documents: beyond, it takes minutes and gigabytes.
    """

    build: Callable[[Corpus, Path], None]
    open: Callable[[Path], Opened]
    formula: Formula = LUCENE
    packages: tuple[str, ...] = ()
    most: int = 10**9

    def missing(self) -> str:
        """Return the packages that must be installed first; empty if it is ready."""
        lacking = [name for name in self.packages if importlib.util.find_spec(name) is None]
        return ", ".join(lacking).replace("_", "-")


def _build_ours(corpus: Corpus, folder: Path) -> None:
    from _speed import ours

    ours.build(corpus, folder)


def _open_ours(folder: Path) -> Opened:
    from _speed import ours

    return Opened(search=ours.open_search(folder), pairs=list)


def _build_bm25s(corpus: Corpus, folder: Path) -> None:
    import bm25s

    model = bm25s.BM25(method="lucene", k1=K1, b=B)
    model.index(list(corpus.documents()), show_progress=False)
    model.save(str(folder))


def _open_bm25s(folder: Path, backend: str) -> Opened:
    import bm25s

    model = bm25s.BM25.load(str(folder))
    model.backend = backend
    if backend == "numba":
        model.activate_numba_scorer()
    vocabulary = model.vocab_dict

    def search(terms: Sequence[str]) -> Any:
        known = [term for term in terms if term in vocabulary]
        return model.retrieve([known], k=K, show_progress=False) if known else None

    def pairs(found: Any) -> Pairs:
        if found is None:
            return []
        return list(zip(found.documents[0].tolist(), found.scores[0].tolist(), strict=True))

    return Opened(search=search, pairs=pairs)


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", stored=True)
    builder.add_text_field("text", tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _build_tantivy(corpus: Corpus, folder: Path) -> None:
    import tantivy

    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(500_000_000, 1)
    for number, terms in enumerate(corpus.documents()):
        writer.add_document(tantivy.Document(number=number, text=" ".join(terms)))
    writer.commit()
    writer.wait_merging_threads()


def _open_tantivy(folder: Path) -> Opened:
    import tantivy

    schema = _schema()
    index = tantivy.Index(schema, path=str(folder), reuse=True)
    index.reload()
    searcher = index.searcher()

    def search(terms: Sequence[str]) -> Any:
        asked = [(tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", term)) for term in terms]
        return searcher.search(tantivy.Query.boolean_query(asked), K, count=False).hits

    return Opened(
        search=search,
        pairs=lambda hits: [(int(searcher.doc(place)["number"][0]), float(score)) for score, place in hits],
    )


def _build_fts5(corpus: Corpus, folder: Path) -> None:
    # Terms are given as t1, t2, ...: its tokenizer would cut and fold what they hold.
    with sqlite3.connect(folder / "index.sqlite") as connection:
        connection.execute("CREATE VIRTUAL TABLE entry USING fts5(text, content = '')")
        rows = (
            (number, " ".join([f"t{term}" for term in corpus.terms[begin:end].tolist()]))
            for number, (begin, end) in enumerate(
                zip(corpus.begins[:-1].tolist(), corpus.begins[1:].tolist(), strict=True)
            )
        )
        connection.executemany("INSERT INTO entry(rowid, text) VALUES (?, ?)", rows)
        connection.execute("INSERT INTO entry(entry) VALUES ('optimize')")
    connection.close()
    (folder / "words").write_text("\n".join(corpus.words), encoding="utf-8")


def _open_fts5(folder: Path) -> Opened:
    words = (folder / "words").read_text(encoding="utf-8").split("\n")
    numbers = {word: f"t{number}" for number, word in enumerate(words)}
    connections = threading.local()
    sql = f"SELECT rowid, -rank FROM entry WHERE entry MATCH ? ORDER BY rank LIMIT {K}"

    def search(terms: Sequence[str]) -> Any:
        if not hasattr(connections, "own"):
            connections.own = sqlite3.connect(folder / "index.sqlite")
        asked = " OR ".join([numbers[term] for term in terms if term in numbers])
        return connections.own.execute(sql, (asked,)).fetchall() if asked else []

    return Opened(search=search, pairs=list)


def _build_rank_bm25(corpus: Corpus, folder: Path) -> None:
    from rank_bm25 import BM25Okapi

    model = BM25Okapi(list(corpus.documents()), k1=K1, b=B)
    with (folder / "model").open("wb") as file:
        pickle.dump(model, file, protocol=5)


def _open_rank_bm25(folder: Path) -> Opened:
    with (folder / "model").open("rb") as file:
        model = pickle.load(file)

    def search(terms: Sequence[str]) -> Pairs:
        scores = np.asarray(model.get_scores(terms))
        best = np.flatnonzero(scores)  # to select among many zeros is slow
        if len(best) > K:
            best = best[np.argpartition(scores[best], -K)[-K:]]
        best = best[np.argsort(-scores[best], kind="stable")]
        return list(zip(best.tolist(), scores[best].tolist(), strict=True))

    return Opened(search=search, pairs=list)


OURS: Final = "faqsearch"
BM25S: Final = "bm25s (numba)"
ENGINES: Final[dict[str, Engine]] = {
    OURS: Engine(build=_build_ours, open=_open_ours),
    BM25S: Engine(
        build=_build_bm25s,
        open=lambda folder: _open_bm25s(folder, "numba"),
        formula=Formula(gain=False),
        packages=("bm25s", "numba"),
    ),
    "tantivy": Engine(
        build=_build_tantivy, open=_open_tantivy, formula=Formula(rounded=True), packages=("tantivy",)
    ),
    "SQLite FTS5": Engine(build=_build_fts5, open=_open_fts5, formula=Formula(idf="fts5")),
    "rank-bm25": Engine(
        build=_build_rank_bm25,
        open=_open_rank_bm25,
        formula=Formula(idf="okapi"),
        packages=("rank_bm25",),
        most=100_000,
    ),
}
