"""State on a branch of origin: what a project's repository sees of it, and what origin may refuse."""

from __future__ import annotations

import os
import select
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from flowstate.errors import ConflictError, StateError
from flowstate.model import Address
from flowstate.state import Entry, Holder, State, branch, locate
from flowstate.state import git as program
from flowstate.state.git import Done, Git

from .conftest import git

TEXT = "git:flowstate-state"


def hook(origin: Path, script: str) -> None:
    """A hook that origin runs before it takes a push."""
    path = origin / "hooks" / "pre-receive"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(stat.S_IRWXU)


@pytest.fixture
def origin(clone: Path) -> Path:
    return clone.parent / "origin.git"


def test_the_branch_begins_without_a_parent_and_keeps_every_save(clone: Path, origin: Path) -> None:
    store = locate(clone, "prod", TEXT).store("p")
    store.save(store.save(State.new("p")))
    assert git(origin, "rev-list", "--count", "flowstate-state") == "2"
    assert git(origin, "log", "-1", "--format=%s", "flowstate-state") == "flowstate: prod.state.json"
    assert git(origin, "ls-tree", "--name-only", "-r", "flowstate-state") == "prod.state.json"
    assert git(origin, "fsck", "--strict") == ""


def test_nothing_of_the_project_is_touched(clone: Path) -> None:
    (clone / "half.txt").write_text("staged\n")
    git(clone, "add", "half.txt")
    (clone / "half.txt").write_text("changed since\n")

    def seen() -> list[str]:
        index = (clone / ".git/index").read_bytes().hex()
        return [index, git(clone, "status", "--porcelain"), git(clone, "branch"), git(clone, "config", "-l")]

    before = seen()
    location = locate(clone, "prod", TEXT)
    location.store("p").save(State.new("p"))
    with location.lock.hold(Holder.me("run"), 0):
        location.backend.write("runs/r1.jsonl", b"header\n", None)
    assert seen() == before
    assert not (clone / ".git/FETCH_HEAD").exists()


def test_a_shallow_clone_reads_and_writes(clone: Path, origin: Path, tmp_path: Path) -> None:
    saved = locate(clone, "prod", TEXT).store("p").save(State.new("p"))
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=main", f"file://{origin}", "shallow")
    store = locate(tmp_path / "shallow", "prod", TEXT).store("p")
    assert store.load() == saved
    store.save(saved)
    assert locate(clone, "prod", TEXT).store("p").load().serial == 2


def test_the_folder_of_the_project_may_lie_deeper_in_the_repository(clone: Path) -> None:
    (clone / "teams/leeds").mkdir(parents=True)
    locate(clone / "teams/leeds", "prod", TEXT).store("p").save(State.new("p"))
    assert locate(clone, "prod", TEXT).store("p").load().serial == 1


def test_a_build_machine_without_a_name_can_save(clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.useConfigOnly")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    assert locate(clone, "prod", TEXT).store("p").save(State.new("p")).serial == 1


def test_inside_a_hook_of_another_repository_the_project_s_is_used(
    clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert locate(clone, "prod", TEXT).store("p").save(State.new("p")).serial == 1


def test_an_origin_that_refuses_the_push_is_quoted_and_keeps_what_it_had(clone: Path, origin: Path) -> None:
    store = locate(clone, "prod", TEXT).store("p")
    saved = store.save(State.new("p"))
    hook(origin, "echo 'state is frozen until Monday' >&2; exit 1")
    with pytest.raises(StateError) as caught:
        store.save(saved.put(Address("user", "ada"), Entry("1")))
    (problem,) = caught.value.problems
    assert "refused the push" in problem.summary
    assert "frozen until Monday" in problem.detail
    assert "\\n" not in problem.detail
    assert problem.hint
    assert not isinstance(caught.value, ConflictError)
    assert store.load() == saved


def test_a_lock_that_origin_refuses_is_not_held(clone: Path, origin: Path) -> None:
    hook(origin, "exit 1")
    with pytest.raises(StateError), locate(clone, "prod", TEXT).lock.hold(Holder.me("run"), 5):
        pytest.fail("it is held")


def test_a_save_follows_a_branch_that_other_files_move(clone: Path, origin: Path, tmp_path: Path) -> None:
    """While the push is on its way, somebody else's is taken first: the lease of another environment, say."""
    git(tmp_path, "clone", "--quiet", str(origin), "other")
    other = locate(tmp_path / "other", "test", TEXT)
    other.store("p").save(State.new("p"))
    store = locate(clone, "prod", TEXT).store("p")
    saved = store.save(store.load())
    other.backend.write("runs/r1.jsonl", b"header", None)
    assert store.save(saved).serial == 2
    assert other.backend.names("") == ["prod.state.json", "runs/r1.jsonl", "test.state.json"]


def test_of_two_who_push_the_same_file_at_once_one_is_told(clone: Path, origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", str(origin), "other")
    ours, theirs = (locate(folder, "prod", TEXT).backend for folder in (clone, tmp_path / "other"))
    first = ours.write("prod.state.json", b"one", None)
    assert theirs.read("prod.state.json") is not None
    theirs.write("prod.state.json", b"two", first)
    with pytest.raises(ConflictError):
        ours.write("prod.state.json", b"three", first)  # what it saw last is older than what origin has


def test_a_branch_with_other_files_is_left_alone(clone: Path, origin: Path) -> None:
    before = git(origin, "rev-parse", "main")
    with pytest.raises(StateError) as caught:
        locate(clone, "prod", "git:main").store("p").save(State.new("p"))
    assert caught.value.problems[0].code == "git-branch"
    assert "flowstate.yaml" in caught.value.problems[0].detail
    assert git(origin, "rev-parse", "main") == before


@pytest.mark.parametrize("spoil", ["no-repository", "no-origin", "origin-gone", "no-git"])
def test_a_repository_that_cannot_be_used_is_a_problem_with_a_hint(
    clone: Path, tmp_path: Path, spoil: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = clone
    if spoil == "no-repository":
        folder = tmp_path / "plain"
        folder.mkdir()
    elif spoil == "no-origin":
        git(clone, "remote", "remove", "origin")
    elif spoil == "origin-gone":
        git(clone, "remote", "set-url", "origin", str(tmp_path / "gone"))
    else:
        monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StateError) as caught:
        locate(folder, "prod", TEXT).store("p").load()
    assert caught.value.exit_code == 1
    assert caught.value.problems[0].hint


@pytest.mark.parametrize("password", ["hunter2", "at@hunter2"])
def test_credentials_in_the_address_of_origin_are_in_no_message(clone: Path, password: str) -> None:
    git(clone, "remote", "set-url", "origin", f"http://ada:{password}@127.0.0.1:9/x.git")
    with pytest.raises(StateError) as caught:
        locate(clone, "prod", TEXT).store("p").load()
    assert "hunter2" not in repr(caught.value.problems)


def test_an_origin_that_never_answers_is_given_up(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "PATIENCE", 0.5)
    git(clone, "config", "protocol.ext.allow", "always")
    git(clone, "remote", "set-url", "origin", "ext::sleep 60")
    began = time.monotonic()
    with pytest.raises(StateError) as caught:
        locate(clone, "prod", TEXT).store("p").load()
    assert time.monotonic() - began < 15
    assert "no answer within" in caught.value.problems[0].summary


def test_a_remote_that_asks_for_a_password_fails_instead(clone: Path, tmp_path: Path) -> None:
    done = Git(clone).run("credential", "fill", data=b"protocol=https\nhost=git.example\n\n")
    assert done.code != 0
    assert "prompts disabled" in done.words


def test_the_commit_of_a_project_is_that_which_is_checked_out(clone: Path, tmp_path: Path) -> None:
    assert Git(clone).commit() == git(clone, "rev-parse", "HEAD")
    (tmp_path / "plain").mkdir()
    assert Git(tmp_path / "plain").commit() == ""
    git(tmp_path, "init", "--quiet", "empty")
    assert Git(tmp_path / "empty").commit() == ""


def test_without_git_there_is_no_commit(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PATH", "")
    assert Git(clone).commit() == ""


def others(monkeypatch: pytest.MonkeyPatch, clone: Path, verb: str, act: Callable[[], object]) -> None:
    """Let others ``act`` just before each such call of Git in this clone."""
    real = Git.run

    def run(self: Git, *arguments: str, **more: Any) -> Done:
        if self.folder == clone and arguments[0] == verb:
            act()
        return real(self, *arguments, **more)

    monkeypatch.setattr(Git, "run", run)
    monkeypatch.setattr(branch, "_ATTEMPTS", 3)


def test_a_branch_that_others_move_at_each_attempt_is_given_up_and_nothing_of_theirs_is_lost(
    clone: Path, origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "clone", "--quiet", str(origin), "other")
    theirs = locate(tmp_path / "other", "test", TEXT).backend
    numbers = count()
    others(monkeypatch, clone, "push", lambda: theirs.write(f"runs/r{next(numbers)}.jsonl", b"header", None))
    with pytest.raises(StateError) as caught:
        locate(clone, "prod", TEXT).store("p").save(State.new("p"))
    (problem,) = caught.value.problems
    assert "moved at each attempt" in problem.detail
    assert "fewer others" in problem.hint
    assert theirs.names("") == ["runs/r0.jsonl", "runs/r1.jsonl", "runs/r2.jsonl"]


@pytest.mark.parametrize("verbs", [("fetch",), ("fetch", "ls-remote")], ids=["once", "always"])
def test_a_branch_that_is_replaced_while_it_is_fetched_is_looked_at_again_but_not_for_ever(
    clone: Path, origin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verbs: tuple[str, ...]
) -> None:
    """As by somebody who wipes its history: the commit that origin named is nowhere when it is fetched."""
    git(tmp_path, "clone", "--quiet", str(origin), "other")
    saved = locate(tmp_path / "other", "prod", TEXT).store("p").save(State.new("p"))
    numbers = count()

    def replace() -> None:
        commit = git(origin, "commit-tree", "-m", f"wiped {next(numbers)}", "flowstate-state^{tree}")
        git(origin, "update-ref", "refs/heads/flowstate-state", commit)

    for verb in verbs:
        others(monkeypatch, clone, verb, replace)
    store = locate(clone, "prod", TEXT).store("p")
    if len(verbs) == 1:
        assert store.load() == saved
        return
    with pytest.raises(StateError) as caught:
        store.load()
    assert "replaced at each attempt" in caught.value.problems[0].detail


@contextmanager
def heeding_ctrl_c() -> Iterator[None]:
    """As at a terminal; what a shell starts in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_ctrl_c_ends_git_and_what_it_started(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe, script = tmp_path / "pipe", tmp_path / "slow.sh"
    os.mkfifo(pipe)
    script.write_text(f"exec 3>{pipe}\necho begun >&3\nexec sleep 60\n")
    git(clone, "config", "protocol.ext.allow", "always")
    git(clone, "remote", "set-url", "origin", f"ext::sh {script}")
    monkeypatch.setattr(program, "PATIENCE", 20)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as heard:

        def interrupt() -> None:
            select.select([heard], [], [], 15)
            os.kill(os.getpid(), signal.SIGINT)

        threading.Thread(target=interrupt, daemon=True).start()
        with heeding_ctrl_c(), pytest.raises(KeyboardInterrupt):
            Git(clone).run("ls-remote", "origin")
        assert heard.read() == b"begun\n"
        select.select([heard], [], [], 5)
        assert heard.read() == b"", "nobody has the other end any more"
