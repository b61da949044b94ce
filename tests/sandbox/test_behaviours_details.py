"""What single behaviours mean where a row of a table does not say enough."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from flowstate.sandbox.server import Sandbox

from .calling import TEMPLATE, TRIGGER, Caller, World

LISTS = {
    "GET /api/team/user": "user",
    "GET /group": "group",
    "GET /reporttemplates/v1": "reportTemplate",
    "GET /reporttemplates/v1/names": "reportTemplate",
    "GET /trigger/v2": "trigger",
    "GET /workflows/v2": "workflow",
}


@pytest.mark.parametrize(("line", "kind"), LISTS.items())
def test_every_list_lags_and_is_shuffled(call: Caller, sandbox: Sandbox, world: World, line: str, kind: Any) -> None:
    (first, *_), key = sandbox.store.items(kind), f"{kind}Id"
    bodies = [{**first[1], key if key in first[1] else "id": str(number)} for number in range(20)]
    sandbox.set("list-lag", "2s")
    before = call(line).json()
    sandbox.store.write((kind, str(number), body) for number, body in enumerate(bodies))
    assert len(call(line).json()) == len(before)
    sandbox.clock.move(2.1)
    listed = call(line).json()
    assert len(listed) == len(before) + 20
    sandbox.set("list-order", "shuffled")
    shuffled = call(line).json()
    assert [_id(each) for each in shuffled] != [_id(each) for each in listed]
    assert {_id(each) for each in shuffled} == {_id(each) for each in listed}


def _id(shown: dict[str, Any]) -> Any:
    return next(value for key, value in shown.items() if key in {"id", "userId"} or key.endswith(("eId", "rId", "wId")))


def test_a_new_team_is_listed_at_once_however_lists_lag(http: httpx.Client) -> None:
    with Sandbox(profile="hostile") as other:
        token = other.tokens.issue(other.client_id, other.team, [])
        users = http.get(f"{other.accounts}/api/team/user", headers={"Authorization": f"Bearer {token}"})
        assert len(users.json()) == 1


def test_a_lagging_list_shows_what_was_changed_and_deleted_as_it_was(
    call: Caller, sandbox: Sandbox, world: World
) -> None:
    sandbox.clock.move(5)
    sandbox.set("list-lag", "2s")
    group, other = f"/group/{world['group_id']}", call("POST /group", {"name": "Others"}).json()["id"]
    sandbox.clock.move(5)
    call(f"PUT {group}", {"name": "Renamed"})
    call(f"PUT {group}", {"name": "Renamed again"})
    call(f"DELETE /group/{other}")
    assert (call(f"GET {group}").json()["name"], call(f"GET /group/{other}").status_code) == ("Renamed again", 404)
    assert [each["name"] for each in call("GET /group").json()] == ["Inspectors", "Others"]
    sandbox.clock.move(2.1)
    assert [each["name"] for each in call("GET /group").json()] == ["Renamed again"]


@pytest.mark.parametrize(
    ("value", "asked", "host", "status", "allow"),
    [
        ("guide", "GET /group", "accounts", 404, None),
        ("guide", "GET /group", "gateway", 405, "POST"),
        ("guide", "POST /api/group", "accounts", 405, "GET"),
        ("guide", "DELETE /api/group/x", "gateway", 405, "PUT"),
        ("guide", "PUT /group/x/users", "gateway", 404, None),
        ("accounts", "GET /group/x", "accounts", 404, None),
        ("accounts", "GET /api/group", "gateway", 404, None),
    ],
)
def test_a_group_call_in_the_wrong_place_is_refused_without_a_body(
    call: Caller, sandbox: Sandbox, value: str, asked: str, host: str, status: int, allow: str | None
) -> None:
    sandbox.set("group-routes", value)
    answer = call(asked, host=host, token="")
    assert (answer.status_code, answer.content, answer.headers.get("allow")) == (status, b"", allow)
    assert sandbox.log.operations() == []


def test_the_other_verb_of_a_workflow_is_refused_naming_the_right_one(
    call: Caller, sandbox: Sandbox, world: World
) -> None:
    sandbox.set("workflow-get", "post")
    answer = call(f"GET /workflows/v2/{world['workflow_id']}")
    assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, POST, PUT")


WRITES: dict[str, Any] = {
    "PUT /api/group/{group_id}/permissions": {},
    "PUT /api/group/{group_id}/users": [],
    "DELETE /api/group/{group_id}/users": [],
    "DELETE /api/group/{group_id}": None,
    "PUT /reporttemplates/v1/content/{report_template_id}": TEMPLATE,
    "PUT /reporttemplates/v1/metadata/{report_template_id}": {},
    "PUT /reporttemplates/v1/default/{report_template_id}": None,
    "DELETE /reporttemplates/v1/{report_template_id}": None,
    "POST /teamsettings/v1": {},
    "POST /teamsettings/v1/defaults": None,
    "PUT /trigger/v2/{trigger_id}": TRIGGER,
    "DELETE /trigger/v2/{trigger_id}": None,
    "PUT /trigger/v2/unarchive/{trigger_id}": None,
    "POST /api/team/{user_id}/lock": None,
    "POST /api/team/{user_id}/unlock": None,
    "PUT /api/team/user/{user_id}/permissions": {},
    "DELETE /api/team/user/{user_id}": None,
    "PUT /workflows/v2/{workflow_id}": {"name": "W"},
    "POST /workflows/v2/{workflow_version_id}/activate": None,
    "DELETE /workflows/v2/{workflow_id}/{workflow_version_id}": None,
    "DELETE /workflows/v2/{workflow_id}": None,
}


@pytest.mark.parametrize(("line", "body"), WRITES.items(), ids=str)
def test_a_write_can_be_answered_with_the_object_that_was_written(
    call: Caller, sandbox: Sandbox, world: World, line: str, body: Any
) -> None:
    sandbox.set("write-answer", "object")
    shown = call(line.format(**world), body).json()
    assert "DefaultTimezone" in shown or set(world.values()) & {str(value) for value in shown.values()}


def test_a_stored_setting_takes_any_value_that_can_be_sent_back(call: Caller, sandbox: Sandbox) -> None:
    sandbox.set("settings-unknown", "store")
    sandbox.set("settings-post", "deep")
    for mood in ({"a": 1}, {"b": None}, "good", {}, [1.5]):
        assert call("POST /teamsettings/v1", {"Mood": mood}).status_code == 200
    assert call("GET /teamsettings/v1").json()["Mood"] == [1.5]
    assert call("POST /teamsettings/v1", content=b'{"Mood": 1e999}').status_code == 400


def test_html_in_a_refusal_is_escaped(call: Caller, sandbox: Sandbox) -> None:
    sandbox.set("error-body", "html")
    assert "<script>" not in call("GET /trigger/v2/<script>").text


def test_the_token_call_keeps_to_the_words_of_oauth(call: Caller, sandbox: Sandbox) -> None:
    sandbox.set("error-body", "none")
    assert call("POST /connect/token").json()["error"] == "invalid_request"


def test_a_refusal_of_the_hierarchy_says_what_is_missing(call: Caller, sandbox: Sandbox, world: World) -> None:
    sandbox.set("admin-hierarchy", "on")
    sandbox.store.update("client", sandbox.client_id, permissions=["ADMIN"])
    answer = call(f"PUT /api/team/user/{world['user_id']}/permissions", {"admin": True})
    assert (answer.status_code, answer.json()["missing"], answer.json()["needed"]) == (403, "permission", ["OWNER"])
    assert "grant admin" in answer.json()["detail"]


def test_a_separate_default_outlives_the_settings(call: Caller, sandbox: Sandbox, world: World) -> None:
    sandbox.set("default-setting", "separate")
    call(f"PUT /reporttemplates/v1/default/{world['report_template_id']}")
    call("POST /teamsettings/v1/defaults")
    assert call("GET /reporttemplates/v1/default").json()["reportTemplateId"] == world["report_template_id"]
    call(f"DELETE /reporttemplates/v1/{world['report_template_id']}")
    assert call("GET /reporttemplates/v1/default").status_code == 204


def test_a_creation_without_an_answer_is_found_in_the_list(call: Caller, sandbox: Sandbox) -> None:
    sandbox.set("create-answer", "empty")
    for line, body in (("/trigger/v2", TRIGGER), ("/reporttemplates/v1/content", TEMPLATE)):
        assert call(f"POST {line}", body).content == b""
        assert call(f"GET {line.removesuffix('/content')}").json()[0]["name"] == body["name"]
