"""One sandbox for all tests of a run; each test finds the team as new."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Snapshot

from .calling import BLOCK, TEMPLATE, TRIGGER, Caller, World

Grant = Callable[..., str]


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client() as client:
        yield client


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture(scope="session")
def token(running: Sandbox, http: httpx.Client) -> str:
    form = {"grant_type": "client_credentials", "client_id": running.client_id, "client_secret": running.client_secret}
    granted: str = http.post(f"{running.accounts}/connect/token", data=form).json()["access_token"]
    return granted


@pytest.fixture
def call(http: httpx.Client, sandbox: Sandbox, token: str) -> Caller:
    return Caller(http, sandbox, token)


@pytest.fixture
def grant(sandbox: Sandbox, call: Caller) -> Grant:
    """A token with these scopes, of a new client with these permissions."""

    def granted(scopes: list[str], permissions: list[str]) -> str:
        made = call("POST /api/client", {"name": "Made", "scopes": scopes, "permissions": permissions})
        return sandbox.tokens.issue(made.json()["client"]["clientId"], sandbox.team, scopes)

    return granted


@pytest.fixture(scope="session")
def _furnished(running: Sandbox, http: httpx.Client, token: str) -> tuple[World, Snapshot]:
    running.reset()
    call = Caller(http, running, token)
    user = {"username": "ada@x.example", "emailAddress": "ada@x.example", "name": "Ada"}
    workflow = call("GET /workflows/v2").json()[0]
    upload = {"blockSize": len(BLOCK), "fileSize": len(BLOCK), "friendlyFileName": "Panel.wfp"}
    world = {
        "user_id": call("POST /api/team/user", user).json()["userId"],
        "group_id": call("POST /group", {"name": "Inspectors"}).json()["id"],
        "trigger_id": call("POST /trigger/v2", TRIGGER).json()["triggerId"],
        "report_template_id": call("POST /reporttemplates/v1/content", TEMPLATE).json()["reportTemplateId"],
        "upload_id": call("POST /workflows/v2/upload", upload).json()["id"],
        "setting_key": "EnableJobNaming",
        "workflow_id": workflow["workflowId"],
        "workflow_version_id": workflow["versions"][1]["versionId"],
    }
    call(f"PUT /group/{world['group_id']}/users", [world["user_id"]])
    block_range = {"Content-Range": f"bytes 0-{len(BLOCK) - 1}/{len(BLOCK)}"}
    call(f"POST /workflows/v2/upload/{world['upload_id']}", content=BLOCK, headers=block_range)
    return world, running.snapshot()


@pytest.fixture
def world(sandbox: Sandbox, _furnished: tuple[World, Snapshot]) -> World:
    """The ids of one object of each kind; the user is a member of the group."""
    ids, snapshot = _furnished
    sandbox.restore(snapshot)
    return ids
