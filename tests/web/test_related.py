"""Related entries over HTTP, and on the page of an entry."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from faqsearch.entry import FaqEntry
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app

HTML = {"Accept": "text/html"}
RELATED = re.compile(r'<h3><a href="([^"]+)">([^<]+)</a></h3>')


def test_the_api_answers_as_the_knowledge_base_does(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    response = client.get("/api/v1/entries/return-1/related", params={"k": 3})
    expected = knowledge_base.related("return-1", 3)
    body = response.json()
    assert response.status_code == 200
    assert [(hit["id"], hit["score"], hit["kind"]) for hit in body["hits"]] == [
        (hit.id, hit.score, hit.kind) for hit in expected.hits
    ]
    assert (body["total"], body["preset"], body["strict"]) == (expected.total, expected.preset, True)
    assert body["hits"][0]["reasons"]
    assert client.head("/api/v1/entries/return-1/related").status_code == 200


def test_five_are_given_unless_another_number_is_asked_for(client: httpx.Client) -> None:
    path = "/api/v1/entries/point-01/related"
    assert len(client.get(path).json()["hits"]) == 5
    hits = client.get(path, params={"k": 13}).json()["hits"]
    assert {hit["id"] for hit in hits} == {f"point-{number:02}" for number in range(2, 15)}


def test_operators_are_shown_internal_ones_among_them(
    client: httpx.Client, operator_client: httpx.Client
) -> None:
    path = "/api/v1/entries/return-1/related"
    hits = operator_client.get(path).json()["hits"]
    assert (hits[0]["id"], hits[0]["internal"]) == ("return-internal", True)
    assert "return-internal" not in client.get(path, params={"k": 50}).text


@pytest.mark.parametrize("entry_id", ["return-internal", "nothing", "a/b"])
def test_hidden_and_missing_entries_are_not_found_alike(client: httpx.Client, entry_id: str) -> None:
    problem = client.get(f"/api/v1/entries/{entry_id}/related")
    page = client.get(f"/entries/{entry_id}", headers=HTML)
    assert (problem.status_code, page.status_code) == (404, 404)
    assert problem.text == client.get("/api/v1/entries/other/related").text
    assert page.text == client.get("/entries/other", headers=HTML).text


@pytest.mark.parametrize(
    ("query", "field"), [("k=0", "k"), ("k=51", "k"), ("k=x", "k"), ("k=1&k=2", "k"), ("q=a", "")]
)
def test_wrong_parameters_are_refused_by_name(client: httpx.Client, query: str, field: str) -> None:
    response = client.get(f"/api/v1/entries/return-1/related?{query}")
    assert response.status_code == 422
    assert [error["field"] for error in response.json()["errors"]] == [field]


def test_the_page_of_an_entry_shows_it_and_five_related_ones(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    page = client.get("/entries/return-1", headers=HTML)
    entry, related = knowledge_base.get("return-1"), knowledge_base.related("return-1").hits
    assert page.status_code == 200
    assert f"<h1>{entry.question}</h1>" in page.text
    assert f'<div class="answer">{entry.answer}</div>' in page.text
    assert f'<a href="{entry.url}"' in page.text
    assert "関連するFAQ</h2>" in page.text
    links = [(link, html.unescape(question)) for link, question in RELATED.findall(page.text)]
    assert links == [(f"/entries/{hit.id}", hit.entry.question) for hit in related]
    assert 0 < len(related) <= 5


def test_texts_of_an_entry_are_escaped_on_its_page(client: httpx.Client) -> None:
    page = client.get("/entries/html-1", headers=HTML).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<b>太字" not in page


def test_hits_of_the_search_page_lead_to_the_page_of_their_entry(client: httpx.Client) -> None:
    page = client.get("/", params={"q": "返品の送料"}, headers=HTML).text
    assert '<a href="/entries/return-1">関連するFAQを見る' in page


def test_without_related_ones_there_is_no_such_section_and_any_id_can_be_linked(start_server) -> None:
    odd = FaqEntry(id="a/b?c#d%", question="送料", answer="無料。")
    base = KnowledgeBase([odd, FaqEntry(id="z", question="パスワード", answer="忘れた。")])
    with httpx.Client(base_url=start_server(create_app(base, "public")), headers=HTML) as client:
        assert "関連するFAQ" not in client.get("/entries/z").text
        [link] = re.findall(r'href="(/entries/[^"]+)"', client.get("/", params={"q": "送料"}).text)
        page = client.get(link)
        assert "<h1>送料</h1>" in page.text
        assert "公開ページを開く" not in page.text
        found = client.get(f"/api/v1{link}/related")
        assert (found.status_code, found.json()["hits"]) == (200, [])
