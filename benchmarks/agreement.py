"""Prints how well the two readers of the sample inquiries agree, before disagreements were settled.

    python benchmarks/agreement.py

Each inquiry was labelled by its writer, who knew the situation it was written from but not the wording of the
entries, and by a second reader, who knew entries and inquiry but not the first label.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from faqsearch.sample import SAMPLES, sample_path

Labels = Mapping[str, int]


def answers(labels: Labels) -> frozenset[str]:
    """Return the entries labelled as right (grade 2)."""
    return frozenset(entry for entry, grade in labels.items() if grade == 2)


def cohen_kappa(first: Sequence[bool], second: Sequence[bool]) -> float:
    """Agreement beyond chance of two binary labellings (Cohen 1960), at most 1."""
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / len(first)
    p, q = sum(first) / len(first), sum(second) / len(second)
    expected = p * q + (1 - p) * (1 - q)
    return (observed - expected) / (1 - expected)


def agreement(inquiries: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Compare both readers' labels of some inquiries."""
    first = [answers(inquiry["first_reader"]) for inquiry in inquiries]
    second = [answers(inquiry["second_reader"]) for inquiry in inquiries]
    settled = [answers(inquiry["relevant"]) for inquiry in inquiries]
    return {
        "inquiries": len(inquiries),
        "without any related entry": sum(not inquiry["relevant"] for inquiry in inquiries),
        "without a right entry": sum(not labels for labels in settled),
        "kappa: is there a right entry": cohen_kappa([bool(x) for x in first], [bool(x) for x in second]),
        "same set of right entries": sum(a == b for a, b in zip(first, second, strict=True)) / len(first),
        "settled differently from the first reader": sum(a != s for a, s in zip(first, settled, strict=True)),
    }


def main() -> None:
    """Print the agreement for each sample base."""
    table = Table("figure", *SAMPLES, title="Agreement of the two readers")
    columns = []
    for name in SAMPLES:
        lines = sample_path(name, "inquiries.jsonl").read_text(encoding="utf-8").splitlines()
        columns.append(agreement([json.loads(line) for line in lines]))
    for figure in columns[0]:
        values = (column[figure] for column in columns)
        table.add_row(
            figure, *(f"{value:.3f}" if isinstance(value, float) else str(value) for value in values)
        )
    Console().print(table)


if __name__ == "__main__":
    main()
