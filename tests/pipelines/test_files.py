"""What the files for pipelines promise, read from the files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowstate.cli import run

from .runner import ROOT, read

HASH = "0123456789012345678901234567890123456789"
WORKFLOW = ".github/workflows/flowstate.yml"
TRUSTED = {"actions/checkout", "actions/setup-python", "actions/upload-artifact", "actions/download-artifact"}
RIGHTS = {
    "validate": {"contents": "read"},
    "review": {"contents": "read", "pull-requests": "write"},
    "plan": {"contents": "read"},
    "apply": {"contents": "write"},  # of the branch that holds the state
    "drift": {"contents": "read", "issues": "write"},
    "accept": {"contents": "write", "pull-requests": "write"},
}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The team's template with as much as there is, for each kind of pipeline."""
    folder = tmp_path_factory.mktemp("rendered")
    answers = {"environments": "[staging, production]", "accept_drift": "true", "flowstate_version": HASH}
    answers["password_recipient"] = "age1" + "q" * 58
    for ci in ("github", "gitlab"):
        data = [f"--data={name}={value}" for name, value in {**answers, "ci": ci}.items()]
        assert run(["new", str(ROOT / "examples/team-template"), str(folder / ci), "--defaults", *data]) == 0
    return {ci: folder / ci for ci in ("github", "gitlab")}


@pytest.fixture(scope="module")
def workflow(rendered: dict[str, Path]) -> Any:
    return read(rendered["github"] / WORKFLOW)


def _steps(workflow: Any) -> Iterator[tuple[str, Any]]:
    """Every step of the workflow and of the action, with the job it is in."""
    for name, job in workflow["jobs"].items():
        yield from ((name, step) for step in job["steps"])
    yield from (("action", step) for step in read(ROOT / "action.yml")["runs"]["steps"])


def test_only_known_actions_are_used_each_by_its_full_hash(workflow: Any) -> None:
    used = {step["uses"] for _, step in _steps(workflow) if "uses" in step}
    assert {one.partition("@")[0] for one in used} == TRUSTED | {"acme/flowstate"}
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", one)] == []


def test_one_action_is_the_same_version_everywhere(workflow: Any) -> None:
    used = {step["uses"] for _, step in _steps(workflow) if "uses" in step}
    assert len(used) == len({one.partition("@")[0] for one in used})


def test_no_expression_stands_in_a_script(workflow: Any) -> None:
    scripts = [step["run"] for _, step in _steps(workflow) if "run" in step]
    assert len(scripts) > 6
    assert [script for script in scripts if "${{" in script] == []


def test_every_job_has_its_least_rights_and_no_other(workflow: Any) -> None:
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        assert job["permissions"] == RIGHTS[name.partition("-")[0]], name


def test_a_pull_request_never_runs_with_the_rights_of_its_target(workflow: Any) -> None:
    assert set(workflow["on"]) == {"pull_request", "push", "schedule", "workflow_dispatch"}


def test_only_jobs_of_an_environment_see_secrets_and_those_of_forks_none(workflow: Any) -> None:
    for name, job in workflow["jobs"].items():
        assert ("secrets." in str(job)) == ("environment" in job), name
    assert "environment" not in workflow["jobs"]["validate"]
    assert "head.repo.full_name == github.repository" in workflow["jobs"]["review-production"]["if"]


def test_writing_to_a_team_waits_for_the_environment_that_may_ask_for_approval(workflow: Any) -> None:
    asked = {name: job["environment"] for name, job in workflow["jobs"].items() if "environment" in job}
    assert {name for name, environment in asked.items() if not environment.endswith("-plan")} == {
        "apply-staging", "apply-production",
    }  # fmt: skip
    commands = {step["with"]["command"] for name, step in _steps(workflow) if "/flowstate@" in step.get("uses", "")}
    assert commands == {"validate", "plan", "apply", "drift", "accept"}


def test_no_checkout_leaves_credentials_behind(workflow: Any) -> None:
    found = [step["with"] for _, step in _steps(workflow) if step.get("uses", "").startswith("actions/checkout")]
    assert found
    assert all(one["persist-credentials"] is False and one["fetch-depth"] == 0 for one in found)


def test_production_comes_after_staging(workflow: Any, rendered: dict[str, Path]) -> None:
    assert workflow["jobs"]["plan-production"]["needs"] == ["plan-staging", "apply-staging"]
    assert "apply-staging" in read(rendered["gitlab"] / ".gitlab-ci.yml")["apply-production"]["needs"]


def test_one_apply_at_a_time_and_none_is_cut_off(workflow: Any, rendered: dict[str, Path]) -> None:
    group = {"group": "flowstate-production", "cancel-in-progress": False}
    assert workflow["jobs"]["apply-production"]["concurrency"] == group
    apply = read(rendered["gitlab"] / ".gitlab-ci.yml")["apply-production"]
    assert apply["resource_group"] == "flowstate-production"
    assert apply["rules"][0]["when"] == "manual"


def test_every_input_and_output_of_the_action_is_described_and_used() -> None:
    action = read(ROOT / "action.yml")
    described = [*action["inputs"].values(), *action["outputs"].values()]
    assert all(one["description"].endswith(".") for one in described)
    text = (ROOT / "action.yml").read_text()
    assert [name for name in action["inputs"] if f"inputs.{name} " not in text] == []


@pytest.mark.parametrize("file", ["action.yml", "Dockerfile"])
def test_what_is_installed_is_pinned_and_exists(file: str) -> None:
    text = (ROOT / file).read_text()
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    [named] = re.findall(r"\[([a-z,]+)\]\"", text)
    assert set(named.split(",")) <= extras.keys()
    assert "--constraint" in text


def test_every_yaml_file_of_the_repository_can_be_read(rendered: dict[str, Path]) -> None:
    files = [ROOT / "action.yml", ROOT / ".pre-commit-hooks.yaml", ROOT / "examples/team-template/copier.yml"]
    files += [path for folder in rendered.values() for path in folder.rglob("*.y*ml")]
    assert len(files) > 15
    assert all(read(path) for path in files)


def test_the_hook_runs_a_command_that_there_is() -> None:
    [hook] = read(ROOT / ".pre-commit-hooks.yaml")
    program, command = hook["entry"].split()
    assert (program, hook["pass_filenames"]) == ("flowstate", False)
    assert run([command, "--help"]) == 0
    seen = [name for name in ("flowstate.yaml", "a/b.yml", "hr/people.csv", "x.py") if re.search(hook["files"], name)]
    assert seen == ["flowstate.yaml", "a/b.yml", "hr/people.csv"]


def _instructions() -> list[tuple[str, str]]:
    joined = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
    lines = [line.split(maxsplit=1) for line in joined.splitlines() if line and not line.startswith("#")]
    return [(name, rest) for name, rest in lines]


def test_the_container_runs_as_nobody_special() -> None:
    names = [name for name, _ in _instructions()]
    users = [rest for name, rest in _instructions() if name == "USER"]
    assert users == ["flowstate"]
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert "RUN" not in names[names.index("USER") :]


def test_nothing_secret_can_get_into_the_container() -> None:
    names = {name for name, _ in _instructions()}
    assert names == {"FROM", "RUN", "COPY", "USER", "WORKDIR", "ENTRYPOINT", "CMD"}
    copied = {word for name, rest in _instructions() if name == "COPY" for word in rest.split()[:-1]}
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
