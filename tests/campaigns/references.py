"""The runs that are broken: what the team was, what a colleague did to it, and what the manifests say then.

A reference run more is one entry more in ``REFERENCES``: a resource whose lines are simply gone from ``then``, or one
that is to be deleted, is written as a person would write it, and everything else follows from the undisturbed run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flowstate.sandbox.store import Store

Manifest = dict[str, Any]
DOMAIN: Final = "x.example"


def at(name: str) -> str:
    return f"{name}@{DOMAIN}"


@dataclass(frozen=True)
class Reference:
    """``before`` is applied undisturbed (None: a new team), ``meanwhile`` is done by hand, ``then`` is broken."""

    name: str
    before: Manifest | None
    then: Manifest
    meanwhile: Callable[[Store], None] = lambda _: None


def _person(name: str, *permissions: str) -> dict[str, Any]:
    return {"username": at(name), "name": name.capitalize(), "permissions": list(permissions)}


def _trigger(name: str, recipient: str, *groups: str) -> dict[str, Any]:
    return {
        "name": name,
        "triggerType": "Email",
        "triggerOptions": {"recipients": recipient, "sendCopyToUser": True},
        "workflows": ["Panel Repair"],
        "audience": {"groups": list(groups)},
        "reportTemplate": "Report",
    }


def _team() -> Manifest:
    return {
        "users": [
            _person("ada", "admin", "executor"),
            _person("bob", "executor", "dataViewer"),
            _person("cleo", "executor"),
        ],
        "groups": [
            {"name": "Crew", "members": [at("ada"), at("bob"), at("cleo")], "permissions": ["executor", "editor"]},
            {"name": "Office", "members": {"include": [at("ada")]}, "permissions": ["dataViewer"]},
        ],
        "reportTemplates": [{"name": "Report", "body": "<p>{{job}}</p>", "options": {"title": "Report"}}],
        "defaultReportTemplate": "Report",
        "workflows": [
            {"name": "Panel Repair", "tags": ["Panel"], "audience": {"groups": ["Crew", "Office"]}, "activeVersion": 2}
        ],
        "triggers": [_trigger("Tell the desk", "desk@x.example", "Crew", "Office")],
        "teamSettings": {"DisableJobRestart": True, "AutoDeviceSignOut": 20},
    }


def _one(manifest: Manifest, section: str, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in manifest[section] if key in {each.get("name"), each.get("username")})
    return found


def _edited_by_hand(store: Store) -> None:
    """A busy day in the dashboard."""
    bob, cleo = (store.find("user", username=at(name)) for name in ("bob", "cleo"))
    store.update("user", bob["userId"], name="Robert", permissions=bob["permissions"] | {"approver": True})
    store.update("user", cleo["userId"], permissions=cleo["permissions"] | {"executor": False})
    crew, office = (store.find("group", name=name) for name in ("Crew", "Office"))
    store.update("group", crew["id"], users=[bob["userId"]], permissions=crew["permissions"] | {"editor": False})
    store.update("group", office["id"], name="Headquarters")
    template = store.find("reportTemplate", name="Report")
    store.update("reportTemplate", template["reportTemplateId"], bodyContent="<p>by hand</p>", description="mine")
    trigger = store.find("trigger", name="Tell the desk")
    store.update("trigger", trigger["triggerId"], objectIds=[office["id"], bob["userId"]], disabled=True)
    flow = store.find("workflow", name="Panel Repair")
    store.update("workflow", flow["workflowId"], liveObjectIds=[crew["id"], cleo["userId"]])
    store.update("settings", "settings", DisableJobRestart=False)


def _after_removal() -> Manifest:
    """Ada, who is the admin, leaves and bob takes over; a trigger goes, and others get less."""
    manifest = _team()
    manifest["users"] = [_person("bob", "admin", "executor"), _person("cleo")]
    _one(manifest, "groups", "Crew").update(members=[at("cleo")], permissions=["executor"])
    _one(manifest, "groups", "Office")["members"] = {"include": [at("bob")], "exclude": [at("ada")]}
    _one(manifest, "workflows", "Panel Repair")["audience"] = {"groups": ["Office"]}
    manifest["triggers"] = [_trigger("Tell the desk", "desk@x.example", "Crew")]
    manifest["removed"] = [
        {"address": f"user/{at('ada')}", "then": "archive", "reason": "left"},
        {"address": f"user/{at('dora')}", "then": "archive", "reason": "left"},
        {"address": "trigger/Tell the workshop", "then": "archive"},
    ]
    return manifest


def _before_removal() -> Manifest:
    manifest = copy.deepcopy(_team())
    manifest["users"].append(_person("dora", "executor"))
    _one(manifest, "groups", "Crew")["members"].append(at("dora"))
    manifest["triggers"].append(_trigger("Tell the workshop", "workshop@x.example", "Crew"))
    return manifest


REFERENCES: Final[Mapping[str, Reference]] = {
    each.name: each
    for each in (
        Reference("bootstrap", None, _team()),
        Reference("drifted", _team(), _team(), _edited_by_hand),
        Reference("removal", _before_removal(), _after_removal()),
    )
}
