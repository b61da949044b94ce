"""The page about templates shows what the program prints."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from flowstate.cli import run

from .test_readme import ROOT

PAGE = (ROOT / "docs" / "bootstrap.md").read_text(encoding="utf-8")
PIPELINES = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")


def test_the_first_command_prints_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples/team-template", tmp_path / "examples/team-template")
    monkeypatch.chdir(tmp_path)
    [block] = re.findall(r"```console\n\$ flowstate (.*?)\n(.*?)```", PAGE, re.DOTALL)
    assert run(shlex.split(block[0])) == 0
    assert capsys.readouterr().out == block[1]


def test_the_page_about_pipelines_names_every_input_and_output_of_the_action() -> None:
    action = (ROOT / "action.yml").read_text(encoding="utf-8").partition("\nruns:")[0]
    names = set(re.findall(r"^  ([a-z-]+):$", action, re.MULTILINE))
    named = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| `.*", PIPELINES, re.MULTILINE))))
    assert names <= named


def test_the_pages_lead_to_files_that_there_are() -> None:
    links = re.findall(r"\]\(([a-z_.-]+)\)", PAGE + PIPELINES)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
