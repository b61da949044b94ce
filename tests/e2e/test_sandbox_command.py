"""``flowstate sandbox``: where its files go, which team and which service it is."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from flowstate.cli import run


@contextmanager
def _sandbox(*arguments: str) -> Iterator[str]:
    """What it says before it answers; ends it afterwards."""
    command = [sys.executable, "-m", "flowstate", "sandbox", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = ""
        try:
            while "--detailed-exitcode" not in said:
                line = process.stdout.readline()
                assert line, said
                said += line
            yield said
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0


def _users(ready: dict[str, Any]) -> int:
    client = {name: ready[name] for name in ("client_id", "client_secret")}
    wanted = {"grant_type": "client_credentials", **client}
    token = httpx.post(ready["accounts"] + "/connect/token", data=wanted).raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return len(httpx.get(ready["accounts"] + "/api/team/user", headers=headers).raise_for_status().json())


def test_files_are_relative_to_the_folder_and_the_team_is_as_large_as_asked_for(tmp_path: Path) -> None:
    options = ("-C", str(tmp_path), "--ready-file", "r.json", "--data", "team.db", "--team", "small", "--users", "30")
    with _sandbox(*options, "--profile", "hostile", "--set", "list-lag=0") as said:
        ready = json.loads((tmp_path / "r.json").read_text())
        behaviours = httpx.get(ready["gateway"] + "/_sandbox/behaviours").json()
        assert _users(ready) == 30
    assert [behaviours[name]["current"] for name in ("extra-fields", "list-lag")] == ["refuse", "0"]
    assert "profile       hostile" in said
    assert "list-lag=0" in said
    assert f"flowstate -C {tmp_path} plan" in said
    assert sorted(path.name for path in tmp_path.glob("*")) == ["team.db"]


def test_a_usual_sandbox_does_not_speak_of_its_behaviours() -> None:
    with _sandbox() as said:
        assert "profile" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "list-lagg=0"], "did you mean list-lag"),
        (["--users", "0"], "at least 1 user"),
        (["--profile", "none"], "documented"),
    ],
)
def test_what_does_not_exist_is_refused(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sandbox", "--port", "0", *arguments]) == 1
    assert words in capsys.readouterr().err


def test_help_needs_no_server() -> None:
    code = (
        "import sys; from flowstate.cli import run; "
        "assert run(['sandbox', '--help']) == 0; sys.exit('fastapi' in sys.modules or 'uvicorn' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0
