"""What must hold of any team, whatever its manifests say and whatever a colleague does meanwhile."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from e2e.teams import KINDS, Team, teams
from hypothesis import given
from hypothesis import strategies as st

from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Snapshot
from flowstate.state.git import OURS

from .any_team import APPLY, SEED, STABLE, begun, done
from .case import service
from .desk import Desk, desk
from .inside import Trouble
from .portrait import Watch, differences, duplicates, portrait


@STABLE
@given(team=teams(), seed=SEED, at=st.integers(1, 200), after=st.booleans())
def test_a_run_killed_at_any_write_is_finished_by_the_next(team: Team, seed: int, at: int, after: bool) -> None:
    with begun(team, seed) as here:
        start = here.sandbox.snapshot()
        end = done(here)
        requests = sum(len(line.requests) for line in here.lines[:1])
    with begun(team, seed) as here:
        here.sandbox.restore(start)
        with Watch.towards(here.sandbox, end) as watch:
            fault = "killed after" if after else "killed before"
            here.flowstate(*APPLY, trouble=Trouble(1 + at % requests, fault))
            again = done(here)
        assert watch.breaches == []
        assert (duplicates(again), differences(portrait(again), portrait(end))) == ([], [])


@STABLE
@given(team=teams(), seed=SEED, size=st.integers(1, 5))
def test_of_what_state_knows_a_truncated_listing_creates_and_removes_nothing(team: Team, seed: int, size: int) -> None:
    with begun(team, seed) as here:
        before = done(here)
        here.lines.clear()
        here.sandbox.log.clear()
        with _truncated(here, size):
            here.flowstate(*APPLY)
        after = here.sandbox.snapshot()
    assert _ids(before) == _ids(after)
    assert [id for id in before["user"] if after["user"][id]["locked"] and not before["user"][id]["locked"]] == []
    assert [
        id for id in before["trigger"] if after["trigger"][id]["archived"] > before["trigger"][id]["archived"]
    ] == []


@contextmanager
def _truncated(here: Desk, size: int) -> Iterator[None]:
    """Listings lack their last objects."""
    from flowstate.sandbox.faults import Listing

    for operation in ("get-users", "get-all-groups", "get-all-report-templates", "get-all-triggers"):
        here.sandbox.faults.add(Listing(operation=operation, last=size))
    try:
        yield
    finally:
        here.sandbox.faults.clear()


def _ids(snapshot: Snapshot) -> dict[str, list[str]]:
    return {kind: sorted(snapshot[kind]) for kind, _ in _KINDS}


_KINDS: list[tuple[Any, str]] = list(dict.fromkeys(KINDS.values()))


_RETIRED: Final[Mapping[Any, str]] = {"user": "locked", "trigger": "archived"}


def _left_out(before: Snapshot, after: Snapshot, fewer: Team) -> list[str]:
    """What was retired although the manifests do not say so."""
    return [
        f"{kind}/{id}"
        for kind, retired in _RETIRED.items()
        for id, body in before[kind].items()
        if after[kind][id][retired] > body[retired] and not _says(fewer, kind, body, retired)
    ]


@STABLE
@given(team=teams(), fewer=teams(), seed=SEED)
def test_without_state_nothing_that_left_the_manifests_is_removed(team: Team, fewer: Team, seed: int) -> None:
    with begun(team, seed) as here:
        before = done(here)
        here.forget()
        here.write(fewer.manifest())
        after = done(here)
        again = here.flowstate(*APPLY)
    assert _left_out(before, after, fewer) == []
    assert portrait(here.sandbox.snapshot()) == portrait(after), again.out


@STABLE
@given(team=teams(), fewer=teams(), seed=SEED, shallow=st.booleans())
def test_a_clone_one_commit_behind_removes_nothing(team: Team, fewer: Team, seed: int, shallow: bool) -> None:
    with begun(team, seed) as here:
        _commits(here, fewer, team)
        before = done(here)
        _one_behind(here, shallow=shallow)
        after = done(here)
    assert _left_out(before, after, fewer) == []
    assert all(set(ids) <= set(_ids(after)[kind]) for kind, ids in _ids(before).items())


def _commits(here: Desk, *teams: Team) -> None:
    """A repository whose history has these teams, one after the other."""
    _git(here.folder, "init", "--quiet")
    for team in teams:
        here.write(team.manifest())
        _git(here.folder, "add", "flowstate.yaml", "manifests")
        _git(here.folder, "commit", "--quiet", "--allow-empty", "--message", "team")


def _one_behind(here: Desk, *, shallow: bool) -> None:
    """The commit before, with its history or without."""
    _git(here.folder, "checkout", "--quiet", "-b", "behind", "HEAD~1")
    if shallow:
        other = here.folder.with_name("shallow")
        _git(here.folder, "clone", "--quiet", "--depth", "1", "--branch", "behind", f"file://{here.folder}", str(other))
        shutil.rmtree(here.folder / ".git")
        (other / ".git").rename(here.folder / ".git")


def _git(folder: Path, *arguments: str) -> None:
    environ = {**os.environ, **OURS, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", *arguments], cwd=folder, env=environ, check=True, capture_output=True)


def _says(team: Team, kind: str, body: Any, retired: str) -> bool:
    """Whether the manifest itself asks for it."""
    section, name = ("users", "username") if kind == "user" else ("triggers", "name")
    found = [fields for key, fields in team.declared[section].items() if key.casefold() == body[name].casefold()]
    return any(fields.get(retired) for fields in found)


@STABLE
@given(team=teams(), seed=SEED)
def test_a_reviewed_plan_file_does_what_a_direct_apply_does(team: Team, seed: int) -> None:
    with begun(team, seed) as here:
        start = here.sandbox.snapshot()
        direct = here.flowstate(*APPLY)
        wanted = portrait(here.sandbox.snapshot())
    with begun(team, seed) as here:
        here.sandbox.restore(start)
        file = str(here.folder / "plan.json")
        assert here.flowstate("plan", "-o", file).code == 0
        filed = here.flowstate("apply", file)
        assert (filed.code, differences(portrait(here.sandbox.snapshot()), wanted)) == (direct.code, []), filed.said


@cache
def _names() -> tuple[str, ...]:
    return tuple(f"p{number}@x.example" for number in range(6))


_SOME = st.sets(st.sampled_from(_names()))


@STABLE
@given(live=_SOME, included=_SOME, gone=_SOME, joins=_SOME, leaves=_SOME, seed=SEED)
def test_edits_of_shared_members_commute_with_those_of_a_colleague(
    live: set[str], included: set[str], gone: set[str], joins: set[str], leaves: set[str], seed: int
) -> None:
    """As long as the two are not about the same person."""
    gone -= included
    joins, leaves = joins - included - gone, leaves - included - gone - joins
    members = {"include": sorted(included), "exclude": sorted(gone)}
    ends = []
    for colleague_first in (True, False):
        with _crew(live, members, seed) as here:
            order = [lambda here=here: _edit(here.sandbox, joins, leaves), lambda here=here: _must(here)]
            for step in order if colleague_first else reversed(order):
                step()
            ends.append(_members(here.sandbox))
    assert ends[0] == ends[1] == (live | included | joins) - gone - leaves


@STABLE
@given(live=_SOME, included=_SOME, joins=_SOME, leaves=_SOME, seed=SEED, at=st.integers(1, 40))
def test_what_a_colleague_does_between_plan_and_write_is_kept(
    live: set[str], included: set[str], joins: set[str], leaves: set[str], seed: int, at: int
) -> None:
    joins, leaves = joins - included, leaves - included - joins
    with _crew(live, {"include": sorted(included)}, seed) as here:
        here.meanwhile(at, lambda: _edit(here.sandbox, joins, leaves))
        first = here.flowstate(*APPLY)
        here.meanwhile(0, lambda: None)
        assert first.code in {0, 3}, first.said
        if len(here.lines[-1].requests) < at:
            _edit(here.sandbox, joins, leaves)
        _must(here)
        assert _members(here.sandbox) == (live | included | joins) - leaves


@contextmanager
def _crew(live: set[str], members: Any, seed: int) -> Iterator[Desk]:
    """A group of the dashboard, and a manifest that shares its members."""
    from flowstate.sandbox.chapters.groups import new_group
    from flowstate.sandbox.chapters.users import new_user

    sandbox = service()
    with desk(sandbox, Random(seed)) as here:
        sandbox.reset()
        for name in _names():
            body = new_user(name, name, name)
            sandbox.store.put("user", body["userId"], body)
        group = new_group("Crew")
        sandbox.store.put("group", group["id"], group | {"users": _people(sandbox, live)})
        here.write({"groups": [{"name": "Crew", "members": members}]})
        yield here


def _people(sandbox: Sandbox, names: set[str]) -> list[str]:
    return [each["userId"] for each in sandbox.store.all("user") if each["username"] in names]


def _members(sandbox: Sandbox) -> set[str]:
    names = {each["userId"]: str(each["username"]) for each in sandbox.store.all("user")}
    return {names[id] for id in sandbox.store.find("group", name="Crew")["users"]}


def _edit(sandbox: Sandbox, joins: set[str], leaves: set[str]) -> None:
    group = sandbox.store.find("group", name="Crew")
    kept = set(group["users"]) - set(_people(sandbox, leaves)) | set(_people(sandbox, joins))
    sandbox.store.update("group", group["id"], users=sorted(kept))


def _must(here: Desk) -> None:
    ended = here.flowstate(*APPLY)
    assert ended.code == 0, ended.said


@STABLE
@given(team=teams(), seed=SEED)
def test_a_renamed_resource_keeps_its_id(team: Team, seed: int) -> None:
    with begun(team, seed) as here:
        before = done(here)
        manifest = json.loads(json.dumps(team.manifest()))
        renamed = _rename(manifest)
        here.write(manifest)
        after = done(here)
    for kind, old, new in renamed:
        ids = [id for id, body in before[kind].items() if body["name"].casefold() == old.casefold() and _alive(body)]
        if ids:
            assert [id for id, body in after[kind].items() if body["name"] == new] == ids
        assert new not in {body["name"] for id, body in after[kind].items() if id not in ids} or not ids


def _alive(body: Any) -> bool:
    return not (body.get("archived") or body.get("isArchived"))


def _rename(manifest: Any) -> list[tuple[Any, str, str]]:
    """Every group and template gets another name, wherever it is written."""
    found = []
    for section, kind in (("groups", "group"), ("reportTemplates", "reportTemplate")):
        for each in manifest.get(section, []):
            old, new = each["name"], f"{each['name']} II"
            _spell(manifest, old, new)
            each.update(name=new, previously=old)
            found.append((kind, old, new))
    return found


def _spell(data: Any, old: str, new: str) -> None:
    for key, value in list(data.items() if isinstance(data, dict) else enumerate(data)):
        if value == old and key != "previously":
            data[key] = new
        elif isinstance(value, dict | list):
            _spell(value, old, new)
