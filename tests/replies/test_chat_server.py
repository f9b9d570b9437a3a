"""The client against a real server on loopback that answers by a script."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from faqsearch.encoders.retrying import Failure
from faqsearch.errors import InputError
from faqsearch.replies import ChatServer
from faqsearch.replies.chat_server import MAX_BYTES

KEY = "sk-secret-123"
MESSAGES = [{"role": "user", "content": "山田の秘密"}]


def server(script: Any, **options: Any) -> ChatServer:
    return ChatServer(
        **{"base_url": script.url, "model": "m", "timeout": 60.0, "sleep": lambda _: None, **options}
    )


def test_a_request_says_all_the_interface_asks_for(script: Any) -> None:
    script.says("はい")
    assert server(script, api_key=KEY, max_tokens=7, base_url=script.url + "/").ask(MESSAGES) == "はい"
    assert script.bodies == [
        {"model": "m", "messages": MESSAGES, "temperature": 0, "max_tokens": 7, "stream": False}
    ]
    (headers,) = script.headers
    assert headers["path"] == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(script: Any) -> None:
    script.says("はい")
    server(script).ask(MESSAGES)
    assert "Authorization" not in script.headers[0]


def test_a_busy_server_is_asked_again(script: Any) -> None:
    waits: list[float] = []
    script.sends({}, status=503, Retry_After="3")
    script.says("はい")
    assert server(script, sleep=waits.append).ask(MESSAGES) == "はい"
    assert waits == [3.0]


@pytest.mark.parametrize(
    ("status", "tries", "reason"),
    [
        (500, 2, "answered with status 500; look into the server's log (tries: 2)"),
        (401, 1, "answered with status 401; check api_key"),
        (302, 1, "answered with status 302; look into the server's log"),
    ],
)
def test_a_status_other_than_200_is_a_failure(script: Any, status: int, tries: int, reason: str) -> None:
    script.sends({"error": "山田の秘密"}, status=status, Location="http://127.0.0.1:9/")
    assert server(script).ask(MESSAGES) == Failure(reason)
    assert len(script.bodies) == tries


NO_REPLY = "answered with something else than a reply; check base_url"
NO_JSON = "answered with something else than JSON; check base_url"


@pytest.mark.parametrize(
    ("document", "kind", "reason"),
    [
        (b"<html>", "text/html", NO_JSON),
        (b'{"choices": []}', "text/plain", NO_JSON),
        (b"{", "application/json", NO_REPLY),
        (b"\xff\xfe", "application/json", NO_REPLY),
        (b"[" * 100_000, "application/json", NO_REPLY),
        (b"[]", "application/json", NO_REPLY),
        (b"1" * 5_000, "application/json", NO_REPLY),
        (b'{"choices": []}', "application/json", NO_REPLY),
        (b'{"choices": [1]}', "application/json", NO_REPLY),
        (b'{"choices": [{"message": {}}]}', "application/json", NO_REPLY),
        (b'{"choices": [{"message": {"content": null}}]}', "application/json", "did not finish its reply"),
        (b'{"choices": [{"message": {"content": [1]}}]}', "application/json", "did not finish its reply"),
        (
            b'{"choices": [{"message": {"content": "x"}, "finish_reason": "length"}]}',
            "application/json; charset=utf-8",
            "did not finish its reply",
        ),
    ],
)
def test_an_answer_that_is_none_is_a_failure(script: Any, document: bytes, kind: str, reason: str) -> None:
    script.sends(document, kind=kind)
    assert server(script, attempts=1).ask(MESSAGES) == Failure(reason)


def endless(script: Any, pause: float) -> Callable[[BaseHTTPRequestHandler], None]:
    def step(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.end_headers()
        while not script.stop.wait(pause):
            try:
                handler.wfile.write(b" " * 8_192)
            except OSError:
                return

    return step


def test_an_endless_answer_is_cut_off(script: Any) -> None:
    script.steps = [endless(script, 0)]
    reason = f"answered with more than {MAX_BYTES:,} bytes"
    assert server(script, timeout=60.0).ask(MESSAGES) == Failure(reason)


def test_an_answer_that_trickles_is_given_up(script: Any) -> None:
    script.steps = [endless(script, 0.02)]
    found = server(script, timeout=0.2, attempts=1).ask(MESSAGES)
    assert found == Failure("did not answer in time: ReadTimeout (tries: 1)")


def test_a_silent_server_is_given_up(script: Any) -> None:
    heard = threading.Semaphore(0)

    def silent(_handler: BaseHTTPRequestHandler) -> None:
        heard.release()
        script.stop.wait(60)

    script.steps = [silent]
    found = server(script, timeout=0.1, attempts=2).ask(MESSAGES)
    # A busy machine gives up waiting before it has read what it was asked.
    assert [heard.acquire(timeout=60) for _ in range(2)] == [True, True]
    script.stop.set()
    assert found == Failure("did not answer in time: ReadTimeout (tries: 2)")
    assert len(script.bodies) == 2


def test_a_server_that_hangs_up_is_a_failure(script: Any) -> None:
    script.steps = [lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)]
    found = server(script, attempts=1).ask(MESSAGES)
    assert isinstance(found, Failure)
    assert found.reason.startswith("cannot be reached: ")


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    found = ChatServer(base_url=url, model="m", attempts=1, timeout=60.0).ask(MESSAGES)
    assert found == Failure("cannot be reached: ConnectError; check base_url and that it runs (tries: 1)")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_url": "ftp://x/v1"}, "base_url must be an http or https address"),
        ({"base_url": "http://me:secret@x/v1"}, "base_url must be an http or https address"),
        ({"base_url": "http://x/v1?a=1"}, "base_url must end with a path"),
        ({"model": ""}, "model came empty"),
        ({"api_key": "a b"}, "api_key must be visible ASCII characters"),
        ({"attempts": 0}, "attempts came as int; it must be a whole number of at least 1"),
        ({"max_tokens": True}, "max_tokens came as bool"),
        ({"timeout": 0}, "timeout must be a number of seconds above 0"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(options: dict[str, object], message: str) -> None:
    given: dict[str, Any] = {"base_url": "http://127.0.0.1:1/v1", "model": "m", **options}
    with pytest.raises(InputError) as raised:
        ChatServer(**given)
    assert str(raised.value).startswith(message)
    assert "secret" not in str(raised.value)


def test_the_key_is_in_no_representation() -> None:
    assert KEY not in repr(ChatServer(base_url="http://127.0.0.1:1/v1", model="m", api_key=KEY))


def test_without_httpx_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    with pytest.raises(
        InputError, match=r"a language model's server is reached with httpx.*faqsearch\[remote\]"
    ):
        ChatServer(base_url="http://127.0.0.1:1/v1", model="m")
