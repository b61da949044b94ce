"""The sandbox is a second opinion: it takes nothing from the rest of flowstate."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import flowstate.sandbox

ROOT = Path(flowstate.sandbox.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_of_the_sandbox_imports_nothing_else_of_flowstate(path: Path) -> None:
    ours = {name for name in _imported(path) if name.split(".")[0] == "flowstate"}
    assert all(name.startswith("flowstate.sandbox.") for name in ours)


def test_a_running_sandbox_has_loaded_nothing_else_of_flowstate() -> None:
    code = (
        "import sys; from flowstate.sandbox.server import Sandbox\n"
        "with Sandbox(): print(*(name for name in sys.modules if name.startswith('flowstate.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "flowstate.sandbox.server" in loaded
    # The package itself may read its version.
    assert {name.split(".")[1] for name in loaded} <= {"sandbox", "version"}
