"""What was asked can be read, without anything secret."""

from __future__ import annotations

import httpx

from flowstate.sandbox.log import Entry
from flowstate.sandbox.server import Sandbox

from .calling import Caller


def test_the_log_names_method_host_path_status_and_operation(
    call: Caller, sandbox: Sandbox, http: httpx.Client
) -> None:
    call("GET /api/team/user/?verbose=1")
    call("POST /group", {"name": ""}, host="gateway")
    call("GET /nope")
    assert http.get(f"{sandbox.gateway}/_sandbox/log").json() == [
        {
            "n": 1,
            "method": "GET",
            "host": "accounts",
            "path": "/api/team/user/",
            "status": 200,
            "operation": "get-users",
        },
        {"n": 2, "method": "POST", "host": "gateway", "path": "/group", "status": 400, "operation": "create-group"},
        {"n": 3, "method": "GET", "host": "accounts", "path": "/nope", "status": 404, "operation": None},
    ]


def test_the_log_is_the_same_in_python(call: Caller, sandbox: Sandbox) -> None:
    call("GET /group")
    call("PATCH /group")
    assert sandbox.log.entries()[0] == Entry(1, "GET", "accounts", "/group", 200, "get-all-groups")
    assert sandbox.log.operations() == ["get-all-groups"]


def test_the_log_can_be_emptied_and_needs_no_token(call: Caller, sandbox: Sandbox, http: httpx.Client) -> None:
    call("GET /group")
    assert http.delete(f"{sandbox.accounts}/_sandbox/log").status_code == 200
    assert http.get(f"{sandbox.accounts}/_sandbox/log").json() == []


def test_no_secret_is_in_the_log(call: Caller, sandbox: Sandbox, http: httpx.Client, token: str) -> None:
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    http.post(f"{sandbox.accounts}/connect/token?key={token}", data=form)
    call(f"GET /group?key={token}")
    seen = http.get(f"{sandbox.accounts}/_sandbox/log").text
    assert "request-token" in seen
    assert not any(secret in seen for secret in (sandbox.client_secret, token, "key="))


def test_the_sandbox_says_that_it_is_well(sandbox: Sandbox, http: httpx.Client) -> None:
    for host in (sandbox.accounts, sandbox.gateway):
        assert http.get(f"{host}/_sandbox/health").json() == {"status": "ok"}
