"""Chapter 14: workflows, without files."""

from __future__ import annotations

from typing import Any

import pytest

from flowstate.sandbox.server import Sandbox

from .calling import Caller, World


def _one(world: World) -> str:
    return f"/workflows/v2/{world['workflow_id']}"


def _read(call: Caller, world: World) -> dict[str, Any]:
    found: dict[str, Any] = call(f"POST {_one(world)}").json()
    return found


def test_a_new_team_has_three_workflows_open_to_everybody(call: Caller, sandbox: Sandbox) -> None:
    found = call("GET /workflows/v2").json()
    assert [(each["name"], len(each["versions"])) for each in found] == [
        ("Panel Repair", 3),
        ("Site Inspection", 2),
        ("Tool Return", 1),
    ]
    for each in found:
        assert each["activeVersionId"] == each["versions"][0]["versionId"]
        assert [version["version"] for version in each["versions"]] == list(range(1, len(each["versions"]) + 1))
        assert (each["teamName"], each["liveObjectIds"], each["isArchived"]) == (sandbox.team, [], False)


def test_one_workflow_is_read_by_post_and_by_get_and_neither_changes_it(call: Caller, world: World) -> None:
    listed = call("GET /workflows/v2").json()[0]
    assert call(f"POST {_one(world)}").json() == call(f"GET {_one(world)}").json() == listed
    assert call("GET /workflows/v2").json()[0] == listed


def test_a_put_replaces_name_description_and_audience(call: Caller, world: World) -> None:
    audience = [world["user_id"], world["group_id"]]
    answer = call(f"PUT {_one(world)}", {"name": "Mend", "description": "How", "liveObjectIds": audience * 2})
    assert (answer.status_code, answer.content) == (200, b"")
    read = _read(call, world)
    assert (read["name"], read["description"], read["liveObjectIds"]) == ("Mend", "How", audience)
    call(f"PUT {_one(world)}", {"name": "Mend"})
    read = _read(call, world)
    assert (read["description"], read["liveObjectIds"]) == ("", [])


def test_tags_are_kept_and_never_shown_and_lost_by_a_put_without_them(
    call: Caller, sandbox: Sandbox, world: World
) -> None:
    call(f"PUT {_one(world)}", {"name": "Mend", "tags": ["Panel", "Repair"]})
    assert "tags" not in _read(call, world)
    assert "Repair" not in call("GET /workflows/v2").text.replace("Panel Repair", "")
    assert sandbox.store.find("workflow", name="Mend")["tags"] == ["Panel", "Repair"]
    call(f"PUT {_one(world)}", {"name": "Mend"})
    assert sandbox.store.find("workflow", name="Mend")["tags"] == []


def test_no_audience_may_be_written_as_null(call: Caller, world: World) -> None:
    call(f"PUT {_one(world)}", {"name": "Mend", "liveObjectIds": [world["user_id"]]})
    assert call(f"PUT {_one(world)}", {"name": "Mend", "liveObjectIds": None}).status_code == 200
    assert _read(call, world)["liveObjectIds"] == []


def test_an_audience_of_somebody_unknown_is_refused_naming_the_id(call: Caller, world: World) -> None:
    before = _read(call, world)
    answer = call(f"PUT {_one(world)}", {"name": "Mend", "liveObjectIds": [world["user_id"], "nobody"]})
    assert answer.status_code == 400
    assert "liveObjectIds: unknown ids nobody" in answer.json()["detail"]
    assert _read(call, world) == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", None),
        ("name", ""),
        ("name", 1),
        ("description", None),
        ("tags", "Panel"),
        ("tags", [1]),
        ("liveObjectIds", "x"),
        ("liveObjectIds", [None]),
    ],
)
def test_a_field_of_the_wrong_type_is_refused_by_name(call: Caller, world: World, field: str, value: object) -> None:
    before = _read(call, world)
    answer = call(f"PUT {_one(world)}", {"name": "Mend", field: value})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"].startswith(field)
    assert _read(call, world) == before


def test_a_version_is_activated_by_its_id_alone(call: Caller, world: World) -> None:
    for _ in range(2):
        assert call(f"POST /workflows/v2/{world['workflow_version_id']}/activate").content == b""
        assert _read(call, world)["activeVersionId"] == world["workflow_version_id"]


def test_a_deleted_version_stays_listed_as_archived_and_cannot_be_activated(call: Caller, world: World) -> None:
    version = world["workflow_version_id"]
    assert call(f"DELETE {_one(world)}/{version}").status_code == 200
    assert [each["isArchived"] for each in _read(call, world)["versions"]] == [False, True, False]
    assert call(f"POST /workflows/v2/{version}/activate").status_code == 409
    assert call(f"DELETE {_one(world)}/{version}").status_code == 404


def test_the_active_version_cannot_be_deleted(call: Caller, world: World) -> None:
    active = _read(call, world)["activeVersionId"]
    assert call(f"DELETE {_one(world)}/{active}").status_code == 409


def test_a_version_is_deleted_through_its_own_workflow_only(call: Caller, world: World) -> None:
    other = call("GET /workflows/v2").json()[1]["workflowId"]
    assert call(f"DELETE /workflows/v2/{other}/{world['workflow_version_id']}").status_code == 404


def test_a_deleted_workflow_leaves_the_list_and_stays_readable_by_id(call: Caller, world: World) -> None:
    assert call(f"DELETE {_one(world)}").status_code == 200
    assert world["workflow_id"] not in call("GET /workflows/v2").text
    assert _read(call, world)["isArchived"] is True
    assert call(f"POST /workflows/v2/{world['workflow_version_id']}/activate").status_code == 409


@pytest.mark.parametrize("line", ["PUT {}", "DELETE {}", "DELETE {}/{version}"])
def test_a_deleted_workflow_cannot_be_written(call: Caller, world: World, line: str) -> None:
    call(f"DELETE {_one(world)}")
    assert call(line.format(_one(world), version=world["workflow_version_id"]), {"name": "x"}).status_code == 404
