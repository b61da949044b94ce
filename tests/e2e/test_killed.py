"""An apply that is killed: every command says so, the next apply settles it, and no password is lost without a word."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from flowstate.errors import StateError
from flowstate.sandbox.faults import Status
from flowstate.state import Holder

from . import dying
from .bench import SETTINGS, Bench, Command, codes

_PEOPLE = [f"p{number}@x.example" for number in range(4)]
_TEAM = {
    "users": [{"username": name, "name": name, "permissions": ["executor"]} for name in _PEOPLE],
    "groups": [{"name": "Fitters", "members": _PEOPLE}],
}
_COUNT = len(_PEOPLE) + 1
_DOUBT = "password-in-doubt"


def killed(folder: Path, point: str, number: int) -> None:
    """An apply in a process of its own, which dies."""
    command = [sys.executable, dying.__file__, point, str(number), "apply", "-C", str(folder), "--auto-approve"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == -9, done.stderr


def passwords(folder: Path) -> set[str]:
    lines = (folder / ".flowstate/passwords.jsonl").read_text().splitlines()
    return {json.loads(line)["address"] for line in lines}


def runs(folder: Path) -> list[Path]:
    return sorted((folder / ".flowstate/runs").glob("*.jsonl"))


def lines(path: Path) -> list[Mapping[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("seed", range(3))
def test_what_a_killed_run_did_is_known_and_the_next_apply_ends_it(bench: Bench, cli: Command, seed: int) -> None:
    bench.manifests(_TEAM)
    killed(bench.folder, "save", random.Random(seed).randint(2, 5))
    (path,) = runs(bench.folder)
    name = path.name.removesuffix(".jsonl")
    before = {path.name: path.read_bytes() for path in (bench.folder / ".flowstate").rglob("*") if path.is_file()}
    known = {line["remember"] for line in lines(path) if "remember" in line}
    assert known

    plan = cli("plan")
    assert plan.code == 0
    told = " ".join(plan.out.split())
    assert f"run {name} did not end" in told
    lost = {each["address"] for each in cli("plan", "--format", "json").json["problems"] if each["code"] == _DOUBT}
    assert {str(address) for address in bench.project().memory().state.resources} == known
    listed = cli("state", "list")
    assert {line.split()[0] for line in listed.out.splitlines()} == known
    assert f"run {name} did not end" in " ".join(listed.err.split())
    after = {path.name: path.read_bytes() for path in (bench.folder / ".flowstate").rglob("*") if path.is_file()}
    assert after == before  # who only reads writes nothing

    assert cli("apply", "--auto-approve").code == 0
    assert "settled" in lines(path)[-1]
    assert bench.project().memory().notes() == ()
    assert len(bench.state) == _COUNT
    assert passwords(bench.folder) | lost == {f"user/{name}" for name in _PEOPLE}
    assert len(bench.sandbox.store.all("user")) == len({each["username"] for each in bench.sandbox.store.all("user")})
    assert cli("plan").out.startswith("No changes.")


def test_a_creation_without_outcome_may_have_lost_its_password_and_every_command_says_so(
    bench: Bench, cli: Command
) -> None:
    bench.manifests(_TEAM)
    killed(bench.folder, "outcome", 1)
    (address,) = passwords(bench.folder)
    for command in (("plan",), ("state", "list"), ("apply", "--auto-approve", "--format", "json")):
        done = cli(*command)
        told = " ".join((done.out + done.err).split())
        assert f"{address} may have been created by run" in told
        assert f"flowstate -C {bench.folder} reset-password {address}" in told
    assert codes(bench.plan()) == {}


def test_whoever_was_locked_just_before_a_kill_was_locked_by_flowstate_and_comes_back_with_the_lines(
    bench: Bench, cli: Command
) -> None:
    bench.manifests({"users": _TEAM["users"]})
    assert cli("apply", "--auto-approve").code == 0
    bench.manifests({"users": _TEAM["users"][1:]})
    killed(bench.folder, "outcome", 1)
    assert cli("apply", "--auto-approve").code == 0
    assert bench.state[f"user/{_PEOPLE[0]}"]["retired"] is True
    bench.manifests({"users": _TEAM["users"]})
    assert [(each["address"], each["action"]) for each in cli("plan", "--format", "json").json["changes"]] == [
        (f"user/{_PEOPLE[0]}", "restore")
    ]


def test_a_run_is_shown_by_the_beginning_of_its_name(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    killed(bench.folder, "outcome", 1)
    name = runs(bench.folder)[0].name.removesuffix(".jsonl")
    bench.sandbox.log.clear()
    shown = cli("show", name[:17])
    assert shown.code == 0
    assert f"Run {name}" in shown.out
    assert "Sent, and not known what became of it" in shown.out
    assert "its one-time password may be lost" in shown.out
    assert "It did not end: 1 change under way. The next apply goes on" in " ".join(shown.out.split())
    data = cli("show", name, "--format", "json").json
    assert (data["format"], data["run"], "intent" in data["lines"][0]) == ("flowstate/run/v1", name, True)
    assert bench.sandbox.log.operations() == []
    cli("apply", "--auto-approve")
    second = runs(bench.folder)[1].name.removesuffix(".jsonl")
    assert f"Run {second} went on from what it left." in " ".join(cli("show", name).out.split())
    shown = cli("show", second)
    assert "applied   group/Fitters (create)" in shown.out
    assert "with exit code 0" in shown.out
    missed = cli("show", "20000101")
    assert missed.code == 1
    assert f"The latest runs: {second}, {name}." in " ".join(missed.err.split())


def test_a_run_file_that_is_broken_stops_every_command_and_changes_nothing(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    killed(bench.folder, "outcome", 1)
    path = runs(bench.folder)[0]
    path.write_bytes(path.read_bytes().replace(b'{"intent"', b'{intent"', 1) + b'{"end": 0}\n')
    bench.sandbox.log.clear()
    for command in (("plan",), ("apply", "--auto-approve"), ("state", "list"), ("state", "rm", "user/x")):
        done = cli(*command)
        assert done.code == 1
        told = "".join(done.err.split())
        assert f"{path.name}:2cannotberead" in told
        assert "Nothingwaschanged" in told
    assert bench.writes() == []
    path.rename(bench.folder / "broken.jsonl")
    assert cli("apply", "--auto-approve").code == 0


def test_what_a_run_remembered_is_mended_by_hand_without_being_taken_again(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    killed(bench.folder, "save", 3)
    address = next(str(address) for address in bench.project().memory().state.resources)
    assert cli("state", "rm", address).code == 0
    assert address not in cli("state", "list").out
    assert cli("apply", "--auto-approve").code == 0
    assert len(bench.state) == _COUNT


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True)


@pytest.fixture
def shared(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The project as a clone, its state on a branch of origin."""
    origin = tmp_path_factory.mktemp("origin")
    git(origin, "init", "--quiet", "--bare")
    git(bench.folder, "init", "--quiet")
    git(bench.folder, "remote", "add", "origin", str(origin))
    bench.settings(SETTINGS + "    state: git:flowstate-state\n")
    bench.manifests(_TEAM)
    (bench.folder / ".gitignore").write_text(".flowstate/\n.sandbox.json\n")
    git(bench.folder, "add", ".")
    git(bench.folder, "commit", "--quiet", "-m", "first")
    return bench


def test_after_the_loss_of_a_disk_the_header_tells_whose_passwords_may_be_lost(
    shared: Bench, cli: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Holder, "gone", False)  # as for a process of another machine
    killed(shared.folder, "outcome", 1)
    (address,) = passwords(shared.folder)
    assert "is going on, or was killed just now" in " ".join(cli("plan").out.split())
    shutil.rmtree(shared.folder / ".flowstate")  # a build machine is gone after its job
    assert cli("state", "unlock", "--auto-approve").code == 0
    told = " ".join(cli("plan").out.split())
    assert f"{address} may have been created by run" in told
    assert told.count("may have been created") == 1
    assert "what it did is known on" in told
    assert cli("apply", "--auto-approve").code == 0
    assert "may have been created" not in cli("plan").out
    assert shared.project().memory().notes() == ()


def test_a_whole_run_is_on_the_branch_at_its_end_with_the_commit_that_was_applied(shared: Bench, cli: Command) -> None:
    assert cli("apply", "--auto-approve").code == 0
    shutil.rmtree(shared.folder / ".flowstate")
    runs = shared.project().location.runs
    found = runs.read(runs.names()[0])
    assert found is not None
    assert (found.whole, found.closed) == (True, True)
    state = shared.project().memory().state
    assert state.commit == found.header.commit
    assert len(state.commit) == 40
    assert state.settled == found.name


def test_only_a_run_that_went_wrong_is_named_at_the_end(bench: Bench, cli: Command) -> None:
    bench.manifests({"users": _TEAM["users"]})
    assert "What was sent" not in cli("apply", "--auto-approve").out
    bench.manifests(_TEAM)
    bench.sandbox.faults.add(Status(status=400, operation="create-group"))
    done = cli("apply", "--auto-approve")
    bench.sandbox.faults.clear()
    name = runs(bench.folder)[-1].name.removesuffix(".jsonl")
    assert done.code == 3
    assert f"What was sent, and what became of it: flowstate -C {bench.folder} show {name}" in done.out
    assert "failed    group/Fitters (create)" in cli("show", name).out


def test_a_creation_that_never_arrived_lost_no_password(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    killed(bench.folder, "outcome", 1)
    (address,) = passwords(bench.folder)
    for each in bench.sandbox.store.all("user"):
        if each["username"] == address.removeprefix("user/"):
            bench.sandbox.store.remove("user", each["userId"])
    told = cli("plan").out
    assert "did not end" in told
    assert "may have been created" not in told


def test_somebody_no_longer_in_the_manifests_may_still_have_lost_a_password(bench: Bench, cli: Command) -> None:
    bench.manifests(_TEAM)
    killed(bench.folder, "outcome", 1)
    (address,) = passwords(bench.folder)
    users = [each for each in _TEAM["users"] if f"user/{each['username']}" != address]
    for manifest in ({"users": users}, {"teamSettings": {"DisableJobRestart": True}}):
        bench.manifests(manifest)
        assert f"{address} may have been created" in " ".join(cli("plan").out.split())


def test_a_run_that_died_after_the_plan_makes_that_plan_one_of_yesterday(bench: Bench) -> None:
    bench.manifests(_TEAM)
    bench.apply()
    bench.manifests({**_TEAM, "groups": [{"name": "Fitters", "members": _PEOPLE[:2]}]})
    plan = bench.plan()
    killed(bench.folder, "outcome", 1)
    bench.sandbox.log.clear()
    with pytest.raises(StateError) as caught:
        bench.apply(plan)
    assert caught.value.problems[0].code == "state-moved"
    assert bench.writes() == []


def test_state_that_moves_takes_along_what_only_this_disk_has_of_a_run(shared: Bench, cli: Command) -> None:
    killed(shared.folder, "outcome", 1)
    assert cli("state", "unlock", "--auto-approve").code == 0
    whole = runs(shared.folder)[0].read_bytes()
    assert cli("state", "migrate", "kept/sandbox.state.json").code == 0
    assert [path.read_bytes() for path in (shared.folder / "kept/runs").glob("*.jsonl")] == [whole]


@pytest.mark.parametrize("written_down", [True, False])
def test_a_plan_file_finishes_what_its_run_had_just_made_and_nothing_that_somebody_else_made(
    bench: Bench, cli: Command, written_down: bool
) -> None:
    bench.manifests({"users": [{"username": "ada@x.example", "name": "Ada", "permissions": ["executor"]}]})
    assert cli("plan", "-o", "plan.json").code == 0
    bench.user("ada@x.example")
    if written_down:
        intent = {"address": "user/ada@x.example", "part": None, "action": "create", "password": True}
        bench.broken_off({"intent": 1, **intent}, {"outcome": 1, "status": "done"})
    assert cli("apply", "plan.json").code == (0 if written_down else 4)
    assert bench.find("user", username="ada@x.example")["permissions"]["executor"] is written_down
