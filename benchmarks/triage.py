"""Measure redaction and triage on the labelled raw inquiries of the sample bases.

    python benchmarks/triage.py [--split dev|test|all] [--out benchmarks/results/triage.json]

Redaction: a marked piece of personal data counts as found if every letter and digit of it is taken out; a
word that is not marked counts as falsely redacted if any of it is. Words are those of Sudachi, marked ones
left out. False redaction is also measured over questions, variants and answers of the bases' entries, where
hardly anything is personal. Triage: precision, recall and F1 of every class; accuracy of category and
language; a team by past assignments, where the category of every labelled inquiry (``inquiries.jsonl``,
without those that a raw one of the same split was made from) stands for the team that took it. The phrases
were collected with the dev half in view, so that only test says how they do elsewhere.

``--misses`` lists what went wrong on dev; nothing of test is ever shown.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import platform
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any, Final

import numpy as np
from _raw import BASES, REPOSITORY, LabelledSpan, RawInquiry, load_raw, raw_path

import faqsearch
from faqsearch.analysis.tagging import tag
from faqsearch.assist.fitting import expected_calibration_error
from faqsearch.assist.triage import Finding, Teams, Triage
from faqsearch.inquiry import read_inquiry
from faqsearch.inquiry.redaction import Redactor
from faqsearch.store import atomic

OUT: Final = REPOSITORY / "benchmarks" / "results" / "triage.json"
PACKAGES: Final = ("faqsearch", "sudachipy", "sudachidict-core", "scikit-learn", "numpy")
SIGNS: Final = ("urgency", "complaint", "distress")
PRESET: Final = "lexical"
SPLITS: Final = ("dev", "test")

Counts = dict[str, int]


def marked(text: str, spans: Iterable[Any]) -> bytearray:
    """Mark the characters inside spans."""
    marks = bytearray(len(text))
    for span in spans:
        marks[span.start : span.end] = b"\1" * (span.end - span.start)
    return marks


def false_words(text: str, found: bytearray, personal: bytearray) -> tuple[int, int]:
    """Count the words that are not personal, and those of them that are redacted."""
    words = redacted = 0
    for word in tag(text):
        if any(map(str.isalnum, text[word.start : word.end])) and not any(personal[word.start : word.end]):
            words += 1
            redacted += any(found[word.start : word.end])
    return words, redacted


def measure_redaction(inquiries: Sequence[RawInquiry], redactor: Redactor, *, misses: bool) -> dict[str, Any]:
    """Measure recall by kind and false redaction; the sender of a mail is known from its header."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    words = redacted = 0
    for inquiry in inquiries:
        text = inquiry.text
        sender = read_inquiry(inquiry.raw, inquiry.channel).sender
        spans = redactor.find(text, [sender])
        found, personal = marked(text, spans), marked(text, inquiry.personal)
        for piece in inquiry.personal:
            gone = _is_gone(text, piece, found)
            kinds[piece.kind]["marked"] += 1
            kinds[piece.kind]["found"] += gone
            kinds[piece.kind]["same kind"] += any(
                span.kind == piece.kind and span.start < piece.end and piece.start < span.end
                for span in spans
            )
            if misses and not gone and inquiry.split == "dev":
                print(f"missed {inquiry.id} {piece.kind}: {text[piece.start : piece.end]}")
        more = false_words(text, found, personal)
        words, redacted = words + more[0], redacted + more[1]
    total = sum((Counter(counts) for counts in kinds.values()), Counter[str]())
    return {
        "inquiries": len(inquiries),
        "marked": total["marked"],
        "found": total["found"],
        "recall": _share(total["found"], total["marked"]),
        "kinds": {
            kind: {**counts, "recall": _share(counts["found"], counts["marked"])}
            for kind, counts in sorted(kinds.items())
        },
        "words": words,
        "words redacted": redacted,
        "false redaction": _share(redacted, words),
    }


def measure_entries(redactor: Redactor) -> dict[str, Any]:
    """Measure false redaction over the entries of the bases."""
    report = {}
    for base in BASES:
        words = redacted = 0
        for entry in faqsearch.read_entries(REPOSITORY / "data" / base / "faq.csv"):
            text = "\n".join((entry.question, *entry.variants, entry.answer))
            more = false_words(text, marked(text, redactor.find(text)), bytearray(len(text)))
            words, redacted = words + more[0], redacted + more[1]
        report[base] = {
            "words": words,
            "words redacted": redacted,
            "false redaction": _share(redacted, words),
        }
    return report


def run_triage(inquiries: Sequence[RawInquiry]) -> dict[str, Triage]:
    """Triage every inquiry against its base."""
    found = {}
    for base, split in product(BASES, SPLITS):
        own = [inquiry for inquiry in inquiries if (inquiry.base, inquiry.split) == (base, split)]
        sources = {source for inquiry in own for source in inquiry.sources}
        knowledge_base = faqsearch.KnowledgeBase(
            faqsearch.read_entries(REPOSITORY / "data" / base / "faq.csv"),
            preset=PRESET,
        )
        teams = Teams(assignments=past_assignments(base, sources))
        for inquiry in own:
            found[inquiry.id] = knowledge_base.triage(inquiry.raw, inquiry.channel, inquiry.audience, teams)
    return found


def past_assignments(base: str, without: set[str]) -> list[tuple[str, str]]:
    """Take the labelled inquiries for past ones, each given to the "team" of its entry's category."""
    folder = REPOSITORY / "data" / base
    categories = {entry.id: entry.category for entry in faqsearch.read_entries(folder / "faq.csv")}
    lines = (folder / "inquiries.jsonl").read_text(encoding="utf-8").splitlines()
    pairs = []
    for record in map(json.loads, lines):
        best = [entry for entry, grade in record["relevant"].items() if grade == 2]
        if best and record["id"] not in without:
            pairs.append((record["text"], categories[min(best)]))
    return pairs


def measure_triage(
    inquiries: Sequence[RawInquiry], found: dict[str, Triage], *, misses: bool
) -> dict[str, Any]:
    """Measure every part of triage."""
    report: dict[str, Any] = {"inquiries": len(inquiries)}
    for sign in SIGNS:
        pairs = [(inquiry, getattr(found[inquiry.id], sign)) for inquiry in inquiries]
        report[sign] = measure_sign(pairs, sign)
        for inquiry, finding in pairs:
            if misses and inquiry.split == "dev" and finding.found != inquiry.triage[sign]:
                print(
                    f"{sign} {inquiry.id}: {finding.confidence:.2f} {[word.text for word in finding.words]}"
                )
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    for inquiry in inquiries:
        languages[inquiry.triage["language"]][found[inquiry.id].language.name] += 1
    report["language"] = {
        **_agreement((inquiry.triage["language"], found[inquiry.id].language) for inquiry in inquiries),
        "told as": {name: dict(counts) for name, counts in sorted(languages.items())},
    }
    known = [inquiry for inquiry in inquiries if inquiry.triage["category"]]
    report["category"] = _agreement(
        (inquiry.triage["category"], found[inquiry.id].category) for inquiry in known
    )
    report["category"]["share of the commonest"] = _share(
        max(Counter(inquiry.triage["category"] for inquiry in known).values()), len(known)
    )
    report["team by past assignments"] = _agreement(
        (inquiry.triage["category"], found[inquiry.id].team) for inquiry in known
    )
    return report


def measure_sign(pairs: Sequence[tuple[RawInquiry, Finding]], sign: str) -> dict[str, Any]:
    """Measure one sign: both classes, and how well its confidence is calibrated."""
    truth = np.array([bool(inquiry.triage[sign]) for inquiry, _ in pairs])
    said = np.array([finding.found for _, finding in pairs])
    confidence = np.array([finding.confidence for _, finding in pairs])
    return {
        **{name: _class(truth == value, said == value) for name, value in (("yes", True), ("no", False))},
        "calibration error": expected_calibration_error(confidence, truth),
    }


def _class(truth: Any, said: Any) -> dict[str, float]:
    right = int((truth & said).sum())
    return {
        "labelled": int(truth.sum()),
        "found": int(said.sum()),
        "right": right,
        "precision": _share(right, int(said.sum())),
        "recall": _share(right, int(truth.sum())),
        "F1": _share(2 * right, int(said.sum() + truth.sum())),
    }


def _agreement(pairs: Iterable[tuple[str, faqsearch.assist.triage.Label | None]]) -> dict[str, Any]:
    listed = list(pairs)
    right = np.array([label is not None and label.name == truth for truth, label in listed])
    confidence = np.array([label.confidence if label else 0.0 for _, label in listed])
    return {
        "labelled": len(listed),
        "right": int(right.sum()),
        "accuracy": _share(int(right.sum()), len(listed)),
        "calibration error": expected_calibration_error(confidence, right),
    }


def _is_gone(text: str, piece: LabelledSpan, found: bytearray) -> bool:
    return all(found[place] for place in range(piece.start, piece.end) if text[place].isalnum())


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def data_hash() -> str:
    """Digest of every file that is measured on."""
    digest = hashlib.sha256()
    for base in BASES:
        folder = REPOSITORY / "data" / base
        for path in (folder / "faq.csv", folder / "inquiries.jsonl", raw_path(base)):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def show(name: str, report: dict[str, Any]) -> None:
    """Print the figures of a split."""
    redaction, triage = report["redaction"], report["triage"]
    print(f"{name}: redaction recall {redaction['recall']:.1%} ({redaction['found']}/{redaction['marked']})")
    for kind, counts in redaction["kinds"].items():
        print(f"  {kind:10} {counts['recall']:7.1%} ({counts['found']}/{counts['marked']})")
    print(
        f"  false redaction {redaction['false redaction']:.2%} "
        f"({redaction['words redacted']}/{redaction['words']} words)"
    )
    for sign in SIGNS:
        for value in ("yes", "no"):
            row = triage[sign][value]
            print(
                f"  {sign:10} {value:3} P {row['precision']:.3f} R {row['recall']:.3f} F1 {row['F1']:.3f} "
                f"({row['right']} right, {row['found']} found, {row['labelled']} labelled)"
            )
        print(f"  {sign:10} calibration error {triage[sign]['calibration error']:.3f}")
    for part in ("category", "team by past assignments", "language"):
        row = triage[part]
        print(
            f"  {part}: {row['accuracy']:.3f} ({row['right']}/{row['labelled']}), "
            f"calibration error {row['calibration error']:.3f}"
        )


def main() -> None:
    """Measure, print, and write the results file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=(*SPLITS, "all"), default="all")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--misses", action="store_true", help="list what went wrong on dev")
    options = parser.parse_args()
    redactor = Redactor()
    inquiries = [inquiry for base in BASES for inquiry in load_raw(base)]
    found = run_triage(inquiries)
    splits = {}
    for split in SPLITS if options.split == "all" else (options.split,):
        own = [inquiry for inquiry in inquiries if inquiry.split == split]
        splits[split] = {
            "redaction": measure_redaction(own, redactor, misses=options.misses),
            "triage": measure_triage(own, found, misses=options.misses),
        }
        show(split, splits[split])
    entries = measure_entries(redactor)
    for base, row in entries.items():
        print(f"entries of {base}: false redaction {row['false redaction']:.3%} of {row['words']} words")
    if options.split == "all":
        report = {
            "command": "python benchmarks/triage.py",
            "data_sha256": data_hash(),
            "python": platform.python_version(),
            "versions": {name: importlib.metadata.version(name) for name in PACKAGES},
            "preset": PRESET,
            "splits": splits,
            "false redaction in entries": entries,
        }
        text = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
        atomic.write_bytes(options.out, text.encode("utf-8"))


if __name__ == "__main__":
    main()
