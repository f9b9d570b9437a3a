"""The API's documentation: one page made from the OpenAPI schema on the server, no script, no CDN."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from faqsearch.web.limits import MAX_BODY, MAX_URL
from faqsearch.web.templating import Site, path_prefix

_REF: Final = "#/components/schemas/"

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One row of a table: a parameter, or a property of a model.

    Attributes:
        name: Its name in requests and bodies.
        kind: Its type in words, such as ``integer`` or ``array of Hit``.
        model: The model that the type refers to; empty if none.
        required: Whether it must be there.
        rules: Bounds and default in words; may be empty.
        description: Japanese description.
        example: An example as JSON; empty if there is none.
    """

    name: str
    kind: str
    model: str
    required: bool
    rules: str
    description: str
    example: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """One endpoint.

    Attributes:
        method: HTTP method in capitals.
        path: Path from the root of the application.
        summary: Japanese title.
        description: Japanese description.
        parameters: Query parameters.
        body: Name of the body's model; empty if there is no body.
        responses: Status, description, media type and model name of each answer.
        curl: A line to try it with.
    """

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: str
    responses: tuple[tuple[str, str, str, str], ...]
    curl: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Model:
    """One model: its name, Japanese description and properties."""

    name: str
    description: str
    fields: tuple[Field, ...]


class DocsPage:
    """The page at ``/docs``."""

    def __init__(self, app: FastAPI, site: Site) -> None:
        self._app = app
        self._site = site

    def respond(self, request: Request) -> Response:
        """Render the documentation, with lines to copy that call this very server."""
        schema = self._app.openapi()
        prefix = path_prefix(request.scope)
        html = self._site.render(
            "docs.html.j2",
            prefix=prefix,
            operations=list(_operations(schema, f"{request.url.scheme}://{request.url.netloc}{prefix}")),
            models=list(_models(schema)),
            max_body=MAX_BODY,
            max_url=MAX_URL,
        )
        return HTMLResponse(html)


def _operations(schema: Schema, base: str) -> Iterator[Operation]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            body = _content(operation.get("requestBody", {}))
            yield Operation(
                method=method.upper(),
                path=path,
                summary=operation["summary"],
                description=operation["description"],
                parameters=tuple(
                    _field(item["name"], item["schema"], required=item["required"]) for item in parameters
                ),
                body=body[1],
                responses=tuple(
                    (status, response["description"], *_content(response))
                    for status, response in operation["responses"].items()
                ),
                curl=_curl(base + path, parameters, schema["components"]["schemas"].get(body[1])),
            )


def _models(schema: Schema) -> Iterator[Model]:
    for name, model in sorted(schema["components"]["schemas"].items()):
        required = model.get("required", [])
        fields = model["properties"].items()
        yield Model(
            name=name,
            description=model["description"],
            fields=tuple(_field(key, value, required=key in required) for key, value in fields),
        )


def _content(part: Schema) -> tuple[str, str]:
    """Return media type and model name of a body; both empty if there is none."""
    for media_type, content in part.get("content", {}).items():
        return media_type, content["schema"]["$ref"].removeprefix(_REF)
    return "", ""


def _field(name: str, schema: Schema, *, required: bool) -> Field:
    kind, model = _kind(schema)
    examples = schema.get("examples", [])
    return Field(
        name=name,
        kind=kind,
        model=model,
        required=required,
        rules="、".join(_rules(schema)),
        description=schema.get("description", ""),
        example=json.dumps(examples[0], ensure_ascii=False) if examples else "",
    )


def _kind(schema: Schema) -> tuple[str, str]:
    """Return a type in words, and the name of the model it refers to."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return name, name
    if "anyOf" in schema:
        kinds = [_kind(choice) for choice in schema["anyOf"]]
        return " / ".join(kind for kind, _ in kinds), "".join(model for _, model in kinds)
    if schema.get("type") == "array":
        kind, model = _kind(schema["items"])
        return f"{kind} の配列", model
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    return (" / ".join(json.dumps(value) for value in values) or schema.get("type", "any")), ""


def _rules(schema: Schema) -> Iterator[str]:
    for choice in (schema, *schema.get("anyOf", ())):
        if "minimum" in choice:
            yield f"{choice['minimum']:,}以上"
        if "maximum" in choice:
            yield f"{choice['maximum']:,}以下"
        if "maxLength" in choice:
            yield f"{choice['maxLength']:,}文字以内"
        if "maxItems" in choice:
            yield f"{choice['maxItems']:,}個以内"
    if schema.get("default") not in (None, []):
        yield f"省略すると {json.dumps(schema['default'], ensure_ascii=False)}"


def _curl(url: str, parameters: list[Any], body: Schema | None) -> str:
    required = {item["name"]: item for item in parameters if item["required"]}
    for name, item in required.items():
        url = url.replace(f"{{{name}}}", quote(item["schema"]["examples"][0]))
    if body is not None:
        example = json.dumps(body["examples"][0], ensure_ascii=False)
        return f"curl {shlex.quote(url)} -H 'Content-Type: application/json' -d {shlex.quote(example)}"
    pairs = [
        f"{name}={item['schema']['examples'][0]}" for name, item in required.items() if item["in"] == "query"
    ]
    if not pairs:
        return f"curl {shlex.quote(url)}"
    return " ".join(
        ["curl -G", shlex.quote(url), *(f"--data-urlencode {shlex.quote(pair)}" for pair in pairs)]
    )
