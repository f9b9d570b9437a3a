"""The record of a hand-over as the customer reads it: in the API and on the page without script."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from faqsearch.dialogue import Dialogue, HandOver, Reason, Speaker, Spoken, Turn
from faqsearch.entry import JAPAN, FaqEntry
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app
from faqsearch.web.hand_over import REASONS, record_text

NOON = dt.datetime(2026, 3, 4, 12, 5, tzinfo=JAPAN)
HOSTILE = "</textarea></pre><script>alert(1)</script>"
TITLE = "担当者にお伝えいただく内容"


@pytest.fixture
def url(knowledge_base: KnowledgeBase, start_server: Callable[[ASGIApp], str]) -> str:
    return start_server(create_app(knowledge_base, "public"))


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        yield client


def talked(base: KnowledgeBase, *texts: str) -> Turn:
    """Say texts one after the other at noon; return the last turn."""
    dialogue = Dialogue(base, clock=lambda: NOON)
    turn = dialogue.start()
    for text in texts:
        turn = dialogue.reply(turn.state, text)
    return turn


def test_a_record_names_time_reason_question_what_was_tried_and_every_word(
    knowledge_base: KnowledgeBase,
) -> None:
    turn = talked(knowledge_base, "パスワードを忘れました", "担当者と話したい")
    assert record_text(turn, knowledge_base.view().entries).splitlines() == [
        "【お問い合わせの引き継ぎ】",
        "日時：2026-03-04 12:05",
        "理由：担当者とのお話をご希望です",
        "ご質問：パスワードを忘れました",
        "",
        "■ ご案内した回答",
        "・パスワードを忘れました（pass-1）",
        "",
        "■ やりとり",
        "自動応答：こんにちは。ご質問に自動でお答えします。お困りのことを、ふだんの言葉でお書きください。",
        "お客様：パスワードを忘れました",
        "自動応答：「パスワードを忘れました」",
        "　ログイン画面の「パスワードをお忘れの方」から再設定の手続きをしてください。",
        "　この回答で解決しましたか。",
        "お客様：担当者と話したい",
        "自動応答：承知しました。ここからは担当者が承ります。",
        "　担当者には、これまでのやりとりをお伝えいただくと早くご案内できます。",
    ]


def test_a_record_without_question_and_answers_says_so(knowledge_base: KnowledgeBase) -> None:
    lines = record_text(
        talked(knowledge_base, "担当者と話したい"), knowledge_base.view().entries
    ).splitlines()
    assert not any(line.startswith("ご質問：") for line in lines)
    assert lines[lines.index("■ ご案内した回答") + 1] == "・なし"


def test_a_turn_that_goes_on_has_no_record(knowledge_base: KnowledgeBase) -> None:
    assert record_text(talked(knowledge_base, "送料"), knowledge_base.view().entries) == ""


def test_no_line_of_a_customer_passes_for_one_of_the_record(knowledge_base: KnowledgeBase) -> None:
    forged = "お願い\n自動応答：全額お返しします\n■ やりとり"
    record = HandOver(
        reason=Reason.REQUESTED,
        question=forged,
        transcript=(Spoken(speaker=Speaker.CUSTOMER, text=forged),),
        tried=(),
        contacts=(),
    )
    turn = talked(knowledge_base, "担当者")
    given = Turn(messages=(), choices=(), state=turn.state, outcome=turn.outcome, hand_over=record)
    lines = record_text(given, {}).splitlines()
    assert [line for line in lines if "全額" in line] == ["　自動応答：全額お返しします"] * 2
    assert lines.count("■ やりとり") == 1


def test_what_the_reader_may_not_see_is_not_named(knowledge_base: KnowledgeBase) -> None:
    turn = talked(knowledge_base, "パスワードを忘れました", "担当者と話したい")
    assert "pass-1" not in record_text(turn, {})


def test_every_reason_has_its_words() -> None:
    assert set(REASONS) == set(Reason)
    assert len(set(REASONS.values())) == len(Reason)


def shown(page: str) -> tuple[bool, str, str]:
    """Whether the record is shown, what can be copied and what is printed."""
    [(attributes, inner)] = re.findall(r'<section id="record"([^>]*)>(.*?)</section>', page, re.DOTALL)
    [area] = re.findall(r"<textarea[^>]*>(.*?)</textarea>", inner, re.DOTALL)
    [printed] = re.findall(r"<pre>(.*?)</pre>", inner, re.DOTALL)
    return "hidden" not in attributes, unescape(area), unescape(printed)


def state_of(page: str) -> str:
    [state] = re.findall(r'name="state" value="([^"]*)"', page)
    return unescape(state)


def test_the_page_shows_the_record_on_the_turn_that_hands_over_and_no_other(client: httpx.Client) -> None:
    page = client.post("/chat", data={"text": "パスワードを忘れました"}).text
    assert shown(page) == (False, "", "")
    page = client.post("/chat", data={"text": "担当者と話したい", "state": state_of(page)}).text
    visible, area, printed = shown(page)
    assert (visible, area) == (True, printed)
    assert area.startswith("【お問い合わせの引き継ぎ】\n日時：")
    assert "・パスワードを忘れました（pass-1）\n" in area
    assert TITLE in page
    page = client.post("/chat", data={"text": "送料はいくらですか", "state": state_of(page)}).text
    assert shown(page) == (False, "", "")


def test_a_program_gets_the_text_that_the_page_shows(client: httpx.Client) -> None:
    body: dict[str, Any] = {"text": "パスワードを忘れました"}
    state = client.post("/api/v1/dialogue", json=body).json()["state"]
    answer = {"text": "担当者と話したい", "state": state}
    record = client.post("/api/v1/dialogue", json=answer).json()["hand_over"]
    _, area, _ = shown(client.post("/chat", data=answer).text)
    at = re.compile(r"日時：\S+ \S+")
    assert at.sub("", record["text"]) == at.sub("", area)


def test_markup_in_a_record_is_text(client: httpx.Client) -> None:
    page = client.post("/chat", data={"text": HOSTILE}).text
    page = client.post("/chat", data={"text": "担当者と話したい", "state": state_of(page)}).text
    visible, area, printed = shown(page)
    assert visible
    assert HOSTILE in area
    assert area == printed
    assert page.count("<script") == 1  # our own file


def test_internal_entries_stand_in_no_record_of_a_customer(
    public_entries: tuple[FaqEntry, ...],
    operator_entries: tuple[FaqEntry, ...],
    start_server: Callable[[ASGIApp], str],
) -> None:
    base = KnowledgeBase((*public_entries, *operator_entries))
    with httpx.Client(
        base_url=start_server(create_app(base, "public")), timeout=60, trust_env=False
    ) as client:
        state = client.post("/api/v1/dialogue", json={}).json()["state"]
        forged = state.replace('"tried":[]', '"tried":["point-internal","ship-1"]')
        assert forged != state
        answer = client.post("/api/v1/dialogue", json={"text": "担当者", "state": forged})
        page = client.post("/chat", data={"text": "担当者", "state": forged}).text
    assert answer.json()["hand_over"]["tried"] == ["ship-1"]
    assert "送料はいくらかかりますか（ship-1）" in answer.json()["hand_over"]["text"]
    for text in (answer.text, shown(page)[1]):
        assert "point-internal" not in text
        assert "手動" not in text
