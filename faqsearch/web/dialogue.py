"""The dialogue over HTTP: one endpoint, and a chat page that works with and without script."""

from __future__ import annotations

import email.message
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Depends
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from faqsearch.dialogue import Dialogue, DialogueState, Turn
from faqsearch.dialogue import Message as DialogueMessage
from faqsearch.dialogue.cleaning import MAX_TEXT
from faqsearch.entry import Audience
from faqsearch.errors import InputError
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.api import problems, refuse_parameters, refuse_repeated_keys, require_json
from faqsearch.web.dialogue_models import DialogueRequest, DialogueResponse
from faqsearch.web.hand_over import record_text
from faqsearch.web.problems import Refusals
from faqsearch.web.templating import Site, path_prefix

_FORM: Final = "application/x-www-form-urlencoded"
_MAX_FIELDS: Final = 10
_LOST: Final = "前のやりとりの続きを読み取れませんでしたので、はじめからご案内します。"


def create_dialogue_router(
    dialogue: Dialogue, knowledge_base: KnowledgeBase, audience: Audience
) -> APIRouter:
    """Make the route of the dialogue; its state goes to the caller and back, nothing stays here."""
    router = APIRouter()

    @router.post(
        "/api/v1/dialogue",
        summary="チャットで答える",
        description="質問に答え、聞き返し、担当者に引き継ぎます。状態（state）は応答に含まれ、サーバーには残りません。",
        responses=problems(400, 413, 414, 415, 422),
        dependencies=[Depends(require_json), Depends(refuse_parameters), Depends(refuse_repeated_keys)],
    )
    def answer(request: DialogueRequest) -> DialogueResponse:
        try:
            state = None if request.state is None else DialogueState.from_json(request.state)
        except InputError:
            raise RequestValidationError([{"type": "dialogue_state", "loc": ("body", "state")}]) from None
        state = state or dialogue.start().state
        turn = dialogue.start() if request.text is None else dialogue.reply(state, request.text)
        return DialogueResponse.of(turn, knowledge_base.view(audience).entries)

    return router


@dataclass(frozen=True, kw_only=True, slots=True)
class Bubble:
    """One side's turn as the page shows it.

    Attributes:
        customer: The customer's words, or empty.
        messages: What the bot said, or nothing.
    """

    customer: str = ""
    messages: tuple[DialogueMessage, ...] = ()


class ChatPage:
    """The chat page. Without script it is a form that carries its state in a hidden field."""

    def __init__(self, dialogue: Dialogue, knowledge_base: KnowledgeBase, site: Site) -> None:
        self._dialogue = dialogue
        self._knowledge_base = knowledge_base
        self._site = site
        self._refusals = Refusals(site)

    async def respond(self, request: Request) -> Response:
        """Show the greeting, or the dialogue with the answer to what the form was filled in with."""
        if request.method != "POST":
            return await run_in_threadpool(self._page, request, {})
        header = email.message.Message()
        header["content-type"] = request.headers.get("content-type", "text/plain")
        if header.get_content_type() != _FORM:
            return self._refusals(request.scope, 415)
        try:
            pairs = parse_qsl(
                (await request.body()).decode("utf-8", "replace"),
                keep_blank_values=True,
                max_num_fields=_MAX_FIELDS,
            )
        except ValueError:
            return self._refusals(request.scope, 422)
        return await run_in_threadpool(self._page, request, dict(pairs))

    def _page(self, request: Request, form: Mapping[str, str]) -> Response:
        turn, lost = self._turn(form)
        lines = turn.state.lines[:-1]
        bubbles = [Bubble(customer=line.customer, messages=self._dialogue.messages(line)) for line in lines]
        html = self._site.render(
            "chat.html.j2",
            prefix=path_prefix(request.scope),
            bubbles=[*bubbles, Bubble(messages=turn.messages)],
            choices=turn.choices,
            record=record_text(turn, self._knowledge_base.view(self._site.audience).entries),
            state=turn.state.to_json(),
            lost=_LOST if lost else "",
            max_text=MAX_TEXT,
        )
        return HTMLResponse(html)

    def _turn(self, form: Mapping[str, str]) -> tuple[Turn, bool]:
        """Return the next turn, and whether the state of the form could not be used."""
        text = form.get("choice") or form.get("text")
        if text is None:
            return self._dialogue.start(), False
        try:
            state, lost = DialogueState.from_json(form.get("state", "")), False
        except InputError:
            state, lost = self._dialogue.start().state, bool(form.get("state"))
        return self._dialogue.reply(state, text), lost
