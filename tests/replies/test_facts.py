from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.replies.facts import facts, links, ungrounded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5,000円以上で送料無料です", {"5000円", "無料"}),
        ("５，０００円", {"5000円"}),
        ("1万円 10,000円 一万円", {"10000円"}),
        ("1万5千円、一万五千円、3万8,500円", {"15000円", "38500円"}),
        ("1億2千万円と2億3000万円", {"120000000円", "230000000円"}),
        ("1.5万円", {"15000円"}),
        ("三日以内、3日、３日間", {"3日"}),
        ("二十三日、千二百円、二〇二六年", {"23日", "1200円", "2026年"}),
        ("1か月、2ヶ月、3ヵ月", {"1か月", "2か月", "3か月"}),
        ("10％、10パーセント", {"10%"}),
        ("2.50kg", {"2.5kg"}),
        ("2026/3/5、2026年3月5日、2026-03-05", {"2026年", "3月5日"}),
        ("3月5日と3/5、十一月二十三日", {"3月5日", "11月23日"}),
        ("9:30、9時30分、9時半", {"9時30分"}),
        ("午後3時、15:00", {"15時0分"}),
        ("1時間以内に60分", {"1時間", "60分"}),
        ("0120-123-456へ", {"0120-123-456"}),
        ("https://shop.example/faq/1。", {"shop.example/faq/1"}),
        ("www.shop.example/a と shop.example", {"www.shop.example/a", "shop.example"}),
        ("support@example.com まで", {"support@example.com"}),
        ("1. 開く\n2. 押す\n③ 待つ", set()),
        ("一度、一部の第一歩", set()),
        ("返金します。払い戻し、払戻", {"返金", "払戻"}),
        ("明日届きます", {"明日"}),
        ("", set()),
    ],
)
def test_facts_have_one_spelling(text: str, expected: set[str]) -> None:
    assert facts(text) == expected


def test_links_are_addresses_and_phone_numbers_only() -> None:
    text = "5日以内に a@example.com か 03-1234-5678、https://shop.example/x?y=1 まで"
    assert links(text) == {"a@example.com", "03-1234-5678", "shop.example/x?y=1"}


@pytest.mark.parametrize(
    ("reply", "missing"),
    [
        ("送料は550円です。", set()),
        ("送料は五百五十円です。", set()),
        ("送料は500円です。", {"500円"}),
        ("550日かかります。", {"550日"}),
        ("5000以上です。", set()),
        ("50以上です。", {"50"}),
        ("送料は無料です。", {"無料"}),
        ("https://shop.example/faq/1 をご覧ください。", set()),
        ("https://shop.example/faq/1.evil.example をご覧ください。", {"shop.example/faq/1.evil.example"}),
        ("https://shop.example/faq をご覧ください。", {"shop.example/faq"}),
    ],
)
def test_a_fact_that_no_source_holds_is_found(reply: str, missing: set[str]) -> None:
    sources = ("送料は550円、5,000円以上は割引。", "https://shop.example/faq/1")
    assert ungrounded(reply, *sources) == missing


@given(st.text(max_size=200))
def test_a_text_is_grounded_in_itself(text: str) -> None:
    assert ungrounded(text, text) == frozenset()


@pytest.mark.parametrize(
    "text", ["9" * 4_000, "1-" * 2_000, "1.a" * 1_500, "一" * 4_000 + "円", "9" * 400 + "万円"]
)
def test_long_runs_of_figures_are_read_without_an_error(text: str) -> None:
    assert facts(text)


@given(st.integers(1, 99_999_999))
def test_a_number_is_the_same_with_commas_and_in_kanji(number: int) -> None:
    parts = [(10_000, "万"), (1, "")]
    kanji, rest = "", number
    for size, name in parts:
        section, rest = divmod(rest, size)
        for power, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, section = divmod(section, power)
            if digit:
                kanji += ("" if digit == 1 and power > 1 else "一二三四五六七八九"[digit - 1]) + sign
        if number >= size > 1:
            kanji += name
    expected = {f"{number}円"}
    assert facts(f"{number}円") == facts(f"{number:,}円") == expected
    assert facts(f"{kanji}円") == expected
