"""Customers vote and operators confirm over HTTP, where the owner turned it on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import httpx
import hypothesis
import pytest
import schemathesis
from schemathesis.generation import GenerationMode
from starlette.types import ASGIApp

from faqsearch.entry import FaqEntry
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app
from faqsearch.web.learning import MAX_ALL_VOTES, MAX_VOTES, VoteCounter

Start = Callable[[ASGIApp], str]
SLASHED = FaqEntry(id="a/b", question="営業時間", answer="平日です。")
TODAY = dt.date(2026, 4, 1)


@pytest.fixture(scope="module")
def base(public_entries: tuple[FaqEntry, ...], operator_entries: tuple[FaqEntry, ...]) -> KnowledgeBase:
    return KnowledgeBase((*public_entries, *operator_entries, SLASHED))


@pytest.fixture(scope="module")
def urls(base: KnowledgeBase, start_server: Start) -> dict[str, str]:
    return {name: start_server(create_app(base, name, learning=True)) for name in ("public", "operator")}


def post(url: str, **options: object) -> httpx.Response:
    return httpx.post(url, timeout=60, trust_env=False, **options)  # type: ignore[arg-type]


def test_an_operator_teaches_the_base(base: KnowledgeBase, urls: dict[str, str]) -> None:
    body = {"text": "合言葉が出てこない", "operator": "op-1"}
    answer = post(f"{urls['operator']}/api/v1/entries/pass-1/confirm", json=body)
    assert answer.status_code == 201
    [kept] = [item for item in base.confirmations() if item.id == answer.json()["id"]]
    assert (kept.entry_id, kept.text, kept.source, kept.kind) == (
        "pass-1",
        "合言葉が出てこない",
        "op-1",
        "operator",
    )
    found = httpx.get(f"{urls['public']}/api/v1/search", params={"q": "合言葉"}, trust_env=False)
    assert found.json()["hits"][0]["id"] == "pass-1"
    assert found.json()["hits"][0]["matches"][0]["fields"] == ["confirmed"]
    assert "出てこない" not in found.text
    page = httpx.get(urls["public"], params={"q": "合言葉"}, trust_env=False).text
    assert "過去の確認済みのお問い合わせ" in page
    assert "出てこない" not in page


def test_a_customers_vote_is_kept_under_a_name_that_is_no_address(
    base: KnowledgeBase, urls: dict[str, str]
) -> None:
    answer = post(f"{urls['public']}/api/v1/entries/a/b/solved", json={"text": "開いてる？"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    kept = base.confirmations()[-1]
    assert (kept.entry_id, kept.text, kept.kind) == ("a/b", "開いてる？", "customer")
    assert len(kept.source) == 32
    assert "127.0.0.1" not in repr(kept)


@pytest.mark.parametrize("entry_id", ["never", "return-internal"])
def test_hidden_and_missing_entries_are_refused_alike(urls: dict[str, str], entry_id: str) -> None:
    answer = post(f"{urls['public']}/api/v1/entries/{entry_id}/solved", json={"text": "x"})
    assert answer.status_code == 404
    assert answer.content == post(f"{urls['public']}/api/v1/entries/gone/solved", json={"text": "x"}).content


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {"text": " "}}, 422),
        ({"json": {"text": "x" * 2_001}}, 422),
        ({"json": {}}, 422),
        ({"json": {"text": "x", "kind": "operator"}}, 422),
        ({"content": '{"text": "x", "text": "y"}', "headers": {"Content-Type": "application/json"}}, 422),
        ({"json": {"text": "x"}, "params": {"a": "b"}}, 422),
        ({"content": '{"text": "x"}', "headers": {"Content-Type": "text/plain"}}, 415),
    ],
)
def test_a_vote_that_is_no_vote_is_refused(
    urls: dict[str, str], options: dict[str, object], status: int
) -> None:
    assert post(f"{urls['public']}/api/v1/entries/pass-1/solved", **options).status_code == status


def test_each_audience_has_its_own_route_and_without_learning_there_is_none(
    urls: dict[str, str], public_url: str
) -> None:
    body = {"text": "x", "operator": "op-1"}
    for url, verb in ((urls["public"], "confirm"), (urls["operator"], "solved"), (public_url, "solved")):
        assert post(f"{url}/api/v1/entries/pass-1/{verb}", json=body).status_code == 404


def test_votes_of_a_day_are_bounded_for_one_and_for_all() -> None:
    votes = VoteCounter()
    assert [votes.allow("loud", TODAY) for _ in range(MAX_VOTES + 2)] == [True] * MAX_VOTES + [False] * 2
    assert (
        sum(votes.allow(str(number), TODAY) for number in range(MAX_ALL_VOTES)) == MAX_ALL_VOTES - MAX_VOTES
    )
    assert votes.allow("loud", TODAY + dt.timedelta(days=1))


def test_a_customer_is_an_address_or_a_network_of_ipv6() -> None:
    votes = VoteCounter()
    assert votes.source("192.0.2.1") == votes.source("192.0.2.1") != votes.source("192.0.2.2")
    assert votes.source("2001:db8::1") == votes.source("2001:db8::ffff") != votes.source("2001:db8:1::1")
    assert votes.source("") == votes.source("") != VoteCounter().source("")


def test_too_many_votes_are_refused(
    public_entries: tuple[FaqEntry, ...], start_server: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faqsearch.web.learning.MAX_VOTES", 1)
    url = start_server(create_app(KnowledgeBase(public_entries), "public", learning=True))
    answers = [post(f"{url}/api/v1/entries/pass-1/solved", json={"text": "x"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json()["detail"] == "受け付けられる回数を超えました。明日もう一度お試しください。"


SETTINGS = hypothesis.settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("audience", "verb"), [("public", "solved"), ("operator", "confirm")])
def test_generated_requests_are_answered_as_the_schema_says(
    urls: dict[str, str], audience: str, verb: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_url(f"{urls[audience]}/openapi.json")
    operation = schema[f"/api/v1/entries/{{entry_id}}/{verb}"]["POST"]

    @SETTINGS
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        case.call_and_validate()

    answered()
