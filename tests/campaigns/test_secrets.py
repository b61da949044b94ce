"""No secret is anywhere but where it belongs, whatever the command, however much it says, wherever it breaks."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from unittest.mock import patch

import pytest

from flowstate.cli.lazy import names
from flowstate.sandbox.store import Store

from .case import service
from .desk import Desk, Ran, desk
from .inside import Trouble
from .process import Shop, serving
from .profile import crash_points
from .references import REFERENCES, at

_ADA = f"user/{at('ada')}"
_TEMPLATE = Path(__file__).parents[2] / "examples" / "team-template"
_NEW = json.dumps({"username": at("new"), "name": "New", "emailAddress": at("new")})
_SCRIPT: dict[str, list[list[str]]] = {  # what begins with @ is a path in the project's folder
    "init": [["init", "--team", "solarenergy"], ["init"]],
    "validate": [["validate"], ["validate", "--format", "json"]],
    "plan": [["plan"], ["plan", "--format", "json"], ["plan", "-o", "@plan.json"], ["plan", "--format", "markdown"]],
    "scopes": [["scopes"], ["scopes", "--format", "json"]],
    "apply": [["apply", "--auto-approve", "--format", "json"], ["apply", "--auto-approve"], ["apply", "@plan.json"]],
    "show": [["show", "@plan.json"], ["show", "@plan.json", "--format", "json"], ["show", "20"]],
    "drift": [
        ["drift", "--report", "html=@drift.html", "--report", "sarif=@drift.sarif", "--report", "junit=@drift.xml"],
        ["drift", "--format", "json"],
        ["drift", "--format", "markdown"],
    ],
    "why": [["why", _ADA], ["why", _ADA, "name"]],
    "accept": [["accept", "*", "--check"], ["accept", "*"]],
    "export": [["export", "@exported"], ["export", "@template", "--as-template"]],
    "new": [["new", str(_TEMPLATE), "@new", "--defaults"]],
    "schema": [["schema"]],
    "explain": [["explain", "user"]],
    "import": [["import", _ADA, "no-such-id"]],
    "state": [["state", "list"], ["state", "show", _ADA], ["state", "pull"], ["state", "rm", _ADA]],
    "api": [
        ["api", "GET", "/api/team/user"],
        ["api", "GET", "/workflows/v2"],
        ["api", "POST", "/api/team/user", "--auto-approve", "-d", _NEW],
    ],
    "reset-password": [["reset-password", _ADA, "--auto-approve"]],
    "reset-settings": [["reset-settings", "--team", "solarenergy"]],
}
_SIGNED = re.compile(rb'https?://[^"?]+\?([^"]{12,})')
_GRANTED = re.compile(rb'"(?:access_token|password|newPassword)":\s*"([^"]+)"')
_FAULTS = ("echo", "crash", "killed after", "500 committed", "timeout committed")


@contextmanager
def _project(seed: object) -> Iterator[Desk]:
    sandbox = service()
    environ = {"CANARY_ID": sandbox.client_id, "CANARY_SECRET": sandbox.client_secret}
    with desk(sandbox, Random(f"secrets {seed}")) as here, patch.dict(os.environ, environ):
        sandbox.reset()
        here.hosts(REFERENCES["bootstrap"].then)
        yield here


def _canaries(here: Desk) -> set[bytes]:
    """Everything secret that this project and this service ever said."""
    heard = b"\n".join(part for line in here.lines for part in line.heard)
    return {here.sandbox.client_secret.encode(), *_GRANTED.findall(heard), *_SIGNED.findall(heard)}


def _hits(here: Desk, *ran: Ran) -> list[str]:
    """Where a canary is that should not be there."""
    places = {f"what command {number} said": f"{each.out}\n{each.err}".encode() for number, each in enumerate(ran)}
    sink = here.folder / ".flowstate" / "passwords.jsonl"
    places |= {str(path): path.read_bytes() for path in here.folder.rglob("*") if path.is_file() and path != sink}
    return [name for name, text in places.items() if any(canary in text for canary in _canaries(here))]


def test_the_script_has_every_command_but_the_sandbox() -> None:
    assert {*names()} - {"sandbox"} == {*_SCRIPT}


def _rename(store: Store, name: str) -> None:
    store.update("user", store.find("user", username=at("ada"))["userId"], name=name)


@pytest.mark.parametrize("verbose", [[], ["-v"]], ids=["usual", "verbose"])
def test_no_command_lets_a_secret_out(verbose: list[str]) -> None:
    with _project("commands") as here:
        ran = {}
        for words in (words for lines in _SCRIPT.values() for words in lines):
            if words[0] == "drift":
                _rename(here.sandbox.store, "A. B.")
            filled = [re.sub("@(?!x)", f"{here.folder}/", word) for word in words]
            ran[" ".join(words)] = here.flowstate(*verbose, *filled)
        told = {line: each.code for line, each in ran.items() if each.code not in {0, 2}}
        assert told == {f"import {_ADA} no-such-id": 1}, "each of the others does something"
        assert len(_canaries(here)) > 8, "secrets of every sort were about"
        assert _hits(here, *ran.values()) == []


@pytest.mark.parametrize("part", range(4))
def test_no_crash_lets_a_secret_out(part: int) -> None:
    for number in range(part, crash_points(), 4):
        chance = Random(f"crash {number}")
        trouble = Trouble(chance.randint(1, 62), _FAULTS[number % len(_FAULTS)], chance.choice(["once", "all"]))
        with _project(number) as here:
            first = here.flowstate("-v", "apply", "--auto-approve", trouble=trouble)
            second = here.flowstate("-v", "apply", "--auto-approve")
            assert _hits(here, first, second) == [], trouble


class _Forgets(set[str]):
    def add(self, element: str) -> None:
        """Never heard of it."""


@pytest.mark.parametrize("fault", ["echo", "crash"])
def test_the_search_finds_secrets_when_nothing_hides_them(fault: str) -> None:
    with _project("proof") as here, patch("flowstate.text._known", _Forgets()), patch("flowstate.text._PATTERNS", ()):
        found = [
            _hits(here, here.flowstate("apply", "--auto-approve", trouble=Trouble(at, fault))) for at in (1, 8, 45)
        ]
    assert any(found)


def test_no_secret_is_an_argument_of_a_process(tmp_path: Path) -> None:
    with serving(tmp_path) as team:
        shop = Shop(tmp_path / "project", team)
        shop.write(REFERENCES["bootstrap"].then)
        running = shop.begin("apply", "--auto-approve")
        seen: set[bytes] = set()
        while _alive(running.pid):
            seen |= set(_arguments(running.pid))
            time.sleep(0.01)
        assert running.end().code == 0
        sink = (shop.folder / ".flowstate" / "passwords.jsonl").read_text()
    passwords = re.findall(r'"password": "([^"]+)"', sink)
    assert (len(passwords), any(b"apply" in line for line in seen)) == (3, True)
    secrets = [team.ready["client_secret"], *passwords]
    assert [line for line in seen if any(secret.encode() in line for secret in secrets)] == []


def _alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] != "Z"


def _arguments(pid: int) -> Iterator[bytes]:
    """Of the process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    for each in (str(pid), *(children.read_text().split() if children.exists() else ())):
        try:
            yield Path(f"/proc/{each}/cmdline").read_bytes()
        except OSError:
            continue
