"""docs/scopes.md shows what is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from flowstate.cli import run
from flowstate.sandbox.chapters.access import new_client
from flowstate.sandbox.policies import SCOPE_BASE
from flowstate.sandbox.server import Sandbox

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scopes.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```console\n\$ (flowstate .*?)\n(.*?)```", PAGE, re.DOTALL))
MANIFEST = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)[0]


def _project(folder: Path, environment: str) -> None:
    (folder / "manifests").mkdir()
    (folder / "manifests" / "team.yaml").write_text(MANIFEST, encoding="utf-8")
    (folder / "flowstate.yaml").write_text(f"environments: {{{environment}}}\n", encoding="utf-8")


def _said(folder: Path, command: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = run(["-C", str(folder), *command.split()[1:]])
    return code, capsys.readouterr().out


def test_the_whole_report_is_printed_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _project(tmp_path, "production: {provider: onsight-flow, team: solarenergy}")
    command = "flowstate scopes --offline"
    assert _said(tmp_path, command, capsys) == (0, BLOCKS[command])


def test_what_is_said_of_a_token_is_printed_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _project(tmp_path, "sandbox: {provider: onsight-flow, sandbox: .sandbox.json}")
    with Sandbox() as sandbox:
        scopes = [SCOPE_BASE + name for name in ("teamsettings.admin", "job.admin")]
        client = new_client(sandbox.team, "Chosen", scopes, ["admin"])
        sandbox.store.put("client", client["clientId"], client)
        ready = sandbox.ready | {"client_id": client["clientId"], "client_secret": client["secret"]}
        (tmp_path / ".sandbox.json").write_text(json.dumps(ready))
        command = "flowstate scopes"
        code, out = _said(tmp_path, command, capsys)
    assert (code, BLOCKS[command] in out) == (8, True)
