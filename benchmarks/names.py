"""Measure how many names redaction finds in every position that they stand in, and what else it takes.

    python benchmarks/names.py [--misses]

``names_dev.txt`` is for developing; ``names_unseen.txt`` was written before the rules were changed, is for
measuring only: ``--misses`` never shows anything of it. A text follows a line with ``%%`` and its
position; ``<name>`` marks the names, also those of staff and the handles of customers. A name counts as found
if every letter of it is taken out, an ordinary word as falsely redacted if any of it is taken for a name.
What is redacted as something else (numbers, addresses) is left out. All texts are invented.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from faqsearch.analysis.tagging import tag
from faqsearch.inquiry.redaction import PersonalKind, Redactor

HERE: Final = Path(__file__).resolve().parent
SPLITS: Final = ("dev", "unseen")
_MARK: Final = re.compile("</?name>")


class MarkedText(NamedTuple):
    """A text, the position its names stand in, and where each begins and ends."""

    position: str
    text: str
    names: tuple[tuple[int, int], ...]


def read_texts(split: str) -> Iterator[MarkedText]:
    """Read the texts of a split: dev or unseen."""
    content = (HERE / f"names_{split}.txt").read_text(encoding="utf-8")
    for block in re.split("(?m)^%% ", content)[1:]:
        position, _, marked = block.rstrip("\n").partition("\n")
        pieces = _MARK.split(marked)
        ends = [sum(map(len, pieces[: place + 1])) for place in range(len(pieces))]
        yield MarkedText(position, "".join(pieces), tuple(zip(ends[:-1:2], ends[1::2], strict=True)))


def measure(texts: Sequence[MarkedText], *, misses: bool = False) -> dict[str, Counter[str]]:
    """Count names, found names, words and falsely redacted words by position."""
    redactor, counts = Redactor(), defaultdict[str, Counter[str]](Counter)
    for position, text, names in texts:
        spans = redactor.find(text)
        taken = {place for span in spans for place in range(span.start, span.end)}
        as_name = {
            place for span in spans if span.kind is PersonalKind.NAME for place in range(span.start, span.end)
        }
        personal = {place for start, end in names for place in range(start, end)} | (taken - as_name)
        for start, end in names:
            gone = all(place in taken for place in range(start, end) if text[place].isalnum())
            counts[position].update(names=1, found=gone)
            if misses and not gone:
                print(f"missed in {position}: {text[start:end]}")
        for word in tag(text):
            places = range(word.start, word.end)
            if any(text[place].isalnum() for place in places) and personal.isdisjoint(places):
                wrong = not as_name.isdisjoint(places)
                counts[position].update(words=1, false=wrong)
                if misses and wrong:
                    print(f"falsely redacted in {position}: {text[word.start : word.end]}")
    return dict(counts)


def main() -> None:
    """Print recall and false redaction of every position."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--misses", action="store_true", help="list what went wrong on dev")
    arguments = parser.parse_args()
    for split in SPLITS:
        counts = measure(list(read_texts(split)), misses=arguments.misses and split == "dev")
        for position, count in [*sorted(counts.items()), ("all", sum(counts.values(), Counter[str]()))]:
            share = count["found"] / (count["names"] or 1)
            print(
                f"{split:6} {position:10} found {count['found']:3}/{count['names']:3} {share:6.1%}"
                f"  false {count['false']:3}/{count['words']:4} {count['false'] / count['words']:6.2%}"
            )


if __name__ == "__main__":
    main()
