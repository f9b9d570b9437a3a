"""Whatever the text: no exception, valid offsets, and no span that splits a character."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from faqsearch import (
    Analyzer,
    Audience,
    FaqEntry,
    Highlight,
    Hit,
    KnowledgeBase,
    NgramAnalyzer,
    SudachiAnalyzer,
    read_entries,
    sample_path,
)
from faqsearch.entry import _is_invisible

# The numbers of random texts; together well above 2,000.
ANALYSED, SEARCHED, ENTERED = 1100, 600, 500
RELAXED = [HealthCheck.too_slow, HealthCheck.data_too_large]

FLAG_LETTERS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
FORBIDDEN_IN_ENTRIES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
WORDS = (
    "返品の送料は誰が払いますか",
    "パスワード",
    "ﾊﾟｽﾜｰﾄﾞ",
    "か\u3099き\u309a",
    "サーバーーー〜",
    "こゝろ、いすゞ",
    "㍿㌔①Ⅳﬁ",
    "İstanbul ß ſ",
    "👨‍👩‍👧‍👦👍🏽❤️🏳️‍🌈",
    "🇯🇵🇺🇸",
    "שלום עולם",
    "مرحبا بالعالم",
    "\u202eevil\u202c",
    "สวัสดี",
    "각각각",
    "e\u0301\u0302\u0303o\u0308",
    "葛\U000e0100飾区",
    "\ud83d",
    "\udc00\ud800",
    "\x00\x07\x1b[31m",
    "\ufeff\u200b\u2060",
    "！\ufe0f？\u0301。\u3099",
    "𠮷野家𩸽",
    "\r\n\t\u2028\u3000",
    "Wi-Fi 5,000円 ２０２６年",
    "<script>alert(1)</script>",
    "返品したいのですが、教えてください",
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),
    st.text(st.characters(categories=["Cs", "Cc", "Cf", "Mn", "So", "Zs", "Lo"]), max_size=60),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(st.characters(), max_size=5)), max_size=8).map(
        "".join
    ),
    st.builds(lambda text, times: text * times, st.sampled_from(WORDS), st.integers(1, 40)),
)
QUESTIONS = TEXTS.map(lambda text: FORBIDDEN_IN_ENTRIES.sub("", text)).filter(
    lambda text: any(not mark.isspace() and unicodedata.category(mark) != "Cf" for mark in text)
)

SUDACHI = SudachiAnalyzer()
NGRAMS = NgramAnalyzer()


def splits_character(text: str, offset: int) -> bool:
    """Tell whether an offset stands inside what a reader takes for one character (after UAX #29)."""
    if not 0 < offset < len(text):
        return False
    before, after = text[offset - 1], text[offset]
    if unicodedata.category(before) in {"Cc", "Zl", "Zp"}:
        return False
    extends = unicodedata.category(after).startswith("M") or after in "\u200dﾞﾟ" or "🏻" <= after <= "🏿"
    joined_emoji = before == "\u200d" and unicodedata.category(after) == "So"
    return extends or joined_emoji or (after in FLAG_LETTERS and _flag_letters_before(text, offset) % 2 == 1)


def _flag_letters_before(text: str, offset: int) -> int:
    first = offset
    while first and text[first - 1] in FLAG_LETTERS:
        first -= 1
    return offset - first


def check_span(text: str, start: int, end: int) -> None:
    assert 0 <= start < end <= len(text)
    assert not splits_character(text, start), (start, ascii(text))
    assert not splits_character(text, end), (end, ascii(text))


def check_analysis(analyzer: Analyzer, text: str) -> None:
    terms = analyzer.analyze(text)
    assert tuple(terms.layers) == analyzer.layers
    normalized = terms.text
    assert len(normalized.text) == len(normalized.starts) == len(normalized.ends)
    assert all(
        0 <= start < end <= len(text) for start, end in zip(normalized.starts, normalized.ends, strict=True)
    )
    for layer, found in terms.layers.items():
        assert len(found.terms) == len(found.starts) == len(found.ends)
        for position, term in enumerate(found.terms):
            assert term
            assert 0 <= found.starts[position] <= found.ends[position] <= len(normalized.text)
            if found.starts[position] < found.ends[position]:
                check_span(text, *terms.original_span(layer, position))


def check_highlights(entry: FaqEntry, highlights: Iterable[Highlight]) -> None:
    previous = Highlight(field="question", start=-1, end=-1)
    order = {"question": 0, "answer": 1}
    for mark in highlights:
        check_span(getattr(entry, mark.field), mark.start, mark.end)
        assert order[mark.field] >= order[previous.field]
        assert mark.field != previous.field or mark.start > previous.end
        previous = mark


def check_hit(hit: Hit) -> None:
    assert hit.explanation.value == hit.score > 0
    check_highlights(hit.entry, hit.highlights)
    snippet, answer = hit.snippet, hit.entry.answer
    assert 0 <= snippet.start < snippet.end <= len(answer)
    assert snippet.text == answer[snippet.start : snippet.end]
    assert snippet.text.strip()
    assert not splits_character(answer, snippet.start), (snippet.start, ascii(answer))
    assert not splits_character(answer, snippet.end), (snippet.end, ascii(answer))
    assert snippet.highlights == tuple(
        Highlight(field="answer", start=max(mark.start, snippet.start), end=min(mark.end, snippet.end))
        for mark in hit.highlights
        if mark.field == "answer" and mark.start < snippet.end and mark.end > snippet.start
    )


def check_base(base: KnowledgeBase, text: str, audiences: Iterable[Audience] = Audience) -> None:
    for audience in audiences:
        result = base.search(text, 5, audience)
        assert result.text == text
        assert len(result.hits) == min(5, result.total)
        for hit in result.hits:
            check_hit(hit)
            assert audience.may_see(hit.entry.audience)
    suggestion = base.suggest(text)
    assert 0 <= suggestion.confidence <= 1
    for question in suggestion.questions:
        assert 0 <= question.confidence <= 1
        assert 0 <= question.start < question.end <= len(suggestion.reading.text)
        assert question.offers == tuple(hit for hit in question.candidates if hit in question.offers)
    offered = {hit.id for question in suggestion.questions for hit in question.offers}
    assert {hit.id for hit in suggestion.offers} == offered
    assert [hit.rank for hit in suggestion.candidates] == list(range(1, len(suggestion.candidates) + 1))


@pytest.fixture(scope="module")
def shop() -> KnowledgeBase:
    return KnowledgeBase(read_entries(sample_path("shop")))


@given(text=TEXTS)
@settings(max_examples=ANALYSED, deadline=None, suppress_health_check=RELAXED)
def test_any_text_is_analysed_with_valid_offsets(text: str) -> None:
    check_analysis(SUDACHI, text)
    check_analysis(NGRAMS, text)


@given(text=TEXTS)
@settings(max_examples=SEARCHED, deadline=None, suppress_health_check=RELAXED)
def test_any_text_can_be_searched_and_suggested_for(shop: KnowledgeBase, text: str) -> None:
    check_base(shop, text)


@given(question=QUESTIONS, answer=QUESTIONS, query=TEXTS)
@settings(max_examples=ENTERED, deadline=None, suppress_health_check=RELAXED)
@example(question="返品", answer="！\ufe0f返品", query="返品")
@example(question="返品", answer="あ" * 119 + "🇯🇵返品", query="返品")
@example(question="返品", answer="か" + "\u3099" * 300, query="返品")
def test_entries_of_any_text_are_found_and_marked_without_splitting_a_character(
    question: str, answer: str, query: str
) -> None:
    entry = FaqEntry(id="faq-1", question=question, answer=answer, variants=(query,) if _fits(query) else ())
    base = KnowledgeBase([entry])
    for text in (query, question, answer[len(answer) // 2 :]):
        check_base(base, text, [Audience.PUBLIC])


def _fits(text: str) -> bool:
    return not _is_invisible(text) and not FORBIDDEN_IN_ENTRIES.search(text)


MEGABYTE = 1_000_000


@pytest.mark.parametrize("word", ["返品の送料", "👨‍👩‍👧か\u3099\ud83d\x00é。مرحبا"], ids=ascii)
def test_a_text_of_a_megabyte_is_analysed_searched_and_suggested_for(shop: KnowledgeBase, word: str) -> None:
    text = word * (MEGABYTE // len(word.encode("utf-8", "surrogatepass")))
    normalized = SUDACHI.analyze(text).text
    assert normalized.starts[-1] < normalized.ends[-1] <= len(text)
    for hit in shop.search(text, k=2).hits:
        check_hit(hit)
    assert 0 <= shop.suggest(text).confidence <= 1


def test_an_entry_of_a_megabyte_is_found_and_cut() -> None:
    word = "返品の送料。👨‍👩‍👧か\u3099"
    answer = word * (MEGABYTE // len(word.encode()))
    base = KnowledgeBase([FaqEntry(id="faq-1", question="返品の送料", answer=answer)])
    (hit,) = base.search("返品").hits
    check_hit(hit)
