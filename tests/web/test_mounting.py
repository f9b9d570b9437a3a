"""The application inside another one, and behind a proxy."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp

from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app

LINK = re.compile(r'(?:href|src|action)="(/[^"]*)"')
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def mounted_url(knowledge_base: KnowledgeBase, start_server: Callable[[ASGIApp], str]) -> str:
    outer = FastAPI(openapi_url=None)
    outer.mount("/help/faq", create_app(knowledge_base, "public"))
    outer.mount("/desk", create_app(knowledge_base, "operator"))
    return start_server(outer)


@pytest.mark.parametrize("path", ["/", "/?q=ポイントの使い方", "/entries/return-1", "/docs", "/nothing"])
def test_every_link_of_a_mounted_page_stays_below_its_path_and_works(mounted_url: str, path: str) -> None:
    page = httpx.get(f"{mounted_url}/help/faq{path}", headers=HTML)
    links = set(LINK.findall(page.text))
    assert "/help/faq/static/style.css" in links
    for link in links:
        assert link.startswith("/help/faq/")
        assert httpx.get(mounted_url + link.replace("&amp;", "&")).status_code == 200


def test_a_mounted_application_serves_its_api_and_names_its_server(mounted_url: str) -> None:
    found = httpx.get(f"{mounted_url}/help/faq/api/v1/search", params={"q": "返品の送料"}).json()
    schema = httpx.get(f"{mounted_url}/help/faq/openapi.json").json()
    docs = httpx.get(f"{mounted_url}/help/faq/docs").text
    assert found["hits"][0]["id"] == "return-1"
    assert schema["servers"] == [{"url": "/help/faq"}]
    assert f"{mounted_url}/help/faq/api/v1/suggest" in docs


def test_errors_of_a_mounted_application_are_its_own(mounted_url: str) -> None:
    problem = httpx.get(f"{mounted_url}/help/faq/api/v1/nothing", headers=HTML)
    page = httpx.get(f"{mounted_url}/help/faq/nothing", headers=HTML)
    assert problem.headers["content-type"] == "application/problem+json"
    assert 'href="/help/faq/">検索ページへ戻る' in page.text
    assert page.headers["cache-control"] == "no-store"


def test_static_files_of_a_mounted_application_may_be_kept(mounted_url: str) -> None:
    assert httpx.get(f"{mounted_url}/help/faq/static/icon.svg").headers["cache-control"] == "no-cache"


def test_two_audiences_live_side_by_side(mounted_url: str) -> None:
    parameters = {"q": "当店負担にしてよい基準"}
    public = httpx.get(f"{mounted_url}/help/faq/api/v1/search", params=parameters).json()
    operator = httpx.get(f"{mounted_url}/desk/api/v1/search", params=parameters).json()
    assert operator["hits"][0]["id"] == "return-internal"
    assert "return-internal" not in [hit["id"] for hit in public["hits"]]


def test_a_path_with_odd_characters_is_quoted_in_links(
    knowledge_base: KnowledgeBase, start_server: Callable[[ASGIApp], str]
) -> None:
    outer = FastAPI()
    outer.mount('/質問 "箱', create_app(knowledge_base, "public"))
    page = httpx.get(start_server(outer) + '/質問 "箱/')
    assert 'href="/%E8%B3%AA%E5%95%8F%20%22%E7%AE%B1/static/style.css"' in page.text
