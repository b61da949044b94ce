"""A project folder beside a running sandbox, and what a person does with the two."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flowstate import Applied, Change, Plan, Project
from flowstate.sandbox.chapters.users import new_user
from flowstate.sandbox.server import Sandbox
from flowstate.state import Header, line_of, run_name

SETTINGS = """\
environments:
  sandbox:
    provider: onsight-flow
    sandbox: .sandbox.json
    passwords: {file: .flowstate/passwords.jsonl}
"""
KINDS = ("user", "group", "workflow", "trigger", "reportTemplate", "teamSettings", "defaultReportTemplate")
READING = frozenset(
    {"request-token", "get-keys", "get-users", "get-user", "get-user-permissions", "get-all-groups", "get-group"}
    | {"get-workflows", "get-workflow", "get-all-triggers", "get-trigger", "get-team-setting", "get-team-settings"}
    | {"get-all-report-templates", "get-report-template", "get-report-template-names", "get-default-report-template"}
)
Manifest = Mapping[str, Any]


@dataclass(frozen=True)
class Ran:
    """How one command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ran]


@dataclass
class Bench:
    """A project folder, and the sandbox that its only environment names."""

    sandbox: Sandbox
    folder: Path

    @classmethod
    def make(cls, sandbox: Sandbox, folder: Path, *manifests: Manifest) -> Bench:
        bench = cls(sandbox, folder)
        (folder / "manifests").mkdir()
        bench.settings(SETTINGS)
        (folder / ".sandbox.json").write_text(json.dumps(sandbox.ready))
        bench.manifests(*manifests)
        return bench

    def settings(self, text: str) -> None:
        (self.folder / "flowstate.yaml").write_text(text)

    def unlimited(self, *others: tuple[str, str]) -> None:
        """However much changes at once, it is meant: for tests that are about something else.

        ``others`` are further limits, each with its kind.
        """
        limits = [*((limit, kind) for limit in ("destructive", "updates", "emptying") for kind in KINDS), *others]
        allow = [{"limit": limit, "kind": kind, "count": 10_000, "reason": "a test"} for limit, kind in limits]
        file = self.folder / "flowstate.yaml"
        file.write_text(f"{file.read_text()}allow: {json.dumps(allow)}\n")

    def hosts(self, team: str = "solarenergy", accounts: str = "", gateway: str = "") -> None:
        """An environment that names hosts and team itself, its credentials in TEST_ID and TEST_SECRET."""
        accounts, gateway = accounts or self.sandbox.accounts, gateway or self.sandbox.gateway
        self.settings(
            "environments:\n  here:\n    provider: onsight-flow\n"
            f"    hosts: {{accounts: '{accounts}', gateway: '{gateway}'}}\n    team: {team}\n"
            "    credentials: {idEnv: TEST_ID, secretEnv: TEST_SECRET}\n"
            "    passwords: {file: .flowstate/passwords.jsonl}\n"
        )

    def manifests(self, *manifests: Manifest) -> None:
        """These in place of all others; JSON is YAML, so they are written as such."""
        for old in (self.folder / "manifests").glob("*.yaml"):
            old.unlink()
        for number, manifest in enumerate(manifests):
            self.text(json.dumps(manifest, ensure_ascii=False, indent=1), f"{number}.yaml")

    def text(self, text: str, name: str = "0.yaml") -> None:
        (self.folder / "manifests" / name).write_text(text, encoding="utf-8")

    def project(self, **options: Any) -> Project:
        return Project.open(self.folder, **options)

    def plan(self, **options: Any) -> Plan:
        return asyncio.run(self.project(**options).plan())

    def apply(self, plan: Plan | None = None, **options: Any) -> Applied:
        project = self.project(**options)

        async def run() -> Applied:
            return await project.apply(plan or await project.plan())

        return asyncio.run(run())

    @property
    def state(self) -> Any:
        found = list((self.folder / ".flowstate").glob("*.state.json"))
        return json.loads(found[0].read_text())["resources"] if found else {}

    def writes(self) -> list[str]:
        """The documented calls that write, in the order of their answers."""
        return [name for name in self.sandbox.log.operations() if name not in READING]

    def user(self, username: str, *permissions: str, **fields: Any) -> str:
        """Somebody made in the dashboard; the id."""
        body = new_user(username, username, username.partition("@")[0], **dict.fromkeys(permissions, True))
        self.sandbox.store.put("user", body["userId"], body | fields)
        return str(body["userId"])

    def edit(self, kind: Any, key: str, **fields: Any) -> None:
        """What a colleague changes in the dashboard."""
        name = "username" if kind == "user" else "name"
        id_, body = next((id_, one) for id_, one in self.sandbox.store.items(kind) if one[name] == key)
        self.sandbox.store.put(kind, id_, body | fields)

    def broken_off(self, *lines: Mapping[str, Any]) -> str:
        """The file of a run that began now and never ended; its name."""
        place, state = self.project().location, self.project().store.load()
        file = place.runs.file(run_name("sandbox", state.settled))
        begun = (state.commit, "ada", "laptop", "today")
        file.begin(Header(file.run, "sandbox", state.team, state.lineage, state.serial, "f", *begun, {}))
        file.append(b"".join(map(line_of, lines)))
        file.finish()
        return file.run

    def find(self, kind: Any, **fields: Any) -> dict[str, Any]:
        return self.sandbox.store.find(kind, **fields)


def changed(plan: Plan) -> list[tuple[str, str, str | None]]:
    """What a plan does, in its order."""
    return [(str(change.address), change.action.value, _part(change)) for change in plan.changes]


def _part(change: Change) -> str | None:
    return change.part.value if change.part else None


def outcomes(applied: Applied) -> dict[tuple[str, str | None], str]:
    return {(str(each.change.address), _part(each.change)): each.outcome.value for each in applied.results}


def leaves(plan: Plan) -> dict[str, tuple[Any, Any, str]]:
    """Every leaf of a plan: before, after, verdict."""
    return {
        f"{change.address}:{'.'.join(leaf.path)}": (leaf.before, leaf.after, leaf.verdict.value)
        for change in plan.changes
        for leaf in change.fields
    }


def codes(plan: Plan) -> dict[str, str]:
    """Code of every problem of a plan by address."""
    return {problem.address: problem.code for problem in plan.problems}
