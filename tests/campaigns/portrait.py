"""A team as people see it, without ids and times; and what must hold of one at every moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self
from unittest.mock import patch

from flowstate.sandbox.server import Sandbox
from flowstate.sandbox.store import Body, Change, Snapshot
from flowstate.text import fold

NAMES: Final[Mapping[Any, str]] = {
    "user": "username",
    "group": "name",
    "reportTemplate": "name",
    "trigger": "name",
    "workflow": "name",
}
AUDIENCES: Final[Mapping[Any, str]] = {"workflow": "liveObjectIds", "trigger": "objectIds"}
_VOLATILE: Final = {"created", "updated", "lastUpdated", "files", "triggerId", "reportTemplateId", "id", "userId"}
Portrait = dict[str, Any]


def portrait(snapshot: Snapshot) -> Portrait:
    """Every object by kind and key, ids replaced by what they stand for."""
    names = {id: f"{kind}/{body[key]}" for kind, key in NAMES.items() for id, body in snapshot[kind].items()}
    found = {
        f"{names[id]}{' (retired)' if retired(body) else ''}": _plain(body, names)
        for kind in NAMES
        for id, body in snapshot[kind].items()
    }
    found |= {kind: _plain(body, names) for kind in ("settings", "team") for body in snapshot[kind].values()}
    return found


def retired(body: Body) -> bool:
    return bool(body.get("archived") or body.get("isArchived"))


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: _plain(each, names)
            for key, each in value.items()
            if key not in _VOLATILE or (key == "reportTemplateId" and each in names and "triggerOptions" in value)
        }
    if isinstance(value, list):
        return sorted((_plain(each, names) for each in value), key=str)
    return names.get(value, value) if isinstance(value, str) else value


def differences(found: Portrait, wanted: Portrait) -> list[str]:
    """What is not as it should be, in words."""
    return [
        f"{key}: {_parts(found.get(key), wanted.get(key))}"
        for key in sorted({*found, *wanted})
        if found.get(key) != wanted.get(key)
    ]


def _parts(found: Any, wanted: Any) -> str:
    if not (isinstance(found, dict) and isinstance(wanted, dict)):
        return "should not be there" if wanted is None else "is missing"
    keys = (key for key in sorted({*found, *wanted}) if found.get(key) != wanted.get(key))
    return ", ".join(f"{key} is {found.get(key)!r}, not {wanted.get(key)!r}" for key in keys)


def duplicates(snapshot: Snapshot) -> list[str]:
    """Keys that two living objects have."""
    counts = Counter(
        f"{kind}/{fold(body[key])}"
        for kind, key in NAMES.items()
        for body in snapshot[kind].values()
        if not retired(body)
    )
    return [key for key, count in counts.items() if count > 1]


@dataclass
class Watch:
    """Looks at every write that reaches the service; ``breaches`` are moments that must not be.

    ``leavers`` are those who may be locked, folded; ``closed`` the audiences that end up with somebody in them.
    """

    sandbox: Sandbox
    leavers: frozenset[str]
    closed: frozenset[str]
    led: bool  # whether somebody beside the owner is an admin at the end
    breaches: list[str] = field(default_factory=list)
    writes: int = 0

    @classmethod
    def towards(cls, sandbox: Sandbox, end: Snapshot) -> Self:
        """What may be, when the undisturbed run ends so."""
        return cls(sandbox, _locked(end), frozenset(_closed(end)), bool(_admins(end)))

    def __enter__(self) -> Self:
        start = self.sandbox.snapshot()
        self._admins = bool(_admins(start)) and self.led
        self._shut = _closed(start) & self.closed
        self._locked = _locked(start)
        self._write = self.sandbox.store.write
        self._patch = patch.object(self.sandbox.store, "write", self._seen)
        self._patch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._patch.stop()

    def _seen(self, changes: Iterable[Change]) -> None:
        changes = list(changes)
        self._write(changes)
        self.writes += len(changes)
        self.breaches += self._broken()

    def _broken(self) -> Iterator[str]:
        now = self.sandbox.snapshot()
        admins = bool(_admins(now))
        if self._admins and not admins:
            yield "nobody but the owner is an admin"
        self._admins |= admins and self.led
        locked = _locked(now)
        yield from (f"{name} is locked" for name in sorted(locked - self._locked - self.leavers))
        self._locked = locked
        shut = _closed(now) & self.closed
        yield from (f"{gone} is open to everyone" for gone in self._shut - shut)
        self._shut |= shut


def _closed(snapshot: Snapshot) -> set[str]:
    """Audiences that are not everyone; nobody is in the audience of what does not run."""
    return {
        f"{kind}/{body['name']}"
        for kind, key in AUDIENCES.items()
        for body in snapshot[kind].values()
        if body[key] or body.get("disabled")
    }


def _locked(snapshot: Snapshot) -> frozenset[str]:
    """Folded usernames."""
    return frozenset(fold(each["username"]) for each in snapshot["user"].values() if each["locked"])


def _admins(snapshot: Snapshot) -> list[Body]:
    """Besides the owner, whom no run could lock."""
    owners = {team["owner"] for team in snapshot["team"].values()}
    people = (each for id, each in snapshot["user"].items() if id not in owners)
    return [each for each in people if each["permissions"]["admin"] and not each["locked"]]
