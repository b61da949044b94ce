"""Chapter 13: users."""

from __future__ import annotations

import re
from typing import Any

import pytest

from flowstate.sandbox.server import Sandbox

from .calling import Caller, World

NEW = {"username": "Bob@x.example", "emailAddress": "bob@x.example", "name": "Bob"}


def test_a_new_team_has_its_owner_who_reads_as_admin(call: Caller) -> None:
    (owner,) = call("GET /api/team/user").json()
    assert owner.keys() == {"userId", "username", "emailAddress", "name", "created", "locked"}
    assert (owner["username"], owner["name"], owner["locked"]) == ("owner@solarenergy.example", "Olivia Owner", False)
    assert call(f"GET /api/team/user/{owner['userId']}/permissions").json() == {"admin": True}


def test_a_new_user_is_answered_with_a_password_once(call: Caller) -> None:
    made = call("POST /api/team/user", NEW).json()
    assert made["password"]
    assert (made["teamName"], made["mode"], made["username"]) == ("solarenergy", 0, "Bob@x.example")
    assert re.fullmatch(r"[\dT:-]+\.\d{7}Z", made["created"])
    read = call(f"GET /api/team/user/{made['userId']}").json()
    assert read == {key: value for key, value in made.items() if key not in {"password", "teamName", "mode"}}
    assert made["password"] not in call("GET /api/team/user").text


def test_a_new_user_has_no_permissions(call: Caller) -> None:
    made = call("POST /api/team/user", NEW).json()
    assert call(f"GET /api/team/user/{made['userId']}/permissions").json() == {}


def test_users_are_listed_in_the_order_of_their_creation(call: Caller) -> None:
    names = [f"u{number}@x.example" for number in range(20)]
    for name in names:
        call("POST /api/team/user", {**NEW, "username": name})
    assert [user["username"] for user in call("GET /api/team/user").json()][1:] == names


def test_a_username_is_unique_without_regard_to_case(call: Caller) -> None:
    call("POST /api/team/user", NEW)
    answer = call("POST /api/team/user", {**NEW, "username": "bOB@X.example"})
    assert answer.status_code == 409
    assert len(call("GET /api/team/user").json()) == 2


@pytest.mark.parametrize("field", ["username", "emailAddress", "name"])
@pytest.mark.parametrize("value", [None, 7, True, "", ["a"]])
def test_a_user_needs_all_three_texts(call: Caller, field: str, value: object) -> None:
    answer = call("POST /api/team/user", {**NEW, field: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.parametrize("field", ["username", "emailAddress", "name"])
def test_a_missing_field_of_a_user_is_named(call: Caller, field: str) -> None:
    answer = call("POST /api/team/user", {key: value for key, value in NEW.items() if key != field})
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"{field}: ")


@pytest.mark.parametrize("key", ["Name", "name"])
def test_a_rename_takes_either_case_of_its_key_and_changes_nothing_else(call: Caller, world: World, key: str) -> None:
    one = f"/api/team/user/{world['user_id']}"
    before = call(f"GET {one}").json()
    answer = call(f"PUT {one}", {key: "Countess", "username": "x", "emailAddress": "y", "locked": True})
    assert (answer.status_code, answer.content) == (200, b"")
    assert call(f"GET {one}").json() == {**before, "name": "Countess"}


def test_a_locked_user_stays_listed(call: Caller, world: World) -> None:
    for _ in range(2):
        assert call(f"POST /api/team/{world['user_id']}/lock").status_code == 200
    assert [user["locked"] for user in call("GET /api/team/user").json()] == [False, True]


def test_a_locked_user_keeps_memberships_and_can_be_unlocked(call: Caller, world: World) -> None:
    call(f"POST /api/team/{world['user_id']}/lock")
    assert call(f"GET /group/{world['group_id']}").json()["users"] == [world["user_id"]]
    for _ in range(2):
        assert call(f"POST /api/team/{world['user_id']}/unlock").status_code == 200
    assert call(f"GET /api/team/user/{world['user_id']}").json()["locked"] is False


def test_a_locked_user_can_become_a_member(call: Caller, sandbox: Sandbox, world: World) -> None:
    sandbox.store.update("group", world["group_id"], users=[])
    call(f"POST /api/team/{world['user_id']}/lock")
    assert call(f"PUT /group/{world['group_id']}/users", [world["user_id"]]).status_code == 200


def test_a_reset_gives_another_password_each_time_and_keeps_none(call: Caller, sandbox: Sandbox, world: World) -> None:
    answers = [call(f"POST /api/team/{world['user_id']}/resetpassword").json() for _ in range(2)]
    assert answers[0] != answers[1]
    assert all(answer["password"] not in str(sandbox.snapshot()) for answer in answers)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"admin": True, "dataViewer": True}, {"admin": True, "dataViewer": True}),
        ({"executor": "true", "approver": "TRUE", "editor": "False"}, {"executor": True, "approver": True}),
        ({"modifier": True, "unheardOf": "maybe"}, {"modifier": True}),
        ({}, {}),
    ],
)
def test_permissions_are_replaced_and_only_true_ones_are_shown(
    call: Caller, world: World, sent: dict[str, Any], read: dict[str, bool]
) -> None:
    path = f"/api/team/user/{world['user_id']}/permissions"
    call(f"PUT {path}", {"dataViewer": True, "editor": True})
    assert call(f"PUT {path}", sent).content == b""
    assert call(f"GET {path}").json() == read


@pytest.mark.parametrize("value", [None, 1, 0, "yes", "", [], "1"])
def test_a_permission_that_is_no_boolean_is_refused(call: Caller, world: World, value: object) -> None:
    path = f"/api/team/user/{world['user_id']}/permissions"
    call(f"PUT {path}", {"editor": True})
    answer = call(f"PUT {path}", {"admin": value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "admin"
    assert call(f"GET {path}").json() == {"editor": True}


def test_a_python_literal_is_not_json(call: Caller, world: World) -> None:
    answer = call(f"PUT /api/team/user/{world['user_id']}/permissions", content=b'{"admin": False}')
    assert answer.status_code == 400


def test_a_deleted_user_leaves_groups_audiences_and_triggers(call: Caller, world: World) -> None:
    user, owner = world["user_id"], call("GET /api/team/user").json()[0]["userId"]
    call(f"PUT /workflows/v2/{world['workflow_id']}", {"name": "W", "liveObjectIds": [owner, user]})
    call(f"PUT /trigger/v2/{world['trigger_id']}", {"name": "T", "triggerType": "Email", "objectIds": [user, "other"]})
    assert call(f"DELETE /api/team/user/{user}").status_code == 200
    assert call(f"GET /group/{world['group_id']}").json()["users"] == []
    assert call(f"GET /workflows/v2/{world['workflow_id']}").json()["liveObjectIds"] == [owner]
    assert call(f"GET /trigger/v2/{world['trigger_id']}").json()[0]["objectIds"] == ["other"]
    assert call(f"GET /api/team/user/{user}").status_code == 404
    assert call(f"DELETE /api/team/user/{user}").status_code == 404


def test_a_username_is_free_again_after_deletion(call: Caller) -> None:
    first = call("POST /api/team/user", NEW).json()["userId"]
    call(f"DELETE /api/team/user/{first}")
    assert call("POST /api/team/user", NEW).json()["userId"] != first
