"""What holds for every place that state can be kept in."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from flowstate.errors import ConflictError, StateError
from flowstate.model import Address
from flowstate.state import Entry, Location, State, StateStore, locate
from flowstate.state.backend import Backend, Blob, settle
from flowstate.state.folder import Folder
from flowstate.state.record import MOST_SERIAL

from .conftest import PLACES

ADA, BOB = Address("user", "ada"), Address("user", "bob")
every_place = pytest.mark.parametrize("place", PLACES)


@every_place
def test_a_blob_is_created_read_and_replaced(backend: Backend) -> None:
    assert backend.read("prod.state.json") is None
    first = backend.write("prod.state.json", b"one\xff\n", None)
    assert backend.read("prod.state.json") == Blob(b"one\xff\n", first)
    second = backend.write("prod.state.json", b"two", first)
    assert backend.read("prod.state.json") == Blob(b"two", second)
    assert first != second


@every_place
def test_what_exists_is_not_created_again(backend: Backend) -> None:
    backend.write("prod.state.json", b"one", None)
    with pytest.raises(ConflictError):
        backend.write("prod.state.json", b"two", None)
    found = backend.read("prod.state.json")
    assert found is not None
    assert found.data == b"one"


@every_place
def test_a_write_over_an_older_version_changes_nothing(backend: Backend) -> None:
    old = backend.write("prod.state.json", b"one", None)
    new = backend.write("prod.state.json", b"two", old)
    with pytest.raises(ConflictError):
        backend.write("prod.state.json", b"three", old)
    assert backend.read("prod.state.json") == Blob(b"two", new)


@every_place
def test_a_write_over_what_is_not_there_is_a_conflict(backend: Backend) -> None:
    version = backend.write("prod.state.json", b"one", None)
    with pytest.raises(ConflictError):
        backend.write("runs/other.jsonl", b"two", version)
    assert backend.read("runs/other.jsonl") is None


@every_place
def test_blobs_with_other_names_do_not_disturb_each_other(backend: Backend) -> None:
    state = backend.write("prod.state.json", b"one", None)
    backend.write("prod.lock", b"lease", None)
    backend.write("runs/r1.jsonl", b"header", None)
    backend.write("runs/r2.jsonl", b"header", None)
    backend.write("prod.state.json", b"two", state)
    assert backend.names("runs/") == ["runs/r1.jsonl", "runs/r2.jsonl"]
    assert backend.names("runs/r2") == ["runs/r2.jsonl"]
    assert backend.names("") == ["prod.lock", "prod.state.json", "runs/r1.jsonl", "runs/r2.jsonl"]


@every_place
def test_what_drift_remembers_stands_beside_runs(backend: Backend) -> None:
    backend.write("runs/r1.jsonl", b"header", None)
    first = backend.write("drift/prod.json", b"one", None)
    backend.write("drift/test.json", b"two", None)
    backend.write("prod.state.json", b"state", None)
    second = backend.write("drift/prod.json", b"three", first)
    assert backend.read("drift/prod.json") == Blob(b"three", second)
    assert backend.names("drift/") == ["drift/prod.json", "drift/test.json"]
    assert backend.names("") == ["drift/prod.json", "drift/test.json", "prod.state.json", "runs/r1.jsonl"]


@every_place
def test_nothing_has_names_where_nothing_was_written(backend: Backend) -> None:
    assert backend.names("runs/") == []


@every_place
def test_a_write_that_arrived_while_its_answer_was_lost_is_taken_for_done(backend: Backend) -> None:
    version = backend.write("prod.lock", b"mine", None)
    assert settle(backend, "prod.lock", b"mine", None) == version
    with pytest.raises(ConflictError):
        settle(backend, "prod.lock", b"another's", None)


@every_place
def test_what_is_saved_is_loaded_again_with_the_next_serial(location: Location) -> None:
    store = location.store("onsight-flow")
    saved = store.save(store.load().put(ADA, Entry("1", {"name": "Prüfer \ud800"})))
    assert (saved.serial, store.load()) == (1, saved)
    assert store.save(saved).serial == 2


@every_place
def test_a_serial_that_cannot_grow_is_not_saved_as_one_that_cannot_be_read(location: Location) -> None:
    store = location.store("onsight-flow")
    store.restore(replace(State.new("onsight-flow"), serial=MOST_SERIAL))
    last = store.load()
    with pytest.raises(StateError, match="serial cannot grow"):
        store.save(last.put(ADA, Entry("1")))
    assert store.load() == last


@every_place
def test_of_two_who_save_what_both_loaded_the_later_is_told_and_nothing_is_lost(location: Location) -> None:
    store = location.store("onsight-flow")
    loaded = store.save(State.new("onsight-flow"))
    store.save(loaded.put(ADA, Entry("1", run="20261122T0900-abc")))
    with pytest.raises(ConflictError) as caught:
        store.save(loaded.put(BOB, Entry("2")))
    (problem,) = caught.value.problems
    assert "serial 1" in problem.detail
    assert "serial 2" in problem.detail
    assert "20261122T0900-abc" in problem.detail
    assert "Run the command again" in problem.hint
    assert set(store.load().resources) == {ADA}


@every_place
def test_of_two_new_states_only_the_first_is_kept(location: Location) -> None:
    store = location.store("onsight-flow")
    first = store.save(State.new("onsight-flow"))
    with pytest.raises(ConflictError):
        store.save(State.new("onsight-flow"))
    assert store.load() == first


@every_place
def test_a_state_that_was_deleted_during_a_run_is_written_again(location: Location) -> None:
    saved = location.store("onsight-flow").save(replace(State.new("onsight-flow"), serial=6))
    assert location.store("onsight-flow").load() == saved
    assert saved.serial == 7


@pytest.mark.parametrize("place", ["folder"])
@pytest.mark.parametrize("spoilt", [b"", b"{", b"\xff\xfe", b"<html>", b'{"format": "flowstate/state/v2"}'])
def test_a_state_that_cannot_be_read_is_never_written_over(location: Location, spoilt: bytes) -> None:
    location.backend.write(location.state, spoilt, None)
    store = location.store("onsight-flow")
    for act in (store.load, lambda: store.save(State.new("onsight-flow"))):
        with pytest.raises(StateError) as caught:
            act()
        assert caught.value.problems[0].hint
    found = location.backend.read(location.state)
    assert found is not None
    assert found.data == spoilt


EDITED = [
    ('"serial": 1', '"serial": true'),
    ('"serial": 1', '"serial": -1'),
    ('"id": "1"', '"id": 1'),
    ('"applied": {}', '"applied": []'),
    ('"notes": {}', '"notes": {"name": "hidden"}'),
    ('"notes": {}', '"notes": {"name": ["hidden"]}'),
    ('"run": ""', '"run": null'),
    ('"onRemove": null', '"onRemove": "burn"'),
    ('"retired": false', '"retired": "no"'),
    ('"user/ada"', '""'),
    ('"user/ada"', '"/ada"'),
    ('"team": ""', '"team": "", "team": "other"'),
    ('"user/ada": {', '"user/ada": {}, "user/ada": {'),
]


@pytest.mark.parametrize(("before", "after"), EDITED)
def test_a_state_edited_into_nonsense_is_refused(tmp_path: Path, before: str, after: str) -> None:
    location = locate(tmp_path, "prod", "")
    store = location.store("p")
    store.save(State("lineage", "p").put(ADA, Entry("1")))
    path = tmp_path / ".flowstate/prod.state.json"
    edited = path.read_text().replace(before, after)
    assert edited != path.read_text()
    path.write_text(edited)
    with pytest.raises(StateError) as caught:
        store.load()
    assert caught.value.problems[0].code == "state-unreadable"
    assert "state push --force FILE" in caught.value.problems[0].hint


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("call", ["os.fsync", "os.fchmod", "pathlib.Path.replace", "tempfile.mkstemp"])
def test_a_full_or_read_only_disk_leaves_what_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    store = locate(tmp_path, "prod", "").store("p")
    saved = store.save(State.new("p"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr(call, refuse)
        with pytest.raises(StateError) as caught:
            store.save(saved.put(ADA, Entry("1")))
    assert os.strerror(code) in caught.value.problems[0].detail
    assert store.load() == saved
    assert sorted(path.name for path in (tmp_path / ".flowstate").iterdir()) == [".gitignore", "prod.state.json"]


def test_a_name_of_a_file_in_the_settings_is_used_as_it_is(tmp_path: Path) -> None:
    location = locate(tmp_path, "prod", "kept/here.json")
    location.store("p").save(State.new("p"))
    assert (tmp_path / "kept/here.json").exists()


def test_local_state_on_a_build_machine_is_warned_of_in_one_line(tmp_path: Path) -> None:
    (problem,) = locate(tmp_path, "prod", "").warnings(ci=True)
    assert problem.severity == "warning"
    assert "\n" not in problem.summary + problem.detail + problem.hint
    assert locate(tmp_path, "prod", "").warnings(ci=False) == ()
    assert locate(tmp_path, "prod", "git:state").warnings(ci=True) == ()


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    Folder(tmp_path / "new").read("prod.state.json")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("gone", "told"), [(False, "there is serial 2"), (True, "now there is none")])
def test_who_was_overtaken_between_looking_and_saving_is_told_what_is_there_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gone: bool, told: str
) -> None:
    store = StateStore(Folder(tmp_path), "prod.state.json", "p")
    loaded = store.save(State.new("p"))
    real = Folder.write

    def overtaken(self: Folder, name: str, data: bytes, expected: str | None) -> str:
        monkeypatch.setattr(Folder, "write", real)
        if gone:
            (tmp_path / name).unlink()
        else:
            store.save(loaded.put(ADA, Entry("1")))
        return real(self, name, data, expected)

    monkeypatch.setattr(Folder, "write", overtaken)
    with pytest.raises(ConflictError) as caught:
        store.save(loaded.put(BOB, Entry("2")))
    assert told in caught.value.problems[0].detail
    assert BOB not in store.load().resources


@pytest.mark.parametrize("code", [errno.EACCES, errno.EIO])
def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """It may hold runs that did not end."""
    folder = Folder(tmp_path)
    folder.write("runs/r1.jsonl", b"header", None)

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(StateError, match="cannot be listed") as caught:
        folder.names("runs/")
    assert os.strerror(code) in caught.value.problems[0].detail


def test_a_file_where_a_folder_of_runs_should_be_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("mine\n")
    with pytest.raises(StateError, match="cannot be listed"):
        Folder(tmp_path).names("runs/")
