"""The routes by which a base learns from use; they exist only where the owner turned them on."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
import threading
from collections import Counter
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict, Field

from faqsearch.confirmations import MAX_SOURCE, MAX_TEXT
from faqsearch.entry import JAPAN, Audience
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web.api import problems, refuse_parameters, refuse_repeated_keys, require_json
from faqsearch.web.models import EntryId

MAX_VOTES: Final = 20
"""Votes of one customer on a day."""

MAX_ALL_VOTES: Final = 5_000
"""Votes of all customers on a day: bounds the file, whoever sends them."""

_DEPENDENCIES: Final = [Depends(require_json), Depends(refuse_parameters), Depends(refuse_repeated_keys)]
Inquiry = Annotated[
    str, Field(min_length=1, max_length=MAX_TEXT, description="問い合わせの文。", pattern=r"\S")
]


class SolvedRequest(BaseModel):
    """What a customer had asked."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"description": "解決した問い合わせ。"}
    )

    text: Inquiry = Field(examples=["昨日届いた靴を返したいです"])


class ConfirmRequest(BaseModel):
    """The inquiry that an operator answered with an entry."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"description": "確認した問い合わせ。"}
    )

    text: Inquiry = Field(examples=["昨日届いた靴を返したいです"])
    operator: str = Field(
        min_length=1, max_length=MAX_SOURCE, description="担当者の番号。", examples=["op-3"]
    )


class Accepted(BaseModel):
    """The same answer whether a vote counts or not."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"description": "受け付けたこと。"})

    status: Literal["ok"] = Field(default="ok", description="受け付ければ ok。", examples=["ok"])


class Confirmed(BaseModel):
    """A confirmation that can be deleted by its id."""

    model_config = ConfigDict(frozen=True, json_schema_extra={"description": "確認の記録。"})

    id: str = Field(description="記録の番号。", examples=["9f86d081884c7d65"])


class VoteCounter:
    """Names customers by a keyed hash of their address, and bounds their votes.

    The key lives as long as the process: what is kept can be traced to an address by nobody, and one address
    is one source for as long as the server runs. An IPv6 customer is their network of 64 bits.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._day: dt.date | None = None
        self._votes: Counter[str] = Counter()

    def source(self, host: str) -> str:
        """Return the name of the customer at an address."""
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            network = host
        else:
            network = str(ipaddress.ip_network((address, 64 if address.version == 6 else 32), strict=False))
        return hmac.new(self._key, network.encode(), hashlib.sha256).hexdigest()[:32]

    def allow(self, source: str, today: dt.date) -> bool:
        """Count a vote; False if there were too many on this day."""
        with self._lock:
            if today != self._day:
                self._day, self._votes = today, Counter()
            if self._votes[source] >= MAX_VOTES or self._votes.total() >= MAX_ALL_VOTES:
                return False
            self._votes[source] += 1
            return True


def create_learning_router(knowledge_base: KnowledgeBase, audience: Audience) -> APIRouter:
    """Make the route by which one audience confirms: customers vote, operators choose."""
    router = APIRouter()
    if audience is Audience.PUBLIC:
        _add_solved(router, knowledge_base)
    else:
        _add_confirmed(router, knowledge_base)
    return router


def _add_solved(router: APIRouter, knowledge_base: KnowledgeBase) -> None:
    votes = VoteCounter()

    @router.post(
        "/api/v1/entries/{entry_id:path}/solved",
        summary="解決したことを伝える",
        description="この質問で問い合わせが解決したことを伝えます。文は検索の改善だけに使い、表示しません。",
        responses=problems(400, 404, 413, 414, 415, 422, 429),
        dependencies=_DEPENDENCIES,
    )
    def solved(entry_id: EntryId, vote: SolvedRequest, request: Request) -> Accepted:
        knowledge_base.get(entry_id)  # before the vote is counted: a slip costs nothing
        source = votes.source(request.client.host if request.client else "")
        if not votes.allow(source, dt.datetime.now(JAPAN).date()):
            raise HTTPException(429)
        knowledge_base.confirm(entry_id, vote.text, source, kind="customer")
        return Accepted()


def _add_confirmed(router: APIRouter, knowledge_base: KnowledgeBase) -> None:
    @router.post(
        "/api/v1/entries/{entry_id:path}/confirm",
        status_code=201,
        summary="問い合わせの答えを確認する",
        description="この質問が問い合わせの答えであることを記録します。文は検索の改善だけに使い、表示しません。",
        responses=problems(400, 404, 413, 414, 415, 422),
        dependencies=_DEPENDENCIES,
    )
    def confirm(entry_id: EntryId, confirmation: ConfirmRequest) -> Confirmed:
        made = knowledge_base.confirm(entry_id, confirmation.text, confirmation.operator)
        return Confirmed(id=made.id)
