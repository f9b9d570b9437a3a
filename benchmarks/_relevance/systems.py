"""Every system of the ladder: the peers, and our presets by the road that every user takes."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import bm25s
import numpy as np
import sudachipy
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

from _relevance.tokenizers import (
    Tokenize,
    bigrams,
    bm25s_tokens,
    janome_tokens,
    mecab_tokens,
    sudachi_tokens,
    trigrams,
    well_formed,
)
from faqsearch.analysis import Analyzer
from faqsearch.entry import Audience, FaqEntry
from faqsearch.errors import FaqSearchError
from faqsearch.evaluation import Search
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.ranking import Preset, load_preset, preset_names

OURS: Final = "faqsearch-"
"""How the name of every preset begins as a system."""


class NotReadyError(Exception):
    """A system that cannot take part here; the message is one line that says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """A system that is built and can be measured.

    Attributes:
        search: The search over the entries it was built from.
        tokenize: What it does to the text of a query before it searches, alone.
    """

    search: Search
    tokenize: Callable[[str], object]


Build: TypeAlias = Callable[[Sequence[FaqEntry], dt.datetime], System]
"""Builds a system from entries, at a time; raises NotReadyError where it cannot take part."""


def ladder() -> dict[str, Build]:
    """Return every system by name, from the plainest peer to our presets in alphabetical order."""
    return {**PEERS, **{OURS + name: partial(build_preset, name) for name in preset_names()}}


def document(entry: FaqEntry) -> str:
    """Return the text under which the peers index an entry."""
    return "\n".join((entry.question, entry.answer, *entry.variants))


def build_preset(
    preset: str | Preset, entries: Sequence[FaqEntry], now: dt.datetime, analyzer: Analyzer | None = None
) -> System:
    """Build one of our presets: the road every user takes, ``KnowledgeBase.search``; wait for its vectors.

    Raises:
        NotReadyError: If something the preset needs is not installed, or results are those of another one.
    """
    try:
        wanted = preset if isinstance(preset, Preset) else load_preset(preset)
        base = KnowledgeBase(entries, preset=wanted, analyzer=analyzer, clock=lambda: now)
        base.wait_until_ready()
        answered = base.search("", k=1, audience=Audience.OPERATOR).preset
    except (FaqSearchError, ImportError) as error:
        raise NotReadyError(one_line(error)) from error
    if answered != wanted.name:
        raise NotReadyError(f"results are those of preset {answered}")

    def search(text: str, k: int) -> list[tuple[str, float]]:
        result = base.search(text, k=k, audience=Audience.OPERATOR)
        if result.preset != wanted.name:
            raise NotReadyError(f"a result was one of preset {result.preset}")
        return [(hit.id, hit.score) for hit in result.hits]

    return System(search=search, tokenize=base.analyzer.analyze)


def one_line(error: Exception) -> str:
    """Return the message of an exception on one line."""
    return " ".join(str(error).split()) or type(error).__name__


def best(ids: Sequence[str], scores: NDArray[np.floating], k: int) -> list[tuple[str, float]]:
    """Return the k best of the documents that share a term with the query, by (-score, id)."""
    found = np.flatnonzero(scores)
    if found.size > k:
        found = found[scores[found] >= np.partition(scores[found], -k)[-k]]
    ranked = sorted((-float(scores[place]), ids[place]) for place in found.tolist())
    return [(entry_id, -negated) for negated, entry_id in ranked[:k]]


def _peer(make: Callable[[], Tokenize], engine: Callable[[Tokenize, Sequence[FaqEntry]], Search]) -> Build:
    def build(entries: Sequence[FaqEntry], _now: dt.datetime) -> System:
        try:
            tokenize = make()
            return System(search=engine(tokenize, entries), tokenize=tokenize)
        except ImportError as error:
            message = f'not installed: {error.name}; run: pip install "faqsearch[bench]"'
            raise NotReadyError(message) from error

    return build


def _rank_bm25(tokenize: Tokenize, entries: Sequence[FaqEntry]) -> Search:
    """Search by ``BM25Okapi`` with its own parameters."""
    model = BM25Okapi([tokenize(document(entry)) for entry in entries])
    ids = [entry.id for entry in entries]
    return lambda text, k: best(ids, np.asarray(model.get_scores(tokenize(text))), k)


def _bm25s(tokenize: Tokenize, entries: Sequence[FaqEntry]) -> Search:
    """Search by ``bm25s.BM25`` with its own parameters."""
    model = bm25s.BM25()
    model.index([tokenize(document(entry)) for entry in entries], show_progress=False)
    ids = [entry.id for entry in entries]

    def search(text: str, k: int) -> Sequence[tuple[str, float]]:
        tokens = tokenize(text)
        return best(ids, np.asarray(model.get_scores(tokens)), k) if tokens else ()

    return search


def _fts5(tokenize: Tokenize, entries: Sequence[FaqEntry]) -> Search:
    """Search by SQLite's FTS5 with its trigram tokenizer, any of the query's trigrams."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE entry USING fts5(id UNINDEXED, text, tokenize = 'trigram')")
    except sqlite3.OperationalError as error:
        raise NotReadyError(f"this SQLite has no FTS5 with trigrams: {error}") from error
    rows = [(entry.id, well_formed(document(entry))) for entry in entries]
    connection.executemany("INSERT INTO entry VALUES (?, ?)", rows)
    sql = "SELECT id, -bm25(entry) FROM entry WHERE entry MATCH ? ORDER BY bm25(entry), id LIMIT ?"

    def search(text: str, k: int) -> Sequence[tuple[str, float]]:
        # Quoted, since FTS5 has operators; each once, since FTS5 counts a phrase that comes twice twice.
        terms = dict.fromkeys(tokenize(well_formed(text.replace("\0", " "))))
        if not terms:
            return ()
        query = " OR ".join('"' + term.replace('"', '""') + '"' for term in terms)
        return [(str(key), float(score)) for key, score in connection.execute(sql, (query, k))]

    return search


def _tantivy(tokenize: Tokenize, entries: Sequence[FaqEntry]) -> Search:
    """Search by tantivy's BM25, any of the query's terms; terms come ready-made, split at spaces."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(50_000_000, 1)

    def terms(text: str) -> list[str]:
        return [joined for term in tokenize(text) if (joined := "".join(term.split()))]

    for entry in entries:
        writer.add_document(tantivy.Document(id=entry.id, text=" ".join(terms(document(entry)))))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def search(text: str, k: int) -> Sequence[tuple[str, float]]:
        found = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", term)) for term in terms(text)
        ]
        hits = searcher.search(tantivy.Query.boolean_query(found), k).hits if found else []
        ranked = sorted((-float(score), str(searcher.doc(address)["id"][0])) for score, address in hits)
        return [(entry_id, -negated) for negated, entry_id in ranked]

    return search


def _sudachi(mode: sudachipy.SplitMode, form: str) -> Callable[[], Tokenize]:
    return lambda: sudachi_tokens(mode, form)


_A, _C = sudachipy.SplitMode.A, sudachipy.SplitMode.C

PEERS: Final[Mapping[str, Build]] = {
    "bm25s-default-tokenizer": _peer(lambda: bm25s_tokens, _bm25s),
    "sqlite-fts5-trigram": _peer(lambda: trigrams, _fts5),
    "rank-bm25-sudachi-c-surface": _peer(_sudachi(_C, "surface"), _rank_bm25),
    "rank-bm25-sudachi-c-normalized": _peer(_sudachi(_C, "normalized_form"), _rank_bm25),
    "bm25s-character-bigrams": _peer(lambda: bigrams, _bm25s),
    "rank-bm25-janome": _peer(janome_tokens, _rank_bm25),
    "rank-bm25-mecab-unidic-lite": _peer(mecab_tokens, _rank_bm25),
    "rank-bm25-sudachi-a-normalized": _peer(_sudachi(_A, "normalized_form"), _rank_bm25),
    "tantivy-sudachi-a-normalized": _peer(_sudachi(_A, "normalized_form"), _tantivy),
}
"""The peers by name, from the plainest on."""
