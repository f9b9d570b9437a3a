"""What a run found, as files: quality, equal in every run with the same versions, apart from times."""

from __future__ import annotations

import csv
import datetime as dt
import importlib.metadata
import io
import json
import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from _relevance.collection import Collection, shown_path
from _relevance.measuring import SHOWN, Field, Measured, percentile
from faqsearch.entry import JAPAN
from faqsearch.evaluation import Comparison, bootstrap_interval, evaluate_runs
from faqsearch.evaluation.measures import DEEP_MEASURES
from faqsearch.store import atomic

SCHEMA: Final = 2
"""Raised when a reader of the files would have to change."""

MAIN: Final = "nDCG@10"
"""The measure that examples, plots and ablations look at."""

EXAMPLES: Final = 5
"""How many queries won and lost stand in the record for each system."""

PACKAGES: Final = (
    "bm25s",
    "faqsearch",
    "fugashi",
    "ir-measures",
    "janome",
    "numpy",
    "pytrec-eval-terrier",
    "rank-bm25",
    "scikit-learn",
    "scipy",
    "sudachidict-core",
    "sudachipy",
    "tantivy",
    "unidic-lite",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """Everything that was measured on one base.

    Attributes:
        collection: The base.
        baseline: Name of the system all others are compared with.
        field: The ladder.
        comparison: The ladder compared, the baseline first.
        ablations: Preset -> its variants; the preset itself is ``""``.
        compared_ablations: Preset -> its variants compared with the preset itself.
        seed: Seed of tests and intervals.
        command: The command that gets the same figures again.
    """

    collection: Collection
    baseline: str
    field: Field
    comparison: Comparison
    ablations: Mapping[str, Field]
    compared_ablations: Mapping[str, Comparison]
    seed: int
    command: str


def compare(field: Field, first: str, collection: Collection, seed: int) -> Comparison:
    """Measure all runs; every one is compared with that of ``first``."""
    names = sorted(field.measured, key=lambda name: name != first)
    runs = {name: field.measured[name].run for name in names}
    return evaluate_runs(runs, collection.qrels, seed=seed, measures=DEEP_MEASURES)


def summary(findings: Findings) -> dict[str, object]:
    """Return all figures of quality, and what is needed to get them again; no times, no date."""
    collection, comparison = findings.collection, findings.comparison
    known = {entry.id for entry in collection.entries}
    relevant = {key for judged in collection.qrels.values() for key, grade in judged.items() if grade >= 1}
    return {
        "schema": SCHEMA,
        "command": findings.command,
        "folder": collection.name,
        "files_sha256": dict(sorted(collection.hashes.items())),
        "data_sha256": collection.hash(),
        "entries": len(collection.entries),
        "queries": len(collection.queries),
        "relevant_entries_not_in_the_base": len(relevant - known),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": dict(_versions()),
        "baseline": findings.baseline,
        "ladder": list(findings.field.measured),
        "not_ready": dict(findings.field.not_ready),
        "queries_whose_best_depend_on_k": {
            name: system.unstable for name, system in findings.field.measured.items()
        },
        "comparison": comparison.to_dict(per_query=False),
        "intervals": intervals(comparison),
        "examples": {
            name: examples(findings, name) for name in findings.field.measured if name != findings.baseline
        },
        "ablations": {name: _ablation(findings, name) for name in findings.ablations},
    }


def intervals(comparison: Comparison) -> dict[str, dict[str, list[float]]]:
    """Return the 95 % bootstrap interval of every mean: system -> measure -> low and high."""
    return {
        name: {
            measure: list(bootstrap_interval(list(values.values()), seed=comparison.seed))
            for measure, values in by_measure.items()
        }
        for name, by_measure in comparison.values.items()
    }


def examples(findings: Findings, system: str) -> dict[str, list[dict[str, object]]]:
    """Return the queries that a system wins and loses by most against the baseline, the biggest first.

    Texts of queries are among them only where the base is one whose texts may be quoted.
    """
    theirs = findings.comparison.values[system][MAIN]
    base = findings.comparison.values[findings.baseline][MAIN]
    texts = {query.id: query.text for query in findings.collection.queries}
    order = {query_id: place for place, query_id in enumerate(texts)}
    gaps = {query_id: theirs[query_id] - base[query_id] for query_id in theirs}
    chosen = {
        "won": sorted((key for key in gaps if gaps[key] > 1e-9), key=lambda key: (-gaps[key], order[key])),
        "lost": sorted((key for key in gaps if gaps[key] < -1e-9), key=lambda key: (gaps[key], order[key])),
    }

    def example(query_id: str) -> dict[str, object]:
        first = {
            name: next((entry_id for entry_id, _ in findings.field.measured[name].run[query_id]), None)
            for name in (system, findings.baseline)
        }
        return {
            "query": query_id,
            "value": theirs[query_id],
            "baseline_value": base[query_id],
            "first_hit": first[system],
            "baseline_first_hit": first[findings.baseline],
            **({"text": texts[query_id]} if findings.collection.quotable else {}),
        }

    return {side: [example(key) for key in keys[:EXAMPLES]] for side, keys in chosen.items()}


def timings(findings: Findings, now: dt.datetime) -> dict[str, object]:
    """Return how long everything took, where and when."""
    base = findings.field.measured[findings.baseline]
    return {
        "schema": SCHEMA,
        "date": now.astimezone(JAPAN).isoformat(timespec="seconds"),
        "machine": machine(),
        "hits_asked_for": SHOWN,
        "systems": {name: _times(system, base) for name, system in findings.field.measured.items()},
        "ablations": {
            preset: {name: _times(system, field.measured[""]) for name, system in field.measured.items()}
            for preset, field in findings.ablations.items()
        },
    }


def machine() -> dict[str, object]:
    """Return what kind of machine this is, and nothing by which to find it."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        named = re.search(r"^model name\s*:\s*(.+)$", cpuinfo.read_text(encoding="utf-8"), re.MULTILINE)
        model = named[1] if named else model
    return {"cpu": model, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.machine()}"}


def write(findings: Findings, out: Path, now: dt.datetime) -> list[Path]:
    """Write the files of one base; return their paths."""
    out.mkdir(parents=True, exist_ok=True)
    contents = {
        "summary.json": _json(summary(findings)),
        "rows.csv": _rows(findings),
        "timings.json": _json(timings(findings, now)),
        "times.csv": _time_rows(findings),
    }
    written = []
    for suffix, content in contents.items():
        path = out / f"relevance-{findings.collection.name}-{suffix}"
        atomic.write_bytes(path, content.encode("utf-8"))
        written.append(path)
    return written


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """The files of one base, read again.

    Attributes:
        summary: What :func:`summary` returned.
        timings: What :func:`timings` returned.
        values: System -> values of nDCG@10 in the order of the queries.
    """

    summary: Mapping[str, Any]
    timings: Mapping[str, Any]
    values: Mapping[str, Sequence[float]]


def read_records(out: Path) -> list[Record]:
    """Return the records of every base in a folder of results, by name; files of older forms are left out."""
    records = []
    for path in sorted(out.glob("relevance-*-summary.json")):
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.get("schema") != SCHEMA:
            continue
        stem = str(path).removesuffix("summary.json")
        values: dict[str, list[float]] = {}
        with Path(stem + "rows.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                values.setdefault(row["system"], []).append(float(row[MAIN]))
        times = json.loads(Path(stem + "timings.json").read_text(encoding="utf-8"))
        records.append(Record(summary=found, timings=times, values=values))
    return records


def command_of(script: str, folder: Path, options: Iterable[str]) -> str:
    """Return the command for a folder, without a path that tells where it lies."""
    return " ".join(["python", f"benchmarks/{script}", shown_path(folder), *options])


def _ablation(findings: Findings, preset: str) -> dict[str, object]:
    comparison, field = findings.compared_ablations[preset], findings.ablations[preset]
    return {
        "means": dict(comparison.means[""]),
        "not_possible": dict(field.not_ready),
        "without": {
            name: {
                found.measure: {
                    key: getattr(found, key)
                    for key in ("mean", "low", "high", "p", "p_holm", "won", "lost", "tied")
                }
                for found in comparison.differences
                if found.system == name
            }
            for name in field.measured
            if name
        },
    }


def _times(system: Measured, base: Measured) -> dict[str, object]:
    search, tokenize = percentile(system.search_ms, 50), percentile(system.tokenize_ms, 50)
    against = percentile(base.search_ms, 50)
    return {
        "build_seconds": round(system.build_seconds, 3),
        "search_ms_p50": round(search, 4),
        "search_ms_p95": round(percentile(system.search_ms, 95), 4),
        "tokenize_ms_p50": round(tokenize, 4),
        "tokenize_ms_p95": round(percentile(system.tokenize_ms, 95), 4),
        "search_p50_over_tokenize_p50": round(search / tokenize, 3) if tokenize else None,
        "search_p50_over_baseline_p50": round(search / against, 3) if against else None,
    }


def _rows(findings: Findings) -> str:
    """Return the raw values as CSV: ids and values, never a text, never a time."""
    values = findings.comparison.values
    lines = [
        [
            name,
            query.id,
            *(repr(values[name][measure][query.id]) for measure in DEEP_MEASURES),
            " ".join(entry_id for entry_id, _ in system.run[query.id][:SHOWN]),
        ]
        for name, system in findings.field.measured.items()
        for query in findings.collection.queries
    ]
    return _csv([["system", "query", *DEEP_MEASURES, "hits"], *lines])


def _time_rows(findings: Findings) -> str:
    lines = [
        [name, query.id, f"{search:.4f}", f"{tokenize:.4f}"]
        for name, system in findings.field.measured.items()
        for query, search, tokenize in zip(
            findings.collection.queries, system.search_ms, system.tokenize_ms, strict=True
        )
    ]
    return _csv([["system", "query", "search_ms", "tokenize_ms"], *lines])


def _csv(lines: Iterable[Sequence[str]]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, lineterminator="\n").writerows(lines)
    return file.getvalue()


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _versions() -> Iterable[tuple[str, str | None]]:
    for name in PACKAGES:
        try:
            yield name, importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            yield name, None
