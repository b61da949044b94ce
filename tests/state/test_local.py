"""State in a local file."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from flowstate.errors import StateError
from flowstate.files import protect_folder, replace_file
from flowstate.model import Address
from flowstate.state import Entry, State, StateStore, locate, parse

ADA = Address("person", "ada")


@pytest.fixture
def store(tmp_path: Path) -> StateStore:
    return locate(tmp_path, "prod", "").store("onsight-flow")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".flowstate" / "prod.state.json"


def test_without_a_file_the_state_is_new_and_nothing_is_written(store: StateStore, path: Path) -> None:
    state = store.load()
    assert (state.serial, state.resources) == (0, {})
    assert state.lineage != store.load().lineage
    assert not path.parent.exists()


def test_what_is_saved_is_loaded_again_with_the_next_serial(store: StateStore) -> None:
    saved = store.save(State.new("onsight-flow").put(ADA, Entry("1", {"name": "Ada"})))
    assert saved.serial == 1
    assert store.load() == saved
    assert store.save(saved).serial == 2


def test_only_the_owner_can_read_the_state(store: StateStore, path: Path) -> None:
    store.save(State.new("onsight-flow"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_folder_of_flowstate_is_kept_out_of_git(store: StateStore, path: Path) -> None:
    store.save(State.new("onsight-flow"))
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_a_gitignore_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / ".flowstate"
    folder.mkdir()
    (folder / ".gitignore").write_text("mine\n")
    protect_folder(folder)
    assert (folder / ".gitignore").read_text() == "mine\n"


def test_a_gitignore_that_could_not_be_written_whole_is_not_there_and_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / ".flowstate"
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        protect_folder(folder)
    assert list(folder.iterdir()) == []
    monkeypatch.undo()
    protect_folder(folder)
    assert (folder / ".gitignore").read_text() == "*\n"


def test_other_folders_get_no_gitignore(tmp_path: Path) -> None:
    locate(tmp_path, "prod", "states/prod.json").store("p").save(State.new("p"))
    assert not (tmp_path / "states" / ".gitignore").exists()


def _linked(path: Path, target: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.symlink_to(target)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_the_state_that_it_leads_to_is_saved(
    store: StateStore, path: Path, tmp_path: Path, there: bool
) -> None:
    (tmp_path / "shared").mkdir()
    kept = tmp_path / "shared" / "prod.json"
    if there:
        kept.write_text(State("lineage", "onsight-flow", serial=4).dump())
    _linked(path, Path("../shared/prod.json"))
    saved = store.save(store.load().put(ADA, Entry("1")))
    assert (path.is_symlink(), saved.serial) == (True, 5 if there else 1)
    assert parse(kept.read_bytes(), "it") == saved == store.load()
    assert sorted(file.name for file in kept.parent.iterdir()) == [kept.name]


def test_a_link_into_a_folder_that_is_not_there_makes_none(store: StateStore, path: Path, tmp_path: Path) -> None:
    _linked(path, tmp_path / "nowhere" / "prod.json")
    with pytest.raises(StateError) as caught:
        store.save(State.new("onsight-flow"))
    assert "a folder that is not there" in caught.value.problems[0].detail
    assert not (tmp_path / "nowhere").exists()


def test_a_path_that_no_disk_takes_is_said_when_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(StateError):
        locate(tmp_path, "prod", "x" * 300).store("p").load()


def test_a_link_that_somebody_else_laid_is_replaced_and_not_followed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "victim"
    target.write_text("mine")
    _linked(path, target)
    seen = path.lstat()
    theirs = os.stat_result((*seen[:4], seen.st_uid + 1, *seen[5:]))
    monkeypatch.setattr(Path, "lstat", lambda _: theirs)
    replace_file(path, "new")
    monkeypatch.undo()
    assert (path.is_symlink(), path.read_text(), target.read_text()) == (False, "new", "mine")


def test_a_crash_before_the_rename_leaves_the_old_file_and_no_other(
    store: StateStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = store.save(State.new("onsight-flow"))

    def crash(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        store.save(old.put(ADA, Entry("1")))
    assert store.load() == old
    assert sorted(path.name for path in path.parent.iterdir()) == [".gitignore", path.name]


def test_the_file_is_on_disk_before_it_takes_the_place_of_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, move = os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append("sync")
        sync(handle)

    def moved(self: Path, target: Path) -> Path:
        done.append("move")
        return move(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", moved)
    replace_file(tmp_path / "file", "text")
    assert done == ["sync", "move", "sync"]  # the file, its name, the folder that holds the name


def test_a_file_that_cannot_be_replaced_is_an_error_that_leaves_it(
    store: StateStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = store.save(State.new("onsight-flow"))

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(StateError) as caught:
        store.save(old)
    (problem,) = caught.value.problems
    assert "cannot be written" in problem.summary
    assert "No space left" in problem.detail
    assert "free space" in problem.hint
    assert store.load() == old


@pytest.mark.parametrize("text", [b"\xff\xfe", b"{}", b"<html>"])
def test_an_unreadable_file_is_an_error_with_a_hint(store: StateStore, path: Path, text: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(text)
    with pytest.raises(StateError) as caught:
        store.load()
    assert caught.value.exit_code == 1
    assert caught.value.problems[0].hint


def test_a_folder_in_place_of_the_file_is_an_error(store: StateStore, path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(StateError, match="cannot be read"):
        store.load()


def test_the_state_of_another_provider_is_refused(store: StateStore) -> None:
    replace(store, provider="patchworks").save(State.new("patchworks"))
    with pytest.raises(StateError) as caught:
        store.load()
    (problem,) = caught.value.problems
    assert problem.code == "state-foreign"
    assert "patchworks" in problem.detail
    assert "provider:" in problem.hint


def test_text_beyond_ascii_is_kept_readable(store: StateStore, path: Path) -> None:
    store.save(State.new("onsight-flow").put(Address("group", "Prüfer"), Entry("1")))
    assert "group/Prüfer" in path.read_text(encoding="utf-8")
    assert json.loads(path.read_text(encoding="utf-8"))["serial"] == 1
