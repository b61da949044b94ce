"""A runner of workflows as far as ours need one: jobs by their needs, steps in bash, artifacts in folders."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from .expressions import evaluate, filled, holds

ROOT = Path(__file__).resolve().parents[2]
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]


def read(path: Path) -> Any:
    """A YAML file as plain data."""
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@dataclass
class Ended:
    """How a job ended; ``environment`` is every variable that a step of it saw."""

    outcome: str
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    environment: dict[str, str] = field(default_factory=dict)


@dataclass
class Runner:
    """``origin`` is the bare repository, ``home`` holds what outlives a job, ``bin`` the programs that are stubs."""

    origin: Path
    home: Path
    bin: Path
    workflow: Path
    secrets: Mapping[str, str]
    told: list[str] = field(default_factory=list)

    def run(
        self,
        event: str,
        *,
        sha: str,
        ref: str = "refs/heads/main",
        only: str = "",
        past: Mapping[str, Ended] | None = None,
        **payload: Any,
    ) -> dict[str, Ended]:
        """All jobs that this event starts; ``only`` this one, where those in ``past`` have ended already."""
        github = {
            "event_name": event, "event": payload, "ref": ref, "sha": sha, "repository": "solarenergy/team",
            "token": self.secrets["GITHUB_TOKEN"], "server_url": "https://github.example", "run_id": "7",
        }  # fmt: skip
        ended: dict[str, Ended] = dict(past or {})
        for name, job in read(self.workflow)["jobs"].items():  # written in the order of their needs
            if only not in {"", name}:
                continue
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            needs = [one for one in needs if one in ended or not only]
            context = {
                "github": github,
                "needs": {one: {"outputs": ended[one].outputs} for one in needs},
                "secrets": self.secrets,
            }
            failed = any(ended[one].outcome == "failure" for one in needs)
            skipped = any(ended[one].outcome == "skipped" for one in needs)
            runs = holds(job.get("if"), context, failed=failed) and (not skipped or "failure()" in str(job.get("if")))
            ended[name] = Job(self, name, context).run(job) if runs else Ended("skipped")
            self.told.append(f"{ended[name].log}{ended[name].summary}{ended[name].outputs}")
        return ended


class Job:
    """One job in a workspace of its own."""

    def __init__(self, runner: Runner, name: str, context: dict[str, Any]) -> None:
        self.runner, self.ended = runner, Ended("success")
        self.place = runner.home / "jobs" / name
        shutil.rmtree(self.place, ignore_errors=True)
        self.workspace, self.temp = self.place / "workspace", self.place / "temp"
        for folder in (self.workspace, self.temp):
            folder.mkdir(parents=True)
        programs = self.temp / "flowstate-home" / "bin"  # as if it had been installed before
        programs.mkdir(parents=True)
        for program in ("flowstate", "python"):
            (programs / program).symlink_to(runner.bin / program)
        self.context = {**context, "runner": {"temp": str(self.temp)}, "steps": {}}

    def run(self, job: Mapping[str, Any]) -> Ended:
        self._steps(job["steps"], self.context, {})
        outputs = job.get("outputs", {})
        self.ended.outputs = {name: filled(text, self.context) for name, text in outputs.items()}
        return self.ended

    def _steps(self, steps: list[Any], context: dict[str, Any], inherited: Mapping[str, str]) -> bool:
        """Whether one of them failed."""
        failed = False
        for step in steps:
            if not holds(step.get("if"), context, failed=failed):
                continue
            env = {**inherited, **{name: filled(text, context) for name, text in step.get("env", {}).items()}}
            given = {name: filled(text, context) for name, text in step.get("with", {}).items()}
            outputs: dict[str, str] = {}
            good = (
                self.uses(step["uses"], given, env, outputs)
                if "uses" in step
                else self._bash(step["run"], env, outputs)
            )
            context["steps"][step.get("id", "")] = {"outputs": outputs}
            failed = failed or not (good or step.get("continue-on-error"))
        if failed:
            self.ended.outcome = "failure"
        return failed

    def uses(self, what: str, given: dict[str, str], env: dict[str, str], outputs: dict[str, str]) -> bool:
        """Whether an action ended well."""
        action = what.split("@", maxsplit=1)[0]
        match action:
            case "actions/setup-python":
                return True
            case "actions/checkout":
                return self._checkout()
            case "actions/upload-artifact":
                return self._upload(given)
            case "actions/download-artifact":
                shutil.copytree(self._artifact(given["name"]), self.workspace / given["path"], dirs_exist_ok=True)
                return True
        return self._action(given, env, outputs)

    def _checkout(self) -> bool:
        subprocess.run(["git", "clone", "-q", self.runner.origin, self.workspace], check=True)
        sha = self.context["github"]["sha"]
        subprocess.run(["git", "-C", self.workspace, "checkout", "-q", "--detach", sha], check=True)
        return True

    def _artifact(self, name: str) -> Path:
        return self.runner.home / "artifacts" / name

    def _upload(self, given: dict[str, str]) -> bool:
        found = list(self.workspace.glob(given["path"]))
        hidden = any(part.startswith(".") for part in Path(given["path"]).parts)
        assert not hidden or given.get("include-hidden-files") == "True"
        for path in found:
            self._artifact(given["name"]).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, self._artifact(given["name"]))
        return bool(found) or given["if-no-files-found"] == "ignore"

    def _action(self, given: dict[str, str], env: dict[str, str], outputs: dict[str, str]) -> bool:
        """Our own action, as it stands in this repository."""
        action = read(ROOT / "action.yml")
        assert given.keys() <= action["inputs"].keys()
        needed = {name for name, one in action["inputs"].items() if one.get("required")}
        assert needed <= given.keys()
        inputs = {name: given.get(name, one.get("default", "")) for name, one in action["inputs"].items()}
        context: dict[str, Any] = {"inputs": inputs, "steps": {}, "github": self.context["github"]}
        before = self.ended.outcome
        failed = self._steps(action["runs"]["steps"], context, env)
        self.ended.outcome = before
        outputs |= {name: str(evaluate(one["value"], context)) for name, one in action["outputs"].items()}
        return not failed

    def _bash(self, script: str, env: Mapping[str, str], outputs: dict[str, str]) -> bool:
        files = {name: self.temp / name.casefold() for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.write_text("")
        variables = {
            "PATH": f"{self.runner.bin}:{os.environ['PATH']}", "HOME": str(self.runner.home), "CI": "true",
            "RUNNER_TEMP": str(self.temp), "GITHUB_WORKSPACE": str(self.workspace), "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_ACTIONS": "true", **{name: str(file) for name, file in files.items()}, **env,
        }  # fmt: skip
        self.ended.environment |= variables
        (self.temp / "step.sh").write_text(script)
        command = [*BASH, str(self.temp / "step.sh")]
        done = subprocess.run(command, cwd=self.workspace, env=variables, capture_output=True, text=True, check=False)
        self.ended.log += done.stdout + done.stderr
        self.ended.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        outputs |= dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
        return done.returncode == 0
