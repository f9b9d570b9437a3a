"""What is measured end to end: from the text of a query to the ten best entries, and a base's whole life.

The peers get the terms of the corpus, as if Sudachi had cut the documents, and tokenise each query by Sudachi
themselves: short units, normalized forms. The library analyses the texts on its own.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import resource
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from _speed.corpus import NAMES, entries, invented
from _speed.engines import BM25S, ENGINES, OURS, K
from _speed.jobs import CHECKED, SERVED, Rows, Settings, checked_rounds, load_queries
from _speed.measure import memory, peak, percentiles, reset_peak, size_on_disk, timed
from _speed.oracle import difference

if TYPE_CHECKING:
    from faqsearch import FaqEntry, KnowledgeBase

LEXICAL: Final = "faqsearch lexical"
BM25: Final = "faqsearch bm25"
BARE: Final = 500
"""Documents that bare Sudachi cuts, before and after the base is built."""
MOST_ALONE: Final = 100_000
EDITS: Final = 60
OPENED: Final = 3
PHASES: Final = 6
PHASE_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.1
_FAQ: Final = "faq.jsonl"


def build_base(folder: Path, _system: str) -> Rows:
    """Write the entries to a file, build a base of them, and keep its index.

    It is built by one worker, and again by two; a base beyond ``MOST_ALONE`` by two only.
    """
    from faqsearch.store import write_entries

    settings = Settings.load(folder)
    size = settings.size
    grown = tuple(entries(settings.source(), size, settings.seed))
    write_entries(folder / _FAQ, grown)
    texts = [f"{entry.question}\n{entry.answer}" for entry in grown]
    before, bare = memory(), [_bare_sudachi(texts[:BARE])]
    base, built = _built(grown, 1 if size <= MOST_ALONE else 2)
    bare.append(_bare_sudachi(texts[-BARE:]))
    shutil.rmtree(folder / "index", ignore_errors=True)
    start = time.perf_counter()
    base.save_index(folder / "index")
    saving, after = time.perf_counter() - start, memory()
    del base
    compared = {}
    if size <= MOST_ALONE:
        _, two = _built(grown, 2)
        compared = {
            "share of bare Sudachi C": round(built["documents/s"] / statistics.mean(bare), 3),
            "2 workers": two,
            "2 workers over 1": round(two["documents/s"] / built["documents/s"], 3),
        }
    return [
        {
            "part": "base",
            "system": LEXICAL,
            **built,
            "bare Sudachi C, documents/s": [round(one, 1) for one in bare],
            **compared,
            "saving, s": round(saving, 3),
            "bytes of the index": size_on_disk(folder / "index"),
            "bytes of the entries": size_on_disk(folder / _FAQ),
            "memory with the entries, MB": before,
            "memory, MB": after,
        }
    ]


def _built(grown: Sequence[FaqEntry], workers: int) -> tuple[KnowledgeBase, dict[str, Any]]:
    """Build a base: how long it takes, and what the processes take at their peaks beyond the entries."""
    from faqsearch import KnowledgeBase
    from faqsearch.index import BulkBuild

    of_workers = [0.0]

    def look(_done: int, _all: int) -> None:
        of_workers.extend(peak(str(child.pid)) for child in multiprocessing.active_children())

    reset_peak()
    before, worked, start = memory()["resident"], _cpu_seconds(), time.perf_counter()
    base = KnowledgeBase(grown, preset="lexical", bulk=BulkBuild(workers=workers, progress=look))
    seconds = time.perf_counter() - start
    own, others = (after - then for after, then in zip(_cpu_seconds(), worked, strict=True))
    return base, {
        "seconds": round(seconds, 3),
        "documents/s": round(len(grown) / seconds, 1),
        "CPU seconds of the parent and of workers": [round(own, 2), round(others, 2)],
        "peak of the parent, MB": peak(),
        "peak of the parent beyond the entries, bytes an entry": round(
            (peak() - before) * 2**20 / len(grown)
        ),
        "peak of a worker, MB": max(of_workers),
    }


def _cpu_seconds() -> tuple[float, float]:
    """Return what this process has worked, and what processes did that it started and that have ended."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), others.ru_utime + others.ru_stime


def _bare_sudachi(texts: Sequence[str]) -> float:
    """Return how many documents a second Sudachi cuts into long units, and nothing else."""
    import sudachipy

    tokenizer = sudachipy.Dictionary().tokenizer(mode=sudachipy.SplitMode.C)
    tokenizer.tokenize(texts[0])
    start = time.perf_counter()
    for text in texts:
        tokenizer.tokenize(text)
    return len(texts) / (time.perf_counter() - start)


def open_base(folder: Path, preset: str = "lexical") -> KnowledgeBase:
    """Open file and index, as everybody does."""
    from faqsearch import load

    base = load(folder / _FAQ, preset=preset, cache=folder / "index")
    if not base.from_cache:
        raise RuntimeError(f"the index was not taken for preset {preset}")
    return base


def open_peer(folder: Path, system: str) -> Callable[[str], object]:
    """Open a peer with the entries, and let it tokenise."""
    import sudachipy

    known = _known(folder)
    opened = ENGINES[system].open(folder / system)
    dictionary = sudachipy.Dictionary()
    own = threading.local()

    def search(text: str) -> object:
        if not hasattr(own, "tokenizer"):
            own.tokenizer = dictionary.tokenizer(mode=sudachipy.SplitMode.A)
        terms = list(dict.fromkeys(morpheme.normalized_form() for morpheme in own.tokenizer.tokenize(text)))
        return [known[doc] for doc, _ in opened.pairs(opened.search(terms))]

    return search


@lru_cache(maxsize=1)
def _known(folder: Path) -> list[dict[str, Any]]:
    """Return what the peers answer with: the entries, read once for all of them."""
    return [json.loads(line) for line in (folder / _FAQ).read_text(encoding="utf-8").splitlines()]


def search_whole(folder: Path, _system: str) -> Rows:
    """Time whole searches of every system in turns."""
    bases = {LEXICAL: open_base(folder), BM25: open_base(folder, "bm25")}
    searches: dict[str, Callable[[str], object]] = {
        **{name: base.search for name, base in bases.items()},
        **{name: open_peer(folder, name) for name in ENGINES if name != OURS and (folder / name).is_dir()},
    }
    rows: Rows = []
    for kind in ("question", "short"):
        texts = [query["text"] for query in load_queries(folder, kind)]
        for row in checked_rounds(searches, texts):
            checks = _checks(bases[row["system"]], texts) if row["system"] in bases else {}
            rows.append({"part": "end to end", "kind": kind, **row, **checks})
    return rows


def _checks(base: KnowledgeBase, texts: Sequence[str]) -> dict[str, object]:
    """Compare hits with the best of the preset's scores of all entries."""
    from faqsearch.ranking import analyze_query

    view = base.view()
    numbers = {key: number for number, key in enumerate(view.snapshot.doc_ids)}
    wrong = []
    for text in texts[:CHECKED]:
        found = [(numbers[hit.id], hit.score) for hit in base.search(text, k=K).hits]
        query = analyze_query(base.analyzer, text, view.resources)
        wrong.append(difference(found, view.preset.ranker.score(view.snapshot, query), K))
    return {"checked": len(wrong), "wrong": [one for one in wrong if one][:3]}


def serve_whole(folder: Path, system: str) -> Rows:
    """Say what one system takes of memory while it serves entries."""
    texts = [query["text"] for query in load_queries(folder, "question")][:SERVED]
    search = open_base(folder).search if system == LEXICAL else open_peer(folder, system)
    for text in texts:
        search(text)
    return [{"part": "serve end to end", "system": system, "memory, MB": memory()}]


def opening(folder: Path, _system: str) -> Rows:
    """Time opening in a process that has opened and searched a base before."""
    from faqsearch import KnowledgeBase
    from faqsearch.store import read_entries

    text = load_queries(folder, "question")[0]["text"]
    open_base(folder).search(text)
    known = read_entries(folder / _FAQ)
    ways: dict[str, Callable[[], KnowledgeBase]] = {
        "entries and index": lambda: open_base(folder),
        "index alone": lambda: KnowledgeBase(known, preset="lexical", cache=folder / "index"),
    }
    times = {name: min(timed(lambda way: way().search(text), [way] * OPENED)) for name, way in ways.items()}
    return [
        {
            "part": "open",
            "system": LEXICAL,
            **{f"{name} to first answer, ms": round(value, 1) for name, value in times.items()},
        }
    ]


def editing(folder: Path, _system: str) -> Rows:
    """Time edits until they are found, the first after opening too, and searches beside edits and without."""
    base = open_base(folder)
    texts = [query["text"] for query in load_queries(folder, "question")]
    known = base.entries()
    chosen = iter(known[:: max(len(known) // 1_000, 1)] * 100)
    numbers = itertools.count(NAMES // 2)

    def edit() -> str:
        name = invented(next(numbers))
        base.upsert(replace(next(chosen), question=f"{name}について"))
        return name

    def find_edit(_: int) -> None:
        name = edit()
        found = base.search(name, k=1).hits
        if not found or name not in found[0].entry.question:
            raise RuntimeError("an edit was not found at once")

    base.search(texts[0])
    first = timed(find_edit, range(1))[0]
    alone = timed(find_edit, range(EDITS))
    upserts = timed(lambda _: edit(), range(EDITS))
    asked = itertools.cycle(texts)
    quiet, beside, made = _searches_beside(lambda: timed(base.search, [next(asked)])[0], edit)
    return [
        {
            "part": "edit",
            "system": LEXICAL,
            "edits": EDITS,
            "first edit to found, ms": round(first, 1),
            "edit to found, ms": percentiles(alone),
            "edit alone, ms": percentiles(upserts),
            "searches without edits, ms": percentiles(quiet),
            "searches beside edits, ms": percentiles(beside),
            "edits beside": made,
            "p95 beside / without": round(percentiles(beside)["p95"] / percentiles(quiet)["p95"], 3),
        }
    ]


def _searches_beside(
    search: Callable[[], float], edit: Callable[[], object]
) -> tuple[list[float], list[float], int]:
    """Search in turns without and beside a thread that edits ten times a second."""
    times: tuple[list[float], list[float]] = ([], [])
    made = 0
    for phase in range(PHASES):
        stop = threading.Event()

        def work(stop: threading.Event = stop) -> None:
            nonlocal made
            while not stop.wait(PAUSE_SECONDS):
                edit()
                made += 1

        editor = threading.Thread(target=work)
        if phase % 2:
            editor.start()
        end = time.perf_counter() + PHASE_SECONDS
        while time.perf_counter() < end:
            times[phase % 2].append(search())
        stop.set()
        if phase % 2:
            editor.join()
    return times[0], times[1], made


WHOLE_SERVING: Final = (LEXICAL, BM25S)
