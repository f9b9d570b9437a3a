"""The targets, and what the rows say of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from _speed.engines import BM25S, OURS
from _speed.whole import BM25, LEXICAL

Row: TypeAlias = Mapping[str, Any]
_K: Final = 1_000
_M: Final = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """A target and what was measured.

    Attributes:
        name: What is measured.
        target: What it shall be.
        measured: What it is; None if this run did not measure it.
        met: Whether it is what it shall be; None if it was not measured.
    """

    name: str
    target: str
    measured: float | None
    met: bool | None


class Found:
    """The rows of a run, by what they say."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows

    def row(self, **wanted: object) -> Row | None:
        """Return the first row that has all these values."""
        return next((row for row in self._rows if wanted.items() <= row.items()), None)

    def value(self, key: str, **wanted: object) -> Any:
        """Return one value of that row, or None."""
        row = self.row(**wanted)
        return None if row is None else row.get(key)

    def ranking(self, size: int, system: str) -> float | None:
        """Return p50 of a system by that of ours, ranking alone: above 1 where ours is faster."""
        found: float | None = self.value(
            "p50 / first", part="ranking", size=size, system=system, kind="question"
        )
        return found

    def whole(self, size: int, system: str) -> float | None:
        """Return the same end to end, beside the preset ``lexical``."""
        found: float | None = self.value(
            "p50 / first", part="end to end", size=size, system=system, kind="question"
        )
        return found

    def p50(self, size: int, part: str, system: str) -> float | None:
        """Return milliseconds."""
        found: float | None = self.value("p50", part=part, size=size, system=system, kind="question")
        return found

    def memory(self, size: int, part: str, system: str) -> float | None:
        """Return the anonymous memory of a process that serves one system, in MB."""
        found = self.value("memory, MB", part=part, size=size, system=system)
        return None if found is None else found.get("anonymous")


def outcomes(rows: Sequence[Row]) -> list[Outcome]:
    """Hold the rows against every target."""
    found = Found(rows)
    return [*_ranking(found), *_whole(found), *_life(found), *_memory(found)]


def divided(over: float | None, under: float | None) -> float | None:
    """Divide two figures that may be missing."""
    return None if over is None or not under else over / under


def _ranking(found: Found) -> list[Outcome]:
    wanted = {
        BM25S: {10 * _K: 1.0, 100 * _K: 1.5, _M: 2.5},
        "tantivy": {10 * _K: 2.0, 100 * _K: 4.0, _M: 6.0},
    }
    made = [
        _at_least(f"ranking alone, {size:,}: times as fast as {system}", least, found.ranking(size, system))
        for system, by_size in wanted.items()
        for size, least in by_size.items()
    ]
    growth = divided(found.p50(_M, "ranking", OURS), found.p50(100 * _K, "ranking", OURS))
    return [*made, _at_most("ranking alone: p50 at 1,000,000 over p50 at 100,000", 6.0, growth)]


def _whole(found: Found) -> list[Outcome]:
    made = [
        _at_most(f"lexical end to end, {size:,}: its time over {BM25S}'s", most, divided(1.0, ratio))
        for size, most in ((100 * _K, 2.0), (_M, 1.0))
        for ratio in [found.whole(size, BM25S)]
    ]
    beside = found.whole(100 * _K, "rank-bm25")
    plain = divided(beside, found.whole(100 * _K, BM25))
    return [
        *made,
        _at_least("lexical end to end, 100,000: times as fast as rank-bm25", 1_000.0, beside),
        _at_least("bm25 end to end, 100,000: times as fast as rank-bm25", 1_000.0, plain),
    ]


def _life(found: Found) -> list[Outcome]:
    size = 100 * _K

    def value(part: str, key: str) -> Any:
        return found.value(key, part=part, size=size)

    edits = value("edit", "edit to found, ms")
    opening = "open, 100,000: ms to the first answer in a warm process, "
    return [
        _at_least(
            "build, 100,000: documents/s over bare Sudachi C's", 0.5, value("base", "share of bare Sudachi C")
        ),
        _at_least("build, 100,000: two workers over one", 1.7, value("base", "2 workers over 1")),
        _at_most("edit, 100,000: ms until it is found, p95", 10.0, edits and edits["p95"]),
        _at_most(
            "edit, 100,000: p95 of searches beside it over without",
            1.2,
            value("edit", "p95 beside / without"),
        ),
        *(
            _at_most(opening + way, 300.0, value("open", f"{way} to first answer, ms"))
            for way in ("entries and index", "index alone")
        ),
    ]


def _memory(found: Found) -> list[Outcome]:
    return [
        _at_most(f"memory while serving, {name}, {size:,}: over {BM25S}'s", 1.0, divided(ours, theirs))
        for name, part, system in (
            ("ranking alone", "serve", OURS),
            ("end to end", "serve end to end", LEXICAL),
        )
        for size in (10 * _K, 100 * _K, _M)
        for ours, theirs in [(found.memory(size, part, system), found.memory(size, part, BM25S))]
    ]


def _at_least(name: str, least: float, measured: float | None) -> Outcome:
    return _outcome(name, f"≥ {least:g}", measured, lambda value: value >= least)


def _at_most(name: str, most: float, measured: float | None) -> Outcome:
    return _outcome(name, f"≤ {most:g}", measured, lambda value: value <= most)


def _outcome(name: str, target: str, measured: float | None, holds: Callable[[float], bool]) -> Outcome:
    met = None if measured is None else holds(measured)
    return Outcome(name=name, target=target, measured=measured, met=met)
