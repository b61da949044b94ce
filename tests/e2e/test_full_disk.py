"""A disk that takes nothing: said, nothing is done that could not be kept, and what was done is not hidden by it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flowstate.cli import run
from flowstate.sandbox.faults import Truncate

from .bench import Bench, Command

_ADA = {"username": "ada@x.example", "name": "Ada"}
_FULL = Path("/dev/full")

full = pytest.mark.skipif(not _FULL.exists(), reason="this system has no device that is always full")


def _said(bench: Bench, *arguments: str) -> tuple[int, str]:
    with _FULL.open("w") as full:
        line = [sys.executable, "-m", "flowstate", arguments[0], "-C", str(bench.folder), *arguments[1:]]
        done = subprocess.run(line, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    return done.returncode, done.stderr


@full
@pytest.mark.parametrize("arguments", [("plan", "--format", "json"), ("apply", "--auto-approve")])
def test_where_nobody_sees_the_plan_nothing_is_changed(bench: Bench, arguments: tuple[str, ...]) -> None:
    bench.manifests({"users": [_ADA]})
    code, said = _said(bench, *arguments)
    assert (code, bench.writes()) == (1, [])
    assert "error: the result cannot be written to stdout\n  No space left on device" in said
    assert "Traceback" not in said


@full
def test_what_was_done_is_found_in_the_run_that_is_named(bench: Bench, capsys: pytest.CaptureFixture[str]) -> None:
    bench.manifests({"users": [_ADA]})
    code, said = _said(bench, "apply", "--auto-approve", "--format", "json")
    assert code == 1
    assert bench.find("user", username="ada@x.example")
    hint = said.partition("See what was done: flowstate ")[2].split()
    assert run(hint) == 0
    assert "ada@x.example" in capsys.readouterr().out


@full
def test_a_run_that_failed_ends_as_it_did_and_a_lost_password_is_said(bench: Bench) -> None:
    bench.manifests({"users": [_ADA], "groups": [{"name": "Fitters", "members": ["nobody@x.example"]}]})
    bench.sandbox.faults.add(Truncate(operation="create-user"))
    code, said = _said(bench, "apply", "--auto-approve", "--format", "json")
    assert code == 3
    assert "user/ada@x.example: its one-time password was lost; reset it" in said


@pytest.mark.parametrize("arguments", [("apply",), ("reset-password", "user/bob@x.example")])
def test_where_no_folder_can_be_made_nobody_is_created_and_no_password_is_sent(
    bench: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    def refused(path: Path, *_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system", str(path))

    bench.user("bob@x.example")
    bench.manifests({"users": [_ADA]})
    monkeypatch.setattr("pathlib.Path.mkdir", refused)
    ended = cli(*arguments, "--auto-approve")
    assert (ended.code, bench.writes()) == (1, [])
    assert "Read-only file system" in ended.err
