"""The wiring: one FastAPI application that answers for exactly one audience."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from faqsearch.assist.triage import Teams
from faqsearch.business_hours import Contact
from faqsearch.dialogue import Dialogue
from faqsearch.entry import Audience
from faqsearch.errors import EntryNotFoundError, InputError
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.api import create_router
from faqsearch.web.completing import create_completion_router
from faqsearch.web.dialogue import ChatPage, create_dialogue_router
from faqsearch.web.docs_page import DocsPage
from faqsearch.web.entry_page import EntryPage
from faqsearch.web.guard import ErrorGuard
from faqsearch.web.headers import SecurityHeaders
from faqsearch.web.learning import create_learning_router
from faqsearch.web.limits import RequestLimits
from faqsearch.web.models import Problem
from faqsearch.web.pages import SearchPage
from faqsearch.web.problems import Refusals, field_problems
from faqsearch.web.related import create_related_router
from faqsearch.web.templating import Site
from faqsearch.web.triage import create_triage_router

API_VERSION: Final = "1"
_HERE: Final = Path(__file__).parent


class Service(FastAPI):
    """A FastAPI application whose schema describes the problem bodies it really sends."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI schema; FastAPI's own error models give way to ours."""
        if self.openapi_schema is None:
            schemas = super().openapi()["components"]["schemas"]
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas.update(problem.pop("$defs"))
            schemas["Problem"] = problem
        return super().openapi()


def create_app(
    knowledge_base: KnowledgeBase,
    audience: Audience | str,
    *,
    title: str | None = None,
    learning: bool = False,
    contacts: Sequence[Contact] = (),
    teams: Teams | None = None,
) -> FastAPI:
    """Make the HTTP application of one audience.

    Nothing in a request can name an audience: to serve both, make two applications.

    Args:
        knowledge_base: The base to search; edits made to it are served from then on.
        audience: Whose view this application serves: ``public`` or ``operator``.
        title: The name the pages show; a plain Japanese one by default.
        learning: Whether requests may confirm that an entry answered an inquiry: the base learns from it.
        contacts: Where the dialogue hands over to, and when somebody is there.
        teams: Knows who takes what: the operators' triage names a team by it. The public has no triage.

    Returns:
        An application to run as it is or to mount in another one under any path.

    Raises:
        InputError: If the audience is not one of the two.
    """
    site = Site.create(Audience.parse(audience), title)
    search_page = SearchPage(knowledge_base, site)
    refusals = Refusals(site)
    app = Service(
        title=site.title,
        version=API_VERSION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(ErrorGuard, refuse=refusals),
            Middleware(RequestLimits, refuse=refusals),
        ],
    )
    _handle_errors(app, refusals)
    app.include_router(create_router(knowledge_base, site.audience))
    app.include_router(create_completion_router(knowledge_base, site.audience))
    app.include_router(create_related_router(knowledge_base, site.audience))
    dialogue = Dialogue(knowledge_base, audience=site.audience, contacts=contacts)
    app.include_router(create_dialogue_router(dialogue, knowledge_base, site.audience))
    if site.audience is Audience.OPERATOR:
        app.include_router(create_triage_router(knowledge_base, teams))
    if learning:
        app.include_router(create_learning_router(knowledge_base, site.audience))
    app.add_route("/", search_page.respond, include_in_schema=False)
    entry_page = EntryPage(knowledge_base, site)
    app.add_route("/entries/{entry_id:path}", entry_page.respond, include_in_schema=False)
    chat_page = ChatPage(dialogue, knowledge_base, site)
    app.add_route("/chat", chat_page.respond, methods=["GET", "POST"], include_in_schema=False)
    app.add_route("/docs", DocsPage(app, site).respond, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=_HERE / "static"), name="static")
    return app


def _handle_errors(app: FastAPI, refusals: Refusals) -> None:
    @app.exception_handler(HTTPException)
    def refuse_http(request: Request, error: HTTPException) -> Response:
        headers = dict(error.headers or {})
        if headers.get("Allow") == "GET":
            headers["Allow"] = "GET, HEAD"  # the routes of the API name GET alone: HEAD has one of its own
        return refusals(request.scope, error.status_code, headers=headers)

    @app.exception_handler(RequestValidationError)
    def refuse_parameters(request: Request, error: RequestValidationError) -> Response:
        return refusals(request.scope, 422, errors=field_problems(error.errors()))

    @app.exception_handler(EntryNotFoundError)
    def refuse_entry(request: Request, _error: EntryNotFoundError) -> Response:
        return refusals(request.scope, 404)

    @app.exception_handler(InputError)
    def refuse_input(request: Request, _error: InputError) -> Response:
        return refusals(request.scope, 422)
