"""What operators alone may see changes no byte that the public application sends."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from faqsearch.entry import FaqEntry
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app

HTML = {"Accept": "text/html"}
QUERIES = ("返品の送料を当店負担にしてよい基準", "ポイント", "社内基準", "お詫びポイント", "送料", "")
ENTRY_IDS = ("return-1", "return-internal", "html-1", "copy", "nothing")

REQUESTS: tuple[dict[str, Any], ...] = (
    *({"method": "GET", "url": "/", "params": {"q": query}, "headers": HTML} for query in QUERIES),
    {"method": "GET", "url": "/", "params": {"q": "返品", "category": "社内基準"}, "headers": HTML},
    *(
        {"method": "GET", "url": "/api/v1/search", "params": {"q": query, "k": 50, "explain": "true"}}
        for query in QUERIES
    ),
    {"method": "GET", "url": "/api/v1/search", "params": {"q": "返品", "category": "社内基準"}},
    {"method": "GET", "url": "/api/v1/search", "params": {"q": "返品", "tag": "裁量"}},
    {"method": "GET", "url": "/api/v1/search", "params": {"q": "返品", "audience": "operator"}},
    {"method": "GET", "url": "/api/v1/search"},
    *(
        {"method": "GET", "url": "/api/v1/complete", "params": {"q": typed, "k": 50}}
        for typed in ("返品の送料を", "po", "しゃない", "おわび", "ぽいんとwo", "")
    ),
    *({"method": "POST", "url": "/api/v1/suggest", "json": {"text": query}} for query in QUERIES),
    {"method": "POST", "url": "/api/v1/suggest", "json": {"text": "返品", "audience": "operator"}},
    {"method": "GET", "url": "/api/v1/entries/return-internal"},
    *({"method": "GET", "url": f"/api/v1/entries/{one}/related", "params": {"k": 50}} for one in ENTRY_IDS),
    *({"method": "GET", "url": f"/entries/{one}", "headers": HTML} for one in ENTRY_IDS),
    {"method": "GET", "url": "/return-internal", "headers": HTML},
    {"method": "GET", "url": "/docs"},
    {"method": "GET", "url": "/openapi.json"},
    {"method": "GET", "url": "/healthz"},
    {"method": "HEAD", "url": "/"},
    {"method": "PUT", "url": "/"},
)


def observe(url: str) -> list[tuple[int, list[tuple[str, str]], bytes]]:
    """Everything a public caller can see, but the time of day and the port."""
    with httpx.Client(base_url=url, headers={"Host": "faq.example"}, timeout=60) as client:
        responses = [client.request(**request) for request in REQUESTS]
    return [
        (
            response.status_code,
            [(name, value) for name, value in response.headers.multi_items() if name != "date"],
            response.content,
        )
        for response in responses
    ]


def hidden(entry: FaqEntry) -> tuple[FaqEntry, ...]:
    """Two more entries the public must not notice: an operators' copy and a draft."""
    return (
        dataclasses.replace(entry, id="copy", audience="operator"),
        dataclasses.replace(entry, id="draft", status="draft"),
    )


@pytest.fixture(scope="module")
def without(public_entries: tuple[FaqEntry, ...], start_server: Callable[[ASGIApp], str]) -> str:
    return start_server(create_app(KnowledgeBase(public_entries), "public"))


def test_two_bases_that_differ_in_operators_entries_only_answer_the_same_bytes(
    without: str,
    public_entries: tuple[FaqEntry, ...],
    operator_entries: tuple[FaqEntry, ...],
    start_server: Callable[[ASGIApp], str],
) -> None:
    mixed = KnowledgeBase((*operator_entries, *public_entries, *hidden(public_entries[0])))
    assert observe(start_server(create_app(mixed, "public"))) == observe(without)


def test_words_of_near_meaning_come_from_what_the_public_sees_alone(
    near_base: KnowledgeBase,
    public_entries: tuple[FaqEntry, ...],
    start_server: Callable[[ASGIApp], str],
) -> None:
    resources = near_base.view().resources
    alone = KnowledgeBase(public_entries, preset="semantic", word_vectors=resources.word_vectors)
    served = [observe(start_server(create_app(base, "public"))) for base in (near_base, alone)]
    assert served[0] == served[1]
    near = [base.search("代金", k=50) for base in (near_base, alone)]
    assert near[0].hits
    assert [(hit.id, hit.score, hit.reasons) for hit in near[0].hits] == [
        (hit.id, hit.score, hit.reasons) for hit in near[1].hits
    ]


def test_editing_operators_entries_while_serving_changes_no_byte(
    without: str,
    public_entries: tuple[FaqEntry, ...],
    operator_entries: tuple[FaqEntry, ...],
    start_server: Callable[[ASGIApp], str],
) -> None:
    base = KnowledgeBase(public_entries)
    url = start_server(create_app(base, "public"))
    expected = observe(without)
    assert observe(url) == expected
    base.upsert(*operator_entries, *hidden(public_entries[1]))
    assert observe(url) == expected
    base.upsert(dataclasses.replace(operator_entries[0], answer="返品の送料 送料 送料"))
    base.delete("copy", "draft", operator_entries[1].id)
    assert observe(url) == expected


def test_the_observation_would_notice_a_public_entry(
    without: str, public_entries: tuple[FaqEntry, ...], start_server: Callable[[ASGIApp], str]
) -> None:
    more = KnowledgeBase((*public_entries, dataclasses.replace(public_entries[0], id="copy")))
    assert observe(start_server(create_app(more, "public"))) != observe(without)
