"""The operators' triage: for whom an inquiry is and whether it can wait. The public has no such route."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends
from pydantic import Field, JsonValue

from faqsearch.assist import triage
from faqsearch.entry import Audience
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.api import problems, refuse_parameters, refuse_repeated_keys, require_json
from faqsearch.web.base_model import Model, described
from faqsearch.web.models import SuggestRequest

_WORD: Final[dict[str, JsonValue]] = {"text": "今日中", "start": 12, "end": 15}


class Label(Model):
    """A name and how sure it is."""

    model_config = described("名前と、それが正しい確率。")

    name: str = Field(description="名前。", examples=["返品係"])
    confidence: float = Field(ge=0, le=1, description="正しい確率。", examples=[0.93])

    @classmethod
    def of(cls, label: triage.Label) -> Label:
        """Convert a label."""
        return cls(name=label.name, confidence=label.confidence)


class Word(Model):
    """Words that told."""

    model_config = described("判断のもとになった言葉。")

    text: str = Field(description="問い合わせにある言葉。", examples=["今日中"])
    start: int = Field(ge=0, description="読み取った文の中での始まりの位置。", examples=[12])
    end: int = Field(ge=0, description="終わりの位置。この位置の文字は含みません。", examples=[15])


class Finding(Model):
    """Whether an inquiry shows something."""

    model_config = described("見られるかどうかと、そう判断した言葉。")

    found: bool = Field(description="確率が半分以上か。", examples=[True])
    confidence: float = Field(ge=0, le=1, description="見られる確率。", examples=[0.85])
    words: list[Word] = Field(description="判断のもとになった言葉。", examples=[[_WORD]])

    @classmethod
    def of(cls, finding: triage.Finding) -> Finding:
        """Convert a finding."""
        return cls(
            found=finding.found,
            confidence=finding.confidence,
            words=[Word(text=word.text, start=word.start, end=word.end) for word in finding.words],
        )


class TriageResponse(Model):
    """What to know of an inquiry before somebody opens it."""

    model_config = described("問い合わせの仕分け。")

    category: Label | None = Field(description="カテゴリ。当てはまるものがなければ null。", examples=[None])
    team: Label | None = Field(
        description="担当する係。係の表も過去の割り当てもないとき、決められないときは null。",
        examples=[{"name": "返品係", "confidence": 0.93}],
    )
    urgency: Finding = Field(description="急ぎか。", examples=[{"found": True, "confidence": 0.85}])
    deadline: Finding = Field(description="期限を挙げているか。", examples=[{"found": False}])
    complaint: Finding = Field(description="苦情か。", examples=[{"found": False}])
    distress: Finding = Field(
        description="困り果てているか、不安を訴えているか。", examples=[{"found": False}]
    )
    language: Label = Field(
        description="言語。ja、en、zh、ko、vi、pt、ほかは und。",
        examples=[{"name": "ja", "confidence": 0.97}],
    )

    @classmethod
    def of(cls, found: triage.Triage) -> TriageResponse:
        """Convert what triage found."""
        return cls(
            category=Label.of(found.category) if found.category else None,
            team=Label.of(found.team) if found.team else None,
            urgency=Finding.of(found.urgency),
            deadline=Finding.of(found.deadline),
            complaint=Finding.of(found.complaint),
            distress=Finding.of(found.distress),
            language=Label.of(found.language),
        )


def create_triage_router(knowledge_base: KnowledgeBase, teams: triage.Teams | None) -> APIRouter:
    """Make the route of the operators' triage; without teams it names none."""
    router = APIRouter()

    @router.post(
        "/api/v1/triage",
        summary="問い合わせを仕分ける",
        description="問い合わせのカテゴリ、担当する係、急ぎや苦情かどうか、言語を、確率とともに返します。",
        responses=problems(400, 413, 414, 415, 422),
        dependencies=[Depends(require_json), Depends(refuse_parameters), Depends(refuse_repeated_keys)],
    )
    def sort_out(inquiry: SuggestRequest) -> TriageResponse:
        found = knowledge_base.triage(inquiry.text, inquiry.channel, Audience.OPERATOR, teams)
        return TriageResponse.of(found)

    return router
