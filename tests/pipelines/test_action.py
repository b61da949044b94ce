"""What the action tells the workflow that uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flowstate.sandbox.server import Sandbox

from .conftest import Repository, git, make
from .runner import ROOT, Job


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Repository:
    return make(tmp_path_factory.mktemp("action"), sandbox)


def _job(repository: Repository) -> Job:
    """A job that has checked out the repository."""
    sha = git(repository.tree, "rev-parse", "HEAD")
    job = Job(repository.runner, "job", {"github": {"sha": sha}})
    assert job.uses("actions/checkout@x", {}, {}, {})
    return job


def _used(job: Job, env: dict[str, str], **given: str) -> tuple[bool, dict[str, str]]:
    outputs: dict[str, str] = {}
    inputs = {name.replace("_", "-"): text for name, text in given.items()}
    return job.uses("acme/flowstate@x", inputs, env, outputs), outputs


def test_a_plan_is_counted_and_lies_where_it_was_wanted(repository: Repository) -> None:
    job = _job(repository)
    given = {"command": "plan", "environment": "production", "plan_file": "out/a plan.json"}
    good, outputs = _used(job, repository.secrets, **given, arguments="--only\ngroup/*\n")
    assert good, job.ended.log
    assert outputs["plan-file"] == str(job.workspace / "out/a plan.json")
    summary = json.loads(Path(outputs["plan-file"]).read_text())["plan"]["summary"]
    counts = {name: outputs[name] for name in ("create", "update", "restore", "archive", "delete", "blocked")}
    assert counts == {name: str(summary[name]) for name in counts}
    assert (outputs["exit-code"], outputs["create"]) == ("2", "7")
    assert "Field Crews" in Path(outputs["report"]).read_text()


def test_without_credentials_the_step_fails_with_the_exit_code_of_flowstate(repository: Repository) -> None:
    good, outputs = _used(_job(repository), {}, command="plan", environment="production")
    assert (good, outputs["exit-code"], outputs["create"]) == (False, "8", "")


def test_another_version_than_the_wanted_one_is_not_run(repository: Repository) -> None:
    job = _job(repository)
    good, outputs = _used(job, {}, command="validate", environment="sandbox", version="9.9.9")
    assert (good, outputs["exit-code"]) == (False, "")
    assert "version 9.9.9 is wanted" in job.ended.log


def test_arguments_are_never_expanded(repository: Repository) -> None:
    job = _job(repository)
    good, _ = _used(job, {}, command="validate", arguments="-e\nsandbox; touch owned $(touch owned) *\n")
    assert not good
    assert not (job.workspace / "owned").exists()


def test_what_apply_did_is_counted_by_resource(tmp_path: Path) -> None:
    lines = [("a", "update", "applied"), ("a", "update", "applied"), ("b", "create", "failed")]
    lines += [("c", "archive", "applied"), ("d", "delete", "blocked")]
    results = [dict(zip(("address", "action", "outcome"), line, strict=True)) for line in lines]
    (tmp_path / "report.md").write_text(json.dumps({"results": results}))
    command = [sys.executable, "-I", str(ROOT / "pipelines/counts.py"), "apply", "", str(tmp_path / "report.md")]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["create=0", "update=1", "restore=0", "archive=1", "delete=0", "blocked=1"]
