"""Plots as inline SVG: colours come from the classes of report.css, every mark has a title."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 900
_LEFT: Final = 250
_RIGHT: Final = 70
_ROW: Final = 26
_BAR: Final = 14
_LINE: Final = 17
_INNER: Final = WIDTH - _LEFT - _RIGHT


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar, or one dot.

    Attributes:
        label: Its name.
        value: Its length.
        low: Lower end of its interval.
        high: Upper end of its interval.
        kind: Class that colours it: ``peer``, ``ours``, ``baseline``, ``won`` or ``lost``.
        note: Stands behind the value.
    """

    label: str
    value: float
    low: float
    high: float
    kind: str
    note: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Dot:
    """One point of the scatter: quality against milliseconds."""

    label: str
    milliseconds: float
    value: float
    kind: str


def bars(title: str, found: Sequence[Bar], *, signed: bool = False) -> str:
    """Draw horizontal bars with whiskers; ``signed`` ones start at a zero line and carry their sign."""
    ends = [0.0, *(end for bar in found for end in (bar.low, bar.high, bar.value))]
    lowest, highest = min(ends), max(ends)
    ticks = _ticks(lowest, highest)
    first, last = min(lowest, ticks[0]), max(highest, ticks[-1])

    def x(value: float) -> float:
        return _LEFT + _INNER * (value - first) / (last - first)

    height = _ROW * len(found) + 30
    parts = [
        f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="4" y2="{height - 22}"/>'
        f'<text class="tick" x="{x(tick):.1f}" y="{height - 8}" text-anchor="middle">{_tick(tick)}</text>'
        for tick in ticks
    ]
    for place, bar in enumerate(found):
        parts.append(
            _bar(
                bar, x(min(0.0, bar.value)), x(max(0.0, bar.value)), (x(bar.low), x(bar.high)), place, signed
            )
        )
    parts.append(f'<line class="axis" x1="{x(0):.1f}" x2="{x(0):.1f}" y1="4" y2="{height - 22}"/>')
    return _svg(title, height, parts)


def scatter(title: str, dots: Sequence[Dot]) -> str:
    """Draw quality against median milliseconds, the latter on a logarithmic axis."""
    height, top, bottom = 420, 16, 44
    times = [max(dot.milliseconds, 1e-3) for dot in dots]
    first = math.floor(math.log10(min(times)))
    last = max(math.ceil(math.log10(max(times))), first + 1)
    ticks = _ticks(0.0, max(dot.value for dot in dots))
    left, right = 50, 250

    def x(milliseconds: float) -> float:
        share = (math.log10(max(milliseconds, 1e-3)) - first) / (last - first)
        return left + (WIDTH - left - right) * share

    def y(value: float) -> float:
        return height - bottom - (height - bottom - top) * value / ticks[-1]

    parts = [
        f'<line class="grid" x1="{left}" x2="{WIDTH - right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
        f'<text class="tick" x="{left - 8}" y="{y(tick) + 4:.1f}" text-anchor="end">{_tick(tick)}</text>'
        for tick in ticks
    ]
    parts += [
        f'<line class="grid" x1="{x(10.0**power):.1f}" x2="{x(10.0**power):.1f}" '
        f'y1="{top}" y2="{height - bottom}"/>'
        f'<text class="tick" x="{x(10.0**power):.1f}" y="{height - bottom + 18}" text-anchor="middle">'
        f"{10.0**power:g} ms</text>"
        for power in range(first, last + 1)
    ]
    parts.append(
        f'<text class="tick" x="{left}" y="{height - 6}">median time of a search (logarithmic)</text>'
    )
    for dot, label_y in zip(*_spread(dots, y, height - bottom), strict=True):
        parts.append(_dot(dot, x(dot.milliseconds), y(dot.value), label_y))
    return _svg(title, height, parts)


def strips(title: str, found: Sequence[tuple[str, Sequence[float]]]) -> str:
    """Draw for each system its differences per query, sorted: wins above the line, losses below it."""
    row = 56
    parts = []
    for place, (label, gaps) in enumerate(found):
        middle = row * place + row / 2
        ordered = sorted(gaps, reverse=True)
        step = _INNER / len(ordered)
        won, lost = (sum(gap > 1e-9 for gap in gaps), sum(gap < -1e-9 for gap in gaps))
        note = f"{won} won, {len(gaps) - won - lost} tied, {lost} lost"
        parts.append(
            f'<text x="{_LEFT - 10}" y="{middle - 2:.1f}" text-anchor="end">{escape(label)}</text>'
            f'<text class="tick" x="{_LEFT - 10}" y="{middle + 13:.1f}" text-anchor="end">{note}</text>'
        )
        for kind, sign in (("won", 1), ("lost", -1)):
            path = "".join(
                f"M{_LEFT + step * at:.2f} {middle:.1f}v{-gap * (row / 2 - 4):.2f}h{step:.2f}"
                f"v{gap * (row / 2 - 4):.2f}z"
                for at, gap in enumerate(ordered)
                if gap * sign > 1e-9
            )
            if path:
                parts.append(f'<path class="{kind}" d="{path}"><title>{escape(label)}: {note}</title></path>')
        parts.append(
            f'<line class="axis" x1="{_LEFT}" x2="{_LEFT + _INNER}" y1="{middle:.1f}" y2="{middle:.1f}"/>'
        )
    return _svg(title, row * len(found), parts)


def _bar(bar: Bar, start: float, end: float, interval: tuple[float, float], place: int, signed: bool) -> str:
    middle = _ROW * place + _ROW / 2 + 2
    low, high = interval
    value = f"{bar.value:+.3f}" if signed else f"{bar.value:.3f}"
    bounds = f"[{bar.low:+.3f}, {bar.high:+.3f}]" if signed else f"[{bar.low:.3f}, {bar.high:.3f}]"
    strong = ' class="strong"' if bar.kind == "baseline" else ""
    return (
        f"<g><title>{escape(bar.label)}: {value} {bounds} {escape(bar.note)}</title>"
        f'<text{strong} x="{_LEFT - 10}" y="{middle + 4:.1f}" text-anchor="end">'
        f"{escape(_short(bar.label))}</text>"
        f'<rect class="{bar.kind}" x="{start:.1f}" y="{middle - _BAR / 2:.1f}" '
        f'width="{max(end - start, 0.5):.1f}" height="{_BAR}" rx="3"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{middle:.1f}" y2="{middle:.1f}"/>'
        f'<line class="whisker" x1="{low:.1f}" x2="{low:.1f}" y1="{middle - 4:.1f}" y2="{middle + 4:.1f}"/>'
        f'<line class="whisker" x1="{high:.1f}" x2="{high:.1f}" y1="{middle - 4:.1f}" y2="{middle + 4:.1f}"/>'
        f'<text{strong} x="{WIDTH - 4}" y="{middle + 4:.1f}" text-anchor="end">{value}</text></g>'
    )


def _dot(dot: Dot, x: float, y: float, label_y: float) -> str:
    strong = ' class="strong"' if dot.kind == "baseline" else ""
    label_x = WIDTH - 215
    return (
        f"<g><title>{escape(dot.label)}: {dot.value:.3f}, {dot.milliseconds:.2f} ms</title>"
        f'<path class="leader" d="M{x:.1f} {y:.1f}L{label_x - 20} {label_y:.1f}h16"/>'
        f'<circle class="{dot.kind}" cx="{x:.1f}" cy="{y:.1f}" r="6"/>'
        f'<text{strong} x="{label_x}" y="{label_y + 4:.1f}">{escape(_short(dot.label))}</text></g>'
    )


def _spread(dots: Sequence[Dot], y: Callable[[float], float], floor: float) -> tuple[list[Dot], list[float]]:
    """Return the dots from the best down, and heights of their labels, at least a line apart."""
    ordered = sorted(dots, key=lambda dot: -dot.value)
    heights: list[float] = []
    for dot in ordered:
        heights.append(max(y(dot.value), heights[-1] + _LINE) if heights else y(dot.value))
    # Whatever was pushed below the axis pushes the others up again.
    limit = floor
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], limit)
        limit = heights[place] - _LINE
    return ordered, heights


def _svg(title: str, height: float, parts: Iterable[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )


def _ticks(lowest: float, highest: float) -> list[float]:
    """Return round numbers that span an interval with 0 in it, about five of them."""
    span = max(highest - lowest, 1e-6)
    power = 10.0 ** math.floor(math.log10(span / 5))
    step = next(power * factor for factor in (1, 2, 5, 10) if span / (power * factor) <= 6)
    first, last = math.floor(lowest / step + 1e-9), math.ceil(highest / step - 1e-9)
    return [round(step * number, 10) for number in range(first, max(last, first + 1) + 1)]


def _tick(value: float) -> str:
    return f"{value:g}"


def _short(label: str) -> str:
    return label if len(label) <= 38 else label[:37] + "…"
