"""Bytes by what they are (SHA-256), so that they are kept once, never change, and need no part in snapshots."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from hashlib import sha256

_TABLE = "CREATE TABLE IF NOT EXISTS blobs (digest TEXT PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID"


class Blobs:
    """In a file of SQLite: that of the team, or one of their own that goes with the process."""

    def __init__(self, connection: sqlite3.Connection | None = None) -> None:
        # Without a name, SQLite uses a file that nobody sees once memory becomes short.
        self._connection = connection or sqlite3.connect("", check_same_thread=False)
        with self._connection:
            self._connection.execute(_TABLE)

    def put(self, content: bytes) -> str:
        """The digest to get it back by."""
        digest = sha256(content).hexdigest()
        with self._connection:
            self._connection.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (digest, content))
        return digest

    def get(self, digest: str) -> bytes:
        """KeyError for what was never put."""
        row = self._connection.execute("SELECT bytes FROM blobs WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            raise KeyError(digest)
        return bytes(row[0])

    def keep_only(self, wanted: Iterable[str]) -> None:
        """Forget what nobody refers to any more."""
        kept = {row[0] for row in self._connection.execute("SELECT digest FROM blobs")}
        with self._connection:
            gone = kept.difference(wanted)
            self._connection.executemany("DELETE FROM blobs WHERE digest = ?", ((each,) for each in gone))

    def close(self) -> None:
        self._connection.close()
