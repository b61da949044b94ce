"""README promises nothing that is not there."""

from __future__ import annotations

import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flowstate.cli import commands, run
from flowstate.sandbox.server import Sandbox

from .pages import ROOT, blocks, walking

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_plan_in_the_readme_is_what_the_demo_prints(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    command = [sys.executable, "examples/demo.py"]
    demo = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert demo.returncode == 0, demo.stderr
    block = next(block for block in _blocks("console") if "-C examples/first-team plan" in block)
    shown = block.split("\n", 1)[1]
    assert shown in demo.stdout


def test_every_command_in_the_readme_exists_and_every_command_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    table = set(re.findall(r"^\| `([a-z-]+)", README, re.MULTILINE))
    assert table == {item.name.rstrip("_").replace("_", "-") for item in pkgutil.iter_modules(commands.__path__)}
    for command in sorted(table):
        assert run([command, "--help"]) == 0
    assert "Usage:" in capsys.readouterr().out


def test_the_manifest_in_the_readme_is_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests" / "team.yaml").write_text(_blocks("yaml")[0], encoding="utf-8")
    (tmp_path / "flowstate.yaml").write_text("environments: {only: {provider: onsight-flow}}\n", encoding="utf-8")
    assert run(["-C", str(tmp_path), "validate"]) == 0
    assert capsys.readouterr().out == "Valid: 2 resources for environment only.\n"


def test_the_readme_says_how_many_resources_the_example_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(ROOT / "examples" / "first-team"), "validate"]) == 0
    count = capsys.readouterr().out.split()[1]
    assert f"a team of {count} resources" in README


def _blocks(language: str) -> list[str]:
    return blocks(README, language)


def test_what_the_readme_says_to_type_for_a_team_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [commands] = [block.splitlines() for block in _blocks("sh") if "flowstate init" in block]
    first, *rest = [line.partition("#")[0].strip() for line in commands if line.startswith("flowstate ")]
    with Sandbox() as sandbox, walking(tmp_path, monkeypatch) as walk:
        walk.type(first)
        _real(tmp_path / "flowstate.yaml", sandbox)
        monkeypatch.setenv("FLOWSTATE_CLIENT_ID", sandbox.ready["client_id"])
        monkeypatch.setenv("FLOWSTATE_CLIENT_SECRET", sandbox.ready["client_secret"])
        said = [walk.type(line) for line in rest]
    assert ["No changes." in each for each in said] == [True, True]


def _real(settings: Path, sandbox: Sandbox) -> None:
    """Let the sandbox be the real team."""
    hosts = f"    hosts: {{accounts: '{sandbox.accounts}', gateway: '{sandbox.gateway}'}}\n"
    text = settings.read_text().replace('    team: "my-team"', f"{hosts}    team: solarenergy")
    settings.write_text(text)
