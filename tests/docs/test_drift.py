"""docs/drift.md shows what flowstate prints."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from flowstate.cli import run
from flowstate.diff import Verdict
from flowstate.sandbox.server import Sandbox

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")


def _demo(examples: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_of_drift", examples / "demo.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_drift_in_the_docs_is_what_is_printed_after_the_clicks_of_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        Path("examples/first-team/.sandbox.json").write_text(json.dumps(sandbox.ready))
        assert run(["-C", "examples/first-team", "apply", "--auto-approve"]) == 0
        demo = _demo(tmp_path / "examples")
        demo.clicks(demo.Dashboard(sandbox.ready))
        capsys.readouterr()
        assert run(["-C", "examples/first-team", "drift"]) == 2
        printed = capsys.readouterr().out
        assert run(["-C", "examples/first-team", "drift", "--new", "--report", "html=drift.html"]) == 2
    shown = re.search(r"```console\n\$ flowstate -C examples/first-team drift\n(.*?)```", TEXT, re.DOTALL)
    assert shown
    steady = re.compile(r"last saved [-0-9]+ [:0-9.]+Z")
    assert steady.sub("last saved", shown[1]) == steady.sub("last saved", printed)


def test_every_verdict_is_explained() -> None:
    table = set(re.findall(r"^\| `([a-z-]+)` \| .* \| [02] \|$", TEXT, re.MULTILINE))
    assert table == {verdict.value for verdict in Verdict} - {"in-sync"}
