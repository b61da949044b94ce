"""Where to call and as whom is asked for late, and no message tells a secret."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from flowstate.errors import CredentialsError, FlowstateError, Place, SettingsError
from flowstate.settings import Settings, load

READY = {
    "accounts": "http://127.0.0.1:4001/",
    "gateway": "http://[::1]:4002",
    "client_id": "the-client",
    "client_secret": "hunter2-hunter2",
    "team": "solarenergy",
    "pid": 1,
}


def settings(folder: Path, lines: str, **environ: str) -> Settings:
    (folder / "flowstate.yaml").write_text(f"environments:\n  dev:\n    provider: onsight-flow\n{lines}")
    return load(folder, None, environ)


def fault(found: Settings) -> FlowstateError:
    with pytest.raises(FlowstateError) as caught:
        found.connection()
    assert "hunter2" not in "".join(f"{problem}" for problem in caught.value.problems)
    return caught.value


def test_credentials_come_from_the_default_variables(tmp_path: Path) -> None:
    found = settings(tmp_path, "    team: acme\n", FLOWSTATE_CLIENT_ID="i", FLOWSTATE_CLIENT_SECRET="hunter2")
    client_id, secret = found.credentials()
    assert (client_id.reveal(), secret.reveal()) == ("i", "hunter2")
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize(
    ("lines", "environ", "named"),
    [
        ("", {}, "FLOWSTATE_CLIENT_ID"),
        ("", {"FLOWSTATE_CLIENT_ID": "i"}, "FLOWSTATE_CLIENT_SECRET"),
        ("", {"FLOWSTATE_CLIENT_ID": "i", "FLOWSTATE_CLIENT_SECRET": ""}, "FLOWSTATE_CLIENT_SECRET"),
        ("    credentials: {idEnv: ACME_ID}\n", {"FLOWSTATE_CLIENT_ID": "i"}, "ACME_ID"),
        ("    credentials: {idFile: none.txt}\n", {}, "none.txt cannot be used: there is no such file"),
        ("    credentials: {idFile: .}\n", {}, "it is a folder"),
        ("    credentials: {idFile: empty}\n", {}, "empty cannot be used: it is empty"),
        ("    credentials: {idFile: binary}\n", {}, "it is not UTF-8"),
        ("    credentials: {idFile: pipe}\n", {}, "not a regular file"),
    ],
)
def test_missing_credentials_name_what_to_set(tmp_path: Path, lines: str, environ: dict[str, str], named: str) -> None:
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "binary").write_bytes(b"hunter2\xff")
    os.mkfifo(tmp_path / "pipe")
    error = fault(settings(tmp_path, f"    team: acme\n{lines}", **environ))
    assert isinstance(error, CredentialsError)
    assert error.exit_code == 8
    assert named in error.problems[0].summary
    assert error.problems[0].hint


def test_credentials_come_from_files(tmp_path: Path) -> None:
    (tmp_path / "id").write_text("i\n")
    (tmp_path / "secret").write_text("hunter2\r\n")
    found = settings(tmp_path, "    team: acme\n    credentials: {idFile: id, secretFile: secret}\n")
    assert [secret.reveal() for secret in found.credentials()] == ["i", "hunter2"]


@pytest.mark.parametrize(
    "hosts", ["", "    hosts: {gateway: http://127.0.0.1:1, accounts: https://accounts.example}\n"]
)
def test_a_team_is_required_outside_loopback(tmp_path: Path, hosts: str) -> None:
    error = fault(settings(tmp_path, hosts, FLOWSTATE_CLIENT_ID="i", FLOWSTATE_CLIENT_SECRET="s"))
    assert isinstance(error, SettingsError)
    assert error.problems[0].hint == "Add 'team: NAME' to this environment."
    assert error.problems[0].place == Place("flowstate.yaml", 2, 3)


def test_a_team_is_not_required_on_loopback(tmp_path: Path) -> None:
    hosts = "    hosts: {gateway: 'http://localhost:1', accounts: 'http://127.9.9.9:1'}\n"
    found = settings(tmp_path, hosts, FLOWSTATE_CLIENT_ID="i", FLOWSTATE_CLIENT_SECRET="s")
    assert found.connection().team == ""


def test_a_sandbox_brings_hosts_team_and_credentials(tmp_path: Path) -> None:
    (tmp_path / ".sandbox.json").write_text(json.dumps(READY))
    connection = settings(tmp_path, "    sandbox: .sandbox.json\n").connection()
    assert connection.hosts == {"accounts": "http://127.0.0.1:4001", "gateway": "http://[::1]:4002"}
    assert (connection.team, connection.client_id.reveal()) == ("solarenergy", "the-client")
    assert connection.client_secret.reveal() == "hunter2-hunter2"
    assert "hunter2" not in repr(connection)


def test_a_sandbox_that_is_not_running_is_no_fault_until_it_is_called(tmp_path: Path) -> None:
    found = settings(tmp_path, "    sandbox: .sandbox.json\n")
    error = fault(found)
    assert isinstance(error, SettingsError)
    (problem,) = error.problems
    assert problem.hint == "Start it with: flowstate sandbox --ready-file .sandbox.json"
    assert problem.place == Place("flowstate.yaml", 4, 5)


@pytest.mark.parametrize(
    ("ready", "why"),
    [
        ("hunter2", "it is not JSON (column 1)"),
        ("{\n hunter2", "it is not JSON (line 2, column 2)"),
        ("[" * 60_000, "it is nested too deeply"),
        ("[]", "it lacks accounts"),
        (READY | {"team": 7}, "it lacks team"),
        (READY | {"gateway": "https://gateway.example"}, "gateway is not on this machine"),
        (READY | {"accounts": "http://127.0.0.1.example"}, "accounts is not on this machine"),
        (READY | {"accounts": "http://127.0.0.1@evil.example"}, "accounts is not on this machine"),
    ],
)
def test_a_ready_file_that_is_none_is_refused(tmp_path: Path, ready: Any, why: str) -> None:
    (tmp_path / ".sandbox.json").write_text(ready if isinstance(ready, str) else json.dumps(ready))
    error = fault(settings(tmp_path, "    sandbox: .sandbox.json\n"))
    assert why in error.problems[0].summary
