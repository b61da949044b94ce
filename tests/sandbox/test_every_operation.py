"""What holds for every documented call."""

from __future__ import annotations

import pytest

from flowstate.sandbox.app import routes
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.policies import ALL_SCOPES, ANY_TOKEN, POLICIES
from flowstate.sandbox.server import Sandbox

from .calling import GUARDED, OPERATIONS, WITH_BODY, WITH_ID, Caller, World, line, operation_name
from .conftest import Grant

POLICED = [operation for operation in GUARDED if operation.policy != ANY_TOKEN]
SPELLINGS = [(operation, number) for operation in GUARDED for number in range(len(operation.spellings))]


def _accepted(operation: Operation) -> set[str]:
    names = [operation.policy, operation.earlier_policy or operation.policy]
    return {scope for name in names for scope in POLICIES[name].scopes}


@pytest.mark.parametrize("host", ["accounts", "gateway"])
@pytest.mark.parametrize(("operation", "spelling"), SPELLINGS, ids=operation_name)
def test_every_spelling_is_served_on_both_hosts_with_and_without_a_final_slash(
    call: Caller, sandbox: Sandbox, world: World, operation: Operation, spelling: int, host: str
) -> None:
    asked = line(operation, world, spelling)
    body = call.operation(operation, world).request.content
    for each in (asked, f"{asked}/"):
        sandbox.store.update("workflow", world["workflow_id"], isArchived=False)
        sandbox.log.clear()
        answer = call(each, content=body, headers={"Content-Type": "application/json"}, host=host)
        assert not answer.is_redirect
        assert answer.headers.get("content-type") != "text/html"
        assert sandbox.log.operations() == [operation.id]
        assert sandbox.log.entries()[0].host == host


@pytest.mark.parametrize("operation", GUARDED, ids=operation_name)
def test_a_good_call_succeeds(call: Caller, world: World, operation: Operation) -> None:
    answer = call.operation(operation, world)
    assert answer.is_success, answer.text


@pytest.mark.parametrize("operation", GUARDED, ids=operation_name)
def test_a_call_without_a_token_is_refused_before_its_body_is_read(
    call: Caller, sandbox: Sandbox, world: World, operation: Operation
) -> None:
    before = sandbox.snapshot()
    answer = call.operation(operation, world, token="", content=b"{not json")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert sandbox.snapshot() == before


@pytest.mark.parametrize("operation", GUARDED, ids=operation_name)
def test_an_expired_token_is_refused(call: Caller, sandbox: Sandbox, world: World, operation: Operation) -> None:
    expired = sandbox.tokens.issue(sandbox.client_id, sandbox.team, sorted(ALL_SCOPES), lifetime=-1)
    answer = call.operation(operation, world, token=expired)
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("operation", POLICED, ids=operation_name)
def test_a_token_without_any_scope_of_the_policy_is_refused_naming_them(
    call: Caller, sandbox: Sandbox, world: World, grant: Grant, operation: Operation
) -> None:
    weak = grant(sorted(ALL_SCOPES - _accepted(operation)), ["OWNER"])
    before = sandbox.snapshot()
    answer = call.operation(operation, world, token=weak)
    assert answer.status_code == 403
    assert set(answer.json()["needed"]) == _accepted(operation)
    assert all(scope in answer.json()["detail"] for scope in _accepted(operation))
    assert sandbox.snapshot() == before


@pytest.mark.parametrize("operation", POLICED, ids=operation_name)
def test_a_client_without_any_permission_of_the_policy_is_refused_naming_them(
    call: Caller, sandbox: Sandbox, world: World, grant: Grant, operation: Operation
) -> None:
    weak = grant(sorted(ALL_SCOPES), ["dataViewer"])
    before = sandbox.snapshot()
    answer = call.operation(operation, world, token=weak)
    assert answer.status_code == 403
    assert set(answer.json()["needed"]) == POLICIES[operation.policy].permissions
    assert sandbox.snapshot() == before


@pytest.mark.parametrize("operation", POLICED, ids=operation_name)
def test_each_scope_of_the_policy_suffices(call: Caller, world: World, grant: Grant, operation: Operation) -> None:
    for scope in sorted(_accepted(operation)):
        assert call.operation(operation, world, token=grant([scope], ["owner"])).status_code != 403


@pytest.mark.parametrize("operation", [each for each in GUARDED if each.policy == ANY_TOKEN], ids=operation_name)
def test_an_open_call_needs_no_scope_and_no_permission(
    call: Caller, world: World, grant: Grant, operation: Operation
) -> None:
    assert call.operation(operation, world, token=grant([], [])).is_success


@pytest.mark.parametrize("operation", WITH_ID, ids=operation_name)
def test_an_unknown_id_is_not_found(call: Caller, sandbox: Sandbox, world: World, operation: Operation) -> None:
    before = sandbox.snapshot()
    example = call.operation(operation, world).request.content
    sandbox.restore(before)
    unknown = dict.fromkeys(world, "nobody")
    answer = call(line(operation, unknown), content=example, headers={"Content-Type": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "nobody" in answer.json()["detail"]
    assert sandbox.snapshot() == before


@pytest.mark.parametrize("body", [b"", b"{", b"nonsense", b"17", b'"text"', b"null", b"[[]]", b'{"a": NaN}', b"\xff"])
@pytest.mark.parametrize("operation", WITH_BODY, ids=operation_name)
def test_a_body_that_does_not_fit_is_refused_and_changes_nothing(
    call: Caller, sandbox: Sandbox, world: World, operation: Operation, body: bytes
) -> None:
    before = sandbox.snapshot()
    answer = call.operation(operation, world, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["title"] == "Bad Request"
    assert answer.json()["detail"]
    assert sandbox.snapshot() == before


@pytest.mark.parametrize("operation", WITH_BODY, ids=operation_name)
def test_a_body_without_a_content_type_is_taken_as_json(call: Caller, world: World, operation: Operation) -> None:
    good = call.operation(operation, world).request.content
    again = call.operation(operation, world, content=good)
    assert again.status_code in {200, 409}


def test_a_fault_of_the_sandbox_itself_is_answered_in_json(
    call: Caller, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sandbox.store, "all", lambda _: 1 // 0)
    answer = call("GET /api/team/user", headers={"Connection": "close"})
    assert (answer.status_code, answer.json()["title"]) == (500, "Internal Server Error")
    monkeypatch.undo()
    assert call("GET /api/team/user").is_success


def test_every_call_that_takes_json_has_a_good_example_and_so_is_tried_with_bad_ones(sandbox: Sandbox) -> None:
    paths = sandbox.app.openapi()["paths"]
    described = {call["operationId"]: call for methods in paths.values() for call in methods.values()}
    takes = {
        name
        for name, call in described.items()
        if "application/json" in call.get("requestBody", {"content": ()})["content"]
    }
    assert takes == {operation.id for operation in WITH_BODY}


def test_every_call_is_guarded_but_those_that_lead_to_a_token() -> None:
    assert {each.id for each in OPERATIONS} - {each.id for each in GUARDED} == {"request-token", "get-keys"}


def test_every_route_shows_its_operation_and_policy_in_the_documentation(call: Caller) -> None:
    paths = call("GET /openapi.json").json()["paths"]
    shown = {route["operationId"]: route["x-policy"] for methods in paths.values() for route in methods.values()}
    assert shown == {operation.id: operation.policy for operation in OPERATIONS}


def test_the_enumeration_of_routes_holds_every_operation_and_both_forms_of_each_path() -> None:
    assert set(routes().values()) == {operation.id for operation in OPERATIONS}
    assert routes()["POST", "/teamsettings/v1/"] == routes()["POST", "/teamsettings/v1"] == "set-team-settings"
    assert len(OPERATIONS) == len({operation.id for operation in OPERATIONS})


@pytest.mark.parametrize("path", ["/nope", "/api", "/api/team/user/a/b/c", "/trigger/v1", "/%2e%2e/group"])
def test_an_unknown_path_is_not_found_in_json(call: Caller, path: str) -> None:
    answer = call(f"GET {path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("PATCH /api/team/user", "GET, POST"),
        ("DEL /trigger/v2/x", "DELETE, GET, PUT"),
        ("GET /connect/token", "POST"),
        ("GET /reporttemplates/v1/x", "DELETE"),
        ("PUT /workflows/v2", "GET, POST"),
        ("PUT /api/team/user/x/lock/", "POST"),
    ],
)
def test_another_method_on_a_known_path_is_refused_naming_the_allowed_ones(
    call: Caller, asked: str, allowed: str
) -> None:
    answer = call(asked)
    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.json()["title"] == "Method Not Allowed"
