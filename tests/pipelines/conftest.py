"""The repository of a team, made from the example template, whose production team is a sandbox."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyrage
import pytest

from flowstate.cli import run
from flowstate.sandbox.server import Sandbox

from .runner import ROOT, Runner

TOKEN = "ghs_0123456789abcdefghij"
ME = ("-c", "user.name=Somebody", "-c", "user.email=somebody@solarenergy.example", "-c", "init.defaultBranch=main")


def git(folder: Path, *words: str | Path) -> str:
    done = subprocess.run(["git", *ME, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@dataclass
class Repository:
    """A work tree, its origin, and the service that its environment production is on."""

    tree: Path
    origin: Path
    home: Path
    bin: Path
    sandbox: Sandbox

    @property
    def secrets(self) -> dict[str, str]:
        ids = {"FLOWSTATE_CLIENT_ID": self.sandbox.client_id, "FLOWSTATE_CLIENT_SECRET": self.sandbox.client_secret}
        return {**ids, "GITHUB_TOKEN": TOKEN}

    @cached_property
    def runner(self) -> Runner:
        """What has run the workflow so far, and will."""
        return Runner(self.origin, self.home, self.bin, self.tree / ".github/workflows/flowstate.yml", self.secrets)

    def push(self) -> str:
        """What stands in the tree, committed and pushed; the commit."""
        git(self.tree, "add", "-A")
        git(self.tree, "commit", "-q", "--allow-empty", "-m", "A change")
        git(self.tree, "push", "-q", "origin", "HEAD:main")
        return git(self.tree, "rev-parse", "HEAD")

    @property
    def github(self) -> dict[str, list[dict[str, str]]]:
        """What GitHub holds beside the repository."""
        found: dict[str, list[dict[str, str]]] = json.loads((self.home / "github.json").read_text())
        return found


def make(folder: Path, sandbox: Sandbox, **answers: str) -> Repository:
    """Rendered, pointed at the sandbox, and pushed once."""
    tree, origin, home, programs = (folder / name for name in ("team", "team.git", "home", "bin"))
    identity = str(pyrage.x25519.Identity.generate().to_public())
    data = [f"--data={name}={value}" for name, value in {"password_recipient": identity, **answers}.items()]
    assert run(["new", str(ROOT / "examples/team-template"), str(tree), "--defaults", *data]) == 0
    settings = tree / "flowstate.yaml"
    hosts = f"hosts: {{accounts: '{sandbox.accounts}', gateway: '{sandbox.gateway}'}}"
    settings.write_text(
        settings.read_text().replace('    team: "solarenergy"\n', f'    team: "solarenergy"\n    {hosts}\n')
    )
    for each in (home, programs):
        each.mkdir()
    (home / "github.json").write_text(json.dumps({name: [] for name in ("comments", "issues", "labels", "pulls")}))
    stubs(programs)
    git(folder, "init", "-q", "--bare", origin)
    git(folder, "init", "-q", tree)
    git(tree, "remote", "add", "origin", origin)
    made = Repository(tree, origin, home, programs, sandbox)
    made.push()
    return made


def stubs(folder: Path) -> None:
    """Programs that the scripts call: this flowstate, this Python, and gh and pip that ask nobody."""
    path = f"export PYTHONPATH='{os.pathsep.join(filter(None, [str(ROOT), os.environ.get('PYTHONPATH')]))}'\n"
    for name, line in {
        "flowstate": f"{path}exec '{sys.executable}' -m flowstate \"$@\"",
        "python": f"exec '{sys.executable}' \"$@\"",
        "gh": f"exec '{sys.executable}' '{Path(__file__).with_name('gh.py')}' \"$@\"",
        "pip": 'echo "pip $*"',
    }.items():
        (folder / name).write_text(f"#!/bin/bash\n{line}\n")
        (folder / name).chmod(0o755)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


def group(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """A live group."""
    found: dict[str, Any] = sandbox.store.find("group", name=name)
    return found


@contextmanager
def renamed(sandbox: Sandbox) -> Iterator[None]:
    """A colleague has renamed Crew North; afterwards it has its name again."""
    crew = group(sandbox, "Crew North")
    sandbox.store.put("group", crew["id"], {**crew, "name": "Northerners"})
    yield
    sandbox.store.put("group", crew["id"], crew)
