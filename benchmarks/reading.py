"""Measure how well raw inquiries are read: what is kept, what is dropped, how they are split.

    python benchmarks/reading.py [--out benchmarks/results/reading.json]

For each base, split and channel of the labelled raw inquiries: the share of question lines that are kept (of
a line with a speaker's name or a greeting in it, the labelled question), of boilerplate lines dropped whole,
and of inquiries split into as many questions as they hold. Then libraries for parts of the task are compared
with the reader, on the development half. Figures of the test half are printed, its texts never.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from _raw import BASES, REPOSITORY, RawInquiry, load_raw, raw_path
from _reading import compare, versions
from rich.console import Console
from rich.table import Table

from faqsearch.inquiry import Reading, read_inquiry
from faqsearch.inquiry.parts import KEPT
from faqsearch.store import atomic

DROPPED: Final = frozenset(
    "greeting opening closing signature quote footer disclaimer operator label".split()
)
COMMAND: Final = "python benchmarks/reading.py"
_HEAD: Final = re.compile(r"\s*[\[［(（＜<]?[^\s:：\]］>＞]{1,20}(?:\s\d+:\d+)?[\]］:：>＞)）]\s*")
Row = dict[str, Any]


def find_line(text: str, line: str, position: int) -> tuple[int, int] | None:
    """Find a line in a text from a position on; spaces may differ, as they do in HTML."""
    pattern = r"\s*".join(map(re.escape, line.split()))
    match = re.compile(pattern).search(text, position)
    return match.span() if match else None


def measure(inquiry: RawInquiry) -> Row:
    """Read one inquiry and compare what is kept with its labels."""
    started = time.perf_counter()
    reading = read_inquiry(inquiry.raw, inquiry.channel)
    seconds = time.perf_counter() - started
    kept = kept_characters(reading)
    wanted = [piece for question in inquiry.questions for piece in question.text.split("\n")]
    row: Row = {
        "id": inquiry.id,
        "base": inquiry.base,
        "split": inquiry.split,
        "channel": inquiry.channel,
        "question_lines": 0,
        "question_lines_kept": 0,
        "boilerplate": {},
        "questions": len(inquiry.questions),
        "questions_found": len(reading.questions),
        "milliseconds": round(seconds * 1000, 3),
    }
    position = len(reading.subject) + 1 if inquiry.mime and inquiry.mime["subject"] else 0
    for span in inquiry.line_spans:
        line = inquiry.text[span.start : span.end]
        if not line.strip():
            continue
        place = find_line(reading.text, line, position)
        position = place[1] if place else position
        if span.kind == "question":
            row["question_lines"] += 1
            row["question_lines_kept"] += place is not None and all(
                kept[index] or reading.text[index].isspace()
                for start, end in _asked(reading.text, place, wanted)
                for index in range(start, end)
            )
        elif span.kind in DROPPED:
            counts = row["boilerplate"].setdefault(span.kind, [0, 0])
            counts[0] += 1
            # A line that is not there was not handed on either.
            counts[1] += place is None or not any(
                kept[index] and not reading.text[index].isspace() for index in range(*place)
            )
    return row


def _asked(text: str, place: tuple[int, int], wanted: Iterable[str]) -> list[tuple[int, int]]:
    """Return where the labelled questions stand in a line; without any, the line but for a speaker's name."""
    start, end = place
    found = [span for piece in wanted if (span := find_line(text[:end], piece, start))]
    head = _HEAD.match(text, start, end)
    return found or [(head.end() if head else start, end)]


def kept_characters(reading: Reading) -> list[bool]:
    """Tell of each character of a text whether it is kept."""
    kept = [False] * len(reading.text)
    for part in reading.parts:
        if part.kind in KEPT:
            kept[part.start : part.end] = [True] * (part.end - part.start)
    return kept


def summarise(rows: Sequence[Row]) -> dict[str, float]:
    """Sum rows up; shares are in [0, 1]."""
    lines = sum(row["question_lines"] for row in rows)
    boilerplate = [counts for row in rows for counts in row["boilerplate"].values()]
    several = [row for row in rows if row["questions"] > 1]
    return {
        "inquiries": len(rows),
        "question_lines": lines,
        "question_lines_kept": share(sum(row["question_lines_kept"] for row in rows), lines),
        "boilerplate_lines": sum(total for total, _ in boilerplate),
        "boilerplate_lines_dropped": share(
            sum(dropped for _, dropped in boilerplate), sum(total for total, _ in boilerplate)
        ),
        "split_right": share(sum(row["questions"] == row["questions_found"] for row in rows), len(rows)),
        "with_several": len(several),
        "several_split_right": share(
            sum(row["questions"] == row["questions_found"] for row in several), len(several)
        ),
    }


def share(part: int, whole: int) -> float:
    """Return a share; of nothing, everything is right."""
    return part / whole if whole else 1.0


def groups(rows: Sequence[Row]) -> Mapping[tuple[str, str, str], list[Row]]:
    """Return rows by split, base and channel, with sums over channels and over bases."""
    found: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in rows:
        for base, channel in (
            (row["base"], row["channel"]),
            (row["base"], "all"),
            ("all", row["channel"]),
            ("all", "all"),
        ):
            found[row["split"], base, channel].append(row)
    return dict(sorted(found.items()))


def by_kind(rows: Sequence[Row]) -> dict[str, list[int]]:
    """Return lines and dropped lines of each kind of boilerplate."""
    counts: dict[str, list[int]] = {kind: [0, 0] for kind in sorted(DROPPED)}
    for row in rows:
        for kind, (total, dropped) in row["boilerplate"].items():
            counts[kind][0] += total
            counts[kind][1] += dropped
    return counts


def data_hash() -> str:
    """Return the SHA-256 of the labelled files."""
    digest = hashlib.sha256()
    for base in BASES:
        digest.update(raw_path(base).read_bytes())
    return digest.hexdigest()


def print_tables(rows: Sequence[Row], console: Console) -> None:
    """Print the figures of every group, and of every kind of boilerplate."""
    table = Table(
        "split", "base", "channel", "inquiries", "questions kept", "boilerplate dropped",
        "split right", "several",
        title="Reading of raw inquiries",
    )  # fmt: skip
    for (split, base, channel), members in groups(rows).items():
        figures = summarise(members)
        table.add_row(
            split, base, channel, str(figures["inquiries"]),
            f"{figures['question_lines_kept']:.1%} of {figures['question_lines']}",
            f"{figures['boilerplate_lines_dropped']:.1%} of {figures['boilerplate_lines']}",
            f"{figures['split_right']:.1%}",
            f"{figures['several_split_right']:.1%} of {figures['with_several']}",
        )  # fmt: skip
    console.print(table)
    for split in sorted({row["split"] for row in rows}):
        counts = by_kind([row for row in rows if row["split"] == split])
        parts = (f"{kind} {dropped}/{total}" for kind, (total, dropped) in counts.items())
        console.print(f"{split}, dropped by kind: {', '.join(parts)}")


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description="how well raw inquiries are read")
    parser.add_argument("--out", type=Path, default=REPOSITORY / "benchmarks" / "results" / "reading.json")
    out = parser.parse_args().out
    inquiries = [inquiry for base in BASES for inquiry in load_raw(base)]
    for inquiry in inquiries[:20]:
        read_inquiry(inquiry.raw, inquiry.channel)
    rows = [measure(inquiry) for inquiry in inquiries]
    console = Console(width=140)
    print_tables(rows, console)
    times = sorted(row["milliseconds"] for row in rows)
    console.print(
        f"milliseconds an inquiry: median {times[len(times) // 2]:.2f}, "
        f"p95 {times[len(times) * 95 // 100]:.2f}"
    )
    compared = compare([inquiry for inquiry in inquiries if inquiry.split == "dev"])
    for name, figures in compared.items():
        table = Table("reader", *next(iter(figures.values())), title=name)
        for reader, values in figures.items():
            table.add_row(reader, *(f"{value:.3f}" for value in values.values()))
        console.print(table)
    document = {
        "command": COMMAND,
        "data_sha256": data_hash(),
        "python": platform.python_version(),
        "versions": versions(),
        "summary": {" ".join(key): summarise(members) for key, members in groups(rows).items()},
        "libraries": compared,
        "rows": rows,
    }
    atomic.write_bytes(out, (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
