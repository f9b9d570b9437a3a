"""Completions over HTTP."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from faqsearch.knowledge_base import KnowledgeBase


def test_what_is_typed_is_completed_as_the_knowledge_base_does(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    for typed in ("so", "返品のs", "ぽいんと"):
        response = client.get("/api/v1/complete", params={"q": typed, "k": 3})
        assert response.status_code == 200
        assert response.json() == {
            "completions": [
                {
                    "id": one.entry_id,
                    "text": one.text,
                    "kind": one.kind,
                    "spans": [{"start": start, "end": end} for start, end in one.spans],
                }
                for one in knowledge_base.complete(typed, 3)
            ]
        }
        assert response.json()["completions"]


def test_eight_are_given_unless_another_number_is_asked_for(client: httpx.Client) -> None:
    assert len(client.get("/api/v1/complete", params={"q": "po"}).json()["completions"]) == 8
    assert len(client.get("/api/v1/complete", params={"q": "po", "k": 50}).json()["completions"]) == 14


def test_operators_complete_what_they_may_see(client: httpx.Client, operator_client: httpx.Client) -> None:
    parameters: dict[str, Any] = {"q": "返品の送料を", "k": 50}
    public = client.get("/api/v1/complete", params=parameters).json()["completions"]
    operator = operator_client.get("/api/v1/complete", params=parameters).json()["completions"]
    assert [one["id"] for one in operator] == ["return-internal"]
    assert public == []


def test_other_ways_of_asking_are_matched_and_never_sent(client: httpx.Client) -> None:
    response = client.get("/api/v1/complete", params={"q": "返すときの"})
    assert [(one["id"], one["spans"]) for one in response.json()["completions"]] == [("return-1", [])]
    assert "運賃" not in response.text


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("q=a&k=0", "k"),
        ("q=a&k=51", "k"),
        ("q=a&k=x", "k"),
        ("q=a&q=b", "q"),
        ("q=" + "a" * 2_001, "q"),
        ("q=a&audience=operator", ""),
    ],
)
def test_wrong_parameters_are_refused(client: httpx.Client, query: str, field: str) -> None:
    response = client.get(f"/api/v1/complete?{query}")
    assert response.status_code == 422
    assert [(one["location"], one["field"]) for one in response.json()["errors"]] == [("query", field)]


def test_the_head_is_answered_as_that_of_a_search(client: httpx.Client) -> None:
    response = client.head("/api/v1/complete", params={"q": "po"})
    assert (response.status_code, response.content) == (200, b"")
