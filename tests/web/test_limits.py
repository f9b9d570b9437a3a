"""The limits, spoken to in ASGI directly: what a server cannot be made to send."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.responses import PlainTextResponse, Response
from starlette.types import Message, Receive, Scope, Send

from faqsearch.web.guard import ErrorGuard
from faqsearch.web.headers import SecurityHeaders
from faqsearch.web.limits import RequestLimits

SCOPE = {"type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "headers": []}


def refuse(_scope: Scope, status: int) -> Response:
    return PlainTextResponse("refused", status)


class Echo:
    """Answers with the body it was given, and notes what comes after it."""

    def __init__(self) -> None:
        self.calls = 0
        self.after: Message | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.calls += 1
        if scope["type"] != "http":
            return
        body = b""
        more = True
        while more:
            message = await receive()
            body += message["body"]
            more = message.get("more_body", False)
        self.after = await receive()
        await PlainTextResponse(body)(scope, receive, send)


def run(app: Any, messages: list[Message], **scope: Any) -> tuple[list[Message], list[Message]]:
    """Run an application; returns what it sent, and the messages it left unread."""
    sent: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app({**SCOPE, **scope}, receive, send))
    return sent, messages


def part(body: bytes, *, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


DISCONNECT: Message = {"type": "http.disconnect"}


def test_a_body_of_exactly_the_limit_arrives_whole_and_in_order() -> None:
    echo = Echo()
    sent, _ = run(
        RequestLimits(echo, refuse, max_body=6),
        [part(b"ab", more=True), part(b"cd", more=True), part(b"ef", more=False), DISCONNECT],
    )
    assert (sent[0]["status"], sent[1]["body"]) == (200, b"abcdef")
    assert echo.after == DISCONNECT


def test_a_chunked_body_one_byte_over_the_limit_is_refused_and_read_to_its_end() -> None:
    echo = Echo()
    sent, unread = run(
        RequestLimits(echo, refuse, max_body=6),
        [part(b"abcd", more=True), part(b"efg", more=True), part(b"h", more=False), DISCONNECT],
    )
    assert (sent[0]["status"], echo.calls, unread) == (413, 0, [DISCONNECT])


def test_an_endless_body_is_not_read_for_ever() -> None:
    chunk = b"x" * 1024 * 1024
    messages = [part(chunk, more=True) for _ in range(20)]
    sent, unread = run(RequestLimits(Echo(), refuse, max_body=6), messages)
    assert (sent[0]["status"], len(unread)) == (413, 11)


def test_an_announced_length_over_the_limit_is_refused_whatever_comes() -> None:
    echo = Echo()
    headers = [(b"content-length", b"7")]
    sent, _ = run(RequestLimits(echo, refuse, max_body=6), [part(b"ab", more=False)], headers=headers)
    assert (sent[0]["status"], echo.calls) == (413, 0)


def test_a_caller_who_leaves_while_sending_is_not_answered() -> None:
    echo = Echo()
    sent, _ = run(RequestLimits(echo, refuse), [part(b"ab", more=True), DISCONNECT])
    assert (sent, echo.calls) == ([], 0)


@pytest.mark.parametrize(("length", "status"), [(9, 200), (10, 414)])
def test_the_url_is_measured_with_its_query(length: int, status: int) -> None:
    app = RequestLimits(Echo(), refuse, max_url=10)
    sent, _ = run(app, [part(b"", more=False), DISCONNECT], query_string=b"x" * length)
    assert sent[0]["status"] == status


@pytest.mark.parametrize("kind", ["lifespan", "websocket"])
def test_what_is_not_http_passes_through(kind: str) -> None:
    echo = Echo()
    app = SecurityHeaders(ErrorGuard(RequestLimits(echo, refuse), refuse))
    assert run(app, [], type=kind) == ([], [])
    assert echo.calls == 1


def test_an_answer_already_begun_is_not_begun_again_after_an_error(caplog: pytest.LogCaptureFixture) -> None:
    text = "山田" + "花子"

    async def breaks(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(text)

    sent, _ = run(ErrorGuard(breaks, refuse), [])
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "RuntimeError" in caplog.text
    assert text not in caplog.text
