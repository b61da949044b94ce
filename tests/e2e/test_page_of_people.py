"""What docs/people.md shows is what flowstate does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from flowstate.cli import run

from .bench import Bench

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "people.md").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_plan_on_the_page_is_what_its_files_lead_to(bench: Bench) -> None:
    (bench.folder / "manifests" / "hr").mkdir()
    (bench.folder / "manifests" / "hr" / "people.csv").write_text(_blocks("csv")[0])
    bench.text(_blocks("yaml")[0], "people.yaml")
    command = [sys.executable, "-m", "flowstate", "-C", str(bench.folder), "plan"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert _blocks("console")[0].partition("\n")[2] == ran.stdout


def test_the_pieces_on_the_page_are_manifests(bench: Bench) -> None:
    _, patch, missing = _blocks("yaml")
    bench.settings((bench.folder / "flowstate.yaml").read_text() + "manifests: [base, sites/leeds]\n")
    for folder, text in (("base", "triggers: [{name: Mail the supervisor}]\n" + missing), ("sites/leeds", patch)):
        (bench.folder / folder).mkdir(parents=True)
        (bench.folder / folder / "all.yaml").write_text(text)
    assert run(["validate", "-C", str(bench.folder)]) == 0
    plan = bench.plan()
    assert [problem.address for problem in plan.problems if problem.code == "missing"] == ["workflow/Weld Check"]
