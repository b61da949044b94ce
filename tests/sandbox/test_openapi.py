"""The OpenAPI document says who may call, what to send and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from flowstate.sandbox.openapi.answers import ANSWERS
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.policies import ALL_SCOPES, ANY_TOKEN, NO_TOKEN, POLICIES
from flowstate.sandbox.server import Sandbox

from .calling import OPERATIONS, WITH_BODY, WITH_ID, operation_name

GUARDED = [operation for operation in OPERATIONS if operation.policy != NO_TOKEN]
CHECKED = [operation for operation in GUARDED if operation.policy != ANY_TOKEN]


@pytest.fixture
def document(running: Sandbox) -> dict[str, Any]:
    return running.app.openapi()


@pytest.fixture
def described(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is said of each call, by its name."""
    return {call["operationId"]: call for methods in document["paths"].values() for call in methods.values()}


def _scopes(call: dict[str, Any]) -> list[str]:
    return [scope for way in call["security"] for scopes in way.values() for scope in scopes]


def test_the_scheme_is_client_credentials_with_all_scopes(document: dict[str, Any]) -> None:
    scheme = document["components"]["securitySchemes"]["clientCredentials"]
    flow = scheme["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "/connect/token"
    assert flow["scopes"].keys() == ALL_SCOPES


@pytest.mark.parametrize("operation", CHECKED, ids=operation_name)
def test_any_one_scope_of_the_policy_is_an_alternative(described: dict[str, Any], operation: Operation) -> None:
    call = described[operation.id]
    policies = {operation.policy, operation.earlier_policy or operation.policy}
    assert call["x-policy"] == operation.policy
    assert all(len(way) == 1 for way in call["security"])
    assert sorted(_scopes(call)) == sorted({scope for name in policies for scope in POLICIES[name].scopes})


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_name)
def test_an_open_call_asks_for_a_token_or_for_nothing(described: dict[str, Any], operation: Operation) -> None:
    ways = described[operation.id]["security"]
    expected: dict[str, list[Any]] = {NO_TOKEN: [], ANY_TOKEN: [{"clientCredentials": []}]}
    assert ways == expected.get(operation.policy, ways)


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_name)
def test_every_call_says_what_it_answers(described: dict[str, Any], operation: Operation) -> None:
    answers = described[operation.id]["responses"]
    assert {str(status) for status in ANSWERS[operation.id]} <= answers.keys()
    assert all(answer["description"] for answer in answers.values())
    assert "422" not in answers
    assert "default" not in answers


@pytest.mark.parametrize(
    ("operations", "status"), [(GUARDED, "401"), (CHECKED, "403"), (WITH_ID, "404"), (WITH_BODY, "400")]
)
def test_refusals_are_described_as_problems(
    described: dict[str, Any], operations: list[Operation], status: str
) -> None:
    for operation in operations:
        content = described[operation.id]["responses"][status]["content"]
        assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def test_the_token_call_is_described_with_its_form_and_its_own_errors(described: dict[str, Any]) -> None:
    call = described["request-token"]
    assert call["requestBody"]["content"].keys() == {"application/x-www-form-urlencoded"}
    for status in ("400", "401"):
        assert call["responses"][status]["content"] == {
            "application/json": {"schema": {"$ref": "#/components/schemas/TokenError"}}
        }


def test_what_is_answered_nowhere_is_described_nowhere(described: dict[str, Any]) -> None:
    assert ANSWERS.keys() == described.keys()


def _named(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            yield f"{name}.{field}", described


def test_every_field_and_every_parameter_is_described(document: dict[str, Any], described: dict[str, Any]) -> None:
    # A field that is named like its shape leaves the words to it.
    silent = [name for name, field in _named(document) if not field.get("description") and "$ref" not in field]
    silent += [name for name, schema in document["components"]["schemas"].items() if not schema.get("description")]
    silent += [
        f"{name}({parameter['name']})"
        for name, call in described.items()
        for parameter in call.get("parameters", [])
        if not parameter.get("description")
    ]
    assert silent == []


def test_every_reference_leads_to_a_schema(document: dict[str, Any]) -> None:
    def references(value: Any) -> Iterator[str]:
        if isinstance(value, dict):
            yield from (each for key, each in value.items() if key == "$ref")
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                yield from references(each)

    named = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert set(references(document)) <= named
