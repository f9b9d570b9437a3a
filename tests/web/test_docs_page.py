"""The documentation of the API."""

from __future__ import annotations

import html
import re
import shlex

import httpx


def curl_lines(client: httpx.Client) -> list[list[str]]:
    blocks = re.findall(r"<pre tabindex=\"0\"><code>(.*?)</code></pre>", client.get("/docs").text, re.DOTALL)
    return [shlex.split(html.unescape(block)) for block in blocks]


def test_every_endpoint_model_and_field_of_the_schema_is_on_the_page(client: httpx.Client) -> None:
    page = html.unescape(client.get("/docs").text)
    schema = client.get("/openapi.json").json()
    for path in schema["paths"]:
        assert f"<code>{path}</code>" in page
    for name, model in schema["components"]["schemas"].items():
        assert f'<section id="model-{name}">' in page
        for field, rules in model["properties"].items():
            assert f"<code>{field}</code>" in page
            assert rules["description"] in page


def test_every_link_inside_the_page_has_a_target(client: httpx.Client) -> None:
    page = client.get("/docs").text
    targets = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= targets


def test_bounds_defaults_and_types_are_said(client: httpx.Client) -> None:
    page = client.get("/docs").text
    assert "1以上、50以下、省略すると 10" in page
    assert "50,000文字以内" in page
    assert "20個以内" in page
    assert '<a href="#model-Hit">Hit の配列</a>' in page
    assert "&#34;answer&#34; / &#34;choose&#34; / &#34;ask_back&#34; / &#34;hand_over&#34;" in page
    assert "application/problem+json" in page


def test_the_lines_to_copy_work_as_they_stand(client: httpx.Client) -> None:
    lines = curl_lines(client)
    assert [line[0] for line in lines] == ["curl"] * 6
    search, suggest, health, complete, related, dialogue = lines
    for line in (search, complete):
        assert line[1] == "-G"
        assert httpx.get(line[2], params=[line[4].split("=", 1)]).status_code == 200
    for line in (suggest, dialogue):
        name, value = line[3].split(": ")
        assert httpx.post(line[1], headers={name: value}, content=line[5]).status_code == 200
    # The id is the example's; a reader puts one of their own in its place.
    assert related[1].endswith("/api/v1/entries/shop-012/related")
    assert httpx.get(related[1].replace("shop-012", "return-1")).status_code == 200
    assert httpx.get(health[1]).json() == {"status": "ok"}


def test_there_is_no_other_documentation_page(client: httpx.Client) -> None:
    assert client.get("/redoc").status_code == 404
    assert client.get("/docs/oauth2-redirect").status_code == 404
