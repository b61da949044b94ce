"""The routes of the sandbox itself: clock, tokens, snapshots, counts, and who may call them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from flowstate.sandbox.clock import Clock
from flowstate.sandbox.log import Log
from flowstate.sandbox.server import Sandbox

from .calling import TEMPLATE, Caller, World
from .conftest import Grant

NEW = {"username": "new@x.example", "emailAddress": "new@x.example", "name": "New"}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(re.sub(r"\.\d+", "", text))


@pytest.fixture
def own() -> Iterator[Sandbox]:
    """For tests that spoil the token of all others."""
    with Sandbox() as sandbox:
        yield sandbox


def _token(sandbox: Sandbox, http: httpx.Client) -> Any:
    form = {"grant_type": "client_credentials", "client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
    return http.post(f"{sandbox.accounts}/connect/token", data=form).json()


def _users(sandbox: Sandbox, http: httpx.Client, token: str) -> int:
    return http.get(f"{sandbox.accounts}/api/team/user", headers={"Authorization": f"Bearer {token}"}).status_code


def test_the_clock_moves_on_and_back_and_is_read_in_both_forms(call: Caller, sandbox: Sandbox) -> None:
    assert call("GET /_sandbox/clock").json()["offset"] == 0
    assert call("POST /_sandbox/clock/move", {"seconds": 90}).json()["offset"] == 90
    assert call("POST /_sandbox/clock/move", {"seconds": -30}).json()["offset"] == 60
    assert call("PUT /_sandbox/clock", {"offset": 86_400}).json()["offset"] == 86_400
    shown = _moment(call("GET /_sandbox/clock").json()["now"])
    assert timedelta(hours=23) < shown - datetime.now(shown.tzinfo) <= timedelta(days=1)
    assert sandbox.clock.now() == pytest.approx(time.time() + 86_400, abs=5)


def test_what_is_created_bears_the_time_of_the_moved_clock(call: Caller, sandbox: Sandbox, world: World) -> None:
    before = _moment(call(f"GET /trigger/v2/{world['trigger_id']}").json()[0]["created"])
    sandbox.clock.move(1800)
    later = before + timedelta(minutes=30)
    call(f"PUT /trigger/v2/{world['trigger_id']}", {"name": "Mail", "triggerType": "Email"})
    assert _moment(call(f"GET /trigger/v2/{world['trigger_id']}").json()[0]["updated"]) >= later
    user = call("POST /api/team/user", NEW).json()
    assert _moment(user["created"]) >= later


def test_each_sandbox_has_a_clock_of_its_own(call: Caller, own: Sandbox, http: httpx.Client) -> None:
    own.clock.move(1_000_000)
    assert http.get(f"{own.accounts}/_sandbox/clock").json()["offset"] == 1_000_000
    created = _moment(call("POST /api/team/user", NEW).json()["created"])
    assert abs(created - datetime.now(created.tzinfo)) < timedelta(minutes=1)


def test_a_reset_brings_real_time_back(sandbox: Sandbox) -> None:
    sandbox.clock.move(10)
    sandbox.reset()
    assert sandbox.clock.offset == 0


@pytest.mark.parametrize(
    ("line", "body", "field"),
    [
        ("PUT /_sandbox/clock", {}, "offset"),
        ("PUT /_sandbox/clock", {"offset": "1"}, "offset"),
        ("PUT /_sandbox/clock", {"offset": 1e300}, "offset"),
        ("PUT /_sandbox/clock", {"offset": -1e11}, "offset"),
        ("PUT /_sandbox/clock", {"seconds": 1}, "offset"),
        ("POST /_sandbox/clock/move", {"seconds": None}, "seconds"),
        ("POST /_sandbox/clock/move", {"seconds": 9e99}, "seconds"),
        ("PUT /_sandbox/tokens", {"lifetime": 0}, "lifetime"),
        ("PUT /_sandbox/tokens", {"lifetime": 1.5}, "lifetime"),
        ("PUT /_sandbox/tokens", {"life": 1}, "life"),
        ("POST /_sandbox/tokens/revoke", {"clientId": "nobody"}, "clientId"),
        ("POST /_sandbox/tokens/revoke", {"clientId": 1}, "clientId"),
        ("POST /_sandbox/tokens/revoke", {"client": "x"}, "client"),
    ],
)
def test_an_order_that_cannot_be_is_refused_by_field_and_changes_nothing(
    call: Caller, sandbox: Sandbox, line: str, body: Any, field: str
) -> None:
    answer = call(line, body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert field in answer.json()["detail"]
    assert (sandbox.clock.offset, sandbox.tokens.lifetime) == (0, 3600)
    assert call("GET /group").is_success


@pytest.mark.parametrize("line", ["PUT /_sandbox/clock", "POST /_sandbox/clock/move", "POST /_sandbox/faults"])
@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"NaN", b'{"offset": NaN}', b"[" * 100_000])
def test_an_order_that_is_no_json_is_refused(call: Caller, line: str, content: bytes) -> None:
    assert call(line, content=content, headers={"Content-Type": "application/json"}).status_code == 400
    assert call(line, content=content, headers={"Content-Type": "text/plain"}).status_code == 400


def test_a_clock_outside_of_all_dates_is_refused_in_python() -> None:
    with pytest.raises(ValueError, match="1970"):
        Clock().move(-1e10)


def test_tokens_live_as_long_as_they_were_told_to(call: Caller, sandbox: Sandbox, http: httpx.Client) -> None:
    assert call("GET /_sandbox/tokens").json() == {"lifetime": 3600}
    assert call("PUT /_sandbox/tokens", {"lifetime": 60}).json() == {"lifetime": 60}
    granted = _token(sandbox, http)
    assert granted["expires_in"] == 60
    assert _users(sandbox, http, granted["access_token"]) == 200
    sandbox.clock.move(61)
    assert _users(sandbox, http, granted["access_token"]) == 401
    assert _users(sandbox, http, _token(sandbox, http)["access_token"]) == 200


def test_all_tokens_can_be_revoked_and_new_ones_are_good(own: Sandbox, http: httpx.Client) -> None:
    old = _token(own, http)["access_token"]
    assert _users(own, http, old) == 200
    assert http.post(f"{own.accounts}/_sandbox/tokens/revoke").is_success
    assert _users(own, http, old) == 401
    assert _users(own, http, _token(own, http)["access_token"]) == 200
    own.reset()
    assert _users(own, http, old) == 200


def test_the_tokens_of_one_client_can_be_revoked(
    call: Caller, sandbox: Sandbox, http: httpx.Client, grant: Grant
) -> None:
    other = grant([], [])
    client_id = sandbox.store.ids("client")[-1]
    assert _users(sandbox, http, other) == 200
    assert call("POST /_sandbox/tokens/revoke", {"clientId": client_id}).is_success
    assert _users(sandbox, http, other) == 401
    assert call("GET /api/team/user").is_success


def test_a_snapshot_is_taken_and_restored_over_http(call: Caller, sandbox: Sandbox) -> None:
    before = sandbox.snapshot()
    made = call("POST /_sandbox/snapshots")
    assert made.status_code == 201
    call("POST /api/team/user", NEW)
    one = f"/_sandbox/snapshots/{made.json()['id']}"
    for _ in range(2):
        assert call(f"POST {one}/restore").is_success
        assert sandbox.snapshot() == before
        call("POST /group", {"name": "x"})
    assert made.json()["id"] in call("GET /_sandbox/snapshots").json()
    assert call(f"DELETE {one}").is_success
    for line in (f"POST {one}/restore", f"DELETE {one}"):
        assert (call(line).status_code, call(line).headers["content-type"]) == (404, "application/problem+json")


def test_a_reset_over_http_makes_everything_new(call: Caller, sandbox: Sandbox) -> None:
    before = sandbox.snapshot()
    call("POST /api/team/user", NEW)
    call("PUT /_sandbox/clock", {"offset": 50})
    call("PUT /_sandbox/tokens", {"lifetime": 50})
    call("POST /_sandbox/faults", {"do": "status"})
    assert call("POST /_sandbox/reset").is_success
    assert sandbox.snapshot() == before
    assert (sandbox.clock.offset, sandbox.tokens.lifetime, sandbox.faults.all()) == (0, 3600, [])
    assert call("GET /_sandbox/log").json() == []


def test_two_hundred_snapshots_a_second_are_taken_and_restored(sandbox: Sandbox) -> None:
    start = time.perf_counter()
    for _ in range(200):
        sandbox.restore(sandbox.snapshot())
    assert time.perf_counter() - start < 1


def test_calls_are_counted_by_operation_and_status(call: Caller, sandbox: Sandbox) -> None:
    for _ in range(3):
        call("GET /group")
    call("POST /group", {})
    call("GET /nope?key=secret")
    assert call("GET /_sandbox/counts").json() == {
        "get-all-groups": {"200": 3},
        "create-group": {"400": 1},
        "": {"404": 1},
    }
    assert sandbox.log.count("get-all-groups") == sandbox.log.count("get-all-groups", 200) == 3
    assert sandbox.log.count("get-all-groups", 500) == sandbox.log.count("get-users") == 0


def test_the_log_keeps_the_latest_entries_and_all_counts() -> None:
    log = Log()
    for number in range(100_010):
        log.add("GET", "accounts", f"/{number}" + "x" * 10_000, 200, "get-users")
    assert (len(log.entries()), log.entries()[0].n, log.count("get-users")) == (100_000, 11, 100_010)
    assert len(log.entries()[0].path) == 500


def test_the_sandbox_itself_is_described_apart_from_the_service(call: Caller) -> None:
    described = call("GET /_sandbox/openapi.json").json()["paths"]
    assert {"/faults", "/clock", "/tokens", "/snapshots", "/log", "/counts", "/leaks", "/files", "/reset"} <= {
        path.removeprefix("/_sandbox") for path in described
    }
    assert all(operation["tags"] for methods in described.values() for operation in methods.values())
    assert not any("_sandbox" in path for path in call("GET /openapi.json").json()["paths"])


@pytest.mark.parametrize(
    "headers", [{"Host": "sandbox.evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
def test_neither_other_names_nor_pages_of_others_reach_the_sandbox_itself(
    call: Caller, sandbox: Sandbox, headers: dict[str, str]
) -> None:
    answer = call("POST /_sandbox/faults", {"do": "drop"}, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert sandbox.faults.all() == []


def test_a_page_of_the_sandbox_may_call_it(call: Caller, sandbox: Sandbox) -> None:
    assert call("POST /_sandbox/reset", headers={"Origin": sandbox.accounts}).is_success


def test_what_is_asked_of_the_sandbox_itself_is_no_call_of_the_service(call: Caller, sandbox: Sandbox) -> None:
    for line in ("GET /_sandbox/clock", "GET /_sandbox", "GET /_sandbox/nope", "PATCH /_sandbox/faults"):
        call(line)
    assert sandbox.log.entries() == []
    call("GET /_sandboxed")
    assert [entry.path for entry in sandbox.log.entries()] == ["/_sandboxed"]


@pytest.mark.parametrize("host", ["accounts", "gateway"])
def test_a_body_of_more_than_ten_mebibytes_is_refused(call: Caller, sandbox: Sandbox, host: str) -> None:
    before = sandbox.snapshot()
    huge = b'{"name": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    for line in ("POST /group", "POST /_sandbox/faults", "POST /connect/token"):
        headers = {"Content-Type": "application/json"}
        if "token" in line:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = call(line, content=huge, headers=headers, host=host)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert sandbox.snapshot() == before
    assert call("GET /group", host=host).is_success


def test_a_template_of_just_below_the_limit_is_taken(call: Caller) -> None:
    assert call("POST /reporttemplates/v1/content", {**TEMPLATE, "bodyContent": "x" * 10_000_000}).is_success
