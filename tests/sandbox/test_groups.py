"""Chapter 5: groups."""

from __future__ import annotations

import pytest

from flowstate.sandbox.server import Sandbox

from .calling import Caller, World


def test_a_new_team_has_no_groups(call: Caller) -> None:
    assert call("GET /api/group").json() == []


def test_the_id_of_a_group_has_one_name_in_lists_and_another_in_details(call: Caller) -> None:
    made = call("POST /group", {"name": "Panel Fitters"}).json()
    assert made.keys() == {"id", "name"}
    assert call("GET /api/group").json() == [made]
    details = call(f"GET /group/{made['id']}").json()
    assert details.keys() == {"groupId", "teamName", "name", "lowercaseName", "created", "users", "permissions"}
    assert details["groupId"] == made["id"]
    assert details["lowercaseName"] == "panel fitters"
    assert (details["users"], details["permissions"]) == ([], {})


def test_the_team_is_spelled_differently_in_group_details(call: Caller, sandbox: Sandbox, world: World) -> None:
    shown = call(f"GET /group/{world['group_id']}").json()["teamName"]
    assert shown != sandbox.team
    assert shown.lower() == sandbox.team


def test_a_group_name_is_unique_without_regard_to_case(call: Caller, world: World) -> None:
    assert call("POST /group", {"name": "INSPECTORS"}).status_code == 409
    other = call("POST /group", {"name": "Others"}).json()["id"]
    assert call(f"PUT /api/group/{other}", {"name": "inspectors"}).status_code == 409
    assert [group["name"] for group in call("GET /api/group").json()] == ["Inspectors", "Others"]


def test_a_rename_answers_the_group_and_may_change_the_case_of_its_own_name(call: Caller, world: World) -> None:
    renamed = call(f"PUT /api/group/{world['group_id']}", {"name": "INSPECTORS"})
    assert renamed.json() == {"id": world["group_id"], "name": "INSPECTORS"}
    assert call(f"GET /group/{world['group_id']}").json()["users"] == [world["user_id"]]


def test_permissions_of_a_group_take_text_and_are_read_as_booleans(call: Caller, world: World) -> None:
    path = f"/api/group/{world['group_id']}"
    call(f"PUT {path}/permissions", {"editor": True})
    answer = call(f"PUT {path}/permissions", {"dataViewer": "true", "modifier": "false", "executor": "True"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert call(f"GET {path}").json()["permissions"] == {"dataViewer": True, "executor": True}


def test_members_are_added_to_those_there_and_never_twice(call: Caller, world: World) -> None:
    owner = call("GET /api/team/user").json()[0]["userId"]
    path = f"/api/group/{world['group_id']}"
    for _ in range(2):
        assert call(f"PUT {path}/users", [owner, owner]).content == b""
    assert call(f"GET {path}").json()["users"] == [world["user_id"], owner]


def test_members_are_removed_by_a_delete_with_a_body(call: Caller, world: World) -> None:
    owner = call("GET /api/team/user").json()[0]["userId"]
    path = f"/api/group/{world['group_id']}"
    assert call(f"DELETE {path}/users", [owner, world["user_id"]]).status_code == 200
    assert call(f"GET {path}").json()["users"] == []


def test_a_removal_of_members_without_a_body_is_refused(call: Caller, world: World) -> None:
    path = f"/api/group/{world['group_id']}"
    assert call(f"DELETE {path}/users").status_code == 400
    assert call(f"GET {path}").json()["users"] == [world["user_id"]]


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
@pytest.mark.parametrize("extra", ["nobody", 7, None])
def test_one_unknown_member_refuses_the_whole_list(call: Caller, world: World, method: str, extra: object) -> None:
    owner = call("GET /api/team/user").json()[0]["userId"]
    path = f"/api/group/{world['group_id']}"
    assert call(f"{method} {path}/users", [owner, world["user_id"], extra]).status_code == 400
    assert call(f"GET {path}").json()["users"] == [world["user_id"]]


def test_a_member_whom_nobody_knows_any_more_can_be_removed(call: Caller, sandbox: Sandbox, world: World) -> None:
    sandbox.store.update("group", world["group_id"], users=["gone"])
    assert call(f"DELETE /group/{world['group_id']}/users", ["gone"]).status_code == 200
    assert call(f"GET /group/{world['group_id']}").json()["users"] == []


def test_a_deleted_group_leaves_audiences_and_triggers(call: Caller, world: World) -> None:
    group = world["group_id"]
    call(f"PUT /workflows/v2/{world['workflow_id']}", {"name": "W", "liveObjectIds": [group, world["user_id"]]})
    call(f"PUT /trigger/v2/{world['trigger_id']}", {"name": "T", "triggerType": "Email", "objectIds": [group]})
    assert call(f"DELETE /api/group/{group}").status_code == 200
    assert call(f"GET /workflows/v2/{world['workflow_id']}").json()["liveObjectIds"] == [world["user_id"]]
    assert call(f"GET /trigger/v2/{world['trigger_id']}").json()[0]["objectIds"] == []
    assert call(f"GET /group/{group}").status_code == 404


def test_what_a_colleague_does_in_the_dashboard_is_seen_at_once(call: Caller, sandbox: Sandbox, world: World) -> None:
    sandbox.store.update("group", world["group_id"], name="Renamed by hand")
    assert call("GET /group").json()[0]["name"] == "Renamed by hand"
