"""The API keeps what its schema promises: schemathesis against a real server."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from schemathesis.specs.openapi.schemas import OpenApiSchema


@pytest.fixture(scope="module")
def api_schema(public_url: str) -> OpenApiSchema:
    return schemathesis.openapi.from_url(f"{public_url}/openapi.json")


schema = schemathesis.pytest.from_fixture("api_schema")


@schema.parametrize()
@hypothesis.settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(hypothesis.HealthCheck),
)
def test_generated_requests_are_answered_as_the_schema_says(case: schemathesis.Case) -> None:
    case.call_and_validate()
