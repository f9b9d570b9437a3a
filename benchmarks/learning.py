"""Measure what confirmed inquiries teach, and what one loud source can do.

    python benchmarks/learning.py [--out benchmarks/results/learning.json]

Half of the labelled inquiries of each entry are confirmed (by an operator each, for the entry with the
highest grade); nDCG@10 is measured on the other half before and after, over five splits. Then the loudest
possible customer and operator confirm one entry for every inquiry of the base, and the change of every score
is measured.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Any, Final

from faqsearch.confirmations import MAX_TEXT, Confirmation
from faqsearch.entry import JAPAN, FaqEntry
from faqsearch.evaluation import Run
from faqsearch.evaluation.measures import measure_run
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.store import atomic, read_entries

REPOSITORY: Final = Path(__file__).resolve().parent.parent
BASES: Final = ("shop", "saas")
SEEDS: Final = range(5)
NOW: Final = dt.datetime(2026, 6, 1, 12, tzinfo=JAPAN)
BOUND: Final = 0.3
"""The weight of the confirmed part in the lexical preset: the most that confirmations add to a score."""

Inquiry = dict[str, Any]


def base_of(entries: tuple[FaqEntry, ...], confirmations: list[Confirmation]) -> KnowledgeBase:
    """Build a base that stands on one day."""
    return KnowledgeBase(entries, clock=lambda: NOW, confirmations=confirmations)


def confirm(
    inquiry: Inquiry, entry_id: str, number: int, source: str, kind: Any = "operator"
) -> Confirmation:
    """Confirm an inquiry for an entry."""
    return Confirmation(
        id=f"{number:06}",
        entry_id=entry_id,
        text=inquiry["text"][:MAX_TEXT],
        source=source,
        kind=kind,
        at=NOW,
    )


def best_entry(inquiry: Inquiry) -> str:
    """Return the entry with the highest grade."""
    best: str = max(sorted(inquiry["relevant"]), key=lambda entry: inquiry["relevant"][entry])
    return best


def split(inquiries: list[Inquiry], seed: int) -> tuple[list[Inquiry], list[Inquiry]]:
    """Split the inquiries of each entry in halves; the odd one goes to either."""
    chance = random.Random(seed)
    by_entry: dict[str, list[Inquiry]] = defaultdict(list)
    for inquiry in inquiries:
        by_entry[best_entry(inquiry)].append(inquiry)
    taught: list[Inquiry] = []
    held: list[Inquiry] = []
    for _, own in sorted(by_entry.items()):
        chance.shuffle(own)
        half = (len(own) + chance.randint(0, 1)) // 2
        taught += own[:half]
        held += own[half:]
    return taught, held


def quality(base: KnowledgeBase, inquiries: list[Inquiry]) -> dict[str, float]:
    """Return nDCG@10 of each inquiry, found as an operator."""
    run: Run = {
        inquiry["id"]: tuple(
            (hit.id, hit.score) for hit in base.search(inquiry["text"], audience="operator").hits
        )
        for inquiry in inquiries
    }
    return measure_run(run, {inquiry["id"]: inquiry["relevant"] for inquiry in inquiries})["nDCG@10"]


def learn(entries: tuple[FaqEntry, ...], inquiries: list[Inquiry], name: str) -> list[dict[str, Any]]:
    """Measure held-out quality before and after, for each seed."""
    rows = []
    before_base = base_of(entries, [])
    for seed in SEEDS:
        taught, held = split(inquiries, seed)
        learnt = [
            confirm(inquiry, best_entry(inquiry), number, f"op-{number % 7}")
            for number, inquiry in enumerate(taught)
        ]
        before, after = quality(before_base, held), quality(base_of(entries, learnt), held)
        rows.append(
            {
                "base": name,
                "seed": seed,
                "confirmed": len(taught),
                "held_out": len(held),
                "before": fmean(before.values()),
                "after": fmean(after.values()),
                "won": sum(after[key] > before[key] for key in before),
                "lost": sum(after[key] < before[key] for key in before),
                "queries": {key: [before[key], after[key]] for key in sorted(before)},
            }
        )
    return rows


def attack(entries: tuple[FaqEntry, ...], inquiries: list[Inquiry], name: str, kind: str) -> dict[str, Any]:
    """Let one source confirm one entry for every inquiry; measure how far scores move."""
    victim = min(entry.id for entry in entries)
    loud = [confirm(inquiry, victim, number, "loud", kind) for number, inquiry in enumerate(inquiries)]
    plain, moved = base_of(entries, []), base_of(entries, loud)
    raised, others, first = [], [], 0
    for inquiry in inquiries:
        text = inquiry["text"]
        before, after = (
            {hit.id: hit.score for hit in base.search(text, k=10_000, audience="operator").hits}
            for base in (plain, moved)
        )
        raised.append(after.get(victim, 0.0) - before.get(victim, 0.0))
        others += [abs(after[key] - before[key]) for key in before if key != victim]
        first += next(iter(before), "") != next(iter(after), "")
    return {
        "base": name,
        "kind": kind,
        "confirmations": len(loud),
        "bound": BOUND,
        "largest_gain": max(raised),
        "largest_loss": -min(0.0, *raised),
        "largest_change_of_others": max(others),
        "queries": len(inquiries),
        "first_hit_changed": first,
    }


def main() -> None:
    """Run both experiments on both sample bases."""
    parser = argparse.ArgumentParser(
        description="what confirmed inquiries teach, and what a loud source can do"
    )
    parser.add_argument("--out", type=Path, default=REPOSITORY / "benchmarks" / "results" / "learning.json")
    out = parser.parse_args().out
    learning: list[dict[str, Any]] = []
    attacks = []
    for name in BASES:
        entries = read_entries(REPOSITORY / "data" / name / "faq.csv")
        lines = (REPOSITORY / "data" / name / "inquiries.jsonl").read_text(encoding="utf-8").splitlines()
        inquiries = [item for item in map(json.loads, lines) if any(item["relevant"].values())]
        learning += learn(entries, inquiries, name)
        attacks += [attack(entries, inquiries, name, kind) for kind in ("customer", "operator")]
        own = [row for row in learning if row["base"] == name]
        gains = [row["after"] - row["before"] for row in own]
        print(
            f"{name}: nDCG@10 of held-out inquiries {fmean(row['before'] for row in own):.3f} -> "
            f"{fmean(row['after'] for row in own):.3f} (gain {min(gains):+.3f} to {max(gains):+.3f}); "
            f"won {sum(row['won'] for row in own)}, lost {sum(row['lost'] for row in own)}"
        )
    for row in attacks:
        print(
            f"{row['base']}: one {row['kind']} confirms one entry {row['confirmations']} times: "
            f"it gains at most {row['largest_gain']:.3f} (bound {BOUND}), "
            f"others {row['largest_change_of_others']:.3f}; "
            f"first hit changed for {row['first_hit_changed']} of {row['queries']}"
        )
    document = {"learning": learning, "attacks": attacks}
    atomic.write_bytes(out, (json.dumps(document, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
