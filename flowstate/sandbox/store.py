"""The objects of one team, in memory in the order of their creation, and on disk when there is one.

A body is never changed in place: whoever changes an object puts a new body. So a snapshot is cheap, and what was read
stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from threading import RLock
from typing import Any, Literal, cast

from flowstate.sandbox.blobs import Blobs
from flowstate.sandbox.clock import Clock
from flowstate.sandbox.disk import Disk, Row
from flowstate.sandbox.history import History

Kind = Literal[
    "block", "client", "group", "key", "reportTemplate", "settings", "team", "trigger", "upload", "user", "workflow"
]
Body = dict[str, Any]
Change = tuple[Kind, str, Body | None]
Snapshot = Mapping[Kind, Mapping[str, Body]]

KINDS: tuple[Kind, ...] = (
    "block",
    "client",
    "group",
    "key",
    "reportTemplate",
    "settings",
    "team",
    "trigger",
    "upload",
    "user",
    "workflow",
)


class Store:
    """Reading is free; each ``write`` is one transaction."""

    def __init__(self, disk: Disk | None = None, clock: Clock | None = None) -> None:
        self._disk = disk
        self._history = History(clock or Clock())
        self._blobs = disk.blobs if disk else Blobs()
        self._lock = RLock()
        self._objects: dict[Kind, dict[str, Body]] = {kind: {} for kind in KINDS}
        for kind, key, body in disk.rows() if disk else ():
            self._objects[cast(Kind, kind)][key] = body
        # A snapshot may refer to any of them; at the start there are no snapshots.
        self._blobs.keep_only(block["digest"] for block in self.all("block"))

    def all(self, kind: Kind) -> list[Body]:
        return list(self._objects[kind].values())

    def seconds_ago(self, kind: Kind, seconds: float) -> list[Body]:
        """What ``all`` gave then, for some seconds only."""
        with self._lock:
            return self._history.undone(kind, self._objects[kind], seconds)

    def settle(self) -> None:
        """What was written so far counts as old, so that ``seconds_ago`` has it."""
        with self._lock:
            self._history.clear()

    def ids(self, kind: Kind) -> list[str]:
        return list(self._objects[kind])

    def items(self, kind: Kind) -> list[tuple[str, Body]]:
        return list(self._objects[kind].items())

    def get(self, kind: Kind, key: str) -> Body | None:
        return self._objects[kind].get(key)

    def has(self, kind: Kind, key: str) -> bool:
        return key in self._objects[kind]

    def find(self, kind: Kind, **fields: object) -> Body:
        """The first object with these values; KeyError without one."""
        for body in self.all(kind):
            if all(body.get(name) == value for name, value in fields.items()):
                return body
        raise KeyError((kind, fields))

    def put(self, kind: Kind, key: str, body: Body) -> None:
        self.write([(kind, key, body)])

    def update(self, kind: Kind, key: str, **fields: object) -> None:
        with self._lock:
            self.put(kind, key, {**self._objects[kind][key], **fields})

    def remove(self, kind: Kind, key: str) -> None:
        self.write([(kind, key, None)])

    def write(self, changes: Iterable[Change]) -> None:
        """All of the changes or none; a body of None removes."""
        changes = list(changes)
        with self._lock:
            if self._disk:
                self._disk.write(changes)
            for kind, key, body in changes:
                self._remember(kind, key, body)

    def keep(self, content: bytes) -> str:
        """Bytes that an object refers to by the digest that this gives."""
        with self._lock:
            return self._blobs.put(content)

    def kept(self, digest: str) -> bytes:
        with self._lock:
            return self._blobs.get(digest)

    def snapshot(self) -> Snapshot:
        with self._lock:
            return {kind: dict(objects) for kind, objects in self._objects.items()}

    def restore(self, snapshot: Snapshot) -> None:
        with self._lock:
            if self._disk:
                self._disk.replace(_rows(snapshot))
            self._objects = {kind: dict(objects) for kind, objects in snapshot.items()}
            self._history.clear()

    def close(self) -> None:
        if self._disk:
            self._disk.close()
        else:
            self._blobs.close()

    def _remember(self, kind: Kind, key: str, body: Body | None) -> None:
        self._history.note(kind, key, self._objects[kind].get(key))
        if body is None:
            self._objects[kind].pop(key, None)
        else:
            self._objects[kind][key] = body


def _rows(snapshot: Snapshot) -> Iterator[Row]:
    return ((kind, key, body) for kind, objects in snapshot.items() for key, body in objects.items())
