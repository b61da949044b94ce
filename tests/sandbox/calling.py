"""Calls as a client would make them, and one good example of every operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx

from flowstate.sandbox.chapters import CHAPTERS
from flowstate.sandbox.operations import Operation
from flowstate.sandbox.policies import NO_TOKEN, SCOPE_BASE
from flowstate.sandbox.server import Sandbox

World = dict[str, str]

OPERATIONS = [operation for chapter in CHAPTERS for operation in chapter.operations]
GUARDED = [operation for operation in OPERATIONS if operation.policy != NO_TOKEN]

TEMPLATE = {"name": "Report", "headerContent": "<b>Top</b>", "bodyContent": "<p>Body</p>", "options": {"title": "T"}}
BLOCK = b"wfp!"
TRIGGER = {"name": "Mail", "triggerType": "Email", "disabled": True}

_BODIES: dict[str, Callable[[World], Any]] = {
    "create-client": lambda _: {"name": "Robot", "scopes": [SCOPE_BASE + "team.admin"], "permissions": ["admin"]},
    "create-group": lambda _: {"name": "Fitters"},
    "update-group-name": lambda _: {"name": "Fitters"},
    "update-group-permissions": lambda _: {"editor": "true", "approver": "false"},
    "add-users-to-group": lambda world: [world["user_id"]],
    "remove-users-from-group": lambda world: [world["user_id"]],
    "create-report-template": lambda _: TEMPLATE,
    "update-report-template": lambda _: TEMPLATE,
    "update-report-template-metadata": lambda _: {"owner": "qa"},
    "set-team-settings": lambda _: {"EnableJobNaming": True},
    "create-trigger": lambda _: TRIGGER,
    "update-trigger": lambda _: TRIGGER,
    "create-user": lambda _: {"username": "new@x.example", "emailAddress": "new@x.example", "name": "New"},
    "update-user": lambda _: {"Name": "Renamed"},
    "update-user-permissions": lambda _: {"admin": False, "executor": True},
    "create-workflow-upload-session": lambda _: {"blockSize": 4, "fileSize": 8, "friendlyFileName": "Panel.wfp"},
    "finalize-workflow-upload": lambda world: {"uploadId": world["upload_id"], "name": "Panel"},
    "update-workflow-metadata": lambda world: {"name": "Mend", "tags": ["a"], "liveObjectIds": [world["group_id"]]},
}
WITH_BODY = [operation for operation in GUARDED if operation.id in _BODIES]
WITH_ID = [operation for operation in GUARDED if "{" in operation.spellings[0].path]


def operation_name(value: object) -> str | None:
    """A readable id for a parametrised test."""
    return value.id if isinstance(value, Operation) else None


class Caller:
    """``call("GET /api/team/user")``, with the token of a client that may do everything unless told otherwise."""

    def __init__(self, http: httpx.Client, sandbox: Sandbox, token: str) -> None:
        self._http = http
        self._sandbox = sandbox
        self._token = token

    def __call__(
        self,
        line: str,
        json: Any = None,
        *,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        host: str = "accounts",
        token: str | None = None,
    ) -> httpx.Response:
        method, path = line.split(" ", 1)
        every = {"Authorization": f"Bearer {self._token if token is None else token}", **(headers or {})}
        if token == "":
            del every["Authorization"]
        if json is None:
            return self._http.request(method, getattr(self._sandbox, host) + path, content=content, headers=every)
        return self._http.request(method, getattr(self._sandbox, host) + path, json=json, headers=every)

    def operation(self, operation: Operation, world: World, **options: Any) -> httpx.Response:
        """The good example of an operation, in its documented spelling, with other options where given."""
        if operation.id == "upload-workflow-block":
            options = {"content": BLOCK, "headers": {"Content-Range": "bytes 0-3/4"}} | options
        if operation.id in _BODIES and "content" not in options:
            options.setdefault("json", _BODIES[operation.id](world))
        return self(line(operation, world), **options)


def line(operation: Operation, world: Mapping[str, str], spelling: int = 0) -> str:
    where = operation.spellings[spelling]
    return f"{where.method} {where.path.format(**world)}"
