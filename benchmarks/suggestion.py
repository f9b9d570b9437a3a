"""Measures suggestions, from a mail that comes in to a decision.

    python benchmarks/suggestion.py                                  # preset lexical, our own data
    python benchmarks/suggestion.py --preset hybrid --write          # also write results/suggestion.json
    python benchmarks/suggestion.py --foreign FOLDER --wrapped FOLDER

``--foreign`` asks the shop the queries of a folder about something else; ``--wrapped`` ranks the queries of a
folder inside the templates of wrappers.jsonl. Calibration is measured out of fold; decisions are those of the
shipped model. With ``--write`` figures of other presets, and of folders that are not given this time, stay in
the file as they are.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from _labelled import Inquiry, Observed, data_hash, inquiries, observed, sample_base
from _relevance.collection import shown_path
from _relevance.record import machine
from _suggestion import (
    Figures,
    asked_back,
    collection_base,
    foreign,
    raw_against_bare,
    several_questions,
    taken_out,
    wrapped,
)
from cost import GROWN, grown
from fit_confidence import FITTED_ON, PRECISION, fitted_rows, report
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from faqsearch import KnowledgeBase
from faqsearch.assist.fitting import cross_validated
from faqsearch.assist.risk_coverage import curve_svg, risk_coverage
from faqsearch.evaluation import read_queries
from faqsearch.sample import SAMPLES

ROOT: Final = Path(__file__).resolve().parents[1]
RESULTS: Final = ROOT / "benchmarks" / "results"
TEMPLATES: Final = ROOT / "benchmarks" / "wrappers.jsonl"
PACKAGES: Final = ("faqsearch", "numpy", "scikit-learn", "scipy", "sudachidict-core", "sudachipy")
_err: Final = Console(stderr=True)


@contextmanager
def progress_of(title: str, total: int) -> Iterator[Callable[[], None]]:
    """Show progress; yields what to call after each step."""
    with Progress(console=_err) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)


def all_inquiries() -> list[Inquiry]:
    """Return the labelled inquiries of all sample bases."""
    return [inquiry for name in SAMPLES for inquiry in inquiries(name)]


def ranking(preset: str) -> Figures:
    """Compare the ranking of raw inquiries with that of bare questions, by split."""
    found: Figures = {}
    raw = [one for one in all_inquiries() if one.split != "bare"]
    with progress_of(
        "raw against bare", 2 * len(raw) - sum(len(one.questions) > 1 for one in raw)
    ) as advance:
        bases = {name: sample_base(name, preset) for name in SAMPLES}
        for split in ("dev", "test"):
            for name, base in bases.items():
                chosen = [one for one in raw if (one.split, one.base) == (split, name)]
                found[f"{name}, {split}"] = raw_against_bare(base, chosen, advance)
                alone = [one for one in chosen if len(one.questions) == 1]
                found[f"{name}, {split}, one question"] = raw_against_bare(base, alone, advance)
    for split in ("dev", "test"):
        parts = [found[f"{name}, {split}"] for name in SAMPLES]
        sizes = [part["inquiries"] for part in parts]
        bare, ranked = (
            float(np.average([part[key] for part in parts], weights=sizes))
            for key in ("nDCG@10 bare", "nDCG@10 raw")
        )
        found[split] = {
            "inquiries": sum(sizes),
            "nDCG@10 bare": bare,
            "nDCG@10 raw": ranked,
            "loss": {"share": (bare - ranked) / bare},
        }
    return found


def latency(preset: str) -> Figures:
    """Time raw inquiries, from the mail to the decision, on a base of 10,000 entries."""
    entries, _ = grown(GROWN, seed=0)
    base = KnowledgeBase(entries, preset=preset)
    base.wait_until_ready()
    chosen = [one for one in all_inquiries() if one.split != "bare"]
    for inquiry in chosen[: len(chosen) // 4]:
        base.suggest(inquiry.text, inquiry.channel)
    times: dict[str, list[float]] = {"mail": [], "every channel": []}
    for inquiry in chosen:
        start = time.perf_counter()
        base.suggest(inquiry.text, inquiry.channel)
        spent = (time.perf_counter() - start) * 1e3
        times["every channel"].append(spent)
        if inquiry.channel == "mail":
            times["mail"].append(spent)
    return {
        "entries": len(entries),
        "load": os.getloadavg()[0],
        **{
            name: {
                "inquiries": len(values),
                **{f"p{share} ms": float(np.percentile(values, share)) for share in (50, 95, 99)},
            }
            for name, values in times.items()
        },
    }


def curves(seen: Observed) -> str:
    """Draw risk against coverage of the confidence and of the naive score, out of fold."""
    data, mask = fitted_rows(seen), seen.where(split=FITTED_ON)
    predicted = cross_validated(data.features, data.first_right, data.groups)
    score = np.array([one.score for one, kept in zip(seen.observations, mask, strict=True) if kept])
    found = {
        "confidence": risk_coverage(predicted, data.first_right),
        "score alone": risk_coverage(score, data.first_right),
    }
    return curve_svg(f"Risk and coverage, {seen.preset}, out of fold", found, PRECISION)


def measure(preset: str, options: argparse.Namespace) -> tuple[Figures, str]:
    """Measure everything under one preset; return figures and the curve."""
    everything = all_inquiries()
    with progress_of(f"suggesting, {preset}", len(everything)) as advance:
        seen = observed(preset, None, advance)
    found: Figures = {
        "confidence": report(seen),
        "several questions": several_questions(seen),
        "asking back": asked_back(seen),
        "raw against bare": ranking(preset),
    }
    confidence = found["confidence"]
    ours, naive = (
        confidence[key]["coverage at 90% precision"] for key in ("cross-validated", "naive score threshold")
    )
    found["coverage at 90% precision, times that of a score threshold"] = ours / naive if naive else None
    with progress_of("entries taken out", 2 * len(everything)) as advance:
        for least in (1, 2):
            found[f"entries of grade {least} or better taken out"] = taken_out(preset, least, advance)
    if options.foreign:
        texts = [query.text for query in read_queries(options.foreign / "queries.jsonl")]
        with progress_of("another world", len(texts)) as advance:
            found[f"another world: {options.foreign.name}"] = foreign(
                sample_base("shop", preset), texts, advance
            )
    if options.wrapped:
        base, queries = collection_base(options.wrapped, preset)
        templates = len(TEMPLATES.read_text(encoding="utf-8").splitlines())
        with progress_of("wrapped", queries * templates) as advance:
            found[f"wrapped: {options.wrapped.name}"] = wrapped(base, options.wrapped, TEMPLATES, advance)
    if not options.no_latency:
        found["mail in, decision out"] = latency(preset)
    return found, curves(seen)


def show(preset: str, found: Figures) -> None:
    """Print figures as a table, nested ones on one line each."""
    table = Table("figure", "value", title=f"Suggestions ranked by {preset}")
    for key, value in found.items():
        if not isinstance(value, dict):
            table.add_row(key, _shown(value))
            continue
        for inner, number in value.items():
            table.add_row(f"{key}: {inner}", _shown(number))
    Console().print(table)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def write(preset: str, found: Figures, drawn: str, options: argparse.Namespace) -> None:
    """Write the figures of a preset beside those of others, and its curve."""
    target = RESULTS / "suggestion.json"
    known = json.loads(target.read_text(encoding="utf-8")) if target.exists() else {}
    folders = [
        f"--{name} {shown_path(getattr(options, name))}"
        for name in ("foreign", "wrapped")
        if getattr(options, name)
    ]
    presets = known.get("presets", {})
    presets[preset] = {
        **presets.get(preset, {}),
        "command": " ".join(["python benchmarks/suggestion.py", f"--preset {preset}", *folders, "--write"]),
        "data_sha256": data_hash(),
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in PACKAGES},
        "machine": machine(),
        **found,
    }
    written = {"presets": {name: presets[name] for name in sorted(presets)}}
    target.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (RESULTS / f"risk-coverage-{preset}.svg").write_text(drawn, encoding="utf-8")


def main() -> None:
    """Measure and print; write where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--preset", default="lexical", help="what ranks")
    parser.add_argument(
        "--foreign", type=Path, metavar="FOLDER", help="its queries.jsonl is asked of the shop"
    )
    parser.add_argument("--wrapped", type=Path, metavar="FOLDER", help="a base whose queries are wrapped")
    parser.add_argument("--no-latency", action="store_true", help="leave the base of 10,000 entries out")
    parser.add_argument("--write", action="store_true", help="write results/suggestion.json and the curve")
    options = parser.parse_args()
    found, drawn = measure(options.preset, options)
    show(options.preset, found)
    if options.write:
        write(options.preset, found, drawn, options)


if __name__ == "__main__":
    main()
