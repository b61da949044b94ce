"""Manifests older than the last apply remove nothing for not being in them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from flowstate.state.git import Git

from .bench import SETTINGS, Bench, Command, changed, codes

_ADA = {"username": "ada@x.example", "name": "Ada"}
_BOB = {"username": "bob@x.example", "name": "Bob"}
_STATE = ".flowstate/sandbox.state.json"


def git(folder: Path, *arguments: str) -> str:
    names = {f"GIT_{who}_{what}": "test@x.example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environ = {**os.environ, **names, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    done = subprocess.run(["git", *arguments], cwd=folder, env=environ, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _commit(bench: Bench, *people: object) -> str:
    bench.manifests({"users": list(people)})
    git(bench.folder, "add", "-A")
    git(bench.folder, "commit", "-qm", "People")
    return git(bench.folder, "rev-parse", "HEAD")


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture
def ahead(bench: Bench) -> Bench:
    """A repository of two commits, the second of which added Bob; it was applied."""
    git(bench.folder, "init", "-qb", "main")
    (bench.folder / ".gitignore").write_text(".flowstate/\n.sandbox.json\n")
    _commit(bench, _ADA)
    bench.apply()
    _commit(bench, _ADA, _BOB)
    bench.apply()
    return bench


def _clone(ahead: Bench, folder: Path, *options: str, at: str = "main") -> Bench:
    """A clone with the state of the other one, as remote state would give it."""
    git(folder.parent, "clone", "-q", *options, ahead.folder.as_uri(), folder.name)
    git(folder, "checkout", "-q", at)
    shutil.copy(ahead.folder / ".sandbox.json", folder)
    (folder / ".flowstate").mkdir()
    shutil.copy(ahead.folder / _STATE, folder / _STATE)
    return Bench(ahead.sandbox, folder)


def _commit_in_state(bench: Bench) -> str:
    return str(json.loads((bench.folder / _STATE).read_text())["commit"])


def test_a_clone_one_commit_behind_removes_nobody_and_says_which_commit_to_merge(ahead: Bench, elsewhere: Path) -> None:
    applied = git(ahead.folder, "rev-parse", "HEAD")
    assert _commit_in_state(ahead) == applied
    old = _clone(ahead, elsewhere / "old", at="main~1")
    plan = old.plan()
    assert plan.changes == ()
    (problem,) = plan.problems
    assert problem.code == "behind"
    assert "Not removed: user/bob@x.example." in problem.detail
    assert problem.hint.splitlines()[0].endswith(f"git merge {applied[:12]}")  # nothing else on the line to paste


def test_a_run_of_an_older_clone_does_not_make_its_next_one_remove(ahead: Bench, elsewhere: Path) -> None:
    old = _clone(ahead, elsewhere / "old", at="main~1")
    old.manifests({"users": [_ADA | {"name": "Ada Byron"}]})
    assert old.apply().exit_code == 0
    assert old.plan().changes == ()
    assert _commit_in_state(old) == _commit_in_state(ahead)


def test_allow_behind_removes_all_the_same(ahead: Bench, cli: Command) -> None:
    git(ahead.folder, "checkout", "-q", "main~1")
    assert "bob" not in cli("plan", "--format", "json").json["changes"]
    told = cli("plan", "--allow-behind", "--format", "json").json
    assert [(each["address"], each["action"]) for each in told["changes"]] == [("user/bob@x.example", "archive")]
    assert cli("apply", "--auto-approve", "--allow-behind").code == 0
    assert ahead.find("user", username="bob@x.example")["locked"]
    assert _commit_in_state(ahead) == git(ahead.folder, "rev-parse", "HEAD"), "the older one is what was applied"


def test_part_of_a_plan_applied_from_behind_does_not_move_the_commit_back(ahead: Bench, cli: Command) -> None:
    before = _commit_in_state(ahead)
    git(ahead.folder, "checkout", "-q", "main~1")
    assert cli("apply", "--auto-approve", "--allow-behind", "--only", "user/bob*").code == 0
    assert _commit_in_state(ahead) == before


def test_a_clone_that_is_not_behind_removes(ahead: Bench, elsewhere: Path) -> None:
    _commit(ahead, _ADA)
    clone = _clone(ahead, elsewhere / "new")
    assert changed(clone.plan()) == [("user/bob@x.example", "archive", None)]


def test_a_shallow_clone_cannot_tell_and_says_how_it_could(ahead: Bench, elsewhere: Path) -> None:
    _commit(ahead, _ADA)
    _commit(ahead, _ADA | {"name": "Ada Byron"})
    shallow = _clone(ahead, elsewhere / "shallow", "--depth", "1")
    plan = shallow.plan()
    assert [change.action.value for change in plan.changes] == ["update"]
    (problem,) = plan.problems
    assert "git fetch --unshallow" in problem.hint
    git(shallow.folder, "fetch", "-q", "--unshallow")
    assert ("user/bob@x.example", "archive", None) in changed(shallow.plan())


def test_a_folder_that_is_no_checkout_removes_nobody_once_state_names_a_commit(ahead: Bench, elsewhere: Path) -> None:
    clone = _clone(ahead, elsewhere / "plain")
    shutil.rmtree(clone.folder / ".git")
    clone.manifests({"users": [_ADA]})
    plan = clone.plan()
    assert plan.changes == ()
    assert "no Git checkout" in plan.problems[0].detail


def test_an_exclusive_kind_removes_nobody_from_behind(ahead: Bench) -> None:
    ahead.user("cyd@x.example")
    git(ahead.folder, "checkout", "-q", "main~1")
    ahead.settings("kinds: {user: {exclusive: true}}\n" + SETTINGS)
    plan = ahead.plan()
    assert plan.changes == ()
    assert "behind" in {problem.code for problem in plan.problems}


def test_git_is_not_asked_where_nothing_would_be_removed(ahead: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Git, "contains", lambda *_: pytest.fail("asked"))
    assert (ahead.plan().changes, codes(ahead.plan())) == ((), {})


@pytest.fixture
def shared(bench: Bench, elsewhere: Path) -> Bench:
    """A repository of one commit whose state is on a branch of its origin."""
    git(bench.folder, "init", "-qb", "main")
    git(elsewhere, "init", "-q", "--bare")
    git(bench.folder, "remote", "add", "origin", str(elsewhere))
    (bench.folder / ".gitignore").write_text(".flowstate/\n.sandbox.json\n")
    bench.settings(f"{SETTINGS}    state: git:flowstate-state\n")
    _commit(bench, _ADA)
    return bench


def test_that_state_will_name_a_commit_which_lacks_what_is_applied_is_said_by_plan_and_apply(
    shared: Bench, cli: Command
) -> None:
    assert "uncommitted" not in {problem["code"] for problem in cli("plan", "--format", "json").json["problems"]}
    head = git(shared.folder, "rev-parse", "HEAD")
    said = f"changes that are in no commit; state will name {head[:12]} as if they were"
    shared.text(json.dumps({"users": [_BOB]}), "new.yaml")
    assert said in " ".join(cli("plan", "-o", "plan.json").out.split())
    for arguments in (["plan.json"], ["--auto-approve", "--format", "json"]):
        assert said in " ".join(cli("apply", *arguments).err.split())
    git(shared.folder, "add", "manifests")
    git(shared.folder, "commit", "-qm", "Bob")
    assert "no commit" not in cli("apply", "--auto-approve").out, "a plan file in the folder is no manifest"


def test_what_a_lone_checkout_has_not_committed_is_its_own_business(ahead: Bench) -> None:
    ahead.text(json.dumps({"users": [{"username": "cyd@x.example", "name": "Cyd"}]}), "new.yaml")
    assert "uncommitted" not in {problem.code for problem in ahead.plan().problems}


def test_an_older_checkout_that_leaves_the_commit_of_state_alone_hides_nothing(shared: Bench) -> None:
    shared.apply()
    _commit(shared, _ADA, _BOB)
    shared.apply()
    git(shared.folder, "checkout", "-q", "main~1")
    shared.manifests({"users": [_ADA | {"name": "Ada Byron"}]})
    assert "uncommitted" not in {problem.code for problem in shared.plan().problems}
    assert "uncommitted" in {problem.code for problem in shared.plan(allow_behind=True).problems}


@pytest.mark.parametrize("commit", ["", "--help", "HEAD", "0" * 40, "g" * 40])
def test_what_is_no_commit_of_the_checkout_is_not_part_of_it(tmp_path: Path, commit: str) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "One")
    assert not Git(tmp_path).contains(commit)


def test_without_git_nothing_is_part_of_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not Git(tmp_path).contains("0" * 40)
    assert not Git(tmp_path).is_shallow()
    assert not Git(tmp_path).differs(["."])


def test_what_is_only_reported_is_not_to_be_let_go_from_behind(ahead: Bench) -> None:
    ahead.manifests({"users": [_ADA, _BOB], "groups": [{"name": "Crew"}]})
    git(ahead.folder, "commit", "-qam", "Crew")
    ahead.apply()
    git(ahead.folder, "checkout", "-q", "main~1")
    first, second = ahead.plan().problems
    assert (first.code, second.code, second.address) == ("behind", "left-manifests", "group/Crew")
    assert "git merge" in second.hint
    assert "removed:" not in second.hint
    (left,) = ahead.plan(allow_behind=True).problems
    assert "removed:" in left.hint
    assert ahead.plan(exclude=["group/*"]).problems == ()


@pytest.mark.parametrize(
    ("settings", "manifests", "said"),
    [
        (True, False, "flowstate.yaml has changes"),
        (False, True, "the manifests have changes"),
        (True, True, "flowstate.yaml and the manifests have changes"),
    ],
)
def test_what_is_in_no_commit_is_named(shared: Bench, settings: bool, manifests: bool, said: str) -> None:
    if settings:
        shared.settings(f"{SETTINGS}    state: git:flowstate-state\nprotected: [user/ada*]\n")
    if manifests:
        shared.text(json.dumps({"users": [_BOB]}), "new.yaml")
    (problem,) = [problem for problem in shared.plan().problems if problem.code == "uncommitted"]
    assert problem.summary.startswith(f"{said} that are in no commit")
