"""The sandbox as a program: ports, ready file, end, and what survives it."""

from __future__ import annotations

import os
import signal
import socket
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowstate.sandbox.__main__ import main
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.errors import SandboxError
from flowstate.sandbox.server import Sandbox

from .calling import Caller
from .programs import program, token_of


def _users(ready: Any, token: str) -> list[str]:
    answer = httpx.get(f"{ready['accounts']}/api/team/user", headers={"Authorization": f"Bearer {token}"})
    return [user["username"] for user in answer.raise_for_status().json()]


def _add(ready: Any, token: str, name: str) -> None:
    body = {"username": name, "emailAddress": name, "name": name}
    headers = {"Authorization": f"Bearer {token}"}
    httpx.post(f"{ready['accounts']}/api/team/user", json=body, headers=headers).raise_for_status()


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_ready_file_lasts_as_long_as_the_sandbox(tmp_path: Path, end: signal.Signals) -> None:
    path = tmp_path / "ready.json"
    with program(tmp_path) as (process, ready):
        assert ready.keys() == {"accounts", "gateway", "client_id", "client_secret", "team", "pid"}
        assert (ready["pid"], ready["team"]) == (process.pid, "solarenergy")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert _users(ready, token_of(ready)) == ["owner@solarenergy.example"]
        process.send_signal(end)
        out, err = process.communicate(timeout=10)
        assert process.returncode == 0
        assert err == ""
        assert ready["accounts"] in out
        assert ready["client_secret"] not in out
    assert list(tmp_path.iterdir()) == []


def test_a_killed_sandbox_leaves_a_file_that_opens_with_all_that_was_answered(tmp_path: Path) -> None:
    data = str(tmp_path / "team.sqlite")
    with program(tmp_path, "--data", data) as (process, ready):
        token = token_of(ready)
        names = [f"u{number}@x.example" for number in range(25)]
        for name in names:
            _add(ready, token, name)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    (tmp_path / "ready.json").unlink()
    with Sandbox(data=Path(data)) as again:
        assert _users(again.ready, token) == ["owner@solarenergy.example", *names]
        assert (again.client_id, again.client_secret) == (ready["client_id"], ready["client_secret"])


def test_a_restart_keeps_team_credentials_and_tokens(tmp_path: Path) -> None:
    data = tmp_path / "team.sqlite"
    with Sandbox(data=data) as first:
        token = token_of(first.ready)
        _add(first.ready, token, "ada@x.example")
    with Sandbox(data=data) as second:
        assert _users(second.ready, token) == ["owner@solarenergy.example", "ada@x.example"]
        assert _users(second.ready, token_of(first.ready | {"accounts": second.accounts}))


def test_without_a_file_a_new_sandbox_knows_no_oldertoken_of(sandbox: Sandbox, token: str) -> None:
    with Sandbox() as other:
        assert other.client_id != sandbox.client_id
        assert httpx.get(f"{other.accounts}/group", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_reset_brings_the_first_team_back_and_tokens_stay_good(call: Caller, sandbox: Sandbox) -> None:
    before = call("GET /api/team/user").json()
    call("POST /api/team/user", {"username": "a", "emailAddress": "a", "name": "a"})
    sandbox.reset()
    assert sandbox.log.entries() == []
    assert call("GET /api/team/user").json() == before


def _two_free_ports() -> int:
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            try:
                second.bind(("127.0.0.1", first.getsockname()[1] + 1))
            except OSError:
                continue
            return int(first.getsockname()[1])


def test_a_chosen_port_is_that_of_accounts_and_the_next_that_of_gateway() -> None:
    port = _two_free_ports()
    with Sandbox(port) as sandbox:
        assert sandbox.accounts == f"http://127.0.0.1:{port}"
        assert sandbox.gateway == f"http://127.0.0.1:{port + 1}"


@pytest.mark.parametrize("offset", [0, 1])
def test_a_port_in_use_is_refused_by_number(offset: int) -> None:
    port = _two_free_ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + offset))
        taken.listen()
        with pytest.raises(SandboxError, match=f"Port {port + offset} on 127.0.0.1"):
            Sandbox(port)


@pytest.mark.parametrize("port", [65535, -1, 70_000])
def test_a_port_that_cannot_be_is_refused(port: int) -> None:
    with pytest.raises(SandboxError, match="Port"):
        Sandbox(port)


def test_the_program_says_in_one_line_why_it_cannot_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--ready-file", str(tmp_path / "no" / "ready.json")]) == 1
    assert main(["--data", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 2


def test_only_loopback_is_listened_on(sandbox: Sandbox) -> None:
    assert sandbox.accounts.startswith("http://127.0.0.1:")
    assert sandbox.gateway.startswith("http://127.0.0.1:")


def test_five_thousand_users_are_listed_within_a_second(call: Caller, sandbox: Sandbox) -> None:
    users = [new_user(f"u{number}@x.example", f"u{number}@x.example", f"User {number}") for number in range(5000)]
    sandbox.store.write(("user", user["userId"], user) for user in users)
    start = time.perf_counter()
    assert len(call("GET /api/team/user").json()) == 5001
    assert time.perf_counter() - start < 1


def test_many_clients_at_once_lose_no_write(call: Caller) -> None:
    def add(number: int) -> int:
        name = f"u{number}@x.example"
        return call("POST /api/team/user", {"username": name, "emailAddress": name, "name": name}).status_code

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(add, range(200))) == {200}
    assert len(call("GET /api/team/user").json()) == 201
