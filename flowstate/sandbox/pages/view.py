"""What the team page looks at: one moment of a team, with names for its ids."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flowstate.sandbox.store import Body, Kind, Snapshot

_NAMED: tuple[Kind, ...] = ("user", "group", "workflow", "reportTemplate")


@dataclass(frozen=True)
class View:
    """``everything`` shows long lists to their end."""

    snapshot: Snapshot
    everything: bool = False

    def all(self, kind: Kind) -> list[Body]:
        return list(self.snapshot[kind].values())

    def one(self, kind: Kind) -> Body:
        """The only object of its kind."""
        return self.all(kind)[0]

    def named(self, ids: Iterable[str]) -> list[str]:
        """What people call these; an id that is nobody's stays an id."""
        return [self._names.get(each, each) for each in ids]

    @cached_property
    def groups_of(self) -> dict[str, list[str]]:
        """The names of the groups that each user is in."""
        found: dict[str, list[str]] = {}
        for group in self.all("group"):
            for user in group["users"]:
                found.setdefault(user, []).append(group["name"])
        return found

    @cached_property
    def _names(self) -> dict[str, str]:
        return {key: body["name"] for kind in _NAMED for key, body in self.snapshot[kind].items()}
