"""flowstate as processes of its own beside a sandbox that is one too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import httpx
from sandbox.programs import program, token_of

import flowstate

from .desk import Ran, settings
from .portrait import NAMES

Manifest = Mapping[str, Any]
_LISTS: Mapping[str, str] = {
    "user": "/api/team/user",
    "group": "/group",
    "reportTemplate": "/reporttemplates/v1",
    "trigger": "/trigger/v2",
}


@dataclass(frozen=True)
class Team:
    """A sandbox process, seen through its documented calls and its own."""

    ready: Mapping[str, Any]
    http: httpx.Client

    def listed(self, kind: str) -> list[dict[str, Any]]:
        """What a listing of the service shows."""
        for host in ("accounts", "gateway"):
            answer = self.http.get(self.ready[host] + _LISTS[kind])
            if answer.status_code == 200:
                return list(answer.json())
        raise AssertionError(f"{kind} cannot be listed: {answer.status_code}")

    def duplicates(self) -> list[str]:
        """Keys that two living objects have."""
        keys = [
            f"{kind}/{each[NAMES[kind]].casefold()}"
            for kind in _LISTS
            for each in self.listed(kind)
            if not (each.get("archived") or each.get("isArchived"))
        ]
        return sorted({key for key in keys if keys.count(key) > 1})

    def snapshot(self) -> str:
        return str(self._own("POST", "snapshots").json()["id"])

    def restore(self, snapshot: str) -> None:
        self._own("POST", f"snapshots/{snapshot}/restore")

    def log(self) -> list[dict[str, Any]]:
        """The requests since it was cleared, in the order of their answers."""
        return list(self._own("GET", "log").json())

    def clear_log(self) -> None:
        self._own("DELETE", "log")

    def _own(self, method: str, path: str) -> httpx.Response:
        return self.http.request(method, f"{self.ready['accounts']}/_sandbox/{path}").raise_for_status()


@contextmanager
def serving(folder: Path) -> Iterator[Team]:
    """A sandbox process that ends with this."""
    with program(folder) as (_, ready):
        headers = {"Authorization": f"Bearer {token_of(ready)}"}
        with httpx.Client(headers=headers, trust_env=False) as http:
            yield Team(ready, http)


@dataclass(frozen=True)
class Shop:
    """A project folder whose commands are processes. ``forks`` saves the time that Python takes to start.

    ``environ`` is what they find in theirs besides.
    """

    folder: Path
    team: Team
    forks: bool = False
    environ: Mapping[str, str] = field(default_factory=dict)

    def write(self, manifest: Manifest, state: str = "") -> None:
        (self.folder / "manifests").mkdir(parents=True, exist_ok=True)
        (self.folder / "flowstate.yaml").write_text(settings(state))
        (self.folder / ".sandbox.json").write_text(json.dumps(dict(self.team.ready)))
        (self.folder / "manifests" / "team.yaml").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")

    def begin(self, *arguments: str) -> Running:
        """Start a command; its words go to a file."""
        words = [*arguments, "-C", str(self.folder)]
        said = self.folder.with_name(f"{self.folder.name}.said")
        start = _fork if self.forks else _start
        return Running(start(words, said, self.environ), said)

    def flowstate(self, *arguments: str) -> Ran:
        return self.begin(*arguments).end()


@dataclass(frozen=True)
class Running:
    """A command at work."""

    pid: int
    said: Path

    def kill(self) -> None:
        os.kill(self.pid, 9)

    def end(self) -> Ran:
        """Wait for it; the code is None when it was killed."""
        _, status = os.waitpid(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return Ran(None if code < 0 else code, self.said.read_text(), "")


def import_all() -> None:
    """Everything that commands import when they need it, so that forks have it."""
    for found in walk_packages(flowstate.__path__, "flowstate."):
        if not found.name.endswith("__main__"):
            import_module(found.name)


def _start(words: list[str], said: Path, environ: Mapping[str, str]) -> int:
    with said.open("wb") as file:
        command = [sys.executable, "-m", "flowstate", *words]
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, env={**os.environ, **environ}
        )
    process.returncode = 0  # end() waits for it
    return process.pid


def _fork(words: list[str], said: Path, environ: Mapping[str, str]) -> int:
    from flowstate.cli import run

    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        os.environ.update(environ)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
        code = run(words)
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)
