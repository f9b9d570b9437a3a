"""How times grow with the base, as a plot: both axes logarithmic, one line a system."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

Point = tuple[float, float]
"""Documents, and milliseconds."""

_WIDTH: Final = 860
_HEIGHT: Final = 440
_LEFT: Final = 70
_RIGHT: Final = 210
_TOP: Final = 40
_BOTTOM: Final = 50
_COLOURS: Final = ("#0b6e4f", "#8338ec", "#1d6fb8", "#d1495b", "#c77700", "#555555", "#2a9d8f", "#b00020")


def growth_svg(title: str, curves: Mapping[str, Sequence[Point]]) -> str:
    """Draw milliseconds against documents; the first curve is the thick one.

    Returns:
        One SVG document that needs nothing else.
    """
    points = [point for curve in curves.values() for point in curve] or [(1_000.0, 1.0)]
    columns = _decades([size for size, _ in points])
    lines = _decades([milliseconds for _, milliseconds in points])

    def x(size: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * _share(size, columns)

    def y(milliseconds: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * _share(milliseconds, lines)

    parts = [f'<text x="{_LEFT}" y="22" font-size="14" font-weight="bold">{escape(title)}</text>']
    for power in range(columns[0], columns[1] + 1):
        at = x(10.0**power)
        parts.append(
            f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}" stroke="#ddd"/>'
            f'<text x="{at:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(lines[0], lines[1] + 1):
        at = y(10.0**power)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>'
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{_HEIGHT - 10}" text-anchor="middle">documents</text>')
    for place, (name, curve) in enumerate(curves.items()):
        placed = [(x(size), y(milliseconds), milliseconds) for size, milliseconds in curve]
        parts.append(_curve(name, placed, place))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _curve(name: str, placed: Sequence[tuple[float, float, float]], place: int) -> str:
    colour, width = _COLOURS[place % len(_COLOURS)], 2 if place else 3.5
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in placed)
    marks = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"><title>{value:.3g} ms</title></circle>'
        for x, y, value in placed
    )
    at = _TOP + 14 + 20 * place
    left, right = _WIDTH - _RIGHT + 12, _WIDTH - _RIGHT + 34
    return (
        f'<g stroke="{colour}"><title>{escape(name)}</title>'
        f'<polyline points="{path}" fill="none" stroke-width="{width}"/>{marks}'
        f'<line x1="{left}" x2="{right}" y1="{at}" y2="{at}" stroke-width="{width}"/>'
        f'</g><text x="{_WIDTH - _RIGHT + 40}" y="{at + 4}">{escape(name)}</text>'
    )


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten that span some values, at least one apart."""
    first = math.floor(math.log10(min(values)) + 1e-9)
    return first, max(math.ceil(math.log10(max(values)) - 1e-9), first + 1)


def _share(value: float, decades: tuple[int, int]) -> float:
    return (math.log10(value) - decades[0]) / (decades[1] - decades[0])
