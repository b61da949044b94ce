"""Other people's checks of the files for pipelines; each runs where its program is on the PATH."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from flowstate.cli import run

from .conftest import git
from .runner import ROOT
from .test_files import HASH, WORKFLOW

pytestmark = pytest.mark.external


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The team's template for GitHub and GitLab, in Git."""
    made = tmp_path_factory.mktemp("foreign")
    for ci in ("github", "gitlab"):
        data = ("--data", f"ci={ci}", "--data", "accept_drift=true", "--data", f"flowstate_version={HASH}")
        environments = ("--data", "environments=[staging, production]")
        template = str(ROOT / "examples/team-template")
        assert run(["new", template, str(made / ci), "--defaults", *data, *environments]) == 0
    return made


def _clean(*command: str | Path, folder: Path) -> None:
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not installed")
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing(folder: Path) -> None:
    _clean("actionlint", "-no-color", folder / "github" / WORKFLOW, folder=folder)


def test_zizmor_finds_nothing(folder: Path) -> None:
    _clean("zizmor", "--offline", "--no-progress", folder / "github", ROOT / "action.yml", folder=folder)


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", f"github/{WORKFLOW}"),
        ("vendor.github-actions", ROOT / "action.yml"),
        ("vendor.gitlab-ci", "gitlab/.gitlab-ci.yml"),
    ],
)
def test_the_published_schemas_are_kept(folder: Path, schema: str, file: str | Path) -> None:
    _clean("check-jsonschema", "--builtin-schema", schema, folder / file, folder=folder)


def test_pre_commit_runs_the_hook_in_a_real_repository(folder: Path, tmp_path: Path) -> None:
    team = tmp_path / "team"
    shutil.copytree(folder / "gitlab", team)
    hooks = tmp_path / "flowstate"
    git(tmp_path, "clone", "-q", ROOT, hooks)
    for name in (".pre-commit-hooks.yaml", "pyproject.toml"):
        shutil.copy(ROOT / name, hooks / name)
    git(hooks, "add", "-A")
    git(hooks, "commit", "-q", "--allow-empty", "-m", "the hook as it stands")
    hook = "hooks: [{id: flowstate-validate, args: [-e, sandbox]}]"
    config = f"repos: [{{repo: '{hooks}', rev: {git(hooks, 'rev-parse', 'HEAD')}, {hook}}}]\n"
    (team / ".pre-commit-config.yaml").write_text(config)
    git(team, "init", "-q")
    git(team, "add", "-A")
    _clean("pre-commit", "run", "--all-files", folder=team)
    (team / "manifests/roles.yaml").write_text("gruops: []\n")
    refused = subprocess.run(
        ["pre-commit", "run", "--all-files"], cwd=team, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 1
    assert "manifests/roles.yaml:1:1" in refused.stdout
