"""The operators' triage: what it answers, and that the public knows nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.generation import GenerationMode
from starlette.types import ASGIApp

from faqsearch.assist.triage import Teams
from faqsearch.cli.triage import SIGN_LABELS, triage_document
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app

Start = Callable[[ASGIApp], str]
TEAMS = Teams({"返品・交換": "返品係", "社内基準": "責任者"})
INQUIRY = "サイズが合わないので交換したい。ふざけないでください。今日中に返事を。"


@pytest.fixture(scope="module")
def url(knowledge_base: KnowledgeBase, start_server: Start) -> str:
    return start_server(create_app(knowledge_base, "operator", teams=TEAMS))


@pytest.fixture
def triage_client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        yield client


def triaged(client: httpx.Client, text: str, channel: str = "mail") -> dict[str, Any]:
    answer = client.post("/api/v1/triage", json={"text": text, "channel": channel})
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_an_operator_is_told_what_the_library_finds(
    triage_client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    document = triaged(triage_client, INQUIRY)
    found = knowledge_base.triage(INQUIRY, "mail", "operator", TEAMS)
    expected = triage_document(found)
    for sign in SIGN_LABELS:
        finding = getattr(found, sign)
        assert document.pop(sign) == {**expected.pop(sign), "confidence": finding.confidence}
    assert document == expected
    assert document["team"]["name"] == "返品係"
    assert document["language"]["name"] == "ja"


def test_the_words_that_told_stand_where_they_are_said_to(triage_client: httpx.Client) -> None:
    document = triaged(triage_client, INQUIRY)
    assert document["complaint"]["found"] is True
    words = [word for sign in SIGN_LABELS for word in document[sign]["words"]]
    assert "今日中に" in [word["text"] for word in words]
    assert all(INQUIRY[word["start"] : word["end"]] == word["text"] for word in words)


def test_internal_entries_count_for_operators(triage_client: httpx.Client) -> None:
    document = triaged(triage_client, "ポイントを手動で付ける手順")
    assert (document["category"]["name"], document["team"]["name"]) == ("社内基準", "責任者")


def test_without_teams_none_is_named(operator_client: httpx.Client) -> None:
    document = triaged(operator_client, INQUIRY)
    assert (document["category"]["name"], document["team"]) == ("返品・交換", None)


def test_what_belongs_to_nothing_has_neither_category_nor_team(triage_client: httpx.Client) -> None:
    document = triaged(triage_client, "zzzz")
    assert (document["category"], document["team"]) == (None, None)


def test_the_public_has_no_triage_even_if_teams_are_given(
    knowledge_base: KnowledgeBase, start_server: Start
) -> None:
    url = start_server(create_app(knowledge_base, "public", teams=TEAMS))
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        refused = client.post("/api/v1/triage", json={"text": INQUIRY})
        unknown = client.post("/api/v1/nothing", json={"text": INQUIRY})
        assert (refused.status_code, refused.json()) == (404, unknown.json())
        pages = [client.get(path).text for path in ("/openapi.json", "/docs", "/", "/chat")]
        pages += [
            client.post(f"/api/v1/{name}", json={"text": INQUIRY}).text for name in ("suggest", "dialogue")
        ]
    for page in pages:
        assert "triage" not in page
        assert "返品係" not in page


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {"channel": "mail"}}, 422),
        ({"json": {"text": "x", "teams": "x"}}, 422),
        ({"json": {"text": "x", "channel": "fax"}}, 422),
        ({"json": {"text": "x"}, "params": {"a": "b"}}, 422),
        ({"content": '{"text": "x"}', "headers": {"Content-Type": "text/plain"}}, 415),
        ({"json": {"text": "あ" * 1_000_000}}, 413),
    ],
)
def test_what_is_no_inquiry_is_refused(
    triage_client: httpx.Client, options: dict[str, Any], status: int
) -> None:
    answer = triage_client.post("/api/v1/triage", **options)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


SETTINGS = hypothesis.settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_generated_requests_are_answered_as_the_schema_says(url: str, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")

    @SETTINGS
    @hypothesis.given(case=schema["/api/v1/triage"]["POST"].as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        case.call_and_validate()

    answered()


def test_the_operators_documentation_explains_every_field(triage_client: httpx.Client) -> None:
    schemas = triage_client.get("/openapi.json").json()["components"]["schemas"]
    for name in ("TriageResponse", "Finding", "Label", "Word"):
        for field, rules in schemas[name]["properties"].items():
            assert rules["description"], (name, field)
            assert rules["examples"], (name, field)
    assert "/api/v1/triage" in triage_client.get("/docs").text
