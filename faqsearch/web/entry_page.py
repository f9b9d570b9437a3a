"""The page of one entry, with the entries nearest to it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.templating import Site, path_prefix


class EntryPage:
    """The page under ``/entries/{id}``."""

    def __init__(self, knowledge_base: KnowledgeBase, site: Site) -> None:
        self._knowledge_base = knowledge_base
        self._site = site

    def respond(self, request: Request) -> Response:
        """Render the entry and at most five related ones.

        Raises:
            EntryNotFoundError: If the audience of the site sees no such entry.
        """
        entry_id = request.path_params["entry_id"]
        html = self._site.render(
            "entry.html.j2",
            prefix=path_prefix(request.scope),
            entry=self._knowledge_base.get(entry_id, self._site.audience),
            related=self._knowledge_base.related(entry_id, audience=self._site.audience).hits,
        )
        return HTMLResponse(html)
