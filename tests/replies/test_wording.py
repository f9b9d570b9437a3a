from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faqsearch.business_hours import BusinessHours, SupportDesk
from faqsearch.entry import JAPAN
from faqsearch.replies.wording import addressed, moment, one_line, promise, shortened

NOW = dt.datetime(2026, 11, 20, 17, 20, tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "お客様"),
        ("山田 花子", "山田 花子 様"),
        ("株式会社見本", "株式会社見本 御中"),
        ("見本合同会社", "見本合同会社 御中"),
    ],
)
def test_a_letter_begins_with_the_right_honorific(name: str, expected: str) -> None:
    assert addressed(name) == expected


@pytest.mark.parametrize(
    ("days", "hour", "minute", "expected"),
    [
        (0, 18, 0, "本日18時"),
        (0, 18, 30, "本日18時30分"),
        (4, 9, 0, "11月24日（火）9時"),
        (45, 12, 0, "2027年1月4日（月）12時"),
    ],
)
def test_moments_are_worded_as_letters_do(days: int, hour: int, minute: int, expected: str) -> None:
    at = (NOW + dt.timedelta(days=days)).replace(hour=hour, minute=minute)
    assert moment(at, NOW) == expected
    assert moment(at.astimezone(dt.UTC), NOW.astimezone(dt.UTC)) == expected


@pytest.mark.parametrize(
    ("spans", "within", "expected"),
    [
        (["9:00-18:00"], 0.5, "本日18時"),
        (["9:00-17:50"], 0.4, "本日17時50分"),  # never later than closing time
        (["9:00-17:50"], 0.5, "本日17時50分"),
        (["9:00-18:00"], 8, "11月24日（火）16時30分"),
        (["9:00-18:00"], 7 + 2 / 3, "11月24日（火）16時"),
    ],
)
def test_a_promise_is_a_full_or_half_hour_in_opening_time(
    spans: list[str], within: float, expected: str
) -> None:
    desk = SupportDesk(hours=BusinessHours.parse({"mon-fri": spans}), reply_within=within)
    assert promise(desk, NOW) == expected


def test_without_opening_times_nothing_is_promised() -> None:
    assert promise(SupportDesk(), NOW) == ""


def test_one_line_has_no_control_or_invisible_characters() -> None:
    assert one_line("a\r\nBcc: b\x00\u202ec\u200b\u2028d", 50) == "a Bcc: b c d"
    assert one_line("あ" * 10, 10) == "あ" * 10
    assert one_line("あ" * 11, 10) == "あ" * 9 + "…"
    assert one_line(" " * 1_000_000 + "x", 10) == "…"


def test_a_text_is_cut_after_a_sentence_where_one_can_be() -> None:
    assert shortened("一つ。二つ。三つ。", 20) == "一つ。二つ。三つ。"
    assert shortened("一つ。二つ。三つ。", 8) == "一つ。二つ。…"
    assert shortened("一つ。" + "い" * 20, 12) == "一つ。" + "い" * 8 + "…"


@given(st.text(), st.integers(1, 40))
def test_cut_texts_keep_their_limits(text: str, limit: int) -> None:
    assert len(one_line(text, limit)) <= limit
    assert len(one_line(text, limit).splitlines()) <= 1
    assert len(shortened(text, limit)) <= max(limit, 1)
