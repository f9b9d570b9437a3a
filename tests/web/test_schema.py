"""The API keeps what its schema promises: schemathesis against a real server."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

RELATED = "/api/v1/entries/{entry_id}/related"
SETTINGS = hypothesis.settings(
    max_examples=30,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/search"),
        ("GET", "/api/v1/complete"),
        ("GET", RELATED),
        ("POST", "/api/v1/suggest"),
        ("GET", "/healthz"),
    ],
)
def test_generated_requests_are_answered_as_the_schema_says(
    public_url: str, method: str, path: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_url(f"{public_url}/openapi.json")
    operation = schema[path][method]

    @SETTINGS
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def answered(case: schemathesis.Case) -> None:
        # In a query string a number is a text, and a list of one: the check cannot tell them apart.
        ambiguous = [negative_data_rejection] if method == "GET" else []
        case.call_and_validate(excluded_checks=ambiguous)

    if mode is GenerationMode.POSITIVE or operation.query or operation.body:
        answered()


def test_every_operation_of_the_schema_is_tried(public_url: str) -> None:
    schema = schemathesis.openapi.from_url(f"{public_url}/openapi.json")
    # The dialogue's are in test_dialogue.py.
    tried = {"POST /api/v1/suggest", "POST /api/v1/dialogue"}
    tried |= {f"GET {path}" for path in ("/api/v1/search", "/api/v1/complete", "/healthz", RELATED)}
    assert {result.ok().label for result in schema.get_all_operations()} == tried
