"""Any server that speaks OpenAI's embeddings interface: POST {base_url}/embeddings."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from faqsearch.encoders.base import Kind, checked_texts, unit_rows
from faqsearch.encoders.embedding_answers import read_vectors
from faqsearch.encoders.remote_server import check_address, check_key, require_httpx
from faqsearch.encoders.retrying import Failure, Retrying
from faqsearch.errors import FaqSearchError, InputError, shown

if TYPE_CHECKING:
    import httpx

MAX_CHARACTERS: Final = 8_192
"""Characters of a text that are sent; the rest is left out."""

_PROBE: Final = "検索"
"""Encoded once to learn how long the vectors are."""


@dataclass(frozen=True, kw_only=True)
class OpenAICompatibleEncoder:
    """Asks a server for vectors, in batches, and again when it is busy or away.

    The texts leave this machine for the server at ``base_url``. Neither they nor the key are ever part of
    a message or of the encoder's ``repr``. Whether one text gives the same bits alone and in a batch is
    up to the server; behind a :class:`~faqsearch.encoders.CachedEncoder` a passage is asked for once.

    Attributes:
        base_url: Where the interface begins, such as ``http://127.0.0.1:8000/v1``; http or https, without
            a name and password.
        model: The model's name for passages, and for queries if ``query_model`` is empty.
        query_model: The name for queries, for servers that tell the two apart by name.
        api_key: Sent as bearer token; None for none.
        query_prefix: Put before each query, such as ``"query: "``, where the server does not.
        passage_prefix: Put before each passage.
        requested_dimensions: Asks the server for vectors of this length; None takes what it gives.
        version: Raise it when the server's model changes behind its name: it is part of the fingerprint.
        timeout: Seconds to wait for the server at each step of a request.
        batch_size: Texts in one request.
        attempts: Tries for each request, the first included.
        transport: An httpx transport of one's own, for proxies and tests; None for the network.
        sleep: Waits that many seconds between two tries.

    Raises:
        InputError: If httpx is not installed or a setting cannot be used.
    """

    base_url: str
    model: str
    query_model: str = ""
    api_key: str | None = field(default=None, repr=False)
    query_prefix: str = ""
    passage_prefix: str = ""
    requested_dimensions: int | None = None
    version: str = ""
    timeout: float = 30.0
    batch_size: int = 32
    attempts: int = 5
    transport: httpx.BaseTransport | None = field(default=None, repr=False, compare=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False, compare=False)

    def __post_init__(self) -> None:
        require_httpx("an embeddings server")
        check_address(self.base_url)
        if not self.model:
            raise InputError("model came empty; it must be the name the server knows the model by")
        for name in ("batch_size", "attempts", "requested_dimensions"):
            value = getattr(self, name)
            if value is not None and (not isinstance(value, int) or value < 1):
                raise InputError(f"{name} came as {shown(value)}; it must be a whole number of at least 1")
        if not 0 < self.timeout < float("inf"):
            raise InputError("timeout must be a number of seconds above 0")
        check_key(self.api_key)

    @property
    def fingerprint(self) -> str:
        """Address, model names, prefixes, length and ``version``: all but the key."""
        facts = (
            self.base_url.rstrip("/"),
            self.model,
            self.query_model,
            self.query_prefix,
            self.passage_prefix,
            self.requested_dimensions,
            self.version,
            MAX_CHARACTERS,
        )
        return f"openai:{hashlib.sha256(json.dumps(facts).encode()).hexdigest()}"

    @cached_property
    def dimensions(self) -> int:
        """The length of each vector; if it was not requested, asks the server once."""
        if self.requested_dimensions is not None:
            return self.requested_dimensions
        return int(self._ask([_PROBE], "passage", None).shape[1])

    def encode(self, texts: Sequence[str], kind: Kind) -> NDArray[np.float32]:
        """Encode; of each text the first :data:`MAX_CHARACTERS` characters are sent."""
        readable = checked_texts(texts, kind, MAX_CHARACTERS)
        rows = np.empty((len(readable), self.dimensions), dtype=np.float32)
        for start in range(0, len(readable), self.batch_size):
            batch = readable[start : start + self.batch_size]
            rows[start : start + len(batch)] = self._ask(batch, kind, self.dimensions)
        return rows

    def close(self) -> None:
        """Close the connections; the next text opens new ones."""
        client = self.__dict__.pop("_client", None)
        if client is not None:
            client.close()

    def __getstate__(self) -> dict[str, object]:
        return {name: value for name, value in self.__dict__.items() if name != "_client"}

    @cached_property
    def _client(self) -> httpx.Client:
        import httpx

        headers = {} if self.api_key is None else {"Authorization": f"Bearer {self.api_key}"}
        return httpx.Client(headers=headers, timeout=self.timeout, transport=self.transport)

    def _ask(self, texts: list[str], kind: Kind, dimensions: int | None) -> NDArray[np.float32]:
        prefix = self.query_prefix if kind == "query" else self.passage_prefix
        body: dict[str, object] = {
            "model": (self.query_model or self.model) if kind == "query" else self.model,
            # Servers refuse an empty text; a blank says as little.
            "input": [prefix + text or " " for text in texts],
            "encoding_format": "float",
        }
        if self.requested_dimensions is not None:
            body["dimensions"] = self.requested_dimensions
        retrying = Retrying(attempts=self.attempts, sleep=self.sleep)
        url = f"{self.base_url.rstrip('/')}/embeddings"
        answer = retrying.run(lambda: self._client.post(url, json=body))
        rows = answer if isinstance(answer, Failure) else read_vectors(answer, len(texts), dimensions)
        # Raised here, where no exception that holds the request or the answer can be its context.
        if isinstance(rows, Failure):
            raise FaqSearchError(f"the embeddings server {rows.reason}")
        return unit_rows(rows, "the embeddings server")
