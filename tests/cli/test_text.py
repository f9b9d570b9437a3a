from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from faqsearch.cli import text as cells


def test_plain_marks_are_brackets_around_the_spans() -> None:
    marked = cells.marked("返品の送料について", [(0, 2), (3, 5)], plain=True)
    assert marked.plain == "【返品】の【送料】について"


def test_styled_marks_leave_the_text_alone_and_style_the_spans() -> None:
    marked = cells.marked("返品の送料について", [(0, 2), (3, 5)], plain=False)
    assert marked.plain == "返品の送料について"
    assert [(span.start, span.end, span.style) for span in marked.spans] == [
        (0, 2, cells.MATCH_STYLE),
        (3, 5, cells.MATCH_STYLE),
    ]


def test_marked_text_is_one_line_and_keeps_its_offsets() -> None:
    assert (
        cells.marked("一行目\n二行目\u2028三\t行目", [(4, 6)], plain=True).plain
        == "一行目 【二行】目 三 行目"
    )


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (20, ["送料は550円です。た", "だし、北海道は別です"]),
        (10, ["送料は550", "円です。た", "だし、北海", "道は別です"]),
        (8, ["送料は", "550円で", "す。ただ", "し、北海", "道は別で", "す"]),
        (
            2,
            [
                "送",
                "料",
                "は",
                "55",
                "0",
                "円",
                "で",
                "す",
                "。",
                "た",
                "だ",
                "し",
                "、",
                "北",
                "海",
                "道",
                "は",
                "別",
                "で",
                "す",
            ],
        ),
    ],
)
def test_lines_break_by_cells_and_keep_words_and_closing_marks_together(width: int, lines: list[str]) -> None:
    assert cells.wrapped(Text("送料は550円です。ただし、北海道は別です"), width).plain.split("\n") == lines


def test_a_line_never_begins_with_a_full_stop() -> None:
    assert cells.wrapped(Text("ああああ。いい"), 8).plain.split("\n") == ["あああ", "あ。いい"]


def test_an_opening_bracket_never_ends_a_line() -> None:
    assert cells.wrapped(Text("あああ「いい」"), 8).plain.split("\n") == ["あああ", "「いい」"]


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))), st.integers(2, 40))
def test_no_line_is_wider_than_asked_and_only_spaces_are_lost(text: str, width: int) -> None:
    lines = cells.wrapped(Text(text), width).plain.split("\n")
    assert max(map(cell_len, lines)) <= width
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_styles_stay_on_their_characters_when_a_line_is_broken() -> None:
    broken = cells.wrapped(cells.marked("ああああ送料いい", [(4, 6)], plain=False), 10)
    assert broken.plain == "ああああ送\n料いい"
    marked = [broken.plain[span.start : span.end] for span in broken.spans if span.style == cells.MATCH_STYLE]
    assert marked == ["送", "料"]


@pytest.mark.parametrize(("color_system", "plain"), [(None, True), ("standard", False), ("truecolor", False)])
def test_a_console_is_plain_when_it_has_no_styles(color_system: str | None, plain: bool) -> None:
    console = Console(file=io.StringIO(), color_system=color_system, force_terminal=True)
    assert cells.is_plain(console) is plain
