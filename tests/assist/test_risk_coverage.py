from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.assist.confidence import CurvePoint
from faqsearch.assist.risk_coverage import RiskPoint, aimed, curve_svg, precision_curve, risk_coverage

NAMES = {"s": "http://www.w3.org/2000/svg"}


def test_risk_and_coverage_are_told_for_every_confidence() -> None:
    curve = risk_coverage(np.array([0.2, 0.9, 0.5, 0.5]), np.array([False, True, True, False]))
    assert curve == (
        RiskPoint(answer_at=0.9, coverage=0.25, risk=0.0),
        RiskPoint(answer_at=0.5, coverage=0.75, risk=pytest.approx(1 / 3)),
        RiskPoint(answer_at=0.2, coverage=1.0, risk=0.5),
    )


def test_of_nothing_there_is_no_curve() -> None:
    assert risk_coverage(np.zeros(0), np.zeros(0, np.bool_)) == ()


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=30))
def test_coverage_rises_to_all_and_the_last_risk_is_that_of_answering_everything(
    labelled: list[tuple[int, bool]],
) -> None:
    confidence = np.array([tenths / 10 for tenths, _ in labelled])
    right = np.array([good for _, good in labelled])
    curve = risk_coverage(confidence, right)
    covered = [point.coverage for point in curve]
    assert covered == sorted(set(covered))
    assert (curve[-1].coverage, curve[-1].risk) == (1.0, pytest.approx(float((~right).mean())))
    assert [point.answer_at for point in curve] == sorted(set(confidence.tolist()), reverse=True)


def test_a_threshold_aims_higher_than_what_is_wanted() -> None:
    assert aimed(0.9) == pytest.approx(0.92)
    assert aimed(0.5) == pytest.approx(0.6)


def test_the_thresholds_of_precisions_stand_in_order_and_out_of_reach_is_one() -> None:
    confidence = np.array([0.9, 0.8004, 0.7, 0.6])
    right = np.array([True, True, False, False])
    assert precision_curve(confidence, right, (0.99, 0.5, 0.5)) == (
        CurvePoint(precision=0.5, answer_at=0.7, coverage=0.75),
        # Rounded up to three digits, 0.8004 is not reached any more.
        CurvePoint(precision=0.99, answer_at=0.801, coverage=0.25),
    )
    assert precision_curve(confidence, ~right, (0.9,)) == (
        CurvePoint(precision=0.9, answer_at=1.0, coverage=0.0),
    )


def test_the_drawing_shows_every_curve_and_the_wanted_precision() -> None:
    points = (
        RiskPoint(answer_at=0.9, coverage=0.25, risk=0.0),
        RiskPoint(answer_at=0.2, coverage=1.0, risk=0.5),
    )
    root = ET.fromstring(curve_svg("t<>", {"a&b": points, "c": points[:1]}, 0.9))
    assert root.get("aria-label") == "t<>"
    lines = [line.get("points") for line in root.findall(".//s:polyline", NAMES)]
    # 434 by 316 inside the frame, which begins at 56, 36; the highest risk drawn is 50 %.
    assert lines == ["164.5,352.0 490.0,36.0", "164.5,352.0"]
    texts = [text.text for text in root.findall(".//s:text", NAMES)]
    assert {"t<>", "a&b", "c", "90% precision", "50%", "100%"} <= set(texts)
    dashed = root.findall(".//s:line[@stroke-dasharray]", NAMES)
    assert [float(line.get("y1", "")) for line in dashed] == pytest.approx([352 - 316 * 0.2], abs=0.1)


def test_a_drawing_of_nothing_is_a_drawing() -> None:
    root = ET.fromstring(curve_svg("t", {"a": ()}, 0.5))
    assert root.findall(".//s:line[@stroke-dasharray]", NAMES) == []
    assert [line.get("points") for line in root.findall(".//s:polyline", NAMES)] == [""]
