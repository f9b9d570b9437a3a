"""A self-service backend: one's own FastAPI app with the public FAQ search mounted under /faq.

pip install "faqsearch[server]"
python examples/self_service_backend.py            # asks itself three things and prints the answers
python examples/self_service_backend.py --serve    # http://127.0.0.1:8000/faq/ in a browser
"""

from __future__ import annotations

import http.client
import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated, Any
from urllib.parse import quote

import uvicorn
from fastapi import Body, FastAPI

import faqsearch
from faqsearch.web import create_app


def build() -> FastAPI:
    """Make the app: own routes beside the mounted search, one knowledge base behind both."""
    base = faqsearch.load(faqsearch.sample_path("shop"))
    app = FastAPI(title="くらしの道具店", openapi_url=None)
    # For the public only: whatever a request says, operators' entries stay out of reach.
    app.mount("/faq", create_app(base, "public", title="くらしの道具店 よくある質問"))

    @app.post("/contact/check")
    def check(text: Annotated[str, Body(embed=True, max_length=2000)]) -> dict[str, Any]:
        """Offer answers before a customer sends the contact form."""
        suggestion = base.suggest(text, channel="form")
        offers = [{"question": hit.entry.question, "url": hit.entry.url} for hit in suggestion.offers]
        return {"decision": suggestion.decision, "offers": offers}

    return app


@contextmanager
def running(app: FastAPI) -> Iterator[http.client.HTTPConnection]:
    """Run a real server on a free port of this machine and connect to it."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            with closing(http.client.HTTPConnection(*listener.getsockname())) as connection:
                yield connection
        finally:
            server.should_exit = True
            thread.join()


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: object = None) -> Any:
    """Send one request and return the JSON of the answer."""
    connection.request(method, path, json.dumps(body), {"Content-Type": "application/json"})
    response = connection.getresponse()
    print(f"{method} {path.partition('?')[0]} → {response.status}")
    return json.loads(response.read())


def main() -> None:
    """Serve, or ask the app three things."""
    if "--serve" in sys.argv[1:]:
        uvicorn.run(build(), access_log=False)  # no access log: it would keep what people ask
        return
    with running(build()) as connection:
        found = ask(connection, "GET", f"/faq/api/v1/search?q={quote('領収書がほしい')}&k=2")
        for hit in found["hits"]:
            print(f"  {hit['score']:.3f} {hit['question']}")
        suggested = ask(connection, "POST", "/faq/api/v1/suggest", {"text": "返品の送料は誰が払うの？"})
        print(f"  {suggested['decision']}（確信度 {suggested['confidence']:.2f}）")
        checked = ask(connection, "POST", "/contact/check", {"text": "パスワードを忘れてログインできません"})
        print(f"  {checked['decision']}: {'、'.join(offer['question'] for offer in checked['offers'])}")


if __name__ == "__main__":
    main()
