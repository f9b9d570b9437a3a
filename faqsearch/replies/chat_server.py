"""Any server that speaks OpenAI's chat interface: POST {base_url}/chat/completions.

Nothing in its answer is trusted.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from faqsearch.encoders.remote_server import check_address, check_key, require_httpx
from faqsearch.encoders.retrying import Failure, Retrying
from faqsearch.errors import InputError, shown

if TYPE_CHECKING:
    import httpx

MAX_BYTES: Final = 1_000_000
"""Bytes of an answer that are read; a longer one is none."""

Message = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class ChatServer:
    """Asks a language model, and again when its server is busy or away.

    Neither what is asked nor the key is ever part of a message or of the ``repr``.

    Attributes:
        base_url: Where the interface begins, such as ``http://127.0.0.1:8000/v1``; http or https, without
            a name and password.
        model: The name the server knows the model by.
        api_key: Sent as bearer token; None for none.
        timeout: Seconds to wait for the server at each step of a request, and for a whole answer.
        attempts: Tries for each request, the first included.
        max_tokens: Longest reply that is asked for.
        transport: An httpx transport of one's own, for proxies; None for the network.
        sleep: Waits that many seconds between two tries.

    Raises:
        InputError: If httpx is not installed or a setting cannot be used.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 30.0
    attempts: int = 2
    max_tokens: int = 1_000
    transport: httpx.BaseTransport | None = field(default=None, repr=False, compare=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_httpx("a language model's server")
        check_address(self.base_url)
        check_key(self.api_key)
        if not isinstance(self.model, str) or not self.model:
            raise InputError("model came empty; it must be the name the server knows the model by")
        for name in ("attempts", "max_tokens"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise InputError(f"{name} came as {shown(value)}; it must be a whole number of at least 1")
        if not 0 < self.timeout < math.inf:
            raise InputError("timeout must be a number of seconds above 0")

    def ask(self, messages: Sequence[Message]) -> str | Failure:
        """Return the text of the reply, or why there is none, in words that repeat nothing of either side."""
        import httpx

        body = {
            "model": self.model,
            "messages": list(messages),
            "temperature": 0,
            "max_tokens": self.max_tokens,
            "stream": False,
        }
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        if self.api_key is not None:
            headers["Authorization"] = f"Bearer {self.api_key}"
        retrying = Retrying(attempts=self.attempts, sleep=self.sleep)
        with httpx.Client(headers=headers, timeout=self.timeout, transport=self.transport) as client:
            answer = retrying.run(lambda: self._post(client, body))
        return answer if isinstance(answer, Failure) else _content(answer)

    def _post(self, client: httpx.Client, body: object) -> httpx.Response:
        """Ask once; read no more than :data:`MAX_BYTES` and a byte, and no longer than ``timeout``."""
        import httpx

        began, data = time.monotonic(), bytearray()
        with client.stream("POST", f"{self.base_url.rstrip('/')}/chat/completions", json=body) as answer:
            for chunk in answer.iter_raw():
                data += chunk
                if len(data) > MAX_BYTES:
                    break
                if time.monotonic() - began > self.timeout:
                    raise httpx.ReadTimeout("the answer did not end in time")
        names = ("Content-Type", "Retry-After")
        kept = {name: answer.headers[name] for name in names if name in answer.headers}
        return httpx.Response(answer.status_code, headers=kept, content=bytes(data[: MAX_BYTES + 1]))


def _content(answer: httpx.Response) -> str | Failure:
    if len(answer.content) > MAX_BYTES:
        return Failure(f"answered with more than {MAX_BYTES:,} bytes")
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return Failure("answered with something else than JSON; check base_url")
    try:
        choice: Any = json.loads(answer.content)["choices"][0]
        content, ended = choice["message"]["content"], choice.get("finish_reason")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Failure("answered with something else than a reply; check base_url")
    if ended not in {None, "stop"} or not isinstance(content, str):
        return Failure("did not finish its reply")
    return content
