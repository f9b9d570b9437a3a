"""Running the application with uvicorn."""

from __future__ import annotations

from collections.abc import Sequence

import uvicorn

from faqsearch.assist.triage import Teams
from faqsearch.business_hours import Contact
from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.app import create_app


def make_server(
    knowledge_base: KnowledgeBase,
    audience: Audience | str,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    title: str | None = None,
    learning: bool = False,
    contacts: Sequence[Contact] = (),
    teams: Teams | None = None,
) -> uvicorn.Server:
    """Make a server that is ready to run; its access log is off, because it would record queries.

    Args:
        knowledge_base: The base to serve.
        audience: Whose view to serve: ``public`` or ``operator``.
        host: Address to listen on.
        port: TCP port to listen on; 0 takes a free one.
        title: The name the pages show.
        learning: Whether requests may confirm answers; see :func:`create_app`.
        contacts: Where the dialogue hands over to.
        teams: Knows who takes what, for the operators' triage.

    Raises:
        InputError: If the audience is not one of the two.
    """
    app = create_app(knowledge_base, audience, title=title, learning=learning, contacts=contacts, teams=teams)
    return uvicorn.Server(uvicorn.Config(app, host=host, port=port, access_log=False, server_header=False))


def serve(
    knowledge_base: KnowledgeBase,
    audience: Audience | str = Audience.PUBLIC,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    learning: bool = False,
    contacts: Sequence[Contact] = (),
    teams: Teams | None = None,
) -> None:
    """Serve until interrupted; parameters and errors are those of :func:`make_server`."""
    server = make_server(
        knowledge_base, audience, host, port, learning=learning, contacts=contacts, teams=teams
    )
    server.run()
