"""What guards the calls of Onsight Flow, and what tokens and clients look like."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.operations import Operation
from flowstate.providers import load
from flowstate.sandbox.app import routes
from flowstate.sandbox.chapters import CHAPTERS
from flowstate.sandbox.policies import POLICIES, SCOPE_BASE

FLOW = load("onsight-flow")
SERVED = {operation.id: operation for chapter in CHAPTERS for operation in chapter.operations}


@pytest.mark.parametrize(
    "operation", [each for each in FLOW.operations if each.name in SERVED], ids=lambda operation: operation.name
)
def test_a_call_is_guarded_by_the_policies_of_both_editions_as_the_sandbox_has_them(operation: Operation) -> None:
    served = SERVED[operation.name]
    names = [name for name in (served.policy, served.earlier_policy) if name and POLICIES[name].scopes]
    found = FLOW.access.policies(operation)
    assert [policy.name for policy in found] == list(dict.fromkeys(names))
    for policy in found:
        assert {SCOPE_BASE + scope for scope in policy.scopes} == POLICIES[policy.name].scopes
        assert {*policy.permissions} == POLICIES[policy.name].permissions - {"SPOKE"}


@pytest.mark.parametrize("operation", FLOW.operations, ids=lambda operation: operation.name)
def test_the_least_power_stands_first(operation: Operation) -> None:
    powers = ["read", "read_all", "create", "modify", "delete", "execute", "admin", "client"]
    for policy in FLOW.access.policies(operation):
        ranks = [powers.index(scope.rpartition(".")[2]) for scope in policy.scopes]
        assert ranks[0] == min(ranks)
        assert policy.permissions[-1] == "OWNER"


@pytest.mark.parametrize(
    ("claims", "held"),
    [
        ({}, None),
        ({"scope": None}, None),
        ({"scope": 3}, None),
        ({"scope": ["a", 3]}, None),
        ({"scope": []}, set()),
        ({"scope": "https://www.flow.librestream.com/auth/job.read other"}, {"job.read", "other"}),
        ({"scope": ["https://www.flow.librestream.com/auth//team.admin"]}, {"team.admin"}),
        ({"scope": ["https://accounts.flow.librestream.com/team.admin"]}, {"team.admin"}),
        ({"scope": ["https://elsewhere.example/auth/team.admin"]}, {"https://elsewhere.example/auth/team.admin"}),
    ],
)
def test_scopes_of_a_token_are_read_in_every_spelling(claims: dict[str, Any], held: set[str] | None) -> None:
    assert FLOW.access.held(claims) == held


def test_the_call_that_makes_a_client_is_documented_and_takes_urls_and_lower_case() -> None:
    operation = FLOW.access.client
    assert operation is not None
    assert routes()[operation.method, operation.forms[0].path.rstrip("/")] == operation.name
    assert operation not in FLOW.operations
    body = FLOW.access.body("Robot", ["team.admin"], ["ADMIN"])
    assert body == {"name": "Robot", "scopes": [f"{SCOPE_BASE}team.admin"], "permissions": ["admin"]}
