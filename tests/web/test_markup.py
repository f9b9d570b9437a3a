"""Marks and reasons."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from faqsearch.highlight import Highlight, Snippet
from faqsearch.ranking import Match
from faqsearch.web.markup import Reason, marked, reasons, snippet


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


def hit(*matches: tuple[str, str, tuple[str, ...]]) -> Any:
    return SimpleNamespace(
        matches=[Match(term=term, layer=layer, fields=fields, value=1.0) for term, layer, fields in matches]  # type: ignore[arg-type]
    )


def test_words_are_grouped_by_their_fields_in_the_order_of_importance() -> None:
    found = hit(
        ("返品", "a", ("question", "answer")),
        ("交換", "a", ("tags",)),
        ("送料", "a", ("answer", "question")),
    )
    assert reasons(found) == (
        Reason(terms=("返品", "送料"), fields=("質問", "回答")),
        Reason(terms=("交換",), fields=("タグ",)),
    )


def test_a_word_of_two_layers_is_named_once_with_the_fields_of_both() -> None:
    found = hit(("返品", "a", ("answer",)), ("返品", "c", ("variants",)))
    assert reasons(found) == (Reason(terms=("返品",), fields=("別の言い方", "回答")),)


def test_character_sequences_are_named_only_where_no_word_matched() -> None:
    word = ("返品", "a", ("question",))
    sequence = ("品の", "ngram", ("question",))
    assert reasons(hit(word, sequence)) == (Reason(terms=("返品",), fields=("質問",)),)
    assert reasons(hit(sequence)) == (Reason(terms=("品の",), fields=("質問",)),)
    assert reasons(hit()) == ()


def test_a_long_list_of_reasons_is_cut_after_the_most_important_ones() -> None:
    found = hit(*((f"語{number}", "a", ("answer",)) for number in range(20)))
    assert reasons(found) == (Reason(terms=tuple(f"語{number}" for number in range(8)), fields=("回答",)),)
