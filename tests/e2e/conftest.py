"""One sandbox for all tests of a run; each test finds the team as new, and a project folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flowstate.cli import run
from flowstate.sandbox.server import Sandbox

from .bench import Bench, Command, Ran


@pytest.fixture(scope="session")
def running() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def bench(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setenv("TEST_ID", sandbox.client_id)
    monkeypatch.setenv("TEST_SECRET", sandbox.client_secret)
    monkeypatch.delenv("FLOWSTATE_ENV", raising=False)
    return Bench.make(sandbox, tmp_path)


@pytest.fixture
def cli(bench: Bench, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line in the project's folder, in this process."""

    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        code = run([arguments[0], "-C", str(bench.folder), *arguments[1:]])
        said = capsys.readouterr()
        assert "Traceback" not in said.err, said.err
        return Ran(code, said.out, said.err)

    return command
