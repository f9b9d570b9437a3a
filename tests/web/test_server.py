"""Starting a server."""

from __future__ import annotations

import socket
import threading

import httpx
import pytest
import uvicorn

from faqsearch.errors import InputError
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import make_server, serve


def test_a_server_answers_and_writes_no_query_anywhere(
    knowledge_base: KnowledgeBase, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    server = make_server(knowledge_base, "public")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        for path in ("/", "/api/v1/search", "/nothing"):
            httpx.get(url + path, params={"q": "yamada-hanako"})
        server.should_exit = True
        thread.join()
    output = capfd.readouterr()
    for text in (
        output.out,
        output.err,
        *(record.getMessage() for record in caplog.records if "uvicorn" in record.name),
    ):
        assert "yamada-hanako" not in text


def test_serve_runs_a_server_without_access_log_where_it_was_told(
    knowledge_base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[uvicorn.Config] = []
    monkeypatch.setattr(uvicorn.Server, "run", lambda server: started.append(server.config))
    serve(knowledge_base, "operator", "127.0.0.2", 8123)
    (config,) = started
    assert (config.host, config.port, config.access_log) == ("127.0.0.2", 8123, False)


def test_a_server_for_an_unknown_audience_is_not_made(knowledge_base: KnowledgeBase) -> None:
    with pytest.raises(InputError, match="audience came as 'all'"):
        make_server(knowledge_base, "all")
