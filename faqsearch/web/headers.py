"""Security headers on every answer."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from faqsearch.web.templating import route_path

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_SCRIPTED: Final = frozenset({"/", "/chat"})
_SCRIPT_POLICY: Final = f"{_POLICY}; script-src 'self'; connect-src 'self'"

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SecurityHeaders:
    """ASGI middleware: the headers above, and ``no-store`` on all that is not a static file.

    Script runs on the pages for people alone, from files of the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request with the headers added."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # A static file is asked for again by its ETag; an answer to a query is kept by nobody.
        path = route_path(scope)
        caching = "no-cache" if path.startswith("/static/") else "no-store"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(SECURITY_HEADERS)
                if path in _SCRIPTED:
                    headers["Content-Security-Policy"] = _SCRIPT_POLICY
                headers["Cache-Control"] = caching
            await send(message)

        await self._app(scope, receive, send_with_headers)
