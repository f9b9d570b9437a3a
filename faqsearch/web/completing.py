"""Completions of what somebody is typing into the search field."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from faqsearch.completion import Completion, CompletionKind
from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.api import problems, refuse_repetition
from faqsearch.web.base_model import Model, described
from faqsearch.web.models import MAX_HITS, MAX_QUERY


class CompletionParameters(Model):
    """The parameters of a completion; others are refused."""

    model_config = described("入力の補完の条件。ここにない名前のパラメーターは受け付けません。")

    q: str = Field(
        max_length=MAX_QUERY,
        description="ここまでに入力した文字。漢字・かな・ローマ字のどれでも、途中まででも構いません。",
        examples=["hikk"],
    )
    k: int = Field(default=8, ge=1, le=MAX_HITS, description="返す件数の上限。", examples=[8])


class Span(Model):
    """A stretch of a text."""

    model_config = described(
        "範囲。位置は文の先頭から Unicode の符号位置（コードポイント）で数えます。",
        example={"start": 0, "end": 3},
    )

    start: int = Field(ge=0, description="始まりの位置。", examples=[0])
    end: int = Field(ge=0, description="終わりの位置（この位置の文字は含みません）。", examples=[3])


class CompletedQuestion(Model):
    """A question that what was typed may become."""

    model_config = described("入力の続きとして考えられる質問。")

    id: str = Field(description="質問の番号。", examples=["shop-012"])
    text: str = Field(description="質問。", examples=["引っ越しの手続きを知りたい"])
    kind: CompletionKind = Field(
        description="一致のしかた。surface は書き方、reading は読み、slip は打ち間違い1か所を除いた一致。",
        examples=["reading"],
    )
    spans: list[Span] = Field(
        description="質問のうち、入力にあたる範囲。別の言い方で一致したときは空です。",
        examples=[[{"start": 0, "end": 3}]],
    )

    @classmethod
    def of(cls, found: Completion) -> CompletedQuestion:
        """Convert a completion."""
        spans = [Span(start=start, end=end) for start, end in found.spans]
        return cls(id=found.entry_id, text=found.text, kind=found.kind, spans=spans)


class CompletionResponse(Model):
    """The answer to what was typed."""

    model_config = described("入力の補完の結果。")

    completions: list[CompletedQuestion] = Field(description="よく当てはまる順の質問。", examples=[[]])


def create_completion_router(knowledge_base: KnowledgeBase, audience: Audience) -> APIRouter:
    """Make the route that one audience's search page asks at every key."""
    router = APIRouter()

    @router.head("/api/v1/complete", dependencies=[Depends(refuse_repetition)], include_in_schema=False)
    @router.get(
        "/api/v1/complete",
        summary="入力の続きを補う",
        description="入力の途中の文字から、質問の候補を返します。漢字・かな・ローマ字のどれで打っても同じ質問に届きます。",
        responses=problems(414, 422),
        dependencies=[Depends(refuse_repetition)],
    )
    def complete(parameters: Annotated[CompletionParameters, Query()]) -> CompletionResponse:
        found = knowledge_base.complete(parameters.q, parameters.k, audience)
        return CompletionResponse(completions=[CompletedQuestion.of(one) for one in found])

    return router
