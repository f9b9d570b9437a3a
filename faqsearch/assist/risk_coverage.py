"""The risk-coverage curve: the more questions are answered, the more answers are wrong.

El-Yaniv & Wiener, "On the Foundations of Noise-free Selective Classification", 2010. Risk is the share of
answers that are wrong, coverage the share of questions that are answered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import numpy as np

from faqsearch.assist.confidence import CurvePoint
from faqsearch.assist.fitting import BoolArray, FloatArray, threshold_for_precision

PRECISIONS: Final = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.92, 0.95, 0.97, 0.98, 0.99)
"""The precisions that a model keeps a threshold for."""
MARGIN: Final = 0.2
"""Share of the allowed wrong answers kept in reserve when a threshold is chosen: 90 % aims at 92 %."""

_WIDTH: Final = 640
_HEIGHT: Final = 400
_LEFT: Final = 56
_RIGHT: Final = 150
_TOP: Final = 36
_BOTTOM: Final = 48
_COLOURS: Final = ("#1f5fa8", "#c2571a", "#3b8132", "#7a3f98", "#8a6d00", "#555555")


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskPoint:
    """One point of the curve: what is answered from a confidence up.

    Attributes:
        answer_at: The confidence.
        coverage: Share of the questions that are answered, in (0, 1].
        risk: Share of those answers that are wrong, in [0, 1].
    """

    answer_at: float
    coverage: float
    risk: float


def risk_coverage(confidence: FloatArray, right: BoolArray) -> tuple[RiskPoint, ...]:
    """Return the curve, by ascending coverage: one point for each confidence that occurs.

    Args:
        confidence: Shape (n,).
        right: Shape (n,); whether an answer would be right.
    """
    order = np.argsort(-confidence, kind="stable")
    wrong = np.cumsum(~right[order])
    cuts = (
        np.flatnonzero(np.append(confidence[order][:-1] > confidence[order][1:], True)) if len(order) else ()
    )
    return tuple(
        RiskPoint(
            answer_at=float(confidence[order][cut]),
            coverage=(int(cut) + 1) / len(right),
            risk=float(wrong[cut] / (cut + 1)),
        )
        for cut in cuts
    )


def precision_curve(
    confidence: FloatArray, right: BoolArray, precisions: Sequence[float] = PRECISIONS
) -> tuple[CurvePoint, ...]:
    """Return what each of some precisions costs, with ``MARGIN`` in reserve.

    Args:
        confidence: Shape (n,); out of fold.
        right: Shape (n,).
        precisions: Each in (0, 1].
    """
    points = []
    for precision in sorted(set(precisions)):
        threshold, coverage = threshold_for_precision(confidence, right, aimed(precision))
        answer_at = float(np.ceil(threshold * 1000) / 1000) if coverage else 1.0
        coverage = float((confidence >= answer_at).mean()) if coverage else 0.0
        points.append(CurvePoint(precision=precision, answer_at=min(answer_at, 1.0), coverage=coverage))
    return tuple(points)


def aimed(precision: float) -> float:
    """Return the precision to aim at in order to keep one on inquiries that nobody has labelled."""
    return precision + MARGIN * (1.0 - precision)


def curve_svg(title: str, curves: Mapping[str, Sequence[RiskPoint]], precision: float | None = None) -> str:
    """Draw risk against coverage.

    Args:
        title: Stands above.
        curves: Name to curve; up to six.
        precision: Draws a line at the risk that this precision allows.

    Returns:
        One SVG document that needs nothing else.
    """
    highest = max((point.risk for points in curves.values() for point in points), default=0.0)
    top = min(1.0, max(0.1, np.ceil(highest * 10) / 10))
    parts = [_frame(title, float(top))]
    if precision is not None and 1.0 - precision <= top:
        y = _y(1.0 - precision, float(top))
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#b00020" '
            f'stroke-dasharray="5 4"/><text x="{_WIDTH - _RIGHT + 6}" y="{y + 4:.1f}" fill="#b00020">'
            f"{precision:.0%} precision</text>"
        )
    for place, (name, points) in enumerate(curves.items()):
        parts.append(_line(name, points, place, float(top)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _frame(title: str, top: float) -> str:
    parts = [f'<text x="{_LEFT}" y="20" font-size="14" font-weight="bold">{escape(title)}</text>']
    for step in range(6):
        share = step / 5
        x, y = _x(share), _y(share * top, top)
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share * top:.0%}</text>'
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{share:.0%}</text>'
        )
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    parts.append(
        f'<text x="{_x(0.5):.1f}" y="{_HEIGHT - 10}" text-anchor="middle">coverage: questions answered</text>'
        f'<text x="14" y="{middle:.1f}" text-anchor="middle" transform="rotate(-90 14 {middle:.1f})">'
        "risk: answers that are wrong</text>"
    )
    return "".join(parts)


def _line(name: str, points: Sequence[RiskPoint], place: int, top: float) -> str:
    colour = _COLOURS[place % len(_COLOURS)]
    path = " ".join(f"{_x(point.coverage):.1f},{_y(min(point.risk, top), top):.1f}" for point in points)
    y = _TOP + 14 + 18 * place
    return (
        f'<g fill="none" stroke="{colour}"><title>{escape(name)}</title>'
        f'<polyline points="{path}" stroke-width="2"/>'
        f'<line x1="{_WIDTH - _RIGHT + 8}" x2="{_WIDTH - _RIGHT + 26}" y1="{y}" y2="{y}" stroke-width="3"/>'
        f'</g><text x="{_WIDTH - _RIGHT + 31}" y="{y + 4}">{escape(name)}</text>'
    )


def _x(coverage: float) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * coverage


def _y(risk: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * risk / top
