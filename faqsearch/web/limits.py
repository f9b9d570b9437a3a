"""Limits on what a request may bring, held before anything reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refuse = Callable[[Scope, int], Response]

MAX_BODY: Final = 640 * 1024
"""Bytes of a body. The longest inquiry, written as JSON escapes (up to 12 bytes a character), still fits."""

MAX_URL: Final = 32 * 1024
"""Bytes of path and query string. The longest query, percent-encoded (up to 12 bytes a character), fits."""

_MAX_DRAINED: Final = 8 * 1024 * 1024


class RequestLimits:
    """ASGI middleware: 414 for a URL that is too long, 413 for a body that is, announced or not."""

    def __init__(
        self, app: ASGIApp, refuse: Refuse, max_body: int = MAX_BODY, max_url: int = MAX_URL
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._max_body = max_body
        self._max_url = max_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with its body already read, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > self._max_url:
            await self._refuse(scope, 414)(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        fits = not announced.isdecimal() or int(announced) <= self._max_body
        messages = await _read(receive, self._max_body) if fits else None
        if messages and messages[-1]["type"] == "http.disconnect":
            return  # nobody is left to answer
        if messages is None:
            await _drain(receive)
            await self._refuse(scope, 413)(scope, receive, send)
            return
        await self._app(scope, _replay(messages, receive), send)


async def _read(receive: Receive, limit: int) -> list[Message] | None:
    """Read the whole body; None as soon as it is over the limit."""
    messages: list[Message] = []
    size = 0
    more = True
    while more:
        message = await receive()
        size += len(message.get("body", b""))
        if size > limit:
            return None
        messages.append(message)
        more = message.get("more_body", False)
    return messages


async def _drain(receive: Receive) -> None:
    """Throw away a bounded rest, so that a sender that writes everything first gets to read the refusal."""
    size = 0
    more = True
    while more and size < _MAX_DRAINED:
        message = await receive()
        size += len(message.get("body", b""))
        more = message.get("more_body", False)


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def replayed() -> Message:
        for message in waiting:
            return message
        return await receive()

    return replayed
