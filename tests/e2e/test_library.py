"""flowstate as a library."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import flowstate

from .bench import Bench

_EXAMPLE = re.compile(r"As a library::\n\n((?:    .*\n|\n)+)")
_TEAM = Path(__file__).parents[2] / "examples/first-team"


def test_the_example_in_the_docstring_runs(bench: Bench) -> None:
    found = _EXAMPLE.search(flowstate.__doc__ or "")
    assert found
    code = textwrap.dedent(found[1])
    assert len([line for line in code.splitlines() if line.strip()]) <= 12
    folder = bench.folder / "examples/first-team"
    shutil.copytree(_TEAM, folder, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(bench.folder / ".sandbox.json", folder)
    command = [sys.executable, "-W", "error", "-c", code]
    ran = subprocess.run(command, cwd=bench.folder, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "'applied')" in ran.stdout
    again = Bench(bench.sandbox, folder).plan(environment="sandbox")
    assert again.ready == ()


def test_every_public_name_can_be_imported() -> None:
    assert all(getattr(flowstate, name) for name in flowstate.__all__)
