"""Highlights and snippets: offsets of the original text, whatever normalisation did to it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faqsearch.analysis import Analyzer, NgramAnalyzer, PlainAnalyzer, SudachiAnalyzer
from faqsearch.entry import FaqEntry, _is_invisible
from faqsearch.highlight import Highlight, cut_snippet, find_highlights, merge_spans
from faqsearch.ranking import analyze_query

SUDACHI = SudachiAnalyzer()
WORDS = PlainAnalyzer(tokenize=str.split, name="words")
FAMILY = "👨\u200d👩\u200d👧"
GA = "か\u3099"

# Pieces whose normalised form has another length, or that consist of several code points.
PIECES = (
    "ｻｰﾊﾞｰ", "サーバー", "ｻｰﾊﾞ", GA, "が", FAMILY, "❤\ufe0f", "👍🏽", "㍿", "株式会社", "ﾊﾟｽﾜｰﾄﾞ", "返品", "送料",
    "ﬁ", "e\u0301", "ー", "ーー", "。", "！\ufe0f", "?", "\n", " ", "\u3000", "\u200b", "こゝろ", "証", "は",
    "２０２４年",
)  # fmt: skip
pieces = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
texts = st.one_of(pieces, st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40))
analyzers = st.sampled_from([SUDACHI, NgramAnalyzer(), NgramAnalyzer(sizes=(1, 2))])


def entry_of(question: str, answer: str) -> FaqEntry:
    return FaqEntry(id="1", question=question, answer=answer)


def marked(entry: FaqEntry, query: str, analyzer: Analyzer = SUDACHI) -> list[tuple[str, str]]:
    """The highlighted texts with their fields."""
    return [
        (highlight.field, getattr(entry, highlight.field)[highlight.start : highlight.end])
        for highlight in find_highlights(analyzer, entry, analyze_query(analyzer, query))
    ]


def splits_a_character(text: str, offset: int) -> bool:
    """Tell whether an offset stands before something that belongs to the character in front of it."""
    if not 0 < offset < len(text) or text[offset - 1] in "\n\u200b":
        return False
    following = text[offset]
    joined = "\u200d" in (following, text[offset - 1]) and not text[offset].isspace()
    return (
        joined
        or unicodedata.category(following).startswith("M")
        or following in "ﾞﾟ゛゜"
        or "\U0001f3fb" <= following <= "\U0001f3ff"
    )


def check(text: str, spans: Sequence[Highlight]) -> None:
    places = [(span.start, span.end) for span in spans]
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert all(one[1] < other[0] for one, other in pairwise(places))
    assert not any(splits_a_character(text, offset) for place in places for offset in place)


# --- Highlights


@pytest.mark.parametrize(
    ("answer", "query", "expected"),
    [
        ("ｻｰﾊﾞｰが落ちた", "サーバー", ["ｻｰﾊﾞｰ"]),
        ("サーバーが落ちた", "ｻｰﾊﾞｰ", ["サーバー"]),
        (f"め{GA}ねを忘れた", "めがね", [f"め{GA}ね"]),
        (f"{FAMILY}返品{FAMILY}", "返品", ["返品"]),
        ("❤\ufe0f送料❤\ufe0f", "送料", ["送料"]),
        ("㍿の住所", "株式会社", ["㍿"]),
        ("ＰＡＳＳＷＯＲＤを変える", "password", ["ＰＡＳＳＷＯＲＤ"]),
        ("引越の手続き", "引っ越し", ["引越"]),
        ("送料、送\u200b料と送料", "送料", ["送料", "送\u200b料", "送料"]),
    ],
)
def test_highlights_stand_in_the_original_text(answer: str, query: str, expected: list[str]) -> None:
    assert marked(entry_of("？", answer), query) == [("answer", text) for text in expected]


def test_offsets_count_in_the_original_text() -> None:
    entry = entry_of(f"{FAMILY}のｻｰﾊﾞｰ", f"{GA}{GA}㍿サーバー")

    assert find_highlights(SUDACHI, entry, analyze_query(SUDACHI, "サーバー")) == (
        Highlight(field="question", start=6, end=11),
        Highlight(field="answer", start=5, end=9),
    )


def test_words_that_touch_are_one_highlight() -> None:
    assert marked(entry_of("健康保険証", "健康な保険"), "保険証 健康") == [
        ("question", "健康保険証"),
        ("answer", "健康"),
        ("answer", "保険"),
    ]


def test_variants_category_and_tags_are_never_highlighted() -> None:
    entry = FaqEntry(
        id="1", question="送料", answer="550円", variants=("返品",), category="返品", tags=("返品",)
    )

    assert marked(entry, "返品") == []


def test_ngrams_are_marked_only_where_no_word_is_common() -> None:
    # バイル alone is no word of モバイルSuica.
    entry = entry_of("モバイルSuica", "モバイルSuicaの話")

    assert marked(entry, "バイルの会員") == [("question", "バイル"), ("answer", "バイル")]
    assert marked(entry_of("モバイル", "バイルの話"), "モバイル") == [("question", "モバイル")]
    assert marked(entry, "バイル モバイル") == [("question", "モバイル"), ("answer", "モバイル")]


def test_one_common_kanji_is_marked_only_where_nothing_longer_is_common() -> None:
    entry = entry_of("合鍵", "鍵穴の件")

    assert marked(entry, "鍵", NgramAnalyzer(sizes=(1, 2))) == [("question", "鍵"), ("answer", "鍵")]
    assert marked(entry, "合鍵", NgramAnalyzer(sizes=(1, 2))) == [("question", "合鍵")]


def test_nothing_common_gives_no_highlight() -> None:
    assert marked(entry_of("送料", "550円"), "会員") == []
    assert marked(entry_of("送料", "550円"), "") == []


def test_a_term_that_does_not_stand_in_the_text_literally_is_not_highlighted() -> None:
    stems = PlainAnalyzer(
        tokenize=lambda text: [word.rstrip("s") + "!" for word in text.split()], name="stem"
    )

    assert marked(entry_of("returns", "a return"), "return", stems) == []


def test_highlights_of_a_plain_tokenizer_are_its_terms() -> None:
    assert marked(entry_of("a b a", "b"), "a", WORDS) == [("question", "a"), ("question", "a")]


def is_shown(text: str) -> bool:
    """Tell whether an entry may hold the text: whether there is something to see in it."""
    return not _is_invisible(text)


@given(question=texts.filter(is_shown), answer=texts.filter(is_shown), query=texts, analyzer=analyzers)
@settings(max_examples=200, deadline=None)
def test_highlights_are_valid_for_any_text(
    question: str, answer: str, query: str, analyzer: Analyzer
) -> None:
    entry = entry_of(question, answer)

    found = find_highlights(analyzer, entry, analyze_query(analyzer, query))

    assert list(found) == sorted(found, key=lambda span: (span.field == "answer", span.start))
    for field in ("question", "answer"):
        check(getattr(entry, field), [span for span in found if span.field == field])


@given(texts.filter(is_shown), analyzers)
@settings(max_examples=100, deadline=None)
def test_every_word_of_the_text_itself_is_highlighted(text: str, analyzer: Analyzer) -> None:
    entry = entry_of(text, "答え")
    text = entry.question
    terms = analyzer.analyze(text)
    spans = [
        terms.original_span(layer, position)
        for layer, found in terms.layers.items()
        if layer != "ngram" or analyzer is not SUDACHI
        for position, term in enumerate(found.terms)
        if len(term) > 1 or layer != "ngram"
    ]

    highlights = find_highlights(analyzer, entry, analyze_query(analyzer, text))

    for start, end in spans:
        assert any(span.start <= start and end <= span.end for span in highlights if span.field == "question")


def test_spans_are_joined_when_they_overlap_or_touch() -> None:
    assert merge_spans([(5, 7), (0, 2), (1, 3), (3, 4), (5, 6), (9, 9)]) == [(0, 4), (5, 7), (9, 9)]
    assert merge_spans([]) == []


# --- Snippets


def answer_marks(answer: str, *words: str) -> list[Highlight]:
    return [
        Highlight(field="answer", start=start, end=end)
        for start, end in merge_spans(
            (start, start + len(word))
            for word in words
            for start in range(len(answer))
            if answer.startswith(word, start)
        )
    ]


def test_a_short_answer_is_shown_whole() -> None:
    answer = "返品は二週間以内です。送料は550円です。"
    marks = answer_marks(answer, "返品", "送料")

    snippet = cut_snippet(answer, marks)

    assert (snippet.text, snippet.start, snippet.end) == (answer, 0, len(answer))
    assert list(snippet.highlights) == marks


def test_without_a_match_the_beginning_of_the_answer_is_shown() -> None:
    answer = "あいうえお" * 50

    snippet = cut_snippet(answer, [Highlight(field="question", start=0, end=3)])

    assert (snippet.text, snippet.start, snippet.end, snippet.highlights) == (answer[:120], 0, 120, ())


def test_blank_beginnings_are_skipped() -> None:
    assert cut_snippet(" \n\n  返品は二週間以内です。", []).start == 3


@pytest.mark.parametrize("end", "。！？!?\n")
def test_the_snippet_begins_at_the_sentence_that_shows_most(end: str) -> None:
    answer = f"{'あ' * 150}送料{'あ' * 60}{end}{'い' * 60}送料と返品{end}{'う' * 150}{end}返品"

    snippet = cut_snippet(answer, answer_marks(answer, "送料", "返品"))

    assert snippet.start == 213
    assert [answer[mark.start : mark.end] for mark in snippet.highlights] == ["送料", "返品"]
    assert snippet.end == 213 + 120


def test_of_equal_sentences_the_first_is_shown() -> None:
    answer = f"{'あ' * 130}。返品{'い' * 130}。返品{'う' * 130}"

    assert cut_snippet(answer, answer_marks(answer, "返品")).start == 131


def test_in_a_very_long_sentence_the_snippet_begins_at_a_highlight() -> None:
    answer = "あ" * 500 + "返品" + "い" * 40 + "送料" + "う" * 500

    snippet = cut_snippet(answer, answer_marks(answer, "返品", "送料"))

    assert (snippet.start, snippet.end) == (500, 620)
    assert [answer[mark.start : mark.end] for mark in snippet.highlights] == ["返品", "送料"]


def test_a_highlight_longer_than_the_snippet_is_cut_with_it() -> None:
    answer = "い" * 200 + "。" + "返" * 300

    snippet = cut_snippet(answer, [Highlight(field="answer", start=201, end=501)])

    assert (snippet.start, snippet.end) == (201, 321)
    assert snippet.highlights == (Highlight(field="answer", start=201, end=321),)


@pytest.mark.parametrize("character", [GA, FAMILY, "❤\ufe0f", "👍🏽", "ﾊﾞ"])
@pytest.mark.parametrize("before", range(110, 121))
def test_the_end_of_a_snippet_splits_no_character(character: str, before: int) -> None:
    answer = "あ" * before + character + "い" * 50
    split = before < 120 < before + len(character)

    snippet = cut_snippet(answer, [])

    assert snippet.end == (before if split else 120)


def test_the_beginning_of_a_snippet_splits_no_character() -> None:
    answer = "あ" * 200 + "！\ufe0f返品"

    assert cut_snippet(answer, answer_marks(answer, "返品")).start == answer.index("返品")
    assert cut_snippet(answer, answer_marks(answer, "\ufe0f返品")).start == answer.index("返品")


def test_a_sentence_that_can_be_shown_whole_is_not_cut_at_its_highlight() -> None:
    answer = "前置きです。注文全体を返品されたときは、ポイントを全額お戻しします。" + "次の文です。" * 40
    assert cut_snippet(answer, answer_marks(answer, "返品")).start == 0
    late = "あ" * 110 + "。注文全体を" + "い" * 20 + "返品されたとき。"
    assert cut_snippet(late, answer_marks(late, "返品")).start == late.index("注文")


def test_one_character_longer_than_a_snippet_is_shown_whole() -> None:
    answer = "か" + "\u3099" * 300 + "あ"

    assert cut_snippet(answer, []).end == 301


def test_a_long_answer_with_very_many_highlights_is_cut_at_once() -> None:
    answer = "返品。送料と" * 60_000
    marks = answer_marks(answer, "返品", "送料")

    snippet = cut_snippet(answer, marks)

    assert (snippet.start, snippet.end) == (0, 120)
    assert list(snippet.highlights) == marks[:40]


@given(
    pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=120),
    chosen=st.sets(st.integers(0, 119)),
)
@settings(max_examples=200, deadline=None)
def test_snippets_are_valid_for_any_answer(pieces: list[str], chosen: set[int]) -> None:
    answer = "".join(pieces)
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    spans = merge_spans(
        (offsets[n], offsets[n + 1])
        for n in sorted(chosen)
        if n < len(pieces) and not any(splits_a_character(answer, offsets[m]) for m in (n, n + 1))
    )
    marks = [Highlight(field="answer", start=start, end=end) for start, end in spans]

    snippet = cut_snippet(answer, marks)

    assert snippet.text == answer[snippet.start : snippet.end]
    assert len(snippet.text) == snippet.end - snippet.start > 0
    assert not splits_a_character(answer, snippet.start)
    assert not splits_a_character(answer, snippet.end)
    assert list(snippet.highlights) == [
        Highlight(field="answer", start=max(mark.start, snippet.start), end=min(mark.end, snippet.end))
        for mark in marks
        if mark.start < snippet.end and mark.end > snippet.start
    ]
    assert bool(snippet.highlights) >= bool(marks)
