"""Chapter 12: triggers."""

from __future__ import annotations

from typing import Any

import pytest

from .calling import TRIGGER, Caller, World

FULL = {
    "name": "Mail the supervisor",
    "description": "After each repair",
    "templateTags": ["Panel"],
    "objectIds": ["someone"],
    "templateIds": ["some workflow"],
    "triggerType": "Email",
    "triggerOptions": {"recipients": "a@x.example", "sendCopyToUser": "true"},
    "reportTemplateId": "some template",
    "pdfRequirement": "FullImages",
    "disabled": True,
}
DEFAULTS: dict[str, Any] = {
    "description": None,
    "templateTags": [],
    "objectIds": [],
    "templateIds": [],
    "triggerOptions": {},
    "reportTemplateId": None,
    "pdfRequirement": "NotRequired",
    "disabled": False,
}


def _chosen(trigger: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in trigger.items() if key not in {"triggerId", "created", "updated", "archived"}}


def test_a_minimal_trigger_gets_the_documented_defaults(call: Caller) -> None:
    made = call("POST /trigger/v2", {"name": "Mail", "triggerType": "Email"}).json()
    assert _chosen(made) == {"name": "Mail", "triggerType": "Email", **DEFAULTS}
    assert made["archived"] is False
    assert made["triggerId"]


def test_creation_takes_every_field_and_checks_no_id(call: Caller) -> None:
    made = call("POST /trigger/v2", FULL).json()
    assert _chosen(made) == FULL
    assert call("GET /trigger/v2").json() == [made]


def test_one_trigger_is_answered_as_a_list_of_one(call: Caller, world: World) -> None:
    (trigger,) = call(f"GET /trigger/v2/{world['trigger_id']}").json()
    assert trigger["triggerId"] == world["trigger_id"]


def test_two_triggers_may_have_one_name(call: Caller) -> None:
    assert all(call("POST /trigger/v2", TRIGGER).is_success for _ in range(2))


def test_a_put_replaces_what_was_there(call: Caller, world: World) -> None:
    path = f"/trigger/v2/{world['trigger_id']}"
    call(f"PUT {path}", FULL)
    assert _chosen(call(f"GET {path}").json()[0]) == FULL
    answer = call(f"PUT {path}", {"name": "Mail", "triggerType": "Email"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert _chosen(call(f"GET {path}").json()[0]) == {"name": "Mail", "triggerType": "Email", **DEFAULTS}


def test_what_the_server_sets_is_ignored_in_a_body(call: Caller, world: World) -> None:
    path = f"/trigger/v2/{world['trigger_id']}"
    before = call(f"GET {path}").json()[0]
    call(f"PUT {path}", {**TRIGGER, "triggerId": "x", "created": "x", "archived": True, "mood": "good"})
    after = call(f"GET {path}").json()[0]
    assert {**after, "updated": None} == {**before, "updated": None}


def test_an_archived_trigger_stays_listed_and_comes_back_as_it_was(call: Caller, world: World) -> None:
    path = f"/trigger/v2/{world['trigger_id']}"
    for line, archived in (("DELETE " + path, True), (f"PUT /trigger/v2/unarchive/{world['trigger_id']}", False)):
        for _ in range(2):
            assert call(line).status_code == 200
        (trigger,) = call("GET /trigger/v2").json()
        assert (trigger["archived"], trigger["disabled"]) == (archived, True)


def test_an_archived_trigger_can_be_written_and_stays_archived(call: Caller, world: World) -> None:
    path = f"/trigger/v2/{world['trigger_id']}"
    call(f"DELETE {path}")
    assert call(f"PUT {path}", FULL).status_code == 200
    (trigger,) = call(f"GET {path}").json()
    assert (trigger["name"], trigger["archived"]) == (FULL["name"], True)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("name", None, "name"),
        ("name", "", "name"),
        ("triggerType", None, "triggerType"),
        ("triggerType", 1, "triggerType"),
        ("description", 7, "description"),
        ("templateTags", "Panel", "templateTags"),
        ("templateTags", None, "templateTags"),
        ("objectIds", [1], "objectIds.0"),
        ("templateIds", {}, "templateIds"),
        ("triggerOptions", {"sendCopyToUser": True}, "triggerOptions.sendCopyToUser"),
        ("triggerOptions", [], "triggerOptions"),
        ("reportTemplateId", 1, "reportTemplateId"),
        ("pdfRequirement", None, "pdfRequirement"),
        ("disabled", "false", "disabled"),
        ("disabled", 0, "disabled"),
    ],
)
@pytest.mark.parametrize("line", ["POST /trigger/v2", "PUT /trigger/v2/{trigger_id}"])
def test_a_field_of_the_wrong_type_is_refused_by_name(
    call: Caller, world: World, line: str, field: str, value: object, named: str
) -> None:
    before = call("GET /trigger/v2").json()
    answer = call(line.format(**world), {**FULL, field: value})
    assert answer.status_code == 400
    assert named in answer.json()["detail"]
    assert call("GET /trigger/v2").json() == before


@pytest.mark.parametrize("field", ["name", "triggerType"])
def test_a_trigger_needs_a_name_and_a_type(call: Caller, field: str) -> None:
    answer = call("POST /trigger/v2", {key: value for key, value in FULL.items() if key != field})
    assert answer.json()["errors"] == [{"field": field, "message": "Field required"}]
