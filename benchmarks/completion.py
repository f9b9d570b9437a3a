"""Measure what a keystroke costs: completions at every key of questions as people type them.

    python benchmarks/completion.py            # 1,000, 10,000 and 100,000 entries grown from our bases
    python benchmarks/completion.py --write    # the same; results/completion.json

Typed are the first 1 to 12 characters of questions: in kana, in romaji (most of them half-typed), as an input
method has converted the first word (引っ越しのt), as they are written, and with one slip. Times are of one
process; run it on a quiet machine, or look at the processor time.
"""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import gc
import json
import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from _relevance.collection import load_folder
from _relevance.record import machine
from rich.console import Console
from rich.table import Table

from faqsearch import FaqEntry, KnowledgeBase, SudachiAnalyzer
from faqsearch.completion.romaji import KANA_OF
from faqsearch.entry import JAPAN

ROOT: Final = Path(__file__).resolve().parents[1]
SIZES: Final = (1_000, 10_000, 100_000)
QUESTIONS: Final = 60
LONGEST: Final = 12
EDITS: Final = 20
STYLES: Final = ("kana", "romaji", "mixed", "as written", "one slip")
# Of several ways to type a syllable the first is taken: shi before si, but ja before jya.
_PREFERRED: Final = ("shi", "chi", "tsu", "fu", "ji", "nn", "sha", "shu", "sho", "cha", "chu", "cho", "wo")
_LETTERS: Final = {
    **{kana: letters for letters, kana in reversed(KANA_OF.items())},
    **{KANA_OF[letters]: letters for letters in _PREFERRED},
    "ー": "-",
}


def grown(count: int, seed: int) -> tuple[FaqEntry, ...]:
    """Return entries that ask the questions of our bases, each of another category's matters."""
    chance = random.Random(seed)
    now = dt.datetime.now(JAPAN)
    known = [entry for name in ("shop", "saas") for entry in load_folder(ROOT / "data" / name, now).entries]
    made = []
    for number in range(count):
        asked, other = chance.choice(known), chance.choice(known)
        question = chance.choice((asked.question, *asked.variants))
        if number >= len(known):
            ways = (f"{question} {other.category}", f"{other.category}について、{question}")
            question = chance.choice(ways)
        made.append(FaqEntry(id=f"e{number:06d}", question=question, answer="答え", category=asked.category))
    return tuple(made)


def romaji(kana: str) -> str:
    """Write hiragana in romaji, as it is typed; what is no kana stays."""
    written = ""
    place = 0
    while place < len(kana):
        if kana[place] == "っ" and place + 1 < len(kana):
            following = romaji(kana[place + 1 : place + 3])
            written += following[0] if following[0].isalpha() and following[0] not in "aiueon" else "xtu"
            place += 1
            continue
        pair = kana[place : place + 2]
        length = 2 if len(pair) == 2 and pair in _LETTERS else 1
        written += _LETTERS.get(kana[place : place + length], kana[place])
        place += length
    return written


def with_slip(typed: str, chance: random.Random) -> str:
    """Leave out, double, or swap one character behind the first, or type another one."""
    place = chance.randrange(1, len(typed) - 1)
    before, here, after = typed[:place], typed[place], typed[place + 1 :]
    other = chance.choice(typed)
    return chance.choice(
        (
            before + after,
            before + here + here + after,
            before + after[0] + here + after[1:],
            before + other + after,
        )
    )


def keystrokes(entries: Sequence[FaqEntry], analyzer: SudachiAnalyzer, seed: int) -> dict[str, list[str]]:
    """Return what stands in the box after each key, by the way of typing."""
    chance = random.Random(seed)
    found: dict[str, list[str]] = {style: [] for style in STYLES}
    for entry in chance.sample(list(entries), QUESTIONS):
        read = analyzer.read(entry.question)
        first = next((n for n in range(1, len(read.words)) if read.words[n]), len(read.words) - 1)
        head, said = read.text[: read.text_starts[first]], read.kana[read.kana_starts[first] :]
        letters = romaji(read.kana)
        whole = {
            "kana": read.kana,
            "romaji": letters,
            "mixed": head + romaji(said),
            "as written": entry.question,
        }
        for style, typed in whole.items():
            found[style] += [typed[:length] for length in range(1, min(len(typed), LONGEST) + 1)]
        for typed in (read.kana[:LONGEST], letters[:LONGEST]):
            if len(typed) > 4:
                slipped = with_slip(typed, chance)
                found["one slip"] += [slipped[:length] for length in range(1, len(slipped) + 1)]
    return found


def percentiles(seconds: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 in milliseconds."""
    seconds = sorted(seconds)
    return {f"p{share}": seconds[int(len(seconds) * share / 100)] * 1e3 for share in (50, 95, 99)}


def timed(base: KnowledgeBase, typed: Sequence[str]) -> list[tuple[float, float]]:
    """Return what the completion of each text took, in seconds by the clock and of the processor."""
    found = []
    for text in typed:
        start, used = time.perf_counter(), time.thread_time()
        base.complete(text)
        found.append((time.perf_counter() - start, time.thread_time() - used))
    return found


def measure(count: int) -> dict[str, Any]:
    """Time keystrokes and edits with so many entries."""
    entries = grown(count, seed=0)
    analyzer = SudachiAnalyzer()
    start = time.perf_counter()
    base = KnowledgeBase(entries, preset="bm25", analyzer=analyzer)
    indexing = time.perf_counter() - start
    start = time.perf_counter()
    base.complete("あ")
    found: dict[str, Any] = {
        "entries": count,
        "indexing, s": indexing,
        "sorting before the first keystroke, s": time.perf_counter() - start,
    }
    by_style = keystrokes(entries, analyzer, seed=1)
    gc.collect()
    times = {style: timed(base, typed) for style, typed in by_style.items()}
    found["keystrokes"] = sum(map(len, times.values()))
    every = [one for part in times.values() for one in part]
    found["all"] = percentiles([one for one, _ in every])
    found["all, processor time"] = percentiles([used for _, used in every])
    found |= {style: percentiles([one for one, _ in part]) for style, part in times.items()}
    found |= edits(base, entries)
    return found


def edits(base: KnowledgeBase, entries: Sequence[FaqEntry]) -> dict[str, dict[str, float]]:
    """Time an edit, and the first keystroke after it, which finds it."""
    edited, completed = [], []
    for number, entry in enumerate(random.Random(2).sample(list(entries), EDITS)):
        question = f"新しい質問{number}"
        start = time.perf_counter()
        base.upsert(dataclasses.replace(entry, question=question))
        middle = time.perf_counter()
        completions = base.complete(question)
        completed.append(time.perf_counter() - middle)
        edited.append(middle - start)
        if completions[0].text != question:
            raise SystemExit(f"the edit {number} was not found at once")
    return {"an edit": percentiles(edited), "the keystroke after an edit": percentiles(completed)}


def show(found: dict[str, Any]) -> None:
    """Print one measurement as a table."""
    table = Table(title=f"{found['entries']:,} entries, {found['keystrokes']:,} keystrokes")
    for name in ("what", "p50 ms", "p95 ms", "p99 ms"):
        table.add_column(name, justify="left" if name == "what" else "right")
    for name, value in found.items():
        if isinstance(value, dict):
            table.add_row(name, *(f"{one:.2f}" for one in value.values()))
    Console().print(table)


def main() -> None:
    """Measure and print; write where asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/completion.json")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of entries")
    options = parser.parse_args()
    record: dict[str, Any] = {"machine": machine(), "load": os.getloadavg(), "sizes": []}
    for count in options.sizes:
        found = measure(count)
        show(found)
        record["sizes"].append(found)
    if options.write:
        target = ROOT / "benchmarks" / "results" / "completion.json"
        target.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
