"""The workflow of the team's template, every script of it run in bash against a sandbox."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from flowstate.sandbox.server import Sandbox

from .conftest import TOKEN, Repository, git, group, make, renamed
from .runner import Ended

SAME = {"number": 5, "head": {"repo": {"full_name": "solarenergy/team"}}}
FORK = {"number": 5, "head": {"repo": {"full_name": "stranger/team"}}}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox) -> Repository:
    return make(tmp_path_factory.mktemp("github"), sandbox, accept_drift="true")


@pytest.fixture(scope="module")
def merged(repository: Repository) -> dict[str, Ended]:
    """What came of the first push to main, onto a team that is new."""
    return repository.runner.run("push", sha=git(repository.tree, "rev-parse", "HEAD"))


@pytest.fixture(scope="module")
def moved(repository: Repository, merged: dict[str, Ended]) -> dict[str, Ended]:
    """What came of a push after whose plan, and before whose approval, a colleague renamed a crew."""
    roles = repository.tree / "manifests/roles.yaml"
    kept = roles.read_text()
    roles.write_text(kept + "  - {name: '::error::owned', permissions: [dataViewer]}\n")
    sha = repository.push()
    planned = repository.runner.run("push", sha=sha, only="plan-production")
    roles.write_text(kept)
    with renamed(repository.sandbox):
        return repository.runner.run("push", sha=sha, only="apply-production", past=planned)


def test_a_pull_request_gets_one_comment_that_follows_its_plan(repository: Repository) -> None:
    store = repository.home / "github.json"
    kept = repository.github
    kept["comments"].append({"id": "1", "user": "stranger", "body": "<!-- flowstate:plan:production -->\nmine"})
    store.write_text(json.dumps(kept))
    sha = git(repository.tree, "rev-parse", "HEAD")
    first = repository.runner.run("pull_request", sha=sha, ref="refs/pull/5/merge", pull_request=SAME)
    assert {name: job.outcome for name, job in first.items() if job.outcome != "skipped"} == {
        "validate": "success", "review-production": "success",
    }, first  # fmt: skip
    repository.runner.run("pull_request", sha=sha, only="review-production", pull_request=SAME)
    stranger, ours = repository.github["comments"]
    assert stranger["body"].endswith("mine")
    assert ours["body"].count("<!-- flowstate:plan:production -->") == 1
    assert ours["body"].startswith("<!-- flowstate:plan:production -->")
    assert "Field Crews" in ours["body"]


def test_a_pull_request_of_a_fork_is_validated_without_any_secret(repository: Repository) -> None:
    sha = git(repository.tree, "rev-parse", "HEAD")
    jobs = repository.runner.run("pull_request", sha=sha, ref="refs/pull/5/merge", pull_request=FORK)
    assert [name for name, job in jobs.items() if job.outcome != "skipped"] == ["validate"]
    assert "Valid: 16 resources" in jobs["validate"].log
    assert set(repository.secrets.values()) & set(jobs["validate"].environment.values()) == set()


def test_what_is_merged_is_planned_shown_and_applied_as_it_was_shown(
    repository: Repository, merged: dict[str, Ended]
) -> None:
    plan, apply = merged["plan-production"], merged["apply-production"]
    assert (plan.outcome, plan.outputs) == ("success", {"exit-code": "2"}), plan.log
    assert "Field Crews" in plan.summary
    assert apply.outcome == "success", apply.log
    assert group(repository.sandbox, "Field Crews")
    [passwords] = (repository.home / "artifacts/passwords-production").iterdir()
    assert passwords.read_bytes().startswith(b"age-encryption.org")
    assert git(repository.origin, "branch", "--list", "flowstate-production")


def test_where_nothing_is_to_be_done_nobody_is_asked(repository: Repository, merged: dict[str, Ended]) -> None:
    again = repository.runner.run("push", sha=git(repository.tree, "rev-parse", "HEAD"))
    assert (again["plan-production"].outputs, again["apply-production"].outcome) == ({"exit-code": "0"}, "skipped")


def test_a_team_that_moved_while_the_plan_waited_is_not_applied(
    repository: Repository, moved: dict[str, Ended]
) -> None:
    assert moved["plan-production"].outputs == {"exit-code": "2"}
    assert moved["apply-production"].outcome == "failure"
    assert "Crew North" in moved["apply-production"].log
    assert "::error::owned" not in [one["name"] for one in repository.sandbox.store.all("group")]


def test_names_from_the_team_give_the_runner_no_orders(moved: dict[str, Ended]) -> None:
    log = moved["plan-production"].log
    token = re.search(r"^::stop-commands::([0-9a-f]{32})$", log, re.MULTILINE)
    assert token
    before, _, rest = log.partition(token[0])
    inside, _, after = rest.partition(f"::{token[1]}::")
    assert "owned" in inside
    assert "owned" not in before + after


def test_a_failed_plan_says_so_in_the_place_of_an_old_one(repository: Repository) -> None:
    wrong = replace(repository.runner, secrets={**repository.secrets, "FLOWSTATE_CLIENT_SECRET": "wrong-and-long"})
    sha = git(repository.tree, "rev-parse", "HEAD")
    jobs = wrong.run("pull_request", sha=sha, only="review-production", pull_request=SAME)
    assert jobs["review-production"].outcome == "failure"
    said = repository.github["comments"][-1]["body"]
    assert "There is no plan for production: [see why](https://github.example/" in said


def test_drift_opens_one_issue_keeps_it_and_closes_it(repository: Repository, merged: dict[str, Ended]) -> None:
    sha = git(repository.tree, "rev-parse", "HEAD")
    with renamed(repository.sandbox):
        repository.runner.run("schedule", sha=sha)
        again = repository.runner.run("schedule", sha=sha, only="drift-production")
    assert again["drift-production"].outcome == "success"
    [issue] = repository.github["issues"]
    assert (issue["title"], issue["state"]) == ("Drift in production", "open")
    assert "Northerners" in issue["body"]
    [pull] = repository.github["pulls"]
    assert pull["head"] == "flowstate/accept-production"
    proposed = git(repository.origin, "show", "flowstate/accept-production:manifests/sites.yaml")
    assert "Northerners" in proposed
    repository.runner.run("schedule", sha=sha)
    assert repository.github["issues"][0]["state"] == "closed"


def test_no_job_writes_a_secret_anywhere(repository: Repository, merged: dict[str, Ended]) -> None:
    told = "".join(repository.runner.told)
    assert merged["apply-production"].log in told
    secrets = [repository.sandbox.client_secret, TOKEN]
    files = [path for path in repository.home.rglob("*") if path.is_file()]
    assert any(path.name == "report.md" for path in files)
    assert [word for word in secrets if word in told] == []
    assert [path for path in files if any(word.encode() in path.read_bytes() for word in secrets)] == []


def test_every_script_of_the_workflow_was_there(repository: Repository) -> None:
    text = Path(repository.runner.workflow).read_text()
    assert text.count("        run: |") == 4
