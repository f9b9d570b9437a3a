"""The last line: whatever breaks becomes a plain 500, and its message never reaches a log."""

from __future__ import annotations

import logging
import traceback
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faqsearch.web.limits import Refuse

_LOG: Final = logging.getLogger("faqsearch.web")


class ErrorGuard:
    """ASGI middleware that answers 500 for an unforeseen exception.

    The exception's kind and the lines it passed are logged. Its message is not: messages of other
    libraries may quote the text they were given, and that is a customer's.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, with a 500 if need be."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as error:  # noqa: BLE001  # the outermost boundary: nothing may pass it
            frames = "".join(traceback.format_tb(error.__traceback__))
            # Not logging.exception: it would log the message.
            _LOG.error("request failed with %s (message withheld)\n%s", type(error).__name__, frames)
            if not started:
                await self._refuse(scope, 500)(scope, receive, send)
