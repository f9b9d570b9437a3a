from __future__ import annotations

import itertools
import re
from xml.etree import ElementTree as ET

import pytest
from _relevance.svg import Bar, Dot, bars, scatter, strips

NAMES = {"s": "http://www.w3.org/2000/svg"}


def bar(label: str, value: float, low: float, high: float) -> Bar:
    return Bar(label=label, value=value, low=low, high=high, kind="ours")


def test_bars_are_as_long_as_their_values_and_whiskers_as_their_intervals() -> None:
    root = ET.fromstring(bars("t<>", [bar("a&b", 0.5, 0.4, 0.6), bar("c", 1.0, 0.9, 1.0)]))
    assert root.get("aria-label") == "t<>"
    rectangles = root.findall(".//s:rect", NAMES)
    widths = [float(rectangle.get("width", "")) for rectangle in rectangles]
    assert widths == pytest.approx([290.0, 580.0])
    titles = [title.text for title in root.findall(".//s:title", NAMES)]
    assert titles == ["a&b: 0.500 [0.400, 0.600] ", "c: 1.000 [0.900, 1.000] "]
    whiskers = root.findall(".//s:line[@class='whisker']", NAMES)
    first = (float(whiskers[0].get("x1", "")), float(whiskers[0].get("x2", "")))
    assert first == pytest.approx((250 + 580 * 0.4, 250 + 580 * 0.6))


def test_signed_bars_go_both_ways_from_the_zero_line() -> None:
    root = ET.fromstring(bars("t", [bar("a", -0.05, -0.1, 0.0), bar("b", 0.1, 0.05, 0.1)], signed=True))
    zero = float(root.findall(".//s:line[@class='axis']", NAMES)[0].get("x1", ""))
    left, right = root.findall(".//s:rect", NAMES)
    assert float(left.get("x", "")) + float(left.get("width", "")) == pytest.approx(zero, abs=0.2)
    assert float(right.get("x", "")) == pytest.approx(zero, abs=0.1)
    texts = [text.text for text in root.findall(".//s:text", NAMES)]
    assert {"-0.050", "+0.100"} <= set(texts)


def test_bars_that_are_all_zero_can_be_drawn() -> None:
    root = ET.fromstring(bars("t", [bar("a", 0.0, 0.0, 0.0)], signed=True))
    assert "nan" not in ET.tostring(root, encoding="unicode")


def test_better_systems_stand_higher_slower_ones_further_right_and_labels_apart() -> None:
    dots = [
        Dot(label=f"s{place}", milliseconds=10.0**place, value=0.5 - place / 1_000, kind="peer")
        for place in range(-2, 3)
    ]
    root = ET.fromstring(scatter("t", dots))
    circles = root.findall(".//s:circle", NAMES)
    xs = [float(circle.get("cx", "")) for circle in circles]
    ys = [float(circle.get("cy", "")) for circle in circles]
    assert xs == sorted(xs)
    assert ys == sorted(ys)
    labels = [
        float(text.get("y", ""))
        for text in root.findall(".//s:text", NAMES)
        if (text.text or "").startswith("s")
    ]
    assert min(after - before for before, after in itertools.pairwise(labels)) >= 16.9


def test_a_scatter_of_one_system_that_took_no_time_can_be_drawn() -> None:
    page = scatter("t", [Dot(label="a", milliseconds=0.0, value=0.0, kind="peer")])
    assert ET.fromstring(page).findall(".//s:circle", NAMES) != []
    assert "nan" not in page


def test_a_strip_counts_and_sorts_wins_ties_and_losses() -> None:
    root = ET.fromstring(strips("t", [("sys", [0.0, -0.5, 1.0, 1e-12])]))
    texts = [text.text for text in root.findall(".//s:text", NAMES)]
    assert texts == ["sys", "1 won, 2 tied, 1 lost"]
    won, lost = root.findall(".//s:path", NAMES)
    assert (won.get("class"), lost.get("class")) == ("won", "lost")
    assert re.findall(r"M([\d.]+)", won.get("d", "")) == ["250.00"]
    assert re.findall(r"M([\d.]+)", lost.get("d", "")) == ["685.00"]
