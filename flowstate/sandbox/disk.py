"""One SQLite file with the objects of a team; what was answered was committed, so a killed process loses none of it."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from flowstate.sandbox.blobs import Blobs
from flowstate.sandbox.errors import SandboxError

OURS = 0x464C5342  # the application id in the file's header
FORMAT = 2

_TABLE = """
    CREATE TABLE objects (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        id TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (kind, id)
    )
"""
# An update keeps the row, so an object keeps its place in lists.
_PUT = """
    INSERT INTO objects (kind, id, body) VALUES (?, ?, ?)
    ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body
"""
_REMOVE = "DELETE FROM objects WHERE kind = ? AND id = ?"

Row = tuple[str, str, dict[str, Any]]
Change = tuple[str, str, dict[str, Any] | None]


class Disk:
    """The file, held alone by this process until closed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._connection = _open(path)
            self.blobs = Blobs(self._connection)
        except (OSError, sqlite3.Error) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                raise SandboxError(f"{path} is in use by another process") from error
            raise SandboxError(f"{path} cannot be used as sandbox data: {error}") from error

    def rows(self) -> Iterator[Row]:
        """Every object, in the order in which it was first written."""
        try:
            for kind, key, body in self._connection.execute("SELECT kind, id, body FROM objects ORDER BY position"):
                yield kind, key, json.loads(body)
        except (sqlite3.Error, ValueError) as error:
            raise SandboxError(f"{self._path} is damaged: {error}") from error

    def write(self, changes: Iterable[Change]) -> None:
        """All of the changes or none; a body of None removes."""
        with self._connection:
            for kind, key, body in changes:
                self._write_one(kind, key, body)

    def replace(self, rows: Iterable[Row]) -> None:
        """These objects in place of all others."""
        with self._connection:
            self._connection.execute("DELETE FROM objects")
            self._connection.executemany(_PUT, ((kind, key, json.dumps(body)) for kind, key, body in rows))

    def close(self) -> None:
        self._connection.close()

    def _write_one(self, kind: str, key: str, body: dict[str, Any] | None) -> None:
        if body is None:
            self._connection.execute(_REMOVE, (kind, key))
        else:
            self._connection.execute(_PUT, (kind, key, json.dumps(body)))


def _open(path: Path) -> sqlite3.Connection:
    # SQLite would create the file readable for everyone, and it holds client secrets.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=0, check_same_thread=False)
    try:
        _prepare(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    if _header(connection, "application_id") == OURS:
        _check(connection, path)
    elif path.stat().st_size:
        raise SandboxError(f"{path} holds something else, not sandbox data")
    else:
        # Ahead of WAL, which writes a header without our mark: a process killed in between would leave a stranger.
        _create(connection)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Older formats are this one without something.
    connection.execute(f"PRAGMA user_version = {FORMAT}")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    version = _header(connection, "user_version")
    if version > FORMAT:
        raise SandboxError(f"{path} was written by a newer sandbox (format {version}, this one knows {FORMAT})")
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise SandboxError(f"{path} is damaged: {verdict}")


def _create(connection: sqlite3.Connection) -> None:
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA application_id = {OURS}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")


def _header(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
