"""Who holds the lock of an environment, in words that help a colleague."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self

from flowstate.errors import LockedError, Problem
from flowstate.state.alive import ended, mark
from flowstate.text import printable


@dataclass(frozen=True)
class Holder:
    """One run: who, where, and since when (ISO 8601, UTC); ``process`` as :mod:`flowstate.state.alive` marks it."""

    actor: str
    host: str
    pid: int
    run: str
    started: str
    process: str = ""

    @classmethod
    def me(cls, run: str) -> Self:
        """This process; ``run`` is the id of its run, or the command it carries out."""
        import getpass  # these two cost more than the rest of this room, and only who writes is named
        import socket

        try:
            actor = getpass.getuser()
        except (OSError, KeyError):
            actor = str(os.getuid())  # a container's user need not have a name
        return cls(actor, socket.gethostname(), os.getpid(), run, now(), mark())

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The holder that as_json() wrote; TypeError or KeyError for any other shape."""
        words = {key: printable(str(data[key]))[:120] for key in ("actor", "host", "run", "started")}
        return cls(pid=int(data["pid"]), process=str(data.get("process", "")), **words)

    @property
    def gone(self) -> bool:
        """Whether its process surely lives no more; that of another machine may always."""
        return ended(self.pid, self.process)

    def as_json(self) -> dict[str, Any]:
        """The holder as it stands in a lock."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.actor} on {self.host} (process {self.pid}, {self.run}) since {self.started}"


def now() -> str:
    """The time for people to read; nothing is decided by it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def parse_holder(data: bytes) -> Holder | None:
    """The holder in these bytes; None when they hold none."""
    try:
        return Holder.of(json.loads(data))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None


def locked(what: str, holder: Holder | None, hint: str) -> LockedError:
    """The error of a command that found the lock taken."""
    detail = f"Held by {holder}. Nothing was changed." if holder else "Its holder left no name. Nothing was changed."
    return LockedError(Problem("locked", f"Another run works on {what}", detail=detail, hint=hint))
