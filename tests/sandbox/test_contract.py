"""Every answer is one that the OpenAPI document describes, whatever is asked: schemathesis makes the questions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from flowstate.sandbox.operations import Operation
from flowstate.sandbox.policies import ALL_SCOPES
from flowstate.sandbox.seed import SIZES
from flowstate.sandbox.server import Sandbox

from .calling import OPERATIONS, WITH_BODY, WITH_ID, operation_name
from .inside import application

# The whole of it takes half a minute; FLOWSTATE_CONTRACT_CASES=2000 asks for that.
CASES = int(os.environ.get("FLOWSTATE_CONTRACT_CASES", "400"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
# Without a body and an id there is but one way to ask.
VARIABLE = {each.id for each in (*WITH_BODY, *WITH_ID)}
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


@dataclass(frozen=True, slots=True)
class Described:
    """A team with something of everything, and what it says of its calls."""

    sandbox: Sandbox
    schema: OpenApiSchema
    token: str

    def ids(self) -> dict[str, list[str]]:
        """Ids that are there, by the names of parameters; of deleted objects too."""
        store = self.sandbox.store
        versions = [each["versionId"] for workflow in store.all("workflow") for each in workflow["versions"]]
        return {
            "group_id": store.ids("group"),
            "report_template_id": store.ids("reportTemplate"),
            "setting_key": list(store.all("settings")[0]),
            "trigger_id": store.ids("trigger"),
            "user_id": store.ids("user"),
            "workflow_id": store.ids("workflow"),
            "workflow_version_id": versions,
        }

    def cases(self, operation: Operation) -> st.SearchStrategy[schemathesis.Case[Any]]:
        """Good ones with ids that are none and ids that are there, and bad ones."""
        asked = self.schema.find_operation_by_id(operation.id)
        ids = {each.name: self.ids().get(each.name, ["none"]) for each in asked.path_parameters}
        real = st.fixed_dictionaries({name: st.sampled_from(some) for name, some in ids.items()})
        good, bad = asked.as_strategy(POSITIVE), asked.as_strategy(NEGATIVE)
        return st.one_of(good, bad, st.builds(_named, good, real))


def _named(case: schemathesis.Case[Any], ids: dict[str, str]) -> schemathesis.Case[Any]:
    case.path_parameters.update(ids)
    return case


@pytest.fixture(scope="module")
def described() -> Iterator[Described]:
    sandbox = Sandbox(team=SIZES["small"])
    schema = schemathesis.openapi.from_asgi("/openapi.json", application(sandbox))
    yield Described(sandbox, schema, sandbox.tokens.issue(sandbox.client_id, sandbox.team, sorted(ALL_SCOPES)))
    sandbox.stop()


@pytest.mark.parametrize("operation", OPERATIONS, ids=operation_name)
def test_an_answer_is_as_described(described: Described, operation: Operation) -> None:
    start = described.sandbox.snapshot()

    @settings(max_examples=ceil(CASES / len(VARIABLE)), deadline=None, suppress_health_check=list(HealthCheck))
    @given(described.cases(operation))
    def check(case: schemathesis.Case[Any]) -> None:
        described.sandbox.restore(start)
        answer = case.call(headers={"Authorization": f"Bearer {described.token}"})
        case.validate_response(answer, checks=CHECKS)

    check()
