"""Probes of chapter 5."""

from __future__ import annotations

from typing import Any

from .behaving import Case, Stage, cases
from .calling import TRIGGER

GROUP, USER = "/group/{group_id}", "/api/team/user/{user_id}"

_GROUP_CALLS = (
    ("GET", ""),
    ("POST", ""),
    ("GET", "/x"),
    ("PUT", "/x"),
    ("DELETE", "/x"),
    ("PUT", "/x/permissions"),
    ("PUT", "/x/users"),
    ("DELETE", "/x/users"),
)
_EVERYWHERE = {f"{method} {path}" for method, path in _GROUP_CALLS}


def _group_routes(stage: Stage) -> object:
    """Where an answer has a body, as a server has none for what it does not serve."""
    return {
        (host, prefix): served
        for host in ("accounts", "gateway")
        for prefix in ("/group", "/api/group")
        if (served := {f"{m} {p}" for m, p in _GROUP_CALLS if stage.call(f"{m} {prefix}{p}", host=host).content})
    }


def _group_names(stage: Stage) -> object:
    named = {"name": "INSPECTORS"}
    other = stage.call("POST /group", {"name": "Others"}).json()["id"]
    return stage.statuses(("POST /group", named), (f"PUT /group/{other}", named))


def _locked_members(stage: Stage) -> object:
    user = stage.world["user_id"]
    stage.sandbox.store.update("group", stage.world["group_id"], users=[])
    stage.sandbox.store.update("user", user, locked=True)
    return stage.statuses((f"PUT {GROUP}/users", [user]), (f"DELETE {GROUP}/users", [user]))


def _unknown_members(stage: Stage) -> object:
    added = stage.statuses((f"PUT {GROUP}/users", [stage.owner, "nobody"]))
    there = len(stage.read(f"GET {GROUP}")["users"])
    removed = stage.statuses((f"DELETE {GROUP}/users", [stage.world["user_id"], "nobody"]))
    return added, there, removed, len(stage.read(f"GET {GROUP}")["users"])


def _deleted_refs(stage: Stage) -> object:
    user = stage.world["user_id"]
    stage.statuses(
        ("PUT /workflows/v2/{workflow_id}", {"name": "W", "liveObjectIds": [user]}),
        ("PUT /trigger/v2/{trigger_id}", {**TRIGGER, "objectIds": [user]}),
        (f"DELETE {USER}",),
    )
    audience: dict[str, Any] = stage.read("GET /workflows/v2/{workflow_id}")
    objects = stage.read("GET /trigger/v2/{trigger_id}")[0]["objectIds"]
    return [user in ids for ids in (stage.read(f"GET {GROUP}")["users"], audience["liveObjectIds"], objects)]


CASES: list[Case] = [
    *cases(
        "group-routes",
        _group_routes,
        {
            "any": (
                "every spelling is served on both hosts",
                {(host, path): _EVERYWHERE for host in ("accounts", "gateway") for path in ("/group", "/api/group")},
            ),
            "guide": (
                "each call is served where the guide has it, and nowhere else",
                {
                    ("accounts", "/api/group"): {"GET ", "DELETE /x"},
                    ("gateway", "/group"): {"POST ", "GET /x"},
                    ("gateway", "/api/group"): {"PUT /x", "PUT /x/permissions", "PUT /x/users", "DELETE /x/users"},
                },
            ),
            "accounts": (
                "each call is served on accounts /api/group, and nowhere else",
                {("accounts", "/api/group"): _EVERYWHERE},
            ),
        },
    ),
    *cases(
        "group-names",
        _group_names,
        {
            "nocase": ("group names are unique without regard to case", [409, 409]),
            "free": ("group names may repeat", [200, 200]),
        },
    ),
    *cases(
        "locked-members",
        _locked_members,
        {
            "allow": ("a locked user can become a member", [200, 200]),
            "refuse": ("a locked user cannot become a member and can be removed", [409, 200]),
        },
    ),
    *cases(
        "unknown-members",
        _unknown_members,
        {
            "refuse": ("an unknown member refuses the call", ([400], 1, [400], 1)),
            "ignore": ("an unknown member is left aside", ([200], 2, [200], 1)),
        },
    ),
    *cases(
        "deleted-refs",
        _deleted_refs,
        {
            "removed": ("a deleted user is named nowhere any more", [False, False, False]),
            "dangling": ("a deleted user's id stays in members, audiences and triggers", [True, True, True]),
        },
    ),
]
