"""Refusals: RFC 9457 problems for programs, Japanese pages for browsers; never the caller's own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from faqsearch.web.models import FieldProblem, Problem
from faqsearch.web.templating import Site, path_prefix, route_path

PROBLEM_TYPE: Final = "application/problem+json"

_TITLES: Final = {413: "Content Too Large", 414: "URI Too Long", 422: "Unprocessable Content"}
"""Names from RFC 9110; Python before 3.13 still has older ones."""

_DETAILS: Final = {
    400: "リクエストの本文を読み取れません。UTF-8 の JSON で送ってください。",
    404: "お探しのページは見つかりませんでした。アドレスをお確かめください。",
    405: "このアドレスでは、その操作を受け付けていません。",
    413: "送られた内容が大きすぎます。短くしてからもう一度お試しください。",
    414: "アドレスが長すぎます。検索の文を短くしてからもう一度お試しください。",
    415: "リクエストの本文は Content-Type: application/json で送ってください。",
    422: "リクエストの内容が正しくありません。",
    429: "受け付けられる回数を超えました。明日もう一度お試しください。",
    500: "申し訳ありません。サーバーで問題が起きました。しばらくしてからもう一度お試しください。",
}

_FIELD_DETAILS: Final = {
    "missing": "必ず指定してください。",
    "repeated": "一度だけ指定してください。",
    "extra_forbidden": "知らない名前の項目があります。外すか、/docs にある名前に直してください。",
    "string_type": "文字列を指定してください。",
    "string_unicode": "Unicode として正しくない文字（片割れのサロゲート）を外してください。",
    "string_too_long": "{max_length:,}文字以内にしてください。",
    "too_long": "{max_length:,}個以内にしてください。",
    "int_parsing": "整数を指定してください。",
    "bool_parsing": "true か false を指定してください。",
    "greater_than_equal": "{ge:,}以上の値にしてください。",
    "less_than_equal": "{le:,}以下の値にしてください。",
    "literal_error": "使える値は {expected} です。",
    "dialogue_state": "この state からは続けられません。state を外して、はじめからやり直してください。",
    "json_invalid": "JSON として正しくありません。",
    "model_attributes_type": "JSON のオブジェクトを送ってください。",
}


class Refusals:
    """Makes the answer to a request that cannot be served, in the form its sender can read."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __call__(
        self,
        scope: Scope,
        status: int,
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return a problem body, or a Japanese page where a browser asked for a page.

        Args:
            scope: The request's ASGI scope.
            status: HTTP status, 400 to 599.
            errors: What is wrong with single parameters or fields.
            headers: Further headers, such as ``Allow``.
        """
        detail = _DETAILS.get(status, "リクエストを処理できませんでした。")
        if wants_page(scope):
            return self.page(scope, status, detail, headers=headers)
        return problem_response(status, detail, errors=errors, headers=headers)

    def page(
        self, scope: Scope, status: int, detail: str, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return a Japanese error page that leads back to the search."""
        html = self._site.render("error.html.j2", prefix=path_prefix(scope), status=status, detail=detail)
        return HTMLResponse(html, status_code=status, headers=headers)


def problem_response(
    status: int,
    detail: str,
    *,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an ``application/problem+json`` answer; ``detail`` is Japanese."""
    title = _TITLES.get(status) or HTTPStatus(status).phrase
    problem = Problem(type="about:blank", title=title, status=status, detail=detail, errors=list(errors))
    return Response(problem.model_dump_json(), status_code=status, headers=headers, media_type=PROBLEM_TYPE)


def field_problems(errors: Iterable[Mapping[str, Any]]) -> list[FieldProblem]:
    """Translate pydantic's errors; values and unknown names are left out, they are the caller's text."""
    return [_field_problem(error) for error in errors]


def wants_page(scope: Scope) -> bool:
    """Tell whether a refusal should be a page: the path is not the API's and the sender reads HTML."""
    path = route_path(scope)
    if path.startswith("/api/") or path in {"/healthz", "/openapi.json"}:
        return False
    return "text/html" in Headers(scope=scope).get("accept", "")


def _field_problem(error: Mapping[str, Any]) -> FieldProblem:
    kind = error["type"]
    location, *names = error["loc"]
    declared = bool(names) and isinstance(names[0], str) and kind != "extra_forbidden"
    detail = _FIELD_DETAILS.get(kind, "値が正しくありません。").format(**error.get("ctx", {}))
    return FieldProblem(
        location="query" if location == "query" else "body",
        field=names[0] if declared else "",
        detail=detail.replace("' or '", "', '").replace("'", ""),
    )
