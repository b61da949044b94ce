"""Probes of chapter 12."""

from __future__ import annotations

from typing import Any

from .behaving import Case, Stage, cases
from .calling import TRIGGER

ALL, ONE, BACK = "/trigger/v2", "/trigger/v2/{trigger_id}", "/trigger/v2/unarchive/{trigger_id}"
FULL = {**TRIGGER, "description": "Long", "templateTags": ["Panel"], "pdfRequirement": "FullImages"}


def _one(stage: Stage) -> Any:
    return stage.sandbox.store.find("trigger", triggerId=stage.world["trigger_id"])


def _one_as_list(stage: Stage) -> object:
    return type(stage.read(f"GET {ONE}")).__name__


def _trigger_create(stage: Stage) -> object:
    made = stage.call(f"POST {ALL}", FULL).json()
    assert (made["name"], made["triggerType"], made["disabled"]) == ("Mail", "Email", True)
    return made["description"], made["templateTags"], made["pdfRequirement"]


def _trigger_put(stage: Stage) -> object:
    stage.statuses((f"PUT {ONE}", FULL), (f"PUT {ONE}", {"name": "Post", "triggerType": "Email"}))
    found = _one(stage)
    return found["name"], found["description"], found["templateTags"], found["disabled"]


def _archived_triggers(stage: Stage) -> object:
    stage.statuses((f"DELETE {ONE}",))
    listed, read = len(stage.read(f"GET {ALL}")), stage.statuses((f"GET {ONE}",))
    stage.statuses((f"PUT {BACK}",))
    assert len(stage.read(f"GET {ALL}")) == 1
    return listed, read


def _archived_trigger_put(stage: Stage) -> object:
    stage.statuses((f"DELETE {ONE}",))
    return stage.statuses((f"PUT {ONE}", FULL), (f"PUT {BACK}",), (f"PUT {ONE}", FULL))


def _unarchive(stage: Stage) -> object:
    seen = []
    for disabled in (True, False):
        stage.statuses((f"PUT {ONE}", {**TRIGGER, "disabled": disabled}), (f"DELETE {ONE}",), (f"PUT {BACK}",))
        assert _one(stage)["archived"] is False
        seen.append(_one(stage)["disabled"])
    return seen


def _trigger_refs(stage: Stage) -> object:
    """One bad name of each sort; then all that is there; then what was there when the trigger was last written."""
    world = stage.world
    good = {
        "objectIds": [world["user_id"], world["group_id"]],
        "templateIds": [world["workflow_id"]],
        "reportTemplateId": world["report_template_id"],
    }
    bad: list[dict[str, Any]] = [{"objectIds": ["x"]}, {"templateIds": ["x"]}, {"reportTemplateId": "x"}]
    seen = stage.statuses(*((line, {**TRIGGER, **each}) for each in bad for line in (f"POST {ALL}", f"PUT {ONE}")))
    stage.sandbox.store.update("trigger", world["trigger_id"], objectIds=["gone"], reportTemplateId="gone")
    kept = {**TRIGGER, "objectIds": ["gone"], "reportTemplateId": "gone"}
    return seen, stage.statuses((f"PUT {ONE}", kept), (f"PUT {ONE}", {**TRIGGER, **good}), (f"PUT {ONE}", TRIGGER))


CASES: list[Case] = [
    *cases(
        "one-as-list",
        _one_as_list,
        {
            "list": ("one trigger is answered as a list of one", "list"),
            "object": ("one trigger is answered as itself", "dict"),
        },
    ),
    *cases(
        "trigger-create",
        _trigger_create,
        {
            "full": ("a creation takes every field", ("Long", ["Panel"], "FullImages")),
            "minimal": ("a creation takes name, type and disabled only", (None, [], "NotRequired")),
        },
    ),
    *cases(
        "trigger-put",
        _trigger_put,
        {
            "replace": ("a field left out of an update takes its default", ("Post", None, [], False)),
            "merge": ("a field left out of an update stays", ("Post", "Long", ["Panel"], True)),
        },
    ),
    *cases(
        "archived-triggers",
        _archived_triggers,
        {
            "listed": ("an archived trigger is listed", (1, [200])),
            "hidden": ("an archived trigger is not listed and can be read by id", (0, [200])),
            "gone": ("an archived trigger is not read at all, but comes back", (0, [404])),
        },
    ),
    *cases(
        "archived-trigger-put",
        _archived_trigger_put,
        {
            "ok": ("an archived trigger can be written", [200, 200, 200]),
            "refuse": ("an archived trigger cannot be written until it is unarchived", [409, 200, 200]),
        },
    ),
    *cases(
        "unarchive",
        _unarchive,
        {
            "keeps": ("an unarchived trigger is enabled or disabled as it was", [True, False]),
            "enables": ("an unarchived trigger is always enabled", [False, False]),
            "disables": ("an unarchived trigger is always disabled", [True, True]),
        },
    ),
    *cases(
        "trigger-refs",
        _trigger_refs,
        {
            "unchecked": ("a trigger may name anything", ([200] * 6, [200] * 3)),
            "checked": ("a trigger may name what is there or what it named before", ([400] * 6, [200] * 3)),
        },
    ),
]
