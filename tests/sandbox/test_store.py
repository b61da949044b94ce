"""The objects of a team, in memory and in a file."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from flowstate.sandbox.disk import FORMAT, Disk
from flowstate.sandbox.errors import SandboxError
from flowstate.sandbox.seed import first_client, furnish
from flowstate.sandbox.store import Store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "team.sqlite"


def _reopened(path: Path, store: Store) -> Store:
    store.close()
    return Store(Disk(path))


def test_what_was_written_is_there_after_reopening_in_the_same_order(path: Path) -> None:
    store = Store(Disk(path))
    for name in ("c", "a", "b"):
        store.put("group", name, {"id": name})
    store.update("group", "c", name="last written, first made")
    store.remove("group", "a")
    store = _reopened(path, store)
    assert store.all("group") == [{"id": "c", "name": "last written, first made"}, {"id": "b"}]
    store.close()


def test_a_snapshot_can_be_restored_in_memory_and_on_disk(path: Path) -> None:
    store = Store(Disk(path))
    furnish(store)
    before = store.snapshot()
    store.put("group", "g", {"id": "g"})
    store.remove("user", store.ids("user")[0])
    store.restore(before)
    assert store.snapshot() == before
    store = _reopened(path, store)
    assert store.snapshot() == before
    store.close()


def test_a_furnished_store_is_not_furnished_again(path: Path) -> None:
    store = Store(Disk(path))
    furnish(store)
    client = first_client(store)
    store = _reopened(path, store)
    furnish(store)
    assert first_client(store) == client
    assert len(store.all("workflow")) == 3
    store.close()


def test_a_failing_write_changes_neither_memory_nor_file(path: Path) -> None:
    store = Store(Disk(path))
    with pytest.raises(TypeError):
        store.write([("group", "good", {"id": "good"}), ("group", "bad", {"id": object()})])
    assert store.all("group") == []
    store = _reopened(path, store)
    assert store.all("group") == []
    store.close()


def test_what_is_not_there_is_not_found() -> None:
    store = Store()
    assert store.get("user", "nobody") is None
    with pytest.raises(KeyError):
        store.find("user", username="nobody")


def test_the_file_is_private(path: Path) -> None:
    store = Store(Disk(path))
    furnish(store)
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}
    store.close()


def _text(path: Path) -> None:
    path.write_text("users: []\n" * 500)


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE cats (name)")
    connection.close()


def _newer(path: Path) -> None:
    Disk(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    connection.close()


def _damaged(path: Path) -> None:
    store = Store(Disk(path))
    furnish(store)
    store.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))


def _not_json(path: Path) -> None:
    Disk(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO objects (kind, id, body) VALUES ('user', 'u', '{')")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (_text, "not a database"),
        (_foreign, "something else"),
        (_newer, "newer"),
        (_damaged, "damaged|malformed"),
        (_not_json, "damaged"),
        (Path.mkdir, "cannot be used"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(path: Path, spoil: Callable[[Path], None], message: str) -> None:
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(SandboxError, match=message) as refused:
        Store(Disk(path))
    assert str(path) in str(refused.value)
    assert before == (path.read_bytes() if path.is_file() else None)


def test_a_file_in_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="No such file"):
        Disk(tmp_path / "nowhere" / "team.sqlite")


def test_a_file_in_use_is_refused(path: Path) -> None:
    store = Store(Disk(path))
    furnish(store)
    with pytest.raises(SandboxError, match="in use"):
        Disk(path)
    store.close()
