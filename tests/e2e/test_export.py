"""A live team becomes a project: nothing to do from there, and enough to make the team again."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flowstate import Plan, Project
from flowstate.export import Exported
from flowstate.project.exporting import export_to
from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Kind

from .bench import Bench
from .teams import Team, furnish, teams

_MEMORY = Path("/dev/shm")
_STABLE = settings(
    max_examples=int(os.environ.get("EXPORT_TEAMS", "12")),
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_OWNER = "owner@solarenergy.example"


@_STABLE
@given(team=teams())
def test_what_is_exported_makes_the_team_again(running: Sandbox, team: Team) -> None:
    with _bench(running, team) as bench:
        first = _export(bench, "first")
        variables = _given(running, first)
        assert _plan(bench.folder / "first", variables).changes == ()
        running.set("list-order", "shuffled")
        _export(bench, "shuffled")
        assert _bytes(bench.folder / "shuffled") == _bytes(bench.folder / "first")
        _with_tags(running, bench.folder / "first", bench.folder / "tagged")
        _wipe(running)
        _apply(bench.folder / "tagged", variables)
        _export(bench, "again")
        assert _bytes(bench.folder / "again") == _bytes(bench.folder / "first")


@settings(_STABLE, max_examples=3)
@given(team=teams(people=st.just(8), things=st.just(4)))
def test_open_lists_leave_others_alone_and_there_is_nothing_to_do(running: Sandbox, team: Team) -> None:
    with _bench(running, team) as bench:
        variables = _given(running, _export(bench, "open", open_lists=True))
        assert _plan(bench.folder / "open", variables).changes == ()
        bench.user("new@x.example")
        for id_, body in running.store.items("group"):
            users = [*body["users"], bench.find("user", username="new@x.example")["userId"]]
            running.store.put("group", id_, body | {"users": users})
        assert _plan(bench.folder / "open", variables).changes == ()


@contextmanager
def _bench(sandbox: Sandbox, team: Team) -> Iterator[Bench]:
    sandbox.reset()
    team.live["triggers"] = {
        key: {name: value for name, value in fields.items() if name != "archived"}
        for key, fields in team.live["triggers"].items()
    }
    furnish(sandbox, team)
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        yield Bench.make(sandbox, Path(folder))


def _export(bench: Bench, name: str, **options: Any) -> Exported:
    return asyncio.run(export_to(bench.project(), bench.folder / name, **options))


def _open(folder: Path, variables: Mapping[str, str]) -> Project:
    return Project.open(folder, environ={f"FLOWSTATE_VAR_{name}": value for name, value in variables.items()})


def _plan(folder: Path, variables: Mapping[str, str]) -> Plan:
    return asyncio.run(_open(folder, variables).plan())


def _apply(folder: Path, variables: Mapping[str, str]) -> None:
    project = _open(folder, variables)

    async def run() -> None:
        applied = await project.apply(await project.plan())
        assert {result.outcome.value for result in applied.results} <= {"applied"}, [
            (str(result.change.address), result.error) for result in applied.results
        ]

    asyncio.run(run())


def _given(sandbox: Sandbox, exported: Exported) -> dict[str, str]:
    """Each variable with the value that the service has: comments say whose it is."""
    lines = exported.files["flowstate.yaml"].decode().splitlines()
    told = [line.split("FLOWSTATE_VAR_")[1].split("  for ") for line in lines if "FLOWSTATE_VAR_" in line]
    assert sorted(name for name, _ in told) == sorted(exported.variables)
    options = {body["name"]: body["triggerOptions"] for _, body in sandbox.store.items("trigger")}
    found = {}
    for name, place in told:
        path, _, address = place.partition(" of trigger/")
        found[name] = options[address][path.removeprefix("triggerOptions.")]
    return found


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def _with_tags(sandbox: Sandbox, source: Path, target: Path) -> None:
    """A copy in which somebody has written the tags that the service does not show."""
    for name, data in _bytes(source).items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(data)
    file = target / "manifests" / "workflows.yaml"
    lines, tags = [], {body["name"]: body["tags"] for _, body in sandbox.store.items("workflow")}
    for line in file.read_text(encoding="utf-8").splitlines():
        name = line.removeprefix("  - name: ") if line.startswith("  - ") else ""
        lines += [line, f"    tags: {json.dumps(tags[name], ensure_ascii=False)}"] if name else [line]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")


def _wipe(sandbox: Sandbox) -> None:
    """Everything is gone but the owner and the workflows, which nobody is named in any more."""
    store = sandbox.store
    kinds: tuple[Kind, ...] = ("user", "group", "reportTemplate", "trigger")
    for kind in kinds:
        for id_, body in store.items(kind):
            if body.get("username") != _OWNER:
                store.remove(kind, id_)
    for id_, body in store.items("workflow"):
        store.put("workflow", id_, body | {"liveObjectIds": []})
    store.update("settings", "settings", Reports={"DefaultReport": None})
