"""The dialogue endpoint and the chat page as programs and browsers without script use them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from starlette.types import ASGIApp

from faqsearch.business_hours import Contact
from faqsearch.entry import FaqEntry
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app

Start = Callable[[ASGIApp], str]
CONTACTS = (Contact(name="メール", kind="mail", address="support@example.jp"),)
SENTINEL = "ヒミツノアイコトバ"


@pytest.fixture(scope="module")
def url(knowledge_base: KnowledgeBase, start_server: Start) -> str:
    return start_server(create_app(knowledge_base, "public", contacts=CONTACTS))


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        yield client


def say(client: httpx.Client, *texts: str) -> dict[str, Any]:
    """Say texts one after the other; return the last answer."""
    turn: dict[str, Any] = {}
    for text in texts:
        body = {"text": text} | ({"state": turn["state"]} if turn else {})
        answer = client.post("/api/v1/dialogue", json=body)
        assert answer.status_code == 200, answer.text
        turn = answer.json()
    return turn


def test_a_dialogue_starts_with_a_greeting(client: httpx.Client) -> None:
    turn = client.post("/api/v1/dialogue", json={}).json()
    assert [message["text"][:6] for message in turn["messages"]] == ["こんにちは。"]
    assert (turn["choices"], turn["outcome"], turn["hand_over"]) == ([], None, None)
    assert json.loads(turn["state"])["version"] == 1


def test_a_question_is_answered_and_a_yes_ends_it(client: httpx.Client) -> None:
    turn = say(client, "パスワードを忘れました")
    assert turn["messages"][0]["entry_id"] == "pass-1"
    assert turn["choices"][:2] == [
        {"kind": "yes", "label": "はい、解決しました", "entry_id": ""},
        {"kind": "no", "label": "いいえ、解決していません", "entry_id": ""},
    ]
    ended = client.post("/api/v1/dialogue", json={"text": "1", "state": turn["state"]}).json()
    assert (ended["outcome"], ended["choices"], ended["hand_over"]) == ("answer", [], None)


def test_a_person_gets_the_whole_record(client: httpx.Client) -> None:
    turn = say(client, "パスワードを忘れました", "担当者と話したい")
    record = turn["hand_over"]
    assert (turn["outcome"], record["reason"], record["tried"]) == ("hand_over", "requested", ["pass-1"])
    said = [line["text"] for line in record["transcript"] if line["speaker"] == "customer"]
    assert said == ["パスワードを忘れました", "担当者と話したい"]
    assert record["contacts"] == [
        {
            "name": "メール",
            "kind": "mail",
            "address": "support@example.jp",
            "open": True,
            "next_opening": None,
        }
    ]
    assert record["next_opening"] is None


def test_any_worker_goes_on_with_a_state(
    client: httpx.Client, knowledge_base: KnowledgeBase, start_server: Start
) -> None:
    other = start_server(create_app(knowledge_base, "public", contacts=CONTACTS))
    turn = say(client, "パスワードを忘れました")
    body = {"text": "はい", "state": turn["state"]}
    ended = httpx.post(f"{other}/api/v1/dialogue", json=body, timeout=60, trust_env=False).json()
    assert ended["outcome"] == "answer"


@pytest.mark.parametrize(
    ("options", "status", "field"),
    [
        ({"json": {"text": 5}}, 422, "text"),
        ({"json": {"text": "x", "state": "{}"}}, 422, "state"),
        ({"json": {"state": "no state"}}, 422, "state"),
        ({"json": {"text": "x", "state": {}}}, 422, "state"),
        ({"json": {"text": "あ" * 50_001}}, 422, "text"),
        ({"json": {"text": "x", "audience": "operator"}}, 422, ""),
        ({"json": []}, 422, ""),
        ({"json": {}, "params": {"a": "b"}}, 422, ""),
        (
            {"content": '{"state": "a", "state": "b"}', "headers": {"Content-Type": "application/json"}},
            422,
            "state",
        ),
        ({"content": '{"text": "x"}', "headers": {"Content-Type": "text/plain"}}, 415, None),
        ({"content": "{", "headers": {"Content-Type": "application/json"}}, 422, ""),
        ({"json": {"text": "あ" * 1_000_000}}, 413, None),
    ],
)
def test_what_is_no_turn_is_refused_with_a_problem(
    client: httpx.Client, options: dict[str, Any], status: int, field: str | None
) -> None:
    answer = client.post("/api/v1/dialogue", **options)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    if field is not None:
        assert [error["field"] for error in answer.json()["errors"]][:1] == [field]
    assert "no state" not in answer.text


def test_a_state_that_cannot_be_used_says_what_to_do(client: httpx.Client) -> None:
    problem = client.post("/api/v1/dialogue", json={"text": "x", "state": "{}"}).json()
    assert problem["errors"][0]["detail"] == (
        "この state からは続けられません。state を外して、はじめからやり直してください。"
    )


def test_a_long_turn_is_answered(client: httpx.Client) -> None:
    turn = say(client, "送料はいくらですか。" * 4_000)
    assert turn["messages"][0]["text"] == "文が長いため、はじめの2,000文字までを読みました。"


# The page without script.


def fields(page: str) -> dict[str, str]:
    [state] = re.findall(r'name="state" value="([^"]*)"', page)
    return {"state": unescape(state)}


def choices(page: str) -> list[str]:
    return [unescape(value) for value in re.findall(r'name="choice" value="([^"]*)"', page)]


def bubbles(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<li class="(bot|customer)">(.*?)</li>', page, re.DOTALL)
    return [(side, " ".join(unescape(re.sub(r"<[^>]+>", " ", inner)).split())) for side, inner in found]


def test_the_page_greets_and_carries_its_state_in_the_form(client: httpx.Client) -> None:
    answer = client.get("/chat")
    assert answer.status_code == 200
    assert [side for side, _ in bubbles(answer.text)] == ["bot"]
    assert json.loads(fields(answer.text)["state"])["turns"] == 0
    assert 'aria-live="polite"' in answer.text
    assert '<label for="text">' in answer.text


def test_a_whole_dialogue_works_by_form_alone(client: httpx.Client) -> None:
    page = client.post(
        "/chat", data=fields(client.get("/chat").text) | {"text": "パスワードを忘れました"}
    ).text
    assert [side for side, _ in bubbles(page)] == ["bot", "customer", "bot"]
    assert choices(page)[:2] == ["はい、解決しました", "いいえ、解決していません"]
    page = client.post("/chat", data=fields(page) | {"text": "", "choice": "はい、解決しました"}).text
    assert bubbles(page)[-2:] == [
        ("customer", "あなた： はい、解決しました"),
        ("bot", "自動応答： お役に立てて何よりです。ほかにご質問がありましたら、いつでもお書きください。"),
    ]
    assert '<fieldset id="choices" hidden>' in page


def test_contacts_are_shown_again_with_the_lines_before(client: httpx.Client) -> None:
    page = client.post("/chat", data=fields(client.get("/chat").text) | {"text": "担当者"}).text
    assert "support@example.jp" in bubbles(page)[-1][1]
    page = client.post("/chat", data=fields(page) | {"text": "ありがとう"}).text
    assert "support@example.jp" in bubbles(page)[-3][1]


def test_the_url_of_an_entry_is_a_link(client: httpx.Client) -> None:
    page = client.post("/chat", data={"text": "返品の送料は誰が払いますか"}).text
    page = client.post("/chat", data=fields(page) | {"choice": "返品の送料は誰が払いますか"}).text
    assert 'href="https://shop.example/faq/return-1"' in page


@pytest.mark.parametrize("state", ["{}", "x" * 300_000, '{"version": 0}', "\ud83d"])
def test_a_state_that_cannot_be_used_begins_anew_on_the_page(client: httpx.Client, state: str) -> None:
    content = httpx.QueryParams({"text": "パスワードを忘れました"})
    body = f"{content}&state=".encode() + state.encode("utf-8", "surrogatepass")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/chat", content=body, headers=headers)
    assert answer.status_code == 200
    assert "前のやりとりの続きを読み取れませんでしたので" in answer.text
    assert bubbles(answer.text)[1] == ("customer", "あなた： パスワードを忘れました")


def test_markup_of_a_customer_or_an_entry_is_shown_as_text(client: httpx.Client) -> None:
    page = client.post("/chat", data={"text": "<script>alert(1)</script> タグが画面に出る"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert page.count("<script") == 1  # our own file


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {"text": "x"}}, 415),
        ({"content": "a=1&" * 20, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}, 422),
        ({"data": {"text": "あ" * 300_000}}, 413),
    ],
)
def test_a_form_that_is_none_is_refused(client: httpx.Client, options: dict[str, Any], status: int) -> None:
    assert client.post("/chat", **options).status_code == status


def test_script_may_run_on_the_pages_for_people_and_nowhere_else(client: httpx.Client) -> None:
    policies = {path: client.get(path).headers["content-security-policy"] for path in ("/chat", "/", "/docs")}
    for path in ("/", "/chat"):
        assert "script-src 'self'; connect-src 'self'" in policies[path]
        assert "default-src 'none'" in policies[path]
    assert "script" not in policies["/docs"]
    for name in ("chat.js", "chat.css", "complete.js"):
        assert client.get(f"/static/{name}").status_code == 200


def test_the_page_and_its_files_name_no_other_host(client: httpx.Client) -> None:
    for path in ("/chat", "/static/chat.js", "/static/chat.css"):
        assert "://" not in client.get(path).text


def test_the_search_page_leads_to_the_chat_and_back(client: httpx.Client) -> None:
    assert 'href="/chat"' in client.get("/").text
    assert 'href="/"' in client.get("/chat").text


# What operators alone may see.


def hidden(entries: tuple[FaqEntry, ...]) -> tuple[FaqEntry, ...]:
    return tuple(
        dataclasses.replace(entry, id=f"secret-{entry.id}", answer=SENTINEL, audience="operator")
        for entry in entries
    )


TEXTS = ("返品の送料は誰が払いますか", "送料", "1", "いいえ", "それはいくら？", "社内基準", "担当者")


def test_operators_entries_change_no_word_of_a_public_dialogue(
    public_entries: tuple[FaqEntry, ...], start_server: Start
) -> None:
    def dialogue(*more: FaqEntry) -> list[str]:
        found: list[str] = []
        turn: dict[str, Any] = {}
        with httpx.Client(
            base_url=start_server(create_app(KnowledgeBase((*public_entries, *more)), "public")),
            timeout=60,
            trust_env=False,
        ) as client:
            for text in TEXTS:
                body = {"text": text} | ({"state": turn["state"]} if turn else {})
                turn = client.post("/api/v1/dialogue", json=body).json()
                said = {**turn, "state": re.sub(r'"at":"[^"]+"', "", turn["state"])}
                found.append(re.sub(r"日時：[-0-9]+ [0-9:]+", "", json.dumps(said, ensure_ascii=False)))
        return found

    assert dialogue() == dialogue(*hidden(public_entries))


@pytest.mark.parametrize("entry_id", ["secret-ship-1", "never"])
def test_a_forged_state_finds_no_operators_entry(
    public_entries: tuple[FaqEntry, ...], start_server: Start, entry_id: str
) -> None:
    url = start_server(create_app(KnowledgeBase((*public_entries, *hidden(public_entries))), "public"))
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        state = json.loads(client.post("/api/v1/dialogue", json={}).json()["state"])
        state |= {
            "topic": entry_id,
            "tried": [entry_id],
            "choices": [{"kind": "entry", "label": "見せて", "entry": entry_id}],
            "lines": [{"bot": [{"say": "answer", "entry": entry_id, "start": 0, "end": 0}]}],
        }
        for text in ("1", "見せて", "担当者"):
            answer = client.post("/api/v1/dialogue", json={"text": text, "state": json.dumps(state)})
            assert answer.status_code == 200
            assert SENTINEL not in answer.text
            assert entry_id not in answer.text
        page = client.post("/chat", data={"text": "担当者", "state": json.dumps(state)}).text
        assert SENTINEL not in page


def test_the_operators_application_shows_theirs(operator_client: httpx.Client) -> None:
    turn = operator_client.post("/api/v1/dialogue", json={"text": "ポイントを手動で付ける手順"}).json()
    assert "point-internal" in {message["entry_id"] for message in turn["messages"]} | {
        choice["entry_id"] for choice in turn["choices"]
    }


# The schema.

SETTINGS = hypothesis.settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_generated_requests_are_answered_as_the_schema_says(url: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")

    @SETTINGS
    @hypothesis.given(case=schema["/api/v1/dialogue"]["POST"].as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        # A state is opaque: that any other text is refused stands in its description.
        case.call_and_validate(excluded_checks=[positive_data_acceptance])

    answered()


def test_an_unforeseen_error_withholds_the_text(
    knowledge_base: KnowledgeBase, start_server: Start, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def fail(_reactor: object, _state: object, text: str) -> None:
        raise RuntimeError(text)

    url = start_server(create_app(knowledge_base, "public"))
    monkeypatch.setattr("faqsearch.dialogue.reactions.Reactor.react", fail)
    answer = httpx.post(f"{url}/api/v1/dialogue", json={"text": "ヒミツの質問"}, timeout=60, trust_env=False)
    assert answer.status_code == 500
    assert "ヒミツ" not in answer.text + caplog.text
