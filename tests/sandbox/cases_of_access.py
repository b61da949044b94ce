"""Probes of chapter 2, and of what bodies are read as JSON."""

from __future__ import annotations

import base64
import json

import httpx

from flowstate.sandbox.policies import SCOPE_BASE

from .behaving import Case, Stage, cases

USER, PERMISSIONS = "/api/team/user/{user_id}", "/api/team/user/{user_id}/permissions"

# One of each sort that the guide has: 13.9, 6.12, 9.8, 10.8, 14.3.
UNFIT = (
    (f"PUT {PERMISSIONS}", b"{'admin': False, 'executor': True}".replace(b"'", b'"')),
    (f"PUT {USER}", b'{"Name": "Ada, not True", "tags": [1, 2,],\n}'),
    (
        "POST /reporttemplates/v1/content",
        b'{"name": "R", "headerContent": "<b>\n", "bodyContent": "a,\r\n}", "options": {}}',
    ),
    ("POST /group", b'{\n  "name": "Fitters","\n  "more": 1\n}'),
    ("PUT /workflows/v2/{workflow_id}", b'{\n  "name": "W",\n  liveObjectIds": [],\n  tags: ["a: b"]\n}'),
)


def _lenient_json(stage: Stage) -> object:
    lines = [(line.format(**stage.world), body) for line, body in UNFIT]
    seen = [stage.call(line, content=body).status_code for line, body in lines]
    assert stage.call("POST /group", content=b'{"name": ').status_code == 400
    return seen, stage.read(f"GET {USER}")["name"]


def _user_policy(stage: Stage) -> object:
    line = f"GET {PERMISSIONS}".format(**stage.world)
    return [stage.call(line, token=stage.token(scope)).status_code for scope in ("trigger.admin", "team.admin")]


def _open_calls(stage: Stage) -> object:
    line = "PUT /api/group/{group_id}".format(**stage.world)
    return [stage.call(line, {"name": "X"}, token=stage.token(s)).status_code for s in ("reports.read", "team.admin")]


def _ask(stage: Stage, scope: str) -> httpx.Response:
    sandbox = stage.sandbox
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    return stage.http.post(f"{sandbox.accounts}/connect/token", data={**form, "scope": scope})


def _scope_slashes(stage: Stage) -> object:
    """A scope that the guide prints with two slashes, spelled both ways, then one that it prints with one."""
    team, read = (SCOPE_BASE + name for name in ("team.admin", "trigger.read"))
    asked = [team, team.replace("/auth/", "/auth//"), read, read.replace("/auth/", "/auth//")]
    answers = [_ask(stage, scope) for scope in asked]
    good = next(answer for answer in answers[:2] if answer.is_success).json()["access_token"]
    (shown,) = json.loads(base64.urlsafe_b64decode(good.split(".")[1] + "=="))["scope"]
    assert stage.call("POST /group", {"name": "Fitters"}, token=good).is_success
    return [answer.json().get("error", "") for answer in answers], shown.removeprefix("https://")


_NO = "invalid_scope"
_SINGLE, _DOUBLE = (f"www.flow.librestream.com/auth{slashes}team.admin" for slashes in ("/", "//"))

CASES: list[Case] = [
    *cases(
        "lenient-json",
        _lenient_json,
        {
            "off": ("what is not JSON is refused", ([400] * 5, "Ada")),
            "on": ("the guide's examples that are not JSON are read", ([200] * 5, "Ada, not True")),
        },
    ),
    *cases(
        "user-policy",
        _user_policy,
        {
            "either": ("users are administered with trigger.admin or team.admin", [200, 200]),
            "guide": ("users are administered with trigger.admin", [200, 403]),
            "earlier": ("users are administered with team.admin", [403, 200]),
        },
    ),
    *cases(
        "open-calls",
        _open_calls,
        {
            "documented": ("any token renames groups", [200, 200]),
            "guarded": ("only team.admin renames groups", [403, 200]),
        },
    ),
    *cases(
        "scope-slashes",
        _scope_slashes,
        {
            "any": ("scopes are asked for in any spelling", (["", "", "", ""], _SINGLE)),
            "single": ("scopes are asked for with single slashes", (["", _NO, "", _NO], _SINGLE)),
            "double": ("scopes printed with two slashes are asked for so", ([_NO, "", "", ""], _DOUBLE)),
        },
    ),
]
