"""Each fault as a plain client sees it through a real socket, and what it leaves behind in the team."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from threading import Timer
from typing import Any

import httpx
import pytest

from flowstate.sandbox.faults import (
    Bomb,
    Delay,
    Drop,
    Effect,
    Garbage,
    LateCommit,
    Listing,
    Oversized,
    Redirect,
    Status,
    Trickle,
    Truncate,
)
from flowstate.sandbox.log import Entry
from flowstate.sandbox.server import Sandbox

from .calling import Caller

USERS = "GET /api/team/user"
ADD = "POST /api/team/user"
NEW = {"username": "new@x.example", "emailAddress": "new@x.example", "name": "New"}


def _names(sandbox: Sandbox) -> list[str]:
    return [user["username"] for user in sandbox.store.all("user")][1:]


def _eventually(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 5
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def test_a_status_is_answered_with_its_headers_and_body_and_commits_nothing(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Status(status=429, headers={"Retry-After": "7"}, body="slow down"))
    answer = call(ADD, NEW)
    assert (answer.status_code, answer.headers["retry-after"], answer.text) == (429, "7", "slow down")
    assert _names(sandbox) == []


def test_a_status_after_the_commit_hides_that_it_was_done(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Status(status=500, after_commit=True))
    assert (call(ADD, NEW).status_code, call(ADD, NEW).content) == (500, b"")
    assert _names(sandbox) == ["new@x.example"]


@pytest.mark.parametrize("status", [200, 204, 304, 401, 599])
def test_a_connection_stays_usable_after_any_status(call: Caller, sandbox: Sandbox, status: int) -> None:
    sandbox.faults.add(Status(status=status, body="x", first=1))
    assert call(USERS).status_code == status
    assert call(USERS).status_code == 200


def test_a_delayed_call_is_done_and_answered_as_usual_only_later(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Delay(seconds=0.2))
    start = time.monotonic()
    assert call(ADD, NEW).json()["username"] == "new@x.example"
    assert time.monotonic() - start >= 0.2


def test_a_delayed_call_is_done_also_when_its_client_went_away(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Delay(seconds=0.3))
    with httpx.Client(timeout=0.1) as impatient, pytest.raises(httpx.ReadTimeout):
        impatient.post(f"{sandbox.accounts}{ADD.split()[1]}", json=NEW, headers=call(USERS).request.headers)
    assert _names(sandbox) == []
    assert _eventually(lambda: sandbox.log.operations().count("create-user") == 1)


@pytest.mark.parametrize("after_commit", [False, True])
@pytest.mark.parametrize("size", [0, 5_000_000])
def test_a_dropped_call_ends_without_a_byte(call: Caller, sandbox: Sandbox, after_commit: bool, size: int) -> None:
    sandbox.faults.add(Drop(after_commit=after_commit, first=1))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        call(ADD, {**NEW, "more": "x" * size})
    assert _names(sandbox) == (["new@x.example"] if after_commit else [])
    assert sandbox.log.entries() == [Entry(1, "POST", "accounts", "/api/team/user", 0, "create-user", "drop")]
    assert call(USERS).status_code == 200


def test_a_late_commit_comes_after_the_client_was_told_of_a_failure(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(LateCommit(seconds=0.15, status=502))
    assert call(ADD, NEW).status_code == 502
    assert _names(sandbox) == []
    assert _eventually(lambda: _names(sandbox) == ["new@x.example"])
    assert [(entry.status, entry.fault) for entry in sandbox.log.entries()] == [(502, "late-commit")]


def test_a_late_commit_may_come_after_the_connection_was_dropped(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(LateCommit(seconds=0.1, status=None))
    with pytest.raises(httpx.RemoteProtocolError):
        call(ADD, NEW)
    assert _names(sandbox) == []
    assert _eventually(lambda: _names(sandbox) == ["new@x.example"])


@pytest.mark.parametrize("end", [lambda sandbox: sandbox.reset(), lambda sandbox: sandbox.faults.clear()])
def test_what_is_held_back_never_comes_once_faults_are_cleared(
    call: Caller, sandbox: Sandbox, end: Callable[[Sandbox], None]
) -> None:
    sandbox.faults.add(LateCommit(seconds=0.1))
    call(ADD, NEW)
    end(sandbox)
    time.sleep(0.25)
    assert _names(sandbox) == []


def test_a_delayed_call_is_hung_up_on_once_faults_are_cleared(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Delay(seconds=30, path="/group"))
    sandbox.faults.add(LateCommit(seconds=0, status=503, path="/api/team/user"))
    with httpx.Client() as other, httpx.Client() as waiting:
        Timer(0.1, sandbox.faults.clear).start()
        with pytest.raises(httpx.RemoteProtocolError):
            waiting.get(f"{sandbox.accounts}/group")
        assert other.get(f"{sandbox.accounts}/group").status_code == 401


@pytest.mark.parametrize("asked", [USERS, "PUT /api/team/user/{}"])
def test_a_truncated_answer_ends_in_its_middle_after_the_commit(call: Caller, sandbox: Sandbox, asked: str) -> None:
    owner = sandbox.store.ids("user")[0]
    sandbox.faults.add(Truncate())
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        call(asked.format(owner), {"Name": "Renamed"} if "PUT" in asked else None)
    assert (sandbox.store.all("user")[0]["name"] == "Renamed") == ("PUT" in asked)


def test_garbage_has_the_right_status_and_type_and_is_no_json(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Garbage())
    answer = call(ADD, NEW)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises((json.JSONDecodeError, UnicodeDecodeError)):
        answer.json()
    assert _names(sandbox) == ["new@x.example"]


def test_a_trickle_brings_the_true_answer_byte_by_byte(call: Caller, sandbox: Sandbox, http: httpx.Client) -> None:
    true = call(USERS)
    sandbox.faults.add(Trickle(seconds=0.002, size=4))
    start = time.monotonic()
    with http.stream("GET", true.request.url, headers=true.request.headers) as slow:
        pieces = list(slow.iter_raw())
    assert b"".join(pieces) == true.content
    assert len(pieces) > 10
    assert time.monotonic() - start >= 0.002 * len(true.content) / 4


def test_a_trickle_ends_when_its_client_goes_away(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Trickle(seconds=0.05))
    with httpx.Client() as other, other.stream("GET", sandbox.accounts + "/group") as slow:
        next(slow.iter_raw())
    sandbox.faults.clear()
    assert call(USERS).is_success


def test_a_redirect_leads_where_it_is_told_and_commits_nothing(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Redirect(location=f"{sandbox.files}/stolen", status=308))
    answer = call(ADD, NEW)
    assert (answer.status_code, answer.headers["location"]) == (308, f"{sandbox.files}/stolen")
    assert _names(sandbox) == []


def test_an_oversized_answer_has_no_end(call: Caller, sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.faults.add(Oversized())
    seen = 0
    with httpx.Client() as other, other.stream("GET", f"{sandbox.accounts}/group") as huge:
        assert "content-length" not in huge.headers
        for piece in huge.iter_raw():
            seen += len(piece)
            if seen > 20_000_000:
                break
    sandbox.faults.clear()
    assert call(USERS).is_success


def test_an_oversized_answer_may_have_an_announced_size(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Oversized(size=200_001))
    answer = call(USERS)
    assert (answer.headers["content-length"], len(answer.content)) == ("200001", 200_001)


def test_a_bomb_is_small_on_the_wire_and_large_when_read(call: Caller, sandbox: Sandbox, http: httpx.Client) -> None:
    sandbox.faults.add(Bomb(size=20))
    asked = call("GET /nope").request
    with http.stream("GET", asked.url, headers=asked.headers) as bomb:
        wire = b"".join(bomb.iter_raw())
    assert len(wire) < 100_000
    assert len(call(USERS).content) == 20 * 1024 * 1024


def test_a_listing_lacks_what_it_is_told_to_hide_and_nothing_is_lost(call: Caller, sandbox: Sandbox) -> None:
    ids = [call("POST /group", {"name": name}).json()["id"] for name in "abcd"]
    sandbox.faults.add(Listing(ids=(ids[0],), last=1, operation="get-all-groups"))
    assert [group["id"] for group in call("GET /group").json()] == ids[1:3]
    assert call(f"GET /group/{ids[0]}").is_success
    sandbox.faults.clear()
    assert len(call("GET /group").json()) == 4


def test_a_listing_leaves_alone_what_is_no_list(call: Caller, sandbox: Sandbox) -> None:
    whole = call("GET /teamsettings/v1/").json()
    sandbox.faults.add(Listing(last=5))
    assert call("GET /teamsettings/v1/").json() == whole
    assert call("GET /reporttemplates/v1/default").status_code == 204
    assert call("GET /nope").status_code == 404


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"nth": 2}, [200, 503, 200, 200]),
        ({"first": 2}, [503, 503, 200, 200]),
        ({}, [503] * 4),
    ],
)
def test_a_fault_is_for_one_call_for_the_first_ones_or_for_all(
    call: Caller, sandbox: Sandbox, choice: dict[str, Any], expected: list[int]
) -> None:
    fault = sandbox.faults.add(Status(operation="get-all-groups", **choice))
    assert [call(asked).status_code for asked in ("GET /group", "GET /api/group/", "GET /group/", "GET /group")] == (
        expected
    )
    assert fault.applied == expected.count(503)
    assert call(USERS).is_success


@pytest.mark.parametrize(
    ("chosen", "asked", "met"),
    [
        ({"operation": "create-workflow-upload-session"}, "POST /workflows/v2/upload", True),
        ({"operation": "get-workflow"}, "POST /workflows/v2/upload", False),
        ({"operation": "request-token"}, "POST /connect/token", True),
        ({"method": "post"}, ADD, True),
        ({"method": "POST"}, USERS, False),
        ({"path": "/api/team/*"}, USERS, True),
        ({"path": "/api/team/user/"}, USERS, True),
        ({"path": "/api/team"}, USERS, False),
        ({"host": "gateway"}, USERS, False),
        ({"host": "accounts", "method": "GET", "path": "*"}, USERS, True),
        ({"path": "/nope"}, "GET /nope", True),
        ({"path": "/_sandbox/*"}, "GET /_sandbox/health", False),
    ],
)
def test_a_call_is_met_by_operation_method_path_and_host(
    call: Caller, sandbox: Sandbox, chosen: dict[str, Any], asked: str, met: bool
) -> None:
    sandbox.faults.add(Status(status=418, **chosen))
    assert (call(asked).status_code == 418) == met


def test_of_several_faults_the_first_has_its_way_and_all_count(call: Caller, sandbox: Sandbox) -> None:
    first = sandbox.faults.add(Status(status=500, nth=1))
    second = sandbox.faults.add(Status(status=502, nth=2))
    assert [call(USERS).status_code for _ in range(3)] == [500, 502, 200]
    assert (first.applied, second.applied, second.seen) == (1, 1, 2)


def test_faults_are_listed_added_and_taken_back_over_http(call: Caller, sandbox: Sandbox) -> None:
    made = call("POST /_sandbox/faults", {"do": "drop", "afterCommit": True, "operation": "create-user", "nth": 1})
    assert made.status_code == 201
    (listed,) = call("GET /_sandbox/faults").json()
    assert listed == made.json()
    assert (listed["do"], listed["afterCommit"], listed["seen"], listed["applied"]) == ("drop", True, 0, 0)
    with pytest.raises(httpx.RemoteProtocolError):
        call(ADD, NEW)
    assert call("GET /_sandbox/faults").json()[0]["applied"] == 1
    assert call(f"DELETE /_sandbox/faults/{listed['id']}").is_success
    assert call(f"DELETE /_sandbox/faults/{listed['id']}").status_code == 404
    call("POST /_sandbox/faults", {"do": "status"})
    assert call("DELETE /_sandbox/faults").is_success
    assert call("GET /_sandbox/faults").json() == []


@pytest.mark.parametrize(
    ("effect", "shown"),
    [
        (Status(), {"do": "status", "status": 503}),
        (Redirect(location="http://x.example"), {"do": "redirect", "status": 307}),
        (Delay(seconds=1), {"do": "delay", "seconds": 1}),
        (Drop(), {"do": "drop"}),
        (LateCommit(seconds=1.5), {"do": "late-commit", "seconds": 1.5}),
        (Truncate(), {"do": "truncate"}),
        (Garbage(), {"do": "garbage"}),
        (Trickle(seconds=0.1), {"do": "trickle", "size": 1}),
        (Oversized(), {"do": "oversized", "size": None}),
        (Bomb(), {"do": "bomb", "size": 1024}),
        (Listing(ids=("a",)), {"do": "listing", "ids": ["a"]}),
    ],
)
def test_every_effect_is_the_same_in_python_and_over_http(
    call: Caller, sandbox: Sandbox, effect: Effect, shown: dict[str, Any]
) -> None:
    sandbox.faults.add(effect)
    (listed,) = call("GET /_sandbox/faults").json()
    assert listed.items() >= shown.items()
    again = {name: value for name, value in listed.items() if name not in {"id", "seen", "applied"}}
    made = call("POST /_sandbox/faults", again)
    assert made.status_code == 201, made.text
    assert made.json() == {**listed, "id": made.json()["id"]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "do"),
        ({"do": "explode"}, "explode"),
        ({"do": "status", "status": 99}, "status"),
        ({"do": "status", "status": "503"}, "status"),
        ({"do": "status", "headers": {"A\r\nB": "x"}}, "headers"),
        ({"do": "status", "headers": {"A": "x\r\nB: y"}}, "headers"),
        ({"do": "delay"}, "seconds"),
        ({"do": "delay", "seconds": -1}, "seconds"),
        ({"do": "delay", "seconds": 1e9}, "seconds"),
        ({"do": "drop", "nth": 0}, "nth"),
        ({"do": "drop", "nth": 1, "first": 1}, "nth"),
        ({"do": "drop", "operation": "create-everything"}, "operation"),
        ({"do": "drop", "host": "elsewhere"}, "host"),
        ({"do": "drop", "when": "now"}, "when"),
        ({"do": "redirect", "location": "http://x\r\n"}, "location"),
        ({"do": "bomb", "size": 0}, "size"),
        ([], "body"),
        ("drop", "body"),
    ],
)
def test_a_fault_that_cannot_be_is_refused_by_field(call: Caller, sandbox: Sandbox, body: Any, field: str) -> None:
    answer = call("POST /_sandbox/faults", body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert field in answer.json()["detail"]
    assert sandbox.faults.all() == []


def test_an_operation_that_is_none_is_refused_in_python(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="create-everything"):
        sandbox.faults.add(Drop(operation="create-everything"))


def test_a_reset_ends_all_faults(call: Caller, sandbox: Sandbox) -> None:
    sandbox.faults.add(Status())
    sandbox.reset()
    assert call(USERS).is_success
