"""The JSON API through a real server."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from faqsearch.errors import InputError
from faqsearch.knowledge_base import KnowledgeBase
from faqsearch.web import create_app

SECRET = "山田花子09012345678"
PROBLEM = "application/problem+json"


def assert_problem(response: httpx.Response, status: int) -> dict[str, Any]:
    body: dict[str, Any] = response.json()
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)
    assert (body["status"], body["type"]) == (status, "about:blank")
    return body


def test_search_answers_what_the_knowledge_base_finds(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    response = client.get("/api/v1/search", params={"q": "返品の送料", "k": 3})
    expected = knowledge_base.search("返品の送料", k=3, audience="public")
    body = response.json()
    assert response.status_code == 200
    assert [(hit["id"], hit["score"]) for hit in body["hits"]] == [(h.id, h.score) for h in expected.hits]
    assert (body["total"], body["preset"], body["revision"]) == (
        expected.total,
        expected.preset,
        expected.revision,
    )


def test_a_hit_carries_entry_highlights_snippet_and_matches(
    client: httpx.Client, knowledge_base: KnowledgeBase
) -> None:
    hit = client.get("/api/v1/search", params={"q": "返品の送料"}).json()["hits"][0]
    expected = knowledge_base.search("返品の送料").hits[0]
    assert set(hit) == {
        *("id", "score", "question", "answer", "category", "tags", "url"),
        *("kind", "reasons", "highlights", "snippet", "matches"),
    }
    assert (hit["id"], hit["question"], hit["tags"]) == (
        "return-1",
        expected.entry.question,
        ["返品", "送料"],
    )
    assert hit["highlights"] == [
        {"field": span.field, "start": span.start, "end": span.end} for span in expected.highlights
    ]
    assert hit["snippet"]["text"] == hit["answer"][hit["snippet"]["start"] : hit["snippet"]["end"]]
    assert hit["kind"] == "exact"
    assert hit["reasons"] == [
        {"term": item.term, "kind": item.kind, "asked": None, "fields": list(item.fields)}
        for item in expected.reasons
    ]
    assert hit["matches"] == [
        {
            "term": match.term,
            "kind": match.kind,
            "asked": None,
            "layer": match.layer,
            "fields": list(match.fields),
            "value": match.value,
        }
        for match in expected.matches
    ]


def test_a_word_that_stands_for_another_names_both_and_the_result_is_not_strict(
    near_base: KnowledgeBase, start_server: Any
) -> None:
    url = start_server(create_app(near_base, "public"))
    parameters = {"q": "代金", "k": 1, "explain": "true"}
    body = httpx.get(f"{url}/api/v1/search", params=parameters).json()
    assert (body["preset"], body["strict"]) == ("semantic", False)
    [hit] = body["hits"]
    assert (hit["id"], hit["kind"]) == ("ship-1", "near")
    assert hit["reasons"] == [
        {"term": "送料", "kind": "near", "asked": "代金", "fields": ["question", "answer", "tags"]}
    ]
    assert [(match["kind"], match["asked"]) for match in hit["matches"]] == [("near", "代金")]
    nodes, named = [hit["explanation"]], set()
    while nodes:
        node = nodes.pop()
        nodes += node["details"]
        named.add((node["term"], node["asked"], node["kind"]))
    assert ("送料", "代金", "near") in named
    strict = httpx.get(f"{url}/api/v1/search", params={"q": "送料"}).json()["strict"]
    suggested = httpx.post(f"{url}/api/v1/suggest", json={"text": "送料"}).json()
    assert (strict, suggested["preset"]) == (True, "semantic")


def test_explanation_comes_only_when_asked_for_and_equals_the_score(client: httpx.Client) -> None:
    parameters = {"q": "返品の送料", "explain": "true"}
    for hit in client.get("/api/v1/search", params=parameters).json()["hits"]:
        assert hit["explanation"]["value"] == hit["score"]
        assert hit["explanation"]["details"]


def test_variants_are_searched_and_never_sent(client: httpx.Client) -> None:
    variant = "返すときの運賃を負担するのはどっち"
    search = client.get("/api/v1/search", params={"q": variant, "explain": "true"})
    suggest = client.post("/api/v1/suggest", json={"text": variant})
    assert search.json()["hits"][0]["id"] == "return-1"
    for response in (search, suggest):
        assert variant not in response.text
        assert '"variants":' not in response.text
        assert "audience" not in response.text
        assert "published" not in response.text


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"category": "配送"}, {"ship-1"}),
        ({"tag": "送料"}, {"ship-1", "return-1"}),
        ({"tag": ["送料", "返品"]}, {"return-1"}),
        ({"category": "配送", "tag": "返品"}, set()),
        ({"category": "社内基準"}, set()),
    ],
)
def test_category_and_tags_narrow_the_hits(
    client: httpx.Client, parameters: dict[str, Any], expected: set[str]
) -> None:
    body = client.get("/api/v1/search", params={"q": "送料", "k": 50, **parameters}).json()
    assert {hit["id"] for hit in body["hits"]} == expected
    assert body["total"] == len(expected)


def test_an_empty_category_is_no_filter(client: httpx.Client) -> None:
    everything = client.get("/api/v1/search", params={"q": "送料"})
    unfiltered = client.get("/api/v1/search", params={"q": "送料", "category": ""})
    assert unfiltered.content == everything.content


def test_an_empty_query_finds_nothing(client: httpx.Client) -> None:
    response = client.get("/api/v1/search", params={"q": ""})
    assert (response.status_code, response.json()["hits"], response.json()["total"]) == (200, [], 0)


def test_only_the_operators_application_finds_operators_entries(
    client: httpx.Client, operator_client: httpx.Client
) -> None:
    parameters = {"q": "当店負担にしてよい基準"}
    public = client.get("/api/v1/search", params=parameters).json()
    operator = operator_client.get("/api/v1/search", params=parameters).json()
    assert operator["hits"][0]["id"] == "return-internal"
    assert "return-internal" not in [hit["id"] for hit in public["hits"]]


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/suggest"])
@pytest.mark.parametrize("name", ["audience", "Audience", "role", SECRET])
def test_an_unknown_parameter_is_refused_without_repeating_it(
    client: httpx.Client, path: str, name: str
) -> None:
    if path.endswith("search"):
        response = client.get(path, params={"q": SECRET, name: "operator"})
    else:
        response = client.post(path, params={name: "operator"}, json={"text": SECRET})
    body = assert_problem(response, 422)
    assert [(error["location"], error["field"]) for error in body["errors"]] == [("query", "")]
    assert SECRET not in response.text


def test_headers_and_cookies_cannot_name_an_audience(client: httpx.Client) -> None:
    plain = client.get("/api/v1/search", params={"q": "当店負担にしてよい基準"})
    headers = {"Audience": "operator", "X-Audience": "operator", "Cookie": "audience=operator"}
    dressed = client.get("/api/v1/search", params={"q": "当店負担にしてよい基準"}, headers=headers)
    assert dressed.content == plain.content


@pytest.mark.parametrize(
    ("parameters", "field", "detail"),
    [
        ({}, "q", "必ず指定してください。"),
        ({"q": SECRET * 200}, "q", "2,000文字以内にしてください。"),
        ({"q": SECRET, "k": 0}, "k", "1以上の値にしてください。"),
        ({"q": SECRET, "k": 51}, "k", "50以下の値にしてください。"),
        ({"q": SECRET, "k": SECRET}, "k", "整数を指定してください。"),
        ({"q": SECRET, "explain": SECRET}, "explain", "true か false を指定してください。"),
        ({"q": SECRET, "category": SECRET * 20}, "category", "200文字以内にしてください。"),
        ({"q": SECRET, "tag": [SECRET * 20]}, "tag", "200文字以内にしてください。"),
        ({"q": SECRET, "tag": [SECRET] * 21}, "tag", "20個以内にしてください。"),
    ],
)
def test_a_wrong_search_parameter_is_named_and_not_repeated(
    client: httpx.Client, parameters: dict[str, Any], field: str, detail: str
) -> None:
    response = client.get("/api/v1/search", params=parameters)
    body = assert_problem(response, 422)
    assert body["title"] == "Unprocessable Content"
    assert body["errors"] == [{"location": "query", "field": field, "detail": detail}]
    assert SECRET not in response.text


@pytest.mark.parametrize("name", ["q", "k", "category", "explain"])
def test_a_parameter_that_may_stand_once_is_refused_twice(client: httpx.Client, name: str) -> None:
    parameters = {"q": SECRET, name: ["1", "1"]}
    expected = [{"location": "query", "field": name, "detail": "一度だけ指定してください。"}]
    assert assert_problem(client.get("/api/v1/search", params=parameters), 422)["errors"] == expected
    assert client.head("/api/v1/search", params=parameters).status_code == 422


def test_a_query_of_two_thousand_emoji_is_accepted(client: httpx.Client) -> None:
    assert client.get("/api/v1/search", params={"q": "😀" * 2_000}).status_code == 200


@pytest.mark.parametrize(
    "text", ["昨日届いた靴を返品したいのですが送料はかかりますか", "返品の送料は誰が払いますか", "天気", ""]
)
def test_suggest_answers_what_the_knowledge_base_suggests(
    client: httpx.Client, knowledge_base: KnowledgeBase, text: str
) -> None:
    body = client.post("/api/v1/suggest", json={"text": text, "channel": "mail"}).json()
    expected = knowledge_base.suggest(text, channel="mail", audience="public")
    assert (body["decision"], body["confidence"]) == (expected.decision.value, expected.confidence)
    assert [hit["id"] for hit in body["offers"]] == [hit.id for hit in expected.offers]
    assert [(hit["id"], hit["score"], hit["question"]) for hit in body["candidates"]] == [
        (hit.id, hit.score, hit.entry.question) for hit in expected.candidates
    ]
    assert [(item["feature"], item["contribution"]) for item in body["evidence"]] == [
        (item.feature, item.contribution) for item in expected.evidence
    ]


@pytest.mark.parametrize("channel", ["chat", "mail", "phone", "form", "sns", "search"])
def test_every_channel_is_accepted(client: httpx.Client, channel: str) -> None:
    assert client.post("/api/v1/suggest", json={"text": "送料", "channel": channel}).status_code == 200


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ({}, "text", "必ず指定してください。"),
        ({"text": 5}, "text", "文字列を指定してください。"),
        ({"text": "あ" * 50_001}, "text", "50,000文字以内にしてください。"),
        (
            {"text": SECRET, "channel": SECRET},
            "channel",
            "使える値は chat, mail, phone, form, sns, search です。",
        ),
        (
            {"text": SECRET, SECRET: 1},
            "",
            "知らない名前の項目があります。外すか、/docs にある名前に直してください。",
        ),
        ([SECRET], "", "JSON のオブジェクトを送ってください。"),
        (SECRET, "", "JSON のオブジェクトを送ってください。"),
    ],
)
def test_a_wrong_body_is_explained_and_not_repeated(
    client: httpx.Client, body: object, field: str, detail: str
) -> None:
    response = client.post("/api/v1/suggest", json=body)
    assert assert_problem(response, 422)["errors"] == [{"location": "body", "field": field, "detail": detail}]
    assert SECRET not in response.text


@pytest.mark.parametrize("name", ["text", "channel"])
def test_a_key_that_comes_twice_is_refused(client: httpx.Client, name: str) -> None:
    content = f'{{"text": "{SECRET}", "channel": "mail", "{name}": "chat"}}'.encode()
    response = client.post("/api/v1/suggest", content=content, headers={"Content-Type": "application/json"})
    assert assert_problem(response, 422)["errors"] == [
        {"location": "body", "field": name, "detail": "一度だけ指定してください。"}
    ]


@pytest.mark.parametrize("depth", [100, 600, 800, 900, 930, 950, 970, 990])
def test_a_nested_text_is_refused_however_deep(client: httpx.Client, depth: int) -> None:
    content = f'{{"text": {"[" * depth}{"]" * depth}}}'.encode()
    response = client.post("/api/v1/suggest", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code in {400, 422}


def test_an_empty_body_is_refused(client: httpx.Client) -> None:
    response = client.post("/api/v1/suggest", headers={"Content-Type": "application/json"})
    assert_problem(response, 422)


def test_half_a_surrogate_pair_is_refused(client: httpx.Client) -> None:
    content = b'{"text": "\\ud83d"}'
    response = client.post("/api/v1/suggest", content=content, headers={"Content-Type": "application/json"})
    assert assert_problem(response, 422)["errors"][0]["field"] == "text"


def test_broken_json_is_a_problem_that_repeats_nothing(client: httpx.Client) -> None:
    content = f'{{"text": "{SECRET}"'.encode()
    response = client.post("/api/v1/suggest", content=content, headers={"Content-Type": "application/json"})
    assert assert_problem(response, 422)["errors"] == [
        {"location": "body", "field": "", "detail": "JSON として正しくありません。"}
    ]
    assert SECRET not in response.text


@pytest.mark.parametrize("content", [b'{"text": "\xff\xfe"}', b"[" * 100_000], ids=["not UTF-8", "too deep"])
def test_an_unreadable_body_is_a_bad_request(client: httpx.Client, content: bytes) -> None:
    response = client.post("/api/v1/suggest", content=content, headers={"Content-Type": "application/json"})
    assert assert_problem(response, 400)["title"] == "Bad Request"


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/json", ""]
)
def test_a_body_that_does_not_say_it_is_json_is_an_unsupported_media_type(
    client: httpx.Client, media_type: str
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = client.post("/api/v1/suggest", content=b'{"text": "a"}', headers=headers)
    assert_problem(response, 415)


def test_a_json_dialect_is_accepted(client: httpx.Client) -> None:
    headers = {"Content-Type": "application/vnd.inquiry+json; charset=utf-8"}
    assert client.post("/api/v1/suggest", content=b'{"text": "a"}', headers=headers).status_code == 200


def test_the_longest_inquiry_fits_in_its_longest_spelling(client: httpx.Client) -> None:
    content = json.dumps({"text": "😀" * 50_000}).encode()
    response = client.post("/api/v1/suggest", content=content, headers={"Content-Type": "application/json"})
    assert len(content) > 600_000
    assert (response.status_code, response.json()["decision"]) == (200, "hand_over")


def test_a_body_that_is_too_large_is_refused_announced_or_chunked(client: httpx.Client) -> None:
    content = json.dumps({"text": SECRET * 100_000}).encode()
    headers = {"Content-Type": "application/json"}
    announced = client.post("/api/v1/suggest", content=content, headers=headers)
    chunks = (content[start : start + 60_000] for start in range(0, len(content), 60_000))
    chunked = client.post("/api/v1/suggest", content=chunks, headers=headers)
    for response in (announced, chunked):
        assert assert_problem(response, 413)["title"] == "Content Too Large"


def test_a_url_that_is_too_long_is_refused(client: httpx.Client) -> None:
    response = client.get("/api/v1/search", params={"q": "x" * 33_000})
    assert assert_problem(response, 414)["title"] == "URI Too Long"


def test_health_says_ok_and_nothing_else(client: httpx.Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/search?q=送料", "/", "/docs", "/openapi.json"])
def test_a_probe_with_head_gets_the_headers_and_no_body(client: httpx.Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v1/search/", "/nothing", "/static/nothing.css"])
def test_an_unknown_path_is_a_problem_for_programs(client: httpx.Client, path: str) -> None:
    assert assert_problem(client.get(path), 404)["title"] == "Not Found"


def test_an_api_path_answers_problems_even_to_a_browser(browser_client: httpx.Client) -> None:
    assert_problem(browser_client.get("/api/v1/nothing"), 404)
    assert_problem(browser_client.get("/api/v1/search"), 422)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/search", "GET, HEAD"),
        ("POST", "/healthz", "GET, HEAD"),
        ("GET", "/api/v1/suggest", "POST"),
        ("POST", "/", "GET, HEAD"),
    ],
)
def test_a_wrong_method_is_refused_and_the_right_ones_named(
    client: httpx.Client, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert_problem(response, 405)
    assert ", ".join(sorted(response.headers["allow"].split(", "))) == allowed


def test_an_unheard_of_status_of_a_mounted_handler_still_gets_a_japanese_detail(client: httpx.Client) -> None:
    response = client.post("/static/style.css")
    assert_problem(response, 405)


@pytest.mark.parametrize("path", ["/", "/?q=送料", "/docs", "/healthz", "/api/v1/search?q=a", "/nothing"])
def test_every_answer_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    script = (
        "; script-src 'self'; connect-src 'self'" if path.startswith(("/?", "/chat")) or path == "/" else ""
    )
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        f"base-uri 'none'; frame-ancestors 'none'{script}"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_static_files_are_revalidated_not_forbidden_to_keep(client: httpx.Client) -> None:
    first = client.get("/static/style.css")
    again = client.get("/static/style.css", headers={"If-None-Match": first.headers["etag"]})
    assert (first.headers["content-type"], first.headers["cache-control"]) == (
        "text/css; charset=utf-8",
        "no-cache",
    )
    assert again.status_code == 304


def test_the_schema_knows_no_audience_and_explains_every_field(client: httpx.Client) -> None:
    schema = client.get("/openapi.json").json()
    for path in schema["paths"].values():
        for operation in path.values():
            assert "audience" not in [parameter["name"] for parameter in operation.get("parameters", [])]
    for name, model in schema["components"]["schemas"].items():
        assert model["additionalProperties"] is False, name
        assert "audience" not in model["properties"]
        for field, rules in model["properties"].items():
            assert rules["description"], (name, field)
            assert rules["examples"], (name, field)
    assert "ValidationError" not in schema["components"]["schemas"]


@pytest.mark.parametrize("audience", ["everyone", "", "PUBLIC"])
def test_an_application_for_an_unknown_audience_is_not_made(
    knowledge_base: KnowledgeBase, audience: str
) -> None:
    with pytest.raises(InputError, match="allowed are public, operator"):
        create_app(knowledge_base, audience)


def test_the_message_for_an_unknown_audience_does_not_repeat_a_sentence(
    knowledge_base: KnowledgeBase,
) -> None:
    with pytest.raises(InputError, match="audience came as str of length 15; allowed are") as caught:
        create_app(knowledge_base, SECRET)
    assert SECRET not in str(caught.value)


INTERNAL = "返品の送料を当店負担にしてよい基準"


def test_operators_are_told_which_hits_customers_may_not_see(operator_client: httpx.Client) -> None:
    hits = operator_client.get("/api/v1/search", params={"q": INTERNAL}).json()["hits"]
    assert {hit["id"]: hit["internal"] for hit in hits} == {
        hit["id"]: hit["id"].endswith("internal") for hit in hits
    }
    assert (hits[0]["id"], hits[0]["internal"]) == ("return-internal", True)
    assert False in [hit["internal"] for hit in hits]


def test_operators_are_told_which_suggestions_customers_may_not_see(operator_client: httpx.Client) -> None:
    answer = operator_client.post("/api/v1/suggest", json={"text": INTERNAL}).json()
    for hit in (*answer["offers"], *answer["candidates"]):
        assert hit["internal"] is hit["id"].endswith("internal")
    assert answer["candidates"][0]["internal"] is True


def test_customers_are_told_nothing_of_internal_entries(client: httpx.Client) -> None:
    found = client.get("/api/v1/search", params={"q": INTERNAL}).json()["hits"]
    suggested = client.post("/api/v1/suggest", json={"text": INTERNAL}).json()
    assert found
    assert suggested["candidates"]
    for hit in (*found, *suggested["offers"], *suggested["candidates"]):
        assert "internal" not in hit
