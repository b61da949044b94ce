"""Probes of chapter 14."""

from __future__ import annotations

from .behaving import Case, Stage, cases
from .calling import TRIGGER

ALL, ONE = "/workflows/v2", "/workflows/v2/{workflow_id}"


def _workflow_get(stage: Stage) -> object:
    return stage.statuses((f"GET {ONE}",), (f"POST {ONE}",))


def _workflow_put(stage: Stage) -> object:
    full = {"name": "A", "description": "Long", "tags": ["a"], "liveObjectIds": [stage.world["user_id"]]}
    stage.statuses((f"PUT {ONE}", full), (f"PUT {ONE}", {"name": "B"}))
    found = stage.sandbox.store.find("workflow", name="B")
    return found["description"], found["tags"], len(found["liveObjectIds"])


def _workflow_delete(stage: Stage) -> object:
    """While a trigger names it, and afterwards; then what the list and reads show."""
    stage.statuses(("PUT /trigger/v2/{trigger_id}", {**TRIGGER, "templateIds": [stage.world["workflow_id"]]}))
    refused = stage.statuses((f"DELETE {ONE}",)) == [409]
    stage.statuses(("DELETE /trigger/v2/{trigger_id}",), (f"DELETE {ONE}",))
    listed = [
        each["isArchived"] for each in stage.read(f"GET {ALL}") if each["workflowId"] == stage.world["workflow_id"]
    ]
    return refused, listed, stage.statuses((f"GET {ONE}",))


def _audience_none(stage: Stage) -> object:
    everybody = stage.read(f"GET {ONE}")["liveObjectIds"], stage.read(f"GET {ALL}")[0]["liveObjectIds"]
    stage.statuses((f"PUT {ONE}", {"name": "A", "liveObjectIds": [stage.world["user_id"]]}))
    return everybody, len(stage.read(f"GET {ONE}")["liveObjectIds"])


def _audience_refs(stage: Stage) -> object:
    unknown = stage.statuses((f"PUT {ONE}", {"name": "A", "liveObjectIds": ["x"]}))
    stage.sandbox.store.update("workflow", stage.world["workflow_id"], liveObjectIds=["gone"])
    return unknown, stage.statuses((f"PUT {ONE}", {"name": "A", "liveObjectIds": ["gone", stage.world["user_id"]]}))


def _activate_archived(stage: Stage) -> object:
    return stage.statuses((f"DELETE {ONE}/{{workflow_version_id}}",), (f"POST {ALL}/{{workflow_version_id}}/activate",))


CASES: list[Case] = [
    *cases(
        "workflow-get",
        _workflow_get,
        {
            "both": ("one workflow is read by GET and by POST", [200, 200]),
            "post": ("one workflow is read by POST only", [405, 200]),
            "get": ("one workflow is read by GET only", [200, 405]),
        },
    ),
    *cases(
        "workflow-put",
        _workflow_put,
        {
            "replace": ("a field left out of an update takes its default", ("", [], 0)),
            "merge": ("a field left out of an update stays", ("Long", ["a"], 1)),
        },
    ),
    *cases(
        "workflow-delete",
        _workflow_delete,
        {
            "hidden": ("a deleted workflow leaves the list and can be read", (False, [], [200])),
            "listed": ("a deleted workflow is listed as archived", (False, [True], [200])),
            "hard": ("a deleted workflow is gone", (False, [], [404])),
            "refused-in-use": ("a workflow in use is not deleted", (True, [], [200])),
        },
    ),
    *cases(
        "audience-none",
        _audience_none,
        {
            "list": ("an audience of everybody is an empty list", (([], []), 1)),
            "null": ("an audience of everybody is null", ((None, None), 1)),
        },
    ),
    *cases(
        "audience-refs",
        _audience_refs,
        {
            "checked": ("an audience may name who is there or whom it named before", ([400], [200])),
            "unchecked": ("an audience may name anybody", ([200], [200])),
        },
    ),
    *cases(
        "activate-archived",
        _activate_archived,
        {
            "refuse": ("an archived version cannot be activated", [200, 409]),
            "ok": ("an archived version can be activated", [200, 200]),
        },
    ),
]
