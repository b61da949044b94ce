"""Probes of chapter 13."""

from __future__ import annotations

from .behaving import Case, Stage, cases

NEW = {"username": "Bob@x.example", "emailAddress": "Bob@x.example", "name": "Bob"}
USER, PERMISSIONS = "/api/team/user/{user_id}", "/api/team/user/{user_id}/permissions"
GROUP = "/group/{group_id}"

_ALL = dict.fromkeys(("admin", "approver", "dataViewer", "editor", "executor", "modifier"), False)
_SEEN_USER, _SEEN_GROUP = ("dataViewer", "executor"), ("dataViewer", "editor", "modifier")
_HELD = {"dataViewer": True, "approver": True}


def _usernames(stage: Stage) -> object:
    return stage.statuses(("POST /api/team/user", NEW), ("POST /api/team/user", {**NEW, "username": "bOB@x.example"}))


def _username_form(stage: Stage) -> object:
    stage.call("POST /api/team/user", NEW)
    found = stage.read("GET /api/team/user")[-1]
    return found["username"], found["emailAddress"]


def _name_key(stage: Stage) -> object:
    return stage.statuses((f"PUT {USER}", {"Name": "A"}), (f"PUT {USER}", {"name": "B"}))


def _new_user_permissions(stage: Stage) -> object:
    made = stage.call("POST /api/team/user", NEW).json()["userId"]
    return stage.read(f"GET /api/team/user/{made}/permissions")


def _permissions_read(stage: Stage) -> object:
    held = {"dataViewer": True, "approver": True}
    stage.statuses((f"PUT {PERMISSIONS}", held), (f"PUT {GROUP}/permissions", held))
    return stage.read(f"GET {PERMISSIONS}"), stage.read(f"GET {GROUP}")["permissions"]


def _permissions_write(stage: Stage) -> object:
    for path in (PERMISSIONS, f"{GROUP}/permissions"):
        stage.statuses((f"PUT {path}", {"editor": True, "modifier": True}), (f"PUT {path}", {"editor": "false"}))
    return stage.read(f"GET {PERMISSIONS}"), stage.read(f"GET {GROUP}")["permissions"]


def _owner_permissions(stage: Stage) -> object:
    return stage.statuses((f"GET /api/team/user/{stage.owner}/permissions",), (f"GET {PERMISSIONS}",))


def admin_hierarchy(stage: Stage, permission: str = "Admin") -> list[int]:
    """What a client that is no owner gets to do to an admin, and whether it may make one."""
    stage.sandbox.store.update("client", stage.sandbox.client_id, permissions=[permission])
    admin = f"/api/team/user/{stage.owner}"
    return stage.statuses(
        (f"PUT {admin}", {"Name": "A"}),
        (f"PUT {admin}/permissions", {"executor": True, "admin": True}),
        (f"POST /api/team/{stage.owner}/lock",),
        (f"POST /api/team/{stage.owner}/unlock",),
        (f"POST /api/team/{stage.owner}/resetpassword",),
        (f"PUT {PERMISSIONS}", {"admin": True}),
        (f"PUT {GROUP}/permissions", {"admin": "true"}),
        (f"DELETE {admin}",),
        (f"PUT {PERMISSIONS}", {"executor": True}),
        (f"GET {PERMISSIONS}",),
    )


CASES: list[Case] = [
    *cases(
        "usernames",
        _usernames,
        {
            "nocase": ("usernames that differ only in case are the same", [200, 409]),
            "case": ("usernames that differ in case are two", [200, 200]),
        },
    ),
    *cases(
        "username-form",
        _username_form,
        {
            "verbatim": ("a username is kept as it was sent", ("Bob@x.example", "Bob@x.example")),
            "lowercased": (
                "a username is kept in lower case, the e-mail address is not",
                ("bob@x.example", "Bob@x.example"),
            ),
        },
    ),
    *cases(
        "name-key",
        _name_key,
        {
            "any": ("a person's name is taken as Name and as name", [200, 200]),
            "Name": ("a person's name is taken as Name only", [200, 400]),
        },
    ),
    *cases(
        "new-user-permissions",
        _new_user_permissions,
        {
            "none": ("a new user may do nothing", {}),
            "executor+dataViewer": ("a new user may execute and view", {"executor": True, "dataViewer": True}),
        },
    ),
    *cases(
        "permissions-read",
        _permissions_read,
        {
            "true-only": ("permissions that are true are shown", (_HELD, _HELD)),
            "all": ("all six permissions are shown", (_ALL | _HELD, _ALL | _HELD)),
            "seen": (
                "the permissions of the guide's examples are shown",
                tuple({key: (_ALL | _HELD)[key] for key in keys} for keys in (_SEEN_USER, _SEEN_GROUP)),
            ),
        },
    ),
    *cases(
        "permissions-write",
        _permissions_write,
        {
            "replace": ("a permission left out becomes false", ({}, {})),
            "merge": ("a permission left out stays", ({"modifier": True}, {"modifier": True})),
        },
    ),
    *cases(
        "owner-permissions",
        _owner_permissions,
        {
            "readable": ("the owner's permissions can be read", [200, 200]),
            "forbidden": ("the owner's permissions cannot be read, everybody else's can", [403, 200]),
        },
    ),
    *cases(
        "admin-hierarchy",
        admin_hierarchy,
        {
            "off": ("a client with ADMIN may do anything to admins", [200] * 10),
            "on": ("a client with ADMIN may neither change nor make admins", [403] * 8 + [200, 200]),
        },
    ),
]
