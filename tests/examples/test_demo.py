"""The demo, as ``make demo`` runs it, in a copy of the examples."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from flowstate.sandbox.server import Sandbox


@pytest.fixture
def copy(team: Path, tmp_path: Path) -> Path:
    """The demo beside a team of its own, so that nobody's own sandbox is in the way."""
    ignored = shutil.ignore_patterns(".flowstate", ".sandbox.json", "__pycache__")
    shutil.copytree(team.parent, tmp_path / "examples", ignore=ignored)
    return tmp_path / "examples"


def test_it_succeeds_where_a_killed_run_left_its_files_and_leaves_none(copy: Path) -> None:
    before = _files(copy)
    _leave_as_if_killed(copy / "first-team")
    done = _run(copy)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stdout + done.stderr
    assert done.stdout.count("No changes.") == 2
    assert _files(copy) == before


def test_it_leaves_a_running_sandbox_alone(copy: Path) -> None:
    ready = copy / "first-team" / ".sandbox.json"
    with Sandbox() as sandbox:
        ready.write_text(json.dumps(sandbox.ready))
        before = _files(copy)
        done = _run(copy)
    assert done.returncode == 1
    assert "is running already" in done.stderr
    assert _files(copy) == before


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_its_sandbox_when_it_is_ended(copy: Path, end: signal.Signals) -> None:
    before = _files(copy)
    ready = copy / "first-team" / ".sandbox.json"
    process = subprocess.Popen(_command(copy), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    _wait_for(ready)
    sandbox = json.loads(ready.read_text())["pid"]
    process.send_signal(end)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Interrupted" in said
    assert _files(copy) == before
    with pytest.raises(ProcessLookupError):
        os.kill(sandbox, 0)


def _command(copy: Path) -> list[str]:
    return [sys.executable, str(copy / "demo.py")]


def _run(copy: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(_command(copy), capture_output=True, text=True, timeout=120, check=False)


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _leave_as_if_killed(team: Path) -> None:
    (team / ".flowstate").mkdir()
    (team / ".flowstate" / "sandbox.state.json").write_text("{}")
    hosts = dict.fromkeys(("accounts", "gateway"), "http://127.0.0.1:1")
    (team / ".sandbox.json").write_text(json.dumps({**hosts, "pid": 1}))


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
