"""The entries nearest to one, for whoever shows it on a page of their own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.api import problems, refuse_repetition
from faqsearch.web.base_model import Model, described
from faqsearch.web.models import MAX_HITS, EntryId, SearchResponse


class RelatedParameters(Model):
    """The parameters of related entries; others are refused."""

    model_config = described("関連する質問の条件。ここにない名前のパラメーターは受け付けません。")

    k: int = Field(default=5, ge=1, le=MAX_HITS, description="返す件数の上限。", examples=[5])


def create_related_router(knowledge_base: KnowledgeBase, audience: Audience) -> APIRouter:
    """Make the route of one audience's related entries."""
    router = APIRouter()
    path = "/api/v1/entries/{entry_id:path}/related"

    @router.head(
        path,
        response_model_exclude_unset=True,
        dependencies=[Depends(refuse_repetition)],
        include_in_schema=False,
    )
    @router.get(
        path,
        summary="関連する質問を探す",
        description="ある質問と回答に内容が近いほかの質問を、近い順に返します。",
        response_model_exclude_unset=True,
        responses=problems(404, 414, 422),
        dependencies=[Depends(refuse_repetition)],
    )
    def related(entry_id: EntryId, parameters: Annotated[RelatedParameters, Query()]) -> SearchResponse:
        return SearchResponse.of(knowledge_base.related(entry_id, parameters.k, audience), explain=False)

    return router
