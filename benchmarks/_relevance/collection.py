"""Folders of data: ours, those in the format of TREC and those in the format of BEIR."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from faqsearch.entry import JAPAN, Audience, FaqEntry
from faqsearch.errors import EvaluationError, InputError
from faqsearch.evaluation import (
    Qrels,
    Query,
    read_beir,
    read_labels,
    read_qrels,
    read_queries,
    scored_queries,
)
from faqsearch.store.formats import read_entries

REPOSITORY: Final = Path(__file__).resolve().parents[2]
DATA: Final = REPOSITORY / "data"
"""Only texts of bases below this folder may stand in results."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """What one data folder holds.

    Attributes:
        name: Name of the folder.
        entries: Every entry an operator can see today.
        queries: The queries that have a relevant entry, in file order.
        qrels: The judgements of these queries.
        hashes: File name -> SHA-256 of its bytes, hexadecimal.
        quotable: Whether results may hold texts of the folder, and not only ids.
    """

    name: str
    entries: tuple[FaqEntry, ...]
    queries: tuple[Query, ...]
    qrels: Qrels
    hashes: Mapping[str, str]
    quotable: bool

    def hash(self) -> str:
        """Return one SHA-256 of all files."""
        return hashlib.sha256(json.dumps(dict(sorted(self.hashes.items()))).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Raw:
    entries: Sequence[FaqEntry]
    queries: Sequence[Query]
    qrels: Qrels
    files: Sequence[Path]
    labels: Path
    texts: Path


def load_folder(folder: Path, now: dt.datetime) -> Collection:
    """Read entries, queries and judgements; see README.md for the files.

    Raises:
        InputError: If a file that must be there is missing.
        FormatError: If a file cannot be read as it stands.
        EvaluationError: If no query has a relevant entry.
    """
    raw = _read_beir(folder) if (folder / "corpus.jsonl").is_file() else _read_ours(folder)
    answerable = set(scored_queries(raw.qrels))
    queries = tuple(query for query in raw.queries if query.id in answerable)
    if not queries:
        raise EvaluationError(
            f"{raw.labels.name} marks nothing as relevant for any query of {raw.texts.name}"
        )
    today = now.astimezone(JAPAN).date()
    resolved = folder.resolve()
    return Collection(
        name=resolved.name,
        entries=tuple(entry for entry in raw.entries if entry.is_visible(Audience.OPERATOR, today)),
        queries=queries,
        qrels={query.id: raw.qrels[query.id] for query in queries},
        hashes={path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in raw.files},
        quotable=resolved.is_relative_to(DATA),
    )


def sample(collection: Collection, limit: int | None, seed: int) -> Collection:
    """Return the collection with at most ``limit`` queries, drawn by ``seed``, still in file order."""
    if limit is None or limit >= len(collection.queries):
        return collection
    if limit < 1:
        raise InputError(f"--limit-queries came as {limit}; give at least 1")
    chosen = sorted(random.Random(seed).sample(range(len(collection.queries)), limit))
    queries = tuple(collection.queries[place] for place in chosen)
    return replace(collection, queries=queries, qrels={key.id: collection.qrels[key.id] for key in queries})


def shown_path(path: Path) -> str:
    """Return a path as results may quote it: inside the repository in full, elsewhere its last name."""
    resolved = path.resolve()
    return str(resolved.relative_to(REPOSITORY)) if resolved.is_relative_to(REPOSITORY) else resolved.name


def _read_ours(folder: Path) -> _Raw:
    faq = _first(folder, "faq.jsonl", "faq.csv")
    if (folder / "queries.jsonl").is_file():
        texts, labels = folder / "queries.jsonl", _first(folder, "qrels.txt")
        qrels, files = read_qrels(labels), [faq, texts, labels]
    else:
        texts = labels = _first(folder, "inquiries.jsonl")
        qrels, files = read_labels(labels), [faq, labels]
    return _Raw(
        entries=read_entries(faq),
        queries=read_queries(texts),
        qrels=qrels,
        files=files,
        labels=labels,
        texts=texts,
    )


def _read_beir(folder: Path) -> _Raw:
    splits = sorted((folder / "qrels").glob("*.tsv"))
    labels = folder / "qrels" / "test.tsv"
    if labels not in splits:
        if len(splits) != 1:
            raise InputError(
                f"the folder {folder.name!r} holds {len(splits)} files qrels/*.tsv and none is test.tsv; "
                "benchmarks/README.md says more"
            )
        labels = splits[0]
    found = read_beir(folder, labels.stem)
    texts = folder / "queries.jsonl"
    return _Raw(
        entries=found.entries,
        queries=found.queries,
        qrels=found.qrels,
        files=[folder / "corpus.jsonl", texts, labels],
        labels=labels,
        texts=texts,
    )


def _first(folder: Path, *names: str) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise InputError(
        f"the folder {folder.name!r} holds no {' or '.join(names)}; benchmarks/README.md says more"
    )
