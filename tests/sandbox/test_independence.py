"""The sandbox is a second opinion: it takes nothing from the rest of flowstate."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import flowstate.sandbox

from .programs import program, token_of

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


def _needed() -> set[str]:
    """What the extra of the sandbox installs, and all that this installs in turn."""
    project = tomllib.loads((ROOT.parents[1] / "pyproject.toml").read_text())["project"]
    found: set[str] = set()
    left = [Requirement(each) for each in project["optional-dependencies"]["sandbox"]]
    while left:
        requirement = left.pop()
        name = canonicalize_name(requirement.name)
        wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if wanted and name not in found:
            found.add(name)
            left += [Requirement(each) for each in distribution(name).requires or ()]
    return found


_REFUSES = """
import sys

class Refuses:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {foreign}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Refuses())
"""


def test_the_sandbox_runs_alone_with_nothing_but_its_own_dependencies(tmp_path: Path) -> None:
    needed = _needed()
    owners = {module: set(map(canonicalize_name, names)) for module, names in packages_distributions().items()}
    foreign = {module for module, names in owners.items() if names.isdisjoint(needed)} - {"flowstate"}
    assert {"httpx", "pytest"} <= foreign
    (tmp_path / "sitecustomize.py").write_text(_REFUSES.format(foreign=foreign))
    shutil.copytree(ROOT, tmp_path / "flowstate" / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "version.py"):
        shutil.copy(ROOT.parent / name, tmp_path / "flowstate" / name)
    with program(tmp_path, env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}) as (_, ready):
        headers = {"Authorization": f"Bearer {token_of(ready)}"}
        assert httpx.get(f"{ready['gateway']}/workflows/v2", headers=headers).is_success
        assert httpx.get(ready["accounts"]).is_success
