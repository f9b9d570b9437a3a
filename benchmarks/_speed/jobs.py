"""What is measured of ranking alone, each job in a process of its own: its memory is nobody else's."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from _speed.corpus import Corpus, Source, grow
from _speed.engines import ENGINES, K, Opened
from _speed.measure import bandwidth, memory, rounds, size_on_disk, timed
from _speed.oracle import Oracle, difference

Rows = list[dict[str, Any]]

KINDS: Final = ("question", "short")
ROUNDS: Final = 5
ROUND_MS: Final = 4_000.0
"""What a system may take of a round for one kind of query; slow ones answer fewer queries."""
LEAST: Final = 5
CHECKED: Final = 50
SERVED: Final = 50
POSTING: Final = 8
"""Bytes of a posting: four for the document, four for a weight."""


def load_queries(folder: Path, kind: str) -> list[dict[str, Any]]:
    """Return the queries of one kind, as dictionaries of ``kind``, ``text`` and ``terms``."""
    found: list[dict[str, Any]] = json.loads((folder / "queries.json").read_text(encoding="utf-8"))
    return [query for query in found if query["kind"] == kind]


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What the jobs of one size have in common.

    Attributes:
        size: Number of documents.
        sentences: Folders whose sentences are used besides those of our bases.
        seed: Seed of corpus and queries.
        queries: Inquiries to draw.
    """

    size: int
    sentences: tuple[str, ...] = ()
    seed: int = 0
    queries: int = 200

    def save(self, folder: Path) -> None:
        """Write the settings."""
        (folder / "settings.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Settings:
        """Read what ``save`` wrote."""
        return cls(**json.loads((folder / "settings.json").read_text(encoding="utf-8")))

    def source(self) -> Source:
        """Read the sentences."""
        from _speed.source import OURS, read_source
        from faqsearch.analysis import SudachiAnalyzer

        return read_source([*OURS, *map(Path, self.sentences)], SudachiAnalyzer(layers=("a",)))


def grow_corpus(folder: Path, _system: str) -> Rows:
    """Grow the corpus and its queries into a folder."""
    from _speed.source import OURS, read_queries
    from faqsearch.analysis import SudachiAnalyzer

    settings = Settings.load(folder)
    corpus = grow(settings.source(), settings.size, settings.seed)
    corpus.save(folder / "corpus.npz")
    words = set(corpus.words)
    drawn = read_queries(OURS, SudachiAnalyzer(layers=("a",)), settings.seed, settings.queries)
    asked = [query for query in drawn if not words.isdisjoint(query.terms)]
    content = json.dumps([asdict(query) for query in asked], ensure_ascii=False)
    (folder / "queries.json").write_text(content, encoding="utf-8")
    lengths = {kind: [len(query.terms) for query in asked if query.kind == kind] for kind in KINDS}
    return [
        {
            "part": "corpus",
            "terms": len(corpus.terms),
            "terms a document": round(len(corpus.terms) / settings.size, 2),
            "vocabulary": len(corpus.words),
            "Zipf slope": round(corpus.zipf_slope(), 3),
            "terms a query": {kind: round(sum(n) / len(n), 2) for kind, n in lengths.items() if n},
            "queries": {kind: len(n) for kind, n in lengths.items()},
            "sha256": corpus.sha256(),
        }
    ]


def build(folder: Path, system: str) -> Rows:
    """Build one system's index from ready-made terms, and keep it."""
    corpus = Corpus.load(folder / "corpus.npz")
    target = folder / system
    # What is imported and compiled on the first call is no part of building.
    ENGINES[system].build(corpus.first(LEAST), _emptied(target))
    _emptied(target)
    before = memory()
    start = time.perf_counter()
    ENGINES[system].build(corpus, target)
    seconds = time.perf_counter() - start
    return [
        {
            "part": "build",
            "system": system,
            "seconds": round(seconds, 3),
            "documents/s": round(corpus.n_docs / seconds, 1),
            "bytes on disk": size_on_disk(target),
            "memory with the corpus, MB": before,
            "memory, MB": memory(),
        }
    ]


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def serve(folder: Path, system: str) -> Rows:
    """Open one system's index and answer some queries: how long the first takes, and what stays in memory."""
    queries = [query["terms"] for query in load_queries(folder, "question")][:SERVED]
    before = memory()
    start = time.perf_counter()
    opened = ENGINES[system].open(folder / system)
    opened.search(queries[0])
    seconds = time.perf_counter() - start
    for query in queries:
        opened.search(query)
    return [
        {
            "part": "serve",
            "system": system,
            "open to first answer in a new process, s": round(seconds, 3),
            "memory before, MB": before,
            "memory, MB": memory(),
        }
    ]


def rank(folder: Path, _system: str) -> Rows:
    """Check every system's answers, and time all of them in turns in one process."""
    corpus = Corpus.load(folder / "corpus.npz")
    asked = {kind: [query["terms"] for query in load_queries(folder, kind)] for kind in KINDS}
    oracle = Oracle(corpus, [terms for queries in asked.values() for terms in queries])
    opened = {name: ENGINES[name].open(folder / name) for name in ENGINES if (folder / name).is_dir()}
    rows: Rows = [{"part": "bandwidth", "bytes/s": round(speed := bandwidth())}]
    for kind, queries in asked.items():
        found = checked_rounds({name: one.search for name, one in opened.items()}, queries)
        touched = sorted(oracle.postings(terms) * POSTING for terms in queries)
        bound = touched[len(touched) // 2] / speed * 1e3
        for row in found:
            wrong = _wrong(opened[row["system"]], row["system"], oracle, queries[: row["queries"]][:CHECKED])
            rows.append(
                {
                    "part": "ranking",
                    "kind": kind,
                    **row,
                    "bytes of postings, p50": touched[len(touched) // 2],
                    "bound by bandwidth, ms": round(bound, 5),
                    "checked": min(row["queries"], CHECKED),
                    "wrong": wrong,
                }
            )
    return rows


def checked_rounds(searches: Mapping[str, Callable[[Any], object]], queries: Sequence[Any]) -> Rows:
    """Warm every system up, see how many queries of a round it can answer, and time the rounds."""
    limits = {}
    for name, search in searches.items():
        search(queries[0])
        times = timed(search, queries[:LEAST])
        mean = sum(times) / len(times)
        limits[name] = (search, max(LEAST, min(len(queries), int(ROUND_MS / max(mean, 1e-6)))))
    return rounds(limits, queries, ROUNDS)


def _wrong(opened: Opened, system: str, oracle: Oracle, queries: Sequence[Sequence[str]]) -> list[str]:
    """Return in what answers differ from the exhaustive scorer's; a few are enough."""
    formula = ENGINES[system].formula
    found = [
        difference(opened.pairs(opened.search(terms)), oracle.scores(terms, formula), K) for terms in queries
    ]
    return [one for one in found if one][:3]
