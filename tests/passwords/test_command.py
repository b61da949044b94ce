"""One-time passwords handed to a program; what it does not take is kept in a file."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from flowstate.errors import SinkError
from flowstate.passwords import CommandSink, FileSink
from flowstate.text import Secret

PASSWORD = "correct horse battery"


def record(name: str = "ada") -> dict[str, str]:
    return {"username": name, "address": f"user/{name}", "run": "r1"}


def sink(folder: Path, script: str, patience: float = 20.0) -> CommandSink:
    """A sink whose program is this Python script."""
    program = folder / "deliver"
    program.write_text(f"#!{sys.executable} -IS\nimport sys, os, time, json\n{script}\n")
    program.chmod(0o700)
    return CommandSink(("./deliver",), folder, folder / ".flowstate/undelivered.jsonl", patience)


def test_the_program_gets_one_line_of_json_on_its_input(tmp_path: Path) -> None:
    deliver = sink(tmp_path, "open('got', 'w').write(sys.stdin.read())")
    deliver.open()
    assert deliver.deliver(record("jürgen"), Secret(PASSWORD)) is None
    text = (tmp_path / "got").read_text()
    assert text.endswith("\n")
    assert json.loads(text) == {**record("jürgen"), "password": PASSWORD}
    assert not deliver.fallback.exists()


def test_the_password_is_in_no_argument_and_no_variable_of_the_program(tmp_path: Path) -> None:
    deliver = sink(tmp_path, "open('got', 'w').write(repr((sys.argv, dict(os.environ))))")
    deliver.deliver(record(), Secret(PASSWORD))
    assert PASSWORD not in (tmp_path / "got").read_text()


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("sys.exit(3)", "it ended with 3"),
        ("time.sleep(60)", "it did not end within"),
        ("os.abort()", "it ended with -"),
    ],
)
def test_what_the_program_does_not_take_is_kept_in_a_file_and_said(tmp_path: Path, script: str, why: str) -> None:
    deliver = sink(tmp_path, script, patience=1.0 if "sleep" in script else 20.0)
    deliver.open()
    problem = deliver.deliver(record(), Secret(PASSWORD))
    assert problem is not None
    assert why in problem.summary
    assert "ada" in problem.summary
    assert str(deliver.fallback) in problem.detail
    assert "delete the file" in problem.hint
    assert (problem.severity, problem.address) == ("warning", "user/ada")
    assert PASSWORD not in repr(problem)
    assert json.loads(deliver.fallback.read_text())["password"] == PASSWORD
    assert stat.S_IMODE(deliver.fallback.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "ends"),
    [
        ("user/o'hara@x.example", """: flowstate reset-password 'user/o'"'"'hara@x.example'"""),
        ("api/POST /api/client/", "make a new one later."),
    ],
)
def test_on_a_build_machine_it_is_said_that_the_file_ends_with_it_and_how_to_get_a_new_password(
    tmp_path: Path, address: str, ends: str
) -> None:
    deliver = replace(sink(tmp_path, "sys.exit(3)"), vanishing=True)
    problem = deliver.deliver({**record(), "address": address}, Secret(PASSWORD))
    assert problem is not None
    assert "the file ends with this build machine" in problem.detail
    assert problem.hint.endswith(ends)


def test_what_the_program_prints_is_shown_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    deliver = sink(tmp_path, "line = sys.stdin.read(); print(line); sys.exit(line)")
    assert PASSWORD not in repr(deliver.deliver(record(), Secret(PASSWORD)))
    assert PASSWORD not in "".join(capfd.readouterr())


def test_a_program_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    script = "pid = os.fork()\nif pid: open('child', 'w').write(str(pid))\ntime.sleep(60)"
    sink(tmp_path, script, patience=2.0).deliver(record(), Secret(PASSWORD))
    child = Path(f"/proc/{(tmp_path / 'child').read_text()}/stat")
    deadline = time.monotonic() + 5
    while child.exists() and child.read_text().split()[2] != "Z" and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not child.exists() or child.read_text().split()[2] == "Z"


def test_of_thirty_passwords_the_one_that_fails_is_kept_and_the_others_are_delivered(tmp_path: Path) -> None:
    script = "line = json.load(sys.stdin)\nopen('got-' + line['username'], 'w')\nsys.exit(line['username'] == 'p17')"
    deliver = sink(tmp_path, script)
    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(lambda number: deliver.deliver(record(f"p{number}"), Secret(PASSWORD)), range(30)))
    assert [number for number, problem in enumerate(said) if problem] == [17]
    assert len(list(tmp_path.glob("got-*"))) == 30
    assert [json.loads(line)["username"] for line in deliver.fallback.read_text().splitlines()] == ["p17"]


def test_a_program_that_is_gone_when_it_is_needed_loses_nothing(tmp_path: Path) -> None:
    deliver = sink(tmp_path, "")
    deliver.open()
    (tmp_path / "deliver").unlink()
    assert deliver.deliver(record(), Secret(PASSWORD)) is not None
    assert PASSWORD in deliver.fallback.read_text()


def test_when_the_file_fails_too_both_reasons_are_said_without_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    deliver = sink(tmp_path, "sys.exit(3)")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SinkError) as caught:
        deliver.deliver(record(), Secret(PASSWORD))
    (problem,) = caught.value.problems
    assert "it ended with 3" in problem.detail
    assert "No space left" in problem.detail
    assert "Reset the password" in problem.hint
    assert PASSWORD not in repr(problem)


@pytest.mark.parametrize("name", ["no-such-program-anywhere", "./deliver"])
def test_a_program_that_is_not_there_or_not_executable_is_refused_before_the_first_call(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "deliver").write_text("#!/bin/sh\n")
    with pytest.raises(SinkError) as caught:
        CommandSink((name,), tmp_path, tmp_path / "undelivered").open()
    assert name in caught.value.problems[0].summary
    assert caught.value.problems[0].hint


def test_a_program_without_a_file_to_fall_back_to_is_refused_before_the_first_call(tmp_path: Path) -> None:
    deliver = sink(tmp_path, "")
    deliver.fallback.mkdir(parents=True)
    with pytest.raises(SinkError):
        deliver.open()


def test_proving_leaves_no_empty_file_and_keeps_one_that_is_full(tmp_path: Path) -> None:
    deliver = sink(tmp_path, "")
    deliver.open()
    assert not deliver.fallback.exists()
    FileSink(deliver.fallback).deliver(record(), Secret(PASSWORD))
    deliver.open()
    assert PASSWORD in deliver.fallback.read_text()


def test_whoever_interrupts_a_delivery_ends_the_program_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def interrupted(process: subprocess.Popen[bytes], *_: object, **__: object) -> None:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess.Popen, "communicate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sink(tmp_path, "time.sleep(60)").deliver(record(), Secret(PASSWORD))
    assert started[0].returncode == -signal.SIGKILL
    assert started[0].stdin is not None
    started[0].stdin.close()
