"""The provider as a whole: found by name, operations under known policies, kinds by file name, readable errors."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from pydantic.alias_generators import to_camel

from flowstate.errors import BrokenError, ForbiddenError, NotFoundError, SettingsError
from flowstate.model import Kind
from flowstate.operations import Form, Operation, OperationClass
from flowstate.providers import load, names
from flowstate.providers.onsight_flow.policies import ANY, POLICIES

from .bench import KINDS, FakeApi

FLOW = load("onsight-flow")
BY_NAME = {operation.name: operation for operation in FLOW.operations}


def test_a_provider_is_loaded_by_its_name() -> None:
    assert "onsight-flow" in names()
    assert FLOW.name == "onsight-flow"
    assert load("onsight-flow") is FLOW
    assert set(FLOW.hosts) == {"accounts", "gateway"} == {f.host for op in FLOW.operations for f in op.forms}


def test_an_unknown_provider_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError) as near:
        load("onsigth-flow")
    assert near.value.problems[0].hint == "Did you mean 'onsight-flow'?"
    with pytest.raises(SettingsError) as far:
        load("zzz")
    assert "onsight-flow" in far.value.problems[0].hint


def test_kinds_are_called_as_their_files() -> None:
    assert len(KINDS) == 7
    for name, kind in KINDS.items():
        assert name == to_camel(type(kind).__module__.rpartition(".")[2])


def test_sections_are_not_shared() -> None:
    assert len({kind.section for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_verbs_declare_operations_of_the_table(kind: Kind) -> None:
    used = {operation for operations in kind.uses.values() for operation in operations}
    assert used <= set(FLOW.operations)
    assert {"list", "one", "update"} <= kind.uses.keys()
    assert ("detail" in kind.uses) == bool(kind.detailed)


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_reading_verbs_only_read_and_creation_creates_once(kind: Kind) -> None:
    for verb, operations in kind.uses.items():
        classes = [operation.kind for operation in operations]
        if verb in {"list", "one", "detail"}:
            assert set(classes) == {OperationClass.READ}
        if verb == "create":
            assert classes.count(OperationClass.CREATE) == 1


@pytest.mark.parametrize("operation", FLOW.operations, ids=lambda operation: operation.name)
def test_every_operation_has_a_known_policy(operation: Operation) -> None:
    assert operation.policy == ANY or operation.policy in POLICIES


def test_operations_have_their_own_names_and_chapters() -> None:
    assert len(BY_NAME) == len(FLOW.operations) == len({operation.chapter for operation in FLOW.operations}) == 45


def test_the_method_does_not_tell_the_class() -> None:
    assert (BY_NAME["get-workflow"].method, BY_NAME["get-workflow"].kind) == ("POST", OperationClass.READ)
    assert (BY_NAME["set-team-settings"].method, BY_NAME["set-team-settings"].kind) == ("POST", OperationClass.SET)
    removal = BY_NAME["remove-users-from-group"]
    assert (removal.method, removal.kind) == ("DELETE", OperationClass.SET)
    assert not any(op.kind is not OperationClass.READ for op in FLOW.operations if op.method == "GET")


def test_only_two_answers_hold_a_secret_and_only_one_call_is_never_repeated() -> None:
    assert {op.name for op in FLOW.operations if op.secret} == {"create-user", "reset-user-password"}
    assert [op.name for op in FLOW.operations if not op.resend] == ["unset-default-report-template"]


def test_group_calls_are_tried_on_accounts_first() -> None:
    assert BY_NAME["get-group"].forms == (Form("accounts", "/api/group/{id}"), Form("gateway", "/group/{id}"))
    assert BY_NAME["delete-group"].forms == (Form("accounts", "/api/group/{id}"),)


REFUSED = ForbiddenError("get-workflows", "no", status=403)
COLLECTIONS = {"collections": [{"teamName": "solar"}]}


def team_of(answers: dict[str, Any]) -> str | None:
    async def ask() -> str | None:
        return await FLOW.team(FakeApi(answers))

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("workflows", "collections", "team"),
    [
        ([{"teamName": "wind"}], COLLECTIONS, "wind"),
        ([], COLLECTIONS, "solar"),
        ([{"teamName": None}], COLLECTIONS, "solar"),
        (REFUSED, COLLECTIONS, "solar"),
        ([], {"collections": []}, None),
        (REFUSED, NotFoundError("get-collections", "no", status=404), None),
        ([], {"collections": None}, None),
    ],
)
def test_the_team_is_that_of_any_workflow_else_of_any_collection(workflows: Any, collections: Any, team: Any) -> None:
    assert team_of({"get-workflows": workflows, "get-collections": collections}) == team


def test_a_failing_service_does_not_pass_for_a_team_without_name() -> None:
    with pytest.raises(BrokenError):
        team_of({"get-workflows": BrokenError("get-workflows", "no", status=500)})


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "No such group"}, "No such group"),
        ({"error": "invalid_scope", "error_description": "Unknown scope"}, "invalid_scope: Unknown scope"),
        ({"type": "about:blank", "title": "Conflict", "status": 409, "detail": "Taken."}, "Conflict: Taken."),
        ({"title": "Invalid", "errors": {"Name": ["is required", "is short"]}}, "Invalid: is required: is short"),
        ({"errors": [{"message": "one"}, "two"]}, "one: two"),
        ({"error": {"message": "deep"}}, "deep"),
        (["one"], "one"),
        ({"code": 7}, '{"code": 7}'),
    ],
)
def test_the_words_of_json_errors_are_found(body: Any, words: str) -> None:
    assert FLOW.read_error(BY_NAME["create-group"], 400, json.dumps(body).encode())[0] == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"  plain \n words ", "plain words"),
        (b"<!DOCTYPE html><html><head><title>502 &amp; out\n</title>", "502 & out"),
        (b"<html><title></title></html>", "an HTML page"),
        (b"<html><body>x</body></html>", "an HTML page"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"x" * 900, "x" * 499 + "\u2026"),
        (b"refused: Bearer abcdefghijklmnop", "refused: Bearer [redacted]"),
        (b"[" * 200_000, "[" * 499 + "\u2026"),
    ],
)
def test_other_bodies_are_cut_to_something_readable(body: bytes, words: str) -> None:
    assert FLOW.read_error(BY_NAME["create-group"], 500, body) == (words, "")


@pytest.mark.parametrize(
    ("operation", "status", "parts"),
    [
        ("update-workflow-metadata", 403, ["Workflow_Modify", "workflow.modify or workflow.admin", "EDITOR"]),
        ("get-user-permissions", 403, ["team.admin", "trigger.admin"]),
        ("update-user-permissions", 403, ["team.admin", "trigger.admin", "OWNER"]),
        ("update-group-name", 403, ["team.admin"]),
        ("get-users", 403, ["every token"]),
        ("get-users", 401, ["secret"]),
    ],
)
def test_refusals_say_what_is_missing(operation: str, status: int, parts: list[str]) -> None:
    hint = FLOW.read_error(BY_NAME[operation], status, b"")[1]
    assert [part for part in parts if part not in hint] == []


def test_the_token_call_needs_no_policy_to_be_explained() -> None:
    token = Operation("request-token", OperationClass.AUTH, "POST", (FLOW.token,), "", "2.3.4")
    assert FLOW.read_error(token, 403, b'{"error": "invalid_client"}') == ("invalid_client", "")
