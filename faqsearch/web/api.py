"""The routes of the JSON API: parse, call, render."""

from __future__ import annotations

import contextlib
import email.message
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError

from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import models
from faqsearch.web.problems import PROBLEM_TYPE

_SINGLE: Final = tuple(name for name in models.SearchParameters.model_fields if name != "tag")
_BODY_KEYS: Final = (*models.SuggestRequest.model_fields, "operator", "state")
_PROBLEM: Final = {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def create_router(knowledge_base: KnowledgeBase, audience: Audience) -> APIRouter:
    """Make the API of one audience. Its endpoints are synchronous, so each call has a thread of its own."""
    router = APIRouter()

    @router.head(
        "/api/v1/search",
        response_model_exclude_unset=True,
        dependencies=[Depends(refuse_repetition)],
        include_in_schema=False,
    )
    @router.get(
        "/api/v1/search",
        summary="質問を探す",
        description="ふだんの言葉で質問を探し、得点の高い順に返します。",
        response_model_exclude_unset=True,
        responses=problems(414, 422),
        dependencies=[Depends(refuse_repetition)],
    )
    def search(parameters: Annotated[models.SearchParameters, Query()]) -> models.SearchResponse:
        result = knowledge_base.search(
            parameters.q,
            k=parameters.k,
            audience=audience,
            category=parameters.category or None,
            tags=parameters.tag,
        )
        return models.SearchResponse.of(result, explain=parameters.explain)

    @router.post(
        "/api/v1/suggest",
        summary="問い合わせに答えを提案する",
        description="問い合わせの文から、答える・選んでもらう・担当者に引き継ぐ、のどれがよいかを確信度とともに返します。",
        response_model_exclude_unset=True,
        responses=problems(400, 413, 414, 415, 422),
        dependencies=[Depends(require_json), Depends(refuse_parameters), Depends(refuse_repeated_keys)],
    )
    def suggest(inquiry: models.SuggestRequest) -> models.SuggestResponse:
        suggestion = knowledge_base.suggest(inquiry.text, channel=inquiry.channel, audience=audience)
        return models.SuggestResponse.of(suggestion)

    @router.head("/healthz", include_in_schema=False)
    @router.get("/healthz", summary="動いているかを確かめる", description="動いていれば ok を返します。")
    def healthz() -> models.Health:
        return models.Health(status="ok")

    return router


_DESCRIPTIONS: Final = {
    400: "本文を読み取れない",
    413: "本文が大きすぎる",
    414: "URL が長すぎる",
    415: "本文が JSON ではない",
    404: "その質問はない",
    422: "パラメーターや項目が正しくない",
    429: "回数が多すぎる",
}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe refusals for the schema."""
    return {status: {"description": _DESCRIPTIONS[status], "content": _PROBLEM} for status in statuses}


def require_json(request: Request) -> None:
    """Refuse a body that is not announced as JSON; browsers send none across sites without asking."""
    header = email.message.Message()
    header["content-type"] = request.headers.get("content-type", "text/plain")
    subtype = header.get_content_subtype()
    if header.get_content_maintype() != "application" or (
        subtype != "json" and not subtype.endswith("+json")
    ):
        raise HTTPException(415)


def refuse_parameters(request: Request) -> None:
    """Refuse any parameter in the query string."""
    if request.query_params:
        raise RequestValidationError([{"type": "extra_forbidden", "loc": ("query",)}])


def refuse_repetition(request: Request) -> None:
    """Refuse a parameter that is given twice, but for tags."""
    repeated = [name for name in _SINGLE if len(request.query_params.getlist(name)) > 1]
    if repeated:
        raise RequestValidationError([{"type": "repeated", "loc": ("query", name)} for name in repeated])


async def refuse_repeated_keys(request: Request) -> None:
    """Refuse a body that names one of our keys twice."""
    body = await request.body()
    # FastAPI has parsed the same bytes; nested deeper than this frame can go, they are no inquiry anyway.
    with contextlib.suppress(RecursionError):
        json.loads(body or b"null", object_pairs_hook=_check_keys)


def _check_keys(pairs: Sequence[tuple[str, object]]) -> None:
    names = [name for name, _ in pairs]
    repeated = [name for name in _BODY_KEYS if names.count(name) > 1]
    if repeated:
        raise RequestValidationError([{"type": "repeated", "loc": ("body", name)} for name in repeated])
