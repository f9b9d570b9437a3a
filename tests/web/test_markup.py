"""Marks and reasons."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from faqsearch.engine import Reason
from faqsearch.entry import FieldName
from faqsearch.highlight import Highlight, Snippet
from faqsearch.web.markup import ReasonGroup, marked, reasons, snippet


@pytest.mark.parametrize(
    ("text", "spans", "html"),
    [
        ("返品の送料", [], "返品の送料"),
        ("返品の送料", [(0, 2), (3, 5)], "<mark>返品</mark>の<mark>送料</mark>"),
        ("返品の送料", [(3, 5), (0, 2)], "<mark>返品</mark>の<mark>送料</mark>"),
        ("返品の送料", [(0, 3), (2, 5)], "<mark>返品の送料</mark>"),
        ("返品の送料", [(0, 2), (2, 5)], "<mark>返品の送料</mark>"),
        ("返品の送料", [(0, 5), (1, 2)], "<mark>返品の送料</mark>"),
        ("返品の送料", [(-3, 2), (4, 99), (2, 2), (7, 9)], "<mark>返品</mark>の送<mark>料</mark>"),
        ("😀返品🎉", [(0, 1), (2, 4)], "<mark>😀</mark>返<mark>品🎉</mark>"),
        ("<b>&\"'", [(1, 2), (3, 4)], "&lt;<mark>b</mark>&gt;<mark>&amp;</mark>&#34;&#39;"),
        ("<script>", [(0, 8)], "<mark>&lt;script&gt;</mark>"),
        ("{}", [(0, 2)], "<mark>{}</mark>"),
        ("", [(0, 2)], ""),
    ],
)
def test_marks_wrap_exactly_the_spans_of_escaped_text(
    text: str, spans: list[tuple[int, int]], html: str
) -> None:
    assert str(marked(text, spans)) == html


@pytest.mark.parametrize(
    ("start", "end", "html"),
    [
        (0, 10, "<mark>返品</mark>の<mark>送料</mark>は負担する"),
        (3, 10, "…<mark>送料</mark>は負担する"),
        (0, 5, "<mark>返品</mark>の<mark>送料</mark>…"),
        (2, 6, "…の<mark>送料</mark>は…"),
    ],
)
def test_a_snippet_is_marked_by_offsets_of_the_answer_and_says_where_it_was_cut(
    start: int, end: int, html: str
) -> None:
    answer = "返品の送料は負担する"
    highlights = tuple(
        Highlight(field="answer", start=first, end=last)
        for first, last in ((0, 2), (3, 5))
        if start <= first and last <= end
    )
    cut = Snippet(text=answer[start:end], start=start, end=end, highlights=highlights)
    found: Any = SimpleNamespace(snippet=cut, entry=SimpleNamespace(answer=answer))
    assert str(snippet(found)) == html


def hit(*reasons_of_hit: tuple[str, tuple[FieldName, ...]]) -> Any:
    return SimpleNamespace(reasons=[Reason(term=term, fields=fields) for term, fields in reasons_of_hit])


def test_words_are_grouped_by_their_fields_in_the_order_of_importance() -> None:
    found = hit(("返品", ("question", "answer")), ("交換", ("tags",)), ("送料", ("question", "answer")))
    assert reasons(found) == (
        ReasonGroup(terms=("返品", "送料"), fields=("質問", "回答")),
        ReasonGroup(terms=("交換",), fields=("タグ",)),
    )


def test_a_word_that_stands_for_another_is_worded_with_it() -> None:
    near = Reason(term="転居", fields=("question",), kind="near", asked="引っ越し")
    found: Any = SimpleNamespace(reasons=[near])
    assert reasons(found) == (ReasonGroup(terms=("「引っ越し」に近い語「転居」",), fields=("質問",)),)


def test_a_hit_without_reasons_has_no_line() -> None:
    assert reasons(hit()) == ()


def test_a_long_list_of_reasons_is_cut_after_the_most_important_ones() -> None:
    found = hit(*((f"語{number}", ("answer",)) for number in range(20)))
    first = tuple(f"語{number}" for number in range(8))
    assert reasons(found) == (ReasonGroup(terms=first, fields=("回答",)),)
